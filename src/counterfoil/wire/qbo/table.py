"""How resources are spelled in Intuit's Accounting API v3: rows, and the little that every row needs to know.

A row is a key, the model field behind it and the form in which the field's value is written and read. It serves four
ways: an object is *told* to whoever asks Intuit for it, and *heard* from Intuit's answer; a caller's wish is *asked* of
Intuit, and is what Intuit's client *wanted* there. What no single field holds is worked out by functions that stand
beside their table. Values are plain ones: text, Decimal, whole numbers, booleans, dicts in Intuit's shape, and lists;
what is not there has no key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from counterfoil.model.catalogue import CATALOGUE, resource_of
from counterfoil.model.company import Company, Preferences
from counterfoil.model.items import SalesTaxItem
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref

Json = dict[str, Any]
TaxMode = Literal["none", "legacy", "automated", "global"]
"""How a company charges sales tax: not at all, by a tax code that the caller names (United States), by Intuit's own
engine (United States), or by a tax code on each line (everywhere else)."""

TRANSACTIONS: Final = "transactions"
SHIPPING_ITEM: Final = "SHIPPING_ITEM_ID"
"""What Intuit writes in the place of an item where a line charges for shipping."""

DISCOUNT_ITEM: Final = "DISCOUNT"
"""What stands here in the place of an item where a line of Intuit's is the sale's discount, which has no item there."""

TAXABLE: Final = "TAX"
EXEMPT: Final = "NON"
"""The two tax codes that a line of an American company may have."""


@dataclass(frozen=True, slots=True)
class Known:
    """What must be known of a company besides the object itself, looked up beforehand by whoever can.

    `numbers` are Intuit's ids by space and by the books' own id; an object without one keeps its own id, as books do
    whose ids are Intuit's. `items` and `tax_codes` are those that the objects mention, `currencies` the codes (`USD`)
    by id. `shipping_item` and `discount_item` are the names of the items that stand for shipping and for the discount
    of a sale, in books that have items for them. `tax` is how the company charges tax, worked out where it is None;
    `definitions` are the ids of custom fields by their names, `rates` the rates that one of Intuit's tax codes
    charges, by the id of the code, and `emails` the addresses of customers by their ids.
    """

    company: Company = field(default_factory=Company)
    preferences: Preferences = field(default_factory=Preferences)
    numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    items: Mapping[str, Resource] = field(default_factory=dict)
    tax_codes: Mapping[str, SalesTaxCode] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    shipping_item: str = ""
    custom_numbers: bool = False
    discount_item: str = ""
    tax: TaxMode | None = None
    definitions: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, tuple[SalesTaxItem, ...]] = field(default_factory=dict)
    emails: Mapping[str, str] = field(default_factory=dict)

    def number(self, space: str, id: str) -> str:
        """Intuit's id of an object."""
        return self.numbers.get(space, {}).get(id, id)

    def id(self, space: str, number: str) -> str:
        """The books' id behind one of Intuit's."""
        return next((id for id, known in self.numbers.get(space, {}).items() if known == number), number)

    def is_shipping(self, item: Ref | None) -> bool:
        return _stands_for(item, SHIPPING_ITEM, self.shipping_item)

    def is_discount(self, item: Ref | None) -> bool:
        return _stands_for(item, DISCOUNT_ITEM, self.discount_item)

    @property
    def is_canadian(self) -> bool:
        """Whether each line is taxed by its own code, as everywhere but in the United States."""
        return self.company.country == "CA" or self.tax == "global"

    @property
    def tax_mode(self) -> TaxMode:
        if self.tax is not None:
            return self.tax
        if self.preferences.sales_tax is None:
            return "none"
        return "global" if self.is_canadian else "automated"

    def is_foreign(self, currency: Ref | None) -> bool:
        multi = self.preferences.multi_currency
        home = multi.home_currency if multi is not None else None
        return currency is not None and home is not None and currency.id != home.id

    def currency(self, ref: Ref | None) -> str:
        """The three letters of a currency; without one, of the company's own. Intuit's ids are the letters."""
        id = (ref.id or "") if ref is not None else ""
        code = self.currencies.get(id) or (id if len(id) == 3 and id.isupper() else None)
        return code or ("CAD" if self.company.country == "CA" else "USD")


def _stands_for(item: Ref | None, id: str, name: str) -> bool:
    if item is None:
        return False
    return item.id == id or (bool(name and item.full_name) and (item.full_name or "").casefold() == name.casefold())


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value stands in Intuit's JSON. `read` gives None where nothing is said, and raises
    ValueError, KeyError, TypeError or ArithmeticError on what is not `expected`."""

    write: Callable[[Any, Known], Any]
    read: Callable[[Any, Known], Any]
    expected: str = "a string"


Tell = Callable[[Any, Known], Any]
"""A thing of the model → the value of one key; None leaves the key out."""

Hear = Callable[[Json, Known], Mapping[str, Any]]
"""An object of Intuit's → fields of the model. A mapping in the place of a part holds fields of that part."""

Use = Literal["free", "once", "kept", "own"]
"""Who may write a key: anybody at any time (what an update leaves out is cleared), anybody but only when the object is
made, anybody (what an update leaves out is kept), or Intuit alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One key, and the four ways through it; a way that is None goes by `field` and `form`, where there are any.

    `fields` are the model's fields behind the key where they are others than `field`, `most` the number of characters
    that Intuit holds, `required` what Intuit cannot do without.
    """

    key: str
    field: str = ""
    form: Form | None = None
    told: Tell | None = None
    heard: Hear | None = None
    asked: Tell | None = None
    wanted: Hear | None = None
    use: Use = "free"
    fields: tuple[str, ...] = ()
    most: int = 0
    required: bool = False

    @property
    def behind(self) -> tuple[str, ...]:
        return self.fields or ((self.field,) if self.field else ())

    @property
    def is_asked(self) -> bool:
        """Whether requests may have it."""
        return self.use != "own" and (self.asked is not None or self.form is not None)


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
    `which` names the resource that an object of Intuit's is, where there are several. `made` are the resources that a
    caller may make and change, `void` how Intuit is asked to void one (no word: it cannot be). `extra` are Intuit's
    own keys that no field of the model stands behind.
    """

    name: str
    resources: tuple[str, ...]
    rows: tuple[Row, ...]
    canadian: tuple[str, ...] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    shown: Callable[[Any, Known], bool] | None = None
    which: Callable[[Json, Known], str] | None = None
    made: tuple[str, ...] = ()
    void: Literal["", "operation", "include"] = ""
    extra: frozenset[str] = frozenset()

    def resources_in(self, country: str) -> tuple[str, ...]:
        return self.canadian if country == "CA" and self.canadian else self.resources

    def resource_of(self, given: Json, known: Known) -> str:
        """The resource that an object of Intuit's is."""
        return self.which(given, known) if self.which is not None else self.resources[0]

    @property
    def has_active(self) -> bool:
        return any(row.key == "Active" for row in self.rows)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(row.key.casefold() for row in self.rows)


def row(key: str, field: str, form: Form, use: Use = "free", *, most: int = 0, required: bool = False) -> Row:
    return Row(key, field, form, use=use, most=most, required=required)


def own(key: str, field: str, form: Form) -> Row:
    """A key of a field that Intuit alone writes."""
    return Row(key, field, form, use="own")


def told(key: str, compute: Tell) -> Row:
    """A key that is computed from the whole object, and left out where that gives None; nobody sends or reads it."""
    return Row(key, told=compute, use="own")


def always(key: str, value: Any) -> Row:
    """A key that always says the same."""
    return told(key, lambda _thing, _known: value)


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

    Lines that draw their ids from the counter of documents are numbered by how far they come after theirs; others are
    called as they are.
    """
    if "-" not in line:
        return line or str(position)
    try:
        distance = int(line.partition("-")[0], 16) - int(document.partition("-")[0], 16)
    except ValueError:
        return line
    return str(distance) if distance > 0 else str(position)


def decimal(value: Any) -> Decimal:
    """A number as Intuit's clients write it: as a number, or as text. Raises ArithmeticError or ValueError."""
    if isinstance(value, bool):
        raise ValueError(value)
    number = Decimal(str(value).strip())
    if not number.is_finite() or not -LARGEST_EXPONENT <= number.adjusted() <= LARGEST_EXPONENT:
        raise ValueError(str(value))
    return number


LARGEST_EXPONENT: Final = 30
"""Numbers beyond this many digits before or after the point are none of anybody's books."""
