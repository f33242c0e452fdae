"""An act of a simulated caller: a command, whether the books must take it, and what it means to the shadow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.simulation.shadow import Paper, Shadow

from counterfoil.model.command import Command
from counterfoil.model.outcome import Done
from counterfoil.model.shape import Transaction

FIRST_DAY = date(2024, 1, 1)
UNKNOWN = "7FFFFFF-1700000000"
RATES = tuple(Fraction(number, 100_000) for number in (108_765, 33_333, 127_000, 100_000, 98_001, 240))
Effect = Callable[[Shadow, Done], None]


def nothing(_: Shadow, __: Done) -> None:
    """A command that leaves the shadow as it is."""


@dataclass(frozen=True)
class Act:
    """A command, whether it must be `taken` or refused, what it does to the shadow, and which papers it touches."""

    name: str
    command: Command
    taken: bool
    effect: Effect = nothing
    touches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What a payment is asked to do to one invoice, in cents; `credits` are used on the way."""

    invoice: str
    amount: int
    discount: int = 0
    credits: tuple[tuple[str, int], ...] = ()


def refused(name: str, command: Command) -> Act:
    return Act(name, command, taken=False)


def thing_of(done: Done) -> Transaction:
    assert isinstance(done.result, Transaction)
    return done.result


def carry_out(shadow: Shadow, paper: Paper, wishes: Sequence[Wish]) -> None:
    """A payment does to each invoice what was wished: its own money and discount first, then the credits."""
    for wish in wishes:
        invoice = shadow.papers[wish.invoice]
        if wish.amount or wish.discount:
            shadow.use(paper, invoice, wish.amount, wish.discount)
        for identifier, amount in wish.credits:
            shadow.use(shadow.papers[identifier], invoice, amount)
