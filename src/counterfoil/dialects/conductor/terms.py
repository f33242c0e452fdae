"""Payment terms."""

from counterfoil.dialects.conductor.table import HEAD, Table, row
from counterfoil.model.terms import DateDrivenTerm, StandardTerm

STANDARD_TERMS = Table(
    path="standard-terms",
    object_type="qbd_standard_term",
    resource="standard_terms",
    model=StandardTerm,
    verbs="LCR",
    paging="limit",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CR"),
        row("isActive", "cR"),
        row("dueDays", "cr"),
        row("discountDays", "cr"),
        row("discountPercentage", "cr"),
    ),
)

DATE_DRIVEN_TERMS = Table(
    path="date-driven-terms",
    object_type="qbd_date_driven_term",
    resource="date_driven_terms",
    model=DateDrivenTerm,
    verbs="LCR",
    paging="limit",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CR"),
        row("isActive", "cR"),
        row("dueDayOfMonth", "CR"),
        row("gracePeriodDays", "cr"),
        row("discountDayOfMonth", "cr"),
        row("discountPercentage", "cr"),
    ),
)
