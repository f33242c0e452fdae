"""PostgreSQL: one database, any number of processes. Work of one lane that waits together is committed together.

Work runs in threads, each with a connection of its own. A transaction serves one lane: it locks the lane's row before
anything else, so that a lane is strictly serial in all processes, and what reads before it writes is right. Lanes run
beside each other. What belongs to no connection (accounts, keys, who is signed in) has a lane of its own.
"""

import asyncio
import itertools
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar

from counterfoil.core.errors import StorageAway, StorageFull
from counterfoil.storage.contract import BY_ITSELF, Session, Unwatched, Watch
from counterfoil.storage.notices import Notices
from counterfoil.storage.postgres_glance import GlanceSession, OtherLane, Unremembered, Versions
from counterfoil.storage.postgres_line import Line
from counterfoil.storage.postgres_memory import INSTALLATION, Memory
from counterfoil.storage.postgres_pool import Pool
from counterfoil.storage.postgres_session import ReaderSession
from counterfoil.storage.postgres_writing import Result, Work, write_group

T = TypeVar("T")

GROUP: Final = 48
"""Savepoints in one transaction: PostgreSQL keeps 64 of them at hand, more cost every reader."""

TOLD: Final = ("server_version", "fsync", "synchronous_commit", "full_page_writes")
WRITERS: Final = 8
SWITCH_SECONDS: Final = 0.0005
"""How long a thread may keep Python's lock from one whose answer has come: it waits for one at each statement."""

READERS: Final = 4
LOOKS: Final = 3
"""How often a glance asks for versions: it may turn out, from what is remembered, that it is about another lane."""


class PostgresStore:
    """The database of an installation that any number of processes share."""

    def __init__(self, address: str) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self.address = address
        self.memory: Memory = {}
        self.notices = Notices(address)
        self.watch: Watch = Unwatched()
        self._count = itertools.count()
        self._waiting: dict[str, deque[tuple[Work, asyncio.Future[Any]]]] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(WRITERS)
        self._writers = Pool(address, WRITERS, "write")
        self._readers = Pool(address, READERS, "read")
        self._versions = Versions(self._readers)

    def begin(self, work: Callable[[Session], T], lane: str | None = None) -> asyncio.Future[T]:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        name = lane if lane is not None else INSTALLATION
        if name == BY_ITSELF:
            name = f"{BY_ITSELF}{next(self._count)}"
        waiting = self._waiting.get(name)
        if waiting is not None:
            waiting.append((work, future))
            return future
        self._waiting[name] = deque([(work, future)])
        task = asyncio.create_task(self._serve(name))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        return future

    async def write(self, work: Callable[[Session], T], lane: str | None = None) -> T:
        return await self.begin(work, lane)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self._readers.run(lambda: self._read(work))

    async def glance(self, work: Callable[[Session], T], lane: str) -> T:
        lanes = {INSTALLATION, lane}
        for _ in range(LOOKS):
            versions = await self._versions.of(lanes)
            try:
                return work(GlanceSession(self.memory, lanes, versions))
            except OtherLane as other:
                lanes.add(other.lane)
            except Unremembered:
                break
        return await self.read(work)

    async def about(self) -> dict[str, str]:
        """The server's version, and its settings that decide whether what is committed stays."""
        asked = ", ".join(f"current_setting('{name}')" for name in TOLD)

        def look() -> dict[str, str]:
            with self._readers.line() as line:
                row = line.execute(f"SELECT {asked}".encode()).fetchone() or ()
                return dict(zip(TOLD, row, strict=True))

        return await self._readers.run(look)

    async def close(self) -> None:
        while self._serving:
            await asyncio.wait(set(self._serving))
        await asyncio.to_thread(self._let_go)

    async def _serve(self, lane: str) -> None:
        """Run what waits in a lane, group by group, until nothing waits."""
        waiting = self._waiting[lane]
        while waiting:
            async with self._slots:
                group = [waiting.popleft() for _ in range(min(len(waiting), GROUP))]
                began = time.perf_counter()
                results = await self._results(lane, [work for work, _ in group])
                self._told(results, time.perf_counter() - began)
            for (_, future), (result, error) in zip(group, results, strict=True):
                _settle(future, result, error)
        del self._waiting[lane]

    async def _results(self, lane: str, works: list[Work]) -> list[Result]:
        try:
            return await self._writers.run(lambda: write_group(self._writers, self.memory, lane, works))
        except Exception as error:
            return [(None, error)] * len(works)

    def _told(self, results: list[Result], seconds: float) -> None:
        stored = sum(error is None for _, error in results)
        if stored:
            self.watch.committed(stored, seconds)
        failures = {type(error): error for _, error in results if isinstance(error, StorageAway | StorageFull)}
        for failure in failures.values():
            self.watch.failed(failure)

    def _read(self, work: Callable[[Session], T]) -> T:
        return self._readers.ask(lambda line: _looked(line, self.memory, work))

    def _let_go(self) -> None:
        self._writers.close()
        self._readers.close()
        self.notices.close()


def _looked(line: Line, memory: Memory, work: Callable[[Session], T]) -> T:
    """Run work on one snapshot, of which nothing is kept."""
    session = ReaderSession(line, memory)
    with line.pipeline():
        session.ask("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            return work(session)
        finally:
            session.end()


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
