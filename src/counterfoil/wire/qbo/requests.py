"""Commands → what Intuit is sent.

Intuit clears what a whole update leaves out, and takes all lines or none. So an update begins with the object as it was
just read: what the command names is written into it, everything else goes back as it came.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from counterfoil.core.errors import BooksRefused
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.purchases import Purchase
from counterfoil.model.sales import Sale
from counterfoil.model.shape import Resource
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.changes import merged
from counterfoil.wire.qbo.entities import entity_for as entity_for
from counterfoil.wire.qbo.held import refused as refused
from counterfoil.wire.qbo.held import unheld as unheld
from counterfoil.wire.qbo.held import unresolved as unresolved
from counterfoil.wire.qbo.maps.lines_asked import merged_lines, unchanged_lines
from counterfoil.wire.qbo.maps.parts import TOLD, listed
from counterfoil.wire.qbo.maps.purchase_lines import merged_lines as merged_purchase_lines
from counterfoil.wire.qbo.maps.sale_tax import is_of_its_rates
from counterfoil.wire.qbo.table import EXEMPT, Entity, Json, Known, Row
from counterfoil.wire.qbo.write import requested

TAX_FIELDS: Final = frozenset({"tax_mode", "tax_override", "sales_tax_item", "lines"})
"""What changes the tax of a sale."""

TAXED_BY: Final = frozenset({"customer", "transaction_date", "billing_address", "shipping_address"})
"""By what Intuit's engine finds the rates of a sale."""


class Sent(Struct, frozen=True, kw_only=True):
    """One POST: to the address of `entity`, with `query` beside it."""

    entity: Entity
    body: Json
    query: Mapping[str, str] = field(default_factory=dict)


def create_object(create: Create, known: Known) -> Sent:
    """The object to be made. Raises BooksRefused where Intuit has no such thing, and where something is named that must
    be called by its id."""
    entity = _made(create.resource)
    _check_names(create, known)
    return Sent(entity=entity, body=requested(entity.rows, create.draft, known))


def update_object(update: Update, current: Json, known: Known) -> Sent:
    """The whole object as it is to be. `current` is Intuit's own as it was just read; its version goes along, unless
    the caller asserts another one. Where other terms are given, the day on which it is due is left for Intuit to find.
    Raises BooksRefused as `create_object` does, and where a line is not there.
    """
    entity = _made(update.resource)
    _check_names(update, known)
    old = object_of(entity, current, known, resource=update.resource)
    changes = {name: value for name, value in update.changes.items() if name != "lines"}
    new = merged(old, changes)
    body = {key: value for key, value in current.items() if key not in TOLD}
    body["SyncToken"] = update.revision or old.revision
    for row in entity.rows:
        if row.is_asked and row.use != "once" and not set(row.behind).isdisjoint(changes):
            _put(body, row, new, known)
    if "terms" in changes and "due_date" not in changes:
        body.pop("DueDate", None)
    if isinstance(new, Sale):
        body.pop("TotalAmt", None)
        _put_lines(body, update, new, known)
    elif isinstance(new, Purchase):
        body.pop("TotalAmt", None)
        if "lines" in update.changes:
            body["Line"] = merged_purchase_lines(update.changes["lines"], listed(body.get("Line") or []), known)
    return Sent(entity=entity, body=body)


def _put(body: Json, row: Row, thing: Resource, known: Known) -> None:
    value = requested((row,), thing, known).get(row.key)
    if value is None:
        body.pop(row.key, None)
    else:
        body[row.key] = value


def _put_lines(body: Json, update: Update, sale: Sale, known: Known) -> None:
    """All lines of a sale, and its tax.

    A tax that Intuit has worked out is left out, so that it is worked out again; one that a caller has overridden is
    said again as it was, unless the lines it was for are others now and each rate's part has to be found anew. Of a tax
    that is off by cents nobody can tell which of the two it is: it is said again where nothing that it is for changes.
    """
    stored = listed(body.get("Line") or [])
    if "lines" in update.changes:
        body["Line"] = merged_lines(update, sale, stored, known)
    else:
        body["Line"] = unchanged_lines(stored, known)
    if sale.tax_mode == "none" and "tax_mode" in update.changes and not known.is_canadian:
        _exempt(body["Line"])
    detail = body.pop("TxnTaxDetail", None)
    untouched = TAX_FIELDS.isdisjoint(update.changes)
    is_odd = TAXED_BY.isdisjoint(update.changes) and not is_of_its_rates(sale) and sale.tax_mode != "none"
    if untouched and known.tax_mode == "global" and (is_odd or sale.tax_mode == "override_total"):
        body["TxnTaxDetail"] = detail
        return
    if untouched and is_odd:
        sale = merged(sale, {"tax_mode": "override_total", "tax_override": sale.sales_tax_total})
    whole = _with_lines(sale, body, known)
    row = next(row for row in _made(update.resource).rows if row.key == "TxnTaxDetail")
    _put(body, row, whole, known)


def _with_lines(sale: Sale, body: Json, known: Known) -> Sale:
    """The sale with the lines that it is about to have."""
    entity = _made(_resource(sale))
    lines = next(row for row in entity.rows if row.key == "Line").heard
    return merged(sale, lines(body, known)) if lines is not None and body["Line"] else sale


def _resource(sale: Sale) -> str:
    return next(name for name, each in CATALOGUE.items() if each.model is type(sale))


def _exempt(lines: list[Json]) -> None:
    """No line of an American sale that is to have no tax is taxable."""
    for position, line in enumerate(lines):
        detail = line.get("SalesItemLineDetail")
        if isinstance(detail, dict):
            lines[position] = {**line, "SalesItemLineDetail": {**detail, "TaxCodeRef": {"value": EXEMPT}}}


def void_object(void: Void, current: Json) -> Sent:
    """Raises BooksRefused where Intuit cannot void such a thing."""
    entity = _made(void.resource)
    body = {"Id": str(current["Id"]), "SyncToken": str(current["SyncToken"])}
    if entity.void == "operation":
        return Sent(entity=entity, body=body, query={"operation": "void"})
    if entity.void == "include":
        return Sent(entity=entity, body={**body, "sparse": True}, query={"operation": "update", "include": "void"})
    raise BooksRefused(*refused(void))


def delete_object(delete: Delete, current: Json) -> Sent:
    """Transactions go; what is on a list can only be made inactive, and its name stays taken."""
    entity = _made(delete.resource)
    if CATALOGUE[delete.resource].is_transaction:
        body = {"Id": str(current["Id"]), "SyncToken": str(current["SyncToken"])}
        return Sent(entity=entity, body=body, query={"operation": "delete"})
    body = {key: value for key, value in current.items() if key not in TOLD}
    return Sent(entity=entity, body={**body, "Active": False, "sparse": True})


def _made(resource: str) -> Entity:
    entity = entity_for(resource)
    if entity is None or resource not in entity.made:
        raise BooksRefused(*refused(Void(resource=resource, id="")))
    return entity


def _check_names(command: Create | Update, known: Known) -> None:
    problems = unresolved(command, known)
    if problems:
        raise BooksRefused(*problems)
