"""What the floors above ask of a store. SQLite keeps these promises; another database has to keep the same ones."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Executable

from counterfoil.storage.statements import Statement

T = TypeVar("T")


class Session(Protocol):
    """One piece of work's hold on the database. It lasts as long as the work and must not be kept."""

    def rows(self, statement: Statement, /, **values: Any) -> list[tuple[Any, ...]]:
        """All rows that the statement gives."""
        ...

    def row(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        """The first row that the statement gives."""
        ...

    def run(self, statement: Statement, /, **values: Any) -> None:
        """Run a statement for its effect."""
        ...

    def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]], /) -> None:
        """Run a statement for each row; a row's values stand in the order of the statement's own."""
        ...

    def apart(self, work: Callable[[], T]) -> T:
        """Run a part of the work so that, if it raises, only its own changes are taken back."""
        ...

    def select(self, expression: Executable) -> list[tuple[Any, ...]]:
        """All rows of an expression that was built for this one use, with its values in it."""
        ...

    def recall(self, key: Hashable) -> Any | None:
        """What was remembered under a key, if it is still so."""
        ...

    def remember(self, key: Hashable, value: Any) -> None:
        """Keep what was read, until `forget` or until the work turns out not to be stored. May do nothing."""
        ...

    def forget(self, key: Hashable) -> None:
        """The row behind the key changes."""
        ...


class Store(Protocol):
    """An installation's database. `work` is a plain function that keeps nothing of its session."""

    def begin(self, work: Callable[[Session], T]) -> asyncio.Future[T]:
        """Start what `write` does, for a caller who may not wait for its end; it goes on all the same."""
        ...

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work`, and give its result when it is stored for good.

        Whatever `work` raises reaches its caller, and nothing that it did is stored; others who wrote at the same
        time are not touched. Raises StorageFull where the disk took no more.
        """
        ...

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one consistent state of the database, which holds everything that was stored before."""
        ...

    async def close(self) -> None:
        """Finish what was asked, and let the database go."""
        ...
