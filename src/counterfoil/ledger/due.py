"""When a sale falls due, and until when paying early saves how much."""

from datetime import date
from decimal import Decimal

from counterfoil.core.dates import day_of_month, days_later
from counterfoil.core.money import rounded
from counterfoil.model.terms import DateDrivenTerm, StandardTerm

Term = StandardTerm | DateDrivenTerm


def due_date(day: date, term: Term | None) -> date:
    """The due date of a sale of `day`; without terms it is due at once."""
    if isinstance(term, StandardTerm):
        return days_later(day, term.due_days or 0)
    if isinstance(term, DateDrivenTerm):
        return _driven(day, term.due_day_of_month, term.grace_period_days or 0)
    return day


def _driven(day: date, due_day: int, grace: int) -> date:
    """That day of this month, or of the next where the sale comes within the grace period of it or after it.

    QuickBooks' own example: due day 15, two days of grace: 13 May is due on 15 June.
    """
    due = day_of_month(day.year, day.month, due_day)
    if day > due or (grace and days_later(day, grace) >= due):
        return day_of_month(day.year, day.month + 1, due_day)
    return due


def suggested_discount(day: date, total: Decimal, term: Term | None) -> tuple[Decimal, date] | None:
    """What paying early saves, and the last day to do so; None where the terms give nothing."""
    if term is None or not term.discount_percentage:
        return None
    saved = rounded(total * term.discount_percentage / 100)
    if isinstance(term, StandardTerm):
        return saved, days_later(day, term.discount_days or 0)
    return saved, _driven(day, term.discount_day_of_month or term.due_day_of_month, 0)
