"""Statements, compiled once: SQLAlchemy writes the text, the database's own driver runs it with a plain tuple."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Executable, bindparam
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

SQLITE: Final[Dialect] = SQLiteDialect(paramstyle="qmark")


def value(name: str) -> BindParameter[Any]:
    """A parameter of a statement, given by this name when the statement is run."""
    return bindparam(name)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement's text, its parameters in their order, and the constants that are written into the statement."""

    text: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the text; raises KeyError where one is missing."""
        if self.constants:
            given = {**self.constants, **given}
        return tuple([given[name] for name in self.names])


class Statement:
    """An expression with named parameters; a dialect's text of it is made on first use and kept."""

    __slots__ = ("_compiled", "expression")

    def __init__(self, expression: Executable) -> None:
        self.expression = expression
        self._compiled: dict[str, Compiled] = {}

    def compiled(self, dialect: Dialect) -> Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _kept(self.expression, dialect)
        return found


def _kept(expression: Executable, dialect: Dialect) -> Compiled:
    compiled = _sql(expression, dialect)
    constants = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
    return Compiled(str(compiled), tuple(compiled.positiontup or ()), constants)


def compile_for(expression: Executable, dialect: Dialect) -> Compiled:
    """The text of an expression that was built for one use, with its values in it."""
    compiled = _sql(expression, dialect, render_postcompile=True)
    return Compiled(str(compiled), tuple(compiled.positiontup or ()), compiled.params)


def _sql(expression: Executable, dialect: Dialect, **options: bool) -> SQLCompiler:
    compiled = (
        expression.compile(dialect=dialect, compile_kwargs=options) if isinstance(expression, ClauseElement) else None
    )
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("only statements can be run")
    return compiled
