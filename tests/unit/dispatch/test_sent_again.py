"""A command that needs a look first, for books that answer later, and that is sent again meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import structs
from tests.unit.books.desktop.house import NOON, House, in_house

from counterfoil.core.errors import BooksRefused, OutcomeUnknown
from counterfoil.core.problems import Problem
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.lanes import LaneWay
from counterfoil.dispatch.protocols import Posted
from counterfoil.model.command import Command, Delete
from counterfoil.model.outcome import Deleted, Done, Outcome
from counterfoil.model.people import Customer
from counterfoil.model.query import Read
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry

ASKED: Final = Delete(resource="customers", id="8-1")
COMPLETED: Final = Delete(resource="customers", id="8-1 as it is now")
GONE: Final = Done(result=Deleted(id="8-1", label="Acme", deleted_at=NOON))
SECONDS: Final = 10.0


class Books:
    """Books that must look at an object before they can change it."""

    def __init__(self) -> None:
        self.posted: list[Any] = []

    def needed(self, command: Command) -> Read | None:
        return Read(resource="customers", id="8-1")

    def completed(self, command: Command, current: Any) -> Command:
        return COMPLETED

    def check_reachable(self, session: Session, connection: ConnectionRecord) -> None:
        pass

    def post(self, session: Session, connection: ConnectionRecord, asked: Any, request_id: str) -> Posted:
        self.posted.append(asked)
        return Posted(document=b"<Any/>")

    def outcome(self, connection: ConnectionRecord, entry: LaneEntry) -> Outcome:
        return GONE


class Counter:
    """Where these books are asked; what is looked at there is `found`, or is not there."""

    def __init__(self, house: House, connection: ConnectionRecord) -> None:
        self.house = house
        self.connection = connection
        self.lanes: LaneWay = house.running.queue.lanes
        self.books = Books()
        self.lanes.books = {"desktop": self.books}  # type: ignore[dict-item]
        self.looks = 0
        self.is_there = True
        self.lanes.read = self._read  # type: ignore[method-assign]

    async def sent(self, attempt: Attempt) -> Outcome:
        caller = Caller("a key", self.connection.account_id, None)
        return await self.lanes.submit(caller, self.connection, ASKED, attempt, SECONDS, None)

    async def begun(self, attempt: Attempt) -> tuple["asyncio.Task[Outcome]", LaneEntry]:
        """Send it, and come back when it waits in the lane."""
        task = asyncio.create_task(self.sent(attempt))
        async with asyncio.timeout(SECONDS):
            while (
                entry := await self.house.running.store.read(lambda session: self._lane(session).first("queued"))
            ) is None:
                await asyncio.sleep(0.002)
        return task, entry

    async def answered(self, entry: LaneEntry) -> None:
        def work(session: Session) -> None:
            self.lanes.settling.answered(session, self.connection.id, entry, b"", outcome=GONE)

        await self.house.running.store.write(work, self.connection.id)
        self.lanes.bells.ring(entry.id)

    async def taken_back(self, entry: LaneEntry) -> None:
        def work(session: Session) -> None:
            self.lanes.settling.withdrawn(session, self.connection.id, entry)

        await self.house.running.store.write(work, self.connection.id)

    def _lane(self, session: Session) -> Lane:
        return Lane(session, self.connection.id, self.house.clock)

    async def _read(self, connection: ConnectionRecord, read: Read, timeout: float) -> Any:
        self.looks += 1
        if not self.is_there:
            raise BooksRefused(Problem("unknown_resource", (), {"detail": "It is gone."}))
        return Customer(id="8-1", name="A", full_name="A", revision="2")


def at_counter(folder: Path, story: Callable[[Counter], Awaitable[None]]) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await story(Counter(house, office.connection))

    in_house(folder, work)


@pytest.mark.parametrize(
    "again", [Attempt(b"f", "a key"), Attempt(b"f", None, 1)], ids=["with its key", "as the second sending"]
)
def test_what_was_carried_out_is_told_again_though_its_object_is_gone_by_now(tmp_path: Path, again: Attempt) -> None:
    async def story(counter: Counter) -> None:
        first = Attempt(b"f", again.idempotency_key, None if again.retry is None else 0)
        task, entry = await counter.begun(first)
        await counter.answered(entry)
        assert await task == GONE
        counter.is_there = False
        outcome = await counter.sent(again)
        assert outcome == structs.replace(GONE, replayed=True)
        assert (counter.looks, counter.books.posted) == (1, [COMPLETED])

    at_counter(tmp_path / "data", story)


def test_a_command_that_was_not_completed_is_never_written_down(tmp_path: Path) -> None:
    """The first sending is taken back in the very moment after the second has found it."""

    async def story(counter: Counter) -> None:
        first, entry = await counter.begun(Attempt(b"f", "a key"))
        write = counter.lanes.store.write

        async def followed(*given: Any) -> Any:
            found = await write(*given)
            counter.lanes.store.write = write  # type: ignore[method-assign]
            await counter.taken_back(entry)
            return found

        counter.lanes.store.write = followed  # type: ignore[method-assign,assignment]
        with pytest.raises(OutcomeUnknown) as told:
            await counter.sent(Attempt(b"f", "a key"))
        assert told.value.withdrawn
        assert counter.books.posted == [COMPLETED]
        counter.lanes.bells.ring(entry.id)
        with pytest.raises(OutcomeUnknown):
            await first

    at_counter(tmp_path / "data", story)
