"""Payment terms. QuickBooks makes and finds them, but changes none."""

from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.wire.qbxml.maps.parts import LIST_HEAD
from counterfoil.wire.qbxml.maps.queries import list_query
from counterfoil.wire.qbxml.table import Map, Part, row

STANDARD_TERMS = Map(
    "StandardTerms",
    "standard_terms",
    "ListID",
    "AQD",
    Part(
        StandardTerm,
        (
            *LIST_HEAD,
            row("Name", "name", "Ar"),
            row("IsActive", "is_active", "ar"),
            row("StdDueDays", "due_days", "ar"),
            row("StdDiscountDays", "discount_days", "ar"),
            row("DiscountPct", "discount_percentage", "ar"),
        ),
    ),
    list_query(),
)

DATE_DRIVEN_TERMS = Map(
    "DateDrivenTerms",
    "date_driven_terms",
    "ListID",
    "AQD",
    Part(
        DateDrivenTerm,
        (
            *LIST_HEAD,
            row("Name", "name", "Ar"),
            row("IsActive", "is_active", "ar"),
            row("DayOfMonthDue", "due_day_of_month", "Ar"),
            row("DueNextMonthDays", "grace_period_days", "ar"),
            row("DiscountDayOfMonth", "discount_day_of_month", "ar"),
            row("DiscountPct", "discount_percentage", "ar"),
        ),
    ),
    list_query(),
)
