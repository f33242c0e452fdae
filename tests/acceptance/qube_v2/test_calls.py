"""The second version by plain HTTP: who may ask what, and how wrong calls are told."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from tests.support.server import Server, serving

from counterfoil.dialects.qube.v2.openapi import document
from counterfoil.dialects.qube.v2.operations import OPERATIONS

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
NOT_FOUND: Final = {"errors": {"detail": "Not Found"}}
HOOK: Final = "http://127.0.0.1:9/hook"
RUNS: Final = (
    ("get", "/connections/{connection_id}/workflow-runs"),
    ("post", "/connections/{connection_id}/workflow-runs"),
    ("get", "/connections/{connection_id}/workflow-runs/1/events"),
)
OTHERS: Final = (
    *RUNS,
    ("post", "/connections/{connection_id}/qwc"),
    ("post", "/connections/{connection_id}/password"),
    ("post", "/connections/{connection_id}/onboarding-url"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("qube-v2-calls") / "data"
    settings = {"default_books": "embedded", "allow_private_webhooks": "1", "max_body": "100000", "guess_limit": "0"}
    with serving(data, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return server.new_key()


def client_of(server: Server, key: str) -> httpx.Client:
    return httpx.Client(base_url=f"{server.url}/api/v2", auth=(key, ""), timeout=30, trust_env=False)


@pytest.fixture(scope="module")
def client(server: Server, key: str) -> Iterator[httpx.Client]:
    with client_of(server, key) as connected:
        yield connected


@pytest.fixture(scope="module")
def connection(client: httpx.Client) -> str:
    made: str = client.post("/connections", json={"webhook_url": HOOK, "name": "Calls"}).json()["data"]["id"]
    return made


@pytest.fixture
def queued(client: httpx.Client, connection: str) -> str:
    identifier: str = client.get(f"/connections/{connection}/vendors").json()["data"]["id"]
    return identifier


def everywhere(connection: str, request: str) -> list[tuple[str, str]]:
    """Every address that names a connection, also those at which nothing is served."""
    described = [
        (method, path.removeprefix("/api/v2"))
        for path, methods in document(None)["paths"].items()
        for method in methods
    ]
    unserved = [
        (each.method.lower(), f"/connections/{{connection_id}}/{each.address}")
        for each in OPERATIONS
        if each.message is None
    ]
    found = [*described, *unserved, *OTHERS]
    return [(method, path.format(connection_id=connection, id=request)) for method, path in found if "{" in path]


def test_without_a_key_nothing_is_told(server: Server, connection: str, queued: str) -> None:
    with client_of(server, "sk_nobody") as stranger:
        for method, path in [("get", "/connections"), ("post", "/connections"), *everywhere(connection, queued)]:
            answer = stranger.request(method, path, content=b"{")
            assert (answer.status_code, answer.text) == (401, "Unauthorized"), (method, path)
            assert answer.headers["www-authenticate"] == 'Basic realm="Application"'
            assert answer.headers["x-request-id"]


def test_two_accounts_never_see_each_other(server: Server, client: httpx.Client, connection: str, queued: str) -> None:
    server.command("account", "create", "--name", "Zwickel")
    with client_of(server, server.new_key("--account", "Zwickel")) as stranger:
        made = stranger.post("/connections", json={"webhook_url": HOOK}).json()["data"]["id"]
        assert [each["id"] for each in stranger.get("/connections").json()["data"]] == [made]
        for method, path in everywhere(connection, queued):
            answer = stranger.request(method, path, content=b"{}")
            assert (answer.status_code, answer.json()) == (404, NOT_FOUND), (method, path)
        for path in ("", "/pages"):
            theirs = stranger.get(f"/connections/{made}/queued-requests/{queued}{path}")
            assert (theirs.status_code, theirs.json()) == (404, NOT_FOUND)
        assert stranger.post(f"/connections/{made}/queued-requests/{queued}/discard").status_code == 404
        assert client.get(f"/connections/{made}").status_code == 404
    assert client.get(f"/connections/{connection}").status_code == 200


def test_a_key_for_one_connection(server: Server, client: httpx.Client, connection: str) -> None:
    other = client.post("/connections", json={"webhook_url": HOOK, "name": "Other"}).json()["data"]["id"]
    with client_of(server, server.new_key("--connection", connection)) as bound:
        assert [each["id"] for each in bound.get("/connections").json()["data"]] == [connection]
        assert bound.post("/connections", json={"webhook_url": HOOK}).status_code == 403
        assert bound.get(f"/connections/{other}").status_code == 403
        assert bound.get(f"/connections/{connection}/queued-requests").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/"),
        ("get", "/nothing"),
        ("get", f"/connections/{NOBODY}"),
        ("get", "/connections/nobody"),
        ("patch", "/connections/{connection}"),
        ("get", "/connections/{connection}/widgets"),
        ("delete", "/connections/{connection}/invoices"),
        ("get", f"/connections/{{connection}}/queued-requests/{NOBODY}"),
        ("post", f"/connections/{{connection}}/queued-requests/{NOBODY}/discard"),
        ("get", "/connections/{connection}/queued-requests/%00"),
    ],
)
def test_addresses_at_which_nothing_is(client: httpx.Client, connection: str, method: str, path: str) -> None:
    answer = client.request(method, path.format(connection=connection))
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("body", "status", "errors"),
    [
        (b"{", 400, None),
        (b"[]", 400, None),
        (b'{"name": "\xff"}', 400, None),
        (b'{"name": "a", "name": "b"}', 400, None),
        (b'{"bill_address": ' + b"[" * 4000 + b"]" * 4000 + b"}", 400, None),
        (b'{"name": "' + b"x" * 100_000 + b'"}', 413, None),
        (b"", 422, {"name": ["is required"]}),
        (b'{"name": ""}', 422, {"name": ["is required"]}),
        (b'{"name": "a", "emial": 1, "phoen": 2}', 422, 'unknown parameter: "emial"; unknown parameter: "phoen"'),
        (b'{"name": "a", "bill_address": {"addr9": 1}}', 422, "/bill_address/addr9"),
        (b'{"name": "a", "bill_address": "x"}', 422, "bill_address"),
        (b'{"name": ["a"]}', 422, "name"),
        (b'{"name": {"a": 1}}', 422, "name"),
        (b'{"name": "a\\u0001"}', 422, "name"),
        (b'{"name": "a", "request_id": {}}', 422, "request_id"),
        (b'{"name": "a", "request_id": "' + b"9" * 51 + b'"}', 422, "request_id"),
        (b'{"name": "' + b"x" * 42 + b'"}', 422, "name"),
        (b'{"name": "a", "credit_limit": 1e400}', 422, "credit_limit"),
        (b'{"name": "a", "contacts": [1]}', 422, "/contacts/0"),
    ],
)
def test_clumsy_bodies(client: httpx.Client, connection: str, body: bytes, status: int, errors: Any) -> None:
    requests = f"/connections/{connection}/queued-requests?page_size=1"
    before = client.get(requests).json()["meta"]
    answer = client.post(f"/connections/{connection}/customers", content=body)
    told = answer.json()["errors"]
    assert answer.status_code == status, answer.text
    if isinstance(errors, str) and isinstance(told, list):
        assert [each["path"] for each in told] == [errors]
    elif isinstance(errors, str) and isinstance(told, dict):
        assert list(told) == [errors]
    else:
        assert errors is None or told == errors
    assert client.get(requests).json()["meta"] == before


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("colour=red", 'unknown parameter: "colour"'),
        ("paid_status=Later", ["paid_status"]),
        ("max_returned=0&iterator=true", ["max_returned"]),
        ("iterator=often", ["iterator"]),
        ("entity_filter=x", ["entity_filter"]),
        ("txn_date_range_filter[from_txn_date]=x", ["/txn_date_range_filter/from_txn_date"]),
        ("txn_date_range_filter[since]=2026-01-01", ["/txn_date_range_filter/since"]),
        ("ref_number=A&txn_id=1-1", None),
        ("a[b=1", 'unknown parameter: "a[b"'),
        ("webhook_url=ftp://example.com", ["webhook_url"]),
        ("webhook_url=" + HOOK + "&webhook_url=" + HOOK, ["webhook_url"]),
    ],
)
def test_clumsy_parameters(client: httpx.Client, connection: str, query: str, errors: Any) -> None:
    answer = client.get(f"/connections/{connection}/invoices?{query}")
    assert answer.status_code == 422, answer.text
    told = answer.json()["errors"]
    if isinstance(errors, list):
        told = [each["path"] for each in told] if isinstance(told, list) else list(told)
    assert errors is None or told == errors


def test_connections_need_their_webhook(client: httpx.Client, connection: str) -> None:
    for body, place in (({}, "webhook_url"), ({"webhook_url": "ftp://x"}, "webhook_url"), ({"webhook_url": 1}, None)):
        answer = client.post("/connections", json=body)
        assert answer.status_code == 422
        assert place is None or list(answer.json()["errors"]) == [place]
    unknown = client.put(f"/connections/{connection}", json={"redirect_url": "https://example.com"})
    assert unknown.json() == {"errors": 'unknown parameter: "redirect_url"'}


def test_an_answer_goes_to_the_connections_webhook_where_none_is_named(
    server: Server, client: httpx.Client, connection: str
) -> None:
    told = client.get(f"/connections/{connection}/vendors").json()["data"]
    assert told["webhook_url"] == HOOK
    named = client.get(f"/connections/{connection}/vendors?webhook_url={HOOK}/2").json()["data"]
    assert named["webhook_url"] == f"{HOOK}/2"
    without = server.new_connection("No webhook", "--books", "embedded")
    answer = client.get(f"/connections/{without}/vendors")
    assert (answer.status_code, answer.json()) == (422, {"errors": {"webhook_url": ["is required"]}})


def test_links_lead_to_the_address_that_the_caller_used(client: httpx.Client, connection: str, queued: str) -> None:
    here = client.get(f"/connections/{connection}/queued-requests/{queued}", headers={"Host": "books.example.com"})
    links = here.json()["data"]["links"]
    base = f"http://books.example.com/api/v2/connections/{connection}/queued-requests/{queued}"
    assert (links["self"], links["pages"]) == (base, f"{base}/pages")
    assert links["connection_ui"] == f"http://books.example.com/app/connections/{connection}"


def test_both_versions_share_one_queue(server: Server, key: str, client: httpx.Client, connection: str) -> None:
    with httpx.Client(base_url=f"{server.url}/api/v1", auth=(key, ""), timeout=30, trust_env=False) as first:
        made = first.get(f"/connections/{connection}/vendors").json()["data"]["id"]
        assert client.get(f"/connections/{connection}/queued-requests/{made}").json()["data"]["id"] == made
        mine = client.get(f"/connections/{connection}/vendors").json()["data"]["id"]
        assert first.get(f"/queued_requests/{mine}").json()["data"]["links"]["self"].startswith("/api/v1/")


def test_workflow_runs_are_not_there(client: httpx.Client, connection: str) -> None:
    for method, path in RUNS:
        answer = client.request(method, path.format(connection_id=connection), content=b"{}")
        assert (answer.status_code, answer.json()["errors"]["code"]) == (501, "not_implemented")


def test_the_description_is_served(server: Server) -> None:
    told = httpx.get(f"{server.url}/openapi/qube-v2.json", trust_env=False).json()
    assert told == document(None)
