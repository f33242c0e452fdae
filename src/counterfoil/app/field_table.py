"""`docs/reference/fields.md`: each field that a request may bring, where it goes, and what the books do with it.

`python -m counterfoil.app.field_table` writes the document from the tables of the dialects; `--check` tells by its exit
code 1 that the one in the repository is stale. What a function does with a field, and no row tells, stands here, under
the field's own name: a field that is new in a table, and has no row, is refused by name.
"""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Final

from msgspec import Struct

from counterfoil.app.field_page import SAME, Dialect, Entry, Section, page_of
from counterfoil.books.embedded.sale_lines import NOT_BUILT
from counterfoil.dialects.chargeover import assumed as chargeover_assumed
from counterfoil.dialects.chargeover.means import PAY_ROWS
from counterfoil.dialects.chargeover.receivables import CALL_ROWS
from counterfoil.dialects.chargeover.table import Sent
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.dialects.conductor.table import Part, Row, kind_of, snake
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.dialects.qube import assumed as qube_assumed
from counterfoil.dialects.qube import fields as qube
from counterfoil.dialects.qube.v2 import assumed as qube_v2_assumed
from counterfoil.dialects.qube.v2.operations import OPERATIONS as QUBE_OPERATIONS
from counterfoil.dialects.snapbooks import assumed as snapbooks_assumed
from counterfoil.dialects.snapbooks import fields as snapbooks
from counterfoil.dialects.snapbooks.operations import OPERATIONS
from counterfoil.dialects.snapbooks.people import BILLING
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.kinds import Kind, Many, To

FILE: Final = Path(__file__).parents[3] / "docs" / "reference" / "fields.md"
HELD, BESIDE, REFUSED, IGNORED = "held", "kept beside", "refused", "ignored"
LONGEST_VALUE: Final = 80


class Untold(Exception):
    """A field of which neither its row nor this module says where it goes."""


SNAPBOOKS: Final[Mapping[str, tuple[str, str, str | None]]] = {
    "invoice.createCustomer": ("a new customer", HELD, "address"),
    "invoice.company": ("`name` of a new customer", BESIDE, "address"),
    "invoice.address": ("`billing_address.line1` to `line5`", HELD, "address"),
    "invoice.phone": ("`phone` of a new customer", BESIDE, "address"),
    "invoice.city": ("`billing_address.city`", HELD, None),
    "invoice.state": ("`billing_address.state`", HELD, None),
    "invoice.zip": ("`billing_address.postal_code`", HELD, None),
    "invoice.shipAmount": ("`amount` of a line of the shipping item", HELD, "SHIPPING_ITEM"),
    "invoice.shipTaxCodeRef": ("`sales_tax_code` of the shipping line; Canada only", HELD, None),
    "invoice.shipMethod": ("`shipping_method`; a name that the list lacks: kept beside", HELD, None),
    "invoice.id": ("the invoice that is meant", HELD, None),
    "line.code": ("`item` by its name, where `productService` is absent", BESIDE, None),
    "line.billAmount": ("`amount`", HELD, "billAmount"),
    "line.taxCodeRef": ("`sales_tax_code`", HELD, "TaxRate for TaxCode"),
    "line.taxable": ("`sales_tax_code`, where `taxCodeRef` does not say", HELD, None),
    "invoice_named.invoiceNumber": ("the invoice that is meant", HELD, None),
    "invoice_named.id": ("the invoice that is meant", HELD, None),
    "invoice_search.docNumber": ("the invoice that is meant", HELD, None),
    "invoice_search.id": ("the invoice that is meant", HELD, None),
    "payment.invoiceNumber": ("the invoice that is paid", HELD, None),
    "payment.id": ("the invoice that is paid", HELD, None),
    "payment.amount": ("`total_amount`", HELD, "over-payment"),
    "payment.customerId": ("`customer`", HELD, "customerId of a payment"),
    "customer.exemptReasonId": ("", BESIDE, "EXEMPT_REASONS"),
    "query.query": ("a question", HELD, "MOST_SCANNED"),
}
"""What no row of SnapBooks' forms tells, by form (without its verb) and key."""

CHARGEOVER: Final[Mapping[str, tuple[str, str]]] = {
    "invoice.customer_token": ("`customer`", HELD),
    "invoice.customer_external_key": ("`customer`", HELD),
    "invoice.currency_id": ("must be the customer's `currency`; another one: refused", HELD),
    "invoice.taxes": ("`tax_override`", HELD),
    "invoice.line_items": ("`lines`", HELD),
    "line_item.line_item_id": ("`lines[].id`", HELD),
    "line_item.item_external_key": ("`item`", HELD),
    "line_item.item_token": ("`item`", HELD),
    "customer.no_taxes": ("`sales_tax_code`", HELD),
    "item.item_type": ("service, non-inventory or discount item", HELD),
    "item.name": ("`name`", HELD),
    "item.description": ("`sales_or_purchase.description`", HELD),
    "item.enabled": ("`is_active`", HELD),
    "item.accounting_account_income": ("`sales_or_purchase.posting_account`", HELD),
    "item.pricemodel": ("`sales_or_purchase.price`; its cycle and model: kept beside", HELD),
    "transaction.customer_token": ("`customer`", HELD),
    "transaction.customer_external_key": ("`customer`", HELD),
    "transaction.amount": ("`total_amount`", HELD),
    "transaction.transaction_date": ("`transaction_date`", HELD),
    "transaction.memo": ("`memo`", HELD),
    "transaction.applied_to": ("`applications`; of a credit, its uses", HELD),
    "transaction.auto_apply": ("`is_auto_apply`; of a credit, its uses", HELD),
    "transaction.transaction_type": ("a payment (`pay`) or a credit memo (`cre`); others: refused", HELD),
    "transaction.gateway_status": ("0: refused", IGNORED),
    "transaction.paymethods": ("`payment_method`, from the first of them", HELD),
    "pay.use_customer_balance": ("`apply_credits`", HELD),
    "pay.amount": ("`total_amount`", HELD),
    "pay.number": ("`payment_method`; its last four digits in `transaction_detail`", BESIDE),
    "pay.expdate_year": ("a card that has expired: refused", IGNORED),
    "pay.expdate_month": ("a card that has expired: refused", IGNORED),
    "pay.routing": ("`payment_method`", HELD),
    "pay.type": ("`payment_method`", HELD),
    **{
        f"pay.{name}": ("", IGNORED)
        for name in ("cvv", "name", "address", "city", "state", "postcode", "country", "bank")
    },
}
"""What becomes of the fields that ChargeOver's rows call handled, by kind of object and field."""


def refused_by_books(field: str, kind: Kind) -> bool:
    """Whether the embedded books have nothing that the field could speak of."""
    inner = kind.of[0] if isinstance(kind, Many) else kind
    unknown = isinstance(inner, To) and bool(inner.resources) and not CATALOGUE.keys() & set(inner.resources)
    return field in NOT_BUILT or unknown


# Conductor.


def conductor() -> Dialect:
    """Each resource with what its create and update bodies may say, then the parts that stand within them."""
    bodies = {path: tuple(row for row in table.rows if _sent(row, table.verbs)) for path, table in TABLES.items()}
    sections = [
        Section(f"`{path}`", tuple(_conductor_entry(each, TABLES[path].model) for each in rows))
        for path, rows in bodies.items()
        if rows
    ]
    silent = ", ".join(f"`{path}`" for path, rows in bodies.items() if not rows)
    return Dialect("Conductor", (*sections, *_conductor_parts(bodies)), {}, f"Only read, so without fields: {silent}.")


def _sent(row: Row, verbs: str = "CU") -> bool:
    return any(verb in verbs and row.in_body(verb.lower()) for verb in "CU")


def _conductor_entry(row: Row, model: type[Struct]) -> Entry:
    if not row.field:
        return Entry(
            _code(row.sent), f"takes away `{row.clears}`" if row.clears else "", HELD if row.clears else IGNORED
        )
    if refused_by_books(row.field, kind_of(row, model)):
        return Entry(_code(row.sent), _code(row.field), REFUSED)
    if row.kept is not None:
        return Entry(_code(row.sent), f"{_code(row.field)}, the last four digits", HELD)
    is_same = snake(row.sent.removesuffix("Id")) == row.field.rstrip("_") or snake(row.sent) == row.field
    return Entry(_code(row.sent), SAME if is_same else _code(row.field), HELD)


def _conductor_parts(bodies: Mapping[str, tuple[Row, ...]]) -> Iterator[Section]:
    """The nested objects of all resources: what says the same of the same class is one section."""
    found: dict[type[Struct], dict[Entry, None]] = {}
    keys: dict[type[Struct], dict[str, None]] = {}
    for key, part in (each for rows in bodies.values() for each in _parts_of(rows)):
        keys.setdefault(part.model, {})[key] = None
        entries = (_conductor_entry(row, part.model) for row in part.rows if _sent(row))
        found.setdefault(part.model, {}).update(dict.fromkeys(entries))
    for model, entries_ in found.items():
        yield Section(f"Within {', '.join(_code(key) for key in keys[model])} ({model.__name__})", tuple(entries_))


def _parts_of(rows: Iterable[Row]) -> Iterator[tuple[str, Part]]:
    for row in rows:
        if row.table is not None and _sent(row):
            yield row.sent, row.table
            yield from _parts_of(row.table.rows)


# QUBE.


def qube_sync() -> Dialect:
    forms = (("`invoices`", qube.INVOICE), ("Within `lines`", qube.LINE), ("Within addresses", qube.ADDRESS))
    sections = tuple(Section(title, tuple(_qube_entry(form, each) for each in form.fields)) for title, form in forms)
    remark = "Requests that are whole qbXML documents are carried out as QuickBooks would, by the element."
    return Dialect("QUBE Sync", sections, qube_assumed.ASSUMPTIONS, remark)


def qube_sync_v2() -> Dialect:
    served = ", ".join(_code(each.id) for each in QUBE_OPERATIONS if each.message is not None)
    remark = f"Parameters are qbXML's elements in snake case (`PONumber` is `po_number`). Served are: {served}."
    return Dialect("QUBE Sync, second version", (), qube_v2_assumed.ASSUMPTIONS, remark)


def _qube_entry(form: qube.Form, field: qube.Field) -> Entry:
    is_assumed = form is qube.LINE and field.key in qube_assumed.LINE_KEYS
    choice = "LINE_KEYS" if is_assumed else "class" if field.key == "class_list_id" else None
    outcome = REFUSED if refused_by_books(field.field, field.kind) else HELD
    return Entry(_code(field.key), _code(field.field), outcome, choice)


# SnapBooks.


def snap_books() -> Dialect:
    """Forms that one address takes are one section: what an update may say beside a create comes last."""
    found: dict[str, dict[Entry, None]] = {}
    methods: dict[str, list[str]] = {}
    for each in OPERATIONS:
        title = each.path if each.form.name.endswith(("_create", "_update")) else f"{each.path}, {each.method}"
        methods.setdefault(title, []).append(each.method)
        entries = (_snapbooks_entry(each.form, field) for field in each.form.fields)
        found.setdefault(title, {}).update(dict.fromkeys(entries))
    sections = [
        Section(f"`{' and '.join(methods[title])} {title.partition(',')[0]}`", tuple(entries))
        for title, entries in found.items()
    ]
    lines = tuple(_snapbooks_entry(snapbooks.LINE, field) for field in snapbooks.LINE.fields)
    return Dialect("SnapBooks", (*sections, Section("Within `lineItems`", lines)), snapbooks_assumed.ASSUMPTIONS)


def _snapbooks_entry(form: snapbooks.Form, field: snapbooks.Field) -> Entry:
    spelled = _spelled(field.key, field.also)
    thing = form.name.removesuffix("_create").removesuffix("_update")
    if f"{thing}.{field.key}" in SNAPBOOKS:
        told, outcome, assumption = SNAPBOOKS[f"{thing}.{field.key}"]
        if assumption is not None and assumption not in snapbooks_assumed.ASSUMPTIONS:
            raise Untold(f"SnapBooks assumes nothing by the name of {assumption}")
        return Entry(spelled, told, outcome, assumption)
    where = _address_part(field.name) if form.request is snapbooks.PersonRequest else None
    if where is None and not field.model:
        raise Untold(f"SnapBooks, {thing}.{field.key}: say in field_table.py where it goes")
    return Entry(spelled, _code(where or field.model), HELD)


def _address_part(name: str) -> str | None:
    """Where a field of somebody's billing or shipping address goes."""
    parts = {said: part for part, said in BILLING.items()}
    plain = name.removeprefix("ship_")
    side = "shipping_address" if plain != name else "billing_address"
    return f"{side}.{parts[plain]}" if plain in parts else None


# ChargeOver.


def charge_over() -> Dialect:
    bodies: list[tuple[str, str, Sequence[Sent]]] = []
    for name, type_ in TYPES.items():
        bodies += [(f"`{name}`", name, type_.rows), (f"Within `line_items` of `{name}`", "line_item", type_.line_rows)]
    called = [row for row in CALL_ROWS if row not in TYPES["transaction"].rows]
    bodies += [("`transaction`, action `pay`, beside the above", "transaction", called)]
    bodies += [("`invoice`, action `pay`; within `paymethods`", "pay", PAY_ROWS)]
    sections = [
        Section(title, tuple(_chargeover_entry(kind, row) for row in rows)) for title, kind, rows in bodies if rows
    ]
    silent = ", ".join(f"`{name}`" for name, type_ in TYPES.items() if not type_.rows)
    remark = f"Only read, so without fields: {silent}."
    return Dialect("ChargeOver", tuple(sections), _assumptions(chargeover_assumed), remark)


def _chargeover_entry(kind: str, row: Sent) -> Entry:
    is_assumed = not {row.name, *row.also}.isdisjoint(chargeover_assumed.FIELDS.get(kind, ()))
    entry = Entry(_spelled(row.name, row.also), "", BESIDE, "FIELDS" if is_assumed else None)
    if row.to:
        return replace(entry, where=_code(row.to), outcome=REFUSED if refused_by_books(row.to, row.kind) else HELD)
    if not row.handled:
        return entry
    if f"{kind}.{row.name}" not in CHARGEOVER:
        raise Untold(f"ChargeOver, {kind}.{row.name}: say in field_table.py what becomes of it")
    where, outcome = CHARGEOVER[f"{kind}.{row.name}"]
    return replace(entry, where=where, outcome=outcome)


def _assumptions(module: ModuleType) -> dict[str, str]:
    """Its `ASSUMPTIONS`, if it has them; else its constants, each with the sentence below it, and what it does."""
    known: Mapping[str, str] | None = getattr(module, "ASSUMPTIONS", None)
    if known is not None:
        return dict(known)
    tree = ast.parse(inspect.getsource(module))
    found: dict[str, str] = {}
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = f"{_sentence(after)} {_value(node.value)}".strip()
    found.pop("BEHAVIOUR", None)
    return found | {f"behaviour {number}": each for number, each in enumerate(getattr(module, "BEHAVIOUR", ()), 1)}


def _sentence(node: ast.stmt | None) -> str:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return " ".join(str(node.value.value).split()) if is_text else ""  # type: ignore[union-attr]


def _value(node: ast.expr) -> str:
    text = ast.unparse(node)
    return _code(text) if len(text) <= LONGEST_VALUE else ""


def document() -> str:
    """The whole of it."""
    dialects = (conductor(), qube_sync(), qube_sync_v2(), snap_books(), charge_over())
    return page_of(dialects)


def _code(text: str) -> str:
    return f"`{text}`"


def _spelled(name: str, also: Iterable[str]) -> str:
    return ", ".join(_code(each) for each in (name, *also))


def main(arguments: Sequence[str]) -> int:
    """Write the document, or with `--check` only compare it; the exit code."""
    text = document()
    if "--check" in arguments:
        return 0 if FILE.exists() and FILE.read_text() == text else 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
