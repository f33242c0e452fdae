"""What QuickBooks Online cannot hold of a command, and what it cannot do at all."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.core.problems import Place, Problem
from counterfoil.model.addresses import Address
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Delete, LineChange, Update, Void
from counterfoil.model.kinds import Kind, Many, Nested, To
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.purchases import Purchase, PurchaseLine
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import PaidSale, Sale
from counterfoil.model.shape import Transaction, fields_of
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.entities import entity_for
from counterfoil.wire.qbo.maps.addresses import ADDRESS
from counterfoil.wire.qbo.table import Entity, Known

NOT_SAID: Final = frozenset(
    {
        "id",
        "created_at",
        "updated_at",
        "revision",
        "number",
        "full_name",
        "is_void",
        "subtotal",
        "sales_tax_percentage",
        "sales_tax_total",
        "tax_components",
        "applied_amount",
        "balance_remaining",
        "balance_remaining_in_home_currency",
        "is_paid",
        "suggested_discount_amount",
        "suggested_discount_date",
        "linked_transactions",
        "credit_remaining",
        "credit_remaining_in_home_currency",
        "total_amount_in_home_currency",
        "unused_payment",
        "unused_credits",
        "balance",
        "total_balance",
        "is_auto_apply",
        "apply_credits",
        "link_to_transactions",
        "is_pending",
    }
)
"""Fields that the books work out, and those that are refused rather than kept beside."""

IN_PART: Final = frozenset({"customer_message", "shipping_method", "payment_method_type", "custom_fields"})
"""Fields of which Online holds only something: the words of a message but not which of the list it is, a method's name,
whether a method is a card, custom fields that the company has defined. They are kept beside too."""

ON_LINES: Final = frozenset(
    {
        "id",
        "item",
        "description",
        "quantity",
        "rate",
        "class_",
        "amount",
        "service_date",
        "sales_tax_code",
        "tax_override",
        "item_group",
        "total_amount",
        "lines",
        "rate_percent",
        "account",
        "customer",
        "billable_status",
    }
)
"""What a line of Online's can say. A percentage is held of the sale's discount, and refused elsewhere."""

IN_DETAILS: Final = frozenset(
    {
        "description",
        "price",
        "posting_account",
        "sales_description",
        "sales_price",
        "income_account",
        "purchase_description",
        "purchase_cost",
        "expense_account",
        "preferred_vendor",
    }
)
"""What an item of Online's says of selling and buying."""


def unheld(command: Command) -> tuple[str, ...]:
    """The fields that a command gives and Online cannot hold: `receivables_account`, `lines.serial_number`,
    `billing_address.note`. Each is named once, in the model's order."""
    entity = entity_for(command.resource)
    if entity is None or not isinstance(command, Create | Update):
        return ()
    held = held_fields(entity)
    names = (place for name, value in _given(command) for place in _lost(name, value, held))
    return tuple(dict.fromkeys(names))


def held_fields(entity: Entity) -> frozenset[str]:
    """The fields of the model that a request of this entity's can say, and that come back whole."""
    return frozenset(name for row in entity.rows if row.is_asked for name in row.behind) - IN_PART


def _given(command: Create | Update) -> Iterator[tuple[str, Any]]:
    """What a command says, by field."""
    if isinstance(command, Update):
        yield from ((name, value) for name, value in command.changes.items() if value is not None)
        return
    yield from said_of(command.draft)


def said_of(thing: Struct) -> Iterator[tuple[str, Any]]:
    """The fields of a thing that are not as they are by themselves."""
    for each in structs.fields(thing):
        value = getattr(thing, each.name)
        if value != each.default and value != ():
            yield each.name, value


def _lost(name: str, value: Any, held: frozenset[str]) -> Iterator[str]:
    if name in NOT_SAID:
        return
    if name not in held:
        yield name
    elif name == "lines":
        for line in value:
            yield from (f"lines.{each}" for each in _lost_on_line(line))
    elif isinstance(value, Address | Mapping) and name.endswith("address"):
        said = value if isinstance(value, Mapping) else dict(said_of(value))
        fields = {row.field for row in ADDRESS.rows}
        yield from (f"{name}.{each}" for each, some in said.items() if some is not None and each not in fields)
    elif name.startswith("sales_"):
        said = value if isinstance(value, Mapping) else dict(said_of(value)) if _is_details(name) else {}
        yield from (f"{name}.{each}" for each, some in said.items() if some is not None and each not in IN_DETAILS)


def _is_details(name: str) -> bool:
    return name in ("sales_or_purchase", "sales_and_purchase")


def _lost_on_line(line: SalesLine | SalesLineGroup | PurchaseLine | LineChange) -> Iterator[str]:
    said = line.changes.items() if isinstance(line, LineChange) else said_of(line)
    for name, value in said:
        if name not in ON_LINES and value is not None:
            yield name
    for member in getattr(line, "lines", None) or ():
        yield from _lost_on_line(member)


def refused(command: Command) -> tuple[Problem, ...]:
    """What of a command Online cannot do, so that the whole of it must not be sent. Empty where it can."""
    entity = entity_for(command.resource)
    if entity is None or command.resource not in entity.made:
        return (_unavailable((), f"making or changing a {CATALOGUE[command.resource].thing} through Intuit's API"),)
    match command:
        case Void() if not entity.void:
            return (_unavailable((), f"voiding a {CATALOGUE[command.resource].thing}"),)
        case Create():
            said = dict(said_of(command.draft))
            return (*_unable(command.resource, said), *_too_long(entity, said), *_nameless(command, entity))
        case Update():
            return (*_unable(command.resource, command.changes), *_too_long(entity, command.changes))
        case Delete() | Void():
            return ()
    return ()


def _unavailable(place: Place, feature: str) -> Problem:
    return Problem("not_enabled", place, {"feature": feature})


UNABLE: Final[Mapping[str, str]] = {
    "is_pending": "a sale that is pending",
    "apply_credits": "using credits while an invoice is made (a payment can)",
    "link_to_transactions": "linking an invoice to payments while it is made (a payment can)",
    "is_auto_apply": "applying a payment by itself",
}
"""What would mean something else in the books if it were left out."""


def _unable(resource: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    for name, feature in UNABLE.items():
        if said.get(name):
            yield _unavailable((name,), feature)
    for position, application in enumerate(
        said.get("applications") or () if resource in ("receive_payments", "bill_payments") else ()
    ):
        if application.discount_amount:
            yield _unavailable(("applications", position, "discount_amount"), "a discount for an early payment")
    for position, line in enumerate(said.get("lines") or ()):
        yield from _unable_on_line(line, ("lines", position))


def _unable_on_line(line: Any, place: Place) -> Iterator[Problem]:
    said = line.changes if isinstance(line, LineChange) else dict(said_of(line))
    if said.get("link_to_transaction_line") is not None:
        yield _unavailable((*place, "link_to_transaction_line"), "linking a line to another")
    for position, member in enumerate(getattr(line, "lines", None) or ()):
        yield from _unable_on_line(member, (*place, "lines", position))


def _too_long(entity: Entity, said: Mapping[str, Any]) -> Iterator[Problem]:
    for row in entity.rows:
        value = said.get(row.field) if row.field else None
        if row.most and row.is_asked and isinstance(value, str) and len(value) > row.most:
            yield Problem("too_long", (row.field,), {"limit": row.most, "length": len(value)})


def _nameless(create: Create, entity: Entity) -> Iterator[Problem]:
    """What Intuit cannot make a thing without."""
    draft = create.draft
    if isinstance(draft, Sale):
        if draft.customer is None and not isinstance(draft, PaidSale):
            yield Problem("required", ("customer",))
        if not draft.lines:
            yield Problem("empty_transaction", ("lines",), {"thing": CATALOGUE[create.resource].thing})
    elif isinstance(draft, ReceivePayment):
        for name in ("customer", "total_amount"):
            if getattr(draft, name) is None:
                yield Problem("required", (name,))
    elif isinstance(draft, Transaction):
        for row in entity.rows:
            if row.required and row.field and getattr(draft, row.field) in (None, ()):
                yield Problem("required", (row.field,))
    elif not getattr(draft, "name", ""):
        yield Problem("required", ("name",))


BY_NAME: Final = frozenset({"shipping_method", "customer_message", "currency"})
"""References that Intuit takes by their names, or does not take at all."""


def unresolved(command: Create | Update, known: Known) -> tuple[Problem, ...]:
    """References that only name an object. Intuit takes none without an id, so that they must be looked up first.

    Each problem has the reference's place, the name as `value` and what it is to be the name of as `thing`.
    """
    entity = entity_for(command.resource)
    model = CATALOGUE[command.resource].model
    said = dict(_given(command))
    held = held_fields(entity) if entity is not None else frozenset[str]()
    return tuple(_names(model, {name: value for name, value in said.items() if name in held}, (), known))


def _names(model: type[Struct], said: Mapping[str, Any], place: Place, known: Known) -> Iterator[Problem]:
    fields = fields_of(model)
    for name, value in said.items():
        kind = fields[name].kind if name in fields else None
        for number, each in enumerate(value) if isinstance(value, tuple | list) else ((None, value),):
            where: Place = (*place, name) if number is None else (*place, name, number)
            if isinstance(each, Ref):
                yield from _name(each, kind, name, where, known)
            elif isinstance(each, LineChange):
                inner = PurchaseLine if issubclass(model, Purchase) else SalesLineGroup if each.is_group else SalesLine
                yield from _names(inner, {**each.changes, "lines": each.lines or ()}, where, known)
            elif isinstance(each, Mapping) and isinstance(kind, Nested):
                yield from _names(kind.struct, each, where, known)
            elif isinstance(each, Struct):
                yield from _names(type(each), dict(said_of(each)), where, known)


def _name(ref: Ref, kind: Kind | None, name: str, place: Place, known: Known) -> Iterator[Problem]:
    lost = len(place) > 1 and place[0] == "lines" and name not in ON_LINES
    if ref.id is not None or not ref.full_name or name in BY_NAME or lost:
        return
    if known.is_shipping(ref) or known.is_discount(ref):
        return
    resources = kind.of[0] if isinstance(kind, Many) else kind
    thing = CATALOGUE[resources.resources[0]].thing if isinstance(resources, To) and resources.resources else "object"
    yield Problem("reference_missing", place, {"thing": thing, "value": ref.full_name})
