"""Exact amounts, against the same sums done in whole numbers."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.money import CENT, PRICE_STEP, ZERO, from_minor, minor, plain, rounded, shares

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)
largest_cents = 10**15 - 1
cents = st.integers(-largest_cents, largest_cents)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


def nearest(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero, without a Decimal anywhere."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


@quick
@given(st.integers(-(10**18), 10**18), st.integers(0, 10))
def test_rounding_to_cents_is_half_up_away_from_zero(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    assert rounded(value) == Decimal(nearest(digits * 100, 10**places)).scaleb(-2)


@quick
@given(st.integers(-(10**15), 10**15), st.integers(0, 10))
def test_rounding_to_a_price_step_is_half_up_away_from_zero(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    assert rounded(value, PRICE_STEP) == Decimal(nearest(digits * 10**5, 10**places)).scaleb(-5)


@quick
@given(cents)
def test_halves_of_a_cent_go_away_from_zero(units: int) -> None:
    half = Decimal(units).scaleb(-2) + (Decimal("0.005") if units >= 0 else Decimal("-0.005"))
    assert rounded(half) == Decimal(units + (1 if units >= 0 else -1)).scaleb(-2)


@quick
@given(cents)
def test_rounding_twice_changes_nothing_more(units: int) -> None:
    once = rounded(Decimal(units).scaleb(-4))
    assert rounded(once) == once
    assert once.as_tuple().exponent == CENT.as_tuple().exponent


@quick
@given(cents)
def test_minor_units_come_back_as_they_went(units: int) -> None:
    assert minor(from_minor(units)) == units
    assert from_minor(units).as_tuple().exponent == -2
    assert Fraction(from_minor(units)) == Fraction(units, 100)


@quick
@given(st.integers(-(10**13), 10**13))
def test_whole_amounts_need_no_decimal_places_to_become_minor_units(units: int) -> None:
    assert minor(Decimal(units)) == units * 100


@quick
@given(st.integers(-(10**12), 10**12), weights)
def test_shares_sum_to_the_whole_exactly(total: int, parts: list[int]) -> None:
    assert sum(shares(total, parts)) == total


@quick
@given(st.integers(-(10**12), 10**12), weights)
def test_no_share_is_a_whole_unit_off_its_proportion(total: int, parts: list[int]) -> None:
    whole = sum(parts)
    given_out = shares(total, parts)
    assert len(given_out) == len(parts)
    for share, weight in zip(given_out, parts, strict=True):
        assert abs(share - Fraction(total * weight, whole)) <= 1


@quick
@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=8).filter(sum))
def test_shares_of_mixed_signs_sum_exactly_too(total: int, parts: list[int]) -> None:
    given_out = shares(total, parts)
    assert sum(given_out) == total
    assert all(
        abs(share - Fraction(total * weight, sum(parts))) <= 1 for share, weight in zip(given_out, parts, strict=True)
    )


@quick
@given(st.integers(-(10**12), 10**12), st.integers(1, 8))
def test_without_any_weight_the_last_share_takes_everything(total: int, count: int) -> None:
    assert shares(total, [0] * count) == [0] * (count - 1) + [total]


def test_nothing_is_shared_among_nobody() -> None:
    assert shares(500, []) == []


@quick
@given(st.integers(-(10**12), 10**12), st.integers(0, 8))
def test_a_plain_number_reads_back_and_shows_no_exponent(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    text = plain(value.normalize())
    assert Decimal(text) == value
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


def test_nil_has_two_decimal_places() -> None:
    assert str(ZERO) == "0.00"
