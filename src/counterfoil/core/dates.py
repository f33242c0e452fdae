"""Days and moments. A day is a `datetime.date`; a moment is whole seconds since 1970, UTC."""

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

FIRST_MOMENT = 0
LAST_MOMENT = 253402300799


def day_from(text: str) -> date:
    """A day from `YYYY-MM-DD`; raises ValueError on anything else."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise ValueError(text)
    return date.fromisoformat(text)


@lru_cache(4096)
def local_moment(moment: int) -> str:
    """`2024-01-01T12:34:56+00:00`: whole seconds with an offset, as QuickBooks Desktop writes them."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def precise_moment(moment: int) -> str:
    """`2024-01-01T12:34:56.000Z`, as JavaScript writes a moment."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def moment_from(text: str, *, end_of_day: bool) -> int:
    """A moment from a date, a date and time, or one with an offset; raises ValueError.

    A bare date means its first second, or its last one where `end_of_day` is set; without an offset the
    company's zone holds, which for embedded books is UTC.
    """
    if len(text) == 10:
        day = day_from(text)
        start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        return start + 86399 if end_of_day else start
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return int(parsed.timestamp())


def today(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def days_later(day: date, days: int) -> date:
    """That many days on; past the end of the calendar, its last day."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def day_of_month(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last where it is shorter; `month` may run past 12."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
