"""Conditions of Intuit's query language → conditions that the books can sort out themselves.

They never find less than what is meant; whatever they find is looked at again afterwards.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from counterfoil.core.dates import day_from, moment_from
from counterfoil.model.query import Filter, Operator
from counterfoil.wire.qbo.query import Condition
from counterfoil.wire.qbo.table import Filter as Findable

OPERATORS: Final[Mapping[str, Operator]] = {"=": "=", "<": "<=", "<=": "<=", ">": ">=", ">=": ">="}


def narrowed(findable: Findable, condition: Condition) -> Filter | None:
    """The books' own comparison of a text, a day or a moment; None where they have none that finds as much."""
    wanted = condition.values[0]
    if not isinstance(wanted, str) or condition.operator not in OPERATORS:
        return None
    if findable.kind == "text":
        return _same_text(findable.field, wanted) if condition.operator == "=" else None
    if findable.kind == "moment" and condition.operator == "=":
        return None
    try:
        value: date | int = day_from(wanted) if findable.kind == "day" else moment_from(wanted, end_of_day=False)
    except (ValueError, OverflowError):
        return None
    return Filter(findable.field, OPERATORS[condition.operator], value)


def _same_text(field: str, wanted: str) -> Filter | None:
    """Names are found without regard to capitals; document numbers as they are written, or in capitals, or in none."""
    if not wanted.strip():
        return None
    if field == "name":
        return Filter(field, "=", wanted)
    return Filter(field, "in", sorted({wanted, wanted.upper(), wanted.lower()}))
