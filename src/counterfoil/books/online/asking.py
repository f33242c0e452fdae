"""The questions in the lane of an online connection: they change nothing, and several are answered at once."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from counterfoil.books.online.answers import objects_in
from counterfoil.books.online.asked import read
from counterfoil.books.online.intuit import IntuitError, NotGranted, Throttled
from counterfoil.books.online.pace import Pace
from counterfoil.books.online.reads import Reads
from counterfoil.core.clock import Clock
from counterfoil.core.errors import NotNow
from counterfoil.dispatch.lanes import Bells, heard
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.tenure import Tenure
from counterfoil.model.shape import Resource
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry

BROKEN: Final = "QBO_BROKEN"
UNREACHABLE: Final = "QBO_UNREACHABLE"
NOT_GRANTED: Final = "QBO_NOT_GRANTED"
SHOWING: Final = ("invoices", "receive_payments")
"""What shows whether an invoice is open."""

BREATH: Final = 1.0
"""Seconds after which it is looked whether Intuit may be asked again."""

_log = logging.getLogger(__name__)


class OnlineQuestions:
    """Answers what is asked of one connection, until cancelled."""

    def __init__(
        self,
        connection: ConnectionRecord,
        store: Store,
        settling: Settling,
        bells: Bells,
        clock: Clock,
        pace: Pace,
        tenure: Tenure,
        reads: Reads,
    ) -> None:
        self.connection = connection
        self.store = store
        self.settling = settling
        self.bells = bells
        self.clock = clock
        self.pace = pace
        self.tenure = tenure
        self.reads = reads

    async def run(self) -> None:
        with self.bells.waiting(self.connection.id) as bell:
            while True:
                rest = await self._worked(bell) if await self.store.read(self._queries) else 0.0
                await heard(bell, min(rest or self.pace.sweep, self.pace.sweep))

    async def _worked(self, bell: asyncio.Event) -> float:
        """Answer what waits, several at once, as the only process that does; a write always finds a place.

        Gives for how many seconds another one has the lane, if one has.
        """
        under_way: dict[str, asyncio.Task[None]] = {}
        async with self.tenure.held() as others:
            try:
                while not others:
                    for entry in await self.store.read(self._queries):
                        if entry.id not in under_way and len(under_way) < self.pace.at_once - 1:
                            task = asyncio.create_task(self._question(entry))
                            under_way[entry.id] = task
                            task.add_done_callback(_leaving(under_way, entry.id, bell))
                    if not under_way:
                        break
                    await heard(bell, self.pace.sweep)
                return others
            finally:
                for task in list(under_way.values()):
                    task.cancel()
                await asyncio.gather(*under_way.values(), return_exceptions=True)

    async def _question(self, entry: LaneEntry) -> None:
        try:
            await self._answer_to(entry)
        except NotNow as error:  # it waits still, and is asked again
            _log.warning("connection %s: question %s has to wait: %s", self.connection.id, entry.id, error)
            await asyncio.sleep(BREATH)
        except Exception:
            _log.exception("connection %s: question %s met an error of our own", self.connection.id, entry.id)
            with contextlib.suppress(Exception):
                await self._fail(entry, BROKEN, "an internal error occurred")

    async def _answer_to(self, entry: LaneEntry) -> None:
        """Ask as often as it takes while somebody waits: questions change nothing."""
        asked, tries = read(entry.document), 0
        while True:
            if self._is_stale(entry):
                await self._withdraw(entry)
                return
            try:
                answer = await self.reads.answer(asked)
            except NotGranted as error:
                await self._fail(entry, error.code or NOT_GRANTED, error.words)
                return
            except Throttled:
                await asyncio.sleep(min(BREATH, self.pace.throttle))
                continue
            except IntuitError as error:
                tries += 1
                if tries >= self.pace.tries:
                    await self._fail(entry, error.code or UNREACHABLE, error.words)
                    return
                await asyncio.sleep(self.pace.delays[min(tries - 1, len(self.pace.delays) - 1)])
                continue
            await self._answered(entry, answer)
            return

    async def _answered(self, entry: LaneEntry, answer: bytes) -> None:
        def work(session: Session) -> None:
            now = self._lane(session).find(entry.id)
            if now is not None and now.settled_at is None:
                self.settling.answered(session, self.connection.id, now, answer, seen=lambda: _shown(entry, answer))

        await self._ended(entry, work)

    async def _withdraw(self, entry: LaneEntry) -> None:
        def work(session: Session) -> None:
            now = self._lane(session).find(entry.id)
            if now is not None and now.settled_at is None:
                self.settling.withdrawn(session, self.connection.id, now)

        await self._ended(entry, work)

    async def _fail(self, entry: LaneEntry, code: str, words: str) -> None:
        def work(session: Session) -> None:
            now = self._lane(session).find(entry.id)
            if now is not None and now.settled_at is None:
                self.settling.failed(session, self.connection.id, now, code, words)

        await self._ended(entry, work)

    async def _ended(self, entry: LaneEntry, work: Callable[[Session], None]) -> None:
        await self.store.write(work, self.connection.id)
        self.bells.ring(entry.id)
        self.settling.wake()

    def _is_stale(self, entry: LaneEntry) -> bool:
        return self.clock.now() - entry.created_at > self.pace.stale

    def _queries(self, session: Session) -> list[LaneEntry]:
        return self._lane(session).queries()

    def _lane(self, session: Session) -> Lane:
        return Lane(session, self.connection.id, self.clock)


def _shown(entry: LaneEntry, answer: bytes) -> tuple[Resource, ...]:
    """What the answer shows of invoices: these themselves, or their payments."""
    resource = getattr(read(entry.document), "resource", "")
    return objects_in(answer, resource) if resource in SHOWING else ()


def _leaving(under_way: dict[str, asyncio.Task[None]], id: str, bell: asyncio.Event) -> Callable[[object], None]:
    """What is done when a question is answered: its place is free for another one."""

    def leave(_: object) -> None:
        under_way.pop(id, None)
        bell.set()

    return leave
