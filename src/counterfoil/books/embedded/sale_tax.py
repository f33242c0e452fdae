"""Which rates a sale bears: one tax item for the whole of it (US), or one tax code for each line (Canada)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.books.embedded.built import BuiltLine
from counterfoil.books.embedded.references import References, to
from counterfoil.core.money import ZERO
from counterfoil.ledger.tax import TaxedAmount, TaxRate, overridden, percentage_of, tax_of, taxed
from counterfoil.model.company import SalesTax
from counterfoil.model.items import SalesTaxGroupItem, SalesTaxItem
from counterfoil.model.lines import TaxComponent
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.sales import Sale
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile


@dataclass(frozen=True, slots=True)
class Taxation:
    """The tax of one sale: its components, and the percentage that is shown for it."""

    components: tuple[TaxComponent, ...]
    percentage: Decimal | None

    @property
    def total(self) -> Decimal:
        return tax_of(self.components)


def rates_of(file: CompanyFile, item: ListObject | None) -> tuple[TaxRate, ...]:
    """The rates behind a sales-tax item, or behind each item of a group."""
    if isinstance(item, SalesTaxItem):
        return (TaxRate(to(item), item.tax_vendor, item.tax_rate or Decimal(0)),)
    if isinstance(item, SalesTaxGroupItem):
        members = (file.find("items", ref.id or "") for ref in item.sales_tax_items)
        return tuple(rate for member in members for rate in rates_of(file, member))
    return ()


def taxation(
    file: CompanyFile,
    sale: Sale,
    tax_item: ListObject | None,
    header_code: SalesTaxCode | None,
    lines: Sequence[BuiltLine],
    preferences: SalesTax | None,
    *,
    by_line_code: bool,
) -> Taxation:
    """What a sale is taxed, in its tax mode. Tax lines add what they come to, whatever the mode."""
    percentage: Decimal | None = None
    if preferences is None or sale.tax_mode == "none":
        components: tuple[TaxComponent, ...] = ()
    elif by_line_code:
        components = taxed(((_by_code(file, line)) for line in lines if line.code is not None), ())
    else:
        rates = rates_of(file, tax_item)
        percentage = percentage_of(rates) if rates else None
        components = taxed(_by_item(lines, rates, header_code), rates)
    components = _overridden(sale, components, lines)
    return Taxation((*components, *_tax_lines(lines)), percentage)


def _by_item(
    lines: Sequence[BuiltLine], rates: tuple[TaxRate, ...], header_code: SalesTaxCode | None
) -> list[TaxedAmount]:
    if header_code is not None and not header_code.is_taxable:
        return []
    return [TaxedAmount(line.amount, rates) for line in lines if line.code is not None and line.code.is_taxable]


def _by_code(file: CompanyFile, line: BuiltLine) -> TaxedAmount:
    code = line.code
    if code is None or not code.is_taxable or code.sales_tax_item is None:
        return TaxedAmount(line.amount, ())
    return TaxedAmount(line.amount, rates_of(file, file.find("items", code.sales_tax_item.id or "")))


def _overridden(
    sale: Sale, components: tuple[TaxComponent, ...], lines: Sequence[BuiltLine]
) -> tuple[TaxComponent, ...]:
    if sale.tax_mode == "override_total":
        return overridden(components, sale.tax_override or ZERO)
    if sale.tax_mode == "override_lines":
        return overridden(components, sum((line.line.tax_override or ZERO for line in lines), ZERO))
    return components


def _tax_lines(lines: Sequence[BuiltLine]) -> list[TaxComponent]:
    return [
        TaxComponent(
            item=to(line.item), agency=line.item.tax_vendor, percent=line.item.tax_rate, amount=line.line.amount
        )
        for line in lines
        if isinstance(line.item, SalesTaxItem)
    ]


def tax_code(references: References, ref: Ref | None) -> SalesTaxCode | None:
    """The tax code behind a reference that the books themselves hold."""
    if ref is None or ref.id is None:
        return None
    found = references.file.find("sales_tax_codes", ref.id)
    return found if isinstance(found, SalesTaxCode) else None
