"""Money meets invoices: nothing is lost in its worth, and automatic application follows its three rules."""

from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.ledger.applying import OpenInvoice, applied_automatically, home_part

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)
FIRST = date(2024, 1, 1)
invoices = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 9)), max_size=10).map(
    lambda rows: [
        OpenInvoice(f"I{number}", open_amount, date.fromordinal(FIRST.toordinal() + day))
        for number, (open_amount, day) in enumerate(rows)
    ]
)


@quick
@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_using_everything_bit_by_bit_uses_all_of_its_worth(open_home: int, parts: list[int]) -> None:
    left, worth, used = sum(parts), open_home, 0
    for part in parts:
        home = home_part(worth, left, part)
        left, worth, used = left - part, worth - home, used + home
    assert (left, worth, used) == (0, 0, open_home)


@quick
@given(st.integers(0, 10**12), st.integers(1, 10**9), st.data())
def test_a_part_is_worth_its_proportion_to_a_half_unit(open_home: int, open_amount: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, open_amount))
    home = home_part(open_home, open_amount, part)
    assert abs(home - Fraction(open_home * part, open_amount)) <= Fraction(1, 2)
    assert 0 <= home <= open_home


@quick
@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_at_home_a_part_is_worth_itself(open_amount: int, part: int) -> None:
    assert home_part(open_amount, open_amount, part) == part


@quick
@given(invoices, st.integers(0, 200))
def test_never_more_than_is_open_and_never_more_than_is_paid(owed: list[OpenInvoice], total: int) -> None:
    found = applied_automatically(owed, total)
    open_amounts = {invoice.id: invoice.open for invoice in owed}
    assert all(0 < part <= open_amounts[identifier] for identifier, part in found)
    assert len({identifier for identifier, _ in found}) == len(found)
    assert sum(part for _, part in found) == min(total, sum(open_amounts.values()))


@quick
@given(invoices.filter(bool), st.data())
def test_an_exact_match_is_paid_and_nothing_else(owed: list[OpenInvoice], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(owed))
    ((identifier, part),) = applied_automatically(owed, chosen.open)
    match = next(invoice for invoice in owed if invoice.id == identifier)
    assert (match.open, part) == (chosen.open, chosen.open)
    assert match.date == min(invoice.date for invoice in owed if invoice.open == chosen.open)


@quick
@given(invoices, st.integers(1, 200))
def test_without_a_match_the_oldest_are_paid_first(owed: list[OpenInvoice], total: int) -> None:
    """Walked through by hand: day by day, each day's invoices in the order in which they stand."""
    if any(invoice.open == total for invoice in owed):
        return
    left, expected = total, []
    for day in range(10):
        for invoice in owed:
            if invoice.date.toordinal() - FIRST.toordinal() == day and left:
                expected.append((invoice.id, min(left, invoice.open)))
                left -= expected[-1][1]
    assert applied_automatically(owed, total) == expected


def test_nothing_pays_nothing() -> None:
    assert applied_automatically([OpenInvoice("I1", 5, FIRST)], 0) == []
    assert applied_automatically([], 5) == []
