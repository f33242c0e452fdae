"""Lines of a sale on their way into the books."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.core.money import ZERO
from counterfoil.core.problems import Place
from counterfoil.ledger.arithmetic import LineFigures, Role
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref


@dataclass(slots=True)
class BuiltLine:
    """One line on its way into the books: the line as given, its item, and its figures once they are known."""

    line: SalesLine
    place: Place
    role: Role = "text"
    item: ListObject | None = None
    code: SalesTaxCode | None = None
    account: str | None = None
    kept: LineFigures | None = None
    class_: Ref | None = None
    amount_given: bool = False

    @property
    def amount(self) -> Decimal:
        return self.line.amount or ZERO


@dataclass(slots=True)
class BuiltGroup:
    """A line group and its members."""

    group: SalesLineGroup
    place: Place
    members: list[BuiltLine] = field(default_factory=list)


Built = BuiltLine | BuiltGroup


def each_line(built: Sequence[Built]) -> Iterator[BuiltLine]:
    """All lines in order, those of groups among them."""
    for entry in built:
        if isinstance(entry, BuiltGroup):
            yield from entry.members
        else:
            yield entry
