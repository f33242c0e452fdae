"""Counters of the lanes that a transaction works on: read once, and written once, before its commit.

Who counts holds the lane, so that nobody else can have counted meanwhile.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import literal_column, select

from counterfoil.storage.contract import Counter, Session
from counterfoil.storage.statements import Statement, upsert, value
from counterfoil.storage.tables.books import sequences

c = sequences.c
ALL: Final = Statement(select(c.name, c.value, c.text).where(c.connection_id == value("connection")))
FIND: Final = Statement(
    select(c.value, c.text).where((c.connection_id == value("connection")) & (c.name == value("sequence")))
)
PUT: Final = upsert(
    sequences,
    {name: value(name) for name in ("connection_id", "name", "value", "text")},
    {"value": literal_column("excluded.value"), "text": literal_column("excluded.text")},
)

Ahead = dict[tuple[str, str], Counter]
"""Counters as they are to be written, by connection and name."""


def found(session: Session, connection_id: str, sequence: str) -> Counter:
    """The counter as it is stored."""
    row = session.row(FIND, connection=connection_id, sequence=sequence)
    return Counter(*row) if row is not None else Counter()


def put(session: Session, connection_id: str, sequence: str, counter: Counter) -> None:
    session.run(PUT, connection_id=connection_id, name=sequence, value=counter.value, text=counter.text)


class Counters:
    """What a writer's transaction has counted, of however many pieces of work; `stored` tells where a counter stood."""

    def __init__(self, stored: Callable[[str, str], Counter]) -> None:
        self.stored = stored
        self.ahead: Ahead = {}

    def find(self, connection_id: str, sequence: str) -> Counter:
        return self.ahead.get((connection_id, sequence)) or self.stored(connection_id, sequence)

    def put(self, connection_id: str, sequence: str, counter: Counter) -> None:
        self.ahead[connection_id, sequence] = counter

    def mark(self) -> Ahead:
        """Where the counters stand, for a piece of work that may be taken back."""
        return self.ahead.copy()

    def back(self, mark: Ahead) -> None:
        self.ahead = mark

    def rows(self) -> list[tuple[str, str, int, str | None]]:
        """What is to be written, in the order of PUT's parameters."""
        return [(*key, *counter) for key, counter in sorted(self.ahead.items())]
