"""Books that answer later: what is for them waits in a lane, and whoever asked waits for the answer.

A lane is strictly serial: its entries leave in the order in which they came. What has been accepted is in the database
before anybody is told of it; bells only spare waiting, so that nothing is lost with the process that rings them.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksRefused, Broken, NotNow, OutcomeUnknown
from counterfoil.core.ids import random_uuid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.earlier import Aside, check_external_key, earlier_attempt, told_again
from counterfoil.dispatch.protocols import Asked, DistantBooks
from counterfoil.dispatch.recording import command_record, verb_of
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.usage import Usage
from counterfoil.model.command import Command
from counterfoil.model.outcome import Done, Outcome, Refused
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Details, Lane, LaneEntry
from counterfoil.storage.margin import Margin
from counterfoil.storage.queue import Queue
from counterfoil.storage.requests import RequestLog

SWEEP: Final = 5.0
"""Seconds after which a waiting caller looks for itself, should no bell have rung."""

AWAY_SECONDS: Final = 1.0
"""Seconds after which one who waits looks again, while the database is away."""


class Bells:
    """Who waits in this process: for work of a connection, for the end of an entry, or for news of a connection.

    `carry` takes what is rung here to other processes, where there are any.
    """

    def __init__(self) -> None:
        self.stopped = False
        self.carry: Callable[[str], None] | None = None
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self, name: str) -> None:
        """Wake whoever waits for `name`, wherever it is."""
        self.hear(name)
        if self.carry is not None:
            self.carry(name)

    def hear(self, name: str) -> None:
        """Wake whoever waits for `name` in this process. May be called in any thread."""
        self._here(lambda: self._hear(name))

    def hear_all(self) -> None:
        """Wake everybody: news of other processes may have been missed. May be called in any thread."""
        self._here(self._hear_all)

    def _here(self, ring: Callable[[], None]) -> None:
        """Ring in the thread of those who wait."""
        if self._loop is None:
            return
        if asyncio._get_running_loop() is self._loop:
            ring()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(ring)

    def _hear(self, name: str) -> None:
        for bell in self._waiting.get(name, ()):
            bell.set()

    def _hear_all(self) -> None:
        for name in list(self._waiting):
            self._hear(name)

    def stop(self) -> None:
        """The process is about to stop: everybody looks up, and whoever only waits goes."""
        self.stopped = True
        self._hear_all()

    @contextmanager
    def waiting(self, name: str) -> Iterator[asyncio.Event]:
        """A bell that is rung for `name` while the block runs. Look at the database after the block has begun."""
        bell = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._waiting[name].add(bell)
        try:
            yield bell
        finally:
            self._waiting[name].discard(bell)
            if not self._waiting[name]:
                del self._waiting[name]


async def heard(bell: asyncio.Event, seconds: float) -> bool:
    """Wait for a bell, at most so long. Tells whether it rang; it can ring again."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # wait_for would lose a cancellation that comes with the bell
            await bell.wait()
    rang = bell.is_set()
    bell.clear()
    return rang


class LaneWay:
    """The way to books that answer later."""

    def __init__(
        self,
        store: Store,
        books: Mapping[str, DistantBooks],
        clock: Clock,
        settling: Settling,
        bells: Bells,
        usage: Usage,
    ) -> None:
        self.store = store
        self.books = books
        self.clock = clock
        self.settling = settling
        self.bells = bells
        self.usage = usage

    async def submit(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        timeout: float,
        aside: Aside | None,
    ) -> Outcome:
        """Write a command down, and wait for its outcome. Raises BooksAway, Conflict and OutcomeUnknown."""
        books = self.books[connection.books]
        until, came_at = asyncio.get_running_loop().time() + timeout, self.clock.precise()

        def look(session: Session) -> str | Done | None:
            return self._earlier(session, caller, connection, attempt, self.clock.precise() - came_at)

        def enter(session: Session) -> str | Done:
            return look(session) or self._enter(session, caller, connection, command, attempt, aside)

        try:
            needed = books.needed(command)
            entered = await self.store.write(look, connection.id) if needed is not None else None
            if entered is None and needed is not None:
                command = books.completed(command, await self.read(connection, needed, timeout))
            if entered is None:
                entered = await self.store.write(enter, connection.id)
        except BooksRefused as refusal:
            return Refused(refusal.problems)
        if isinstance(entered, Done):
            return entered
        self.bells.ring(connection.id)
        entry = await self.ended(connection, entered, until - asyncio.get_running_loop().time(), timeout)
        await self.usage.touch(connection)
        return books.outcome(connection, entry)

    async def read(self, connection: ConnectionRecord, read: Read, timeout: float) -> Resource:
        entry = await self._asked(connection, read, timeout)
        return self.books[connection.books].resource(connection, entry, read)

    async def select(self, connection: ConnectionRecord, select: Select, timeout: float) -> Page:
        entry = await self._asked(connection, select, timeout)
        return self.books[connection.books].page(connection, entry, select)

    async def deletions(
        self, connection: ConnectionRecord, select: SelectDeleted, timeout: float
    ) -> tuple[Deletion, ...]:
        entry = await self._asked(connection, select, timeout)
        return self.books[connection.books].deleted(connection, entry)

    async def ended(self, connection: ConnectionRecord, entry_id: str, seconds: float, timeout: float) -> LaneEntry:
        """Wait for the end of an entry. Raises OutcomeUnknown; what has not left by then is withdrawn.

        Raises BooksRefused where the entry was given up. A process that is about to stop waits no longer: it could not
        hear of the answer any more.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        with self.bells.waiting(entry_id) as bell:
            while True:
                try:
                    entry = await self.store.read(lambda session: self._lane(session, connection).find(entry_id))
                except NotNow:  # it is accepted, whatever the database is at: it will be back
                    await heard(bell, min(max(until - loop.time(), 0), AWAY_SECONDS))
                    if loop.time() >= until or self.bells.stopped:
                        break
                    continue
                if entry is not None and entry.settled_at is not None:
                    return _told(entry, timeout)
                left = until - loop.time()
                if entry is None or left <= 0 or self.bells.stopped:
                    break
                await heard(bell, min(left, SWEEP))
        waited = int(timeout - max(until - loop.time(), 0))
        try:
            last = await self.store.write(lambda session: self._given_up(session, connection, entry_id), connection.id)
        except NotNow as error:
            raise OutcomeUnknown(entry_id, waited) from error
        if last is not None and last.state != "withdrawn" and last.settled_at is not None:
            return _told(last, timeout)
        raise OutcomeUnknown(entry_id, waited, withdrawn=last is not None and last.state == "withdrawn")

    async def _asked(self, connection: ConnectionRecord, asked: Asked, timeout: float) -> LaneEntry:
        """Put a query into the lane, and wait for its answer."""
        await self.usage.touch(connection, succeeded=False)
        entry_id = random_uuid()
        books = self.books[connection.books]

        def work(session: Session) -> None:
            books.check_reachable(session, connection)
            posted = books.post(session, connection, asked, entry_id)
            self._lane(session, connection).add(
                LaneEntry(
                    number=0,
                    id=entry_id,
                    kind="query",
                    state="queued",
                    is_write=False,
                    document=posted.document,
                    created_at=self.clock.now(),
                )
            )

        await self.store.write(work, connection.id)
        self.bells.ring(connection.id)
        entry = await self.ended(connection, entry_id, timeout, timeout)
        await self.usage.touch(connection)
        return entry

    def _earlier(
        self, session: Session, caller: Caller, connection: ConnectionRecord, attempt: Attempt, waited: float
    ) -> str | Done | None:
        """Of an earlier attempt, if there was one, the id of the entry to wait for, or the outcome."""
        found = earlier_attempt(RequestLog(session), caller, connection, attempt, self.clock.now(), waited)
        if found is None:
            return None
        return told_again(found) if found.state == "done" else found.id

    def _enter(
        self,
        session: Session,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        aside: Aside | None,
    ) -> str:
        """Write the command down; the id of the entry to wait for."""
        log, now, books = RequestLog(session), self.clock.now(), self.books[connection.books]
        books.check_reachable(session, connection)
        if aside is not None:
            check_external_key(Margin(session, connection.id, self.clock), command.resource, aside, _id_of(command))
        request_id = random_uuid()
        posted = books.post(session, connection, command, request_id)
        log.add(command_record(caller, connection, command, attempt, request_id, now))
        details = Details(
            changed=posted.changed,
            aside=dict(aside.values) if aside is not None else None,
            external_key=aside.external_key if aside is not None else None,
            resource=command.resource,
            verb=verb_of(command),
        )
        self._lane(session, connection).add(
            LaneEntry(
                number=0,
                id=request_id,
                kind="command",
                state="queued",
                is_write=True,
                document=posted.document,
                created_at=now,
                details=details,
            )
        )
        self.usage.note(session, connection, now, succeeded=False)
        return request_id

    def _given_up(self, session: Session, connection: ConnectionRecord, entry_id: str) -> LaneEntry | None:
        """Nobody waits any more: what has not left goes; what has is left to come to its end."""
        entry = self._lane(session, connection).find(entry_id)
        if entry is None or entry.state != "queued":
            return entry
        if entry.kind == "document":
            Queue(session, connection.id, self.clock).remove(entry_id)
        return self.settling.withdrawn(session, connection.id, entry)

    def _lane(self, session: Session, connection: ConnectionRecord) -> Lane:
        return Lane(session, connection.id, self.clock)


def _told(entry: LaneEntry, timeout: float) -> LaneEntry:
    """An entry that was answered. Raises BooksRefused where it was given up."""
    if entry.state == "failed":
        values = {"code": entry.details.code or "", "words": entry.details.words or ""}
        raise BooksRefused(Problem("books_said", (), values))
    if entry.state == "withdrawn":
        raise OutcomeUnknown(entry.id, int(timeout), withdrawn=True)
    if entry.state != "done":
        raise Broken(f"an entry ended as {entry.state}")
    return entry


def _id_of(command: Command) -> str | None:
    identifier: str | None = getattr(command, "id", None)
    return identifier
