"""How resources are spelled in Intuit's Accounting API v3: rows, and the little that every row needs to know.

A row is a key, the model field behind it and the form in which the field's value is written and read. What no single
field holds is computed by a function that stands beside its table. Values are plain ones: text, Decimal, whole
numbers, booleans, dicts in Intuit's shape, and lists; what is not there has no key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from counterfoil.model.catalogue import CATALOGUE, resource_of
from counterfoil.model.company import Company, Preferences
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref

Json = dict[str, Any]
TRANSACTIONS: Final = "transactions"
SHIPPING_ITEM: Final = "SHIPPING_ITEM_ID"
"""What Intuit writes in the place of an item where a line charges for shipping."""

TAXABLE: Final = "TAX"
EXEMPT: Final = "NON"
"""The two tax codes that a line of an American company may have."""


@dataclass(frozen=True, slots=True)
class Known:
    """What must be known of a company besides the object itself, looked up beforehand by whoever can.

    `numbers` are Intuit's ids by space and by the books' own id; an object without one keeps its own id, as books do
    whose ids are Intuit's. `items` and `tax_codes` are those that the objects mention, `currencies` the codes (`USD`)
    by id. `shipping_item` is the name of the item that stands for shipping.
    """

    company: Company = field(default_factory=Company)
    preferences: Preferences = field(default_factory=Preferences)
    numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    items: Mapping[str, Resource] = field(default_factory=dict)
    tax_codes: Mapping[str, SalesTaxCode] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    shipping_item: str = ""
    custom_numbers: bool = False

    def number(self, space: str, id: str) -> str:
        """Intuit's id of an object."""
        return self.numbers.get(space, {}).get(id, id)

    def id(self, space: str, number: str) -> str:
        """The books' id behind one of Intuit's."""
        return next((id for id, known in self.numbers.get(space, {}).items() if known == number), number)

    def is_shipping(self, item: Ref | None) -> bool:
        name = item.full_name if item is not None else None
        return bool(name and self.shipping_item) and (name or "").casefold() == self.shipping_item.casefold()

    @property
    def is_canadian(self) -> bool:
        return self.company.country == "CA"

    def is_foreign(self, currency: Ref | None) -> bool:
        multi = self.preferences.multi_currency
        home = multi.home_currency if multi is not None else None
        return currency is not None and home is not None and currency.id != home.id

    def currency(self, ref: Ref | None) -> str:
        """The three letters of a currency; without one, of the company's own."""
        code = self.currencies.get(ref.id or "") if ref is not None else None
        return code or ("CAD" if self.is_canadian else "USD")


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value stands in Intuit's JSON."""

    write: Callable[[Any, Known], Any]
    read: Callable[[Any, Known], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One key. `told` computes what no field holds; such a row is only written."""

    key: str
    field: str = ""
    form: Form | None = None
    told: Callable[[Any, Known], Any] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of something without an id of its own."""

    model: type[Struct]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A property by which the books themselves can find: their own field, and how its value is written there."""

    field: str
    kind: str
    """`text`, `day`, `moment`, or the space of a reference."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One of Intuit's entities: its name, the resources that are one, and its rows in the order of Intuit's classes.

    `canadian` are the resources in Canada where they are others; `shown` tells whether an object of them is one at all.
    """

    name: str
    resources: tuple[str, ...]
    rows: tuple[Row, ...]
    canadian: tuple[str, ...] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    shown: Callable[[Any, Known], bool] | None = None

    def resources_in(self, country: str) -> tuple[str, ...]:
        return self.canadian if country == "CA" and self.canadian else self.resources

    @property
    def has_active(self) -> bool:
        return any(row.key == "Active" for row in self.rows)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(row.key.casefold() for row in self.rows)


def row(key: str, field: str, form: Form) -> Row:
    return Row(key, field, form)


def told(key: str, compute: Callable[[Any, Known], Any]) -> Row:
    """A key that is computed from the whole object, and left out where that gives None."""
    return Row(key, told=compute)


def always(key: str, value: Any) -> Row:
    """A key that always says the same."""
    return Row(key, told=lambda _thing, _known: value)


def space_of(thing: Resource) -> str:
    """Where an object is numbered."""
    return space_of_resource(resource_of(thing).name)


def space_of_resource(resource: str) -> str:
    return CATALOGUE[resource].list or TRANSACTIONS


def sync_token(thing: Resource) -> str:
    """Intuit counts versions from 0. Books that name versions by moments count on from the moment of creation."""
    if not thing.revision.isdecimal():
        return thing.revision or "0"
    version = int(thing.revision)
    return str(version - thing.created_at if version >= thing.created_at else version)


def revision_of(token: str, created_at: int) -> str:
    """The revision behind a sync token of books that name versions by moments."""
    return str(int(token) + created_at)


def line_number(document: str, line: str, position: int) -> str:
    """Intuit numbers the lines of a document from 1 and never gives a number twice.

    Lines that draw their ids from the counter of documents are numbered by how far they come after theirs.
    """
    try:
        distance = int(line.partition("-")[0], 16) - int(document.partition("-")[0], 16)
    except ValueError:
        return line or str(position)
    return str(distance) if distance > 0 else str(position)


def decimal(value: Any) -> Decimal:
    """A number as Intuit's clients write it: as a number, or as text."""
    return Decimal(str(value))
