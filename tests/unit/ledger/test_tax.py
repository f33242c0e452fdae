"""Sales tax: components rounded each by itself, overrides that sum exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.ledger.tax import TaxedAmount, TaxRate, overridden, percentage_of, tax_of, taxed
from counterfoil.model.lines import TaxComponent
from counterfoil.model.values import Ref

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)
cents = st.integers(-(10**9), 10**9)
positive_cents = st.integers(0, 10**9)
percents = st.integers(0, 3_000_000)
"""Hundred-thousandths of a percent."""


def money(units: int) -> Decimal:
    return Decimal(units).scaleb(-2)


def rate(number: int, share: int) -> TaxRate:
    return TaxRate(Ref(f"8000000{number}-1", f"Tax {number}"), Ref(f"9000000{number}-1"), Decimal(share).scaleb(-5))


def tax_in_cents(base: int, share: int) -> int:
    """`share` hundred-thousandths of a percent of `base` cents, half-up, in whole numbers."""
    numerator, denominator = abs(base) * share, 10**7
    size = (2 * numerator + denominator) // (2 * denominator)
    return size if base >= 0 else -size


def in_cents(components: tuple[TaxComponent, ...]) -> list[int]:
    return [int((component.amount or Decimal(0)) * 100) for component in components]


@quick
@given(st.lists(st.tuples(cents, st.booleans()), max_size=8), st.lists(percents, min_size=1, max_size=4))
def test_each_component_is_rounded_by_itself_on_the_taxable_total(
    lines: list[tuple[int, bool]], shares: list[int]
) -> None:
    rates = tuple(rate(number, share) for number, share in enumerate(shares))
    base = sum(amount for amount, is_taxable in lines if is_taxable)
    found = taxed([TaxedAmount(money(amount), rates if taxable else ()) for amount, taxable in lines], rates)
    assert [component.item for component in found] == [each.item for each in rates]
    assert [component.taxable for component in found] == [money(base)] * len(rates)
    assert in_cents(found) == [tax_in_cents(base, share) for share in shares]
    assert tax_of(found) * 100 == sum(tax_in_cents(base, share) for share in shares)


@quick
@given(st.lists(st.tuples(cents, st.integers(0, 7)), max_size=8), st.lists(percents, min_size=3, max_size=3))
def test_by_line_codes_each_rate_has_a_total_of_its_own(lines: list[tuple[int, int]], shares: list[int]) -> None:
    """Canada: each line bears the rates of its own code; here a code is any choice of the three rates."""
    rates = [rate(number, share) for number, share in enumerate(shares)]
    amounts = [
        TaxedAmount(money(amount), tuple(each for number, each in enumerate(rates) if code & 1 << number))
        for amount, code in lines
    ]
    found = {component.item: component for component in taxed(amounts, ())}
    for number, share in enumerate(shares):
        bearing = [amount for amount, code in lines if code & 1 << number]
        component = found.get(rates[number].item)
        if not bearing:
            assert component is None
        else:
            assert component is not None
            assert component.taxable == money(sum(bearing))
            assert in_cents((component,)) == [tax_in_cents(sum(bearing), share)]


def test_the_rounding_of_the_reference() -> None:
    assert tax_of(taxed([TaxedAmount(Decimal("2.80"), (rate(1, 825_000),))], ())) == Decimal("0.23")
    assert tax_of(taxed([TaxedAmount(Decimal("0.20"), (rate(1, 825_000),))], ())) == Decimal("0.02")


def test_tax_is_rounded_on_the_total_and_not_line_by_line() -> None:
    """Three lines of 0.05 at 10 % are 0.02 of tax on 0.15; line by line they would make 0.03."""
    one = (rate(1, 1_000_000),)
    found = taxed([TaxedAmount(Decimal("0.05"), one)] * 3, one)
    assert tax_of(found) == Decimal("0.02")


def test_a_group_may_round_to_more_than_its_sum() -> None:
    """Two halves of a cent go up each: 10 % + 10 % of 0.05 are 0.02, though 20 % of it are 0.01."""
    both = (rate(1, 1_000_000), rate(2, 1_000_000))
    assert in_cents(taxed([TaxedAmount(Decimal("0.05"), both)], both)) == [1, 1]


def test_rates_appear_even_where_nothing_is_taxable() -> None:
    found = taxed([], (rate(1, 825_000),))
    assert [(component.taxable, component.amount) for component in found] == [(Decimal("0.00"), Decimal("0.00"))]


def components(parts: list[int]) -> tuple[TaxComponent, ...]:
    return tuple(
        TaxComponent(item=Ref(f"{number}", "t"), percent=Decimal(5), taxable=Decimal(1), amount=money(part))
        for number, part in enumerate(parts)
    )


@quick
@given(cents, st.lists(positive_cents, min_size=1, max_size=6))
def test_an_override_sums_exactly_and_in_proportion(total: int, parts: list[int]) -> None:
    found = overridden(components(parts), money(total))
    assert sum(in_cents(found)) == total
    assert [component.item for component in found] == [component.item for component in components(parts)]
    if any(parts):
        for share, part in zip(in_cents(found), parts, strict=True):
            assert abs(share - Fraction(total * part, sum(parts))) <= 1
    else:
        assert in_cents(found) == [0] * (len(parts) - 1) + [total]


@quick
@given(st.lists(positive_cents, min_size=1, max_size=6).filter(any))
def test_an_override_by_the_computed_tax_changes_nothing(parts: list[int]) -> None:
    assert overridden(components(parts), money(sum(parts))) == components(parts)


@quick
@given(cents.filter(bool))
def test_without_components_an_override_stands_by_itself(total: int) -> None:
    assert overridden((), money(total)) == (TaxComponent(amount=money(total)),)


def test_an_override_of_nil_without_components_is_nothing() -> None:
    assert overridden((), Decimal("0.00")) == ()


@pytest.mark.parametrize("shares", [[], [825_000], [625_000, 200_000]])
def test_the_percentage_that_is_shown_is_the_sum_of_the_rates(shares: list[int]) -> None:
    assert percentage_of(rate(number, share) for number, share in enumerate(shares)) == Decimal(sum(shares)).scaleb(-5)
