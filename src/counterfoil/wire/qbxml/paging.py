"""Iterators that need no memory: their id tells where the last page ended and of which question it was.

QuickBooks' own are ids in braces, and so are these; the question is a digest, so that an iterator that belongs to
another query is told from a right one.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Literal
from uuid import UUID

from msgspec import Struct, structs

from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import Problem
from counterfoil.model.query import Page, Select
from counterfoil.model.shape import Resource

_PLACE_BYTES = 7
_DIGEST_BYTES = 8


class Iterator(Struct, frozen=True):
    """What an `iterator` attribute asks for."""

    action: Literal["Start", "Continue", "Stop"]
    id: str | None = None


class Selects(Struct, frozen=True):
    """A query across several lists (all items, all terms): one selection each, in order, until `limit` is reached."""

    selects: tuple[Select, ...]
    limit: int | None = None
    start: int = 0


class Found(Struct, frozen=True, kw_only=True):
    """What a query found. `missing` are the ids or names that are not there; `place` is where to go on from."""

    items: tuple[Resource, ...]
    missing: tuple[Problem, ...] = ()
    place: tuple[int, int] | None = None
    remaining: int | None = None


Run = Callable[[Select], Page]
"""Asks the books for one selection; raises BooksRefused for ids or names that are not there."""


def gathered(asked: Select | Selects, run: Run) -> Found:
    """All that a query finds: pages of several lists as one, and those that are named but not there."""
    selects = _parts(asked)[0]
    for field in ("ids", "names", "ref_numbers"):
        wanted = getattr(selects[0], field)
        if wanted:
            return _named(selects, field, wanted, run)
    return _paged(asked, run)


def _named(selects: Sequence[Select], field: str, wanted: Sequence[str], run: Run) -> Found:
    items: list[Resource] = []
    left: Sequence[str] = wanted
    problems: Sequence[Problem] = ()
    for select in selects:
        page, problems = _existing(select, field, left, run)
        items.extend(page)
        left = [str(problem.values["value"]) for problem in problems]
        if not left:
            break
    return Found(items=tuple(items), missing=tuple(problems))


def _existing(select: Select, field: str, wanted: Sequence[str], run: Run) -> tuple[Iterable[Resource], list[Problem]]:
    """Those of the named that are there, and a problem for each that is not."""
    try:
        return run(structs.replace(select, **{field: tuple(wanted)})).items, []
    except BooksRefused as refusal:
        missing = [problem for problem in refusal.problems if problem.kind == "object_missing"]
        if len(missing) != len(refusal.problems):
            raise
    gone = {str(problem.values["value"]) for problem in missing}
    there = tuple(each for each in wanted if each not in gone)
    return (run(structs.replace(select, **{field: there})).items if there else ()), missing


def _paged(asked: Select | Selects, run: Run) -> Found:
    selects, start, limit = _parts(asked)
    items: list[Resource] = []
    beyond: int | None = 0
    place: tuple[int, int] | None = None
    for index in range(start, len(selects)):
        select = selects[index]
        room = None if limit is None else limit - len(items)
        if room == 0:
            place = place or (index, select.after)
            beyond = _added(beyond, _count(select, run))
            continue
        page = run(structs.replace(select, limit=room))
        items.extend(page.items)
        if page.next is not None:
            place = (index, page.next)
            beyond = _added(beyond, page.remaining)
    return Found(items=tuple(items), place=place if beyond != 0 else None, remaining=beyond)


def _count(select: Select, run: Run) -> int | None:
    """How many a selection would find, where somebody wants to know."""
    if not select.count_up_to:
        return None
    page = run(structs.replace(select, limit=1))
    return _added(len(page.items), page.remaining)


def _added(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _parts(asked: Select | Selects) -> tuple[tuple[Select, ...], int, int | None]:
    if isinstance(asked, Selects):
        return asked.selects, asked.start, asked.limit
    return (asked,), 0, asked.limit


def iterator_id(asked: Select | Selects, place: tuple[int, int]) -> str:
    """The id that leads on from `place`: of which list, and after which object."""
    index, after = place
    token = bytes([index]) + after.to_bytes(_PLACE_BYTES, "big") + _question(asked)
    return f"{{{UUID(bytes=token)}}}"


def place_of(identifier: str, asked: Select | Selects) -> tuple[int, int] | None:
    """Where an iterator goes on; None if it is not one of this question."""
    try:
        token = UUID(identifier).bytes
    except ValueError:
        return None
    if token[-_DIGEST_BYTES:] != _question(asked):
        return None
    return token[0], int.from_bytes(token[1 : 1 + _PLACE_BYTES], "big")


def resumed(asked: Select | Selects, place: tuple[int, int]) -> Select | Selects:
    """The same question from `place` on."""
    start, after = place
    if isinstance(asked, Select):
        return structs.replace(asked, after=after)
    selects = tuple(
        structs.replace(select, after=after) if index == start else select for index, select in enumerate(asked.selects)
    )
    return structs.replace(asked, selects=selects, start=start)


def uncounted(asked: Select | Selects) -> Select | Selects:
    """The same question, where nobody needs to know how much remains."""
    if isinstance(asked, Select):
        return structs.replace(asked, count_up_to=0)
    return structs.replace(asked, selects=tuple(structs.replace(each, count_up_to=0) for each in asked.selects))


def _question(asked: Select | Selects) -> bytes:
    text = repr([(select.resource, select.filters) for select in _parts(asked)[0]])
    return hashlib.sha256(text.encode()).digest()[:_DIGEST_BYTES]
