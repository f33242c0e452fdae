"""Statements, compiled once: SQLAlchemy writes the text, the database's own driver runs it with a plain tuple.

A statement is written once for every database. What databases spell differently is written in `spelling.py`, and an
insert that may meet its row in `upsert` below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Executable, Table, bindparam
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.visitors import iterate

SQLITE: Final[Dialect] = SQLiteDialect(paramstyle="qmark")
POSTGRES: Final[Dialect] = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def value(name: str) -> BindParameter[Any]:
    """A parameter of a statement, given by this name when the statement is run."""
    return bindparam(name)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement's text, its parameters in their order, and the constants that are written into the statement.

    `tables` are those that it reads or changes.
    """

    text: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    tables: frozenset[str]

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the text; raises KeyError where one is missing."""
        if self.constants:
            given = {**self.constants, **given}
        return tuple([given[name] for name in self.names])


class Statement:
    """An expression with named parameters; a dialect's text of it is made on first use and kept.

    `forms` are expressions that take its place in the dialects of these names.
    """

    __slots__ = ("_compiled", "expression", "forms", "writes")

    def __init__(self, expression: Executable, **forms: Executable) -> None:
        self.expression = expression
        self.forms = forms
        self.writes = isinstance(expression, UpdateBase)
        self._compiled: dict[str, Compiled] = {}

    def compiled(self, dialect: Dialect) -> Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            expression = self.forms.get(dialect.name, self.expression)
            found = self._compiled[dialect.name] = _kept(expression, dialect)
        return found


def upsert(
    table: Table,
    values: Mapping[str, Any],
    change: Mapping[str, Any],
    *,
    where: ColumnElement[bool] | None = None,
    returning: Sequence[ColumnElement[Any]] = (),
) -> Statement:
    """Insert a row; where one with its primary key is there, `change` that one (if it fulfils `where`).

    `values` and `change` are keyed by column. Without a change, the row that is there stays as it is.
    """
    key = [column.name for column in table.primary_key.columns]
    sqlite, postgres = insert_sqlite(table).values(values), insert_postgres(table).values(values)
    if change:
        sqlite = sqlite.on_conflict_do_update(index_elements=key, set_=dict(change), where=where)
        postgres = postgres.on_conflict_do_update(index_elements=key, set_=dict(change), where=where)
    else:
        sqlite = sqlite.on_conflict_do_nothing(index_elements=key)
        postgres = postgres.on_conflict_do_nothing(index_elements=key)
    if returning:
        return Statement(sqlite.returning(*returning), postgresql=postgres.returning(*returning))
    return Statement(sqlite, postgresql=postgres)


def _kept(expression: Executable, dialect: Dialect) -> Compiled:
    compiled = _sql(expression, dialect)
    constants = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
    return Compiled(str(compiled), tuple(compiled.positiontup or ()), constants, _tables_of(expression))


def _tables_of(expression: Executable) -> frozenset[str]:
    own = [expression.table] if isinstance(expression, UpdateBase) else []
    within = iterate(expression) if isinstance(expression, ClauseElement) else ()
    return frozenset(str(each.name) for each in (*own, *within) if isinstance(each, Table))


def compile_for(expression: Executable, dialect: Dialect) -> Compiled:
    """The text of an expression that was built for one use, with its values in it. Its tables are not told."""
    compiled = _sql(expression, dialect, render_postcompile=True)
    return Compiled(str(compiled), tuple(compiled.positiontup or ()), compiled.params, frozenset())


def _sql(expression: Executable, dialect: Dialect, **options: bool) -> SQLCompiler:
    compiled = (
        expression.compile(dialect=dialect, compile_kwargs=options) if isinstance(expression, ClauseElement) else None
    )
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("only statements can be run")
    return compiled
