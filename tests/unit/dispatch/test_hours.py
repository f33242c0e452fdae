"""Working hours by the wall clock of their zone, over midnight and over the change to summer time."""

from datetime import UTC, datetime

import pytest

from counterfoil.dispatch.hours import is_open
from counterfoil.storage.connectors import Hours

CHICAGO = "America/Chicago"
MONDAY, FRIDAY, SATURDAY = 0, 4, 5


def utc(month: int, day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, month, day, hour, minute, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (utc(1, 5, 13, 59), False),  # 7:59 in winter: six hours behind
        (utc(1, 5, 14, 0), True),
        (utc(1, 5, 23, 59), True),
        (utc(1, 6, 0, 0), False),
        (utc(7, 6, 12, 59), False),  # 7:59 in summer: five hours behind
        (utc(7, 6, 13, 0), True),
        (utc(7, 6, 22, 59), True),
        (utc(7, 6, 23, 0), False),
    ],
)
def test_a_working_day_in_both_halves_of_the_year(moment: int, expected: bool) -> None:
    assert is_open(Hours(start="08:00", end="18:00", zone=CHICAGO), moment) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (utc(3, 8, 0, 59), False),  # Saturday the 7th, 18:59
        (utc(3, 8, 1, 0), True),
        (utc(3, 8, 7, 59), True),  # 1:59, the last minute of winter
        (utc(3, 8, 8, 0), True),  # 3:00, the first of summer
        (utc(3, 8, 11, 59), True),
        (utc(3, 8, 12, 0), False),  # 7:00
        (utc(11, 1, 0, 0), True),  # Saturday, 19:00 in summer
        (utc(11, 1, 12, 59), True),  # Sunday, 6:59 in winter: the night was an hour longer
        (utc(11, 1, 13, 0), False),
    ],
)
def test_a_night_in_which_the_clocks_change(moment: int, expected: bool) -> None:
    assert is_open(Hours(start="19:00", end="07:00", zone=CHICAGO), moment) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (utc(3, 6, 22, 0), True),  # Friday evening
        (utc(3, 7, 3, 0), True),  # its night, which is Saturday by the calendar
        (utc(3, 7, 22, 0), False),
        (utc(3, 9, 3, 0), False),  # Monday before dawn belongs to Sunday
        (utc(3, 9, 22, 0), True),
    ],
)
def test_the_part_after_midnight_belongs_to_the_day_before(moment: int, expected: bool) -> None:
    hours = Hours(start="19:00", end="07:00", zone="UTC", days=tuple(range(MONDAY, FRIDAY + 1)))
    assert is_open(hours, moment) is expected


def test_days_are_those_of_the_zone() -> None:
    """Saturday in Auckland begins while it is still Friday in Greenwich."""
    hours = Hours(start="00:00", end="12:00", zone="Pacific/Auckland", days=(SATURDAY,))
    assert is_open(hours, utc(3, 6, 13, 0))
    assert not is_open(hours, utc(3, 7, 13, 0))
