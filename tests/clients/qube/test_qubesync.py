"""The vendor's own client, unmodified: connections, requests, its request builder, and its check of what is posted."""

import json
import time
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import qubesync
from qubesync import webhooks as vendor_webhooks
from qubesync.client import InvalidWebhookSignatureError, QubeSync, StaleWebhookError
from tests.acceptance.qube.house import DEMO, PATIENCE, House
from tests.support.receiver import Receiver

vendor: Any = QubeSync
builder: Any = qubesync.RequestBuilder
post: Any = vendor_webhooks
ACME = "80000001-1234567890"


@pytest.fixture(autouse=True)
def configured(qube: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client is configured by the environment alone; it leaves its sessions for the collector to close."""
    monkeypatch.setenv("QUBE_URL", f"{qube.url}/api/v1")
    monkeypatch.setenv("QUBE_API_KEY", qube.key)
    monkeypatch.setenv("QUBE_WEBHOOK_SECRET", qube.secret)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def test_the_life_of_a_connection() -> None:
    made = vendor.create_connection({"name": "Copper Beech", "redirect_url": "https://example.com/back"})
    assert (made["name"], made["type"]) == ("Copper Beech", "standard")
    assert made["redirect_url"] == "https://example.com/back"
    assert vendor.get_connection(made["id"]) == made
    assert made in vendor.get("connections")["data"]
    assert vendor.delete_connection(made["id"]) is True
    with pytest.raises(qubesync.QubeSyncError, match="404"):
        vendor.get_connection(made["id"])


def test_a_connection_without_a_name() -> None:
    made = vendor.create_connection()
    assert vendor.get_requests(made["id"]) == []
    vendor.delete_connection(made["id"])


def test_the_request_builder_of_the_client() -> None:
    request = builder(version="16.0")
    messages = request.QBXML().QBXMLMsgsRq(onError="stopOnError")
    with messages.CustomerQueryRq(requestID="asdf1234", iterator="Start") as query:
        query.MaxReturned(1)
        query.IncludeRetElement("ListID")
        query.IncludeRetElement("IsActive")
    queued = vendor.queue_request(DEMO, {"request_json": request.as_json(), "webhook_url": None})
    assert queued["state"] == "response_received"
    assert '<?qbxml version="16.0"?>' in queued["request_xml"]
    answer = queued["response_json"][0]["QBXMLMsgsRs"]["CustomerQueryRs"]
    assert (answer["@requestID"], answer["@statusCode"]) == ("asdf1234", 0)
    assert answer["CustomerRet"] == [{"ListID": ACME, "IsActive": True}]
    assert answer["@iteratorRemainingCount"] > 0
    assert vendor.get_request(queued["id"]) == queued


def test_the_request_builder_makes_an_invoice() -> None:
    """The deepest thing that callers build: lines of an invoice, wrapped as the client wraps it."""
    request = builder(version="13.0")
    messages = request.QBXML().QBXMLMsgsRq(onError="stopOnError")
    with messages.InvoiceAddRq(requestID="1").InvoiceAdd() as invoice:
        invoice.CustomerRef().ListID(ACME)
        invoice.TxnDate("2026-06-05")
        with invoice.InvoiceLineAdd() as line:
            line.ItemRef().ListID("80000002-1234567890")
            line.Quantity(3)
            line.Rate(12.5)
    queued = vendor.queue_request(DEMO, {"request_json": request.as_json(), "webhook_url": None})
    made = queued["response_json"][0]["QBXMLMsgsRs"]["InvoiceAddRs"]["InvoiceRet"][0]
    assert made["Subtotal"] == 37.5


def test_pre_built_queries() -> None:
    some = vendor.customer_query(DEMO, max_returned=2, include=["ListID", "FullName"])
    rows = some["response_json"][0]["QBXMLMsgsRs"]["CustomerQueryRs"]["CustomerRet"]
    assert [list(row) for row in rows] == [["ListID", "FullName"]] * 2
    paged = vendor.customer_query(DEMO, iterate=True, max_returned=1)
    last = paged["response_json"][0]["QBXMLMsgsRs"]["CustomerQueryRs"]
    assert (len(last["CustomerRet"]), last["@iteratorRemainingCount"]) == (1, 0)
    numbered = vendor.invoice_query(DEMO, ref_number=["5882", "6777"], include_line_items="true")
    invoices = numbered["response_json"][0]["QBXMLMsgsRs"]["InvoiceQueryRs"]["InvoiceRet"]
    assert [row["RefNumber"] for row in invoices] == ["5882", "6777"]
    assert all(row["InvoiceLineRet"] for row in invoices)
    assert vendor.vendor_query(DEMO, active_status="All")["state"] == "response_received"
    orders = vendor.sales_order_query(DEMO)
    assert (orders["state"], orders["error"]["code"]) == ("error", "1030")


def test_what_was_answered_cannot_be_withdrawn() -> None:
    queued = vendor.vendor_query(DEMO)
    with pytest.raises(qubesync.QubeSyncError, match="409"):
        vendor.delete_request(queued["id"])


def test_the_web_connector_is_refused_in_words() -> None:
    for ask in (vendor.get_qwc, vendor.generate_password):
        with pytest.raises(qubesync.QubeSyncError, match=r"501\n.*Web Connector"):
            ask(DEMO)


def test_a_wrong_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUBE_API_KEY", "sk_wrong")
    with pytest.raises(qubesync.QubeSyncError, match=r"401\nUnauthorized"):
        vendor.get_connection(DEMO)


def test_a_delivery_passes_the_checks_of_the_client(qube: House, receiver: Receiver) -> None:
    queued = vendor.customer_query(DEMO, max_returned=1, webhook_url=receiver.url)
    assert queued["webhook_url"] == receiver.url
    signature, body = receiver.next()
    told = vendor.verify_and_build_webhook(body, signature)
    assert list(told) == [
        "timestamp",
        "id",
        "page_request_id",
        "page",
        "state",
        "response_xml",
        "response_json",
        "error",
    ]
    assert (told["id"], told["page"], told["state"], told["error"]) == (queued["id"], 1, "completed", None)
    assert told["response_json"] == queued["response_json"]
    event = post.verify(body, signature, secrets=[qube.secret])
    assert (event.type, event.dedupe_key) == ("request", f"{queued['id']}:completed")
    after = settled(queued["id"])
    assert (after["webhook_state"], after["webhook_error"]) == ("succeeded", None)
    assert [attempt["response"] for attempt in after["webhook_attempts"]] == ["200 noted"]


def test_a_refusal_of_the_books_is_posted_as_an_error(receiver: Receiver) -> None:
    wrong = {"customer_list_id": "80009999-1", "transaction_date": "2026-06-02", "lines": [{"description": "x"}]}
    queued = vendor.post(f"connections/{DEMO}/invoices?webhook_url={receiver.url}", wrong)["data"]
    told = vendor.verify_and_build_webhook(*reversed(receiver.next()))
    assert told["state"] == "error"
    assert told["error"] == queued["error"]
    assert (told["error"]["code"], told["error"]["details"]) == ("3140", {"type": "invalid_reference"})


def test_tampered_and_stale_deliveries_are_refused(qube: House, receiver: Receiver) -> None:
    vendor.vendor_query(DEMO, webhook_url=receiver.url)
    signature, body = receiver.next()
    told = json.loads(body)
    tampered = json.dumps({**told, "state": "error"}).encode()
    with pytest.raises(InvalidWebhookSignatureError):
        vendor.verify_and_build_webhook(tampered, signature)
    late = int(time.time()) + 301
    for changed, secrets, moment, reason in (
        (tampered, [qube.secret], None, "mismatch"),
        (body, ["whsec_of_somebody_else"], None, "mismatch"),
        (body, [qube.secret], late, "stale"),
    ):
        with pytest.raises(post.SignatureError) as refusal:
            post.verify(changed, signature, secrets=secrets, now=moment)
        assert refusal.value.reason == reason
    assert post.verify(body, signature, secrets=["whsec_old", qube.secret]).id == told["id"]
    old = ",".join(f"t={int(time.time()) - 400}" if part.startswith("t=") else part for part in signature.split(","))
    with pytest.raises(StaleWebhookError):
        vendor.verify_and_build_webhook(body, old)


def test_a_receiver_that_fails_is_told_of_in_the_attempts(receiver: Receiver) -> None:
    receiver.answers = [500]
    queued = vendor.vendor_query(DEMO, webhook_url=receiver.url)
    receiver.next()
    until = time.monotonic() + PATIENCE
    while not (found := vendor.get_request(queued["id"]))["webhook_attempts"] and time.monotonic() < until:
        time.sleep(0.02)
    assert found["webhook_state"] == "pending"
    assert found["webhook_error"] == found["webhook_attempts"][0]["response"] == "500 noted"


def settled(identifier: str) -> Any:
    """A request whose post has been delivered, once that is recorded."""
    until = time.monotonic() + PATIENCE
    while (found := vendor.get_request(identifier))["webhook_state"] == "pending" and time.monotonic() < until:
        time.sleep(0.02)
    return found
