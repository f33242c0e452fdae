"""Postings: debits are credits at any rate of exchange, and a credit memo is a sale in a mirror."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.ledger.posting import (
    Settlement,
    Share,
    bill_payment_postings,
    bill_settlement_postings,
    converted,
    merged,
    paid_sale_postings,
    payment_postings,
    purchase_postings,
    sale_postings,
    settlement_postings,
)
from counterfoil.model.postings import Posting

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)
cents = st.integers(-(10**11), 10**11)
rates = st.integers(1, 10**9).map(lambda number: Decimal(number).scaleb(-5)) | st.just(Decimal(1))
accounts = st.sampled_from(["Sales", "Services", "Tax", "Discounts"])
shares = st.lists(
    st.builds(
        Share, accounts, cents, st.none() | st.sampled_from(["East", "West"]), st.none() | st.sampled_from(["State"])
    ),
    max_size=10,
)


def worth(units: int, rate: Decimal) -> int:
    """Minor units at a rate, half-up, by fractions."""
    exact = Fraction(rate) * units
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return size if exact >= 0 else -size


def balance(postings: Iterable[Posting]) -> int:
    return sum(posting.amount for posting in postings)


def by_account(postings: Iterable[Posting]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.account] = sums.get(posting.account, 0) + posting.amount
    return {account: amount for account, amount in sums.items() if amount}


@quick
@given(st.lists(cents, max_size=10), rates)
def test_converted_parts_make_the_conversion_of_their_sum(amounts: list[int], rate: Decimal) -> None:
    found = converted(amounts, rate)
    assert len(found) == len(amounts)
    assert sum(found) == worth(sum(amounts), rate)
    for amount, part in zip(amounts, found, strict=True):
        assert abs(part - Fraction(rate) * amount) <= 1


@quick
@given(shares, rates)
def test_a_sale_balances_at_any_rate(parts: list[Share], rate: Decimal) -> None:
    postings = sale_postings("Receivables", "Anna", parts, rate)
    assert balance(postings) == 0
    assert all(posting.amount for posting in postings)
    total = sum(part.amount for part in parts)
    assert by_account(postings).get("Receivables", 0) == worth(total, rate)


@quick
@given(shares, rates)
def test_a_credit_memo_mirrors_the_sale(parts: list[Share], rate: Decimal) -> None:
    sale = sale_postings("Receivables", "Anna", parts, rate)
    memo = sale_postings("Receivables", "Anna", parts, rate, given_back=True)
    mirrored = [(p.account, -p.amount, p.customer, p.vendor, p.class_) for p in sale]
    assert [(p.account, p.amount, p.customer, p.vendor, p.class_) for p in memo] == mirrored


@quick
@given(shares)
def test_at_home_each_account_earns_what_its_shares_come_to(parts: list[Share]) -> None:
    found = by_account(sale_postings("Receivables", "Anna", parts, Decimal(1)))
    for account in {part.account for part in parts}:
        assert -found.get(account, 0) == sum(part.amount for part in parts if part.account == account)


@quick
@given(shares, rates)
def test_what_comes_first_is_worth_its_own_conversion(parts: list[Share], rate: Decimal) -> None:
    """Taxes stand first in a sale, so that their worth at home is that of the whole tax."""
    tax = [Share("Payable", 825), Share("Payable", 200)]
    others = [part for part in parts if part.account != "Payable"]
    found = by_account(sale_postings("Receivables", "Anna", [*tax, *others], rate))
    assert -found.get("Payable", 0) == worth(1025, rate)


@quick
@given(st.integers(0, 10**12))
def test_a_payment_moves_money_from_receivables(total: int) -> None:
    postings = payment_postings("Bank", "Receivables", "Anna", total)
    assert balance(postings) == 0
    assert by_account(postings) == ({"Bank": total, "Receivables": -total} if total else {})


@quick
@given(st.integers(0, 10**9), st.integers(-(10**9), 10**9))
def test_a_settlement_balances_and_relieves_the_customer(discount: int, difference: int) -> None:
    settlement = Settlement(discount, "Discounts", "East", difference, "Exchange")
    postings = settlement_postings("Receivables", "Anna", settlement)
    assert balance(postings) == 0
    found = by_account(postings)
    assert found.get("Discounts", 0) == discount
    assert found.get("Exchange", 0) == difference
    assert found.get("Receivables", 0) == -discount - difference
    assert all(posting.customer == "Anna" for posting in postings if posting.account == "Receivables")


@quick
@given(shares, rates, st.booleans())
def test_a_sale_paid_at_once_is_worth_what_the_same_sale_on_account_is(
    parts: list[Share], rate: Decimal, given_back: bool
) -> None:
    paid = by_account(paid_sale_postings("Bank", parts, rate, given_back=given_back))
    owed = by_account(sale_postings("Receivables", "Anna", parts, rate, given_back=given_back))
    assert paid.pop("Bank", 0) == owed.pop("Receivables", 0)
    assert paid == owed


def test_a_bill_charges_what_was_bought_and_owes_it_to_the_vendor() -> None:
    postings = purchase_postings(
        "Payables", "Nursery", [Share("Stones", 1900, "East"), Share("Rent", 4010)], Decimal(1)
    )
    assert set(postings) == {
        Posting("Payables", -5910, None, "Nursery"),
        Posting("Stones", 1900, None, None, "East"),
        Posting("Rent", 4010),
    }


@quick
@given(shares, rates)
def test_a_vendor_s_credit_mirrors_the_bill(parts: list[Share], rate: Decimal) -> None:
    bill = purchase_postings("Payables", "Nursery", parts, rate)
    back = purchase_postings("Payables", "Nursery", parts, rate, given_back=True)
    assert balance(bill) == 0
    assert by_account(bill).get("Payables", 0) == -worth(sum(part.amount for part in parts), rate)
    assert [(p.account, p.amount, p.vendor) for p in back] == [(p.account, -p.amount, p.vendor) for p in bill]


def test_a_payment_to_a_vendor_lessens_what_is_owed() -> None:
    postings = bill_payment_postings("Bank", "Payables", "Nursery", 7000)
    assert set(postings) == {Posting("Payables", 7000, None, "Nursery"), Posting("Bank", -7000)}
    assert bill_payment_postings("Bank", "Payables", "Nursery", 0) == ()


def test_a_settled_bill_earns_its_discount_and_gains_by_a_lower_rate() -> None:
    """Owed 120.00; of it 2.00 is granted, and 108.00 were paid for what was worth 118.00."""
    settlement = Settlement(200, "Discounts", "East", 1000, "Exchange")
    postings = bill_settlement_postings("Payables", "Nursery", settlement)
    assert set(postings) == {
        Posting("Discounts", -200, None, None, "East"),
        Posting("Exchange", -1000),
        Posting("Payables", 1200, None, "Nursery"),
    }


postings_of_any_kind = st.lists(
    st.builds(Posting, accounts, st.integers(-50, 50), st.none() | st.just("Anna"), st.none(), st.none()), max_size=12
)


@quick
@given(postings_of_any_kind)
def test_merging_keeps_every_sum_and_leaves_no_nil(postings: list[Posting]) -> None:
    found = merged(postings)
    assert by_account(found) == by_account(postings)
    assert all(posting.amount for posting in found)
    keys = [(posting.account, posting.customer, posting.vendor, posting.class_) for posting in found]
    assert len(keys) == len(set(keys))
