"""How a resource is spelled in Conductor's API: rows in the order of the vendor's answers.

A row names the vendor's key and says in letters where it occurs: `c` in a create body (`C`: required there), `u` in an
update body (`U`: required), `r` in answers (`R`: never null there). Its model field is the key in snake case unless the
row says otherwise; what the field holds, and how long it may be, the model knows unless the row says otherwise.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from counterfoil.model.kinds import Flag, Kind, Many
from counterfoil.model.shape import Resource, fields_of


@dataclass(frozen=True, slots=True)
class Row:
    """One key. `sent` is its spelling in requests, where references are ids; `told` computes what no field holds.

    `kind` stands where the vendor's limits are narrower than the model's, or where no field is; `blank` marks a text
    in which an empty string is a value of its own; `kept` reduces what was sent to what may be kept of it. A row that
    `clears` is a switch in an update: where it is true, the field of that name becomes empty.
    """

    key: str
    field: str
    occurs: str
    sent: str
    table: "Part | None" = None
    told: Callable[[Any], object] | None = None
    kind: Kind | None = None
    blank: bool = False
    kept: Callable[[str], str] | None = None
    clears: str | None = None

    def in_body(self, verb: str) -> bool:
        """Whether it may be sent; `verb` is `c` or `u`."""
        return verb in self.occurs.lower()

    def needed(self, verb: str) -> bool:
        return verb.upper() in self.occurs

    @property
    def in_answer(self) -> bool:
        return "r" in self.occurs.lower()

    @property
    def nullable(self) -> bool:
        return "R" not in self.occurs


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a part without an address of its own: an address, a contact, a line.

    An update names entries that are a `line` or a `group` by their ids, and says of each what changes.
    """

    model: type[Struct]
    rows: tuple[Row, ...]
    object_type: str | None = None
    entry: Literal["value", "line", "group"] = "value"


@dataclass(frozen=True, slots=True)
class Table:
    """A resource: its path, its object type, its verbs (`L`ist, `C`reate, `R`ead, `U`pdate, `D`elete, `V`oid) and rows.

    `by_name` is the parameter that finds by name; `filters` names groups of further parameters (see `filters.py`).
    A resource of which there is only one has no object type, and is read at the path itself.
    """

    path: str
    object_type: str | None
    resource: str
    model: type[Resource]
    verbs: str
    rows: tuple[Row, ...]
    paging: Literal["cursor", "limit", "none"] = "cursor"
    by_name: str | None = None
    filters: tuple[str, ...] = ()

    @property
    def is_single(self) -> bool:
        return self.object_type is None


def kind_of(row: Row, model: type[Struct]) -> Kind:
    """What a row holds: as the row says, else as the model says."""
    return row.kind or fields_of(model)[row.field].kind


def is_shared(row: Row, model: type[Struct]) -> bool:
    """Whether its field holds entries of several shapes, of which this row has only one."""
    kind = kind_of(row, model)
    return isinstance(kind, Many) and len(kind.of) > 1


def snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])|(?<=[a-z])(?=[0-9]{2,})", lambda match: "_" + match.group(0).lower(), key)


def row(
    key: str,
    occurs: str,
    field: str | None = None,
    *,
    kind: Kind | None = None,
    blank: bool = False,
    kept: Callable[[str], str] | None = None,
) -> Row:
    """A plain value."""
    return Row(key, field or snake(key), occurs, key, kind=kind, blank=blank, kept=kept)


def ref(key: str, occurs: str, field: str | None = None) -> Row:
    """A reference: an id in requests, id and name in answers."""
    return Row(key, field or snake(key), occurs, f"{key}Id")


def refs(key: str, occurs: str, *, sent: str) -> Row:
    """Several references: ids in requests."""
    return Row(key, snake(key), occurs, sent)


def part(key: str, occurs: str, table: Part, field: str | None = None, *, sent: str | None = None) -> Row:
    """A nested object, or an array of them where the field is a tuple."""
    return Row(key, field or snake(key), occurs, sent or key, table)


def told(key: str, occurs: str, kind: Kind, compute: Callable[[Any], object]) -> Row:
    """A key of answers that is computed from the whole object."""
    return Row(key, "", occurs, key, told=compute, kind=kind)


def switch(key: str, *, clears: str | None = None) -> Row:
    """A key of update bodies that the model has no field for; unless it clears something, it changes nothing here."""
    return Row(key, "", "u", key, kind=Flag(), clears=clears)


HEAD = (
    row("id", "R"),
    row("createdAt", "R"),
    row("updatedAt", "R"),
    row("revisionNumber", "UR", "revision"),
)
"""What every answer begins with, the object type apart."""
