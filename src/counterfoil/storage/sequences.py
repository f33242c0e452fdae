"""Numbers that count on: of ids, of transactions, of documents."""

from sqlalchemy import select

from counterfoil.storage.schema import sequences
from counterfoil.storage.scope import Scope
from counterfoil.storage.statements import Statement, upsert, value

c = sequences.c
_start = {"connection_id": value("connection"), "name": value("sequence"), "value": value("count")}
TAKE = upsert(sequences, _start, {"value": c.value + value("count")}, returning=(c.value,))
BUMP = upsert(sequences, _start, {"value": value("count")}, where=c.value < value("count"))
LAST = Statement(select(c.text).where((c.connection_id == value("connection")) & (c.name == value("sequence"))))
SET_LAST = upsert(
    sequences,
    {
        "connection_id": value("connection"),
        "name": value("sequence"),
        "value": value("nothing"),
        "text": value("last"),
    },
    {"text": value("last")},
)


class Sequences(Scope):
    """The counters of a company file."""

    def take(self, sequence: str, count: int = 1) -> int:
        """The first of `count` consecutive numbers that nobody has had; the very first is 1."""
        row = self.session.row(TAKE, connection=self.connection_id, sequence=sequence, count=count)
        last: int = row[0] if row is not None else count
        return last - count + 1

    def bump(self, sequence: str, at_least: int) -> None:
        """See to it that the next number is above `at_least`."""
        self.session.run(BUMP, connection=self.connection_id, sequence=sequence, count=at_least)

    def last_number(self, resource: str) -> str | None:
        """The document number that was last used for a resource."""
        row = self.session.row(LAST, connection=self.connection_id, sequence=f"number:{resource}")
        return row[0] if row is not None else None

    def set_last_number(self, resource: str, text: str) -> None:
        self.session.run(SET_LAST, connection=self.connection_id, sequence=f"number:{resource}", nothing=0, last=text)
