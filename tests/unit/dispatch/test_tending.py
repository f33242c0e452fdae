"""What people do to requests by hand."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest
from tests.unit.books.desktop.house import House, in_house

from counterfoil.core.errors import Conflict
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.overview import Overview
from counterfoil.dispatch.request_details import Details, RequestDetails
from counterfoil.dispatch.tending import Tending
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.queue import QueuedRequest

ADD: Final = (
    b'<?xml version="1.0"?><?qbxml version="16.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerAddRq>'
    b"<CustomerAdd><Name>Twice</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"
)


class Desk:
    """A person before a page, of connections of one account."""

    def __init__(self, house: House, connection: ConnectionRecord) -> None:
        running, self.connection = house.running, connection
        self.queue = running.queue
        overview = Overview(running.store, house.clock)
        self.found = RequestDetails(running.store, running.books, overview, house.clock)
        self.tending = Tending(
            running.store, running.queue, running.queue.settling, running.bells, house.clock, _nothing
        )

    async def handed_in(self, name: bytes) -> QueuedRequest:
        caller = Caller("a key", self.connection.account_id, None)
        return await self.queue.enter(caller, self.connection, ADD, Attempt(name), None)

    async def details(self, identifier: str) -> Details:
        found = await self.found.find(self.connection.account_id, identifier)
        assert found is not None
        return found

    async def again(self, details: Details) -> str:
        return await self.tending.retry(self.connection.account_id, details)

    async def count(self) -> int:
        page = await self.queue.page(self.connection, by="created_at", descending=False, offset=0, limit=100)
        return page[1]


def _nothing() -> None:
    pass


def at_desk(folder: Path, books: str, story: Callable[[Desk], Awaitable[None]]) -> None:
    async def work(house: House) -> None:
        account = await house.running.administration.account(None)
        asked = NewConnection(name="Acme", books=books)
        await story(Desk(house, await house.running.administration.create_connection(account, asked)))

    in_house(folder, work)


def test_a_document_that_failed_is_handed_in_again_once_however_often_it_is_pressed(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.handed_in(b"first")
        failed = await desk.handed_in(b"the name is there already")
        assert failed.state == "error"
        page = await desk.details(failed.id)
        pressed = [await desk.again(page), await desk.again(page), await desk.again(await desk.details(failed.id))]
        assert len(set(pressed)) == 1
        assert pressed[0] != failed.id
        assert await desk.count() == 3

    at_desk(tmp_path / "data", "embedded", story)


def test_what_it_has_become_can_be_handed_in_again_in_turn(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.handed_in(b"first")
        failed = await desk.handed_in(b"the name is there already")
        second = await desk.again(await desk.details(failed.id))
        third = await desk.again(await desk.details(second))
        assert len({failed.id, second, third}) == 3

    at_desk(tmp_path / "data", "embedded", story)


def test_what_was_taken_back_twice_is_handed_in_twice(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        first = await desk.handed_in(b"first")
        await desk.queue.discard(desk.connection, first.id)
        page = await desk.details(first.id)
        second = await desk.again(page)
        assert await desk.again(page) == second
        await desk.queue.discard(desk.connection, second)
        assert await desk.again(page) not in (first.id, second)

    at_desk(tmp_path / "data", "desktop", story)


def test_what_waits_is_not_handed_in_again(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        waiting = await desk.handed_in(b"first")
        with pytest.raises(Conflict):
            await desk.again(await desk.details(waiting.id))

    at_desk(tmp_path / "data", "desktop", story)
