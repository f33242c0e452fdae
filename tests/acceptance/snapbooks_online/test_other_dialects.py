"""The other dialects on QuickBooks Online: Conductor's by its own client, ChargeOver's, and what QUBE's is told."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, TypeVar

import httpx
import pytest
from conductor import AsyncConductor, BadRequestError, InternalServerError
from tests.acceptance.chargeover.office import basic
from tests.acceptance.snapbooks.office import BASE
from tests.acceptance.snapbooks_online.pair import Pair

from counterfoil.dialects.conductor.tables import TABLES

T = TypeVar("T")
WITHOUT_TAX = "NON"


class Client:
    """Conductor's unmodified client, at the American company in QuickBooks Online."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.user = pair.connections["online US"]
        http = httpx.AsyncClient(transport=httpx.ASGITransport(pair.running.application()), base_url=BASE)
        self.api = AsyncConductor(
            api_key=pair.keys["online US"], base_url=f"{BASE}/v1", http_client=http, max_retries=0
        ).qbd

    def ask(self, method: Callable[..., Awaitable[T]], *args: Any, **values: Any) -> T:
        async def asked() -> T:
            return await method(*args, **values, conductor_end_user_id=self.user)

        return self.pair.runner.run(asked())


@pytest.fixture
def client(pair: Pair) -> Client:
    return Client(pair)


def test_conductor_invoices(client: Client) -> None:
    invoices, lines = client.api.invoices, [{"item_id": "1", "quantity": 3, "rate": "10.00"}]
    made = client.ask(
        invoices.create,
        customer_id="1",
        transaction_date="2026-03-02",
        ref_number="CON-1",
        memo="first",
        lines=[*lines, {"item_id": "2", "amount": "12.50", "sales_tax_code_id": WITHOUT_TAX}],
    )
    (there,) = client.pair.found("select * from Invoice where DocNumber = 'CON-1'")
    assert made.customer is not None
    assert (made.id, made.customer.id, made.subtotal) == (there["Id"], "1", "42.50")
    assert Decimal(there["TotalAmt"]) == Decimal("42.50") + Decimal(made.sales_tax_total or 0)
    read = client.ask(invoices.retrieve, made.id)
    assert (read.memo, [line.item.id for line in read.lines if line.item]) == ("first", ["1", "2"])
    first, second = made.lines
    changed = client.ask(
        invoices.update,
        made.id,
        revision_number=read.revision_number,
        memo="second",
        lines=[{"id": first.id, "quantity": 4}, {"id": second.id}],
    )
    assert (changed.memo, changed.subtotal, changed.lines[1].amount) == ("second", "52.50", "12.50")
    with pytest.raises(InternalServerError) as stale:
        client.ask(invoices.update, made.id, revision_number=read.revision_number, memo="third")
    assert "(3200)" in str(stale.value)
    found = client.ask(invoices.list, customer_ids=["1"], ref_numbers=["CON-1"])
    assert [each.id for each in found.data] == [made.id]
    voided = client.ask(invoices.void, made.id)
    assert voided.id == made.id
    (there,) = client.pair.found("select * from Invoice where DocNumber = 'CON-1'")
    assert (Decimal(there["TotalAmt"]), there["PrivateNote"]) == (Decimal(0), "Voided - second")
    client.ask(invoices.delete, made.id)
    with pytest.raises(InternalServerError) as gone:
        client.ask(invoices.retrieve, made.id)
    assert "(500)" in str(gone.value)


def test_conductor_pages_through_lists(client: Client) -> None:
    asked: dict[str, Any] = {"limit": 4}
    seen: list[str] = []
    while True:
        page = client.ask(client.api.invoices.list, **asked)
        seen += [each.id for each in page.data]
        if page.next_cursor is None:
            break
        asked["cursor"] = page.next_cursor
    assert sorted(seen) == sorted(each["Id"] for each in client.pair.found("select * from Invoice maxresults 1000"))


def test_conductor_payments(client: Client) -> None:
    lines = [{"item_id": "2", "amount": "30.00", "sales_tax_code_id": WITHOUT_TAX}]
    made = client.ask(client.api.invoices.create, customer_id="1", transaction_date="2026-03-02", lines=lines)
    paid = client.ask(
        client.api.receive_payments.create,
        customer_id="1",
        transaction_date="2026-03-03",
        total_amount="20.00",
        apply_to_transactions=[{"transaction_id": made.id, "payment_amount": "20.00"}],
    )
    assert (paid.total_amount, paid.applied_to_transactions[0].transaction_id) == ("20.00", made.id)
    (there,) = client.pair.found(f"select * from Payment where Id = '{paid.id}'")
    assert (Decimal(there["TotalAmt"]), there["Line"][0]["LinkedTxn"][0]["TxnId"]) == (Decimal(20), made.id)
    assert client.ask(client.api.invoices.retrieve, made.id).balance_remaining == "10.00"
    changed = client.ask(
        client.api.receive_payments.update, paid.id, revision_number=paid.revision_number, memo="by post"
    )
    assert (changed.memo, client.ask(client.api.receive_payments.retrieve, paid.id).memo) == ("by post", "by post")
    listed = client.ask(client.api.receive_payments.list, customer_ids=["1"])
    assert paid.id in [each.id for each in listed.data]
    client.ask(client.api.receive_payments.delete, paid.id)
    assert client.ask(client.api.invoices.retrieve, made.id).balance_remaining == "30.00"


def test_conductor_customers_and_items(client: Client) -> None:
    made = client.ask(client.api.customers.create, name="Jane Roe", email="jane@roe.example", phone="1")
    (there,) = client.pair.found("select * from Customer where DisplayName = 'Jane Roe'")
    assert made.id == there["Id"]
    changed = client.ask(client.api.customers.update, made.id, revision_number=made.revision_number, phone="2")
    assert (changed.phone, changed.email) == ("2", "jane@roe.example")
    listed = client.ask(client.api.customers.list, name_contains="Roe")
    assert [(each.id, each.phone) for each in listed.data] == [(made.id, "2")]
    with pytest.raises(InternalServerError) as taken:
        client.ask(client.api.customers.create, name="Jane Roe")
    assert '(3100): The name "Jane Roe"' in str(taken.value)
    item = client.ask(
        client.api.service_items.create,
        name="Weeding",
        sales_or_purchase_details={"price": "12.00", "posting_account_id": "1"},
    )
    (there,) = client.pair.found("select * from Item where Name = 'Weeding'")
    assert (item.id, Decimal(there["UnitPrice"])) == (there["Id"], Decimal(12))
    assert item.id in [each.id for each in client.ask(client.api.service_items.list, limit=150).data]


def test_what_intuit_dropped_is_told_by_conductor(client: Client) -> None:
    client.pair.intuit.faults.add("dropped-lines")
    lines = [{"item_id": "1", "amount": "30.00"}, {"item_id": "1", "amount": "5.00"}]
    raw = client.ask(
        client.api.invoices.with_raw_response.create, customer_id="1", transaction_date="2026-03-02", lines=lines
    )
    assert "lines" in raw.headers["counterfoil-warnings"]


@pytest.mark.parametrize("country", ["US", "CA"])
def test_conductor_lists_everything(pair: Pair, country: str) -> None:
    """Every list answers, with nothing where Online has no such thing, and what is listed is read the same."""
    headers = {
        "Authorization": f"Bearer {pair.keys[f'online {country}']}",
        "Conductor-End-User-Id": pair.connections[f"online {country}"],
    }

    def get(path: str) -> Any:
        answer = pair.runner.run(pair.client.get(f"/v1/quickbooks-desktop/{path}", headers=headers))
        assert answer.status_code == 200, answer.text
        return answer.json()

    full = set()
    for table in TABLES.values():
        told = get(table.path)
        for each in told.get("data", [])[:1]:
            full.add(table.path)
            assert get(f"{table.path}/{each['id']}") == each
    assert full >= {"accounts", "classes", "customers", "non-inventory-items", "payment-methods", "sales-tax-codes"}


def test_qbxml_is_refused(client: Client) -> None:
    """Books that are not QuickBooks Desktop cannot be asked in its language, by either dialect."""
    pair, words = client.pair, "These are the books of QuickBooks Online, which take no qbXML documents."
    with pytest.raises(BadRequestError) as refused:
        pair.runner.run(_pass_through(pair))
    assert words in str(refused.value)
    version = '<?xml version="1.0"?><?qbxml version="16.0"?>'
    asked = '<QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerQueryRq/></QBXMLMsgsRq></QBXML>'
    lines = [{"item_list_id": "1", "quantity": 1}]
    path = f"connections/{client.user}"
    for where, body in (
        (
            "queued_requests",
            {"queued_request": {"request_xml": version + asked}},
        ),
        ("queued_requests", {"queued_request": {"request_json": {"name": "CustomerQueryRq"}}}),
        ("invoices", {"customer_list_id": "1", "transaction_date": "2026-01-01", "lines": lines}),
    ):
        answer = _qube(pair, "POST", f"{path}/{where}", body)
        assert (answer.status_code, answer.json()) == (422, {"errors": {"detail": [words]}})
    waiting = _qube(pair, "GET", f"{path}/queued_requests")
    assert (waiting.status_code, waiting.json()["data"]) == (200, [])


async def _pass_through(pair: Pair) -> Any:
    http = httpx.AsyncClient(transport=httpx.ASGITransport(pair.running.application()), base_url=BASE)
    client = AsyncConductor(api_key=pair.keys["online US"], base_url=f"{BASE}/v1", http_client=http, max_retries=0)
    query: dict[str, object] = {"CustomerQueryRq": {}}
    return await client.end_users.passthrough("quickbooks_desktop", id=pair.connections["online US"], qbd_payload=query)


def _qube(pair: Pair, method: str, path: str, body: Any = None) -> httpx.Response:
    return pair.runner.run(pair.client.request(method, f"/api/v1/{path}", json=body, auth=(pair.keys["online US"], "")))


def test_chargeover(client: Client) -> None:
    """Create, read and pay; the numbers are Intuit's ids."""
    pair = client.pair
    customer = _charge(pair, "POST", "customer", {"company": "Jane Roe Ltd"})["id"]
    (there,) = pair.found("select * from Customer where DisplayName = 'Jane Roe Ltd'")
    assert str(customer) == there["Id"]
    lines = [{"item_id": 4, "line_quantity": 2, "line_rate": 15}]
    invoice = _charge(pair, "POST", "invoice", {"customer_id": customer, "line_items": lines})["id"]
    (there,) = pair.found(f"select * from Invoice where Id = '{invoice}'")
    told = _charge(pair, "GET", f"invoice/{invoice}")
    assert (told["invoice_id"], told["customer_id"]) == (invoice, customer)
    assert Decimal(str(told["total"])) == Decimal(there["TotalAmt"]) >= 30
    paid = _charge(
        pair,
        "POST",
        "transaction?action=pay",
        {"customer_id": customer, "amount": told["total"], "applied_to": [{"invoice_id": invoice}]},
    )["id"]
    (there,) = pair.found(f"select * from Payment where Id = '{paid}'")
    assert there["Line"][0]["LinkedTxn"][0]["TxnId"] == str(invoice)
    assert Decimal(str(_charge(pair, "GET", f"invoice/{invoice}")["balance"])) == 0


def _charge(pair: Pair, method: str, path: str, body: Any = None) -> dict[str, Any]:
    key = pair.keys["online US"]
    answer = pair.runner.run(pair.client.request(method, f"/api/v3/{path}", json=body, auth=basic(key)))
    assert answer.status_code < 300, answer.text
    told: dict[str, Any] = answer.json()["response"]
    return told
