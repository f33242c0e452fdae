"""Post in ChargeOver's words: `{"context_str", "context_id", "event", "data"}` around the object as answers tell it.

The `security_token` that the vendor puts into the body is no part of it here: it is put in when the body leaves
(`webhooks.signing.posted`), so that no stored body holds a secret. What is kept beside the books (external keys, custom
fields, tags) is told where the event brings it along. What stands in other objects (days of terms, symbols of
currencies, whether a line is taxable) an event does not know: such keys are left out, and read by the object's number.
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
from counterfoil.dialects.chargeover.sale_lines import LINE_COLUMNS, LineView, flattened, matched
from counterfoil.dialects.chargeover.sale_views import INVOICES, VOID, InvoiceView, Lookup
from counterfoil.dialects.chargeover.table import Column
from counterfoil.dialects.chargeover.tokens import token_of
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.dialects.chargeover.values import told
from counterfoil.model.catalogue import CATALOGUE, resource_of
from counterfoil.model.event import RESOURCE_OF, Event
from counterfoil.model.kinds import Amount, Moment
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

FIGURES: Final = ("subtotal", "total", "taxes")
"""The sums of an invoice that are kept when it is voided."""

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

    def keeps(self, event: Event) -> Mapping[str, Sequence[str]]:
        """The ids, by resource, of the objects of which a body tells what is kept beside them."""
        if _kind(event) is None:
            return {}
        kept: dict[str, Sequence[str]] = {RESOURCE_OF[event.subject]: [event.subject_id]}
        if isinstance(event.resource, Invoice):
            items = (line.item.id for line in flattened(event.resource) if line.item is not None)
            ids = [each for each in dict.fromkeys(items) if each is not None]
            kept |= dict.fromkeys(ITEM_RESOURCES, ids)
        return kept

    def _letter(self, event: Event, called: "Called") -> bytes:
        return _json.encode(_enveloped(event, self._object(event, called), called))

    def _object(self, event: Event, called: "Called") -> dict[str, Any]:
        kind, thing = _kind(event), event.resource
        if kind is None or not isinstance(thing, Resource) or KINDS.get(resource_of(thing).name) != kind:
            return _named(event, called)
        if isinstance(thing, Invoice) and thing.is_void:
            return _voided(event, thing.id, thing.ref_number, thing.updated_at, called)
        answer = _shown(TYPES[kind].columns, _view(kind, thing, event, called, self.base))
        if isinstance(thing, Invoice):
            answer["line_items"] = _lines(thing, event, called)
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


class KeptView:
    """Of an object that the event does not show, what is kept beside it."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.kept = kept

    def __getattr__(self, name: str) -> NoReturn:
        raise Untold(name)


def _kept(event: Event) -> Any:
    """What is kept beside the object of an event; Untold where that was not looked for."""
    found = event.beside.get(RESOURCE_OF[event.subject])
    return UNTOLD if found is None else found.get(event.subject_id, {})


def _kept_of_item(event: Event, id: str | None) -> Any:
    if not all(resource in event.beside for resource in ITEM_RESOURCES):
        return UNTOLD
    found = (event.beside[resource].get(id or "") for resource in ITEM_RESOURCES)
    return next((each for each in found if each is not None), {})


def _kind(event: Event) -> str | None:
    return KINDS.get(RESOURCE_OF.get(event.subject, ""))


def _enveloped(event: Event, thing: Mapping[str, Any], called: Called) -> dict[str, Any]:
    context = _kind(event) or event.subject
    return {
        "context_str": context,
        "context_id": _id(event, called),
        "event": EVENTS.get(event.what, event.what),
        "data": {context: thing},
        "connection_id": event.known_as(),
        "request_id": event.request_id,
    }


def _id(event: Event, called: Called) -> int | str:
    resource = RESOURCE_OF.get(event.subject)
    if resource is None:
        return event.known_as() if event.subject == "connection" else event.subject_id
    found: int | str = called.of(CATALOGUE[resource].list or "transactions", event.subject_id)
    return found


def _view(kind: str, thing: Any, event: Event, called: Called, base: str) -> Any:
    """The view behind the columns of a kind, in which what an event does not know refuses to be looked at."""
    kept = _kept(event)
    if kind == "invoice":
        day = today(event.at)
        lookup = Lookup(called, {thing.id: kept}, UNTOLD, UNTOLD, UNTOLD, frozenset(), day, base)
        return InvoiceView(thing, lookup)
    if kind == "transaction":
        return TransactionView(thing, kept, called, UNTOLD if thing.currency is not None else None, base)
    if kind == "customer":
        return CustomerView(thing, kept, called, UNTOLD, UNTOLD if thing.terms is not None else None, UNTOLD, base)
    if kind == "item":
        return ItemView(thing, kept, called)
    space = TYPES[kind].space
    token = called.token(kind, space, thing.id) if called.number(space, thing.id) is not None else UNTOLD
    return ListView(thing, kept, called.of(space, thing.id), token)


def _shown(columns: Iterable[Column], view: Any) -> dict[str, Any]:
    """The columns that the event knows, as answers tell them."""
    answer = {}
    for column in columns:
        with suppress(Untold):
            if column.shown:
                answer[column.name] = told(column.kind, column.get(view))
    return answer


def _lines(invoice: Invoice, event: Event, called: Called) -> list[dict[str, Any]]:
    number, lines = called.of("transactions", invoice.id), flattened(invoice)
    kept: list[Any] = [UNTOLD] * len(lines)
    with suppress(Untold):
        kept = [*matched(lines, _kept(event).get("lines", []))]
    views = (_line(number, line, beside, event, called) for line, beside in zip(lines, kept, strict=True))
    return [_shown(LINE_COLUMNS, view) for view in views]


def _line(invoice: Any, line: SalesLine, kept: Any, event: Event, called: Called) -> LineView:
    quantity = line.quantity if line.quantity is not None else Decimal(1)
    item = _kept_of_item(event, line.item.id if line.item is not None else None)
    return LineView(invoice, line, kept, item, called, UNTOLD, quantity, UNTOLD)


def _voided(event: Event, id: str, ref_number: str | None, moment: int, called: Called) -> dict[str, Any]:
    """A voided invoice, with what is kept beside it: also the sums that it had."""
    kept = _kept(event)
    same = _shown(TYPES["invoice"].columns, KeptView(UNTOLD))
    beside = {name: each for name, each in _shown(TYPES["invoice"].columns, KeptView(kept)).items() if name not in same}
    with suppress(Untold):
        before = kept.get("voided", {})
        beside |= {name: told(Amount(), Decimal(before[name])) for name in FIGURES if name in before}
    return {
        **beside,
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
        return _voided(event, thing.id, thing.ref_number, thing.updated_at, called)
    key = TYPES[kind].key if kind is not None else f"{event.subject}_id"
    status = {} if event.subject in RESOURCE_OF else {"status": event.what}
    return {**event.details, key: _id(event, called), **status}
