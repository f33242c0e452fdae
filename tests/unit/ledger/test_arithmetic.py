"""What each line of a sale comes to, against the rules said once more in whole numbers and fractions.

`Restated` below is written from the reference's words on line arithmetic, not from the ledger: it knows no Decimal
rounding, only integers of a hundredth or of a hundred-thousandth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.ledger.arithmetic import AmountNeeded, LineFigures, LineTerms, NothingAbove, Role, figures

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)


def digits(places: int, most: int, least: int | None = None) -> st.SearchStrategy[Decimal]:
    return st.integers(-most if least is None else least, most).map(lambda number: Decimal(number).scaleb(-places))


money = digits(2, 10**9)
price = digits(5, 10**10)
amount_of_goods = digits(5, 10**9).filter(bool)
percent = digits(5, 3 * 10**7)
maybe_money, maybe_price, maybe_percent = st.none() | money, st.none() | price, st.none() | percent


@dataclass(frozen=True)
class Expected:
    """The figures that the rules give, as fractions."""

    quantity: Fraction | None = None
    rate: Fraction | None = None
    percent: Fraction | None = None
    amount: Fraction | None = None
    ignored: bool = False


class Refused(Exception):
    """The rules give the line at this position no amount."""

    def __init__(self, position: int, reason: type[Exception]) -> None:
        super().__init__(position)
        self.position, self.reason = position, reason


def near(value: Fraction, per_unit: int) -> Fraction:
    """`value` to the nearest of `per_unit` parts, halves away from zero, in whole numbers only."""
    scaled = value * per_unit
    size = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(size if value >= 0 else -size, per_unit)


def cents(value: Fraction) -> Fraction:
    return near(value, 100)


def exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


class Restated:
    """The rules of a whole sale, line after line."""

    def __init__(self) -> None:
        self.above: Fraction | None = None
        self.sum = Fraction(0)
        self.after_tax = False
        self.position = 0

    def sale(self, lines: Sequence[LineTerms]) -> list[Expected]:
        result = []
        for self.position, line in enumerate(lines):
            done = self.line(line)
            self.note(line.role, done)
            result.append(done)
        return result

    def line(self, line: LineTerms) -> Expected:
        if line.kept is not None:
            kept = line.kept
            return Expected(exact(kept.quantity), exact(kept.rate), exact(kept.rate_percent), exact(kept.amount))
        rules = {"sale": self.goods, "discount": self.discount, "tax": self.tax}
        if line.role == "subtotal":
            return Expected(amount=self.sum)
        rule = rules.get(line.role)
        return rule(line) if rule is not None else Expected()

    def note(self, role: Role, done: Expected) -> None:
        """What the line leaves behind for those below it."""
        if role == "subtotal":
            self.above, self.after_tax, self.sum = done.amount, False, Fraction(0)
            return
        if role == "sale":
            self.above, self.after_tax = done.amount, False
        if role == "tax":
            self.after_tax = True
        elif done.amount is not None:
            self.sum += done.amount

    def goods(self, line: LineTerms) -> Expected:
        quantity = exact(line.quantity)
        if line.amount is not None:
            amount = Fraction(line.amount)
            rate = near(amount / quantity, 10**5) if quantity else None
            return Expected(quantity, rate, None, cents(amount), line.rate is not None)
        share = self.share(line)
        if share is not None:
            times = Fraction(1) if quantity is None else quantity
            return Expected(quantity, None, share, cents(times * share / 100 * self.refer()))
        if line.rate is not None and quantity is None:
            return Expected(None, Fraction(line.rate), None, cents(Fraction(line.rate)))
        each = exact(line.rate if line.rate is not None else line.price)
        times = Fraction(1) if quantity is None else quantity
        return Expected(times, each, None, cents(times * each) if each is not None else Fraction(0))

    def discount(self, line: LineTerms) -> Expected:
        if line.amount is not None:
            return Expected(amount=-abs(cents(Fraction(line.amount))), ignored=line.rate is not None)
        share = self.share(line)
        if share is not None:
            return Expected(percent=share, amount=-cents(abs(share) / 100 * self.refer()))
        rate = abs(Fraction(line.rate if line.rate is not None else line.price or 0))
        return Expected(rate=-rate, amount=-cents(rate))

    def tax(self, line: LineTerms) -> Expected:
        if line.amount is not None:
            amount = cents(Fraction(line.amount))
        elif self.after_tax or self.above is None:
            raise Refused(self.position, AmountNeeded)
        else:
            amount = cents(Fraction(line.percent or 0) / 100 * self.above)
        return Expected(rate=amount, amount=amount)

    def share(self, line: LineTerms) -> Fraction | None:
        """The percentage that holds: the caller's, else the item's where the caller gave no rate."""
        if line.rate_percent is not None:
            return Fraction(line.rate_percent)
        return exact(line.percent) if line.rate is None else None

    def refer(self) -> Fraction:
        if self.above is None:
            raise Refused(self.position, NothingAbove)
        return self.above


def compare(lines: Sequence[LineTerms]) -> None:
    """The ledger and the restated rules agree: figure by figure, or about the first line that has none."""
    assert outcome(lines) == restated(lines)


def outcome(lines: Sequence[LineTerms]) -> object:
    try:
        return [as_expected(line) for line in figures(lines)]
    except (NothingAbove, AmountNeeded) as error:
        return type(error), error.position


def restated(lines: Sequence[LineTerms]) -> object:
    try:
        return Restated().sale(lines)
    except Refused as refusal:
        return refusal.reason, refusal.position


def as_expected(line: LineFigures) -> Expected:
    return Expected(
        exact(line.quantity), exact(line.rate), exact(line.rate_percent), exact(line.amount), line.rate_ignored
    )


sales = st.builds(
    LineTerms,
    role=st.just("sale"),
    quantity=st.none() | amount_of_goods,
    rate=maybe_price,
    rate_percent=maybe_percent,
    amount=maybe_money,
    price=maybe_price,
    percent=maybe_percent,
)
plain_sales = st.builds(LineTerms, role=st.just("sale"), quantity=amount_of_goods, rate=price)
discounts = st.builds(
    LineTerms,
    role=st.just("discount"),
    rate=maybe_price,
    rate_percent=maybe_percent,
    amount=maybe_money,
    price=maybe_price,
    percent=maybe_percent,
)
taxes = st.builds(LineTerms, role=st.just("tax"), amount=maybe_money, percent=maybe_percent)
subtotals = st.just(LineTerms("subtotal"))
texts = st.just(LineTerms("text"))
anything = st.lists(st.one_of(sales, plain_sales, discounts, taxes, subtotals, texts), max_size=10)
adding_up = st.lists(st.one_of(plain_sales, discounts, subtotals, texts), max_size=8).map(
    lambda rest: [LineTerms("sale", quantity=Decimal(1), rate=Decimal(10)), *rest]
)


@quick
@given(sales, plain_sales)
def test_a_line_of_goods_in_every_combination(line: LineTerms, above: LineTerms) -> None:
    compare([line])
    compare([above, line])


@quick
@given(discounts, plain_sales)
def test_a_discount_in_every_combination(line: LineTerms, above: LineTerms) -> None:
    compare([line])
    compare([above, line])


@quick
@given(anything)
def test_whole_sales(lines: list[LineTerms]) -> None:
    compare(lines)


@quick
@given(adding_up)
def test_the_last_subtotal_and_what_follows_it_make_the_sale(lines: list[LineTerms]) -> None:
    """Subtotals only sum: all of them and what comes after the last one is all that the lines come to."""
    found = figures([*lines, LineTerms("subtotal")])
    amounts = [(line.role, done.amount or Decimal(0)) for line, done in zip(lines, found, strict=False)]
    subtotals_found = sum(amount for role, amount in amounts if role == "subtotal")
    closing = found[-1].amount
    assert closing is not None
    assert subtotals_found + closing == sum(amount for role, amount in amounts if role != "subtotal")


@quick
@given(adding_up, st.data())
def test_figures_that_are_kept_are_those_that_were_computed(lines: list[LineTerms], data: st.DataObject) -> None:
    """An update that leaves some lines as they are comes to the same as one that works all of them out."""
    found = figures(lines)
    chosen = data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    again = [
        replace(line, kept=done) if keep and line.role in ("sale", "discount") else line
        for line, done, keep in zip(lines, found, chosen, strict=True)
    ]
    assert [done.amount for done in figures(again)] == [done.amount for done in found]


@quick
@given(amount_of_goods, money)
def test_an_amount_beats_a_rate_and_says_so(quantity: Decimal, amount: Decimal) -> None:
    (line,) = figures([LineTerms("sale", quantity=quantity, rate=Decimal("1.23"), amount=amount)])
    assert line.rate_ignored
    assert line.amount == amount
    assert line.rate is not None
    assert abs(Fraction(line.rate) - Fraction(amount) / Fraction(quantity)) <= Fraction(1, 200_000)


def goods(amount: str) -> LineTerms:
    return LineTerms("sale", amount=Decimal(amount))


def tax(amount: str | None = None, rate: str = "8.25") -> LineTerms:
    return LineTerms("tax", amount=Decimal(amount) if amount is not None else None, percent=Decimal(rate))


def off(share: str) -> LineTerms:
    return LineTerms("discount", percent=Decimal(share))


SUBTOTAL = LineTerms("subtotal")


def amounts(*lines: LineTerms) -> list[str]:
    return [str(line.amount) for line in figures(lines)]


def test_a_percentage_discount_takes_from_the_line_above() -> None:
    assert amounts(goods("50.00"), goods("33.35"), off("10")) == ["50.00", "33.35", "-3.34"]


def test_after_a_subtotal_a_percentage_discount_takes_from_the_subtotal() -> None:
    assert amounts(goods("50.00"), goods("33.35"), SUBTOTAL, off("10")) == ["50.00", "33.35", "83.35", "-8.34"]


def test_a_second_subtotal_sums_what_came_since_the_first() -> None:
    lines = (goods("50.00"), SUBTOTAL, off("10"), goods("7.00"), SUBTOTAL, SUBTOTAL)
    assert amounts(*lines) == ["50.00", "50.00", "-5.00", "7.00", "2.00", "0.00"]


@pytest.mark.parametrize("written", ["10.00", "-10.00"])
def test_a_discount_is_negative_however_it_was_written(written: str) -> None:
    found = figures([goods("50.00"), LineTerms("discount", amount=Decimal(written))])
    assert found[1].amount == Decimal("-10.00")
    by_rate = figures([goods("50.00"), LineTerms("discount", rate=Decimal(written))])
    assert (by_rate[1].rate, by_rate[1].amount) == (Decimal(-10), Decimal("-10.00"))


def test_only_the_first_tax_line_after_a_subtotal_is_computed() -> None:
    assert amounts(goods("100.00"), SUBTOTAL, tax(), tax("2.00", "2")) == ["100.00", "100.00", "8.25", "2.00"]
    with pytest.raises(AmountNeeded):
        figures([goods("100.00"), SUBTOTAL, tax(), tax(None, "2")])


def test_a_tax_line_is_no_part_of_a_later_subtotal() -> None:
    assert amounts(goods("100.00"), tax(), SUBTOTAL) == ["100.00", "8.25", "100.00"]


def test_the_rate_that_a_tax_line_shows_is_its_amount() -> None:
    found = figures([goods("2.80"), tax()])
    assert (found[1].rate, found[1].amount) == (Decimal("0.23"), Decimal("0.23"))


def test_a_discount_that_is_kept_does_not_let_a_second_tax_line_be_computed() -> None:
    """As with one that is worked out: the tax line above it was the first."""
    discount = LineTerms("discount", amount=Decimal("10.00"))
    with pytest.raises(AmountNeeded):
        figures([goods("100.00"), tax(), discount, tax()])
    kept = replace(discount, kept=LineFigures(None, None, None, Decimal("-10.00")))
    with pytest.raises(AmountNeeded):
        figures([goods("100.00"), tax(), kept, tax()])


def test_nothing_of_a_percentage_is_nothing() -> None:
    """A quantity of nil is a quantity: it is not one."""
    found = figures([goods("100.00"), LineTerms("sale", quantity=Decimal(0), percent=Decimal(10))])
    assert found[1].amount == Decimal("0.00")
