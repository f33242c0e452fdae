"""Invoices: created, read, changed, voided, settled and deleted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.chargeover import taxes
from counterfoil.dialects.chargeover.addresses import address_rows
from counterfoil.dialects.chargeover.desk import Desk, refuse
from counterfoil.dialects.chargeover.errors import does_not_exist
from counterfoil.dialects.chargeover.lists import TERMS
from counterfoil.dialects.chargeover.people import NAMING, find_customer
from counterfoil.dialects.chargeover.sale_lines import (
    LINE_ROWS,
    PAYCYCLE,
    Change,
    asides,
    changed_asides,
    changes,
    drafts,
    read_lines,
)
from counterfoil.dialects.chargeover.sale_lines import without_echoes as lines_without_echoes
from counterfoil.dialects.chargeover.sale_views import COLUMNS, INVOICES, MOST_CUSTOMS, invoice_views
from counterfoil.dialects.chargeover.settling import pay_invoice
from counterfoil.dialects.chargeover.table import (
    KEY,
    TAGS,
    Given,
    ObjectType,
    Sent,
    beside,
    customs,
    drafted,
    in_model,
    read,
    shown,
    tags,
    without_echoes,
)
from counterfoil.dispatch.submit import Aside
from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.company import Preferences
from counterfoil.model.kinds import Day, Flag, Many, Text, To, Whole
from counterfoil.model.people import Customer
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

ROWS: Final = (
    Sent("refnumber", Text(21), "ref_number"),
    Sent("external_key", KEY),
    *NAMING,
    Sent("date", Day(), "transaction_date", also=("invoice_date",)),
    Sent("due_date", Day(), "due_date"),
    Sent("currency_id", To(("currencies",)), handled=True),
    Sent("class_id", To(("classes",)), "class_"),
    Sent("paycycle", PAYCYCLE),
    Sent("terms_id", To(TERMS), "terms"),
    Sent("admin_id", Whole(0)),
    *address_rows(),
    Sent("no_dunning", Flag()),
    Sent("no_latefees", Flag(), also=("no_late_fees",)),
    Sent("no_procfees", Flag(), also=("no_processing_fees",)),
    Sent("memo", Text(4095), "customer_note"),
    *customs(MOST_CUSTOMS),
    Sent("tags", TAGS, read=tags),
    taxes.INVOICE_TAX,
    Sent("line_items", Many((Text(),)), handled=True, read=lambda value: value),
)
TOLD: Final = frozenset(column.name for column in COLUMNS)


async def create_invoice(desk: Desk, body: Mapping[str, Any]) -> int:
    """A new invoice. It makes no other one: a payment cycle on it only labels its period."""
    given, problems = read(ROWS, body, (), TOLD)
    problems += await find_customer(desk, given)
    problems += await desk.refer(_references(), given, ())
    lines = await read_lines(desk, body, problems)
    if not lines and not body.get("line_items"):
        problems.append(Problem("too_few", ("line_items",)))
    tax = taxes.asked(given, lines, problems)
    refuse(problems)
    await _check_currency(desk, given, given["customer_id"])
    values = in_model(ROWS, given) | tax | {"lines": drafts(lines)}
    aside = Aside(_aside(given) | _lines_aside(asides(lines)), given.get("external_key"))
    done = await desk.submit(Create(resource="invoices", draft=drafted(Invoice, values)), aside)
    return await desk.number("transactions", done.result.id)


async def modify_invoice(desk: Desk, number: int, body: Mapping[str, Any]) -> None:
    """Change what is named; where lines are sent, those whose `line_item_id` is not repeated go."""
    invoice: Invoice = await desk.thing(INVOICE, number)
    view = (await invoice_views(desk, [invoice], True))[0]
    given, problems = read(ROWS, body, (), TOLD)
    if any(given.get(row.name) is not None for row in NAMING):
        problems += await find_customer(desk, given)
    else:
        given.pop("customer_id", None)
    problems += await desk.refer(_references(), given, ())
    lines = await read_lines(desk, body, problems) if body.get("line_items") is not None else None
    now = shown(COLUMNS, view)
    without_echoes(ROWS, given, body, now)
    lines_without_echoes(lines or (), now["line_items"])
    made = await changes(desk, invoice, lines, problems) if lines is not None else None
    tax = taxes.asked(given, lines or (), problems)
    refuse(problems)
    await _check_currency(desk, given, given.get("customer_id") or invoice.customer or Ref())
    values = in_model(ROWS, given) | taxes.after_change(invoice, tax, lines, _staying(made))
    aside = _aside(given)
    if made is not None:
        values["lines"] = tuple(change for change, _ in made)
        aside |= _lines_aside(changed_asides(invoice, view.kept.get("lines", []), made))
    update = Update(resource="invoices", id=invoice.id, revision=invoice.revision, changes=values)
    await desk.submit(update, Aside(aside, given.get("external_key")))


async def void_invoice(desk: Desk, number: int, _: Mapping[str, Any]) -> bool:
    """Void an invoice. The books forget its figures, this vendor goes on telling them: they are kept beside."""
    invoice: Invoice = await desk.thing(INVOICE, number)
    aside = None
    if not invoice.is_void:
        view = (await invoice_views(desk, [invoice], True))[0]
        aside = Aside({"voided": view.figures(), "void_moment": desk.clock.now()})
    await desk.submit(Void(resource="invoices", id=invoice.id), aside)
    return True


async def delete_invoice(desk: Desk, number: int) -> None:
    identifier = await desk.id_of("transactions", number)
    if identifier is None:
        raise does_not_exist("invoice")
    await desk.submit(Delete(resource="invoices", id=identifier))


def _references() -> tuple[Sent, ...]:
    """The references of an invoice but for its customer, which is found in its own way."""
    return tuple(row for row in ROWS if row not in NAMING)


def _aside(given: Given) -> dict[str, Any]:
    return beside(ROWS, given)


def _lines_aside(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Entries that say more than which item they belong to; nothing at all where no line has any."""
    told = any(set(entry) - {"item", "id"} for entry in entries)
    return {"lines": list(entries) if told else None}


def _staying(made: Sequence[Change] | None) -> frozenset[str]:
    return frozenset(change.id for change, _ in made or ())


async def _check_currency(desk: Desk, given: Given, customer: Ref) -> None:
    """An invoice is in its customer's currency; a request that names another one is refused."""
    asked: Ref | None = given.get("currency_id")
    if asked is None or customer.id is None:
        return
    try:
        someone = await desk.read("customers", customer.id)
    except BooksRefused:
        return  # the books say themselves what is wrong with the customer
    preferences = await desk.read("preferences", "preferences")
    multi = preferences.multi_currency if isinstance(preferences, Preferences) else None
    home = multi.home_currency if multi is not None else None
    own = (someone.currency if isinstance(someone, Customer) else None) or home or Ref()
    if own.id != asked.id:
        named = (await desk.read("currencies", asked.id or "")).name
        values = {"found": named, "expected": own.full_name}
        raise Invalid(Problem("currency_mismatch", ("currency_id",), values))


INVOICE: Final = ObjectType(
    name="invoice",
    resources=INVOICES,
    space="transactions",
    columns=COLUMNS,
    views=invoice_views,
    children=frozenset({"line_items"}),
    rows=ROWS,
    line_rows=LINE_ROWS,
    create=create_invoice,
    modify=modify_invoice,
    delete=delete_invoice,
    actions={"void": void_invoice, "pay": pay_invoice},
)
