"""What hostile and clumsy callers send: each gets a clear error, nothing is stored, nothing is told to strangers."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

import httpx
import pytest
from starlette.routing import Route
from tests.acceptance.conftest import (
    ACME,
    CANADIAN,
    DEMO,
    PATIENCE,
    Server,
    client,
    counts,
    goods,
    invoice,
    new_key,
    rows,
    run,
)

from counterfoil.dialects.conductor.routes import ConductorApi

STRANGER: Final = "Zwickel and Daughters"
"""The company of another account; its name is nobody else's business."""

CANARY: Final = "Heliotrope 7319"
"""Written into records of the demo company; no stranger may ever read it."""

MEGABYTE: Final = 1_000_000
TYPES: Final = {
    "INTEGRATION_ERROR",
    "INTEGRATION_CONNECTION_ERROR",
    "INVALID_REQUEST_ERROR",
    "AUTHENTICATION_ERROR",
    "PERMISSION_ERROR",
    "INTERNAL_ERROR",
}
"""The vendor's six types of error."""

INNARDS: Final = ("Traceback", 'File "', "site-packages", ".py", "sqlite", "apsw", "counterfoil.", "msgspec", "0x7f")
"""Words of the machinery, which no answer may hold."""


@dataclass(frozen=True)
class World:
    """A running server with two accounts: ours has the demo companies, the stranger's has one of its own."""

    server: Server
    ours: str
    bound: str
    canadian: str
    revoked: str
    theirs: str
    their_connection: str
    items: dict[str, str]
    canary_customer: str
    canary_invoice: str

    @property
    def url(self) -> str:
        return f"{self.server.url}/v1"

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.ours, self.bound, self.canadian, self.revoked, self.theirs)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data = tmp_path_factory.mktemp("world") / "data"
    server = Server(data, environment={"COUNTERFOIL_GUESS_LIMIT": "0"})  # wrong keys are much of what is sent here
    server.start()
    run(data, "account", "create", "--name", "stranger")
    made = run(data, "connection", "create", "--account", "stranger", "--name", STRANGER, "--json").json
    options = ((), ("--connection", DEMO), ("--connection", CANADIAN), (), ("--account", "stranger"))
    ours, bound, canadian, revoked, theirs = (new_key(data, *each) for each in options)
    run(data, "key", "revoke", revoked)
    with client(server.url, ours) as caller:
        items = goods(caller)
        customer = caller.post("/customers", json={"name": CANARY, "note": CANARY}).json()["id"]
        body = {**invoice(items), "customerId": customer, "memo": CANARY, "refNumber": "CANARY-1"}
        canary = caller.post("/invoices", json=body, headers={"Idempotency-Key": "canary"}).json()["id"]
    yield World(server, ours, bound, canadian, revoked, theirs, made["id"], items, customer, canary)
    assert server.stop() == 0


@pytest.fixture
def caller(world: World) -> Iterator[httpx.Client]:
    """A caller who may do everything in the demo company."""
    with client(world.server.url, world.ours) as opened:
        yield opened


Refused = Callable[..., dict[str, Any]]


@pytest.fixture
def refused(world: World) -> Iterator[Refused]:
    """Checks an error; when the test is over, that all of them together stored nothing and upset nobody."""
    data, said = world.server.data, len(world.server.errors())
    before = counts(data)

    def check(answer: httpx.Response, *statuses: int, words: str = "") -> dict[str, Any]:
        assert answer.status_code in statuses, answer.text[:500]
        error = error_of(answer)
        assert words in error["userFacingMessage"]
        nothing_leaks(world, answer)
        return error

    yield check
    assert counts(data) == before
    quiet(world, said)


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """The vendor's error object, every key of it right."""
    assert answer.headers["content-type"] == "application/json", answer.text[:300]
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() >= {"message", "userFacingMessage", "type", "code", "httpStatusCode", "requestId"}, error
    assert error["httpStatusCode"] == answer.status_code
    assert error["type"] in TYPES
    assert error["code"] == error["code"].upper()
    assert error["requestId"] == answer.headers["conductor-request-id"]
    assert error["requestId"].startswith("req_")
    assert len(error["userFacingMessage"].split()) >= 5
    assert "internal" not in error["userFacingMessage"].lower()
    assert answer.status_code < 500 or error["code"] == "QBD_REQUEST_ERROR"
    return error


def nothing_leaks(world: World, answer: httpx.Response) -> None:
    text = f"{answer.headers}\n{answer.text}"
    for secret in (*INNARDS, STRANGER, world.their_connection, str(world.server.data), *world.keys):
        assert secret not in text


def quiet(world: World, said: int) -> None:
    """The server wrote no trace of trouble, and no key, to its stderr."""
    errors = world.server.errors()[said:]
    for word in ("Traceback", "Error", "Exception", "never", *world.keys):
        assert word not in errors


def body_of(world: World, text: str, by: str) -> bytes:
    """A good invoice's JSON with one piece of its text exchanged."""
    good = json.dumps(invoice(world.items))
    assert text in good
    return good.replace(text, by, 1).encode()


# Bodies that are no request.

BROKEN: Final = {
    "empty": b"",
    "blank": b" \n ",
    "half": b'{"customerId": "80000001-12345',
    "no JSON": b"customerId=80000001-1234567890",
    "an array": b"[]",
    "an array of requests": b'[{"customerId": "80000001-1234567890"}]',
    "null": b"null",
    "a string": b'"invoice"',
    "two objects": b"{}{}",
    "a comma too many": b'{"memo": "x",}',
    "single quotes": b"{'memo': 'x'}",
    "a comment": b'{"memo": "x" /* why */}',
    "NaN": b'{"exchangeRate": NaN}',
    "Infinity": b'{"exchangeRate": -Infinity}',
    "a leading zero": b'{"exchangeRate": 01}',
    "a huge exponent": b'{"exchangeRate": 1e99999999999999999999}',
    "5,000 digits": b'{"exchangeRate": ' + b"9" * 5000 + b"}",
    "10,000 arrays deep": b'{"lines": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "10,000 objects deep": b'{"lines":' * 10_000 + b"1" + b"}" * 10_000,
    "10,000 deep and open": b"[" * 10_000,
    "a lone surrogate": b'{"memo": "\\ud800"}',
    "surrogates in the wrong order": b'{"memo": "\\udc00\\ud800"}',
    "a raw NUL": b'{"memo": "a\x00b"}',
    "no UTF-8": b'{"memo": "\xff\xfe"}',
    "a surrogate in UTF-8": b'{"memo": "\xed\xa0\x80"}',
    "UTF-16": '{"memo": "x"}'.encode("utf-16"),
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "duplicate keys": b'{"memo": "a", "memo": "b"}',
    "duplicate keys, one escaped": b'{"memo": "a", "mem\\u006f": "b"}',
    "duplicate keys inside": b'{"lines": [{"itemId": "a", "itemId": "b"}]}',
}
WRITES: Final = (
    "/quickbooks-desktop/invoices",
    f"/quickbooks-desktop/customers/{ACME}",
    "/end-users",
    "/auth-sessions",
)


@pytest.mark.parametrize("name", BROKEN)
def test_a_body_that_is_no_object_is_refused(world: World, caller: httpx.Client, refused: Refused, name: str) -> None:
    for path in WRITES:
        error = refused(caller.post(world.url + path, content=BROKEN[name]), 400)
        assert error["type"] == "INVALID_REQUEST_ERROR"
        assert "body" in error["userFacingMessage"]


@pytest.mark.parametrize("path", WRITES)
def test_twenty_megabytes_are_refused_told_or_untold(
    world: World, caller: httpx.Client, refused: Refused, path: str
) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * MEGABYTE

    refused(caller.post(world.url + path, content=b" " * 20 * MEGABYTE), 413, words="bytes")
    refused(caller.post(world.url + path, content=chunks()), 413, words="bytes")


def test_a_body_of_just_the_limit_is_read(world: World, caller: httpx.Client, refused: Refused) -> None:
    good = json.dumps({"customerId": "none"}).encode()
    limit = 1024 * 1024
    assert refused(caller.post("/invoices", content=good.ljust(limit)), 400, words="transactionDate")
    assert refused(caller.post("/invoices", content=good.ljust(limit + 1)), 413)


@pytest.mark.parametrize("count", [501, 1000])
def test_too_many_lines_are_refused(world: World, caller: httpx.Client, refused: Refused, count: int) -> None:
    line = {"itemId": world.items["Paver"], "quantity": 1}
    answer = caller.post("/invoices", json={**invoice(world.items), "lines": [line] * count})
    refused(answer, 400, words="500")


# Values that no invoice may hold.

NUMBERS: Final = {
    "1e400": ("quantity", "1e400"),
    "-1e400": ("quantity", "-1e400"),
    "30 digits": ("quantity", "1" * 30),
    "10^15 of them": ("quantity", "1000000000000000"),
    "6 decimals of a quantity": ("quantity", "1.123456"),
    "a quantity as text": ("quantity", '"2"'),
    "a quantity of nothing": ("quantity", "null"),
    "an amount as a number": ("amount", "10.00"),
    "10^15": ("amount", '"1000000000000000.00"'),
    "30 digits of money": ("amount", f'"{"9" * 30}"'),
    "3 decimals of money": ("amount", '"1.005"'),
    "an exponent": ("amount", '"1e3"'),
    "NaN as text": ("amount", '"NaN"'),
    "Infinity as text": ("amount", '"-Infinity"'),
    "hexadecimal": ("amount", '"0x10"'),
    "digits of another script": ("amount", '"١٢٣"'),
    "a thousands separator": ("amount", '"1,000.00"'),
    "a decimal comma": ("amount", '"1,5"'),
    "a blank": ("amount", '" 1"'),
    "a newline": ("amount", '"1\\n"'),
    "6 decimals of a rate": ("rate", '"1.123456"'),
    "10^15 a piece": ("rate", '"1000000000000000"'),
    "a rate of lists": ("rate", "[]"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_beyond_the_limits_is_refused(world: World, caller: httpx.Client, refused: Refused, name: str) -> None:
    field, text = NUMBERS[name]
    body = body_of(world, '"quantity": 2', f'"{field}": {text}')
    error = refused(caller.post("/invoices", content=body), 400)
    assert f"lines[0].{field}" in error["userFacingMessage"]


@pytest.mark.parametrize(
    "line",
    [
        {"amount": "9999999999999.99"},
        {"quantity": 9999999999, "rate": "9999999999.99999"},
        {"quantity": -9999999999, "rate": "9999999999.99999"},
        {"quantity": 1000000, "rate": "9999999999.99"},
    ],
)
def test_sums_beyond_the_books_are_refused(
    world: World, caller: httpx.Client, refused: Refused, line: dict[str, Any]
) -> None:
    lines = [{"itemId": world.items["Paver"], **line}] * 3
    refused(caller.post("/invoices", json={**invoice(world.items), "lines": lines}), 400, 502)


def test_nil_with_a_sign_is_nil(world: World, caller: httpx.Client) -> None:
    for line in ({"amount": "-0.00"}, {"quantity": -0.0, "rate": "-0.00000"}):
        body = {**invoice(world.items), "lines": [{"itemId": world.items["Paver"], **line}]}
        answer = caller.post("/invoices", content=json.dumps(body))
        assert answer.status_code == 200, answer.text
        assert "-0" not in answer.text.split('"lines"')[1]
        assert (answer.json()["subtotal"], answer.json()["balanceRemaining"]) == ("0.00", "0.00")


TEXTS: Final = {
    "NUL": "a\0b",
    "a bell": "a\x07b",
    "an escape sequence": "\x1b[31mred",
    "too long": "x" * 5000,
    "a list": ["x"],
    "a number": 5,
    "true": True,
    "null": None,
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_none_is_refused(world: World, caller: httpx.Client, refused: Refused, name: str) -> None:
    bad = TEXTS[name]
    refused(caller.post("/invoices", json={**invoice(world.items), "memo": bad}), 400, words="memo")
    refused(caller.post("/customers", json={"name": bad}), 400, words="name")
    end_user = {"companyName": bad, "sourceId": f"source of {name}", "email": "who@where.example"}
    refused(caller.post(f"{world.url}/end-users", json=end_user), 400, words="companyName")
    link = {"publishableKey": bad, "endUserId": f"end_usr_{DEMO.replace('-', '')}"}
    refused(caller.post(f"{world.url}/auth-sessions", json=link), 400, words="publishableKey")


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-13-01", "0000-01-01", "10000-01-01", "2026-W01-1", "20260102", "2/3/2026", 20260102]
)
def test_a_day_that_is_none_is_refused(world: World, caller: httpx.Client, refused: Refused, day: object) -> None:
    refused(caller.post("/invoices", json={**invoice(world.items), "transactionDate": day}), 400, words="date")
    refused(caller.get("/invoices", params={"transactionDateFrom": str(day)}), 400, words="transactionDateFrom")


@pytest.mark.parametrize(
    "redirect", ["javascript:alert(1)", "http://", "//evil.example", "http://[/", "ftp://a.example", 5, ["http://a"]]
)
def test_a_link_leads_only_to_the_web(world: World, caller: httpx.Client, refused: Refused, redirect: object) -> None:
    body = {"publishableKey": "pk", "endUserId": f"end_usr_{DEMO.replace('-', '')}", "redirectUrl": redirect}
    refused(caller.post(f"{world.url}/auth-sessions", json=body), 400, words="redirectUrl")


def test_a_senseless_body_costs_little(world: World, caller: httpx.Client, refused: Refused) -> None:
    """The answer to a megabyte of nonsense is no megabyte of complaints."""
    nonsense = {f"k{number}": 1 for number in range(60_000)}
    for path in WRITES:
        answer = caller.post(world.url + path, json=nonsense)
        refused(answer, 400)
        assert len(answer.content) < 100_000, path


# Wrong types everywhere: every field of every body in the server's own description.

WRONG: Final[tuple[Any, ...]] = ({}, [], True, 12.5, "\0", None, [[]], [None], {"a": {}})


@pytest.fixture(scope="module")
def description(world: World) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{world.url}/openapi.json").json()
    return found


def schema_at(description: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema, its reference followed."""
    if "$ref" in schema:
        found: dict[str, Any] = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def test_every_field_of_every_body_refuses_every_wrong_type(
    world: World, caller: httpx.Client, refused: Refused, description: dict[str, Any]
) -> None:
    bodies = 0
    for path, verbs in description["paths"].items():
        content = verbs.get("post", {}).get("requestBody", {}).get("content", {})
        if not content:
            continue
        bodies += 1
        schema = schema_at(description, content["application/json"]["schema"])
        if "properties" not in schema:
            continue  # raw qbXML, whose elements are the books' affair
        for wrong in WRONG:
            body = {name: wrong for name, each in schema["properties"].items() if not fits(description, each, wrong)}
            answer = caller.post(f"{world.server.url}{path.replace('{id}', 'none')}", json=body)
            error = refused(answer, 400)
            places = {problem["place"].partition("[")[0].partition(".")[0] for problem in error["problems"]}
            assert places >= body.keys() or len(error["problems"]) >= 100, (path, wrong, body.keys() - places)
    assert bodies >= 20


def fits(description: dict[str, Any], schema: dict[str, Any], value: object) -> bool:
    """Whether a value is of the type that a field takes (an empty object may be a whole one: it is left out)."""
    schema = schema_at(description, schema)
    kind = schema.get("type")
    of_json = {"object": dict, "boolean": bool, "number": float, "string": str}
    if kind == "array":
        return False
    if kind == "string" and value == "\0":
        return False
    return kind in of_json and isinstance(value, of_json[kind])


def test_every_body_refuses_what_it_does_not_know(
    world: World, caller: httpx.Client, refused: Refused, description: dict[str, Any]
) -> None:
    for path, verbs in description["paths"].items():
        if "requestBody" in verbs.get("post", {}) and "passthrough" not in path:
            answer = caller.post(f"{world.server.url}{path.replace('{id}', 'none')}", json={"isPaid\n": 1, "äöü": {}})
            refused(answer, 400, words="äöü")


# Ids.

IDS: Final = (
    "0",
    "FFFFFFFF-1234567890",
    "' OR '1'='1",
    "%",
    "..%2f..%2fetc",
    "%00",
    "%ff",
    "a" * 5000,
    "{id}",
    "null",
    "-1",
    "😀",
)


@pytest.mark.parametrize("identifier", IDS)
def test_unknown_ids_are_told_as_such(world: World, caller: httpx.Client, refused: Refused, identifier: str) -> None:
    one = quote(identifier, safe="%")
    change = {"revisionNumber": "1", "memo": "x"}
    refused(caller.get(f"/invoices/{one}"), 404, 502)
    refused(caller.get(f"/customers/{one}"), 404, 502)
    refused(caller.post(f"/invoices/{one}", json=change), 404, 502)
    refused(caller.post(f"/invoices/{one}/void"), 404, 502)
    refused(caller.delete(f"/invoices/{one}"), 404, 502)
    refused(caller.get("/invoices", params={"ids": identifier}), 400, 502)
    refused(caller.get("/customers", params={"fullNames": identifier}), 400, 502)
    refused(caller.get(f"{world.url}/end-users/{one}"), 404)
    refused(caller.delete(f"{world.url}/end-users/{one}"), 404)


def test_a_question_for_thousands_of_ids_costs_little(world: World, caller: httpx.Client, refused: Refused) -> None:
    answer = caller.get("/invoices", params=[("ids", f"{number:X}") for number in range(5000)])
    refused(answer, 400, 414, 502)
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("field", ["customerId", "classId", "termsId", "salesTaxItemId", "salesTaxCodeId"])
@pytest.mark.parametrize("identifier", ["none", "' OR 1=1 --", "%", "80000001-1234567891"])
def test_unknown_references_are_named(
    world: World, caller: httpx.Client, refused: Refused, field: str, identifier: str
) -> None:
    answer = caller.post("/invoices", json={**invoice(world.items), field: identifier})
    error = refused(answer, 502, words=identifier)
    assert error["integrationCode"] == "3140"
    assert field in error["userFacingMessage"]


def test_references_of_the_wrong_kind_are_named(world: World, caller: httpx.Client, refused: Refused) -> None:
    wrong = {**invoice(world.items), "customerId": world.items["Paver"], "termsId": ACME}
    refused(caller.post("/invoices", json=wrong), 502, words="customerId")
    lines = [{"itemId": ACME}]
    refused(caller.post("/invoices", json={**invoice(world.items), "lines": lines}), 502, words="lines[0].itemId")


# Who asks.


def wrong_keys(world: World) -> dict[str, str | None]:
    identifier, _, secret = world.ours.removeprefix("cf_").partition("_")
    return {
        "no header": None,
        "an empty header": "",
        "no key": "Bearer",
        "another scheme": f"Basic {world.ours}",
        "no scheme": world.ours,
        "the prefix": "Bearer cf_",
        "an id alone": f"Bearer cf_{identifier}",
        "an id and no secret": f"Bearer cf_{identifier}_",
        "a wrong secret": f"Bearer cf_{identifier}_{secret[::-1]}",
        "a secret cut short": f"Bearer {world.ours[:-1]}",
        "a secret too long": f"Bearer {world.ours}x",
        "other capitals": f"Bearer cf_{identifier}_{secret.swapcase()}",
        "an unknown id": f"Bearer cf_{'0' * 16}_{secret}",
        "another's id": f"Bearer cf_{world.theirs[3:19]}_{secret}",
        "a pattern": "Bearer cf_%_%",
        "injection": "Bearer ' OR '1'='1",
        "two keys": f"Bearer {world.ours} {world.ours}",
        "50,000 characters": f"Bearer cf_{identifier}_{'x' * 50_000}",
        "Latin letters": "Bearer cf_ÿþ",
        "the vendor's key": "Bearer sk_conductor_0123456789",
        "revoked": f"Bearer {world.revoked}",
    }


def test_no_wrong_key_opens_anything(world: World, refused: Refused) -> None:
    paths = ("/quickbooks-desktop/invoices", "/quickbooks-desktop/health-check", "/end-users", f"/end-users/{DEMO}")
    with httpx.Client(base_url=world.url) as anyone:
        for name, value in wrong_keys(world).items():
            headers = {"Conductor-End-User-Id": DEMO}
            if value is not None:
                headers["Authorization"] = cast(str, value.encode("latin-1"))
            for path in paths:
                answer = anyone.get(path, headers=headers)
                error = refused(answer, 401, words="key")
                assert error["code"] == "API_KEY_INVALID", name
                assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_is_taken_from_its_header_only(world: World, refused: Refused) -> None:
    with httpx.Client(base_url=world.url, headers={"Conductor-End-User-Id": DEMO}) as anyone:
        for name in ("key", "api_key", "apiKey", "access_token", "Authorization"):
            refused(anyone.get("/quickbooks-desktop/invoices", params={name: world.ours}), 401)
            refused(anyone.get("/quickbooks-desktop/invoices", headers={"Cookie": f"{name}={world.ours}"}), 401)


def test_the_key_is_proved_before_anything_is_said_of_connections(world: World, refused: Refused) -> None:
    headers = {"Authorization": f"Bearer {world.revoked}"}
    for end_user in (DEMO, CANADIAN, world.their_connection, "0" * 32, "nonsense", ""):
        with httpx.Client(base_url=world.url, headers={**headers, "Conductor-End-User-Id": end_user}) as anyone:
            refused(anyone.get("/quickbooks-desktop/invoices"), 401)
            refused(anyone.post("/quickbooks-desktop/invoices", json={}), 401)
            refused(anyone.get(f"/end-users/{end_user or 'x'}"), 401)


def test_the_end_user_header_is_needed_and_has_to_be_right(world: World, refused: Refused) -> None:
    with httpx.Client(base_url=world.url, headers={"Authorization": f"Bearer {world.ours}"}) as caller:
        for verb, path in (
            ("GET", "invoices"),
            ("POST", "invoices"),
            ("GET", "health-check"),
            ("DELETE", "invoices/1"),
        ):
            answer = caller.request(verb, f"/quickbooks-desktop/{path}")
            refused(answer, 400, words="Conductor-End-User-Id")
        for wrong in ("", "end_usr_", "nonsense", "end_usr_" + "0" * 32, DEMO[:-1], f"{DEMO}x", "%", "x" * 5000):
            answer = caller.get("/quickbooks-desktop/invoices", headers={"Conductor-End-User-Id": wrong})
            refused(answer, 400, 404, words="end-user" if len(wrong) != 40 else "")


def test_a_key_for_one_connection_reaches_no_other(world: World, refused: Refused) -> None:
    with client(world.server.url, world.canadian, DEMO) as caller:
        refused(caller.get("/invoices"), 403)
        refused(caller.get(f"/invoices/{world.canary_invoice}"), 403)
        refused(caller.post("/invoices", json=invoice(world.items)), 403)
        refused(caller.get(f"{world.url}/end-users/{DEMO}"), 403)
        refused(caller.delete(f"{world.url}/end-users/{DEMO}"), 403)
        refused(caller.get(f"{world.url}/end-users/{DEMO}/ping/quickbooks_desktop"), 403)
        listed = caller.get(f"{world.url}/end-users")
        assert [each["id"] for each in listed.json()["data"]] == [f"end_usr_{CANADIAN.replace('-', '')}"]


def test_a_key_for_one_connection_makes_no_link_to_another(world: World, refused: Refused) -> None:
    body = {"publishableKey": "pk", "endUserId": f"end_usr_{DEMO.replace('-', '')}"}
    with client(world.server.url, world.canadian, CANADIAN) as caller:
        refused(caller.post(f"{world.url}/auth-sessions", json=body), 403)


def test_a_key_for_one_connection_makes_no_other_connection(world: World, refused: Refused) -> None:
    body = {"companyName": "Another", "sourceId": "another", "email": "who@where.example"}
    with client(world.server.url, world.canadian, CANADIAN) as caller:
        refused(caller.post(f"{world.url}/end-users", json=body), 403)


def test_another_accounts_connection_is_unknown(world: World, refused: Refused) -> None:
    """In the answer, it is as if it had never been made."""
    with client(world.server.url, world.ours, world.their_connection) as caller:
        there = caller.get("/invoices")
        nowhere = caller.get("/invoices", headers={"Conductor-End-User-Id": "0" * 32})
        assert refused_alike(there, nowhere)
        link = {"publishableKey": "pk", "endUserId": world.their_connection}
        assert caller.post(f"{world.url}/auth-sessions", json=link).status_code == 404
        refused(caller.post(f"{world.url}/auth-sessions", json={**link, "endUserId": "0" * 32}), 404)


def refused_alike(one: httpx.Response, other: httpx.Response) -> bool:
    """Two refusals that differ in nothing but the id that was asked for."""
    left, right = one.json()["error"], other.json()["error"]
    keys = ("type", "code", "httpStatusCode", "fixes")
    return one.status_code == other.status_code == 404 and all(left[key] == right[key] for key in keys)


# Headers.


@pytest.mark.parametrize("seconds", ["abc", "", "-1", "0", "-0", "nan", "inf", "-inf", "1e400", "601", "1,5", "5s"])
def test_a_timeout_that_is_none_is_refused(world: World, caller: httpx.Client, refused: Refused, seconds: str) -> None:
    headers = {"Conductor-Timeout-Seconds": seconds}
    answer = caller.post("/invoices", json=invoice(world.items), headers=headers)
    refused(answer, 400, words="Conductor-Timeout-Seconds")


def test_a_request_that_is_refused_after_its_time_is_up_upsets_nobody(world: World, caller: httpx.Client) -> None:
    said, before = len(world.server.errors()), counts(world.server.data)
    for _ in range(20):
        headers = {"Conductor-Timeout-Seconds": "0.0000001"}
        answer = caller.post("/invoices", json={**invoice(world.items), "customerId": "none"}, headers=headers)
        assert answer.status_code in (502, 504)
        nothing_leaks(world, answer)
    assert counts(world.server.data) == before
    quiet(world, said)


@pytest.mark.parametrize("length", [0, 256, 10_000])
def test_an_idempotency_key_has_a_sensible_length(
    world: World, caller: httpx.Client, refused: Refused, length: int
) -> None:
    """An empty one protects nobody, and whoever sends it believes to be protected; a long one is no key."""
    answer = caller.post("/invoices", json=invoice(world.items), headers={"Idempotency-Key": "k" * length})
    refused(answer, 400, words="dempotency")


def test_an_idempotency_key_is_for_one_request(world: World, caller: httpx.Client, refused: Refused) -> None:
    other = {**invoice(world.items), "memo": "another"}
    answer = caller.post("/invoices", json=other, headers={"Idempotency-Key": "canary"})
    error = refused(answer, 422, words="canary")
    assert error["type"] == "INVALID_REQUEST_ERROR"


def test_an_idempotency_key_belongs_to_the_account_whatever_its_api_key(world: World, caller: httpx.Client) -> None:
    """Keys are exchanged now and then; a repetition with the new one is still a repetition."""
    headers = {"Idempotency-Key": "whoever-sends-it"}
    first = caller.post("/invoices", json=invoice(world.items), headers=headers)
    with client(world.server.url, world.bound) as again:
        second = again.post("/invoices", json=invoice(world.items), headers=headers)
    assert second.status_code == 200, second.text
    assert second.json()["id"] == first.json()["id"]


def test_another_accounts_idempotency_key_answers_nothing(world: World) -> None:
    """The stranger sends our request with our key of it; the answer is about the stranger's own books."""
    body = {**invoice(world.items), "customerId": world.canary_customer, "memo": CANARY, "refNumber": "CANARY-1"}
    with client(world.server.url, world.theirs, world.their_connection) as stranger:
        answer = stranger.post("/invoices", json=body, headers={"Idempotency-Key": "canary"})
    assert answer.status_code == 502
    assert world.canary_invoice not in answer.text


# Addresses and methods.


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/quickbooks-desktop/nothing"),
        ("GET", "/quickbooks-desktop/invoices/1/2/3"),
        ("POST", "/quickbooks-desktop/invoices/1/unvoid"),
        ("GET", "/quickbooks-desktop"),
        ("GET", "/quickbooks-desktop/"),
        ("GET", "/quickbooks-desktop/Invoices"),
        ("GET", "/quickbooks-desktop//invoices"),
        ("GET", "/quickbooks-desktop/%2e%2e/end-users"),
        ("GET", "/nothing"),
        ("PUT", "/quickbooks-desktop/invoices"),
        ("PATCH", "/quickbooks-desktop/invoices/1"),
        ("DELETE", "/quickbooks-desktop/invoices"),
        ("DELETE", "/quickbooks-desktop/customers/80000001-1234567890"),
        ("POST", "/quickbooks-desktop/company"),
        ("POST", "/quickbooks-desktop/health-check"),
        ("GET", "/quickbooks-desktop/invoices/1/void"),
        ("POST", "/quickbooks-desktop/customers/1/void"),
        ("PUT", "/end-users"),
        ("GET", "/auth-sessions"),
        ("OPTIONS", "/quickbooks-desktop/invoices"),
        ("TRACE", "/quickbooks-desktop/invoices"),
        ("PROPFIND", "/quickbooks-desktop/invoices"),
    ],
)
def test_what_is_not_served_is_told_in_the_vendors_shape(
    world: World, caller: httpx.Client, refused: Refused, method: str, path: str
) -> None:
    refused(caller.request(method, world.url + path, json={}), 404, 405)


@pytest.mark.parametrize("path", ["/wp-admin", "/.env", "/v2/quickbooks-desktop/invoices", "/%00", "/v1", "//"])
def test_what_is_nowhere_is_told_in_the_vendors_shape(
    world: World, caller: httpx.Client, refused: Refused, path: str
) -> None:
    refused(caller.get(world.server.url + path), 404)


# Questions.


@pytest.mark.parametrize(
    "cursor", ["", "x", "AAAA", "A" * 20, "null", "-1", "%", "\0", "😀", "AAAAAAAAAAAAAAAAAAAAAA==", "x" * 10_000]
)
def test_a_cursor_that_is_none_is_refused(world: World, caller: httpx.Client, refused: Refused, cursor: str) -> None:
    refused(caller.get("/invoices", params={"cursor": cursor}), 400, words="cursor")


def test_a_cursor_leads_on_in_its_own_list_only(world: World, caller: httpx.Client, refused: Refused) -> None:
    cursor = caller.get("/invoices", params={"limit": 1}).json()["nextCursor"]
    assert cursor
    refused(caller.get("/customers", params={"cursor": cursor}), 400, words="cursor")
    refused(caller.get("/invoices", params={"cursor": cursor, "refNumberFrom": "1"}), 400, words="cursor")
    refused(caller.get("/invoices", params={"cursor": cursor[:-1]}), 400, words="cursor")
    refused(caller.get("/invoices", params={"cursor": f"{cursor}A"}), 400, words="cursor")


def test_another_accounts_cursor_shows_nothing_of_it(world: World, caller: httpx.Client) -> None:
    cursor = caller.get("/customers", params={"limit": 1}).json()["nextCursor"]
    with client(world.server.url, world.theirs, world.their_connection) as stranger:
        answer = stranger.get("/customers", params={"limit": 1, "cursor": cursor})
    assert answer.status_code == 400 or answer.json()["data"] == []


@pytest.mark.parametrize(
    "question",
    [
        {"limit": "0"},
        {"limit": "151"},
        {"limit": "-1"},
        {"limit": "abc"},
        {"limit": "1e2"},
        {"limit": "9" * 40},
        {"limit": "١"},
        {"updatedAfter": "yesterday"},
        {"updatedAfter": "2026-01-01T25:00:00"},
        {"updatedBefore": "9" * 30},
        {"transactionDateFrom": "2026-02-30"},
        {"includeLineItems": "maybe"},
        {"paymentStatus": "unpaid"},
        {"externalId": "1"},
        {"nothing": "1"},
        {"nothing\0": "1"},
        {"refNumberContains": "a", "refNumberStartsWith": "b"},
        {"refNumberContains": "\0"},
        {"refNumberContains": "x" * 5000},
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_is_refused(
    world: World, caller: httpx.Client, refused: Refused, question: dict[str, str]
) -> None:
    refused(caller.get("/invoices", params=question), 400, words=next(iter(question)).rstrip("\0"))


METACHARACTERS: Final = (
    "%",
    "_",
    "%%",
    "A%",
    "Acme_Corporation",
    "*",
    "?",
    "[A-Z]",
    "\\",
    "\\%",
    "' OR '1'='1",
    "' OR 1=1 --",
    '"; DROP TABLE objects; --',
    "') UNION SELECT value FROM installation --",
    "NULL",
    "(SELECT 1)",
    ":name",
    "?1",
    "{}",
    "%s",
)


@pytest.mark.parametrize("text", METACHARACTERS)
def test_text_in_a_filter_is_only_text(world: World, caller: httpx.Client, refused: Refused, text: str) -> None:
    """None of the demo company's names, ids or numbers holds such a text; it matches nothing and changes nothing."""
    for path, names in (
        ("/customers", ("nameContains", "nameStartsWith", "nameEndsWith")),
        ("/invoices", ("refNumberContains", "refNumberStartsWith", "refNumberEndsWith", "customerIds", "accountIds")),
        ("/accounts", ("nameContains",)),
    ):
        for name in names:
            answer = caller.get(path, params={name: text})
            assert answer.status_code == 200, answer.text
            assert answer.json()["data"] == [], (name, text)
    for path, name in (("/customers", "fullNames"), ("/customers", "ids"), ("/invoices", "refNumbers")):
        refused(caller.get(path, params={name: text}), 502, words="could not be found")


def test_metacharacters_find_themselves(world: World, caller: httpx.Client) -> None:
    for name in ("100%_sure\\", "50*[a]?", 'O\'Brien "Bob"'):
        caller.post("/customers", json={"name": name}).raise_for_status()
        for filter_, part in (("nameContains", name[1:-1]), ("nameStartsWith", name[:5]), ("nameEndsWith", name[-4:])):
            found = caller.get("/customers", params={filter_: part}).json()["data"]
            assert [each["name"] for each in found] == [name]
        assert caller.get("/customers", params={"fullNames": name}).json()["data"][0]["name"] == name


# Two tenants: every address, every method, the other's key.


def addresses() -> list[str]:
    """Every address of the route table, its places still open."""
    api = ConductorApi(*cast(tuple[Any, Any, Any, Any], (None, None, None, None)))
    return [route.path for route in api.routes() if isinstance(route, Route)]


def filled(world: World, description: dict[str, Any], address: str) -> set[str]:
    """The addresses that one of the table stands for, with ids that are there in our books."""
    if "quickbooks-desktop" not in address:
        return {address.format(id=DEMO, slug="quickbooks_desktop")}
    served = {path.split("/")[3] for path in description["paths"] if "quickbooks-desktop" in path}
    ids = {"invoices": world.canary_invoice, "customers": world.canary_customer}
    paths = served | {"health-check", "deleted-transactions", "deleted-list-objects"}
    return {address.format(path=path, id=ids.get(path, world.items["Paver"])) for path in paths}


PUBLIC: Final = ("/openapi.json",)


def all_rows(data: Path, connection: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is stored for one connection."""
    tables = ("objects", "transactions", "postings", "applications", "deletions", "sequences", "requests")
    return {table: rows(data, f"SELECT * FROM {table} WHERE connection_id = ?", connection) for table in tables}


def test_no_address_answers_another_accounts_key_with_our_data(world: World, description: dict[str, Any]) -> None:
    """With our connection's id it is 401 or 404; with the stranger's own, our ids find nothing."""
    before = all_rows(world.server.data, DEMO)
    said, asked = len(world.server.errors()), 0
    with (
        client(world.server.url, world.theirs, DEMO) as aimed,
        client(world.server.url, world.theirs, world.their_connection) as own,
        httpx.Client(headers={"Conductor-End-User-Id": DEMO}) as nobody,
    ):
        for address in addresses():
            for path in filled(world, description, address):
                for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
                    for who in (aimed, own, nobody):
                        answer = who.request(method, world.server.url + path, json={} if method != "HEAD" else None)
                        asked += 1
                        nothing_of_ours(world, answer)
                        if not path.endswith((*PUBLIC, "/end-users", "/auth-sessions")) and who is not own:
                            assert answer.status_code in (401, 404), (method, path, answer.text)
                        if who is nobody and not path.endswith(PUBLIC):
                            assert answer.status_code in (401, 404), (method, path, answer.text)
    assert asked > 2000
    assert all_rows(world.server.data, DEMO) == before
    quiet(world, said)


def nothing_of_ours(world: World, answer: httpx.Response) -> None:
    text = answer.text
    for ours in (CANARY, "CANARY-1", "Acme", "Larkspur", "Maple Ridge", "Bluebonnet", *world.keys):
        assert ours not in text, text[:300]


def test_the_strangers_lists_hold_the_strangers_own(world: World, description: dict[str, Any]) -> None:
    """Ids of lists may be alike in two companies; what they stand for is not."""
    with client(world.server.url, world.theirs, world.their_connection) as stranger:
        company = stranger.get("/company").json()
        assert company["companyName"] == STRANGER
        assert stranger.get("/invoices").json()["data"] == []
        assert stranger.get("/customers", params={"status": "all"}).json()["data"] == []
        users = stranger.get(f"{world.url}/end-users").json()["data"]
        assert [each["companyName"] for each in users] == [STRANGER]
        answer = stranger.get("/invoices", params={"ids": world.canary_invoice})
        assert answer.status_code == 502


# Below HTTP.


def raw(world: World, text: bytes) -> bytes:
    """What the server says to bytes, until it closes the line."""
    host, port = world.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(text)
        line.shutdown(socket.SHUT_WR)
        said = b""
        while chunk := line.recv(65536):
            said += chunk
    return said


@pytest.mark.parametrize(
    "text",
    [
        b"\x00" * 1000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/end-users HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/end-users HTTP/1.1\r\nHost: a\r\nContent-Length: 1_0\r\n\r\n",
        b"POST /v1/end-users HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/end-users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /v1/end-users HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /wp-admin HTTP/1.1\r\nHost: [\r\n\r\n",
        b"GET /v1/end-users HTTP/1.1\r\nHost: a/../?#@[\r\n\r\n",
        b"POST /v1/quickbooks-desktop/invoices HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{",
    ],
)
def test_what_is_no_http_leaves_the_server_standing(world: World, text: bytes) -> None:
    said, before = len(world.server.errors()), counts(world.server.data)
    answer = raw(world, text)
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    for word in (*INNARDS, STRANGER):
        assert word.encode() not in answer
    assert httpx.get(f"{world.url}/openapi.json").status_code == 200
    assert counts(world.server.data) == before
    quiet(world, said)


def test_a_caller_who_leaves_in_the_middle_of_a_body_stores_nothing(world: World) -> None:
    said, before = len(world.server.errors()), counts(world.server.data)
    body = json.dumps(invoice(world.items))
    for _ in range(5):
        line = http.client.HTTPConnection(world.server.url.removeprefix("http://"), timeout=PATIENCE)
        line.putrequest("POST", "/v1/quickbooks-desktop/invoices")
        line.putheader("Authorization", f"Bearer {world.ours}")
        line.putheader("Conductor-End-User-Id", DEMO)
        line.putheader("Content-Length", str(len(body)))
        line.endheaders(body[:-1].encode())
        line.close()
    assert httpx.get(f"{world.url}/openapi.json").status_code == 200
    assert counts(world.server.data) == before
    quiet(world, said)
