"""Iterated queries of the vendor's client on QuickBooks Desktop: one delivery a page, all told, and nothing twice.

There are a few hundred customers; `COUNTERFOIL_CUSTOMERS=12000` asks for as many as the books of a large company have.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import qubesync
from qubesync import webhooks as vendor_webhooks
from qubesync.client import QubeSync
from tests.support.desktop import Office, Offices
from tests.support.receiver import Receiver
from tests.support.server import Server, serving

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.model.command import Create, Delete
from counterfoil.model.company import Company
from counterfoil.model.people import Customer
from counterfoil.storage.company import CompanyFile

pytestmark = pytest.mark.usefixtures("configured")
vendor: Any = QubeSync
post: Any = vendor_webhooks
CUSTOMERS: Final = int(os.environ.get("COUNTERFOIL_CUSTOMERS", "250"))
SIZE: Final = 100 if CUSTOMERS > 5000 else 20
PAGES: Final = -(-CUSTOMERS // SIZE)
PATIENCE: Final = 60 + CUSTOMERS // 50


def filled(file: CompanyFile, books: EmbeddedBooks) -> None:
    """A company of its own, and its customers."""
    books.open_company(file, Company(company_name="Juniper Supply", legal_company_name="Juniper Supply"))
    for number in range(CUSTOMERS):
        books.execute(file, Create(resource="customers", draft=Customer(name=f"Customer {number:05}")))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("qube-pages") / "data"
    with serving(data, default_books="desktop", allow_private_webhooks="1") as running:
        yield running


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's closed file, made once: each test has a copy."""
    folder = tmp_path_factory.mktemp("juniper") / "company"

    async def made() -> None:
        opened = CompanyFolder(folder, fill=filled)
        await opened.open()
        await opened.close()

    asyncio.run(made())
    return folder


@pytest.fixture(scope="module")
def offices(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with Offices(server.data, tmp_path_factory.mktemp("companies")) as built:
        yield built


@pytest.fixture
def connection(configured: None) -> str:
    identifier: str = vendor.create_connection({"name": "Juniper Supply"})["id"]
    return identifier


@pytest.fixture
def office(offices: Offices, connection: str, company: Path) -> Iterator[Office]:
    qwc: str = vendor.get_qwc(connection)
    opened = offices.connect(qwc.encode(), vendor.generate_password(connection), company=company)
    yield opened
    opened.close()


class Book:
    """What a receiver makes of its deliveries: each is checked by both checks of the client."""

    def __init__(self, receiver: Receiver, secret: str) -> None:
        self.receiver = receiver
        self.secret = secret
        self.told: list[Any] = []

    def take(self, count: int) -> None:
        """Wait for so many deliveries in all."""
        until = time.monotonic() + PATIENCE
        while len(self.told) < count and time.monotonic() < until:
            if not self.receiver.got:
                time.sleep(0.01)
                continue
            signature, body = self.receiver.got.pop(0)
            told = vendor.verify_and_build_webhook(body, signature)
            event = post.verify(body, signature, secrets=[self.secret])
            assert (event.type, event.page_request_id) == ("request", told["page_request_id"])
            self.told.append(told)
        assert len(self.told) == count

    def pages(self, request: str) -> list[Any]:
        """The pages of a request by their numbers, as each came once."""
        found = sorted((told for told in self.told if told["id"] == request), key=lambda told: told["page"])
        assert len({told["page_request_id"] for told in found}) == len(found)
        return found


def answer(told: Any) -> Any:
    return told["response_json"][0]["QBXMLMsgsRs"]["CustomerQueryRs"]


def ids(told: Any) -> list[str]:
    return [row["ListID"] for row in answer(told).get("CustomerRet", [])]


def ended(request: str) -> Any:
    until = time.monotonic() + PATIENCE
    while (found := vendor.get_request(request))["state"] in ("waiting", "processing") and time.monotonic() < until:
        time.sleep(0.02)
    return found


def settled(request: str) -> Any:
    """A request whose post is all delivered, once that is recorded."""
    until = time.monotonic() + PATIENCE
    while (found := vendor.get_request(request))["webhook_state"] == "pending" and time.monotonic() < until:
        time.sleep(0.02)
    return found


def customers(office: Office) -> list[str]:
    return [each.id for each in office.all("customers")]


def asked(connection: str, receiver: Receiver, **more: Any) -> str:
    queued = vendor.customer_query(connection, iterate=True, max_returned=SIZE, webhook_url=receiver.url, **more)
    identifier: str = queued["id"]
    return identifier


def test_each_page_is_delivered_once(office: Office, connection: str, receiver: Receiver, secret: str) -> None:
    request = asked(connection, receiver, include=["FullName"])
    book = Book(receiver, secret)
    book.take(PAGES)
    pages = book.pages(request)
    assert [page["page"] for page in pages] == list(range(1, PAGES + 1))
    assert {page["state"] for page in pages} == {"completed"}
    assert [answer(page)["@iteratorRemainingCount"] for page in pages] == [
        max(CUSTOMERS - SIZE * number, 0) for number in range(1, PAGES + 1)
    ]
    assert [identifier for page in pages for identifier in ids(page)] == customers(office)
    assert [list(row) for row in answer(pages[0])["CustomerRet"]] == [["ListID", "FullName"]] * SIZE
    found = ended(request)
    assert (found["state"], found["response_json"]) == ("response_received", pages[-1]["response_json"])
    assert 'iterator="Start"' in found["request_xml"]
    found = settled(request)
    assert (found["webhook_state"], len(found["webhook_attempts"])) == ("succeeded", PAGES)
    assert receiver.got == []


@pytest.mark.parametrize("fault", ["drop-before-process", "drop-after-process", "truncated-answer"])
def test_a_session_that_is_cut(office: Office, connection: str, receiver: Receiver, secret: str, fault: str) -> None:
    """The iterator dies with it, and is begun again; what was told is not told again."""
    request = asked(connection, receiver)
    book = Book(receiver, secret)
    for before in (PAGES // 3, 2 * PAGES // 3):
        book.take(before)
        office.faults.add(fault)
    book.take(PAGES)
    told = [identifier for page in book.pages(request) for identifier in ids(page)]
    assert told == customers(office)
    assert [page["page"] for page in book.pages(request)] == list(range(1, PAGES + 1))
    assert answer(book.pages(request)[-1])["@iteratorRemainingCount"] == 0
    assert ended(request)["state"] == "response_received"
    assert office.faults.struck("line") is None
    assert receiver.got == []


def test_a_query_that_is_lost_each_time_is_given_up(
    office: Office, connection: str, receiver: Receiver, secret: str
) -> None:
    """What was told stays told; the page that did not come is told as an error."""
    request = asked(connection, receiver)
    book = Book(receiver, secret)
    book.take(2)
    office.faults.add("drop-before-process:5")
    found = ended(request)
    assert (found["state"], found["error"]["code"]) == ("error", "QBD_POISON_REQUEST")
    count = len(book.told) + len(receiver.got)
    until = time.monotonic() + PATIENCE
    while book.pages(request)[-1]["state"] != "error" and time.monotonic() < until:
        book.take(max(count, len(book.told) + 1))
    *pages, last = book.pages(request)
    assert [identifier for page in pages for identifier in ids(page)] == customers(office)[: SIZE * len(pages)]
    assert (last["page"], last["response_json"], last["error"]) == (len(pages) + 1, None, found["error"])


def test_books_that_change_while_the_session_is_down(
    office: Office, connection: str, receiver: Receiver, secret: str
) -> None:
    """A customer who is new is told, and those who were told stay told once, though pages begin elsewhere now."""
    request = asked(connection, receiver)
    book = Book(receiver, secret)
    book.take(PAGES // 3)
    office.pause()
    first, *_ = office.all("customers")
    office.offices.do(office.company.change(lambda file: _without(file, first.id)))
    added = office.offices.do(office.company.change(_one_more))
    office.resume()
    ended(request)
    book.take(len(book.told) + len(receiver.got))
    until = time.monotonic() + PATIENCE
    while not book.pages(request) or answer(book.pages(request)[-1])["@iteratorRemainingCount"]:
        assert time.monotonic() < until
        book.take(len(book.told) + 1)
    told = [identifier for page in book.pages(request) for identifier in ids(page)]
    assert len(told) == len(set(told))
    assert set(told) == {first.id, *customers(office)}
    assert added in told


def _without(file: CompanyFile, identifier: str) -> None:
    EmbeddedBooks().execute(file, Delete(resource="customers", id=identifier))


def _one_more(file: CompanyFile) -> str:
    made = EmbeddedBooks().execute(file, Create(resource="customers", draft=Customer(name="Late Comer")))
    return made.result.id


def test_others_need_not_wait_for_the_last_page(
    office: Office, connection: str, receiver: Receiver, secret: str
) -> None:
    office.pause()
    request = asked(connection, receiver)
    other = vendor.vendor_query(connection, webhook_url=receiver.url)["id"]
    office.resume()
    book = Book(receiver, secret)
    book.take(PAGES + 1)
    order = [told["id"] for told in book.told]
    assert order.index(other) < len(order) - 3
    assert len(book.pages(request)) == PAGES


def test_post_has_succeeded_when_every_page_is_delivered(
    office: Office, connection: str, receiver: Receiver, secret: str
) -> None:
    receiver.answers = [200, 500]
    request = asked(connection, receiver)
    until = time.monotonic() + PATIENCE
    while (found := vendor.get_request(request))["webhook_state"] != "succeeded" and time.monotonic() < until:
        time.sleep(0.02)
    responses = [attempt["response"] for attempt in found["webhook_attempts"]]
    assert (responses.count("200 noted"), responses.count("500 noted")) == (PAGES, 1)
    assert (found["state"], found["webhook_state"], found["webhook_error"]) == ("response_received", "succeeded", None)
    told = [vendor.verify_and_build_webhook(body, signature) for signature, body in receiver.got]
    assert sorted(each["page"] for each in told) == sorted([*range(1, PAGES + 1), told[1]["page"]])
    assert told.count(told[1]) == 2


def test_two_queries_take_turns(office: Office, connection: str, receiver: Receiver, secret: str) -> None:
    office.pause()
    requests = [asked(connection, receiver) for _ in range(2)]
    office.resume()
    book = Book(receiver, secret)
    book.take(2 * PAGES)
    for request in requests:
        assert [identifier for page in book.pages(request) for identifier in ids(page)] == customers(office)


def test_a_query_of_names_has_one_page(office: Office, connection: str, receiver: Receiver, secret: str) -> None:
    queued = vendor.customer_query(
        connection,
        iterate=True,
        max_returned=1,
        webhook_url=receiver.url,
        full_name=["Customer 00001", "Customer 00002"],
    )
    assert "iterator" not in queued["request_xml"]
    book = Book(receiver, secret)
    book.take(1)
    (page,) = book.pages(queued["id"])
    assert (page["page"], len(ids(page))) == (1, 2)


def test_a_query_that_finds_nothing_is_told_as_well(
    office: Office, connection: str, receiver: Receiver, secret: str
) -> None:
    request = asked(connection, receiver, active_status="InactiveOnly")
    book = Book(receiver, secret)
    book.take(1)
    (page,) = book.pages(request)
    assert (page["page"], page["state"], ids(page)) == (1, "completed", [])
    assert json.loads(json.dumps(ended(request)["response_json"])) == page["response_json"]


def test_a_query_can_be_discarded_between_two_pages(
    office: Office, connection: str, receiver: Receiver, secret: str
) -> None:
    request = asked(connection, receiver)
    Book(receiver, secret).take(2)
    office.pause()
    assert vendor.delete_request(request) is True
    with pytest.raises(qubesync.QubeSyncError, match="404"):
        vendor.get_request(request)
    office.resume()
    assert vendor.get_requests(connection) == []
