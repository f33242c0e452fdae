"""How a resource is spelled in qbXML: rows in the order of the elements, which QuickBooks demands.

A row names the element and the model's field, and says in letters where it occurs: `a` in an Add (`A`: required
there), `m` in a Mod (`M`: required), `r` in what the books return. What an element holds, and how long it may be, the
model knows unless the row says otherwise. Rows of one verb that share a `choice` exclude one another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from msgspec import Struct

from counterfoil.model.kinds import Kind
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.converters import Converter

Verb = Literal["a", "m", "r"]
Version = tuple[int, int]

FIRST: Final[Version] = (1, 0)
DEFAULT_VERSION: Final = "13.0"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One element. `told` computes what no field holds; a row without either is read for its order and passed by.

    `blank` marks a text in which an empty element of an Add has a meaning; what is `firm` a Mod cannot empty. A row
    that `clears` is a switch: where it is true, the field of that name becomes empty.
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


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """A resource: its messages are `name` with `AddRq`, `ModRq`, `QueryRq` behind it; `key` is the element of its id.

    `verbs` says which there are (`A`dd, `M`od, `Q`uery), and whether QuickBooks can `D`elete or `V`oid one.
    """

    name: str
    resource: str
    key: Literal["TxnID", "ListID", ""]
    verbs: str
    part: Part
    query: Part

    @property
    def model(self) -> type[Resource]:
        model: type[Any] = self.part.model
        return model


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
