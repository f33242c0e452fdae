"""QUBE's own cell: the vendor's client, unmodified, on QuickBooks Desktop behind its Web Connector.

What is queued waits, is handed over when the Web Connector calls, and is posted, signed, when QuickBooks has answered.
"""

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import qubesync
from qubesync import webhooks as vendor_webhooks
from qubesync.client import QubeSync
from tests.support.desktop import Office, Offices
from tests.support.receiver import Receiver
from tests.support.server import Server, serving

from counterfoil.app.demo_company import open_us_company
from counterfoil.core.money import minor
from counterfoil.model.sales import Invoice

pytestmark = pytest.mark.usefixtures("configured")
vendor: Any = QubeSync
builder: Any = qubesync.RequestBuilder
post: Any = vendor_webhooks
PATIENCE: Final = 30
ACME: Final = "80000001-1234567890"
WORK: Final = "80000002-1234567890"
"""An hour of implementation: 150.00, and nobody taxes it."""

PRINTED: Final = Path(__file__).parents[2] / "golden" / "qube"
"""The vendor's printed requests."""

RAW: Final = (
    '<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    '<InvoiceAddRq requestID="42"><InvoiceAdd><CustomerRef><ListID>{customer}</ListID></CustomerRef>'
    "<TxnDate>2026-06-02</TxnDate><RefNumber>{number}</RefNumber><InvoiceLineAdd><ItemRef><ListID>{item}</ListID>"
    "</ItemRef><Quantity>{quantity}</Quantity></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"
)


def invoice_xml(quantity: int, *, number: str = "Q-1", customer: str = ACME) -> str:
    return RAW.format(customer=customer, item=WORK, quantity=quantity, number=number)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("qube-desktop") / "data"
    with serving(data, default_books="desktop", allow_private_webhooks="1") as running:
        yield running


@pytest.fixture(scope="module")
def offices(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with Offices(server.data, tmp_path_factory.mktemp("companies")) as built:
        yield built


@pytest.fixture
def connection(configured: None) -> str:
    """A connection made as the vendor's callers make one."""
    identifier: str = vendor.create_connection({"name": "Larkspur Landscaping"})["id"]
    return identifier


@pytest.fixture
def office(offices: Offices, connection: str) -> Iterator[Office]:
    """Its QuickBooks, set up with the file and the password that the vendor's client fetched; the demo company."""
    qwc: str = vendor.get_qwc(connection)
    opened = offices.connect(qwc.encode(), vendor.generate_password(connection), fill=open_us_company)
    yield opened
    opened.close()


def test_a_connection_by_its_link_a_password_of_ones_own_and_either_way_to_the_file(
    server: Server, offices: Offices, connection: str, key: str
) -> None:
    link = vendor.post(f"connections/{connection}/onboarding_url", {"redirect_url": "https://example.com/back?n=1"})
    page = httpx.get(link["data"]["links"]["onboarding"].replace("localhost", "127.0.0.1"))
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert link["data"]["redirect_url"] == "https://example.com/back?n=1"
    own = "correct horse battery"
    told = vendor.post(f"connections/{connection}/password", {"password": own})["data"]
    assert told == {"id": connection, "password": own}
    qwc = httpx.get(f"{server.url}/api/v1/connections/{connection}/qwc", auth=(key, "")).json()["qwc"]
    assert qwc == vendor.get_qwc(connection)
    opened = offices.connect(qwc.encode(), own, fill=open_us_company)
    queued = vendor.queue_request(connection, {"request_xml": invoice_xml(1, number="Q-30"), "webhook_url": None})
    assert answered(queued["id"])["error"] is None
    found = vendor.get_connection(connection)
    assert found["name"] == "Larkspur Landscaping"
    assert found["last_connected_at"] is not None
    opened.close()


def test_a_connection_without_a_name_is_called_as_its_company(offices: Offices) -> None:
    made = vendor.create_connection()
    assert (made["name"], vendor.get_connection(made["id"])["name"]) == (None, None)
    qwc: str = vendor.get_qwc(made["id"])
    opened = offices.connect(qwc.encode(), vendor.generate_password(made["id"]), fill=open_us_company)
    queued = vendor.customer_query(made["id"], max_returned=1)
    assert answered(queued["id"])["error"] is None
    assert vendor.get_connection(made["id"])["name"] == "Larkspur Landscaping"
    opened.close()


def test_a_link_made_anew_leads_where_the_connection_was_to_lead(configured: None) -> None:
    back = "https://example.com/set-up/7"
    made = vendor.create_connection({"name": "Juniper", "redirect_url": back})
    fresh = vendor.post(f"connections/{made['id']}/onboarding_url")["data"]
    assert fresh["links"]["onboarding"] not in (None, made["links"]["onboarding"])
    assert (fresh["redirect_url"], vendor.get_connection(made["id"])["redirect_url"]) == (back, back)
    elsewhere = vendor.post(f"connections/{made['id']}/onboarding_url", {"redirect_url": f"{back}/b"})["data"]
    assert (elsewhere["redirect_url"], vendor.get_connection(made["id"])["redirect_url"]) == (f"{back}/b", f"{back}/b")


@pytest.mark.parametrize(
    "password", ["eleven char", " twelve and a blank", "x" * 129, 123456789012, "bell\x07 and others"]
)
def test_passwords_that_are_none(connection: str, password: Any) -> None:
    with pytest.raises(qubesync.QubeSyncError, match=r"422\n.*password"):
        vendor.post(f"connections/{connection}/password", {"password": password})
    with pytest.raises(qubesync.QubeSyncError, match=r'422\n.*unknown parameter: \\"passwort\\"'):
        vendor.post(f"connections/{connection}/password", {"passwort": "long enough for all"})


def in_state(identifier: str, *states: str) -> Any:
    """A request once it is in one of these states."""
    until = time.monotonic() + PATIENCE
    while (found := vendor.get_request(identifier))["state"] not in states and time.monotonic() < until:
        time.sleep(0.01)
    assert found["state"] in states
    return found


def answered(identifier: str) -> Any:
    return in_state(identifier, "response_received")


def messages(queued: Any, name: str) -> Any:
    return queued["response_json"][0]["QBXMLMsgsRs"][name]


def invoices(office: Office, number: str) -> list[Invoice]:
    """The invoices of a number, as the company file has them."""
    found = [each for each in office.all("invoices") if isinstance(each, Invoice)]
    return [each for each in found if each.ref_number == number]


def services(office: Office) -> int:
    """What the company has earned with work, in cents."""
    return -office.trial_balance()["Services"]


def test_a_raw_request_waits_is_handed_over_and_answered(
    office: Office, connection: str, receiver: Receiver, secret: str
) -> None:
    earned = services(office)
    office.pause()
    queued = vendor.queue_request(connection, {"request_xml": invoice_xml(3), "webhook_url": receiver.url})
    assert (queued["state"], queued["webhook_state"], queued["response_xml"]) == ("waiting", "pending", None)
    assert invoices(office, "Q-1") == []
    office.faults.add("slow:0.5")
    office.resume()
    assert in_state(queued["id"], "processing")["response_xml"] is None
    found = answered(queued["id"])
    office.faults.add("slow:0")
    answer = messages(found, "InvoiceAddRs")
    assert (answer["@requestID"], answer["@statusCode"]) == ("42", 0)
    (kept,) = invoices(office, "Q-1")
    assert (answer["InvoiceRet"][0]["TxnID"], kept.subtotal) == (kept.id, Decimal("450.00"))
    assert services(office) - earned == minor(Decimal("450.00"))
    signature, body = receiver.next()
    told = vendor.verify_and_build_webhook(body, signature)
    assert (told["id"], told["state"], told["error"]) == (queued["id"], "completed", None)
    assert told["response_json"] == found["response_json"]
    assert post.verify(body, signature, secrets=[secret]).dedupe_key == f"{queued['id']}:completed"


def test_the_bytes_of_a_raw_request_are_the_callers_own(office: Office, connection: str) -> None:
    """QuickBooks gets them with the attributes of a message set, and its answer comes back as it was given."""
    document = invoice_xml(1, number="Q-2").replace("<TxnDate>", "<!-- as agreed --><TxnDate>")
    queued = vendor.queue_request(connection, {"request_xml": document, "webhook_url": None})
    found = answered(queued["id"])
    assert found["request_xml"] == document
    assert found["response_xml"].startswith("<?xml")
    assert "<RefNumber>Q-2</RefNumber>" in found["response_xml"]


@pytest.mark.parametrize("case", ["queue_request_xml", "queue_request_json"])
def test_the_vendors_printed_requests(office: Office, connection: str, case: str) -> None:
    body = json.loads((PRINTED / f"{case}.http").read_text().partition("\n\n")[2])
    request = body.get("queued_request", body)
    found = answered(vendor.queue_request(connection, {**request, "webhook_url": None})["id"])
    answer = messages(found, "CustomerQueryRs")
    assert (answer["@requestID"], answer["@statusCode"]) == ("1", 0)
    assert answer["CustomerRet"][0]["ListID"] == ACME


def test_the_request_builder_of_the_client(office: Office, connection: str) -> None:
    request = builder(version="16.0")
    query = request.QBXML().QBXMLMsgsRq(onError="stopOnError")
    with query.CustomerQueryRq(requestID="asdf1234", iterator="Start") as asked:
        asked.MaxReturned(1)
        asked.IncludeRetElement("ListID")
        asked.IncludeRetElement("IsActive")
    queued = vendor.queue_request(connection, {"request_json": request.as_json(), "webhook_url": None})
    answer = messages(answered(queued["id"]), "CustomerQueryRs")
    assert (answer["@requestID"], answer["@statusCode"]) == ("asdf1234", 0)
    assert answer["CustomerRet"] == [{"ListID": ACME, "IsActive": True}]
    assert answer["@iteratorRemainingCount"] > 0


def test_the_request_builder_makes_an_invoice(office: Office, connection: str) -> None:
    request = builder(version="13.0")
    message = request.QBXML().QBXMLMsgsRq(onError="stopOnError")
    with message.InvoiceAddRq(requestID="1").InvoiceAdd() as invoice:
        invoice.CustomerRef().ListID(ACME)
        invoice.TxnDate("2026-06-05")
        invoice.RefNumber("Q-3")
        with invoice.InvoiceLineAdd() as line:
            line.ItemRef().ListID(WORK)
            line.Quantity(3)
            line.Rate(12.5)
    queued = vendor.queue_request(connection, {"request_json": request.as_json(), "webhook_url": None})
    made = messages(answered(queued["id"]), "InvoiceAddRs")["InvoiceRet"][0]
    (kept,) = invoices(office, "Q-3")
    assert (made["TxnID"], made["Subtotal"], kept.subtotal) == (kept.id, 37.5, Decimal("37.50"))


def test_pre_built_queries(office: Office, connection: str) -> None:
    some = answered(vendor.customer_query(connection, max_returned=2, include=["ListID", "FullName"])["id"])
    assert [list(row) for row in messages(some, "CustomerQueryRs")["CustomerRet"]] == [["ListID", "FullName"]] * 2
    asked = vendor.invoice_query(connection, ref_number=["5882", "6777"], include_line_items="true")
    found = messages(answered(asked["id"]), "InvoiceQueryRs")["InvoiceRet"]
    assert [row["RefNumber"] for row in found] == ["5882", "6777"]
    assert all(row["InvoiceLineRet"] for row in found)
    assert messages(answered(vendor.vendor_query(connection, active_status="All")["id"]), "VendorQueryRs")["VendorRet"]


def test_the_pre_built_invoice(office: Office, connection: str, receiver: Receiver) -> None:
    body = json.loads((PRINTED / "create_invoice.http").read_text().partition("\n\n")[2])
    queued = vendor.post(f"connections/{connection}/invoices?webhook_url={receiver.url}", body)["data"]
    made = messages(answered(queued["id"]), "InvoiceAddRs")["InvoiceRet"][0]
    (kept,) = invoices(office, body["ref_number"])
    assert (made["TxnID"], made["ItemSalesTaxRef"]["FullName"]) == (kept.id, "Texas")
    assert (kept.subtotal, kept.sales_tax_total) == (Decimal("300.00"), Decimal("0.00"))  # the work itself is exempt
    assert (kept.memo, kept.customer.id if kept.customer else None) == (body["memo"], ACME)
    told = vendor.verify_and_build_webhook(*reversed(receiver.next()))
    assert (told["state"], told["response_json"]) == ("completed", answered(queued["id"])["response_json"])


def test_what_waits_can_be_discarded_and_what_was_sent_cannot(office: Office, connection: str) -> None:
    office.pause()
    gone = vendor.queue_request(connection, {"request_xml": invoice_xml(1, number="Q-8"), "webhook_url": None})
    kept = vendor.queue_request(connection, {"request_xml": invoice_xml(1, number="Q-9"), "webhook_url": None})
    assert vendor.delete_request(gone["id"]) is True
    with pytest.raises(qubesync.QubeSyncError, match="404"):
        vendor.get_request(gone["id"])
    office.faults.add("slow:0.5")
    office.resume()
    in_state(kept["id"], "processing")
    with pytest.raises(qubesync.QubeSyncError, match="409"):
        vendor.delete_request(kept["id"])
    answered(kept["id"])
    office.faults.add("slow:0")
    with pytest.raises(qubesync.QubeSyncError, match="409"):
        vendor.delete_request(kept["id"])
    assert (len(invoices(office, "Q-8")), len(invoices(office, "Q-9"))) == (0, 1)


def test_requests_leave_in_their_order(office: Office, connection: str) -> None:
    office.pause()
    numbers = [f"Q-{number}" for number in range(20, 26)]
    queued = [
        vendor.queue_request(connection, {"request_xml": invoice_xml(1, number=number), "webhook_url": None})
        for number in numbers
    ]
    office.resume()
    for each in queued:
        answered(each["id"])
    made = [each.ref_number for each in office.all("invoices") if isinstance(each, Invoice)]
    assert [number for number in made if number in numbers] == numbers


def test_a_refusal_of_quickbooks_is_posted_as_an_error(office: Office, connection: str, receiver: Receiver) -> None:
    wrong = invoice_xml(1, number="Q-4", customer="80009999-1")
    queued = vendor.queue_request(connection, {"request_xml": wrong, "webhook_url": receiver.url})
    found = in_state(queued["id"], "error")
    assert found["error"]["code"] == "3140"
    assert "80009999-1" in found["error"]["message"]
    told = vendor.verify_and_build_webhook(*reversed(receiver.next()))
    assert (told["state"], told["error"]) == ("error", found["error"])
    assert invoices(office, "Q-4") == []


def test_a_document_that_quickbooks_would_not_read_is_refused_at_once(office: Office, connection: str) -> None:
    wrong = invoice_xml(1, number="Q-5").replace("Quantity", "Quantitee")
    with pytest.raises(qubesync.QubeSyncError, match="422"):
        vendor.queue_request(connection, {"request_xml": wrong, "webhook_url": None})
    assert vendor.get_requests(connection) == []
