"""How commands end, counted on their way back."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final, TypeVar

from counterfoil.app.logs import journal
from counterfoil.app.metrics import Metrics
from counterfoil.core.errors import OutcomeUnknown
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.earlier import Aside
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.submit import Way
from counterfoil.model.command import Command
from counterfoil.model.outcome import Done, Outcome
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.contract import Session, Store, Watch
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import LaneEntry

T = TypeVar("T")

INLINE, LANE = "inline", "lane"
QUERY: Final = "query"
UNKNOWN: Final = "unknown"


class CountedWay:
    """A way to books. Where they answer at once their outcomes are counted here; else only that a caller was told
    `unknown`, for the outcome itself comes by the lane."""

    def __init__(self, way: Way, metrics: Metrics, name: str) -> None:
        self.way = way
        self.metrics = metrics
        self.name = name

    async def submit(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        timeout: float,
        aside: Aside | None,
    ) -> Outcome:
        try:
            outcome = await self.way.submit(caller, connection, command, attempt, timeout, aside)
        except OutcomeUnknown as error:
            if not error.withdrawn:
                self.metrics.ended(self.name, UNKNOWN)
            raise
        if self.name == INLINE:
            self.metrics.ended(INLINE, "done" if isinstance(outcome, Done) else "refused")
        return outcome

    async def read(self, connection: ConnectionRecord, read: Read, timeout: float) -> Resource:
        return await self.way.read(connection, read, timeout)

    async def select(self, connection: ConnectionRecord, select: Select, timeout: float) -> Page:
        return await self.way.select(connection, select, timeout)

    async def deletions(
        self, connection: ConnectionRecord, select: SelectDeleted, timeout: float
    ) -> tuple[Deletion, ...]:
        return await self.way.deletions(connection, select, timeout)


class Tally:
    """What is to be counted of a piece of work once it is stored."""

    def __init__(self) -> None:
        self._here = threading.local()

    def note(self, count: Callable[[], None]) -> None:
        """Count this when the work that runs in this thread is stored; at once where nobody waits for that."""
        noted: list[Callable[[], None]] | None = getattr(self._here, "noted", None)
        if noted is None:
            count()
        else:
            noted.append(count)

    def noting(self, work: Callable[[Session], T], noted: list[Callable[[], None]]) -> Callable[[Session], T]:
        """The work, which leaves what it notes in a list. Work that is run again begins its list again."""

        @wraps(work)
        def run(session: Session) -> T:
            noted.clear()
            self._here.noted = noted
            try:
                return work(session)
            finally:
                self._here.noted = None

        return run


class TallyStore:
    """The store for work that settles: what the work noted is counted when it is stored, and only then."""

    def __init__(self, store: Store, tally: Tally) -> None:
        self.store = store
        self.tally = tally

    @property
    def watch(self) -> Watch:
        return self.store.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self.store.watch = watch

    def begin(self, work: Callable[[Session], T], lane: str | None = None) -> asyncio.Future[T]:
        noted: list[Callable[[], None]] = []
        future = self.store.begin(self.tally.noting(work, noted), lane)
        future.add_done_callback(partial(_stored, noted))
        return future

    async def write(self, work: Callable[[Session], T], lane: str | None = None) -> T:
        noted: list[Callable[[], None]] = []
        result = await self.store.write(self.tally.noting(work, noted), lane)
        _count(noted)
        return result

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self.store.read(work)

    async def glance(self, work: Callable[[Session], T], lane: str) -> T:
        return await self.store.glance(work, lane)

    async def close(self) -> None:
        await self.store.close()


class CountedSettling(Settling):
    """Writes ends, and has them counted when they are stored."""

    def __init__(self, metrics: Metrics, tally: Tally, *parts: Any) -> None:
        super().__init__(*parts)
        self.metrics = metrics
        self.tally = tally

    def answered(
        self, session: Session, connection_id: str, entry: LaneEntry, answer: bytes, **beside: Any
    ) -> LaneEntry:
        refused = beside.get("failure") is not None or not isinstance(beside.get("outcome"), Done | None)
        self._note(connection_id, entry, "refused" if refused else "done")
        return super().answered(session, connection_id, entry, answer, **beside)

    def failed(self, session: Session, connection_id: str, entry: LaneEntry, code: str, words: str) -> LaneEntry:
        self._note(connection_id, entry, "failed")
        return super().failed(session, connection_id, entry, code, words)

    def withdrawn(self, session: Session, connection_id: str, entry: LaneEntry) -> LaneEntry:
        self._note(connection_id, entry, "withdrawn")
        return super().withdrawn(session, connection_id, entry)

    def _note(self, connection_id: str, entry: LaneEntry, outcome: str) -> None:
        if entry.kind != QUERY:
            self.tally.note(partial(self._count, connection_id, entry, outcome))

    def _count(self, connection_id: str, entry: LaneEntry, outcome: str) -> None:
        self.metrics.ended(LANE, outcome)
        if entry.state == UNKNOWN or entry.details.recovering:
            self.metrics.ended(LANE, "reconciled")
            journal.info("reconciled", request=entry.id, connection_id=connection_id, outcome=outcome)


def _stored(noted: list[Callable[[], None]], future: asyncio.Future[Any]) -> None:
    if not future.cancelled() and future.exception() is None:
        _count(noted)


def _count(noted: list[Callable[[], None]]) -> None:
    for each in noted:
        each()
