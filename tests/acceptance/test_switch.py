"""Coming from a vendor with nothing but another base URL: the key and the ids that a program has already work here."""

import hashlib
import hmac
import json
import subprocess
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import qubesync
import requests
from conductor import AuthenticationError, Conductor, NotFoundError
from qubesync.client import QubeSync
from tests.acceptance.conftest import ACME, CANADIAN, DEMO, PATIENCE, rows
from tests.support.server import COMMAND, Server, environment, serving

BEARER: Final = "sk_conductor_7Qd2mV9xKfT4bLz8HnRw3JcYp6Gs1EuA"
END_USER: Final = "end_usr_2VhZq8KxLm4TnPw"
USER_NAME: Final = "qk_live_9f27c4e1b85d4a03a6e2f1d7c9b0583e"
QUBE_CONNECTION: Final = "9b0de1a4-6f3c-4d6e-8a53-0c1f7e2b9d48"
API_KEY: Final = "sb-4Tz8Wq1Lr6Xe3Yk9Nm2Vd7Hs5Gf0Jc"
PUBLIC, PRIVATE = "7sutWFEO2zKVYIGmZMJ3Nij5hfLxDRb8", "9vCJbmdZKSieVchyrRItFQw8MBN4lOH3"
PAIR: Final = f"{PUBLIC}:{PRIVATE}"
ITEM: Final = "80000002-1234567890"
vendor: Any = QubeSync


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo companies, to which everything was brought along."""
    with serving(tmp_path_factory.mktemp("switch") / "data") as running:
        for key, *options in (
            (BEARER, "--dialect", "conductor", "--name", "billing"),
            (USER_NAME, "--dialect", "qube"),
            (API_KEY, "--dialect", "snapbooks", "--connection", DEMO),
            (PAIR, "--dialect", "chargeover", "--connection", DEMO),
        ):
            bring(running.data, key, *options)
        for alias in (END_USER, QUBE_CONNECTION):
            running.command("connection", "alias", DEMO, alias)
        yield running


def attempt(data: Path, key: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of `key import`, which is given the key on standard input as `echo` would."""
    done = subprocess.run(
        [*COMMAND, "key", "import", *options, "--data", str(data), "--json"],
        input=f"{key}\n",
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert key not in done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, told


def bring(data: Path, key: str, *options: str) -> dict[str, Any]:
    code, told = attempt(data, key, *options)
    assert code == 0, told
    return told


def refusal(data: Path, key: str, *options: str) -> str:
    code, told = attempt(data, key, *options)
    assert code == 1
    words: str = told["error"]
    return words


@pytest.fixture
def conductor(server: Server) -> Iterator[Conductor]:
    with Conductor(api_key=BEARER, base_url=f"{server.url}/v1", max_retries=0) as client:
        yield client


@pytest.fixture
def qube(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client is configured by the environment alone; it leaves its sessions for the collector to close."""
    monkeypatch.setenv("QUBE_URL", f"{server.url}/api/v1")
    monkeypatch.setenv("QUBE_API_KEY", USER_NAME)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def bearer(server: Server, key: str, user: str = END_USER) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": user}
    return httpx.get(f"{server.url}/v1/quickbooks-desktop/invoices?limit=1", headers=headers, timeout=PATIENCE)


def signature(url: str, body: bytes, private: str = PRIVATE) -> str:
    """ChargeOver's header, worked out here from the vendor's description."""
    nonce, moment = uuid.uuid4().hex, int(time.time())
    text = f"{PUBLIC}||{url.lower()}||{nonce}||{moment}||".encode() + body
    signed = hmac.new(private.encode(), text, hashlib.sha256).hexdigest()
    return (
        f'ChargeOver co_public_key="{PUBLIC}" co_nonce="{nonce}" co_timestamp="{moment}" '
        f'co_signature_method="HMAC-SHA256" co_version="1.0" co_signature="{signed}"'
    )


def test_conductor_by_base_url_alone(conductor: Conductor) -> None:
    made = conductor.qbd.invoices.create(
        conductor_end_user_id=END_USER,
        customer_id=ACME,
        transaction_date="2026-03-02",
        lines=[{"item_id": ITEM, "quantity": 3, "rate": "12.50"}],
    )
    assert made.subtotal == "37.50"
    found = conductor.qbd.invoices.retrieve(made.id, conductor_end_user_id=END_USER)
    assert (found.id, found.subtotal) == (made.id, "37.50")


def test_conductor_tells_the_end_user_by_the_id_that_was_brought(conductor: Conductor) -> None:
    assert conductor.end_users.retrieve(END_USER).id == END_USER
    assert END_USER in [user.id for user in conductor.end_users.list().data]
    own = f"end_usr_{DEMO.replace('-', '')}"
    assert conductor.end_users.retrieve(own).id == own
    session = conductor.auth_sessions.create(publishable_key="pk_test", end_user_id=END_USER)
    assert session.end_user_id == END_USER


@pytest.mark.usefixtures("qube")
def test_qube_by_base_url_alone() -> None:
    line = {"item_list_id": ITEM, "quantity": 4, "rate": "2.25"}
    asked = {"customer_list_id": ACME, "transaction_date": "2026-03-02", "ref_number": "SW-1", "lines": [line]}
    queued = vendor.post(f"connections/{QUBE_CONNECTION}/invoices", asked)["data"]
    assert (queued["state"], queued["connection_id"]) == ("response_received", QUBE_CONNECTION)
    assert queued["links"]["self"] == f"/api/v1/connections/{QUBE_CONNECTION}/queued_requests/{queued['id']}"
    read = vendor.invoice_query(QUBE_CONNECTION, ref_number=["SW-1"])
    [invoice] = read["response_json"][0]["QBXMLMsgsRs"]["InvoiceQueryRs"]["InvoiceRet"]
    assert (invoice["RefNumber"], invoice["Subtotal"]) == ("SW-1", 9)


@pytest.mark.usefixtures("qube")
def test_qube_tells_the_connection_by_the_id_that_was_brought() -> None:
    assert vendor.get_connection(QUBE_CONNECTION)["id"] == QUBE_CONNECTION
    assert vendor.get_connection(QUBE_CONNECTION.upper())["id"] == QUBE_CONNECTION
    assert vendor.get_connection(DEMO)["id"] == DEMO
    listed = {each["name"]: each["id"] for each in vendor.get("connections")["data"]}
    assert QUBE_CONNECTION in listed.values()
    assert DEMO not in listed.values()


def test_the_second_version_of_qube_by_base_url_alone(server: Server) -> None:
    client: Any = qubesync.Client(api_key=USER_NAME, base_url=server.url)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        assert client.get_connection(QUBE_CONNECTION)["id"] == QUBE_CONNECTION


def test_snapbooks_by_base_url_alone(server: Server) -> None:
    line = {"productService": "21", "units": 2, "billAmount": 16, "taxCodeRef": "NON"}
    asked = {"invoiceNumber": "SWITCH-1", "invoiceDate": "3/2/2026", "customerId": 59, "lineItems": [line]}
    with httpx.Client(base_url=server.url, headers={"X-Api-Key": API_KEY}, timeout=PATIENCE) as caller:
        made = caller.post("/api/v1/invoice", json=asked).json()
        assert (made["success"], made["totalAmount"]) == (True, "16.00")
        found = caller.get("/api/v1/invoice", params={"docNumber": "SWITCH-1"}).json()
    assert found["invoice"]["Balance"] == "16.00"


def test_chargeover_by_base_url_alone(server: Server) -> None:
    base = f"{server.url}/api/v3"
    with requests.Session() as caller:
        caller.auth = (PUBLIC, PRIVATE)
        where = {"where": "company:EQUALS:Acme Corporation"}
        [customer] = caller.get(f"{base}/customer", params=where, timeout=PATIENCE).json()["response"]
        [item] = caller.get(f"{base}/item", params={"where": "name:EQUALS:Paver"}, timeout=PATIENCE).json()["response"]
        line = {"item_id": item["item_id"], "line_rate": 7.5, "line_quantity": 2}
        asked = {"customer_id": customer["customer_id"], "line_items": [line]}
        made = caller.post(f"{base}/invoice", json=asked, timeout=PATIENCE)
        assert made.status_code == 201
        read = caller.get(f"{base}/invoice/{made.json()['response']['id']}", timeout=PATIENCE).json()["response"]
    assert (read["line_items"][0]["line_rate"], read["line_items"][0]["line_quantity"]) == (7.5, 2)


def test_chargeover_signs_with_the_keys_that_were_brought(server: Server) -> None:
    url, body = f"{server.url}/api/v3/customer", b'{"company": "Signed Elsewhere Ltd"}'
    made = httpx.post(url, content=body, headers={"Authorization": signature(url, body)}, timeout=PATIENCE)
    assert made.status_code == 201
    forged = signature(url, body, PRIVATE[::-1])
    assert httpx.post(url, content=body, headers={"Authorization": forged}, timeout=PATIENCE).status_code == 401


def test_a_brought_key_opens_its_own_dialect_only(server: Server) -> None:
    assert bearer(server, BEARER).status_code == 200
    for key in (USER_NAME, API_KEY, PAIR, PRIVATE):
        assert bearer(server, key).status_code == 401
    for key in (BEARER, USER_NAME, PAIR):
        answer = httpx.get(f"{server.url}/api/v1/invoice?docNumber=1", headers={"X-Api-Key": key}, timeout=PATIENCE)
        assert answer.status_code == 401
    for auth in ((BEARER, ""), (API_KEY, ""), (PUBLIC, PRIVATE)):
        assert httpx.get(f"{server.url}/api/v1/connections", auth=auth, timeout=PATIENCE).status_code == 401
    for auth in (("", PRIVATE), (PUBLIC, ""), (PRIVATE, PUBLIC), (BEARER, BEARER), (PUBLIC, f"{PRIVATE}x")):
        assert httpx.get(f"{server.url}/api/v3/invoice", auth=auth, timeout=PATIENCE).status_code == 401


def test_only_digests_are_kept_but_of_what_signs(server: Server) -> None:
    kept = rows(server.data, "SELECT digest, sealed, dialect FROM keys WHERE dialect IS NOT NULL ORDER BY dialect")
    strings = {"conductor": BEARER, "qube": USER_NAME, "snapbooks": API_KEY, "chargeover": PAIR}
    assert {dialect: bytes(digest) for digest, _, dialect in kept} == {
        dialect: hashlib.sha256(text.encode()).digest() for dialect, text in strings.items()
    }
    assert {dialect: bool(sealed) for _, sealed, dialect in kept} == {
        dialect: dialect == "chargeover" for dialect in strings
    }
    whole = b"".join(file.read_bytes() for file in server.data.glob("counterfoil.db*"))
    assert not [text for text in (*strings.values(), PRIVATE) if text.encode() in whole]


def test_keys_are_found_by_an_index(server: Server) -> None:
    plans = [
        rows(server.data, f"EXPLAIN QUERY PLAN SELECT id FROM keys WHERE {condition} AND revoked_at IS NULL", value)
        for condition, value in (("digest = ?", b"x"), ("public_key = ? AND public_key IS NOT NULL", "x"))
    ]
    assert [plan[0][3] for plan in plans] == [
        "SEARCH keys USING INDEX keys_by_digest (digest=?)",
        "SEARCH keys USING INDEX keys_by_public_key (public_key=?)",
    ]


@pytest.mark.parametrize(
    ("dialect", "key", "why"),
    [
        ("conductor", "sk_short", "8 characters"),
        ("conductor", "a" * 40, "1 different"),
        ("conductor", "0123456789abcdefghijklmnopqrst", "alphabet"),
        ("conductor", "qw7er9ty2u1qw7er9ty2u1qw7er9ty2u1", "repeated"),
        ("conductor", f"{BEARER} {BEARER}", "blanks"),
        ("conductor", f"{BEARER}ü", "blanks"),
        ("conductor", f"cf_0123456789abcdef_{PRIVATE}", "Counterfoil's own"),
        ("qube", f"{USER_NAME}:x", "colon"),
        ("chargeover", PRIVATE, "public:private"),
        ("chargeover", f"{PUBLIC}:secret", "6 characters"),
        ("chargeover", f":{PRIVATE}", "public:private"),
    ],
)
def test_what_is_no_key_is_refused_with_the_reason(server: Server, dialect: str, key: str, why: str) -> None:
    assert why in refusal(server.data, key, "--dialect", dialect)


def test_a_string_opens_one_account_only(server: Server) -> None:
    server.command("account", "create", "--name", "Second")
    for key, dialect in ((BEARER, "conductor"), (BEARER, "qube"), (PAIR, "chargeover")):
        assert "known already" in refusal(server.data, key, "--dialect", dialect, "--account", "Second")
    other = f"{PUBLIC}:{PRIVATE[::-1]}"
    assert "public half" in refusal(server.data, other, "--dialect", "chargeover", "--account", "Second")


def test_brought_keys_are_listed_and_revoked_like_own_ones(server: Server) -> None:
    key = "sk_conductor_8Wn3kR6vQx1mZt5Yb9Jh2Ld7"
    made = bring(server.data, key, "--dialect", "conductor", "--connection", END_USER, "--name", "old")
    [listed] = [each for each in server.command("key", "list")["data"] if each["id"] == made["id"]]
    assert listed == {
        "id": made["id"],
        "name": "old",
        "connection": DEMO,
        "revoked": False,
        "imported": "conductor",
        "public_key": None,
    }
    assert bearer(server, key).status_code == 200
    assert bearer(server, key, CANADIAN).status_code == 403
    server.command("key", "revoke", made["id"])
    assert bearer(server, key).status_code == 401
    assert "--again" in refusal(server.data, key, "--dialect", "conductor")
    again = bring(server.data, key, "--dialect", "conductor", "--again")
    assert again["id"] != made["id"]
    assert bearer(server, key).status_code == 200
    server.command("key", "revoke", key)
    assert bearer(server, key).status_code == 401


def test_a_signing_pair_that_is_revoked_signs_no_more(server: Server) -> None:
    public, private = "Xk2Jw9Qm4Zr7", "6Ht1Vb8Nc3Ls5Pd0Yg2Fq7Ea4Ri"
    made = bring(server.data, f"{public}:{private}", "--dialect", "chargeover", "--connection", DEMO)
    url = f"{server.url}/api/v3/invoice"
    assert httpx.get(url, auth=(public, private), timeout=PATIENCE).status_code == 200
    server.command("key", "revoke", made["id"])
    assert httpx.get(url, auth=(public, private), timeout=PATIENCE).status_code == 401
    header = signature(url, b"", private).replace(PUBLIC, public)
    assert httpx.get(url, headers={"Authorization": header}, timeout=PATIENCE).status_code == 401


def test_aliases_are_shown_and_taken_away(server: Server) -> None:
    first = "end_usr_Zy9Xw8Vu7"
    told = server.command("connection", "alias", CANADIAN, first)
    assert (told["id"], told["aliases"]) == (CANADIAN, [first])
    assert server.command("connection", "alias", CANADIAN, first)["aliases"] == [first]
    assert server.command("connection", "show", first)["aliases"] == [first]
    assert bearer(server, BEARER, first).status_code == 200
    assert server.command("connection", "alias", CANADIAN, first, "--remove")["aliases"] == []
    assert bearer(server, BEARER, first).status_code == 404


def test_an_alias_in_the_shape_of_an_own_id_is_found_in_each_of_its_spellings(server: Server) -> None:
    digits = "5d1f0c7a2b9e4836a4c0d8e6f1b37925"
    server.command("connection", "alias", CANADIAN, f"end_usr_{digits}")
    named = str(uuid.UUID(digits))
    for user in (f"end_usr_{digits}", named, named.upper()):
        assert bearer(server, BEARER, user).status_code == 200
    answer = httpx.get(f"{server.url}/api/v1/connections/{named}", auth=(USER_NAME, ""), timeout=PATIENCE)
    assert answer.json()["data"]["id"] == named


def test_an_alias_names_one_connection_of_an_account(server: Server) -> None:
    refused = subprocess.run(
        [*COMMAND, "connection", "alias", CANADIAN, END_USER, "--data", str(server.data)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert DEMO in refused.stderr
    for alias in (DEMO, "a b", "x/y", "é" * 8, "ab", "x" * 129):
        done = subprocess.run(
            [*COMMAND, "connection", "alias", CANADIAN, alias, "--data", str(server.data)],
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1, alias


def test_an_alias_leads_nowhere_in_another_account(server: Server) -> None:
    server.command("account", "create", "--name", "Stranger")
    key = server.new_key("--account", "Stranger")
    missing = [bearer(server, key, user) for user in (END_USER, "end_usr_never", DEMO)]
    assert [answer.status_code for answer in missing] == [404, 404, 404]
    mine = server.new_connection("Stranger's company", "--account", "Stranger")
    server.command("connection", "alias", mine, END_USER, "--account", "Stranger")
    assert bearer(server, key).json()["data"] == []
    assert bearer(server, BEARER).json()["data"] != []


def test_an_alias_is_free_again_when_its_connection_is_gone(server: Server, conductor: Conductor) -> None:
    user = "end_usr_Mn5Bv4Cx3"
    for name in ("First", "Next"):
        made = server.new_connection(name)
        server.command("connection", "alias", made, user)
        assert conductor.end_users.delete(user).id == user
        with pytest.raises(NotFoundError, match="There is no end-user"):
            conductor.end_users.retrieve(user)


def test_a_wrong_key_is_refused_as_before(server: Server) -> None:
    with (
        Conductor(api_key=f"{BEARER}x", base_url=f"{server.url}/v1", max_retries=0) as client,
        pytest.raises(AuthenticationError),
    ):
        client.end_users.list()
