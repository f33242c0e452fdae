"""The vendor's second client on Counterfoil's own books: every answer is there at once, and posted."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pytest
import qubesync
from qubesync.operations import OPERATIONS
from tests.clients.qube_v2.desk import Desk, desk, messages
from tests.support.receiver import Receiver

from counterfoil.dialects.qube.v2.operations import OPERATIONS as SERVED

HOOK: Final = "http://127.0.0.1:9/hook"
"""Nobody listens there: for requests whose post does not matter."""


@pytest.fixture(scope="module")
def qube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("qube-v2") / "data", "embedded") as running:
        yield running


@pytest.fixture
def client(qube: Desk) -> Any:
    return qube.client


@pytest.fixture
def connection(client: Any, request: pytest.FixtureRequest) -> str:
    made: str = client.create_connection(webhook_url=HOOK, name=request.node.name[:60])["id"]
    return made


def made_id(queued: Any, message: str) -> str:
    """The id of what an answer says was made."""
    (ret,) = [value for key, value in messages(queued, message).items() if key.endswith("Ret")]
    identifier: str = ret[0].get("ListID") or ret[0]["TxnID"]
    return identifier


def refusal(call: Any, *given: Any, **named: Any) -> Any:
    with pytest.raises(qubesync.APIError) as refused:
        call(*given, **named)
    return refused.value


class Shop:
    """A company that sells hours: made through the client's own operations."""

    def __init__(self, client: Any, connection: str) -> None:
        def create(operation: str, given: Any, message: str) -> str:
            return made_id(client.queue(operation, connection, given, webhook_url=HOOK), message)

        account = {"name": "Work", "account_type": "Income"}
        self.income = create("account.create", account, "AccountAddRs")
        self.customer = create("customer.create", {"name": "Acme", "company_name": "Acme Ltd"}, "CustomerAddRs")
        item = {
            "name": "Hour",
            "sales_or_purchase": {"price": 75.5, "desc": "an hour", "account_ref": {"list_id": self.income}},
        }
        self.item = create("item_service.create", item, "ItemServiceAddRs")


@pytest.fixture
def shop(client: Any, connection: str) -> Shop:
    return Shop(client, connection)


def invoice_of(shop: Shop, **more: Any) -> dict[str, Any]:
    line = {"item_ref": {"list_id": shop.item}, "quantity": 3, "rate": 12.5}
    return {"customer_ref": {"list_id": shop.customer}, "txn_date": "2026-06-02", "invoice_line_add": [line], **more}


def test_the_life_of_a_connection(client: Any) -> None:
    made = client.create_connection(webhook_url=HOOK, name="Copper Beech")
    assert (made["name"], made["webhook_url"]) == ("Copper Beech", HOOK)
    assert client.get_connection(made["id"]) == made
    assert made in client.list_connections()
    changed = client.update_connection(made["id"], name="Copper Birch")
    assert (changed["name"], changed["webhook_url"]) == ("Copper Birch", HOOK)
    assert client.update_connection(made["id"], webhook_url=f"{HOOK}/2")["webhook_url"] == f"{HOOK}/2"
    assert client.get_connection(made["id"])["name"] == "Copper Birch"
    assert client.request("GET", made["links"]["self"])["data"]["id"] == made["id"]
    assert client.delete_connection(made["id"]) is None
    gone = refusal(client.get_connection, made["id"])
    assert (gone.status, gone.errors, bool(gone.request_id)) == (404, {"detail": "Not Found"}, True)


def test_an_invoice_and_its_webhook(qube: Desk, connection: str, shop: Shop, receiver: Receiver) -> None:
    given = invoice_of(shop, ref_number="V-1", memo="by the second version", request_id="42")
    queued = qube.client.invoice.create(connection, given, webhook_url=receiver.url)
    told = messages(queued, "InvoiceAddRs")
    assert (told["@requestID"], told["@statusCode"]) == ("42", 0)
    invoice = told["InvoiceRet"][0]
    assert (invoice["RefNumber"], Decimal(str(invoice["Subtotal"]))) == ("V-1", Decimal("37.5"))
    event = qube.read(receiver)
    assert (event.type, event.id, event.page, event.state) == ("request", queued["id"], 1, "completed")
    assert (event.error, event.response_json) == (None, queued["response_json"])
    assert (event.sandbox, event.iteration_state) == (False, None)
    assert event.dedupe_key == f"{event.page_request_id}:completed"
    found = qube.client.get_request(connection, queued["id"])
    assert qube.client.request("GET", queued["links"]["self"])["data"]["id"] == found["id"]


def test_the_whole_life_of_an_invoice(client: Any, connection: str, shop: Shop) -> None:
    queued = client.invoice.create(connection, invoice_of(shop, memo="first"), webhook_url=HOOK)
    invoice = messages(queued, "InvoiceAddRs")["InvoiceRet"][0]
    change = {"txn_id": invoice["TxnID"], "edit_sequence": invoice["EditSequence"], "memo": "", "po_number": "P-1"}
    changed = messages(client.invoice.update(connection, change, webhook_url=HOOK), "InvoiceModRs")["InvoiceRet"][0]
    assert ("Memo" in changed, changed["PONumber"], changed["Subtotal"]) == (False, "P-1", 37.5)
    payment = {
        "customer_ref": {"list_id": shop.customer},
        "total_amount": 10,
        "applied_to_txn_add": [{"txn_id": invoice["TxnID"], "payment_amount": 10}],
    }
    paid = messages(client.receive_payment.create(connection, payment, webhook_url=HOOK), "ReceivePaymentAddRs")
    assert paid["@statusCode"] == 0
    balance = client.invoice.query(connection, {"txn_id": [invoice["TxnID"]]}, webhook_url=HOOK)
    assert messages(balance, "InvoiceQueryRs")["InvoiceRet"][0]["BalanceRemaining"] == 27.5
    gone = {"txn_id": paid["ReceivePaymentRet"][0]["TxnID"], "txn_del_type": "ReceivePayment"}
    assert messages(client.txn.delete(connection, gone, webhook_url=HOOK), "TxnDelRs")["@statusCode"] == 0
    void = {"txn_id": invoice["TxnID"], "txn_void_type": "Invoice"}
    assert messages(client.txn_void.execute(connection, void, webhook_url=HOOK), "TxnVoidRs")["@statusCode"] == 0
    after = client.invoice.query(connection, {"txn_id": [invoice["TxnID"]]}, webhook_url=HOOK)
    assert messages(after, "InvoiceQueryRs")["InvoiceRet"][0]["BalanceRemaining"] == 0


def test_nested_filters(client: Any, connection: str, shop: Shop) -> None:
    for number, day in (("N-1", "2026-01-10"), ("N-2", "2026-02-10"), ("M-3", "2026-03-10")):
        given = invoice_of(shop, ref_number=number) | {"txn_date": day}
        client.invoice.create(connection, given, webhook_url=HOOK)

    def numbers(params: Any) -> list[str]:
        told = messages(client.invoice.query(connection, params, webhook_url=HOOK), "InvoiceQueryRs")
        return [each["RefNumber"] for each in told.get("InvoiceRet", [])]

    assert numbers({"ref_number": ["N-1", "M-3"]}) == ["N-1", "M-3"]
    since = {"from_txn_date": "2026-02-01", "to_txn_date": "2026-02-28"}
    assert numbers({"txn_date_range_filter": since}) == ["N-2"]
    assert numbers({"ref_number_filter": {"match_criterion": "StartsWith", "ref_number": "N-"}}) == ["N-1", "N-2"]
    assert numbers({"entity_filter": {"list_id": [shop.customer]}, "max_returned": 2}) == ["N-1", "N-2"]
    assert numbers({"entity_filter": {"full_name": ["Acme"]}, "paid_status": "PaidOnly"}) == []
    lines = client.invoice.query(connection, {"ref_number": ["N-1"], "include_line_items": True}, webhook_url=HOOK)
    assert len(messages(lines, "InvoiceQueryRs")["InvoiceRet"][0]["InvoiceLineRet"]) == 1


def test_an_iterated_query_page_by_page(qube: Desk, connection: str, receiver: Receiver) -> None:
    client = qube.client
    for number in range(7):
        client.customer.create(connection, {"name": f"C{number}"}, webhook_url=HOOK)
    given = {"iterator": True, "max_returned": 3, "include": ["Name"], "name_starts_with": "C"}
    queued = client.customer.query(connection, given, webhook_url=receiver.url)
    events = sorted((qube.read(receiver) for _ in range(3)), key=lambda event: event.page)
    assert [(event.page, event.id, event.iteration_state) for event in events] == [
        (1, queued["id"], "iterating"),
        (2, queued["id"], "iterating"),
        (3, queued["id"], "complete"),
    ]
    pages = client.request_pages(connection, queued["id"])
    names = [[each["Name"] for each in messages(page, "CustomerQueryRs")["CustomerRet"]] for page in pages]
    assert names == [["C0", "C1", "C2"], ["C3", "C4", "C5"], ["C6"]]
    assert [page["remaining_count"] for page in pages] == [4, 1, 0]
    assert [page["page_request_id"] for page in pages] == [event.page_request_id for event in events]
    assert len({event.dedupe_key for event in events}) == 3
    assert (queued["state"], queued["response_json"]) == ("response_received", pages[-1]["response_json"])


def test_an_iterated_query_over_several_lists(client: Any, connection: str, shop: Shop) -> None:
    """Items are kept in lists of their kinds: a page goes on where the last one ended, in whichever list that is."""
    for number in range(4):
        given = {"name": f"S{number}", "sales_or_purchase": {"price": 1, "account_ref": {"list_id": shop.income}}}
        client.item_service.create(connection, given, webhook_url=HOOK)
        client.item_non_inventory.create(connection, {**given, "name": f"N{number}"}, webhook_url=HOOK)
    every = messages(client.item.query(connection, {"max_returned": 100}, webhook_url=HOOK), "ItemQueryRs")
    known = [each["ListID"] for key, value in every.items() if key.endswith("Ret") for each in value]
    queued = client.item.query(connection, {"iterator": True, "max_returned": 4}, webhook_url=HOOK)
    told, left = [], []
    for page in client.request_pages(connection, queued["id"]):
        answer = messages(page, "ItemQueryRs")
        told += [each["ListID"] for key, value in answer.items() if key.endswith("Ret") for each in value]
        left.append(answer["@iteratorRemainingCount"])
    assert (sorted(told), len(told)) == (sorted(known), len(known))
    assert left == [max(len(known) - 4 * page, 0) for page in range(1, len(left) + 1)]
    assert left[-1] == 0


def test_an_iterated_query_that_finds_nothing_or_is_refused(client: Any, connection: str) -> None:
    """It has one page, and a page of its own."""
    empty = client.invoice.query(connection, {"iterator": True}, webhook_url=HOOK)
    wrong = {"iterator": True, "entity_filter": {"full_name": ["Nobody"]}}
    refused = client.invoice.query(connection, wrong, webhook_url=HOOK)
    for queued in (empty, refused):
        (page,) = client.request_pages(connection, queued["id"])
        assert (page["page"], page["remaining_count"]) == (1, 0)
        assert page["page_request_id"] != queued["id"]
        assert page["response_json"] == queued["response_json"]


def test_one_key_one_request(client: Any, connection: str) -> None:
    given = {"name": "Once"}
    first = client.customer.create(connection, given, webhook_url=HOOK, idempotency_key="once")
    again = client.customer.create(connection, given, webhook_url=HOOK, idempotency_key="once")
    assert again["id"] == first["id"]
    other = refusal(client.customer.create, connection, {"name": "Two"}, webhook_url=HOOK, idempotency_key="once")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    told = client.customer.query(connection, webhook_url=HOOK)
    assert [each["Name"] for each in messages(told, "CustomerQueryRs")["CustomerRet"]] == ["Once"]


def test_raw_qbxml(client: Any, connection: str) -> None:
    document = (
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{}'
        "</QBXMLMsgsRq></QBXML>"
    )
    queued = client.queue_qbxml(connection, document.format("<HostQueryRq/>"), webhook_url=HOOK)
    assert messages(queued, "HostQueryRs")["@statusCode"] == 0
    wrong = document.format("<CustomerQueryRq><FullNome>x</FullNome></CustomerQueryRq>")
    refused = refusal(client.queue_qbxml, connection, wrong, webhook_url=HOOK)
    assert (refused.status, [each["path"] for each in refused.errors]) == (
        422,
        ["/request_xml/CustomerQueryRq/0/FullNome"],
    )
    assert "FullName" in refused.errors[0]["message"]
    assert [each["id"] for each in client.list_requests(connection)["data"]] == [queued["id"]]


def test_lists_of_requests(client: Any, connection: str) -> None:
    ids = [client.vendor.query(connection, webhook_url=HOOK)["id"] for _ in range(5)]
    bad = {"txn_id": "1-1", "txn_void_type": "Invoice"}
    failed = client.txn_void.execute(connection, bad, webhook_url=HOOK)
    assert (failed["state"], bool(failed["error"]["message"])) == ("error", True)
    assert [each["id"] for each in client.iter_requests(connection, page_size=2)] == [failed["id"], *reversed(ids)]
    first = client.list_requests(connection, page_size=4, sort="inserted_at", sort_direction="asc")
    assert ([each["id"] for each in first["data"]], first["meta"]) == (ids[:4], {"page": 1, "total_pages": 2})
    assert [each["id"] for each in client.list_requests(connection, state="error")["data"]] == [failed["id"]]
    assert [each["id"] for each in client.list_requests(connection, search_phrase=ids[2])["data"]] == [ids[2]]


def test_the_shapes_of_errors(client: Any, connection: str, qube: Desk) -> None:
    unknown = refusal(client.customer.create, connection, {"name": "x", "emial": "y"}, webhook_url=HOOK)
    assert (unknown.status, unknown.errors) == (422, 'unknown parameter: "emial"')
    missing = refusal(client.customer.create, connection, {}, webhook_url=HOOK)
    assert (missing.status, missing.errors) == (422, {"name": ["is required"]})
    deep = {"customer_ref": {"list_id": "8-1"}, "invoice_line_add": [{}, {"rate": "x"}]}
    within = refusal(client.invoice.create, connection, deep, webhook_url=HOOK)
    assert [each["path"] for each in within.errors] == ["/invoice_line_add/1/rate"]
    nobody = refusal(qube.client_of("sk_nobody").list_connections)
    assert (nobody.status, nobody.body) == (401, "Unauthorized")
    hook = refusal(client.vendor.query, connection, webhook_url="ftp://example.com/")
    assert (hook.status, list(hook.errors)) == (422, ["webhook_url"])


def test_what_is_not_served_says_so(client: Any, connection: str) -> None:
    run = refusal(client.start_run, connection, "sync", {}, reference="r-1", webhook_url=HOOK)
    assert (run.status, run.code, "workflow" in run.message) == (501, "not_implemented", True)
    assert refusal(client.list_runs, connection).status == 501
    assert refusal(client.get_run, connection, "1").status == 501
    assert refusal(client.run_events, connection, "1").status == 501
    closing = {"accounting_preferences_mod": {"closing_date": "2026-01-31"}}
    preferences = refusal(client.preferences.update, connection, closing, webhook_url=HOOK)
    assert (preferences.status, preferences.code) == (501, "not_implemented")
    assert "preferences.query" in preferences.message, "what is served of the entity is told"
    payroll = refusal(client.queue, "payroll_item_wage.create", connection, {"name": "x"}, webhook_url=HOOK)
    assert (payroll.status, payroll.code, "payroll_item_wage" in payroll.message) == (501, "not_implemented", True)
    for call in (client.regenerate_onboarding, client.set_password, client.get_qwc):
        assert refusal(call, connection).status == 501


def test_every_query_of_the_vendor_is_answered_or_named_as_not_served(client: Any, connection: str) -> None:
    needed = {"txn_deleted.query": {"txn_del_type": ["Invoice"]}, "list_deleted.query": {"list_del_type": ["Customer"]}}
    served = {each.id for each in SERVED if each.message is not None}
    for operation, vendors in OPERATIONS.items():
        if vendors.params_in != "query":
            continue
        if operation not in served:
            refused = refusal(client.queue, operation, connection, webhook_url=HOOK)
            assert (refused.status, vendors.entity in refused.message) == (501, True), operation
            continue
        queued = client.queue(operation, connection, needed.get(operation), webhook_url=HOOK)
        (answer,) = queued["response_json"][0]["QBXMLMsgsRs"].values()
        assert answer["@statusCode"] in (0, 1), operation
