"""The books once more, as a few plain records in whole cents and fractions: what a simulation expects.

Written from the rules, not from the code under test: nothing of `counterfoil` is called in here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from tests.simulation.world import NON, Person, World

Kind = Literal[
    "invoices",
    "credit_memos",
    "sales_receipts",
    "refund_receipts",
    "estimates",
    "receive_payments",
    "bills",
    "vendor_credits",
    "bill_payments",
]
ON_ACCOUNT: tuple[Kind, ...] = ("invoices", "credit_memos")
PAID: tuple[Kind, ...] = ("sales_receipts", "refund_receipts")
SALES: tuple[Kind, ...] = (*ON_ACCOUNT, *PAID, "estimates")
PURCHASES: tuple[Kind, ...] = ("bills", "vendor_credits")
USED_FOR: dict[Kind, Kind] = {
    "credit_memos": "invoices",
    "receive_payments": "invoices",
    "vendor_credits": "bills",
    "bill_payments": "bills",
}
"""What each kind of credit may pay."""

Mode = Literal["computed", "override_total", "override_lines", "none"]


class Impossible(Exception):
    """The rules refuse such a sale."""


@dataclass(frozen=True)
class Row:
    """A line: how its amount is made. `amount` is what the caller set; otherwise the figures beside it make it."""

    part: Literal["sale", "discount", "subtotal", "tax", "text"]
    ware: str = ""
    code: str = NON
    quantity: Fraction | None = None
    rate: Fraction | None = None
    percent: Fraction | None = None
    amount: int | None = None
    tax: int | None = None
    id: str = ""


@dataclass(frozen=True)
class Pack:
    """A line group: an item group and the rows it was expanded to."""

    kit: str
    quantity: Fraction
    rows: tuple[Row, ...]
    id: str = ""


Entry = Row | Pack


def rows_of(entries: Sequence[Entry]) -> Iterator[Row]:
    for entry in entries:
        if isinstance(entry, Pack):
            yield from entry.rows
        else:
            yield entry


def nearest(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


@dataclass
class Sums:
    """What the lines of a sale come to, in cents: each amount, their sum, the taxable part by code, and tax lines."""

    amounts: list[int | None] = field(default_factory=list)
    subtotal: int = 0
    by_code: dict[str, int] = field(default_factory=dict)
    tax_lines: int = 0
    above: int | None = None
    since: int = 0
    after_tax: bool = False

    def take(self, row: Row) -> None:
        amount = self.amount(row)
        self.amounts.append(amount)
        if row.part in ("sale", "discount") and amount is not None:
            self.subtotal += amount
            self.since += amount
            self.by_code[row.code] = self.by_code.get(row.code, 0) + amount
        if row.part in ("sale", "subtotal"):
            self.above, self.after_tax = amount, False
        if row.part == "subtotal":
            self.since = 0
        if row.part == "tax":
            self.tax_lines += amount or 0
            self.after_tax = True

    def amount(self, row: Row) -> int | None:
        if row.part == "text":
            return None
        if row.part == "subtotal":
            return self.since
        if row.part == "tax" and row.amount is None and self.after_tax:
            raise Impossible("only the first tax line is computed")
        sign = -1 if row.part == "discount" else 1
        if row.amount is not None:
            return sign * abs(row.amount) if sign < 0 else row.amount
        if row.percent is not None:
            if self.above is None:
                raise Impossible("nothing above")
            times = row.quantity if row.quantity is not None else Fraction(1)
            return sign * nearest(times * row.percent * self.above / 100)
        times = row.quantity if row.quantity is not None else Fraction(1)
        return sign * nearest(times * (row.rate or 0) * 100)


def sums(entries: Sequence[Entry]) -> Sums:
    result = Sums()
    for row in rows_of(entries):
        result.take(row)
    return result


@dataclass
class Paper:
    """A sale, a purchase or a payment. `person` is the customer or the vendor."""

    kind: Kind
    id: str
    number: int
    person: Person
    day: date
    total: int = 0
    open: int = 0
    rate: Fraction = Fraction(1)
    account: str = "home"
    entries: tuple[Entry, ...] = ()
    mode: Mode = "computed"
    override: int = 0
    rates: tuple[str, ...] = ()
    taxed: bool = True
    pending: bool = False
    void: bool = False
    revision: str = ""
    subtotal: int = 0
    tax: int = 0

    @property
    def used(self) -> int:
        return self.total - self.open


@dataclass
class Use:
    """So much of a payment or credit, and a discount beside it, used for an invoice."""

    source: str
    target: str
    amount: int
    discount: int = 0


class Shadow:
    """A company as it should be."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.papers: dict[str, Paper] = {}
        self.uses: list[Use] = []

    def of(self, kind: Kind, *, living: bool = True) -> list[Paper]:
        return [paper for paper in self.papers.values() if paper.kind == kind and not (living and paper.void)]

    def credits_for(self, paper: Paper) -> list[Paper]:
        """What may be used for an invoice, or beside a payment: open credits of the same person in the same account."""
        return [
            credit
            for credit in self.papers.values()
            if USED_FOR.get(credit.kind) == USED_FOR.get(paper.kind, paper.kind)
            and credit.open > 0
            and credit.person == paper.person
            and credit.account == paper.account
        ]

    def is_used(self, paper: Paper) -> bool:
        return any(paper.id in (use.source, use.target) for use in self.uses)

    def figure(self, paper: Paper) -> None:
        """Work a sale's sums out. Raises Impossible where the rules refuse it."""
        if not paper.entries:
            raise Impossible("no lines")
        found = sums(paper.entries)
        paper.subtotal = found.subtotal
        paper.tax = self.tax(paper, found) + found.tax_lines
        if paper.subtotal + paper.tax < 0:
            raise Impossible("a negative total")

    def tax(self, paper: Paper, found: Sums) -> int:
        if paper.mode == "none":
            return 0
        if paper.mode == "override_total":
            return paper.override
        if paper.mode == "override_lines":
            return sum(row.tax or 0 for row in rows_of(paper.entries))
        bases: dict[str, int] = {}
        for code, amount in found.by_code.items():
            for rate in self.bearing(paper, code):
                bases[rate] = bases.get(rate, 0) + amount
        return sum(nearest(self.world.percent(rate) * base / 100) for rate, base in bases.items())

    def bearing(self, paper: Paper, code: str) -> tuple[str, ...]:
        """The rates that an amount under a code bears: the sale's (US), or the code's own (Canada)."""
        if self.world.country == "CA":
            return self.world.code_rates[code]
        return paper.rates if code != NON and paper.taxed else ()

    def settle(self, paper: Paper) -> None:
        """The sale's new total, after `figure`: what is applied beyond it is freed, the latest first."""
        total = 0 if paper.pending or paper.kind not in ON_ACCOUNT else paper.subtotal + paper.tax
        self.free(paper, total)
        paper.open += total - paper.total
        paper.total = total

    def use(self, source: Paper, target: Paper, amount: int, discount: int = 0) -> None:
        source.open -= amount
        target.open -= amount + discount
        self.uses.append(Use(source.id, target.id, amount, discount))

    def free(self, paper: Paper, down_to: int) -> None:
        """Take uses back until at most `down_to` is applied: money before discounts, the latest use first."""
        over = paper.used - down_to
        for use in reversed(list(self.uses)):
            if over <= 0:
                return
            if paper.id not in (use.source, use.target):
                continue
            money = min(over, use.amount)
            discount = min(over - money, use.discount) if use.target == paper.id else 0
            self.give_back(use, money, discount)
            over -= money + discount

    def give_back(self, use: Use, money: int, discount: int) -> None:
        self.papers[use.source].open += money
        self.papers[use.target].open += money + discount
        use.amount -= money
        use.discount -= discount
        if use.amount == 0 and use.discount == 0:
            self.uses.remove(use)

    def part(self, paper: Paper) -> None:
        """Take back everything that a paper pays or is paid by."""
        for use in [use for use in self.uses if paper.id in (use.source, use.target)]:
            self.give_back(use, use.amount, use.discount)

    def void(self, paper: Paper) -> None:
        self.part(paper)
        paper.void, paper.total, paper.open, paper.subtotal, paper.tax = True, 0, 0, 0, 0

    def delete(self, paper: Paper) -> None:
        self.part(paper)
        del self.papers[paper.id]

    def automatic(self, paper: Paper) -> list[tuple[Paper, int]]:
        """Which invoices a payment pays by itself: the one it matches, else the oldest, each up to what is open."""
        owed = [
            invoice
            for invoice in self.of("invoices")
            if invoice.person == paper.person and invoice.account == paper.account and invoice.open > 0
        ]
        owed.sort(key=lambda invoice: (invoice.day, invoice.number))
        for invoice in owed:
            if invoice.open == paper.total:
                return [(invoice, paper.total)]
        left, result = paper.total, []
        for invoice in owed:
            if left:
                result.append((invoice, min(left, invoice.open)))
                left -= result[-1][1]
        return result
