"""Where in a request the trouble lies: QuickBooks' words quote the value that it stumbles over, and the request says
where that stands."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.problems import Place, Problem
from counterfoil.model.command import Command, Create, LineChange, Update
from counterfoil.model.values import Ref

SAID: Final = "books_said"
SAID_AT: Final = "books_said_at"
NOT_OF_A_PLACE: Final = frozenset({"object_missing", "stale_revision"})
"""What these tell is wrong with the object as a whole."""

_ID = re.compile(r"[0-9A-F]+-[0-9]+")
_QUOTED = re.compile(r'"([^"]*)"')

Leaf = tuple[Place, Any]


def located(problem: Problem, asked: Command) -> Problem:
    """The problem with its place in the model, where QuickBooks' words quote a value of the command.

    An id says it by itself. Any other value must stand in one place only, or in the field that the words name.
    """
    if problem.kind in NOT_OF_A_PLACE:
        return problem
    place = _place(str(problem.values.get("words", "")), list(_leaves(asked)))
    if place is None:
        return problem
    if _lines_are_mixed(asked):
        place = place[:1]
    return Problem(SAID_AT if problem.kind == SAID else problem.kind, place, problem.values)


def _place(words: str, leaves: list[Leaf]) -> Place | None:
    ids = set(_ID.findall(words))
    for place, value in leaves:
        if value in ids:
            return place
    quoted = _QUOTED.findall(words)
    found = [place for place, value in leaves if any(_is(value, each) for each in quoted)]
    named = [place for place in found if _names(words, place)]
    if named:
        return named[0]
    return found[0] if len(found) == 1 else None


def _lines_are_mixed(asked: Command) -> bool:
    """Whether lines of an update may stand there that the caller did not name: then they count otherwise."""
    lines = asked.changes.get("lines") if isinstance(asked, Update) else None
    return len({line.is_group for line in lines or ()}) > 1


def _is(value: object, text: str) -> bool:
    if isinstance(value, Decimal):
        try:
            return Decimal(text) == value
        except InvalidOperation:
            return False
    return value == text


def _names(words: str, place: Place) -> bool:
    """Whether the words name the field: `payment_amount` as `"AppliedToTxnAdd payment amount"` or `PaymentAmount`."""
    field = next((step for step in reversed(place) if isinstance(step, str)), "")
    return field.replace("_", "") in words.lower().replace(" ", "")


def _leaves(asked: Command) -> Iterator[Leaf]:
    if isinstance(asked, Create):
        yield from _of(asked.draft, ())
    elif isinstance(asked, Update):
        yield from _of(asked.changes, ())


def _of(value: object, place: Place) -> Iterator[Leaf]:
    """Every value in a part of a command that says something, with its place."""
    if isinstance(value, Ref):
        yield from ((place, each) for each in (value.id, value.full_name) if each)
    elif isinstance(value, LineChange):
        yield (*place, "id"), value.id
        yield from _of(value.changes, place)
        yield from _of(value.lines or (), (*place, "lines"))
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _of(getattr(value, name), (*place, name))
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _of(each, (*place, name))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _of(each, (*place, index))
    elif isinstance(value, str | Decimal) and value != "":
        yield place, value
