"""An invoice as this vendor tells it: the view behind the columns, and what is looked up for a page of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO
from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.addresses import address_columns, block
from counterfoil.dialects.chargeover.desk import Desk, Numbers
from counterfoil.dialects.chargeover.items import ITEM_RESOURCES
from counterfoil.dialects.chargeover.lists import TERMS, days, symbol
from counterfoil.dialects.chargeover.sale_lines import LINE_COLUMNS, PAYCYCLE, LineView, flattened, matched
from counterfoil.dialects.chargeover.table import KEY, TAGS, Column, custom_columns, flag_columns, kept, shown
from counterfoil.dialects.chargeover.taxes import line_taxes
from counterfoil.dialects.chargeover.values import ID
from counterfoil.model.kinds import Amount, Choice, Day, Flag, Moment, Text, Whole
from counterfoil.model.lines import SalesLine
from counterfoil.model.lists import Currency
from counterfoil.model.query import Filter
from counterfoil.model.sales import Invoice
from counterfoil.model.shape import ListObject

INVOICES: Final = ("invoices",)
FLAGS: Final = ("no_dunning", "no_latefees", "no_procfees")
MOST_CUSTOMS: Final = 20


@dataclass(frozen=True, slots=True)
class Status:
    name: str
    code: str
    state: str


UNPAID: Final = Status("Unpaid", "open-unpaid", "o")
OVERDUE: Final = Status("Overdue", "open-overdue", "o")
PAID: Final = Status("Paid", "closed-paid", "c")
VOID: Final = Status("Void", "closed-void", "c")
CODES: Final = tuple(status.code for status in (UNPAID, OVERDUE, PAID, VOID))


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the views of one page share."""

    numbers: Numbers
    kept: Mapping[str, dict[str, Any]]
    items: Mapping[str, dict[str, Any]]
    currencies: Mapping[str, Currency]
    terms: Mapping[str, ListObject]
    taxable: frozenset[str]
    today: date
    base: str


class InvoiceView:
    """One invoice with its numbers, what is kept beside it, and the figures that it had before it was voided."""

    def __init__(self, invoice: Invoice, lookup: Lookup) -> None:
        self.invoice = invoice
        self.lookup = lookup
        self.kept = lookup.kept.get(invoice.id, {})
        self.numbers = lookup.numbers
        self.voided: Mapping[str, Any] = self.kept.get("voided", {}) if invoice.is_void else {}
        self.number = self.numbers.of("transactions", invoice.id) or 0

    @property
    def token(self) -> str | None:
        return self.numbers.token("invoice", "transactions", self.invoice.id)

    def figure(self, name: str, now: Decimal | None) -> Decimal:
        """A sum as it is, or, of a voided invoice, as it was."""
        before = self.voided.get(name)
        return Decimal(before) if before is not None else now or ZERO

    @property
    def subtotal(self) -> Decimal:
        return self.figure("subtotal", self.invoice.subtotal)

    @property
    def total(self) -> Decimal:
        return self.figure("total", self.invoice.total_amount)

    @property
    def taxes(self) -> Decimal:
        return self.figure("taxes", self.invoice.sales_tax_total)

    @property
    def balance(self) -> Decimal:
        return self.invoice.balance_remaining or ZERO

    @property
    def is_paid(self) -> bool:
        return self.invoice.is_void or bool(self.invoice.is_paid)

    @property
    def days_overdue(self) -> int:
        due = self.invoice.due_date
        return 0 if self.is_paid or due is None else max((self.lookup.today - due).days, 0)

    @property
    def status(self) -> Status:
        if self.invoice.is_void:
            return VOID
        if self.is_paid:
            return PAID
        return OVERDUE if self.days_overdue else UNPAID

    def linked(self, kind: str) -> Decimal:
        links = self.invoice.linked_transactions
        return sum((link.amount or ZERO for link in links if link.transaction_type == kind), ZERO)

    @property
    def paid_date(self) -> date | None:
        """The day of the last thing that paid it."""
        dates = [link.transaction_date for link in self.invoice.linked_transactions if link.transaction_date]
        return max(dates, default=None) if self.status is PAID else None

    @property
    def void_moment(self) -> int | None:
        return self.kept.get("void_moment", self.invoice.updated_at) if self.invoice.is_void else None

    @property
    def currency(self) -> Currency | None:
        ref = self.invoice.currency
        return self.lookup.currencies.get(ref.id or "") if ref is not None else None

    @property
    def term(self) -> ListObject | None:
        ref = self.invoice.terms
        return self.lookup.terms.get(ref.id or "") if ref is not None else None

    @property
    def lines(self) -> list[dict[str, Any]]:
        lines = flattened(self.invoice)
        entries = matched(lines, self.kept.get("lines", []))
        taxable = [self._is_taxable(line) for line in lines]
        taxes = line_taxes(self.invoice, lines, taxable)
        return [
            shown(LINE_COLUMNS, self._line(position, line, entry, tax, taxed))
            for position, (line, entry, tax, taxed) in enumerate(zip(lines, entries, taxes, taxable, strict=True))
        ]

    def _line(self, position: int, line: SalesLine, entry: Mapping[str, Any], tax: Decimal, taxable: bool) -> LineView:
        before = self.voided.get("lines", [])
        quantity = line.quantity if line.quantity is not None else Decimal(1)
        if position < len(before):
            quantity, tax = Decimal(before[position]["quantity"]), Decimal(before[position]["tax"])
        item = self.lookup.items.get(line.item.id or "", {}) if line.item is not None else {}
        return LineView(self.number, line, entry, item, self.numbers, tax, quantity, taxable)

    def _is_taxable(self, line: SalesLine) -> bool:
        code = line.sales_tax_code
        return code is not None and code.id in self.lookup.taxable

    def figures(self) -> dict[str, Any]:
        """The figures that are to be told after it is voided."""
        lines = [{"quantity": str(line["line_quantity"]), "tax": str(line["tax_total"])} for line in self.lines]
        sums = {"subtotal": self.subtotal, "total": self.total, "taxes": self.taxes}
        return {**{name: str(value) for name, value in sums.items()}, "lines": lines}


def settled(status: str) -> Filter:
    """The books know whether an invoice is settled; which way, and whether it is late, is looked at here."""
    return Filter("paid", "=", status.startswith("c"))


COLUMNS: Final = (
    Column("invoice_id", ID, lambda v: v.number),
    Column("currency_id", ID, lambda v: v.numbers.of("currencies", v.invoice.currency), "currency_id", "currencies"),
    Column("brand_id", ID, lambda _: None),
    Column("terms_id", ID, lambda v: v.numbers.of("terms", v.invoice.terms)),
    Column("admin_id", ID, kept("admin_id")),
    Column("external_key", KEY, kept("external_key")),
    Column("token", Text(), lambda v: v.token),
    Column("refnumber", Text(), lambda v: v.invoice.ref_number or None, "ref_number"),
    Column("cycle_pre_from_date", Day(), lambda _: None),
    Column("cycle_pre_to_date", Day(), lambda _: None),
    Column("cycle_this_date", Day(), lambda _: None),
    Column("cycle_post_from_date", Day(), lambda _: None),
    Column("cycle_post_to_date", Day(), lambda _: None),
    *address_columns("invoice"),
    Column("memo", Text(), lambda v: v.invoice.customer_note),
    *custom_columns(MOST_CUSTOMS),
    Column("class_id", ID, lambda v: v.numbers.of("classes", v.invoice.class_)),
    Column("class_name", Text(), lambda v: v.invoice.class_.full_name if v.invoice.class_ else None),
    Column("paycycle", PAYCYCLE, kept("paycycle")),
    Column("paycycle_name", Text(), lambda v: assumed.PAYCYCLES.get(v.kept.get("paycycle", ""))),
    *flag_columns(FLAGS),
    Column("write_datetime", Moment(), lambda v: v.invoice.created_at, "created_at"),
    Column("mod_datetime", Moment(), lambda v: v.invoice.updated_at, "updated_at"),
    Column("void_datetime", Moment(), lambda v: v.void_moment),
    Column("currency_symbol", Text(), lambda v: symbol(v.currency)),
    Column("currency_iso4217", Text(), lambda v: v.currency.currency_code if v.currency else None),
    Column("admin_name", Text(), lambda _: None),
    Column("brand_name", Text(), lambda _: None),
    Column("invoice_status_name", Text(), lambda v: v.status.name),
    Column("invoice_status_str", Choice(CODES), lambda v: v.status.code, narrow=settled),
    Column("invoice_status_state", Choice(("o", "c")), lambda v: v.status.state, narrow=settled),
    Column("subtotal", Amount(), lambda v: v.subtotal),
    Column("total", Amount(), lambda v: v.total),
    Column("taxes", Amount(), lambda v: v.taxes),
    Column("credits", Amount(), lambda v: v.linked("credit_memo")),
    Column("payments", Amount(), lambda v: v.linked("receive_payment")),
    Column("writeoffs", Amount(), lambda _: 0),
    Column("refunds", Amount(), lambda _: 0),
    Column("declines", Whole(), lambda _: 0),
    Column("applied", Amount(), lambda v: v.invoice.applied_amount or ZERO),
    Column("sum_base", Amount(), lambda _: 0),
    Column("sum_usage", Amount(), lambda _: 0),
    Column("sum_onetime", Amount(), lambda v: v.subtotal),
    Column("is_paid", Flag(), lambda v: v.is_paid, "paid"),
    Column("paid_date", Day(), lambda v: v.paid_date),
    Column("balance", Amount(), lambda v: v.balance),
    Column("is_void", Flag(), lambda v: v.invoice.is_void),
    Column("due_date", Day(), lambda v: v.invoice.due_date),
    Column("terms_name", Text(), lambda v: v.invoice.terms.full_name if v.invoice.terms else None),
    Column("terms_days", Whole(), lambda v: days(v.term)),
    Column("days_overdue", Whole(), lambda v: v.days_overdue),
    Column("is_overdue", Flag(), lambda v: v.days_overdue > 0),
    Column("overdue", Amount(), lambda v: v.balance if v.days_overdue else ZERO),
    Column("date", Day(), lambda v: v.invoice.transaction_date, "date"),
    Column("delay_datetime", Moment(), lambda _: None),
    Column("bill_block", Text(), lambda v: block(v.invoice.billing_address, comma=", ", line_end="\r\n")),
    Column("ship_block", Text(), lambda v: block(v.invoice.shipping_address, comma=", ", line_end="\r\n")),
    Column("url_permalink", Text(), lambda v: f"{v.lookup.base}/r/invoice/view/{v.token}"),
    Column("url_paylink", Text(), lambda v: f"{v.lookup.base}/r/trans/pay/{v.token}"),
    Column("url_pdflink", Text(), lambda v: f"{v.lookup.base}/r/invoice/pdf/{v.token}"),
    Column("url_self", Text(), lambda v: f"{v.lookup.base}/api/v3/invoice/{v.number}"),
    Column("sequence", Whole(), lambda _: None),
    Column("package_id", ID, lambda _: None),
    Column("customer_id", ID, lambda v: v.numbers.of("names", v.invoice.customer), "customer_id", "names"),
    Column("tags", TAGS, lambda v: v.kept.get("tags", [])),
    Column("line_items", Text(), lambda v: v.lines),
)


async def invoice_views(desk: Desk, invoices: Sequence[Any], whole: bool) -> list[InvoiceView]:
    """The views of some invoices; what their lines need is looked up for whole ones only."""
    lines = [line for invoice in invoices for line in flattened(invoice)] if whole else []
    numbers = await desk.numbers(
        {
            "transactions": [invoice.id for invoice in invoices],
            "names": [invoice.customer for invoice in invoices],
            "currencies": [invoice.currency for invoice in invoices],
            "terms": [invoice.terms for invoice in invoices],
            "classes": [invoice.class_ for invoice in invoices],
            "items": [line.item for line in lines],
            "lines": [line.id for line in lines],
        }
    )
    codes = await desk.listed("sales_tax_codes") if whole else []
    lookup = Lookup(
        numbers,
        await desk.kept(invoices, INVOICES),
        await _kept_of_items(desk, lines),
        {each.id: each for each in await desk.listed("currencies")},
        {each.id: each for each in await desk.listed(*TERMS)},
        frozenset(each.id for each in codes if each.is_taxable),
        desk.today,
        desk.asking.base,
    )
    return [InvoiceView(invoice, lookup) for invoice in invoices]


async def _kept_of_items(desk: Desk, lines: Sequence[SalesLine]) -> dict[str, dict[str, Any]]:
    ids = list(dict.fromkeys(line.item.id for line in lines if line.item is not None and line.item.id is not None))
    found: dict[str, dict[str, Any]] = {}
    for resource in ITEM_RESOURCES:
        found |= await desk.dispatcher.kept(desk.connection, resource, ids)
    return found
