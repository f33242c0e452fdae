"""The vendor's second client on QuickBooks Desktop behind its Web Connector: QUBE's own cell."""

import json
import os
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import qubesync
from tests.clients.qube_v2.desk import Desk, desk, messages
from tests.support.desktop import Office, Offices
from tests.support.receiver import Receiver

from counterfoil.app.demo_company import open_us_company
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.model.command import Create
from counterfoil.model.company import Company
from counterfoil.model.people import Customer
from counterfoil.model.sales import Invoice
from counterfoil.storage.company import CompanyFile

PRINTED: Final = Path(__file__).parents[2] / "golden" / "qube" / "create_invoice.http"
"""The vendor's printed invoice, in the names of the first version."""

CUSTOMERS: Final = int(os.environ.get("COUNTERFOIL_CUSTOMERS", "133"))
SIZE: Final = 100 if CUSTOMERS > 5000 else 10
"""Customers of the company that is asked for page by page, and of a page: 14 pages unless more are wanted."""


@pytest.fixture(scope="module")
def qube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("qube-v2-desktop") / "data", "desktop") as running:
        yield running


@pytest.fixture(scope="module")
def offices(qube: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with Offices(qube.server.data, tmp_path_factory.mktemp("companies")) as built:
        yield built


@pytest.fixture
def connection(qube: Desk, receiver: Receiver) -> str:
    made: str = qube.client.create_connection(webhook_url=receiver.url, name="Larkspur Landscaping")["id"]
    return made


def opened(qube: Desk, offices: Offices, connection: str, fill: Any) -> Office:
    """Its QuickBooks, set up with the file and the password that the vendor's client fetched."""
    qwc = qube.client.get_qwc(connection)
    password = qube.client.set_password(connection)["password"]
    return offices.connect(qwc.encode(), password, fill=fill)


@pytest.fixture
def office(qube: Desk, offices: Offices, connection: str) -> Iterator[Office]:
    built = opened(qube, offices, connection, open_us_company)
    yield built
    built.close()


def many_customers(file: CompanyFile, books: EmbeddedBooks) -> None:
    books.open_company(file, Company(company_name="Juniper Supply", legal_company_name="Juniper Supply"))
    for number in range(CUSTOMERS):
        books.execute(file, Create(resource="customers", draft=Customer(name=f"Buyer {number:05}")))


@pytest.fixture
def crowded(qube: Desk, offices: Offices, connection: str) -> Iterator[Office]:
    built = opened(qube, offices, connection, many_customers)
    yield built
    built.close()


def printed_invoice() -> dict[str, Any]:
    """The printed invoice in the names of the second version."""
    body = json.loads(PRINTED.read_text().partition("\n\n")[2])
    (line,) = body["lines"]
    return {
        "customer_ref": {"list_id": body["customer_list_id"]},
        "txn_date": body["transaction_date"],
        "ref_number": body["ref_number"],
        "bill_address": body["bill_address"],
        "ship_address": body["ship_address"],
        "item_sales_tax_ref": {"list_id": body["item_sales_tax_list_id"]},
        "customer_sales_tax_code_ref": {"list_id": body["customer_sales_tax_code_list_id"]},
        "memo": body["memo"],
        "invoice_line_add": [
            {
                "item_ref": {"list_id": line["item_list_id"]},
                "desc": line["description"],
                "quantity": line["quantity"],
                "rate": float(line["rate"]),
            }
        ],
    }


def test_a_connection_is_connected_by_what_the_client_fetches(qube: Desk, office: Office, connection: str) -> None:
    found = qube.client.get_connection(connection)
    assert found["last_connected_at"] is not None
    onboarding = qube.client.regenerate_onboarding(connection)["links"]["onboarding"]
    assert qube.session.get(onboarding).status_code == 200
    own = "twelve letters and more"
    assert qube.client.set_password(connection, password=own) == {"id": connection, "password": own}
    with pytest.raises(qubesync.APIError) as short:
        qube.client.set_password(connection, password="short")
    assert (short.value.status, list(short.value.errors)) == (422, ["password"])


def test_the_printed_invoice_is_queued_delivered_and_posted(
    qube: Desk, office: Office, connection: str, receiver: Receiver
) -> None:
    office.pause()
    queued = qube.client.invoice.create(connection, printed_invoice(), webhook_url=receiver.url)
    assert (queued["state"], queued["webhook_state"], queued["response_json"]) == ("waiting", "pending", None)
    office.resume()
    event = qube.read(receiver)
    assert (event.type, event.id, event.state, event.page) == ("request", queued["id"], "completed", 1)
    (kept,) = [each for each in office.all("invoices") if isinstance(each, Invoice) and each.ref_number == "INV-1001"]
    made = messages(event.body, "InvoiceAddRs")["InvoiceRet"][0]
    assert (made["TxnID"], made["ItemSalesTaxRef"]["FullName"], made["Memo"]) == (kept.id, "Texas", kept.memo)
    assert (kept.subtotal, kept.sales_tax_total) == (Decimal("300.00"), Decimal("0.00"))
    found = qube.answered(connection, queued)
    assert found["response_json"] == event.response_json
    (page,) = qube.client.request_pages(connection, queued["id"])
    assert (page["page"], page["response_json"]) == (1, event.response_json)


def test_one_key_one_invoice(qube: Desk, office: Office, connection: str, receiver: Receiver) -> None:
    given = printed_invoice() | {"ref_number": "V2-ONCE"}
    ids = {
        qube.client.invoice.create(connection, given, webhook_url=receiver.url, idempotency_key="k-1")["id"]
        for _ in range(3)
    }
    (identifier,) = ids
    qube.answered(connection, {"id": identifier})
    kept = [each for each in office.all("invoices") if isinstance(each, Invoice) and each.ref_number == "V2-ONCE"]
    assert len(kept) == 1


def test_a_refusal_of_quickbooks_is_posted_as_an_error(
    qube: Desk, office: Office, connection: str, receiver: Receiver
) -> None:
    wrong = printed_invoice() | {"customer_ref": {"list_id": "80009999-1"}}
    queued = qube.client.invoice.create(connection, wrong, webhook_url=receiver.url)
    event = qube.read(receiver)
    assert (event.id, event.state, event.error["code"]) == (queued["id"], "error", "3140")
    assert qube.in_state(connection, queued["id"], "error")["error"] == event.error


def test_what_waits_is_discarded_and_stays_in_the_list(qube: Desk, office: Office, connection: str) -> None:
    office.pause()
    hook = "http://127.0.0.1:9/hook"
    given = printed_invoice() | {"ref_number": "V2-GONE"}
    queued = qube.client.invoice.create(connection, given, webhook_url=hook)
    gone = qube.client.discard_request(connection, queued["id"])
    assert (gone["id"], gone["state"], gone["webhook_state"]) == (queued["id"], "discarded", "not_applicable")
    assert qube.client.list_requests(connection, state="discarded")["data"] == [gone]
    assert qube.client.list_requests(connection, state="waiting")["data"] == []
    office.resume()
    after = qube.client.invoice.create(connection, given | {"ref_number": "V2-NEXT"}, webhook_url=hook)
    qube.answered(connection, after)
    for each in (queued, after):
        with pytest.raises(qubesync.APIError) as refused:
            qube.client.discard_request(connection, each["id"])
        assert refused.value.status == 409
    numbers = {each.ref_number for each in office.all("invoices") if isinstance(each, Invoice)}
    assert ("V2-GONE" in numbers, "V2-NEXT" in numbers) == (False, True)


def told_pages(qube: Desk, receiver: Receiver, first: Sequence[Any] = ()) -> list[Any]:
    """Every delivery of an iterated query: the page that says that it is complete may overtake those before it."""
    events = [*first]
    while len(events) < next((each.page for each in events if each.iteration_state == "complete"), len(events) + 1):
        events.append(qube.read(receiver))
    return events


def ids_of(events: list[Any]) -> list[str]:
    return [
        each["ListID"] for event in events for each in messages(event.body, "CustomerQueryRs").get("CustomerRet", [])
    ]


@pytest.mark.parametrize("cut", [False, True])
def test_every_customer_once_page_by_page(
    qube: Desk, crowded: Office, connection: str, receiver: Receiver, cut: bool
) -> None:
    everybody = sorted(each.id for each in crowded.all("customers"))
    assert len(everybody) > 12 * SIZE
    if cut:
        crowded.pause()
    params = {"iterator": True, "max_returned": SIZE, "include": ["FullName"], "active_status": "All"}
    queued = qube.client.customer.query(connection, params, webhook_url=receiver.url)
    if cut:
        crowded.resume()
        first = [qube.read(receiver) for _ in range(3)]
        crowded.faults.add("drop-after-process")
        events = told_pages(qube, receiver, first)
        crowded.reports.clear()
    else:
        events = told_pages(qube, receiver)
    assert {(event.id, event.state) for event in events} == {(queued["id"], "completed")}
    assert sorted(event.page for event in events) == list(range(1, len(events) + 1))
    assert len({event.page_request_id for event in events}) == len(events)
    assert sorted(ids_of(events)) == everybody
    qube.answered(connection, queued)
    pages = qube.client.request_pages(connection, queued["id"])
    by_number = {event.page: event for event in events}
    assert [each["page_request_id"] for each in pages] == [
        by_number[number].page_request_id for number in range(1, len(events) + 1)
    ]
    assert pages[-1]["remaining_count"] in (0, None)
    assert [body for _, body in receiver.got if queued["id"].encode() in body] == []
