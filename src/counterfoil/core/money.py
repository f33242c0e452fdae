"""Exact amounts: Decimal in memory, integer minor units where they are stored. No float, ever.

Every rounding in Counterfoil goes through `rounded`, half-up (away from zero), as QuickBooks Desktop rounds.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

ZERO: Final = Decimal("0.00")
CENT: Final = Decimal("0.01")
PRICE_STEP: Final = Decimal("0.00001")
"""QuickBooks keeps prices, rates and percentages to five decimal places."""


def rounded(value: Decimal, step: Decimal = CENT) -> Decimal:
    """`value` to the nearest `step`, halves away from zero."""
    return value.quantize(step, rounding=ROUND_HALF_UP) + 0  # nil has no sign


def minor(amount: Decimal) -> int:
    """Minor units (cents) of an amount that has at most two decimal places."""
    return int(amount.scaleb(2))


def from_minor(units: int) -> Decimal:
    """The amount with two decimal places that `units` cents make."""
    return Decimal(units).scaleb(-2)


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` minor units split in proportion to `weights`, so that the shares sum to `total` exactly.

    Cumulative rounding: each share is the difference of two rounded running totals, so no share is off by more
    than one unit and nothing is left over. With weights that sum to nil, the last one takes everything.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * (len(weights) - 1) + [total] if weights else []
    result, running, given = [], 0, 0
    for weight in weights:
        running += weight
        upto = int(rounded(Decimal(total * running) / whole, Decimal(1)))
        result.append(upto - given)
        given = upto
    return result


def plain(value: Decimal) -> str:
    """A rate or percentage without trailing zeros and without an exponent: `8.25`, `2.8`, `10`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
