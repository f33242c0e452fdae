"""How a resource is spelled in qbXML: rows in the order of the elements, which QuickBooks demands.

A row names the element and the model's field, and says in letters where it occurs: `a` in an Add (`A`: required
there), `m` in a Mod (`M`: required), `r` in what the books return. What an element holds, and how long it may be, the
model knows unless the row says otherwise. Rows of one verb that share a `choice` exclude one another.

Where qbXML holds a resource otherwise than the model (two kinds of lines for one, a duration for hours and minutes),
its part is of a struct with the fields that qbXML has, and plain functions beside the table lead from one to the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from msgspec import Struct

from counterfoil.model.kinds import Kind, Text
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.converters import Converter

Verb = Literal["a", "m", "r"]
Version = tuple[int, int]
Values = dict[str, Any]
Respelling = Callable[[Values, Verb], Values]
"""Fields and their values, as one side has them → as the other has them; the verb tells whose they are."""

FIRST: Final[Version] = (1, 0)
DEFAULT_VERSION: Final = "13.0"
KEPT_LINES: Final = "kept_lines"
"""Beside the changes of a Mod: which lines stay though it does not name them, where that is not none."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One element. `told` computes what no field holds; a row without either is read for its order and passed by.

    `blank` marks a text in which an empty element of an Add has a meaning; what is `firm` a Mod cannot empty. A row
    that `clears` is a switch: where it is true, the field of that name becomes empty. What is `unkept` QuickBooks keeps
    and the model has no place for: whoever keeps the model refuses it. Such an element may stand several times where it
    `repeats`, and among the entries of the row before it where it stands `beside` them.
    """

    tag: str
    field: str
    occurs: str
    since: Version = FIRST
    kind: Kind | None = None
    part: "Part | None" = None
    convert: Converter | None = None
    choice: str = ""
    blank: bool = False
    firm: bool = False
    told: Callable[[Any], Any] | None = None
    clears: str = ""
    unkept: bool = False
    repeats: bool = False
    beside: bool = False

    def serves(self, verb: Verb) -> bool:
        return verb in self.occurs.lower()

    def needed(self, verb: Verb) -> bool:
        return verb.upper() in self.occurs


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The rows of an element that holds elements. A Mod names entries that are a `line` or a `group` by their ids."""

    model: type[Struct]
    rows: tuple[Row, ...]
    entry: Literal["value", "line", "group"] = "value"


def _as_it_is(values: Values, _verb: Verb) -> Values:
    return values


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """A resource: its messages are `name` with `AddRq`, `ModRq`, `QueryRq` behind it; `key` is the element of its id.

    `verbs` says which there are (`A`dd, `M`od, `Q`uery), and whether QuickBooks can `D`elete or `V`oid one.

    A part of a struct of its own `holds` this class of the model; `inward` leads to the model's fields, `outward` from
    them, and `stands` says where a field of the model is found there. Of a resource that qbXML has several kinds of,
    `only` names the field that tells them apart, and its value here.
    """

    name: str
    resource: str
    key: Literal["TxnID", "ListID", ""]
    verbs: str
    part: Part
    query: Part
    holds: type[Resource] | None = None
    inward: Respelling = _as_it_is
    outward: Respelling = _as_it_is
    stands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: tuple[str, str] | None = None

    @property
    def model(self) -> type[Resource]:
        model: type[Any] = self.holds or self.part.model
        return model

    def thing(self, values: Values, verb: Verb) -> Resource:
        """The object of the model that the fields of the part make."""
        return self.model(**self.inward(values, verb))

    def spoken(self, thing: Struct, verb: Verb) -> Struct:
        """An object of the model as the part has it."""
        if self.outward is _as_it_is:
            return thing
        values = {name: getattr(thing, name) for name in thing.__struct_fields__}
        return self.part.model(**self.outward(values, verb))

    def fields_for(self, name: str) -> tuple[str, ...]:
        """Where a field of the model stands in the part: under its own name, unless elsewhere."""
        return self.stands.get(name, (name,))

    def is_of(self, thing: Struct) -> bool:
        """Whether an object of this resource is of the kind that this table is about."""
        return self.only is None or getattr(thing, self.only[0], None) == self.only[1]


def version_of(text: str) -> Version:
    """`13.0` as numbers; the letters of an edition before them do not matter."""
    major, _, minor = text.lstrip("ACEKOU").partition(".")
    return int(major), int(minor or "0")


def row(
    tag: str,
    field: str,
    occurs: str,
    *,
    since: str = "1.0",
    kind: Kind | None = None,
    convert: Converter | None = None,
    choice: str = "",
    blank: bool = False,
    firm: bool = False,
) -> Row:
    """A value, a reference, or several of them where the field is a tuple."""
    return Row(tag, field, occurs, version_of(since), kind, None, convert, choice, blank, firm)


def part(tag: str, field: str, occurs: str, table: Part, *, since: str = "1.0", choice: str = "") -> Row:
    """An element with elements in it, or several of them where the field is a tuple."""
    return Row(tag, field, occurs, version_of(since), part=table, choice=choice)


def told(
    tag: str,
    compute: Callable[[Any], Any],
    *,
    kind: Kind | None = None,
    table: Part | None = None,
    since: str = "1.0",
) -> Row:
    """An element of answers that is computed from the whole object."""
    return Row(tag, "", "r", version_of(since), kind, table, told=compute)


def unkept(
    tag: str,
    occurs: str,
    *,
    since: str = "1.0",
    kind: Kind | None = None,
    table: Part | None = None,
    choice: str = "",
    repeats: bool = False,
    beside: bool = False,
) -> Row:
    """An element that QuickBooks keeps and the model has no place for; without a kind or a table it is a text."""
    if kind is None and table is None:
        kind = Text()
    number = version_of(since)
    return Row(tag, "", occurs, number, kind, table, choice=choice, unkept=True, repeats=repeats, beside=beside)


def passed(
    tag: str,
    occurs: str,
    *,
    since: str = "1.0",
    kind: Kind | None = None,
    table: Part | None = None,
    choice: str = "",
    clears: str = "",
) -> Row:
    """An element that requests may have and that no field holds."""
    return Row(tag, "", occurs, version_of(since), kind, table, choice=choice, clears=clears)
