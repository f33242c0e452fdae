"""What the floors above ask of a store. SQLite and PostgreSQL keep these promises; one suite of tests asks for them."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import Executable

from counterfoil.storage.statements import Statement

T = TypeVar("T")

BY_ITSELF: Final = "*"
"""In the place of a lane: the work finds out for whom it is, from a ticket or a secret, and waits for no other."""


class Counter(NamedTuple):
    """The last number that was taken, and what it was told as where that is more than the number."""

    value: int = 0
    text: str | None = None


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

    def counter(self, connection_id: str, sequence: str) -> Counter:
        """Where a counter of a connection stands."""
        ...

    def set_counter(self, connection_id: str, sequence: str, counter: Counter) -> None:
        """Let a counter of a connection stand there from now on."""
        ...

    def turn_to(self, connection_id: str) -> bool:
        """From here on the work is for this connection. Tells whether what was read before may have changed since."""
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


class Watch(Protocol):
    """Told by a store how its writes fare."""

    def committed(self, works: int, seconds: float) -> None:
        """So many pieces of work were stored together; their commit took so long."""
        ...

    def failed(self, error: Exception) -> None:
        """A group could not be stored."""
        ...


class Unwatched:
    """Where nobody wants to know."""

    def committed(self, works: int, seconds: float) -> None:
        pass

    def failed(self, error: Exception) -> None:
        pass


class Store(Protocol):
    """An installation's database. `work` is a plain function that keeps nothing of its session."""

    watch: Watch

    def begin(self, work: Callable[[Session], T], lane: str | None = None) -> asyncio.Future[T]:
        """Start what `write` does, for a caller who may not wait for its end; it goes on all the same."""
        ...

    async def write(self, work: Callable[[Session], T], lane: str | None = None) -> T:
        """Run `work`, and give its result when it is stored for good.

        `lane` is the connection that the work is for: works of one lane run one after the other, in the order in which
        they came, whichever process they are in; those of others beside them. Work without one is for the
        installation, and has a lane of its own; BY_ITSELF is for work that has to find its lane. `work` may be run
        again where it met another process's, so that it changes nothing but the database.

        Whatever `work` raises reaches its caller, and nothing that it did is stored; others who wrote at the same
        time are not touched. Raises StorageFull where the disk took no more, and StorageAway where the database cannot
        be reached.
        """
        ...

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one consistent state of the database, which holds everything that was stored before."""
        ...

    async def glance(self, work: Callable[[Session], T], lane: str) -> T:
        """Like `read`, for work that what is remembered of this lane will mostly answer."""
        ...

    async def close(self) -> None:
        """Finish what was asked, and let the database go."""
        ...
