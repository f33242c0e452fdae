"""When a try is made again."""

from statistics import mean

import pytest

from counterfoil.webhooks.schedule import SCHEDULE, next_try, retry_after

NOW = 1_800_000_000
HALF_AN_HOUR = 1800


def test_the_schedule_is_svixs() -> None:
    """Now, and then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h: 27 h 35 min 5 s in all."""
    assert len(SCHEDULE) + 1 == 8
    assert sum(SCHEDULE) == 27 * 3600 + 35 * 60 + 5


def test_after_the_last_one_it_is_given_up() -> None:
    assert next_try(SCHEDULE, "d", 7, NOW) is not None
    assert next_try(SCHEDULE, "d", 8, NOW) is None
    assert next_try((), "d", 1, NOW) is None


def test_tries_are_spread_evenly_around_their_time_and_each_time_the_same() -> None:
    waits = [(next_try(SCHEDULE, f"delivery {n}", 3, NOW) or 0) - NOW for n in range(500)]
    assert min(waits) >= HALF_AN_HOUR * 0.9
    assert max(waits) <= HALF_AN_HOUR * 1.1
    assert max(waits) - min(waits) > HALF_AN_HOUR * 0.18
    assert abs(mean(waits) - HALF_AN_HOUR) < HALF_AN_HOUR * 0.01
    assert waits == [(next_try(SCHEDULE, f"delivery {n}", 3, NOW) or 0) - NOW for n in range(500)]


@pytest.mark.parametrize(
    ("asked", "waits"), [(None, 300), (10, 300), (3600, 3600), (12 * 3600, 12 * 3600), (10**9, 12 * 3600)]
)
def test_a_receiver_may_ask_for_more_time_and_never_for_less(asked: int | None, waits: int) -> None:
    found = next_try(SCHEDULE, "d", 2, NOW, asked)
    assert found is not None
    assert abs(found - NOW - waits) <= 30


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30),
        ("Fri, 15 Jan 2027 07:59:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
        ("99999999999", None),
        ("", None),
        (None, None),
        ("Fri, 99 Jan 2027 08:00:30 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: int | None) -> None:
    """1,800,000,000 is Friday, 15 January 2027, 08:00:00 UTC."""
    assert retry_after(value, NOW) == seconds
