"""The database goes away at any access while QUBE's callers are served, in both versions.

Its errors have no field for what became of a request: their words have to be true.
"""

from typing import Any, Final

import pytest
from tests.acceptance.away.conftest import Told
from tests.acceptance.away.test_conductor import ITEM, made
from tests.acceptance.away.world import HOOK, Case, Sent, World
from tests.acceptance.conftest import ACME, DEMO

V1: Final = f"/api/v1/connections/{DEMO}"
V2: Final = f"/api/v2/connections/{DEMO}"
DOCUMENT: Final = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{}</QBXMLMsgsRq></QBXML>'
)
PAYMENT: Final = (
    "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><ListID>{customer}</ListID></CustomerRef>"
    "<TotalAmount>1.00</TotalAmount><AppliedToTxnAdd><TxnID>{invoice}</TxnID><PaymentAmount>1.00</PaymentAmount>"
    "</AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>"
)


def document(inner: str, **beside: Any) -> Sent:
    body = {"queued_request": {"request_xml": DOCUMENT.format(inner), **beside}}
    return Sent("POST", f"{V1}/queued_requests", body)


def invoice(number: int) -> dict[str, Any]:
    lines = [{"item_list_id": ITEM, "quantity": 1}]
    return {"customer_list_id": ACME, "transaction_date": "2026-03-02", "memo": f"m{number}", "lines": lines}


async def create(there: World, number: int) -> Sent:
    return Sent("POST", f"{V1}/invoices", invoice(number))


async def create_with_post(there: World, number: int) -> Sent:
    return Sent("POST", f"{V1}/invoices?webhook_url={HOOK}", invoice(number))


async def customer(there: World, number: int) -> Sent:
    add = f"<CustomerAddRq><CustomerAdd><Name>Q {number}</Name></CustomerAdd></CustomerAddRq>"
    return document(add, webhook_url=HOOK)


async def pay(there: World, number: int) -> Sent:
    one = await made(there, number)
    return document(PAYMENT.format(customer=ACME, invoice=one["id"]), webhook_url=HOOK)


async def update(there: World, number: int) -> Sent:
    one = await made(there, number)
    fields = f"<TxnID>{one['id']}</TxnID><EditSequence>{one['revisionNumber']}</EditSequence><Memo>changed</Memo>"
    return document(f"<InvoiceModRq><InvoiceMod>{fields}</InvoiceMod></InvoiceModRq>")


async def void(there: World, number: int) -> Sent:
    one = await made(there, number)
    return document(f"<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>{one['id']}</TxnID></TxnVoidRq>")


async def delete(there: World, number: int) -> Sent:
    one = await made(there, number)
    return document(f"<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{one['id']}</TxnID></TxnDelRq>")


async def customers_page_by_page(there: World, number: int) -> Sent:
    return Sent("GET", f"{V1}/customers?max_returned=2&iterate=true&webhook_url={HOOK}")


async def create_by_v2(there: World, number: int) -> Sent:
    line = {"item_ref": {"list_id": ITEM}, "quantity": 1}
    body = {"customer_ref": {"list_id": ACME}, "memo": f"m{number}", "invoice_line_add": [line]}
    return Sent("POST", f"{V2}/invoices?webhook_url={HOOK}", body)


async def void_by_v2(there: World, number: int) -> Sent:
    one = await made(there, number)
    return Sent("POST", f"{V2}/txn-void?webhook_url={HOOK}", {"txn_void_type": "Invoice", "txn_id": one["id"]})


async def customer_by_v2(there: World, number: int) -> Sent:
    return Sent("POST", f"{V2}/customers?webhook_url={HOOK}", {"name": f"Q2 {number}"})


async def document_by_v2(there: World, number: int) -> Sent:
    add = f"<CustomerAddRq><CustomerAdd><Name>QD {number}</Name></CustomerAdd></CustomerAddRq>"
    return Sent("POST", f"{V2}/queued-requests?webhook_url={HOOK}", {"request_xml": DOCUMENT.format(add)})


async def connection(there: World, number: int) -> Sent:
    return Sent("POST", "/api/v1/connections", {"name": f"C {number}", "redirect_url": "https://a.example"})


async def connection_gone(there: World, number: int) -> Sent:
    one = await there.ask("qube", *(await connection(there, number)).line)
    return Sent("DELETE", f"/api/v1/connections/{one['data']['id']}")


async def connection_by_v2(there: World, number: int) -> Sent:
    return Sent("POST", "/api/v2/connections", {"name": f"C {number}", "webhook_url": HOOK})


async def connection_changed_by_v2(there: World, number: int) -> Sent:
    one = await there.ask("qube", *(await connection_by_v2(there, number)).line)
    body = {"name": f"New {number}", "webhook_url": f"{HOOK}/{number}"}
    return Sent("PUT", f"/api/v2/connections/{one['data']['id']}", body)


async def desktop(there: World, number: int) -> str:
    made: str = (await there.running.perform("connection.create", {"books": "desktop", "name": f"D {number}"}))["id"]
    return made


async def onboarding(there: World, number: int) -> Sent:
    return Sent("POST", f"/api/v1/connections/{await desktop(there, number)}/onboarding_url", {})


async def onboarding_by_v2(there: World, number: int) -> Sent:
    return Sent("POST", f"/api/v2/connections/{await desktop(there, number)}/onboarding-url")


KEYED: Final[tuple[Any, ...]] = (
    create,
    create_with_post,
    customer,
    pay,
    update,
    void,
    delete,
    customers_page_by_page,
    create_by_v2,
    void_by_v2,
    customer_by_v2,
    document_by_v2,
)
OTHERS: Final[tuple[Any, ...]] = (
    connection,
    connection_gone,
    connection_by_v2,
    connection_changed_by_v2,
    onboarding,
    onboarding_by_v2,
)
CASES: Final = (
    *(Case(each.__name__, each) for each in KEYED),
    *(Case(each.__name__, each, is_keyed=False) for each in OTHERS),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whatever_is_lost_the_truth_is_told_and_nothing_is_done_twice(case: Case, tell: Told) -> None:
    assert tell(lambda there: there.check("qube", case)) > 0
