"""Rows: what a request may send, what an answer tells, and what kinds of objects there are."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.values import Flaw, taken, told
from counterfoil.model.kinds import Flag, Kind, Many, Nested, Text
from counterfoil.model.query import Filter
from counterfoil.model.shape import fields_of

Given = dict[str, Any]
"""What a request says: name of a field → its value, None where it takes the value away."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A field of a request: what it holds, and where that goes.

    `to` is a path in the model (`billing_address.line1`); what has none is kept beside the books under its own name,
    or, where `handled`, is the business of a function. `also` are other spellings. `read` takes over from the kind.
    """

    name: str
    kind: Kind
    to: str = ""
    also: tuple[str, ...] = ()
    handled: bool = False
    needed: bool = False
    read: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A field of an answer: `get` takes it from the view of an object.

    `filter` is the name under which the books index it, `space` whose numbers its operand is one of; `narrow` makes a
    filter of an operand where that takes more. One that is not `shown` can only be asked for.
    """

    name: str
    kind: Kind
    get: Callable[[Any], Any]
    filter: str = ""
    space: str = ""
    shown: bool = True
    narrow: Callable[[str], Filter] | None = None


def read(
    rows: Iterable[Sent], body: Mapping[str, Any], place: Place, ignored: Iterable[str]
) -> tuple[Given, list[Problem]]:
    """What a body says, by the first spelling of each field, and all that is wrong with it.

    `ignored` are fields of answers, which clients send back with the rest; unknown fields without a value pass as well.
    """
    rows = tuple(rows)
    known = {spelling: row for row in rows for spelling in (row.name, *row.also)}
    skipped = frozenset(ignored)
    given: Given = {}
    problems: list[Problem] = []
    for name, value in body.items():
        row = known.get(name)
        if row is None:
            if value is not None and name not in skipped:
                problems.append(Problem("unknown_field", (*place, name[:60]), {"name": name[:60], "hint": ""}))
            continue
        try:
            got = row.read(value) if row.read is not None else taken(row.kind, value)
        except Flaw as flaw:
            problems.append(Problem(flaw.kind, (*place, name), flaw.values))
            continue
        if row.name in given and given[row.name] != got:
            problems.append(Problem("exclusive", (*place, name), {"other": row.name}))
        given[row.name] = got
    return given, problems


def missing(rows: Iterable[Sent], given: Given, place: Place) -> list[Problem]:
    """The needed fields that are not there."""
    return [Problem("required", (*place, row.name)) for row in rows if row.needed and given.get(row.name) is None]


def in_model(rows: Iterable[Sent], given: Given) -> dict[str, Any]:
    """What goes to the books, by field of the model; parts are mappings of their own."""
    values: dict[str, Any] = {}
    for row in rows:
        if row.to and row.name in given:
            *path, last = row.to.split(".")
            inner = values
            for step in path:
                inner = inner.setdefault(step, {})
            inner[last] = given[row.name]
    return values


def beside(rows: Iterable[Sent], given: Given) -> dict[str, Any]:
    """What is kept beside the books; None takes a value away."""
    return {row.name: given[row.name] for row in rows if not row.to and not row.handled and row.name in given}


def drafted(model: type[Struct], values: Mapping[str, Any]) -> Any:
    """An object of a class of the model in which only what was given is set; parts without a value are left out."""
    fields = fields_of(model)
    made = {}
    for name, value in values.items():
        kind = fields[name].kind
        if isinstance(value, Mapping) and isinstance(kind, Nested):
            inner = {key: each for key, each in value.items() if each is not None}
            value = kind.struct(**inner) if inner else None
        if value is not None:
            made[name] = value
    return model(**made)


def without_echoes(rows: Iterable[Sent], given: Given, body: Mapping[str, Any], told_: Mapping[str, Any]) -> None:
    """Drop what a change only repeats as it was read: `told_` is the object as it is told now."""
    if not assumed.ECHO_CHANGES_NOTHING:
        return
    for row in rows:
        for name in (row.name, *row.also):
            if row.name in given and name in body and body[name] is not None and body[name] == told_.get(row.name):
                del given[row.name]


def places_of(rows: Iterable[Sent]) -> dict[str, str]:
    """The vendor's name of each place in the model."""
    found: dict[str, str] = {}
    for row in rows:
        if row.to:
            found.setdefault(row.to, row.name)
    return found


def shown(columns: Iterable[Column], view: Any, leave: frozenset[str] = frozenset()) -> dict[str, Any]:
    """An object as answers tell it."""
    return {
        column.name: told(column.kind, column.get(view))
        for column in columns
        if column.shown and column.name not in leave
    }


@dataclass(frozen=True, slots=True)
class Family:
    """What objects are found by: the vendor's name of their kind, the resources of the books, the space of numbers."""

    name: str
    resources: tuple[str, ...]
    space: str


@dataclass(frozen=True, slots=True)
class ObjectType(Family):
    """A kind of object and what can be done with it.

    `children` are told of a single object and left out of lists. `views` looks up what the columns need, for a page of
    objects at once, and only for `whole` objects what their children need. `actions` are done to one object, `calls` to
    none in particular.
    """

    columns: tuple[Column, ...]
    views: Callable[[Any, Sequence[Any], bool], Awaitable[Sequence[Any]]]
    children: frozenset[str] = frozenset()
    rows: tuple[Sent, ...] = ()
    line_rows: tuple[Sent, ...] = ()
    create: Callable[[Any, Mapping[str, Any]], Awaitable[int]] | None = None
    modify: Callable[[Any, int, Mapping[str, Any]], Awaitable[None]] | None = None
    delete: Callable[[Any, int], Awaitable[None]] | None = None
    actions: Mapping[str, Callable[[Any, int, Mapping[str, Any]], Awaitable[Any]]] = field(default_factory=dict)
    calls: Mapping[str, Callable[[Any, Mapping[str, Any]], Awaitable[Any]]] = field(default_factory=dict)
    by_external_key: bool = True

    @property
    def key(self) -> str:
        """The field that holds an object's number."""
        return f"{self.name}_id"

    @property
    def told_names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns)


def kept(name: str) -> Callable[[Any], Any]:
    """A column of what is kept beside the books."""
    return lambda view: view.kept.get(name)


def customs(count: int) -> tuple[Sent, ...]:
    return tuple(Sent(f"custom_{number}", Text(assumed.CUSTOM_LONGEST)) for number in range(1, count + 1))


def custom_columns(count: int) -> tuple[Column, ...]:
    kind = Text(assumed.CUSTOM_LONGEST)
    return tuple(Column(f"custom_{n}", kind, kept(f"custom_{n}")) for n in range(1, count + 1))


def kept_flag(name: str) -> Callable[[Any], bool]:
    return lambda view: bool(view.kept.get(name, False))


def flag_columns(names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(Column(name, Flag(), kept_flag(name)) for name in names)


TAGS = Many((Text(assumed.TAG_LONGEST),))
KEY = Text(assumed.KEY_LONGEST)


def tags(value: Any) -> tuple[str, ...] | None:
    """A list of tags, each once."""
    read_ = taken(TAGS, value)
    if read_ is not None and len(read_) > assumed.MOST_TAGS:
        raise Flaw("too_many", {"limit": assumed.MOST_TAGS, "count": len(read_)})
    return tuple(dict.fromkeys(read_)) or None if read_ is not None else None
