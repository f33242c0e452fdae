"""`counterfoil compat`: what it says of recorded calls, and that a server answers as it says."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from click.testing import CliRunner
from tests.acceptance.conftest import ACME, DEMO, Ran
from tests.support.server import serving

from counterfoil.app import recordings
from counterfoil.app.cli.main import counterfoil

CONDUCTOR: Final = "https://api.conductor.is/v1"
QUBE: Final = "https://qubesync.com/api/v1"
QUBE_2: Final = "https://qubesync.com/api/v2"
CHARGEOVER: Final = "https://example.chargeover.com/api/v3"
SNAPBOOKS: Final = "https://snapbooks.example.com/api/v1"
USER: Final = "end_usr_2VhZq8KxLm4TnPw"
INVOICE: Final = {"customerId": ACME, "transactionDate": "2026-03-02", "lines": [{"description": "As agreed"}]}
SENT: Final = {"customer_list_id": ACME, "transaction_date": "2026-03-02", "lines": [{"description": "As agreed"}]}

Call = dict[str, Any]


def call(method: str, url: str, body: Any = None, status: int | None = None) -> Call:
    return {"method": method, "url": url, "body": body, "status": status}


def as_lines(folder: Path, calls: Sequence[Call]) -> Path:
    path = folder / "calls.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in calls))
    return path


def as_har(folder: Path, calls: Sequence[Call], **options: Any) -> Path:
    """As a browser's network panel saves them."""
    entries = [
        {
            "startedDateTime": "2026-03-02T12:00:00Z",
            "request": {
                "method": each["method"],
                "url": each["url"],
                "headers": [{"name": name, "value": value} for name, value in each.get("headers", {}).items()],
                "postData": {"mimeType": "application/json", "text": json.dumps(each["body"])}
                if each["body"] is not None
                else None,
            },
            "response": {"status": each["status"] or 0, "content": {"text": '{"a": "' + "x" * 5000 + '"}'}},
        }
        for each in calls
    ]
    path = folder / "calls.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}, **options))
    return path


def compat(recording: Path, *options: str) -> Ran:
    done = CliRunner().invoke(counterfoil, ["compat", "--from", str(recording), *options], env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Ran(done.exit_code, done.stdout, done.stderr)


def report(recording: Path, *options: str) -> dict[str, Any]:
    ran = compat(recording, "--json", *options)
    found: dict[str, Any] = json.loads(ran.out)
    assert ran.code == (0 if found["ok"] else 1)
    return found


def row(found: Mapping[str, Any], method: str, address: str) -> dict[str, Any]:
    [one] = [each for each in found["addresses"] if (each["method"], each["address"]) == (method, address)]
    told: dict[str, Any] = one
    return told


def names(listed: Sequence[Mapping[str, Any]]) -> list[str]:
    return [each["name"] for each in listed]


SERVED: Final = (
    ("conductor", "/v1/quickbooks-desktop/invoices", call("POST", f"{CONDUCTOR}/quickbooks-desktop/invoices", INVOICE)),
    (
        "conductor",
        "/v1/quickbooks-desktop/invoices",
        call("GET", f"{CONDUCTOR}/quickbooks-desktop/invoices?limit=5&customerIds=1&customerIds=2"),
    ),
    (
        "conductor",
        "/v1/quickbooks-desktop/customers/{id}",
        call("GET", "https://api.conductor.is/quickbooks-desktop/customers/80000001-1"),
    ),
    (
        "conductor",
        "/v1/end-users/{id}/ping/{slug}",
        call("GET", f"{CONDUCTOR}/end-users/{USER}/ping/quickbooks_desktop"),
    ),
    ("qube", "/api/v1/connections/{connection_id}/invoices", call("POST", f"{QUBE}/connections/{DEMO}/invoices", SENT)),
    (
        "qube",
        "/api/v1/connections/{connection_id}/customers",
        call("GET", f"{QUBE}/connections/{DEMO}/customers?max_returned=2&include[]=ListID&include[]=FullName"),
    ),
    ("qube", "/api/v1/connections/{connection_id}/qwc", call("POST", f"{QUBE}/connections/{DEMO}/qwc")),
    (
        "qube",
        "/api/v2/connections/{connection_id}/invoices",
        call(
            "GET",
            f"{QUBE_2}/connections/{DEMO}/invoices?webhook_url=https://example.com/&txn_date_range_filter[from_txn_date]=2026-01-01",
        ),
    ),
    ("chargeover", "/api/v3/customer", call("GET", f"{CHARGEOVER}//customer/?where=company:EQUALS:X&_dummy=1")),
    ("chargeover", "/api/v3/invoice/{id}/_action/void", call("POST", f"{CHARGEOVER}/invoice/5?action=void")),
    ("chargeover", "/api/v3/invoice/{id}", call("PUT", f"{CHARGEOVER}/invoice/5", {"invoice_id": 5, "memo": "x"})),
    ("snapbooks", "/api/v1/invoice", call("GET", f"{SNAPBOOKS}/invoice?docNumber=5882")),
    (
        "snapbooks",
        "/api/v1/customer",
        call("POST", "https://snapbooks.example.com/v1/customer", {"COMPANYNAME": "X Ltd", "displayName": "X"}),
    ),
)

NOT_SERVED: Final = (
    ("conductor", "/v1/quickbooks-desktop/bills", call("GET", f"{CONDUCTOR}/quickbooks-desktop/bills")),
    ("conductor", "/v1/webhooks", call("GET", f"{CONDUCTOR}/webhooks")),
    (
        "conductor",
        "/v1/quickbooks-desktop/customers/{id}",
        call("DELETE", f"{CONDUCTOR}/quickbooks-desktop/customers/80000001-1"),
    ),
    (
        "conductor",
        "/v1/quickbooks-desktop/invoices",
        call("POST", f"{CONDUCTOR}/quickbooks-desktop/invoices", {**INVOICE, "colour": "red"}),
    ),
    (
        "conductor",
        "/v1/quickbooks-desktop/invoices",
        call("GET", f"{CONDUCTOR}/quickbooks-desktop/invoices?colour=red"),
    ),
    ("qube", "/api/v1/connections/{…}/bills", call("GET", f"{QUBE}/connections/{DEMO}/bills")),
    (
        "qube",
        "/api/v1/connections/{connection_id}/customers",
        call("GET", f"{QUBE}/connections/{DEMO}/customers?colour=red"),
    ),
    (
        "qube",
        "/api/v1/connections/{connection_id}/invoices",
        call("POST", f"{QUBE}/connections/{DEMO}/invoices", {**SENT, "lines": [{"colour": "red"}]}),
    ),
    (
        "qube",
        "/api/v2/connections/{connection_id}/workflow-runs",
        call("POST", f"{QUBE_2}/connections/{DEMO}/workflow-runs", {}),
    ),
    (
        "qube",
        "/api/v2/connections/{connection_id}/paychecks",
        call("GET", f"{QUBE_2}/connections/{DEMO}/paychecks"),
    ),
    (
        "qube",
        "/api/v2/connections/{connection_id}/invoices",
        call("GET", f"{QUBE_2}/connections/{DEMO}/invoices?webhook_url=https://example.com/&colour=red"),
    ),
    ("chargeover", "/api/v3/package", call("GET", f"{CHARGEOVER}/package")),
    ("chargeover", "/api/v3/item/{id}", call("DELETE", f"{CHARGEOVER}/item/5")),
    ("chargeover", "/api/v3/invoice/{…}/_action/email", call("POST", f"{CHARGEOVER}/invoice/5/_action/email", {})),
    (
        "chargeover",
        "/api/v3/customer",
        call("POST", f"{CHARGEOVER}/customer", {"company": "Strange Ltd", "colour": "red"}),
    ),
    ("snapbooks", "/api/v1/bill", call("POST", f"{SNAPBOOKS}/bill", {})),
    ("snapbooks", "/api/v1/invoice-void", call("DELETE", f"{SNAPBOOKS}/invoice-void", {"invoiceNumber": "1"})),
)


@pytest.mark.parametrize(("dialect", "address", "asked"), SERVED)
def test_what_is_served_is_told_so(tmp_path: Path, dialect: str, address: str, asked: Call) -> None:
    found = report(as_lines(tmp_path, [asked]))
    assert (found["ok"], found["calls"], found["served"], found["not_served"]) == (True, 1, 1, 0)
    one = row(found, asked["method"], address)
    assert (one["dialect"], one["served"], one["why"]) == (dialect, True, "")


@pytest.mark.parametrize(("dialect", "address", "asked"), NOT_SERVED)
def test_what_is_not_served_is_told_with_the_reason(tmp_path: Path, dialect: str, address: str, asked: Call) -> None:
    found = report(as_lines(tmp_path, [asked]))
    assert (found["ok"], found["served"], found["not_served"]) == (False, 0, 1)
    one = row(found, asked["method"], address)
    assert (one["dialect"], one["served"]) == (dialect, False)
    assert one["why"]


def test_a_server_answers_as_the_report_says(tmp_path: Path) -> None:
    """Each call is really made; a call that is served may be refused for its values, but never as one unheard of."""
    with serving(tmp_path / "data") as server:
        key = server.new_key("--connection", DEMO)
        for _, address, asked in (*SERVED, *NOT_SERVED):
            url = httpx.URL(asked["url"]).copy_with(scheme="http", host="127.0.0.1", port=httpx.URL(server.url).port)
            answer = httpx.request(asked["method"], url, json=asked["body"], headers=headers_of(asked, key))
            expected = (asked in [each for _, _, each in SERVED], asked["method"], address)
            assert (not is_unheard_of(answer), asked["method"], address) == expected, answer.text


def headers_of(asked: Call, key: str) -> dict[str, str]:
    """The key as each vendor's callers send it, whichever vendor is asked."""
    if "snapbooks" in asked["url"]:
        return {"X-Api-Key": key}
    user = key.split("_")[1] if "chargeover" in asked["url"] else key
    password = key if "chargeover" in asked["url"] else ""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    bearer = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": DEMO}
    return bearer if "conductor" in asked["url"] else {"Authorization": f"Basic {pair}"}


def is_unheard_of(answer: httpx.Response) -> bool:
    """Whether an answer says that there is no such address, operation, parameter or field."""
    verbs = ("GET", "POST", "PUT", "DELETE")
    marks = (*(f"There is no {verb}" for verb in verbs), "such address", "Not Found", "object type")
    told = answer.text + answer.headers.get("counterfoil-problems", "")
    return (
        (answer.status_code in (405, 501) and "need no Web Connector" not in told)
        or (answer.status_code in (400, 404) and any(mark in told for mark in (*marks, "not served", "not supported")))
        or (answer.status_code in (400, 422) and "colour" in told)
    )


@pytest.mark.parametrize("options", [{}, {"indent": 1}])
def test_a_har_file_tells_the_same_as_lines(tmp_path: Path, options: dict[str, Any]) -> None:
    calls = [{**each, "status": 200} for _, _, each in (*SERVED, *NOT_SERVED)]
    expected = report(as_lines(tmp_path, calls))
    har = as_har(tmp_path, calls, **options)
    assert report(har) == expected
    har.write_bytes(b"\xef\xbb\xbf" + har.read_bytes())
    assert report(har) == expected


def test_calls_are_counted_and_statuses_compared(tmp_path: Path) -> None:
    url = f"{QUBE}/connections/{DEMO}/invoices"
    calls = [call("POST", url, SENT, status) for status in (201, 201, 200, 422, 503)]
    one = row(report(as_lines(tmp_path, calls)), "POST", "/api/v1/connections/{connection_id}/invoices")
    assert one["calls"] == 5
    assert one["statuses"] == {"200": 1, "201": 2, "422": 1, "503": 1}
    assert one["other_statuses"] == [200]


def test_what_is_unknown_is_named_with_its_place(tmp_path: Path) -> None:
    line = {"itemId": "1", "colour": "red", "tints": []}
    body = {**INVOICE, "tone": "dark", "lines": [line, {"itemId": "2", "shade": 1}], "shippingAddress": {"planet": "x"}}
    calls = [call("POST", f"{CONDUCTOR}/quickbooks-desktop/invoices?shade=1", body)] * 3
    one = row(report(as_lines(tmp_path, calls)), "POST", "/v1/quickbooks-desktop/invoices")
    assert names(one["unknown_parameters"]) == ["shade"]
    unknown = {"lines[].colour", "lines[].tints", "lines[].shade", "shippingAddress.planet", "tone"}
    assert set(names(one["unknown_fields"])) == unknown
    assert {each["calls"] for each in one["unknown_fields"]} == {3}


def test_snapbooks_passes_over_what_it_does_not_know(tmp_path: Path) -> None:
    body = {"invoicenumber": "1", "customerid": 59, "colour": "red", "lineitems": [{"UNITS": 1, "shade": 2}]}
    found = report(as_lines(tmp_path, [call("POST", f"{SNAPBOOKS}/invoice?x=1", body)]))
    one = row(found, "POST", "/api/v1/invoice")
    assert (found["ok"], one["served"]) == (True, True)
    assert names(one["unknown_parameters"]) == ["x"]
    assert set(names(one["unknown_fields"])) == {"colour", "lineitems[].shade"}


def test_connections_that_want_an_alias_are_listed(tmp_path: Path) -> None:
    named = {**call("GET", f"{CONDUCTOR}/quickbooks-desktop/invoices"), "headers": {"conductor-end-user-id": USER}}
    calls = [named, named, call("GET", f"{QUBE}/connections/{DEMO}"), call("GET", f"{CONDUCTOR}/end-users/{USER}")]
    assert report(as_lines(tmp_path, calls))["connections"] == [{"id": USER, "calls": 3}, {"id": DEMO, "calls": 1}]


def test_other_shapes_of_lines(tmp_path: Path) -> None:
    asked = {"method": "get", "url": f"{CONDUCTOR}/end-users", "headers": [{"name": "Accept", "value": "*/*"}]}
    path = tmp_path / "calls.jsonl"
    shapes = (
        {"request": asked, "response": {"status": 200, "body": {"data": []}}},
        {**asked, "status": 200, "response": {"body": "x"}},
        {"method": "POST", "url": f"{CONDUCTOR}/end-users", "request_body": '{"companyName": "X", "tone": 1}'},
        {"method": "POST", "url": f"{CONDUCTOR}/end-users", "body": "companyName=X"},
    )
    path.write_text("\n\n".join(json.dumps(shape) for shape in shapes))
    found = report(path)
    assert found["unreadable"] == 0
    assert row(found, "GET", "/v1/end-users")["calls"] == 2
    assert row(found, "GET", "/v1/end-users")["statuses"] == {"200": 2}


def test_what_programs_write_otherwise_is_read_all_the_same(tmp_path: Path) -> None:
    """Statuses as text or fractions, headers as lists, nothing where others write an empty list."""
    url = f"{CONDUCTOR}/end-users"
    shapes = (
        {"method": "GET", "url": url, "status": "200"},
        {"method": "GET", "url": url, "status": 200.0},
        {"method": "GET", "url": url, "response": {"status": "OK"}},
        {"method": "GET", "url": url, "status": 0, "headers": {"Conductor-End-User-Id": [USER]}},
    )
    path = tmp_path / "calls.jsonl"
    path.write_text("\n".join(json.dumps(shape) for shape in shapes))
    found = report(path)
    assert (found["calls"], found["unreadable"]) == (4, 0)
    assert row(found, "GET", "/v1/end-users")["statuses"] == {"200": 2}
    assert found["connections"] == [{"id": USER, "calls": 1}]

    entries = [
        {"request": {"method": "GET", "url": url, "headers": None, "postData": None}, "response": None},
        {"request": {"method": "GET", "url": url, "headers": [{"name": None}]}, "response": {"status": -1}},
    ]
    har = tmp_path / "calls.har"
    har.write_text(json.dumps({"$comment": "of a proxy", "version": 1.2, "log": {"entries": entries}}))
    found = report(har)
    assert (found["calls"], found["unreadable"]) == (2, 0)
    assert row(found, "GET", "/v1/end-users")["statuses"] == {}


@pytest.mark.parametrize("body", ['{"lines": [' * 5000 + "]}" * 5000, json.dumps("[" * 5000)], ids=["value", "text"])
def test_what_is_nested_without_end_stops_nobody(tmp_path: Path, body: str) -> None:
    path = tmp_path / "calls.jsonl"
    fine = json.dumps(call("GET", f"{CONDUCTOR}/end-users"))
    deep = f'{{"method": "POST", "url": "{CONDUCTOR}/end-users", "body": {body}}}'
    path.write_text(f"{deep}\n{fine}\n")
    found = report(path)
    assert row(found, "GET", "/v1/end-users")["calls"] == 1
    assert found["calls"] + found["unreadable"] == 2


SECRETS: Final = (
    "sk_conductor_7Qd2mV9xKfT4bLz8",
    "qk_live_9f27c4e1b85d4a03",
    "auth_sess_client_secret_0a1b2c3d4e5f60718293a4b5",
    "hunter2correcthorse9battery",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
    "maria.sanchez@example.net",
    "4111111111111111",
)


def test_nothing_secret_of_a_recording_is_shown(tmp_path: Path) -> None:
    a, b, c, d, e, mail, card = SECRETS
    calls = [
        {
            **call(
                "POST",
                f"{CONDUCTOR}/quickbooks-desktop/invoices?{b}={c}",
                {**INVOICE, d: e, "memo": mail, "card": card},
            ),
            "headers": {"Authorization": f"Bearer {a}", "Conductor-End-User-Id": a, "Cookie": e},
        },
        {
            **call("GET", f"https://{b}:{d}@qubesync.com/api/v1/connections/{a}/customers/{e}"),
            "headers": {"X-Api-Key": a},
        },
        call("GET", f"https://{mail}/connect/{c}"),
        call("GET", f"https://example.com/{d}/{e}/{card}?{a}"),
        call("PUT", f"{CHARGEOVER}/{a}/{mail}", {a: b}),
        call(a, f"{CONDUCTOR}/end-users"),
    ]
    recording = as_har(tmp_path, calls)
    for ran in (compat(recording, "--json"), compat(recording), compat(as_lines(tmp_path, calls), "--json")):
        assert ran.code == 1
        assert [secret for secret in SECRETS if secret in ran.text] == []


def test_a_recording_of_a_browser_is_narrowed_to_a_host(tmp_path: Path) -> None:
    calls = [call("GET", "https://cdn.example.com/app.js"), call("GET", f"{CONDUCTOR}/end-users")]
    assert report(as_lines(tmp_path, calls))["not_served"] == 1
    found = report(as_lines(tmp_path, calls), "--host", "api.conductor.is")
    assert (found["ok"], found["calls"], found["other_hosts"]) == (True, 1, 1)


def test_lines_that_are_no_calls_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "LONGEST_LINE", 1000)
    path = tmp_path / "calls.jsonl"
    fine = json.dumps(call("GET", f"{CONDUCTOR}/end-users")).encode()
    long = json.dumps(call("GET", f"{CONDUCTOR}/end-users", "x" * 5000)).encode()
    path.write_bytes(b"\n".join((fine, b"{", b"[]", b'{"url": 5}', b"\xff\xfe", long, b'{"method": "GET"}', fine)))
    found = report(path)
    assert (found["ok"], found["calls"], found["unreadable"]) == (False, 2, 6)


@pytest.mark.parametrize("content", [b"", b'{"log": {"entries": [', b'{"log": {}}', b"\n\n", b"PK\x03\x04"])
def test_a_file_without_calls_is_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "none.har"
    path.write_bytes(content)
    ran = compat(path)
    assert ran.code == 1
    assert "none.har" in ran.err
    assert "HAR" in ran.err


def test_it_needs_no_data_folder_and_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recording = as_lines(tmp_path, [call("GET", f"{CONDUCTOR}/end-users")])
    assert compat(recording).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [recording.name]


def test_what_people_read(tmp_path: Path) -> None:
    asked = call("GET", f"{CONDUCTOR}/quickbooks-desktop/bills")
    calls = [{**asked, "headers": {"Conductor-End-User-Id": USER}}, call("GET", f"{CONDUCTOR}/end-users")]
    ran = compat(as_lines(tmp_path, calls))
    assert ran.code == 1
    assert "not served        1 ×  conductor  GET /v1/quickbooks-desktop/bills" in ran.out
    assert "passthrough" in ran.out
    assert f"counterfoil connection alias ID {USER}" in ran.out
    assert "2 calls: 1 would be served, 1 would not." in ran.out
