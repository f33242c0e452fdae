"""A sale as its customer reads it: each figure as the books stored it, in words and digits. Page and PDF print this."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.money import ZERO, plain
from counterfoil.model.addresses import Address
from counterfoil.model.company import Company
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.sales import CreditMemo, Estimate, Invoice, RefundReceipt, Sale, SalesReceipt
from counterfoil.model.values import Ref

TITLES: Final[tuple[tuple[type[Sale], str], ...]] = (
    (Invoice, "Invoice"),
    (CreditMemo, "Credit memo"),
    (SalesReceipt, "Sales receipt"),
    (RefundReceipt, "Refund receipt"),
    (Estimate, "Estimate"),
)
PAPERS: Final = {"US": "us-letter", "CA": "us-letter"}
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


class SheetLine(Struct, frozen=True, kw_only=True):
    """One line; texts are empty where there is nothing to say. `level` is 1 within a group."""

    item: str = ""
    description: str = ""
    quantity: str = ""
    rate: str = ""
    amount: str = ""
    level: int = 0
    is_group: bool = False


class Sum(Struct, frozen=True, kw_only=True):
    label: str
    amount: str
    is_strong: bool = False


class Sheet(Struct, frozen=True, kw_only=True):
    """Everything that a sale's page shows, in its order. `stamp` is PAID, VOID, OVERDUE, or empty."""

    title: str
    number: str
    seller: str
    seller_lines: tuple[str, ...]
    buyer: str
    buyer_lines: tuple[str, ...]
    ship_to: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    lines: tuple[SheetLine, ...]
    sums: tuple[Sum, ...]
    notes: tuple[str, ...]
    stamp: str
    currency: str
    paper: str
    moment: int

    @property
    def file_name(self) -> str:
        """A name for the file that any system takes: `Invoice-1042.pdf`."""
        name = _UNFIT.sub("-", f"{self.title} {self.number}").strip("-.")[:60]
        return f"{name or 'Document'}.pdf"


def sheet_of(sale: Sale, company: Company, today: date) -> Sheet:
    """The sheet of a sale; `company` is who sells, and what is not known of it is left out."""
    return Sheet(
        title=next((title for kind, title in TITLES if isinstance(sale, kind)), "Document"),
        number=sale.ref_number or "",
        seller=company.company_name or company.legal_company_name or "",
        seller_lines=(*_address(company.address_for_customer or company.address), *_reached(company)),
        buyer=_name(sale.customer),
        buyer_lines=_without(_address(sale.billing_address), _name(sale.customer)),
        ship_to=_address(sale.shipping_address),
        facts=tuple(_facts(sale)),
        lines=tuple(_lines(sale.lines)),
        sums=tuple(_sums(sale)),
        notes=tuple(text for text in (_name(sale.customer_message), sale.customer_note or "") if text),
        stamp=_stamp(sale, today),
        currency=_name(sale.currency),
        paper=PAPERS.get(company.country, "a4"),
        moment=sale.updated_at,
    )


def money(amount: Decimal | None) -> str:
    """`1,234.50`; nothing where there is no amount."""
    return "" if amount is None else f"{amount:,.2f}"


def _price(rate: Decimal) -> str:
    """`4.50`, `1,200.00`, `0.08125`: two places, and more where there are more."""
    text = plain(rate)
    return f"{rate:,.2f}" if len(text.partition(".")[2]) <= 2 else text


def day(value: date | None) -> str:
    """`June 2, 2026`."""
    return "" if value is None else f"{value:%B} {value.day}, {value.year}"


def _facts(sale: Sale) -> Iterator[tuple[str, str]]:
    pairs = (
        ("Number", sale.ref_number or ""),
        ("Date", day(sale.transaction_date)),
        ("Terms", _name(sale.terms)),
        ("Due", day(sale.due_date)),
        ("P.O. number", sale.purchase_order_number or ""),
        ("Sales rep", _name(sale.sales_representative)),
        ("Ship date", day(sale.shipping_date) if sale.shipping_method or sale.tracking_number else ""),
        ("Via", _name(sale.shipping_method)),
        ("Tracking", sale.tracking_number or ""),
    )
    return ((label, text) for label, text in pairs if text)


def _lines(lines: Sequence[SalesLine | SalesLineGroup]) -> Iterator[SheetLine]:
    """Lines in their order; of a group its name, its lines where they are to be printed, and its sum."""
    for line in lines:
        if isinstance(line, SalesLine):
            yield _line(line, 0)
            continue
        yield SheetLine(
            item=_name(line.item_group),
            description=line.description or "",
            quantity=plain(line.quantity) if line.quantity is not None else "",
            amount=money(line.total_amount),
            is_group=True,
        )
        if line.should_print_items_in_group:
            yield from (_line(each, 1) for each in line.lines)


def _line(line: SalesLine, level: int) -> SheetLine:
    rate = _price(line.rate) if line.rate is not None else ""
    if line.rate_percent is not None:
        rate = f"{plain(line.rate_percent)} %"
    quantity = plain(line.quantity) if line.quantity is not None else ""
    return SheetLine(
        item=_name(line.item),
        description=line.description or "",
        quantity=f"{quantity} {line.unit_of_measure or ''}".strip(),
        rate=rate,
        amount=money(line.amount) if line.item is not None else "",
        level=level,
    )


def _sums(sale: Sale) -> Iterator[Sum]:
    yield Sum(label="Subtotal", amount=money(sale.subtotal))
    yield from _taxes(sale)
    yield Sum(label="Total", amount=money(_total(sale)), is_strong=True)
    if isinstance(sale, Invoice):
        if sale.applied_amount:
            yield Sum(label="Paid or credited", amount=money(-sale.applied_amount))
        if sale.balance_remaining is not None:
            yield Sum(label="Balance due", amount=money(sale.balance_remaining), is_strong=True)
    if isinstance(sale, CreditMemo) and sale.credit_remaining is not None:
        yield Sum(label="Left to use", amount=money(sale.credit_remaining), is_strong=True)


def _taxes(sale: Sale) -> Iterator[Sum]:
    """Each tax that the sale bears; its parts where they are known and sum to it."""
    total = sale.sales_tax_total or ZERO
    parts = [each for each in sale.tax_components if each.amount is not None]
    if len(parts) > 1 and sum((each.amount or ZERO for each in parts), ZERO) == total:
        for each in parts:
            yield Sum(label=_taxed(_name(each.item), each.percent), amount=money(each.amount))
    elif total or sale.sales_tax_item is not None:
        yield Sum(label=_taxed(_name(sale.sales_tax_item), sale.sales_tax_percentage), amount=money(total))


def _taxed(name: str, percent: Decimal | None) -> str:
    label = f"Sales tax: {name}" if name else "Sales tax"
    return f"{label} ({plain(percent)} %)" if percent is not None else label


def _total(sale: Sale) -> Decimal:
    if sale.total_amount is not None:
        return sale.total_amount
    return (sale.subtotal or ZERO) + (sale.sales_tax_total or ZERO)


def _stamp(sale: Sale, today: date) -> str:
    if sale.is_void:
        return "VOID"
    if sale.is_pending:
        return "PENDING"
    if not isinstance(sale, Invoice):
        return ""
    if sale.is_paid:
        return "PAID"
    return "OVERDUE" if sale.due_date is not None and sale.due_date < today else ""


def _address(address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ()
    place = " ".join(part for part in (address.state, address.postal_code) if part)
    city = ", ".join(part for part in (address.city, place) if part)
    parts = (*(getattr(address, f"line{count}") for count in range(1, 6)), city, address.country)
    return tuple(part for part in parts if part)


def _reached(company: Company) -> tuple[str, ...]:
    return tuple(part for part in (company.phone, company.email, company.website) if part)


def _without(lines: tuple[str, ...], name: str) -> tuple[str, ...]:
    """An address whose first line only repeats the name says it once."""
    return lines[1:] if lines[:1] == (name,) else lines


def _name(ref: Any) -> str:
    return (ref.full_name or "") if isinstance(ref, Ref) else ""
