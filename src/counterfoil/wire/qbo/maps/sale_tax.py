"""The tax of a sale: as Intuit tells it, and as a caller who knows better asks for it.

What a caller can say depends on how the company is taxed. Where Intuit's engine works it out, the total of an override
is honoured and spread over the rates; where the caller names the tax code, the code goes along; where each line has its
code, an override must say the amount of each rate, or it is ignored.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO, from_minor, minor, plain, rounded, shares
from counterfoil.model.items import SalesTaxItem
from counterfoil.model.lines import SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.sales import Sale
from counterfoil.wire.qbo.forms import MONEY, NUMBER, to
from counterfoil.wire.qbo.maps.lines_asked import figures, is_discount
from counterfoil.wire.qbo.maps.parts import listed
from counterfoil.wire.qbo.maps.tax_codes import is_taxable
from counterfoil.wire.qbo.read import said
from counterfoil.wire.qbo.table import Json, Known

ITEMS: Final = to("items")
OVERRIDDEN: Final = "OVERRIDE"
"""What `TaxReviewStatus` says, among other words, of a tax that a caller has overridden."""


def tax_detail(sale: Sale, known: Known) -> Json:
    """The tax in all and by rate; an override leaves the rates and what they were charged on as they are."""
    lines = [tax_line(component, known) for component in sale.tax_components if component.amount or component.taxable]
    detail: Json = {"TotalTax": sale.sales_tax_total or ZERO}
    if lines and sale.sales_tax_item is not None:
        detail = {"TxnTaxCodeRef": ITEMS.write(sale.sales_tax_item, known), **detail}
    return detail | ({"TaxLine": lines} if lines else {})


def tax_line(component: TaxComponent, known: Known) -> Json:
    detail: Json = {}
    if component.item is not None:
        detail["TaxRateRef"] = ITEMS.write(component.item, known)
    detail["PercentBased"] = component.percent is not None
    if component.percent is not None:
        detail["TaxPercent"] = Decimal(plain(component.percent))
    if component.taxable is not None:
        detail["NetAmountTaxable"] = component.taxable
    return {"Amount": component.amount or ZERO, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}


def heard_tax(given: Json, known: Known) -> dict[str, Any]:
    """Total, rates and whether somebody has overridden them."""
    detail = given["TxnTaxDetail"]
    total = MONEY.read(detail["TotalTax"], known) if said(detail, "TotalTax") else ZERO
    lines = listed(detail.get("TaxLine") or [])
    components = tuple(_component(line, known) for line in lines)
    percents = [component.percent for component in components if component.percent is not None]
    values: dict[str, Any] = {
        "sales_tax_total": total,
        "tax_components": components,
        "sales_tax_percentage": sum(percents, Decimal(0)) if percents else None,
    }
    if said(detail, "TxnTaxCodeRef"):
        values["sales_tax_item"] = ITEMS.read(detail["TxnTaxCodeRef"], known)
    if _is_overridden(detail, components, total):
        values |= {"tax_mode": "override_total", "tax_override": total}
    return values


def _component(line: Json, known: Known) -> TaxComponent:
    detail = line.get("TaxLineDetail") or {}
    return TaxComponent(
        item=ITEMS.read(detail.get("TaxRateRef"), known),
        percent=NUMBER.read(detail["TaxPercent"], known) if said(detail, "TaxPercent") else None,
        taxable=MONEY.read(detail["NetAmountTaxable"], known) if said(detail, "NetAmountTaxable") else None,
        amount=MONEY.read(line["Amount"], known) if said(line, "Amount") else None,
    )


def _is_overridden(detail: Json, components: Sequence[TaxComponent], total: Decimal) -> bool:
    """Intuit says so, or the rates do not make the tax. A cent for each rate may be its way of rounding."""
    if OVERRIDDEN in str(detail.get("TaxReviewStatus") or ""):
        return True
    deltas = [(line.get("TaxLineDetail") or {}).get("OverrideDeltaAmount") for line in detail.get("TaxLine") or []]
    if any(delta and Decimal(str(delta)) for delta in deltas):
        return True
    if any(component.percent is None or component.taxable is None for component in components):
        return False
    computed = sum((_computed(component) for component in components), ZERO)
    return abs(computed - total) > Decimal(len(components)) / 100


def is_of_its_rates(sale: Sale) -> bool:
    """Whether a sale's tax is to the cent what its rates come to, as far as they are known."""
    components = sale.tax_components
    if any(component.percent is None or component.taxable is None for component in components):
        return True
    return sum((_computed(component) for component in components), ZERO) == (sale.sales_tax_total or ZERO)


def _computed(component: TaxComponent) -> Decimal:
    return rounded((component.taxable or ZERO) * (component.percent or ZERO) / 100)


def asked_tax(sale: Sale, known: Known) -> Json | None:
    """What is said of a sale's tax: nothing where Intuit is to work it out by itself."""
    mode = known.tax_mode
    if mode == "none":
        return None
    override = override_of(sale)
    if mode == "global":
        if override is None:
            return None
        lines = [tax_line(component, known) for component in overridden(components_of(sale, known), override)]
        return {"TotalTax": override, "TaxLine": lines} if lines else {"TotalTax": override}
    detail: Json = {}
    if mode == "legacy" and sale.sales_tax_item is not None and sale.tax_mode != "none":
        code = ITEMS.write(sale.sales_tax_item, known)
        detail = {"TxnTaxCodeRef": code} if code is not None else {}
    if override is not None:
        detail["TotalTax"] = override
    return detail or None


def override_of(sale: Sale) -> Decimal | None:
    """The tax that the caller has worked out; None where it is the books' to compute."""
    if sale.tax_mode == "override_total":
        return rounded(sale.tax_override or ZERO)
    if sale.tax_mode == "override_lines":
        return sum((line.tax_override or ZERO for line in each_line(sale.lines)), ZERO)
    return None


def each_line(lines: Iterable[SalesLine | SalesLineGroup]) -> Iterable[SalesLine]:
    for line in lines:
        yield from line.lines if isinstance(line, SalesLineGroup) else (line,)


def components_of(sale: Sale, known: Known) -> tuple[TaxComponent, ...]:
    """Each rate's taxable total and tax, each rounded half-up by itself, as far as the rates are known."""
    totals: dict[str, Decimal] = {}
    rates: dict[str, SalesTaxItem] = {}
    for line in each_line(sale.lines):
        for rate in _rates(sale, line, known):
            rates[rate.id] = rate
            totals[rate.id] = totals.get(rate.id, ZERO) + _amount(line, known)
    return tuple(
        TaxComponent(item=_ref(rate), percent=rate.tax_rate, taxable=totals[id], amount=_tax(totals[id], rate))
        for id, rate in rates.items()
    )


def _ref(rate: SalesTaxItem) -> Any:
    return ITEMS.read({"value": rate.id, "name": rate.name}, Known())


def _tax(taxable: Decimal, rate: SalesTaxItem) -> Decimal:
    return rounded(taxable * (rate.tax_rate or ZERO) / 100)


def _amount(line: SalesLine, known: Known) -> Decimal:
    if is_discount(line, known):
        return ZERO - abs(line.amount or ZERO)
    return figures(line, known)[0]


def _rates(sale: Sale, line: SalesLine, known: Known) -> tuple[SalesTaxItem, ...]:
    """The rates that a line bears: those of its own code, or in the United States those of the whole sale's."""
    code = line.sales_tax_code
    if code is None and line.item is not None:
        code = getattr(known.items.get(line.item.id or ""), "sales_tax_code", None)
    if code is None or sale.tax_mode == "none" or known.tax_mode == "none":
        return ()
    if known.is_canadian:
        return known.rates.get(code.id or "", ())
    if not is_taxable(code, known) or sale.sales_tax_item is None:
        return ()
    return known.rates.get(sale.sales_tax_item.id or "", ())


def overridden(components: Sequence[TaxComponent], total: Decimal) -> tuple[TaxComponent, ...]:
    """The rates' amounts scaled so that they make `total`, in proportion to the tax that each came to."""
    parts = shares(minor(total), [minor(component.amount or ZERO) for component in components])
    return tuple(
        TaxComponent(item=component.item, percent=component.percent, taxable=component.taxable, amount=from_minor(part))
        for component, part in zip(components, parts, strict=True)
    )


def wanted_tax(given: Json, known: Known) -> dict[str, Any]:
    """What a client's request says of tax. What its company's way of taxing does not heed is passed by."""
    detail = given["TxnTaxDetail"]
    mode = known.tax_mode
    if mode == "none":
        return {}
    if mode == "global":
        lines = listed(detail.get("TaxLine") or [])
        if not lines:
            return {}
        amounts = (MONEY.read(line["Amount"], known) for line in lines if said(line, "Amount"))
        return {"tax_mode": "override_total", "tax_override": sum(amounts, ZERO)}
    values: dict[str, Any] = {}
    if mode == "legacy" and said(detail, "TxnTaxCodeRef"):
        values["sales_tax_item"] = ITEMS.read(detail["TxnTaxCodeRef"], known)
    if said(detail, "TotalTax"):
        values |= {"tax_mode": "override_total", "tax_override": MONEY.read(detail["TotalTax"], known)}
    return values


def asked_calculation(sale: Sale, known: Known) -> str | None:
    """Whether amounts are without tax, or there is no tax at all: said everywhere but in the United States."""
    if known.tax_mode != "global":
        return None
    return "NotApplicable" if sale.tax_mode == "none" else "TaxExcluded"


def heard_calculation(given: Json, _known: Known) -> dict[str, Any]:
    return {"tax_mode": "none"} if given["GlobalTaxCalculation"] == "NotApplicable" else {}
