"""SQLite: one file, one owner process, one writer. Work that waits together is committed together.

A group runs on the event loop's own thread, each work in a savepoint; only its COMMIT, which waits for the disk, runs
in a thread of its own, while the loop goes on reading requests. They form the next group. (A writer thread that ran
the statements as well would hand Python's lock to and fro at each of them: see docs/decisions/0003.)
"""

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import apsw
from sqlalchemy import Executable

from counterfoil.core.errors import Broken, StorageFull
from counterfoil.storage import counters
from counterfoil.storage.contract import Counter, Session, Unwatched, Watch
from counterfoil.storage.counters import Counters
from counterfoil.storage.statements import SQLITE, Statement, compile_for

T = TypeVar("T")
FILE = "counterfoil.db"
OLDEST = (3, 51, 3)
"""Versions before this one may lose the write-ahead log's reset under concurrent connections."""

GROUP = 64
CACHED = 20_000


def database_version() -> str:
    return apsw.sqlite_lib_version()


class SqliteSession:
    """A transaction on one connection of the driver."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.execute = connection.execute

    def rows(self, statement: Statement, /, **values: Any) -> list[tuple[Any, ...]]:
        compiled = statement.compiled(SQLITE)
        return self.execute(compiled.text, compiled.values(values)).fetchall()

    def row(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        compiled = statement.compiled(SQLITE)
        found: tuple[Any, ...] | None = self.execute(compiled.text, compiled.values(values)).fetchone()
        return found

    def run(self, statement: Statement, /, **values: Any) -> None:
        compiled = statement.compiled(SQLITE)
        self.execute(compiled.text, compiled.values(values))

    def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]], /) -> None:
        self.connection.executemany(statement.compiled(SQLITE).text, rows)

    def apart(self, work: Callable[[], T]) -> T:
        self.execute("SAVEPOINT apart")
        try:
            result = work()
        except BaseException:
            self.execute("ROLLBACK TO apart")
            self.execute("RELEASE apart")
            raise
        self.execute("RELEASE apart")
        return result

    def select(self, expression: Executable) -> list[tuple[Any, ...]]:
        compiled = compile_for(expression, SQLITE)
        return self.execute(compiled.text, compiled.values({})).fetchall()

    def counter(self, connection_id: str, sequence: str) -> Counter:
        return counters.found(self, connection_id, sequence)

    def set_counter(self, connection_id: str, sequence: str, counter: Counter) -> None:
        counters.put(self, connection_id, sequence, counter)

    def turn_to(self, connection_id: str) -> bool:  # noqa: ARG002  nobody else writes
        return False

    def recall(self, key: Hashable) -> Any | None:
        raise NotImplementedError

    def remember(self, key: Hashable, value: Any) -> None:
        raise NotImplementedError

    def forget(self, key: Hashable) -> None:
        raise NotImplementedError


class WriterSession(SqliteSession):
    """The writer's transaction. What it remembers is what is committed: changes of an open group are not kept."""

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection)
        self.known: dict[Hashable, Any] = {}
        self.changed: set[Hashable] = set()
        self.counters = Counters(self._counted)

    def _counted(self, connection_id: str, sequence: str) -> Counter:
        key = (connection_id, "counter", sequence)
        known: Counter | None = self.known.get(key)
        if known is None:
            known = counters.found(self, connection_id, sequence)
            self.remember(key, known)
        return known

    def counter(self, connection_id: str, sequence: str) -> Counter:
        return self.counters.find(connection_id, sequence)

    def set_counter(self, connection_id: str, sequence: str, counter: Counter) -> None:
        self.counters.put(connection_id, sequence, counter)

    def apart(self, work: Callable[[], T]) -> T:
        mark = self.counters.mark()
        try:
            return super().apart(work)
        except BaseException:
            self.counters.back(mark)
            raise

    def recall(self, key: Hashable) -> Any | None:
        return self.known.get(key)

    def remember(self, key: Hashable, value: Any) -> None:
        if key in self.changed:
            return
        if len(self.known) >= CACHED:
            self.known.clear()
        self.known[key] = value

    def forget(self, key: Hashable) -> None:
        self.changed.add(key)
        self.known.pop(key, None)

    def write_counters(self) -> None:
        """Write down what the group has counted, which is about to be committed."""
        rows = self.counters.rows()
        if rows:
            self.run_many(counters.PUT, rows)

    def settle(self) -> None:
        """The group is committed: what it changed may be remembered again."""
        self.changed.clear()
        self.known.update({(lane, "counter", name): each for (lane, name), each in self.counters.ahead.items()})
        self.counters.ahead = {}

    def drop(self) -> None:
        self.known.clear()
        self.changed.clear()
        self.counters.ahead = {}


class ReaderSession(SqliteSession):
    """A reader's transaction, begun by its first statement.

    It shares what the writer remembers, which is what is committed, and adds to it what it has read; but nothing that
    it wrote itself, which is never committed.
    """

    def __init__(self, connection: apsw.Connection, writer: "WriterSession") -> None:
        super().__init__(connection)
        self.writer = writer
        self.open = False
        self.tainted = False
        self.execute = self._execute  # type: ignore[assignment]

    def _execute(self, text: str, values: tuple[Any, ...] = ()) -> apsw.Cursor:
        if not self.open:
            self.open = True
            self.connection.execute("BEGIN")
        return self.connection.execute(text, values)

    def run(self, statement: Statement, /, **values: Any) -> None:
        self.tainted = True
        super().run(statement, **values)

    def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]], /) -> None:
        self.tainted = True
        self._execute("SELECT 1")
        super().run_many(statement, rows)

    def recall(self, key: Hashable) -> Any | None:
        return None if self.tainted else self.writer.recall(key)

    def remember(self, key: Hashable, value: Any) -> None:
        if not self.tainted:
            self.writer.remember(key, value)

    def forget(self, key: Hashable) -> None:  # noqa: ARG002  what a reader changes, nobody else will see
        self.tainted = True

    def end(self) -> None:
        if self.open:
            self.connection.execute("ROLLBACK")
        self.open = self.tainted = False


class SqliteStore:
    """The database of an installation on one machine."""

    def __init__(self, path: Path) -> None:
        if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < OLDEST:
            raise Broken(f"SQLite {apsw.sqlite_lib_version()} is too old; 3.51.3 is needed")
        self.path = path
        path.touch(mode=0o600, exist_ok=True)
        os.chmod(path, 0o600)
        self.writer = WriterSession(_connect(path))
        self.reader = ReaderSession(_connect(path), self.writer)
        self.watch: Watch = Unwatched()
        self._waiting: deque[tuple[Callable[[Session], Any], asyncio.Future[Any]]] = deque()
        self._running: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._disk = ThreadPoolExecutor(1, "commit")

    def begin(
        self,
        work: Callable[[Session], T],
        lane: str | None = None,  # noqa: ARG002  there is one writer for all of them
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain())
        return future

    async def write(self, work: Callable[[Session], T], lane: str | None = None) -> T:
        return await self.begin(work, lane)

    async def read(self, work: Callable[[Session], T]) -> T:
        try:
            return work(self.reader)
        except apsw.Error as error:
            raise _told(error) from error
        finally:
            self.reader.end()

    async def glance(
        self,
        work: Callable[[Session], T],
        lane: str,  # noqa: ARG002  reading costs little here
    ) -> T:
        return await self.read(work)

    async def close(self) -> None:
        while self._running is not None and not self._running.done():
            await self._running
        self._disk.shutdown()
        self.reader.connection.close()
        self.writer.connection.close()

    async def exclusively(self, work: Callable[[], T]) -> T:
        """Run `work` in the disk's thread while no group is under way."""
        async with self._turn:
            self.writer.drop()
            return await asyncio.get_running_loop().run_in_executor(self._disk, work)

    async def _drain(self) -> None:
        while self._waiting:
            async with self._turn:
                await self._group()

    async def _group(self) -> None:
        """One transaction for all who wait, at most GROUP of them; each learns its own result after the commit."""
        results: list[tuple[asyncio.Future[Any], Any, Exception | None]] = []
        try:
            self.writer.execute("BEGIN IMMEDIATE")
            while self._waiting and len(results) < GROUP:
                work, future = self._waiting.popleft()
                results.append((future, *self._attempt(work)))
                if not self.writer.connection.in_transaction:
                    raise results[-1][2] or Broken("a piece of work ended the transaction that it ran in")
            self.writer.write_counters()
            began = time.perf_counter()
            await asyncio.get_running_loop().run_in_executor(self._disk, self.writer.execute, "COMMIT")
        except Exception as error:
            self._abandon()
            failure = _told(error)
            self.watch.failed(failure)
            for future, _, _ in results:
                _reject(future, failure)
            if not results:
                self._reject_all(failure)
            return
        self.writer.settle()
        stored = sum(own is None for _, _, own in results)
        if stored:
            self.watch.committed(stored, time.perf_counter() - began)
        for future, result, own in results:
            if own is not None:
                _reject(future, own)
            elif not future.done():
                future.set_result(result)

    def _attempt(self, work: Callable[[Session], T]) -> tuple[T | None, Exception | None]:
        self.writer.execute("SAVEPOINT work")
        mark = self.writer.counters.mark()
        try:
            result = work(self.writer)
            self.writer.execute("RELEASE work")
        except Exception as error:
            self.writer.counters.back(mark)
            if self.writer.connection.in_transaction:  # some failures of the disk end it
                self.writer.execute("ROLLBACK TO work")
                self.writer.execute("RELEASE work")
            failure = _told(error)
            if isinstance(failure, StorageFull):
                self.watch.failed(failure)
            return None, failure
        return result, None

    def _abandon(self) -> None:
        if self.writer.connection.in_transaction:
            self.writer.execute("ROLLBACK")
        self.writer.drop()

    def _reject_all(self, failure: Exception) -> None:
        while self._waiting:
            _reject(self._waiting.popleft()[1], failure)


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), statementcachesize=400)
    connection.set_busy_timeout(5000)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "cache_size = -65536",
        "mmap_size = 268435456",
        "wal_autocheckpoint = 4000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _told(error: Exception) -> Exception:
    """The error as the floors above know it; what is no database error is told as it is."""
    if isinstance(error, apsw.FullError):
        return StorageFull("the disk is full; nothing of this was stored")
    if isinstance(error, apsw.Error):
        failure = Broken(f"the database said: {error}")
        failure.__cause__ = error
        return failure
    return error


def _reject(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
