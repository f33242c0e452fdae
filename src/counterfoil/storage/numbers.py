"""Rows of numbers: whole numbers for objects that the books know by other ids."""

from collections.abc import Iterable

from sqlalchemy import insert, select

from counterfoil.storage.sequences import Sequences
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.books import numbers

c = numbers.c
MINE = (c.connection_id == value("connection")) & (c.space == value("space"))
NUMBER = Statement(select(c.number).where(MINE & (c.id == value("id"))))
ID = Statement(select(c.id).where(MINE & (c.number == value("number"))))
ADD = Statement(insert(numbers))


class Numbers(Sequences):
    """The numbers of a connection. A space is a list of the catalogue, or `transactions`: numbers differ within it."""

    def numbered(self, space: str, ids: Iterable[str]) -> dict[str, int]:
        """The numbers of those ids that have one."""
        found = {}
        for each in ids:
            row = self.session.row(NUMBER, connection=self.connection_id, space=space, id=each)
            if row is not None:
                found[each] = int(row[0])
        return found

    def number(self, space: str, ids: Iterable[str]) -> dict[str, int]:
        """The numbers of all these ids; one that has none gets the next that is free."""
        wanted = list(dict.fromkeys(ids))
        found = self.numbered(space, wanted)
        for each in wanted:
            if each not in found:
                found[each] = self._next(space)
                self.assign(space, each, found[each])
        return found

    def assign(self, space: str, id: str, number: int) -> None:
        """Give an id a number of the caller's choice, which must be free."""
        self.session.run(ADD, connection_id=self.connection_id, space=space, id=id, number=number)

    def id_of(self, space: str, number: int) -> str | None:
        """Whose number it is."""
        row = self.session.row(ID, connection=self.connection_id, space=space, number=number)
        return row[0] if row is not None else None

    def _next(self, space: str) -> int:
        while True:
            number = self.take(f"numbers:{space}")
            if self.id_of(space, number) is None:
                return number
