"""What SQLite and PostgreSQL spell differently, each written once for both."""

from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Text, func, literal_column, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import and_
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import LargeBinary

from counterfoil.storage.statements import value


class _Mentions(GenericFunction[bool]):
    """Whether some bytes occur in others."""

    type = Boolean()
    inherit_cache = True
    name = "mentions"


class _JsonText(GenericFunction[str]):
    """The text at a place of a JSON document that is stored as bytes; null where nothing is there."""

    type = Text()
    inherit_cache = True
    name = "json_text"


class _IsDigits(GenericFunction[bool]):
    """Whether a text is a number of ASCII digits."""

    type = Boolean()
    inherit_cache = True
    name = "is_digits"


def mentions(body: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    """Whether the bytes given as the parameter `needle` occur in `body`."""
    return _Mentions(body, _as_bytes(value(needle)))


def json_text(body: ColumnElement[Any], *path: str) -> ColumnElement[str]:
    """The text at `path` (names of members, from the outside in) of the JSON in `body`."""
    if not all(name.isidentifier() for name in path):
        raise ValueError(f"no path of plain names: {path}")
    return _JsonText(body, literal_column(f"'{','.join(path)}'", Text()))


def is_digits(text: ColumnElement[str]) -> ColumnElement[bool]:
    return _IsDigits(text)


def compares_as_number(text: ColumnElement[str], operator: str, wanted: str) -> ColumnElement[bool]:
    """Compare two texts of digits alone as numbers of any length; the operator is one of `<`, `<=`, `>`, `>=`."""
    digits = wanted.lstrip("0")
    bare = func.ltrim(text, "0")
    length = func.length(bare)
    return or_(
        length.op(operator[0], is_comparison=True)(len(digits)),
        and_(length == len(digits), bare.op(operator, is_comparison=True)(digits)),
    )


def _as_bytes(parameter: BindParameter[Any]) -> BindParameter[Any]:
    parameter.type = LargeBinary()
    return parameter


@compiles(_Mentions, "sqlite")
def _mentions_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(_Mentions, "postgresql")
def _mentions_postgres(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    body, needle = (compiler.process(each, **options) for each in element.clauses)
    return f"(position({needle}::bytea IN {body}) > 0)"


@compiles(_JsonText, "sqlite")
def _json_text_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    body, path = (compiler.process(each, **options) for each in element.clauses)
    return f"json_extract({body}, '$.{path[1:-1].replace(',', '.')}')"


@compiles(_JsonText, "postgresql")
def _json_text_postgres(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    body, path = (compiler.process(each, **options) for each in element.clauses)
    return f"(convert_from({body}, 'UTF8')::json #>> '{{{path[1:-1]}}}')"


@compiles(_IsDigits, "sqlite")
def _is_digits_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"({text} <> '' AND {text} NOT GLOB '*[^0-9]*')"


@compiles(_IsDigits, "postgresql")
def _is_digits_postgres(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} ~ '^[0-9]+$')"
