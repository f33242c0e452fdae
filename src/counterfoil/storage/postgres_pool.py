"""Threads in which work on PostgreSQL runs, and the connections that they use."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from counterfoil.core.errors import StorageAway
from counterfoil.storage.postgres_line import Line, connect, is_lost, told

T = TypeVar("T")


class Pool:
    """At most `size` threads, and a connection for each of them that needs one."""

    def __init__(self, address: str, size: int, name: str) -> None:
        self.address = address
        self._threads = ThreadPoolExecutor(size, name)
        self._idle: deque[Line] = deque()

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    @contextmanager
    def line(self, *, fresh: bool = False) -> Iterator[Line]:
        """A connection for the thread at hand; a new one, where those that are there may be lost.

        One on which the database refused something is not used again: within a pipeline the driver may have lost count
        of what it has prepared there. Raises StorageAway where none can be had.
        """
        if fresh:
            self._drop()
        line = self._taken() or connect(self.address)
        try:
            yield line
        except psycopg.Error:
            line.close()
            raise
        finally:
            if line.closed or line.info.transaction_status is not TransactionStatus.IDLE:
                line.close()
            else:
                self._idle.append(line)

    def ask(self, look: Callable[[Line], T]) -> T:
        """Run a `look` that changes nothing: on a new connection once more, where the first turns out to be lost."""
        for last in (False, True):
            try:
                with self.line(fresh=last) as line:
                    return look(line)
            except psycopg.Error as error:
                if last or not is_lost(line, error):
                    raise told(error) from error
        raise StorageAway

    def close(self) -> None:
        """Wait for what runs, and let the connections go."""
        self._threads.shutdown()
        self._drop()

    def _taken(self) -> Line | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _drop(self) -> None:
        while (line := self._taken()) is not None:
            line.close()
