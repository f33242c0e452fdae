"""The proof of a sale's totals: what was asked, what Counterfoil works out again, and what the books stored."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec
from msgspec import Struct

from counterfoil.core.errors import Refusal
from counterfoil.core.money import ZERO, rounded
from counterfoil.documents.sheet import money
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.sales import Sale
from counterfoil.wire.qbxml.tree import Node, parse

HUNDRED: Final = Decimal(100)
LARGEST_READ: Final = 1024 * 1024

SHAPES: Final = (
    ("lines", "quantity", "rate", "amount"),
    ("lineItems", "units", None, "billAmount"),
    ("line_items", "line_quantity", "line_rate", None),
)
"""Where the dialects' JSON holds lines: the list, and in a line its quantity, rate and amount."""

WHOLE_TAX: Final = ("totalTaxOverride", "taxes", "tax_override", "tax_total", "tax_amount")
"""Where SnapBooks' and ChargeOver's JSON holds the tax of a whole invoice: an amount, or a list of entries with one."""

TAX_OF_ENTRY: Final = ("amount", "tax_total", "tax_amount")
TAX_OF_LINE: Final = ("tax_total", "tax_override", "tax_amount")
LINE_IDS: Final = ("id", "line_item_id")
"""Where a line names one that is there already: what it leaves out stays as it is."""

ELSEWHERE: Final = ("lineGroups",)
"""Lists of lines beside the lines, whose sums nobody asks for: the books know what is in a group."""

SHIPPING: Final = "shipAmount"
"""What SnapBooks adds to the lines."""

WRAPPERS: Final = ("invoice", "queued_request", "transaction")
_numbers = msgspec.json.Decoder(Any, float_hook=Decimal)


class Row(Struct, frozen=True, kw_only=True):
    """One sum three times; empty where it was not said, or cannot be known. `is_off` where two of them differ."""

    label: str
    asked: str
    computed: str
    stored: str
    is_off: bool


class Asked(Struct, frozen=True, kw_only=True):
    """What a request says of the sums; None where it leaves one to the books."""

    subtotal: Decimal | None = None
    tax: Decimal | None = None

    @property
    def total(self) -> Decimal | None:
        return self.subtotal + self.tax if self.subtotal is not None and self.tax is not None else None


def proof_of(sale: Sale, body: bytes | None, document: bytes | None) -> tuple[Row, ...]:
    """Subtotal, tax and total. Where the caller left prices or the tax to the books, nothing was asked."""
    asked = _asked(body) or Asked(subtotal=_asked_in_qbxml(document))
    subtotal = _computed_subtotal(sale.lines, sale.subtotal)
    tax = _computed_tax(sale)
    total = subtotal + (tax if tax is not None else sale.sales_tax_total or ZERO)
    stored_total = sale.total_amount
    if stored_total is None and sale.subtotal is not None:
        stored_total = sale.subtotal + (sale.sales_tax_total or ZERO)
    return (
        _row("Subtotal", asked.subtotal, subtotal, sale.subtotal),
        _row("Sales tax", asked.tax, tax, sale.sales_tax_total),
        _row("Total", asked.total, total, stored_total),
    )


def _row(label: str, asked: Decimal | None, computed: Decimal | None, stored: Decimal | None) -> Row:
    known = {each for each in (asked, computed, stored) if each is not None}
    return Row(label=label, asked=money(asked), computed=money(computed), stored=money(stored), is_off=len(known) > 1)


def _computed_subtotal(lines: Sequence[SalesLine | SalesLineGroup], stored: Decimal | None) -> Decimal:
    """Quantity by rate, or the amount where a line has no rate.

    A line that only repeats the sum of those above it may be a subtotal, which adds nothing; nothing else tells it from
    a line that happens to have that amount. So lines are read with no subtotal, with subtotals of several lines, and
    of single ones too: the books are believed where one of these readings comes to what they stored.
    """
    flat = [line for line in _flat(lines) if line.amount is not None]
    readings = [_summed(flat, least) for least in (len(flat) + 1, 2, 1)]
    return next((each for each in readings if each == stored), readings[1])


def _summed(lines: Sequence[SalesLine], least: int) -> Decimal:
    """The sum of the lines; those that repeat the sum of at least so many above them are subtotals."""
    total = running = ZERO
    count = 0
    for line in lines:
        amount, is_bare = _worth(line), line.quantity is None and line.rate is None and line.rate_percent is None
        if is_bare and count >= least and amount == running:
            running, count = ZERO, 0
            continue
        total, running, count = total + amount, running + amount, count + 1
    return total


def _worth(line: SalesLine) -> Decimal:
    if line.quantity is not None and line.rate is not None and line.amount is not None:
        return rounded(line.quantity * line.rate)
    return line.amount or ZERO


def _flat(lines: Sequence[SalesLine | SalesLineGroup]) -> Iterator[SalesLine]:
    for line in lines:
        if isinstance(line, SalesLine):
            yield line
        else:
            yield from line.lines


def _computed_tax(sale: Sale) -> Decimal | None:
    """Each component's percentage of what it taxes, rounded by itself; none where the books do not say the parts."""
    if sale.tax_mode != "computed" or not sale.tax_components:
        return None
    parts = [each for each in sale.tax_components if each.percent is not None and each.taxable is not None]
    if len(parts) < len(sale.tax_components):
        return None
    return sum((rounded(each.taxable * each.percent / HUNDRED) for each in parts), ZERO)  # type: ignore[operator]


def _asked(body: bytes | None) -> Asked | None:
    """What a dialect's JSON with lines asks for; None where it is no such JSON."""
    try:
        value = _numbers.decode(body or b"null")
    except (msgspec.MsgspecError, InvalidOperation):
        return None
    for wrapper in WRAPPERS:
        if isinstance(value, Mapping) and isinstance(value.get(wrapper), Mapping):
            value = value[wrapper]
    if not isinstance(value, Mapping):
        return None
    for name, quantity, rate, amount in SHAPES:
        lines = value.get(name)
        if isinstance(lines, list) and lines:
            said = [_said(each, quantity, rate, amount) for each in lines if isinstance(each, Mapping)]
            known = [each for each in said if each is not None]
            is_whole = len(known) == len(lines) and not any(value.get(each) for each in ELSEWHERE)
            shipping = _decimal(value.get(SHIPPING)) or ZERO
            return Asked(subtotal=sum(known, shipping) if is_whole else None, tax=_asked_tax(value, lines))
    return None


def _said(line: Mapping[str, Any], quantity: str | None, rate: str | None, amount: str | None) -> Decimal | None:
    """What a line comes to by its own words alone."""
    is_change = any(line.get(name) is not None for name in LINE_IDS)
    if is_change and quantity is not None and line.get(quantity) is None:
        return None
    return _line(line.get, quantity, rate, amount)


def _asked_tax(value: Mapping[str, Any], lines: Sequence[Any]) -> Decimal | None:
    """The tax that the caller worked out: of the lines where one bears it, else of the whole."""
    if value.get("disableTax") is True:
        return ZERO
    by_line = [_first(each, TAX_OF_LINE) for each in lines]
    if any(each is not None for each in by_line):
        return sum((each for each in by_line if each is not None), ZERO)
    for name in WHOLE_TAX:
        whole = value.get(name)
        if isinstance(whole, list) and whole:
            entries = [_first(each, TAX_OF_ENTRY) for each in whole]
            known = [each for each in entries if each is not None]
            return sum(known, ZERO) if len(known) == len(whole) else None
        if (said := _decimal(whole)) is not None:
            return rounded(said)
    return None


def _first(entry: Any, names: Sequence[str]) -> Decimal | None:
    """The amount under the first of these names that an entry has."""
    said = (_decimal(entry[name]) for name in names if name in entry) if isinstance(entry, Mapping) else iter(())
    return next((each for each in said if each is not None), None)


def _asked_in_qbxml(document: bytes | None) -> Decimal | None:
    """What the lines of the first sale in a qbXML request come to."""
    if document is None or len(document) > LARGEST_READ:
        return None
    try:
        root = parse(document, forgiving=True).root
    except Refusal:
        return None
    added = next((node for node in _every(root) if node.name.endswith(("InvoiceAdd", "CreditMemoAdd"))), None)
    if added is None:
        return None
    lines = [node for node in added.children if node.name.endswith("LineAdd")]
    if any(node.name.endswith("GroupAdd") for node in added.children):
        return None
    known = [each for node in lines if (each := _line(node.text_of, "Quantity", "Rate", "Amount")) is not None]
    return sum(known, ZERO) if lines and len(known) == len(lines) else None


def _every(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _every(child)


def _line(get: Any, quantity: str | None, rate: str | None, amount: str | None) -> Decimal | None:
    """A line's amount, or its quantity by its rate; one piece where no quantity is said."""
    said = _decimal(get(amount)) if amount is not None else None
    if said is not None:
        return rounded(said)
    price = _decimal(get(rate)) if rate is not None else None
    if price is None:
        return None
    pieces = _decimal(get(quantity)) if quantity is not None else None
    return rounded(price * (pieces if pieces is not None else Decimal(1)))


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        read = Decimal(value)
    except InvalidOperation:
        return None
    return read if read.is_finite() and abs(read) < Decimal(10) ** 12 else None
