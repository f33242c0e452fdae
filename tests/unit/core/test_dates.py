"""Days and moments, against the calendar's own rules."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.dates import (
    LAST_MOMENT,
    day_from,
    day_of_month,
    days_later,
    local_moment,
    moment_from,
    precise_moment,
    today,
)

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)
days = st.dates(date(1970, 1, 1), date(2999, 12, 31))
moments = st.integers(0, LAST_MOMENT)
SHORT = {4: 30, 6: 30, 9: 30, 11: 30}


def length(year: int, month: int) -> int:
    """The days of a month, by the Gregorian rule."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return SHORT.get(month, 31)


@quick
@given(days)
def test_a_day_reads_back_as_it_was_written(day: date) -> None:
    assert day_from(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-1-1",
        "2024-02-30",
        "2023-02-29",
        "20240101",
        "2024/01/01",
        "2024-01-01T00:00",
        "24-01-01",
        "2024-W01-1",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        day_from(text)


@quick
@given(moments)
def test_a_moment_reads_back_from_either_spelling(moment: int) -> None:
    assert moment_from(local_moment(moment), end_of_day=False) == moment
    assert moment_from(precise_moment(moment), end_of_day=True) == moment


@quick
@given(days)
def test_a_bare_day_is_its_first_or_its_last_second(day: date) -> None:
    first = moment_from(day.isoformat(), end_of_day=False)
    last = moment_from(day.isoformat(), end_of_day=True)
    assert first == (day - date(1970, 1, 1)).days * 86400
    assert last - first == 86399
    assert today(first) == today(last) == day


@quick
@given(st.integers(0, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_an_offset_names_the_same_moment_elsewhere(moment: int, minutes: int) -> None:
    there = datetime.fromtimestamp(moment, timezone(timedelta(minutes=minutes)))
    assert moment_from(there.isoformat(), end_of_day=False) == moment


@quick
@given(st.integers(0, 4_000_000_000))
def test_without_an_offset_a_moment_is_utc(moment: int) -> None:
    text = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert moment_from(text, end_of_day=False) == moment


@quick
@given(days, st.integers(0, 9999))
def test_days_later_counts_days(day: date, count: int) -> None:
    assert days_later(day, count).toordinal() == day.toordinal() + count


@quick
@given(st.integers(1970, 2999), st.integers(1, 24), st.integers(1, 31))
def test_a_day_of_a_month_stays_within_its_month(year: int, month: int, day: int) -> None:
    found = day_of_month(year, month, day)
    wanted_year, wanted_month = (year, month) if month <= 12 else (year + 1, month - 12)
    assert (found.year, found.month) == (wanted_year, wanted_month)
    assert found.day == min(day, length(wanted_year, wanted_month))
