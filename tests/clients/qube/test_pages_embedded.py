"""Iterated queries of the vendor's client on Counterfoil's own books: a delivery a page, as on QuickBooks Desktop.

The books answer in the transaction that asks, so that all pages are of one moment.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from qubesync.client import QubeSync
from tests.clients.qube.test_pages import Book, answer, ids, settled
from tests.support.receiver import Receiver
from tests.support.server import Server, serving

pytestmark = pytest.mark.usefixtures("configured")
vendor: Any = QubeSync
CUSTOMERS: Final = 1250
SIZE: Final = 100
A_DOCUMENT: Final = 250


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("qube-pages-embedded") / "data"
    with serving(data, default_books="embedded", allow_private_webhooks="1") as running:
        yield running


@pytest.fixture
def connection(configured: None) -> str:
    """A company with its customers, entered as callers enter many: some hundreds in a document."""
    identifier: str = vendor.create_connection({"name": "Juniper Supply"})["id"]
    for first in range(0, CUSTOMERS, A_DOCUMENT):
        adds = "".join(
            f"<CustomerAddRq><CustomerAdd><Name>Customer {number:05}</Name></CustomerAdd></CustomerAddRq>"
            for number in range(first, first + A_DOCUMENT)
        )
        written = (
            '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
            f"{adds}</QBXMLMsgsRq></QBXML>"
        )
        assert vendor.queue_request(identifier, {"request_xml": written})["state"] == "response_received"
    return identifier


def test_each_page_is_delivered_once(connection: str, receiver: Receiver, secret: str) -> None:
    queued = vendor.customer_query(
        connection, iterate=True, max_returned=SIZE, include=["FullName"], webhook_url=receiver.url
    )
    book = Book(receiver, secret)
    book.take(13)
    pages = book.pages(queued["id"])
    assert [page["page"] for page in pages] == list(range(1, 14))
    assert {(page["state"], page["error"]) for page in pages} == {("completed", None)}
    assert [answer(page)["@iteratorRemainingCount"] for page in pages] == [*range(1150, -1, -100), 0]
    assert [len(ids(page)) for page in pages] == [*[SIZE] * 12, 50]
    assert len({answer(page)["@iteratorID"] for page in pages}) == 1
    names = [row["FullName"] for page in pages for row in answer(page)["CustomerRet"]]
    assert names == [f"Customer {number:05}" for number in range(CUSTOMERS)]
    assert len({identifier for page in pages for identifier in ids(page)}) == CUSTOMERS
    assert 'iterator="Start"' in queued["request_xml"]
    assert (queued["state"], queued["response_json"]) == ("response_received", pages[-1]["response_json"])
    found = settled(queued["id"])
    assert (found["webhook_state"], len(found["webhook_attempts"])) == ("succeeded", 13)
    assert receiver.got == []


def test_a_last_page_that_is_full_has_nothing_after_it(connection: str, receiver: Receiver, secret: str) -> None:
    queued = vendor.customer_query(connection, iterate=True, max_returned=625, webhook_url=receiver.url)
    book = Book(receiver, secret)
    book.take(2)
    assert [answer(page)["@iteratorRemainingCount"] for page in book.pages(queued["id"])] == [625, 0]
    assert settled(queued["id"])["webhook_state"] == "succeeded"
    assert receiver.got == []
