"""What is to be done on PostgreSQL and answers nothing: kept until somebody looks at its table, or until the commit.

No table refers to another, and a statement that is kept is about one table only: so just the order within a table
matters. Inserts of one kind that meet here leave as one statement, whose parameters are arrays.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import Table
from sqlalchemy.sql.dml import Insert

from counterfoil.core.errors import Broken
from counterfoil.storage.statements import POSTGRES, Statement

INSERT: Final = re.compile(r"(INSERT INTO \S+ \([^)]*\)) VALUES \(([^)]*)\)( ON CONFLICT [^$]*)?")
"""An insert of one row; what it does where the row is there already uses nothing but that row."""


class Deed(NamedTuple):
    """A statement and its values."""

    statement: Statement
    values: tuple[Any, ...]


class Outbox:
    """Deeds by the table that they are about, in their order."""

    def __init__(self) -> None:
        self._deeds: dict[str, list[Deed]] = {}

    def add(self, table: str, deed: Deed) -> None:
        self._deeds.setdefault(table, []).append(deed)

    def absorb(self, other: "Outbox") -> None:
        """Take over what another one holds: it comes after what is here."""
        for table, deeds in other._deeds.items():
            self._deeds.setdefault(table, []).extend(deeds)
        other.clear()

    def holds(self, tables: Iterable[str]) -> bool:
        """Whether there is something about one of these tables; without any, whether there is anything."""
        return any(table in self._deeds for table in tables) if tables else bool(self._deeds)

    def taken(self, tables: Iterable[str] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The texts and values of what is about these tables, or of everything; it is here no longer."""
        for table in list(tables or self._deeds):
            for statement, deeds in groupby(self._deeds.pop(table, ()), lambda deed: deed.statement):
                yield from _together(statement, [deed.values for deed in deeds])

    def clear(self) -> None:
        self._deeds.clear()


def in_one(statement: Statement, rows: Sequence[tuple[Any, ...]]) -> tuple[str, tuple[Any, ...]]:
    """One statement that inserts all these rows, whose keys differ. Raises Broken where it is no such insert."""
    text = _in_arrays(statement)
    if text is None:
        raise Broken("only a plain insert takes many rows at once")
    return text, tuple([_array(column) for column in zip(*rows, strict=True)])


def _array(column: Iterable[Any]) -> str:
    """A column as PostgreSQL writes arrays: text has one type whatever is in it, and so one prepared statement."""
    return "{" + ",".join(map(_element, column)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bytes):
        return '"\\\\x' + value.hex() + '"'
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(int(value))


def _together(statement: Statement, rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows of a plain insert in one: of another the second might meet the first, which no single statement allows."""
    if len(rows) > 1 and _is_plain(statement):
        yield in_one(statement, rows)
    else:
        text = statement.compiled(POSTGRES).text
        yield from ((text, values) for values in rows)


def _is_plain(statement: Statement) -> bool:
    return _in_arrays(statement) is not None and " ON CONFLICT " not in statement.compiled(POSTGRES).text


@cache
def _in_arrays(statement: Statement) -> str | None:
    """The text of an insert with an array for each column; None where it is none of one row, parameter by parameter."""
    expression = statement.forms.get(POSTGRES.name, statement.expression)
    compiled = statement.compiled(POSTGRES)
    found = INSERT.fullmatch(compiled.text)
    if found is None or not isinstance(expression, Insert) or not isinstance(expression.table, Table):
        return None
    start, values, end = found.groups()
    columns = [name.strip(' "') for name in start[start.index("(") + 1 : -1].split(",")]
    if len(columns) != len(values.split(",")) or len(columns) != len(compiled.names):
        return None
    types = [expression.table.c[name].type.compile(dialect=POSTGRES) for name in columns]
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(types, start=1))
    return f"{start} SELECT * FROM unnest({arrays}){end or ''}"  # noqa: S608  of names that the schema gives
