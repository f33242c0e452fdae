"""Statuses, envelopes and errors; who may see what; and what hostile callers get."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.qube.house import DEMO, MAX_BODY, MAX_LINES, House

from counterfoil.dialects.qube.openapi import document

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
NOT_FOUND: Final = {"errors": {"detail": "Not Found"}}
QUERY: Final = (
    "<?xml version='1.0'?>{}<QBXML><QBXMLMsgsRq onError='stopOnError'>"
    "<CustomerQueryRq requestID='1'><FullName>{}</FullName></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
)
INVOICE: Final = {
    "customer_list_id": "80000001-1234567890",
    "transaction_date": "2026-06-02",
    "lines": [{"item_list_id": "80000002-1234567890", "quantity": 1}],
}
DECLARED: Final = (
    "<?xml version='1.0' encoding='{}'?><QBXML><QBXMLMsgsRq onError='stopOnError'>{}</QBXMLMsgsRq></QBXML>"
)

TYPES: Final[Mapping[str, type]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "null": type(None),
}

HOSTILE: Final = {
    "a document type": QUERY.format("<!DOCTYPE QBXML>", "x"),
    "an entity": QUERY.format("<!DOCTYPE q [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>", "&e;"),
    "a billion laughs": QUERY.format(
        "<!DOCTYPE q [<!ENTITY a 'ha'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 if n else chr(32)};' * 10}'>" for n in range(9))
        + "]>",
        "&a8;",
    ),
    "an unknown entity": QUERY.format("", "&nobody;"),
    "depth": QUERY.format("", "<a>" * 20_000 + "</a>" * 20_000),
    "moderate depth": QUERY.format("", "<a>" * 40 + "</a>" * 40),
    "an unknown encoding": DECLARED.format("EBCDIC-CP-US", "<HostQueryRq/>"),
    "another unknown encoding": DECLARED.format("utf-7", "<HostQueryRq/>"),
    "control characters": QUERY.format("", "\x01"),
    "half a document": QUERY.format("", "x")[:-10],
    "no document": "hello",
    "another document": "<html/>",
    "an unknown element": QUERY.format("", "x").replace("FullName", "FullNome"),
    "elements in the wrong order": QUERY.format("", "x</FullName><MaxReturned>1</MaxReturned><FullName>y"),
    "no onError": QUERY.format("", "x").replace(" onError='stopOnError'", ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_at_once_and_nothing_is_stored(client: httpx.Client, name: str) -> None:
    before = stored(client)
    body = json.dumps({"request_xml": HOSTILE[name]})
    started = time.monotonic()
    for _ in range(3):
        answer = client.post(f"/connections/{DEMO}/queued_requests", content=body)
        assert answer.status_code == 422
        assert all(place.startswith("request_xml") for place in answer.json()["errors"])
        assert "root:" not in answer.text
    assert time.monotonic() - started < 20, "it blew up"
    assert stored(client) == before


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        (b"{", 400, "detail"),
        (b"[]", 400, "detail"),
        (b'{"request_xml": "\xff"}', 400, "detail"),
        (b'{"request_xml": "\\ud800"}', 400, "detail"),
        (b'{"request_xml": "a", "request_xml": "b"}', 400, "detail"),
        (b'{"request_json": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400, "detail"),
        (b'{"request_json": ' + b'{"children": [' * 33 + b"]}" * 33 + b"}", 422, "request_json"),
        (b'{"request_xml": "' + b"x" * MAX_BODY + b'"}', 413, "detail"),
        (b"", 422, "request_xml"),
        (b'{"queued_request": 3}', 422, "queued_request"),
        (b'{"queued_request": {}, "emial": 1}', 422, "emial"),
        (b'{"request_xml": "x", "request_json": {}}', 422, "request_xml"),
        (b'{"request_xml": 3}', 422, "request_xml"),
        (b'{"request_json": "x"}', 422, "request_json"),
        (b'{"request_json": []}', 422, "request_json"),
        (b'{"request_json": {"name": "<x>"}}', 422, "request_json"),
        (b'{"request_xml": "x", "webhook_url": "ftp://example.com"}', 422, "webhook_url"),
        (b'{"request_xml": "x", "webhook_url": "http://user:pass@example.com/"}', 422, "webhook_url"),
        (b'{"request_xml": "x", "webhook_url": 7}', 422, "webhook_url"),
    ],
)
def test_clumsy_bodies(client: httpx.Client, body: bytes, status: int, place: str) -> None:
    before = stored(client)
    answer = client.post(f"/connections/{DEMO}/queued_requests", content=body)
    assert answer.status_code == status, answer.text
    assert next(iter(answer.json()["errors"])).startswith(place)
    assert stored(client) == before


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-16", "windows-1252", "iso-8859-1"])
def test_what_a_text_declares_does_not_change_its_letters(client: httpx.Client, encoding: str) -> None:
    name = "Gärtnerei Ölmühle"
    add = f"<CustomerAddRq><CustomerAdd><Name>{name} {encoding}</Name></CustomerAdd></CustomerAddRq>"
    written = DECLARED.format(encoding, add)
    answer = client.post(f"/connections/{DEMO}/queued_requests", json={"request_xml": written}).json()["data"]
    assert answer["request_xml"] == written
    made = answer["response_json"][0]["QBXMLMsgsRs"]["CustomerAddRs"]["CustomerRet"][0]
    assert made["Name"] == f"{name} {encoding}"


def test_every_problem_of_an_invoice_is_told_at_its_place(client: httpx.Client) -> None:
    wrong: dict[str, Any] = {
        "transaction_date": "02.06.2026",
        "ref_number": "123456789012",
        "emial": 1,
        "bill_address": {"addr1": "x" * 42, "street": 1},
        "is_pending": "perhaps",
        "lines": [{"rate": "x"}, {"quantity": True, "note": "n"}, 7, {"rate": 1, "rate_percent": 2}],
    }
    answer = client.post(f"/connections/{DEMO}/invoices", json=wrong)
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {
        "customer_list_id",
        "transaction_date",
        "ref_number",
        "emial",
        "bill_address.addr1",
        "bill_address.street",
        "is_pending",
        "lines[0].rate",
        "lines[1].quantity",
        "lines[1].note",
        "lines[2]",
    }
    assert answer.json()["errors"]["emial"] == ['unknown parameter: "emial"']
    assert answer.json()["errors"]["customer_list_id"] == ["is required"]


def test_rivals_in_a_line_and_too_many_lines(client: httpx.Client) -> None:
    path = f"/connections/{DEMO}/invoices"
    rivals = client.post(path, json=INVOICE | {"lines": [{}, {"rate": 1, "rate_percent": 2}]})
    assert list(rivals.json()["errors"]) == ["lines[1].rate_percent"]
    assert list(client.post(path, json=INVOICE | {"lines": []}).json()["errors"]) == ["lines"]
    many = client.post(path, json=INVOICE | {"lines": [{"description": "x"}] * (MAX_LINES + 1)})
    assert (many.status_code, list(many.json()["errors"])) == (422, ["lines"])


def test_parameters_that_are_wrong(client: httpx.Client) -> None:
    answer = client.get(
        f"/connections/{DEMO}/invoices?paid_status=Later&colour=red&max_returned=0&txn_id[]={'x' * 40}&iterate=often"
    )
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"paid_status", "colour", "max_returned", "txn_id", "iterate"}
    both = client.get(f"/connections/{DEMO}/invoices?from_date=2026-01-01&to_modified_date=2026-02-01")
    assert both.status_code == 422
    invoice = client.post(f"/connections/{DEMO}/invoices?request_id={'9' * 51}", json=INVOICE)
    assert list(invoice.json()["errors"]) == ["request_id"]


def test_pages_of_requests(client: httpx.Client) -> None:
    made = client.post("/connections", json={"name": "Pages"}).json()["data"]["id"]
    ids = [client.get(f"/connections/{made}/vendors").json()["data"]["id"] for _ in range(5)]
    path = f"/connections/{made}/queued_requests"
    first = client.get(f"{path}?page_size=2").json()
    assert (first["page"], first["total_pages"]) == (1, 3)
    assert [each["id"] for each in first["data"]] == [ids[4], ids[3]]
    last = client.get(f"{path}?page=3&page_size=2&sort=updated_at&sort_direction=asc").json()
    assert [each["id"] for each in last["data"]] == [ids[4]]
    assert client.get(f"{path}?page=9").json() == {"data": [], "page": 9, "total_pages": 1}
    for wrong in ("page=0", "page_size=101", "sort=id", "sort_direction=up", "colour=red"):
        assert client.get(f"{path}?{wrong}").status_code == 422


def test_an_idempotency_key_tells_the_same_request_again(client: httpx.Client) -> None:
    path, headers = f"/connections/{DEMO}/invoices", {"Idempotency-Key": "once-77"}
    first = client.post(path, json=INVOICE | {"ref_number": "ONCE-1"}, headers=headers)
    again = client.post(path, json=INVOICE | {"ref_number": "ONCE-1"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    other = client.post(path, json=INVOICE | {"ref_number": "ONCE-2"}, headers=headers)
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])
    found = client.get(f"/connections/{DEMO}/invoices?ref_number[]=ONCE-1").json()["data"]
    assert len(found["response_json"][0]["QBXMLMsgsRs"]["InvoiceQueryRs"]["InvoiceRet"]) == 1


def everywhere(connection: str, request: str) -> list[tuple[str, str]]:
    """Every address that names a connection or a request."""
    paths = [(path, operations) for path, operations in document(None)["paths"].items() if "{" in path]
    return [
        (method, path.removeprefix("/api/v1").format(connection_id=connection, id=request))
        for path, operations in paths
        for method in operations
    ] + [("post", f"/connections/{connection}/{end}") for end in ("qwc", "password", "onboarding_url")]


def test_two_accounts_never_see_each_other(qube: House, client: httpx.Client) -> None:
    key, theirs = qube.stranger("Zwickel and Daughters")
    queued = client.get(f"/connections/{DEMO}/vendors").json()["data"]["id"]
    with qube.client(key) as stranger:
        for method, path in everywhere(DEMO, queued):
            answer = stranger.request(method, path, content=b"{}")
            assert (answer.status_code, answer.json()) == (404, NOT_FOUND), path
        assert [each["id"] for each in stranger.get("/connections").json()["data"]] == [theirs]
        for path in (f"/connections/{theirs}/queued_requests/{queued}", f"/queued_requests/{queued}"):
            assert stranger.get(path).status_code == 404
    assert client.get(f"/connections/{theirs}").status_code == 404
    assert client.get(f"/connections/{DEMO}").status_code == 200


def test_a_key_for_one_connection(qube: House, client: httpx.Client) -> None:
    other = client.post("/connections", json={"name": "Other"}).json()["data"]["id"]
    queued = client.get(f"/connections/{other}/vendors").json()["data"]["id"]
    with qube.client(qube.bound_key(DEMO)) as bound:
        assert [each["id"] for each in bound.get("/connections").json()["data"]] == [DEMO]
        assert bound.post("/connections").status_code == 403
        assert bound.get(f"/connections/{other}").status_code == 403
        assert bound.get(f"/queued_requests/{queued}").status_code == 404
        assert bound.get(f"/connections/{DEMO}/queued_requests").status_code == 200


@pytest.mark.parametrize("make", [lambda key: None, lambda key: f"Bearer {key}", lambda key: "Basic ***"])
def test_a_key_comes_as_the_user_name_of_basic_authorization(qube: House, make: Callable[[str], str | None]) -> None:
    header = make(qube.key)
    headers = {} if header is None else {"Authorization": header}
    for method, path in [("get", "/connections"), ("post", "/connections"), *everywhere(NOBODY, NOBODY)]:
        answer = httpx.request(method, f"{qube.url}/api/v1{path}", headers=headers)
        assert (answer.status_code, answer.text) == (401, "Unauthorized")
        assert answer.headers["www-authenticate"] == 'Basic realm="Application"'
        assert answer.headers["content-type"].startswith("text/plain")


def test_a_password_beside_the_key_does_not_matter(qube: House) -> None:
    pair = base64.b64encode(f"{qube.key}:x".encode()).decode()
    answer = httpx.get(f"{qube.url}/api/v1/connections", headers={"Authorization": f"Basic {pair}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/connections/{NOBODY}"),
        ("GET", "/connections/nobody"),
        ("GET", f"/connections/{DEMO}/estimates"),
        ("PUT", f"/connections/{DEMO}"),
        ("POST", f"/connections/{DEMO}/customers"),
        ("GET", f"/queued_requests/{NOBODY}"),
        ("GET", "/queued_requests/%00"),
        ("GET", f"/connections/{DEMO}/queued_requests/{NOBODY}"),
    ],
)
def test_where_there_is_nothing(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_connections_that_are_asked_for_wrongly(client: httpx.Client) -> None:
    answer = client.post("/connections", json={"name": 7, "redirect_url": [], "colour": "red"})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"name", "redirect_url", "colour"})


def test_answers_are_what_the_description_says(qube: House, client: httpx.Client) -> None:
    described = httpx.get(f"{qube.url}/openapi/qube.json").json()
    assert described == document(None)
    for name, status, answer in (
        (f"/connections/{DEMO}", "200", client.get(f"/connections/{DEMO}")),
        ("/connections", "200", client.get("/connections")),
        (f"/connections/{DEMO}/invoices", "201", client.post(f"/connections/{DEMO}/invoices", json=INVOICE)),
        (f"/connections/{DEMO}/items", "200", client.get(f"/connections/{DEMO}/items")),
        (f"/connections/{DEMO}/sales_orders", "200", client.get(f"/connections/{DEMO}/sales_orders")),
        (f"/connections/{DEMO}/queued_requests", "200", client.get(f"/connections/{DEMO}/queued_requests")),
    ):
        path = "/api/v1" + name.replace(DEMO, "{connection_id}")
        operation = described["paths"][path]["post" if status == "201" else "get"]
        schema = operation["responses"][status]["content"]["application/json"]["schema"]
        assert list(flaws(schema, answer.json(), described["components"], "answer")) == []


def flaws(schema: Any, value: Any, components: Any, place: str) -> Iterator[str]:
    """Where a value is not what its schema says: as much of JSON Schema as the description uses for answers."""
    if "$ref" in schema:
        schema = components["schemas"][schema["$ref"].rpartition("/")[2]]
    types = schema.get("type", [])
    if types and not any(isinstance(value, TYPES[each]) for each in ([types] if isinstance(types, str) else types)):
        yield f"{place}: {value!r} is not {types}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not one of {schema['enum']}"
    if isinstance(value, dict) and "properties" in schema:
        if list(value) != list(schema["properties"]):
            yield f"{place}: its keys are {list(value)}"
        for key in value:
            yield from flaws(schema["properties"].get(key, {}), value[key], components, f"{place}.{key}")
    if isinstance(value, list):
        for each in value:
            yield from flaws(schema.get("items", {}), each, components, f"{place}[]")


def stored(client: httpx.Client) -> int:
    """How many requests the demo company has queued, by pages of one."""
    told: int = client.get(f"/connections/{DEMO}/queued_requests?page_size=1").json()["total_pages"]
    return told
