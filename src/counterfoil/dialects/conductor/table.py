"""How a resource is spelled in Conductor's API: rows in the order of the vendor's answers.

A row names the vendor's key and says in letters where it occurs: `c` in a create body (`C`: required there), `u` in an
update body (`U`: required), `r` in answers (`R`: never null there). Its model field is the key in snake case unless the
row says otherwise; what the field holds, and how long it may be, the model knows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from counterfoil.model.shape import Resource


@dataclass(frozen=True, slots=True)
class Row:
    """One key. `sent` is its spelling in requests, where references are ids; `told` computes what no field holds."""

    key: str
    field: str
    occurs: str
    sent: str
    table: "Part | None" = None
    told: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a part without an address of its own: a line, an address, a contact."""

    model: type[Struct]
    rows: tuple[Row, ...]
    object_type: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A resource: its path, its object type, its verbs (`L`ist, `C`reate, `R`ead, `U`pdate, `D`elete, `V`oid) and rows.

    `by_name` is the parameter that finds by name; `filters` names groups of further parameters (see `query.py`).
    """

    path: str
    object_type: str
    resource: str
    model: type[Resource]
    verbs: str
    rows: tuple[Row, ...]
    paging: Literal["cursor", "limit", "none"] = "cursor"
    by_name: str | None = None
    filters: tuple[str, ...] = ()


def snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])|(?<=[a-z])(?=[0-9]{2,})", lambda match: "_" + match.group(0).lower(), key)


def row(key: str, occurs: str, field: str | None = None, *, sent: str | None = None) -> Row:
    """A plain value."""
    return Row(key, field or snake(key), occurs, sent or key)


def ref(key: str, occurs: str, field: str | None = None, *, sent: str | None = None) -> Row:
    """A reference: an id in requests, id and name in answers."""
    return Row(key, field or snake(key), occurs, sent or f"{key}Id")


def refs(key: str, occurs: str, field: str | None = None, *, sent: str) -> Row:
    """Several references: ids in requests."""
    return Row(key, field or snake(key), occurs, sent)


def part(key: str, occurs: str, table: Part, field: str | None = None, *, sent: str | None = None) -> Row:
    """A nested object, or an array of them where the field is a tuple."""
    return Row(key, field or snake(key), occurs, sent or key, table)


def told(key: str, compute: Callable[[Any], object]) -> Row:
    """A key of answers that is computed from the whole object."""
    return Row(key, "", "r", key, None, compute)


HEAD = (
    row("id", "R"),
    row("createdAt", "R"),
    row("updatedAt", "R"),
    row("revisionNumber", "R", "revision"),
)
"""What every answer begins with, the object type apart."""
