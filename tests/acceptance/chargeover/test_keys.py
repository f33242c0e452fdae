"""Who may ask: Basic and signature authentication, and the walls between accounts."""

import hashlib
import hmac
import secrets
from typing import Any

import httpx
import pytest
from tests.acceptance.chargeover.conftest import MARCH_2
from tests.acceptance.chargeover.office import Client, Office, basic

from counterfoil.core.clock import SetClock
from counterfoil.core.secrets import key_id

PREFIX = "Invalid or incorrect authorization ["


def signature(key: str, url: str, body: bytes = b"", moment: int = MARCH_2, nonce: str | None = None) -> str:
    """The vendor's header, worked out here from its description."""
    public, nonce = f"cf_{key_id(key)}", nonce or secrets.token_hex(4)
    text = f"{public}||{url.lower()}||{nonce}||{moment}||".encode() + body
    signed = hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
    return (
        f'ChargeOver co_public_key="{public}" co_nonce="{nonce}" co_timestamp="{moment}" '
        f'co_signature_method="HMAC-SHA256" co_version="1.0" co_signature="{signed}"'
    )


def refused(answer: httpx.Response) -> None:
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    body = answer.json()
    assert body["message"].startswith(PREFIX)
    assert (body["code"], body["status"], body["details"], body["response"]) == (401, "Error", {}, False)


def test_the_id_stands_with_and_without_its_prefix(us: Office, caller: Client) -> None:
    bare = (str(key_id(caller.key)), caller.key)
    for auth in (basic(caller.key), bare):
        assert httpx.get(f"{us.url}/api/v3/invoice", auth=auth).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic Og==",
        "Basic /////w==",
        "Bearer abc",
        "ChargeOver",
        'ChargeOver co_public_key="x"',
        'ChargeOver co_public_key="" co_nonce="" co_timestamp="" co_signature=""',
        'ChargeOver co_public_key="cf_0000000000000000" co_nonce="a" co_timestamp="1" co_signature="é"',
    ],
)
def test_bad_headers_are_refused(us: Office, header: str) -> None:
    refused(httpx.get(f"{us.url}/api/v3/invoice", headers={b"Authorization": header.encode()}))


def test_wrong_keys_are_refused(us: Office, caller: Client) -> None:
    other = us.key()
    for auth in (
        (basic(caller.key)[0], other),
        (basic(caller.key)[0], caller.key + "x"),
        (basic(caller.key)[0], ""),
        ("", caller.key),
        (caller.key, ""),
    ):
        refused(httpx.get(f"{us.url}/api/v3/invoice", auth=auth))


def test_an_address_that_is_not_there_needs_a_key_as_well(us: Office, caller: Client) -> None:
    refused(httpx.get(f"{us.url}/api/v3/nothing/at/all/here"))
    assert caller.told("GET", "/nothing", code=404)["response"] is None


@pytest.mark.parametrize("path", ["/api/v3/invoice?limit=1&_flag_emails=0", "/api/v3//Invoice%20?_dummy=1".lower()])
def test_a_signed_request_is_let_in_once(us: Office, caller: Client, path: str) -> None:
    header = {"Authorization": signature(caller.key, us.url + path)}
    assert httpx.get(us.url + path, headers=header).status_code == 200
    refused(httpx.get(us.url + path, headers=header))


def test_a_signed_body_is_carried_out(us: Office, caller: Client) -> None:
    url = f"{us.url}/api/v3/customer"
    body = b'{"company": "Signed Ltd"}'
    header = {"Authorization": signature(caller.key, url, body)}
    assert httpx.post(url, content=body, headers=header).status_code == 201
    header = {"Authorization": signature(caller.key, url, body)}
    refused(httpx.post(url, content=b'{"company": "Forged Ltd"}', headers=header))
    assert caller.find("customer", where="company:EQUALS:Forged Ltd") == []


@pytest.mark.parametrize("moment", [MARCH_2 - 301, MARCH_2 + 301, 0, -5])
def test_old_and_future_signatures_are_refused(us: Office, caller: Client, moment: int) -> None:
    url = f"{us.url}/api/v3/invoice"
    refused(httpx.get(url, headers={"Authorization": signature(caller.key, url, moment=moment)}))


def test_a_signature_is_for_one_address(us: Office, caller: Client) -> None:
    header = {"Authorization": signature(caller.key, f"{us.url}/api/v3/invoice")}
    refused(httpx.get(f"{us.url}/api/v3/customer", headers=header))


def test_a_revoked_key_opens_nothing(us: Office, clock: SetClock) -> None:
    key = us.key()
    url = f"{us.url}/api/v3/invoice"
    assert httpx.get(url, auth=basic(key)).status_code == 200
    administration = us.running.administration

    async def revoke() -> None:
        await administration.revoke_key((await administration.account(None)).id, key)

    us.do(revoke())
    refused(httpx.get(url, auth=basic(key)))
    refused(httpx.get(url, headers={"Authorization": signature(key, url, moment=clock.now())}))


def test_a_key_of_several_companies_is_asked_which(us: Office) -> None:
    answer = us.client(us.key(None)).told("GET", "/invoice", code=400)
    assert "counterfoil key create --connection" in answer["message"]


def test_an_unbound_key_stands_for_an_only_company(us: Office) -> None:
    us.account("Only One")
    assert us.client(us.key(None, "Only One")).find("invoice") == []


def everything(of: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Each call of this dialect on the objects of somebody else."""
    line = {"item_id": of["item"]}
    calls: list[tuple[str, str, Any]] = []
    for type_ in ("invoice", "customer", "item", "transaction", "class", "currency", "terms"):
        calls += [("GET", f"/{type_}/{of[type_]}", None), ("GET", f"/{type_}/token:{of[type_ + '_token']}", None)]
    for type_ in ("invoice", "customer", "item", "transaction"):
        calls += [
            ("GET", f"/{type_}/external_key:{of['key']}", None),
            ("PUT", f"/{type_}/{of[type_]}", {"memo": "mine"}),
            ("DELETE", f"/{type_}/{of[type_]}", None),
        ]
    for action in ("void", "pay", "email"):
        calls.append(("POST", f"/invoice/{of['invoice']}/_action/{action}", {}))
    calls += [
        ("POST", f"/transaction/{of['transaction']}/_action/void", {}),
        ("POST", f"/transaction/{of['transaction']}?action=changeAppliedAmounts", {"applied_to": [of["invoice"]]}),
        ("POST", "/transaction?action=pay", {"customer_id": of["customer"], "applied_to": [of["invoice"]]}),
        ("POST", "/invoice", {"customer_id": of["customer"], "line_items": [line]}),
        ("POST", "/invoice", {"customer_external_key": of["key"], "line_items": [line]}),
        ("POST", "/invoice", {"customer_token": of["customer_token"], "line_items": [line]}),
        ("POST", "/transaction", {"customer_id": of["customer"], "transaction_type": "pay", "amount": 5}),
    ]
    return calls


def test_nothing_of_one_account_is_seen_or_touched_by_another(us: Office, caller: Client) -> None:
    key = "isolated"
    customer = caller.ask("POST", "/customer", {"company": "Hidden Ltd", "external_key": key}, 201)["id"]
    item = caller.ask("POST", "/item", {"item_type": "service", "name": "Hidden", "external_key": key}, 201)["id"]
    invoice = caller.invoice({"item_id": item, "line_rate": 9}, customer_id=customer, external_key=key)
    paid = {"customer_id": customer, "transaction_type": "pay", "amount": 4, "external_key": key}
    transaction = caller.ask("POST", "/transaction", paid, 201)["id"]
    of: dict[str, Any] = {
        "key": key,
        "customer": customer,
        "item": item,
        "invoice": invoice,
        "transaction": transaction,
    }
    of |= {type_: caller.find(type_)[-1][f"{type_}_id"] for type_ in ("class", "currency", "terms")}
    for type_ in ("invoice", "customer", "item", "transaction", "class", "currency", "terms"):
        of[f"{type_}_token"] = caller.ask("GET", f"/{type_}/{of[type_]}").get("token", "x" * 12)
    before = [caller.ask("GET", f"/{each}/{of[each]}") for each in ("invoice", "customer", "item", "transaction")]
    stranger = us.client(us.key(us.account("Stranger"), "Stranger"))
    seen = str([stranger.find(each, limit=500) for each in ("invoice", "customer", "item", "transaction", "class")])
    assert "Hidden" not in seen
    assert key not in seen
    for method, path, body in everything(of):
        answer = stranger.http.request(method, path, json=body)
        if path.split("/")[1] in ("currency", "terms") and answer.status_code == 200:
            continue  # every new company has currencies and terms of its own, and numbers of its own for them
        assert answer.status_code in (400, 404), (method, path, answer.text)
        assert "Hidden" not in answer.text
    assert [
        caller.ask("GET", f"/{each}/{of[each]}") for each in ("invoice", "customer", "item", "transaction")
    ] == before
