"""Arithmetic by hand: what sums must be by the rules of the trade, without asking the code that is tested."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def to_cents(amount: Decimal) -> Decimal:
    """Half a cent goes up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def percent_of(percent: str, amount: Decimal) -> Decimal:
    """So many percent of an amount, in whole cents."""
    return to_cents(Decimal(percent) * amount / 100)


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def money(text: str | None) -> Decimal:
    """An amount of an answer, which must be there and have exactly two decimals."""
    assert text is not None
    assert re.fullmatch(r"-?[0-9]+\.[0-9]{2}", text), text
    return Decimal(text)
