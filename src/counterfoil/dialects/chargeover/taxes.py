"""Tax that the caller has worked out: on the whole invoice, or line by line.

The vendor promises that a tax amount can be given with an invoice and names no field for it. Which names are accepted,
and what they mean, stands in `assumed`; how they become the model's tax modes, and how a tax is told, here alone.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO, from_minor, minor, shares
from counterfoil.core.problems import Problem
from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.table import Given, Sent
from counterfoil.dialects.chargeover.values import Flaw, taken, wrong_type
from counterfoil.model.kinds import Amount
from counterfoil.model.lines import SalesLine
from counterfoil.model.sales import Sale

MOST_ENTRIES: Final = 100


def tax_amount(value: Any) -> Decimal | None:
    """A tax: an amount, not negative, in whole cents."""
    amount: Decimal | None = taken(Amount(), value)
    if amount is not None and amount < 0:
        raise Flaw("out_of_range", {"value": str(amount), "range": "a tax is at least 0.00"})
    return amount


def whole_tax(value: Any) -> Decimal | None:
    """The tax of an invoice: an amount, or a list of entries that each have one."""
    if not isinstance(value, list):
        return tax_amount(value)
    if len(value) > MOST_ENTRIES:
        raise Flaw("too_many", {"limit": MOST_ENTRIES, "count": len(value)})
    total = ZERO
    for entry in value:
        named = [entry[name] for name in assumed.TAX_IN_ENTRY if name in entry] if isinstance(entry, Mapping) else []
        amount = tax_amount(named[0]) if named else None
        if amount is None:
            raise wrong_type("a number, or a list of entries with an `amount`", entry)
        total += amount
    return total


INVOICE_TAX: Final = Sent(
    assumed.TAX_ON_INVOICE[0], Amount(), also=assumed.TAX_ON_INVOICE[1:], handled=True, read=whole_tax
)
LINE_TAX: Final = Sent(assumed.TAX_ON_LINE[0], Amount(), "tax_override", also=assumed.TAX_ON_LINE[1:])
"""The tax of a discount is negative; together the taxes of the lines may not be."""


def asked(given: Given, lines: Sequence[Given], problems: list[Problem]) -> dict[str, Any]:
    """The tax mode that a request asks for, as fields of a sale; nothing where it is silent.

    Taxes of lines beat a tax of the whole; where both are given they must agree.
    """
    whole, by_line = given.get(INVOICE_TAX.name), [line.get(LINE_TAX.name) for line in lines]
    if any(tax is not None for tax in by_line):
        total = sum((tax or ZERO for tax in by_line), ZERO)
        if whole is not None and whole != total:
            problems.append(Problem("exclusive", (INVOICE_TAX.name,), {"other": f"line_items[].{LINE_TAX.name}"}))
        if total < 0:
            values = {"value": str(total), "range": "the taxes of all lines are together at least 0.00"}
            problems.append(Problem("out_of_range", ("line_items",), values))
        return {"tax_mode": "override_lines", "tax_override": None}
    if whole is not None:
        return {"tax_mode": "override_total", "tax_override": whole}
    if INVOICE_TAX.name in given:
        return {"tax_mode": "computed", "tax_override": None}
    return {}


def without_echoes(lines: Sequence[Given], told: Sequence[Mapping[str, Any]]) -> None:
    """Drop the taxes of lines that a change only repeats as they were read: `told` are the lines as they are told now.

    Lines count together: where one of them brings a tax of its own, the others mean theirs as well.
    """
    known = {line["line_item_id"]: line["tax_total"] for line in told}
    taxed = [line for line in lines if line.get(LINE_TAX.name) is not None]
    if all(known.get(line.get("line_item_id")) == line[LINE_TAX.name] for line in taxed):
        for line in taxed:
            del line[LINE_TAX.name]


def after_change(
    sale: Sale, asked_: dict[str, Any], lines: Sequence[Given] | None, kept: frozenset[str]
) -> dict[str, Any]:
    """The tax mode after a change. Taxes by line end with the last line that bears one."""
    if asked_ or lines is None or sale.tax_mode != "override_lines":
        return asked_
    staying = [line for line in sale.lines if isinstance(line, SalesLine) and line.id in kept]
    if any(line.tax_override is not None for line in staying):
        return asked_
    return {"tax_mode": "computed", "tax_override": None}


def line_taxes(sale: Sale, lines: Sequence[SalesLine], taxable: Sequence[bool]) -> list[Decimal]:
    """The tax of each line; together they are the tax of the sale, to the cent.

    The books work tax out for the sale as a whole: its lines are told their shares, in proportion to their amounts.
    """
    if sale.tax_mode == "override_lines":
        return [line.tax_override or ZERO for line in lines]
    total = minor(sale.sales_tax_total or ZERO)
    if not total or not lines:
        return [ZERO] * len(lines)
    bearing = taxable if any(taxable) else [True] * len(lines)
    weights = [minor(line.amount or ZERO) if bears else 0 for line, bears in zip(lines, bearing, strict=True)]
    return [from_minor(part) for part in shares(total, weights)]
