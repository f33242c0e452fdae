"""Terms of payment: so many days, or a day of the month."""

from typing import Any, Final

from counterfoil.model.terms import StandardTerm
from counterfoil.wire.qbo.forms import NUMBER
from counterfoil.wire.qbo.maps.parts import BY_NAME, ENTITY, NAMED
from counterfoil.wire.qbo.table import Entity, Known, Row, row, told

STANDARD: Final = "STANDARD"
DATE_DRIVEN: Final = "DATE_DRIVEN"


def _days(key: str, field: str) -> Row:
    """A whole number that only one of the two kinds has."""

    def tell(term: Any, _known: Known) -> int | None:
        found: int | None = getattr(term, field, None)
        return found

    return told(key, tell)


TERM: Final = Entity(
    "Term",
    ("standard_terms", "date_driven_terms"),
    (
        *NAMED,
        told("Type", lambda term, _known: STANDARD if isinstance(term, StandardTerm) else DATE_DRIVEN),
        row("DiscountPercent", "discount_percentage", NUMBER),
        _days("DueDays", "due_days"),
        _days("DiscountDays", "discount_days"),
        _days("DayOfMonthDue", "due_day_of_month"),
        _days("DueNextMonthDays", "grace_period_days"),
        _days("DiscountDayOfMonth", "discount_day_of_month"),
        *ENTITY,
    ),
    filters=BY_NAME,
)
