"""What each line of a sale comes to: quantity, rate, amount and percent in all their combinations.

The rules are QuickBooks Desktop's: an amount beats a rate; a percentage refers to the line above, or to the subtotal
that stands there; a subtotal sums what came since the last one; only the first tax line after a subtotal is computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from counterfoil.core.money import PRICE_STEP, ZERO, rounded

Role = Literal["sale", "discount", "subtotal", "tax", "text"]
ONE = Decimal(1)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What is known of a line before the arithmetic: what the caller gave, and what its item suggests.

    `price` and `percent` are the item's: its price, or the percentage of the line above that it charges, discounts or
    taxes. A line that the caller gave neither rate nor amount takes them. `kept` are the figures of a line that an
    update leaves as it is: they stand, unless they depend on the line above.
    """

    role: Role
    quantity: Decimal | None = None
    rate: Decimal | None = None
    rate_percent: Decimal | None = None
    amount: Decimal | None = None
    price: Decimal | None = None
    percent: Decimal | None = None
    kept: "LineFigures | None" = None


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What the books store of a line. `rate_ignored`: the caller gave a rate beside an amount, and the amount won."""

    quantity: Decimal | None
    rate: Decimal | None
    rate_percent: Decimal | None
    amount: Decimal | None
    rate_ignored: bool = False


class NothingAbove(Exception):
    """A percentage line without a line to refer to; carries the line's position."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class AmountNeeded(Exception):
    """A tax line that is not the first after a subtotal or an item, and has no amount; carries its position."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


TEXT = LineFigures(None, None, None, None)


def figures(lines: Sequence[LineTerms]) -> list[LineFigures]:
    """The figures of a whole sale, lines of groups among them in their order.

    Raises NothingAbove or AmountNeeded at the first line that refers to nothing.
    """
    result: list[LineFigures] = []
    above: Decimal | None = None
    since_subtotal = ZERO
    after_tax = False
    for position, line in enumerate(lines):
        if line.kept is not None:
            done = line.kept
            if line.role == "sale":
                above, after_tax = done.amount, False
        elif line.role == "sale":
            done = _sale(line, above, position)
            above, after_tax = done.amount, False
        elif line.role == "discount":
            done = _discount(line, above, position)
        elif line.role == "subtotal":
            done = LineFigures(None, None, None, since_subtotal)
            above, after_tax = since_subtotal, False
        elif line.role == "tax":
            done = _tax(line, None if after_tax else above, position)
            after_tax = True
        else:
            done = TEXT
        if line.role == "subtotal":
            since_subtotal = ZERO
        elif line.role != "tax" and done.amount is not None:
            since_subtotal += done.amount
        result.append(done)
    return result


def _sale(line: LineTerms, above: Decimal | None, position: int) -> LineFigures:
    if line.amount is not None:
        rate = None
        if line.quantity:
            rate = rounded(line.amount / line.quantity, PRICE_STEP).normalize()
        return LineFigures(line.quantity, rate, None, rounded(line.amount), line.rate is not None)
    percent = line.rate_percent
    if percent is None and line.rate is None:
        percent = line.percent
    if percent is not None:
        if above is None:
            raise NothingAbove(position)
        return LineFigures(line.quantity, None, percent, rounded(_times(line) * percent * above / HUNDRED))
    if line.rate is not None and line.quantity is None:
        return LineFigures(None, line.rate, None, rounded(line.rate))
    quantity = ONE if line.quantity is None else line.quantity
    rate = line.rate if line.rate is not None else line.price
    return LineFigures(quantity, rate, None, rounded(quantity * rate) if rate is not None else ZERO)


def _times(line: LineTerms) -> Decimal:
    return ONE if line.quantity is None else line.quantity


def _discount(line: LineTerms, above: Decimal | None, position: int) -> LineFigures:
    """A discount is negative however it was written."""
    if line.amount is not None:
        return LineFigures(None, None, None, ZERO - abs(rounded(line.amount)), line.rate is not None)
    percent = line.rate_percent
    if percent is None and line.rate is None:
        percent = line.percent
    if percent is not None:
        if above is None:
            raise NothingAbove(position)
        return LineFigures(None, None, percent, ZERO - rounded(abs(percent) * above / HUNDRED))
    rate = abs(line.rate if line.rate is not None else line.price or ZERO)
    return LineFigures(None, 0 - rate, None, ZERO - rounded(rate))


def _tax(line: LineTerms, above: Decimal | None, position: int) -> LineFigures:
    """The rate that a tax line shows is its amount (seed 001)."""
    amount = line.amount
    if amount is None:
        if above is None:
            raise AmountNeeded(position)
        amount = (line.percent or ZERO) * above / HUNDRED
    amount = rounded(amount)
    return LineFigures(None, amount, None, amount)
