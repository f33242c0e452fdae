"""Terms of payment: so many days, or a day of the month."""

from typing import Final

from counterfoil.model.terms import StandardTerm
from counterfoil.wire.qbo.forms import NUMBER, WHOLE
from counterfoil.wire.qbo.maps.parts import BY_NAME, ENTITY, named
from counterfoil.wire.qbo.read import said
from counterfoil.wire.qbo.table import Entity, Json, Known, row, told

STANDARD: Final = "STANDARD"
DATE_DRIVEN: Final = "DATE_DRIVEN"


def _which(given: Json, _known: Known) -> str:
    is_date_driven = given.get("Type") == DATE_DRIVEN or said(given, "DayOfMonthDue")
    return "date_driven_terms" if is_date_driven else "standard_terms"


TERM: Final = Entity(
    "Term",
    ("standard_terms", "date_driven_terms"),
    (
        *named(31),
        told("Type", lambda term, _known: STANDARD if isinstance(term, StandardTerm) else DATE_DRIVEN),
        row("DiscountPercent", "discount_percentage", NUMBER),
        row("DueDays", "due_days", WHOLE),
        row("DiscountDays", "discount_days", WHOLE),
        row("DayOfMonthDue", "due_day_of_month", WHOLE),
        row("DueNextMonthDays", "grace_period_days", WHOLE),
        row("DiscountDayOfMonth", "discount_day_of_month", WHOLE),
        *ENTITY,
    ),
    filters=BY_NAME,
    which=_which,
    made=("standard_terms", "date_driven_terms"),
)
