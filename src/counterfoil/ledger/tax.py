"""Sales tax: which rates a sale bears, on what, and how much each comes to.

A tax is rounded half-up once per component, on the sale's taxable total, never line by line (QuickBooks Desktop).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.core.money import ZERO, from_minor, minor, rounded, shares
from counterfoil.model.lines import TaxComponent
from counterfoil.model.values import Ref


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One sales-tax item: so many percent, owed to one agency."""

    item: Ref
    agency: Ref | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """The amount of one line and the rates that apply to it: none where its code, or the customer's, is not taxable."""

    amount: Decimal
    rates: tuple[TaxRate, ...]


def taxed(amounts: Iterable[TaxedAmount], always: Sequence[TaxRate]) -> tuple[TaxComponent, ...]:
    """Each rate's taxable total and tax. The rates in `always` appear even where nothing is taxable."""
    totals: dict[TaxRate, Decimal] = dict.fromkeys(always, ZERO)
    for line in amounts:
        for rate in line.rates:
            totals[rate] = totals.get(rate, ZERO) + line.amount
    return tuple(
        TaxComponent(
            item=rate.item,
            agency=rate.agency,
            percent=rate.percent,
            taxable=taxable,
            amount=rounded(taxable * rate.percent / 100),
        )
        for rate, taxable in totals.items()
    )


def overridden(components: Sequence[TaxComponent], total: Decimal) -> tuple[TaxComponent, ...]:
    """The components scaled so that they sum to `total`, in proportion to the tax that was computed for each.

    Without any component the whole tax stands by itself, owed to no agency in particular.
    """
    if not components:
        return (TaxComponent(amount=total),) if total else ()
    parts = shares(minor(total), [minor(component.amount or ZERO) for component in components])
    return tuple(
        TaxComponent(
            item=component.item,
            agency=component.agency,
            percent=component.percent,
            taxable=component.taxable,
            amount=from_minor(part),
        )
        for component, part in zip(components, parts, strict=True)
    )


def tax_of(components: Iterable[TaxComponent]) -> Decimal:
    return sum((component.amount or ZERO for component in components), ZERO)


def percentage_of(rates: Iterable[TaxRate]) -> Decimal:
    """The rate of an invoice as it is shown: its components' rates added up."""
    return sum((rate.percent for rate in rates), Decimal(0))
