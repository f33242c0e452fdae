"""Intuit's object → a resource. Rows that are computed are passed by: the books compute them themselves.

What comes here has the shapes of Intuit's; of anything else, reading raises ValueError, KeyError or ArithmeticError.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from counterfoil.wire.qbo.table import Known, Row


def values_of(rows: Iterable[Row], given: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """The model's fields that an object of Intuit's names. An empty text, as clients send it, names nothing."""
    return {
        row.field: row.form.read(given[row.key], known)
        for row in rows
        if row.form is not None and given.get(row.key) not in (None, "")
    }
