"""What is asked and what is answered, in the ids of other books.

QuickBooks Online gives ids, revisions and numbers of lines of its own. So that its answers can be compared field by
field, whatever it is asked is respelled in its ids, and whatever it answers in those of the embedded books: objects
that were there before by the tables of the emulated company, others by the order in which they were made.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.command import Create, LineChange
from counterfoil.model.kinds import Kind, Many, To
from counterfoil.model.lines import LinkedTransaction, SalesLine, SalesLineGroup
from counterfoil.model.outcome import Deleted, Done, Voided
from counterfoil.model.purchases import PurchaseLine
from counterfoil.model.query import Deletion, Filter, Page, Select
from counterfoil.model.shape import Resource, fields_of
from counterfoil.model.values import Ref

TRANSACTIONS: Final = "transactions"
LINES: Final = "lines"
BY_FILTER: Final = {
    "customer_id": "names",
    "vendor_id": "names",
    "worker_id": "names",
    "account_id": "accounts",
    "class_id": "classes",
    "currency_id": "currencies",
}
OF_TRANSACTIONS: Final = frozenset({"transaction_id", "credit_transaction_id", "link_to_transactions"})
Turn = Callable[[str, str], str]
"""An id of a space, in the ids of the others."""


def space_of(resource: str) -> str:
    return CATALOGUE[resource].list or TRANSACTIONS


class Spelling:
    """The ids of two books, by the space in which they are unique: a list, the transactions, or one sale's lines."""

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        self._there: dict[str, dict[str, str]] = {space: dict(ids) for space, ids in known.items()}
        self._here = {space: {other: id for id, other in ids.items()} for space, ids in self._there.items()}
        self._revisions: dict[tuple[str, str], str] = {}

    # What is asked.

    def said(self, asked: Any) -> Any:
        """A command or a query as the other books must be asked."""
        if isinstance(asked, Create):
            return structs.replace(asked, draft=_turned(asked.draft, self.there))
        if isinstance(asked, Select):
            space = space_of(asked.resource)
            filters = tuple(self._filter(each, space) for each in asked.filters)
            return structs.replace(asked, ids=tuple(self.there(space, each) for each in asked.ids), filters=filters)
        if not hasattr(asked, "id"):
            return asked
        space = space_of(asked.resource)
        changed: dict[str, Any] = {"id": self.there(space, asked.id)}
        if hasattr(asked, "revision"):
            changed["revision"] = self._revisions.get((asked.id, asked.revision), asked.revision)
            turn = self._lines_there(asked.id)
            changed["changes"] = _changes(CATALOGUE[asked.resource].model, asked.changes, turn)
        return structs.replace(asked, **changed)

    def there(self, space: str, id: str) -> str:
        return self._there.get(space, {}).get(id, id)

    def here(self, space: str, id: str) -> str:
        """What is kept beside Online's objects names others as it was said: with the ids of these books."""
        return self._here.get(space, {}).get(id, id if "-" in id else f"{id} of theirs")

    def _lines_there(self, sale: str) -> Turn:
        return lambda space, id: self.there(f"{LINES} of {sale}" if space == LINES else space, id)

    def _filter(self, each: Filter, space: str) -> Filter:
        by = space if each.field == "id" else BY_FILTER.get(each.field)
        if by is None or not isinstance(each.value, tuple):
            return each
        return Filter(each.field, each.operator, tuple(self.there(by, id) for id in each.value))

    # What is answered.

    def heard(self, first: Any, other: Any) -> Any:
        """An answer of the other books in the ids of the first. What is new in it is what is new in theirs."""
        if isinstance(other, Done):
            first = first.result if isinstance(first, Done) else None
            return structs.replace(other, result=self.heard(first, other.result))
        if isinstance(other, Page):
            items = first.items if isinstance(first, Page) else ()
            return structs.replace(other, items=self.heard(items, other.items))
        if isinstance(other, tuple | list):
            return type(other)(self.heard(*each) for each in zip(_as_many(first, len(other)), other, strict=True))
        if isinstance(other, Resource):
            return self._object(first, other)
        if isinstance(other, Deletion):
            return structs.replace(other, id=self.here(space_of(other.resource), other.id))
        if isinstance(other, Voided):
            return structs.replace(other, id=self.here(TRANSACTIONS, other.id))
        if isinstance(other, Deleted) and isinstance(first, Deleted):
            is_same = any(ids.get(first.id) == other.id for ids in self._there.values())
            return structs.replace(other, id=first.id if is_same else f"{other.id} of theirs")
        return other

    def _object(self, first: Any, other: Resource) -> Resource:
        space = space_of(BY_MODEL[type(other)].name)
        if type(first) is type(other):
            self._pair(space, first.id, other.id)
            if self.here(space, other.id) == first.id:
                self._revisions[first.id, first.revision] = other.revision
                self._pair_lines(f"{LINES} of {first.id}", getattr(first, "lines", ()), getattr(other, "lines", ()))
        id = self.here(space, other.id)
        turned: Resource = _turned(
            other, lambda name, each: self.here(f"{LINES} of {id}" if name == LINES else name, each)
        )
        return turned

    def _pair_lines(self, space: str, first: tuple[Any, ...], other: tuple[Any, ...]) -> None:
        for one, two in zip(first, other, strict=False):
            self._pair(space, one.id, two.id)
            self._pair_lines(space, getattr(one, "lines", ()), getattr(two, "lines", ()))

    def _pair(self, space: str, id: str, other: str) -> None:
        """Two new ids mean the same thing; what is known of either of them stays."""
        there, here = self._there.setdefault(space, {}), self._here.setdefault(space, {})
        if id and other and id not in there and other not in here:
            there[id], here[other] = other, id


def _as_many(first: Any, count: int) -> tuple[Any, ...]:
    return tuple(first) if isinstance(first, tuple | list) and len(first) == count else (None,) * count


def _turned(thing: Any, turn: Turn) -> Any:
    """A struct with its own id and all that it mentions respelled."""
    own = _own_space(thing)
    found: dict[str, Any] = {}
    model: type[Struct] = type(thing)
    for name, field in fields_of(model).items():
        value = getattr(thing, name)
        if name == "id":
            found[name] = turn(own, value) if value and own else value
        else:
            found[name] = _value(field.kind, name, value, turn, own)
    return structs.replace(thing, **{name: value for name, value in found.items() if value != getattr(thing, name)})


def _own_space(thing: Any) -> str:
    if isinstance(thing, SalesLine | SalesLineGroup | PurchaseLine):
        return LINES
    if isinstance(thing, LinkedTransaction):
        return TRANSACTIONS
    return space_of(BY_MODEL[type(thing)].name) if type(thing) in BY_MODEL else ""


def _value(kind: Kind | None, name: str, value: Any, turn: Turn, own: str) -> Any:
    if isinstance(value, Ref):
        space = _space(kind) or own
        return Ref(turn(space, value.id), value.full_name) if value.id else value
    if isinstance(value, LineChange):
        shape = SalesLineGroup if value.is_group else SalesLine
        lines = value.lines and tuple(_value(None, name, each, turn, own) for each in value.lines)
        id = value.id if value.id == "-1" else turn(LINES, value.id)
        return structs.replace(value, id=id, changes=_changes(shape, value.changes, turn), lines=lines)
    if isinstance(value, tuple):
        return tuple(_value(kind, name, each, turn, own) for each in value)
    if isinstance(value, str) and name in OF_TRANSACTIONS:
        return turn(TRANSACTIONS, value)
    return _turned(value, turn) if isinstance(value, Struct) else value


def _changes(model: type[Struct], changes: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    fields = fields_of(model)
    return {name: _value(fields[name].kind, name, value, turn, "") for name, value in changes.items()}


def _space(kind: Kind | None) -> str:
    inner = kind.of[0] if isinstance(kind, Many) else kind
    known = [name for name in inner.resources if name in CATALOGUE] if isinstance(inner, To) else []
    return space_of(known[0]) if known else ""
