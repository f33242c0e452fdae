"""Post in ChargeOver's words: `{"context_str", "context_id", "event", "data"}` around the object as answers tell it.

The `security_token` that the vendor puts into the body is no part of it here: it is put in when the body leaves
(`webhooks.signing.posted`), so that no stored body holds a secret. What is kept beside the books (external keys, custom
fields, tags) and what stands in other objects (days of terms, symbols of currencies, whether a line is taxable) an
event does not know: such keys are left out, and read by the object's number.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, NoReturn

import msgspec

from counterfoil.core.dates import today
from counterfoil.dialects.chargeover.desk import Numbers as FoundNumbers
from counterfoil.dialects.chargeover.items import ITEM_RESOURCES, ItemView
from counterfoil.dialects.chargeover.lists import CLASSES, CURRENCIES, TERMS, ListView
from counterfoil.dialects.chargeover.people import CUSTOMERS, CustomerView
from counterfoil.dialects.chargeover.receivables import RESOURCES as TRANSACTIONS
from counterfoil.dialects.chargeover.receivables import TransactionView
from counterfoil.dialects.chargeover.sale_lines import LINE_COLUMNS, LineView, flattened
from counterfoil.dialects.chargeover.sale_views import INVOICES, VOID, InvoiceView, Lookup
from counterfoil.dialects.chargeover.table import Column
from counterfoil.dialects.chargeover.tokens import token_of
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.dialects.chargeover.values import told
from counterfoil.model.catalogue import CATALOGUE, resource_of
from counterfoil.model.event import RESOURCE_OF, Event
from counterfoil.model.kinds import Moment
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Voided
from counterfoil.model.sales import Invoice
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref

Numbers = Mapping[str, Mapping[str, int]]
"""Numbers of objects by space and by the books' own id; what has none is called by its own id."""

NO_NUMBERS: Final[Numbers] = {}
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(INVOICES, "invoice"),
    **dict.fromkeys(TRANSACTIONS, "transaction"),
    **dict.fromkeys(CUSTOMERS, "customer"),
    **dict.fromkeys(ITEM_RESOURCES, "item"),
    **dict.fromkeys(CLASSES, "class"),
    **dict.fromkeys(CURRENCIES, "currency"),
    **dict.fromkeys(TERMS, "terms"),
}
"""The vendor's kind of each resource that it knows."""

EVENTS: Final[Mapping[str, str]] = {
    "created": "insert",
    "updated": "update",
    "deleted": "delete",
    "voided": "void",
    "paid": "paid",
}
"""The vendor's names of what happens; `insert` and `update` are documented, the others assumed. What is not here keeps
its own."""

_json = msgspec.json.Encoder(decimal_format="number")


class ChargeOverLetters:
    """Renders events for endpoints that speak ChargeOver. `base` is where this server is reached, for links."""

    def __init__(self, base: str = "") -> None:
        self.base = base.rstrip("/")

    def body(self, event: Event, numbers: Numbers = NO_NUMBERS) -> bytes:
        return self._letter(event, Called(event.connection_id, numbers))

    def bare(self, event: Event, numbers: Numbers = NO_NUMBERS) -> bytes:
        """Ids and types alone."""
        called = Called(event.connection_id, numbers)
        return _json.encode(_enveloped(event, _named(event, called), called))

    def mentions(self, event: Event) -> Mapping[str, Sequence[str]]:
        """The ids, by space, whose numbers a body tells."""
        asked = Asked(event.connection_id, NO_NUMBERS)
        self._letter(event, asked)
        return {space: list(ids) for space, ids in asked.wanted.items()}

    def _letter(self, event: Event, called: "Called") -> bytes:
        return _json.encode(_enveloped(event, self._object(event, called), called))

    def _object(self, event: Event, called: "Called") -> dict[str, Any]:
        kind, thing = _kind(event), event.resource
        if kind is None or not isinstance(thing, Resource) or KINDS.get(resource_of(thing).name) != kind:
            return _named(event, called)
        if isinstance(thing, Invoice) and thing.is_void:
            return _voided(thing.id, thing.ref_number, thing.updated_at, called)
        answer = _shown(TYPES[kind].columns, _view(kind, thing, event, called, self.base))
        if isinstance(thing, Invoice):
            answer["line_items"] = _lines(thing, called)
        linked = bool(self.base) and called.number(TYPES[kind].space, thing.id) is not None
        return answer if linked else {name: value for name, value in answer.items() if not name.startswith("url_")}


class Untold(Exception):
    """An event does not know this."""


class Untellable:
    """Stands where a view expects what an event does not know: whatever is done with it raises Untold."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise Untold(name)

    def __bool__(self) -> NoReturn:
        raise Untold

    def __eq__(self, other: object) -> NoReturn:
        raise Untold

    __hash__ = None  # type: ignore[assignment]


UNTOLD: Final[Any] = Untellable()


class Called(FoundNumbers):
    """What objects are called: by their numbers, or where these are not at hand by the books' own ids."""

    def of(self, space: str, thing: Ref | str | None) -> Any:
        id = thing.id if isinstance(thing, Ref) else thing
        number = self.number(space, id) if id is not None else None
        return number if number is not None else id

    def number(self, space: str, id: str) -> int | None:
        return self.found.get(space, {}).get(id)

    def token(self, kind: str, space: str, thing: Ref | str | None) -> str | None:
        """A token is made of a number; raises Untold where only the id is known."""
        number = self.of(space, thing)
        if number is None:
            return None
        if not isinstance(number, int):
            raise Untold
        return token_of(self.connection, kind, number)


class Asked(Called):
    """Notes which numbers are asked for."""

    def __init__(self, connection: str, found: Numbers) -> None:
        super().__init__(connection, found)
        self.wanted: dict[str, dict[str, None]] = {}

    def number(self, space: str, id: str) -> int | None:
        self.wanted.setdefault(space, {})[id] = None
        return super().number(space, id)


def _kind(event: Event) -> str | None:
    return KINDS.get(RESOURCE_OF.get(event.subject, ""))


def _enveloped(event: Event, thing: Mapping[str, Any], called: Called) -> dict[str, Any]:
    context = _kind(event) or event.subject
    return {
        "context_str": context,
        "context_id": _id(event, called),
        "event": EVENTS.get(event.what, event.what),
        "data": {context: thing},
        "connection_id": event.connection_id,
        "request_id": event.request_id,
    }


def _id(event: Event, called: Called) -> int | str:
    resource = RESOURCE_OF.get(event.subject)
    if resource is None:
        return event.subject_id
    found: int | str = called.of(CATALOGUE[resource].list or "transactions", event.subject_id)
    return found


def _view(kind: str, thing: Any, event: Event, called: Called, base: str) -> Any:
    """The view behind the columns of a kind, in which what an event does not know refuses to be looked at."""
    if kind == "invoice":
        day = today(event.at)
        lookup = Lookup(called, {thing.id: UNTOLD}, UNTOLD, UNTOLD, UNTOLD, frozenset(), day, base)
        return InvoiceView(thing, lookup)
    if kind == "transaction":
        return TransactionView(thing, UNTOLD, called, UNTOLD if thing.currency is not None else None, base)
    if kind == "customer":
        return CustomerView(thing, UNTOLD, called, UNTOLD, UNTOLD if thing.terms is not None else None, UNTOLD, base)
    if kind == "item":
        return ItemView(thing, UNTOLD, called)
    space = TYPES[kind].space
    token = called.token(kind, space, thing.id) if called.number(space, thing.id) is not None else UNTOLD
    return ListView(thing, UNTOLD, called.of(space, thing.id), token)


def _shown(columns: Iterable[Column], view: Any) -> dict[str, Any]:
    """The columns that the event knows, as answers tell them."""
    answer = {}
    for column in columns:
        with suppress(Untold):
            if column.shown:
                answer[column.name] = told(column.kind, column.get(view))
    return answer


def _lines(invoice: Invoice, called: Called) -> list[dict[str, Any]]:
    number = called.of("transactions", invoice.id)
    return [_shown(LINE_COLUMNS, _line(number, line, called)) for line in flattened(invoice)]


def _line(invoice: Any, line: SalesLine, called: Called) -> LineView:
    quantity = line.quantity if line.quantity is not None else Decimal(1)
    return LineView(invoice, line, UNTOLD, UNTOLD, called, UNTOLD, quantity, UNTOLD)


def _voided(id: str, ref_number: str | None, moment: int, called: Called) -> dict[str, Any]:
    """A voided invoice; the sums that it had are read with it."""
    return {
        "invoice_id": called.of("transactions", id),
        "refnumber": ref_number or None,
        "void_datetime": told(Moment(), moment),
        "invoice_status_name": VOID.name,
        "invoice_status_str": VOID.code,
        "invoice_status_state": VOID.state,
        "is_paid": True,
        "balance": 0,
        "is_void": True,
    }


def _named(event: Event, called: Called) -> dict[str, Any]:
    """What is gone, or no kind of the vendor's, by its id; beside it the plain facts that the event bears."""
    kind, thing = _kind(event), event.resource
    if kind == "invoice" and isinstance(thing, Voided):
        return _voided(thing.id, thing.ref_number, thing.updated_at, called)
    key = TYPES[kind].key if kind is not None else f"{event.subject}_id"
    status = {} if event.subject in RESOURCE_OF else {"status": event.what}
    return {**event.details, key: _id(event, called), **status}
