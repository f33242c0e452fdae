"""When sales fall due: explicit tables, worked out by hand with a calendar."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.ledger.due import due_date, suggested_discount
from counterfoil.model.terms import DateDrivenTerm, StandardTerm

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def driven(day: int, grace: int | None = None) -> DateDrivenTerm:
    return DateDrivenTerm(name="driven", due_day_of_month=day, grace_period_days=grace)


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "days_to_pay", "due"),
    [
        ("2024-05-13", 30, "2024-06-12"),
        ("2024-01-31", 30, "2024-03-01"),
        ("2023-01-31", 30, "2023-03-02"),
        ("2024-02-29", 365, "2025-02-28"),
        ("2024-12-17", 15, "2025-01-01"),
        ("2024-05-13", 0, "2024-05-13"),
        ("2024-05-13", None, "2024-05-13"),
    ],
)
def test_a_standard_term_counts_days(day: str, days_to_pay: int | None, due: str) -> None:
    assert due_date(d(day), StandardTerm(name="net", due_days=days_to_pay)) == d(due)


def test_without_terms_a_sale_is_due_at_once() -> None:
    assert due_date(d("2024-05-13"), None) == d("2024-05-13")


@pytest.mark.parametrize(
    ("day", "due_day", "grace", "due"),
    [
        # The reference's own example: due on the 15th, two days of grace.
        ("2024-05-13", 15, 2, "2024-06-15"),
        ("2024-05-12", 15, 2, "2024-05-15"),
        ("2024-05-14", 15, 2, "2024-06-15"),
        ("2024-05-01", 15, 2, "2024-05-15"),
        ("2024-05-16", 15, 2, "2024-06-15"),
        ("2024-05-31", 15, 2, "2024-06-15"),
        # Without grace the day itself still counts.
        ("2024-05-14", 15, 0, "2024-05-15"),
        ("2024-05-15", 15, 0, "2024-05-15"),
        ("2024-05-15", 15, None, "2024-05-15"),
        ("2024-05-16", 15, None, "2024-06-15"),
        # Over the end of a year.
        ("2024-12-14", 15, 2, "2025-01-15"),
        ("2024-12-31", 1, 0, "2025-01-01"),
        # A day that a month does not have is the month's last.
        ("2024-01-31", 31, 0, "2024-01-31"),
        ("2024-02-01", 31, 0, "2024-02-29"),
        ("2023-02-01", 31, 0, "2023-02-28"),
        ("2023-02-01", 30, 0, "2023-02-28"),
        ("2024-02-28", 30, 2, "2024-03-30"),
        ("2024-04-29", 31, 2, "2024-05-31"),
        ("2023-01-30", 30, 0, "2023-01-30"),
        ("2023-01-31", 30, 0, "2023-02-28"),
        ("2024-01-31", 30, 0, "2024-02-29"),
        ("1900-02-01", 29, 0, "1900-02-28"),
        ("2000-02-01", 29, 0, "2000-02-29"),
    ],
)
def test_a_date_driven_term_names_a_day_of_the_month(day: str, due_day: int, grace: int | None, due: str) -> None:
    assert due_date(d(day), driven(due_day, grace)) == d(due)


@pytest.mark.parametrize("grace", [1, 2, 10])
def test_a_sale_on_the_due_day_itself_is_within_the_grace_period(grace: int) -> None:
    """It comes later than one that is put off already, so it cannot fall due a month earlier."""
    assert due_date(d("2024-05-14"), driven(15, grace)) == d("2024-06-15")
    assert due_date(d("2024-05-15"), driven(15, grace)) == d("2024-06-15")


@quick
@given(days, st.integers(1, 28), st.integers(0, 27))
def test_a_later_sale_is_never_due_earlier(day: date, due_day: int, grace: int) -> None:
    following = date.fromordinal(day.toordinal() + 1)
    term = driven(due_day, grace)
    assert due_date(following, term) >= due_date(day, term)


@quick
@given(days, st.integers(1, 31))
def test_a_due_date_is_never_before_the_sale_nor_two_months_after_it(day: date, due_day: int) -> None:
    due = due_date(day, driven(due_day))
    assert 0 <= due.toordinal() - day.toordinal() <= 31


@pytest.mark.parametrize(
    ("total", "percent", "days_to_save", "saved", "until"),
    [
        ("100.00", "2", 10, "2.00", "2024-05-23"),
        ("33.33", "2", 10, "0.67", "2024-05-23"),
        ("0.25", "2", 10, "0.01", "2024-05-23"),
        ("0.24", "2", None, "0.00", "2024-05-13"),
        ("100.00", "1.5", 30, "1.50", "2024-06-12"),
    ],
)
def test_paying_early_saves_a_percentage_of_the_total(
    total: str, percent: str, days_to_save: int | None, saved: str, until: str
) -> None:
    term = StandardTerm(name="t", due_days=30, discount_days=days_to_save, discount_percentage=Decimal(percent))
    assert suggested_discount(d("2024-05-13"), Decimal(total), term) == (Decimal(saved), d(until))


@pytest.mark.parametrize(
    ("day", "until"),
    [("2024-05-01", "2024-05-10"), ("2024-05-10", "2024-05-10"), ("2024-05-11", "2024-06-10")],
)
def test_a_date_driven_discount_ends_on_a_day_of_the_month(day: str, until: str) -> None:
    term = DateDrivenTerm(name="t", due_day_of_month=25, discount_day_of_month=10, discount_percentage=Decimal(2))
    assert suggested_discount(d(day), Decimal("50.00"), term) == (Decimal("1.00"), d(until))


def test_terms_without_a_percentage_save_nothing() -> None:
    assert suggested_discount(d("2024-05-13"), Decimal(100), StandardTerm(name="t", due_days=30)) is None
    assert suggested_discount(d("2024-05-13"), Decimal(100), driven(15)) is None
    assert suggested_discount(d("2024-05-13"), Decimal(100), None) is None
