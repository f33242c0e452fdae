"""Intuit's object → a resource. Rows that are computed are passed by: the books compute them themselves.

What comes here has the shapes of Intuit's; of anything else, reading raises one of UNREADABLE.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from counterfoil.wire.qbo.changes import joined
from counterfoil.wire.qbo.table import Hear, Json, Known, Row

UNREADABLE: Final = (ValueError, KeyError, TypeError, ArithmeticError, AttributeError)
"""What reading raises where an object has not the shape that it should have."""


def values_of(rows: Iterable[Row], given: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """The model's fields that an object of Intuit's names. An empty text, as clients send it, names nothing."""
    return {
        row.field: row.form.read(given[row.key], known)
        for row in rows
        if row.form is not None and row.field and said(given, row.key)
    }


def heard(rows: Iterable[Row], given: Json, known: Known) -> dict[str, Any]:
    """What an answer of Intuit's tells, by the model's fields; parts of parts are mappings."""
    values: dict[str, Any] = {}
    for row in rows:
        if said(given, row.key):
            joined(values, read(row, row.heard, given, known))
    return values


def read(row: Row, hear: Hear | None, given: Json, known: Known) -> Mapping[str, Any]:
    """The fields that one key of an object fills."""
    if hear is not None:
        return hear(given, known)
    if row.form is None or not row.field:
        return {}
    value = row.form.read(given[row.key], known)
    return {row.field: value} if value is not None else {}


def said(given: Mapping[str, Any], key: str) -> bool:
    """Whether an object says anything under a key: neither nothing nor an empty text."""
    value = given.get(key)
    return value is not None and value != ""
