"""PyPI's `qbwc-kit`: its fake Web Connector and its fake QuickBooks, neither of them made here, hold sessions with us.

It never tells of the company by itself, so that we have to ask; it takes an empty request for the end.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from conductor import APIStatusError, BadRequestError, Conductor
from qbwc_kit.testing import (  # type: ignore[import-untyped]
    CUSTOMERS_FIXTURE,
    FakeQuickBooks,
    FakeWebConnector,
    UpdateResult,
)
from tests.clients.webconnector.conftest import Desk, new_desk
from tests.support.server import Server

HOST: Final = {
    "ProductName": "QuickBooks Enterprise Solutions 24.0",
    "MajorVersion": "34",
    "MinorVersion": "0",
    "SupportedQBXMLVersion": ["12.0", "13.0"],
}


def quickbooks(desk: Desk, *, file_id: str | None = None, owner: str | None = None, marked: bool = True) -> Any:
    """A fake QuickBooks with a few customers, whose company file bears a mark as the Web Connector leaves it."""
    mark = {
        "OwnerID": owner or desk.owner_id.upper(),
        "DataExtName": "FileID",
        "DataExtType": "STR255TYPE",
        "DataExtValue": file_id or desk.file_id.upper(),
    }
    company = {"CompanyName": "Hardware & Co", **({"DataExtRet": mark} if marked else {})}
    customers = [dict(each) for each in CUSTOMERS_FIXTURE]
    return FakeQuickBooks(entities={"Host": [HOST], "Company": [company], "Customer": customers})


def connector(desk: Desk, **more: Any) -> Any:
    def over_http(body: str) -> str:
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        answer = httpx.post(desk.app_url, content=body.encode(), headers=headers, timeout=20, trust_env=False)
        assert answer.status_code == 200
        return answer.text

    return FakeWebConnector(over_http, **{"username": desk.id, "password": desk.password, **more})


@contextmanager
def polling(desk: Desk, books: Any) -> Iterator[list[Any]]:
    """One session after another while the block runs; those that had something to do are in the list."""
    over, results = threading.Event(), []

    def run() -> None:
        while not over.is_set():
            result = connector(desk).run_update(books)
            if result.requests:
                results.append(result)
            time.sleep(0.02)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield results
    finally:
        over.set()
        thread.join(30)
    assert not thread.is_alive()


def asked_for(books: Any, name: str) -> list[str]:
    return [each for each in books.seen if f"<{name}Rq" in each]


@pytest.fixture
def known(desk: Desk) -> Desk:
    """A connection that answers polls, and whose company has been seen once."""
    desk.set_live(False)
    first = connector(desk).run_update(quickbooks(desk))
    assert (first.authenticated, first.failed, first.progress) == (True, False, [100])
    return desk


def test_the_first_session_asks_whose_books_these_are(desk: Desk) -> None:
    desk.set_live(False)
    books = quickbooks(desk)
    result: UpdateResult = connector(desk).run_update(books)
    assert len(asked_for(books, "CompanyQuery")) == len(books.seen) == 1
    assert (result.progress, result.close_message) == ([100], "OK")
    told = desk.shown()
    assert told["company"] == "Hardware & Co"
    assert told["quickbooks"] == "QuickBooks Enterprise Solutions 24.0"
    assert told["connector_version"] == "2.3.0.36"
    assert connector(desk).run_update(books).last_error == "none", "nothing is left to do"


def test_conductor_makes_changes_and_finds(known: Desk, conductor: Conductor) -> None:
    books, user = quickbooks(known), known.id
    with polling(known, books) as sessions:
        customers = conductor.qbd.customers
        made = customers.create(name="Ünal & Söhne", phone="555 0100", conductor_end_user_id=user)
        assert (made.name, made.phone) == ("Ünal & Söhne", "555 0100")
        listed = customers.list(conductor_end_user_id=user).data
        assert [each.name for each in listed] == [*(each["Name"] for each in CUSTOMERS_FIXTURE), "Ünal & Söhne"]
        changed = customers.update(
            made.id, phone="555 0199", revision_number=made.revision_number, conductor_end_user_id=user
        )
        assert changed.phone == "555 0199"
        assert changed.revision_number != made.revision_number
        with pytest.raises(APIStatusError) as stale:
            customers.update(made.id, phone="1", revision_number=made.revision_number, conductor_end_user_id=user)
        body: Any = stale.value.body
        assert body["error"]["integrationCode"] == "3200"
    assert books.entities["Customer"][-1]["Phone"] == "555 0199"
    assert len(asked_for(books, "CustomerAdd")) == 1
    assert len(asked_for(books, "CustomerMod")) == 2, "the one that was refused is not sent again"
    assert [each.close_message for each in sessions] == ["OK"] * len(sessions)
    assert not [each for each in sessions if each.failed]


def test_several_callers_at_once_are_served_in_one_lane(known: Desk, conductor: Conductor) -> None:
    books = quickbooks(known)
    names = [f"Customer {number}" for number in range(8)]
    made: dict[str, str] = {}

    def make(name: str) -> None:
        made[name] = conductor.qbd.customers.create(name=name, conductor_end_user_id=known.id).full_name or name

    threads = [threading.Thread(target=make, args=(name,)) for name in names]
    with polling(known, books):
        for each in threads:
            each.start()
        for each in threads:
            each.join(20)
    assert sorted(made) == names
    assert sorted(each["Name"] for each in books.entities["Customer"][3:]) == names


def test_a_page_of_an_iterator(known: Desk, conductor: Conductor) -> None:
    """The kit's iterator starts, and its session is over at once: what comes after has to be asked for anew."""
    books = quickbooks(known)
    with polling(known, books) as sessions:
        first = conductor.qbd.customers.list(limit=2, conductor_end_user_id=known.id)
        assert [each.name for each in first.data] == ["Acme Hardware", "Globex Supply"]
        assert first.next_cursor is not None
        while not sessions:
            time.sleep(0.01)
        with pytest.raises(BadRequestError) as expired:
            conductor.qbd.customers.list(limit=2, cursor=first.next_cursor, conductor_end_user_id=known.id)
        body: Any = expired.value.body
        assert body["error"]["code"] == "CURSOR_EXPIRED"


@pytest.mark.parametrize("case", ["no mark", "another file", "another program"])
def test_other_books_are_handed_nothing(known: Desk, conductor: Conductor, case: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "no mark": {"marked": False},
        "another file": {"file_id": f"{{{uuid4()}}}"},
        "another program": {"owner": f"{{{uuid4()}}}"},
    }
    books, right = quickbooks(known, **options[case]), quickbooks(known)
    outcome: list[Any] = []
    asking = threading.Thread(
        target=lambda: outcome.append(conductor.qbd.customers.create(name="Ada", conductor_end_user_id=known.id))
    )
    asking.start()
    try:
        result = _first_with_work(known, books)
    finally:
        if not right.seen:
            with polling(known, right):
                asking.join(20)
    assert len(asked_for(books, "CompanyQuery")) == len(books.seen) == 1, "one question, and nothing else"
    assert len(books.entities["Customer"]) == 3
    assert result.failed
    code = "QBD_WRONG_COMPANY_FILE" if case == "another file" else "QBD_COMPANY_UNPROVED"
    assert code in result.last_error
    assert [each.name for each in outcome] == ["Ada"], "the right books get it afterwards"
    assert right.entities["Customer"][-1]["Name"] == "Ada"


def _first_with_work(desk: Desk, books: Any) -> Any:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        result = connector(desk).run_update(books)
        if result.authenticated:
            return result
        time.sleep(0.02)
    raise AssertionError("no work was ever there")


def test_a_wrong_password(desk: Desk) -> None:
    result = connector(desk, password="guess").run_update(quickbooks(desk))
    assert (result.authenticated, result.last_error) == (False, "nvu")
    assert desk.shown()["state"] == "needs_attention"


def test_two_companies_side_by_side(service: Server, conductor: Conductor) -> None:
    desks = [new_desk(service, name) for name in ("Acme", "Bolt")]
    shelves = []
    for each in desks:
        each.set_live(False)
        connector(each).run_update(quickbooks(each))
        shelves.append(quickbooks(each))
    with polling(desks[0], shelves[0]), polling(desks[1], shelves[1]):
        for number in range(4):
            for each in desks:
                conductor.qbd.customers.create(name=f"{each.id[-6:]} {number}", conductor_end_user_id=each.id)
    for each, books in zip(desks, shelves, strict=True):
        mine = [f"{each.id[-6:]} {number}" for number in range(4)]
        assert [customer["Name"] for customer in books.entities["Customer"][3:]] == mine
