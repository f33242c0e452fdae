"""What the answers to a question make together: those of all kinds of a resource, and what none of them has."""

from collections.abc import Iterable, Sequence
from typing import Any

from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.outcome import Refused
from counterfoil.model.query import Select
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.messages import TABLES_OF
from counterfoil.wire.qbxml.outcomes import MISSING, Response, page_of


def is_named(select: Select) -> bool:
    """Whether a selection names what it wants, instead of describing it."""
    return bool(select.ids or select.names or select.ref_numbers)


def about(responses: Iterable[Response], resource: str) -> list[Response]:
    """The answers that are about the resource itself: others tell of what was asked beside it."""
    names = {f"{table.name}QueryRs" for table in TABLES_OF[resource]}
    return [each for each in responses if each.name in names]


def left_of(responses: Sequence[Response]) -> int:
    """How many come after a page: the rest of the kind that it is of, and all of the later ones, which were counted."""
    if not responses:
        return 0
    first, *later = responses
    return (first.remaining or 0) + sum(each.count or 0 for each in later)


def in_order(items: Sequence[Any], responses: Sequence[Response], select: Select) -> list[Any]:
    """What several answers tell, as one would: in the order of its naming, else of its creation."""
    if len(responses) < 2 or (select.limit is not None and not is_named(select)):
        return list(items)
    places = {each.casefold(): place for place, each in enumerate(_wanted(select))}
    return sorted(items, key=lambda item: (places.get(_label(item, select), 0), item.number or 0))


def check_found(items: Sequence[Resource], responses: Sequence[Response], select: Select) -> None:
    """Raise BooksRefused where QuickBooks refused, or where something that was named is of no kind at all."""
    worst = worst_of(responses)
    if worst is None:
        return
    if worst.status.code != MISSING or len(responses) < 2:
        raise BooksRefused(*refusal_of(worst, select.resource))
    known = {_label(item, select) for item in items}
    missing = [each for each in dict.fromkeys(_wanted(select)) if each.casefold() not in known]
    if missing:
        raise BooksRefused(*(gone(select.resource, each) for each in missing))


def worst_of(responses: Sequence[Response]) -> Response | None:
    """The refusal that says most: what went wrong counts more than that something is not there."""
    return max((each for each in responses if each.refused), key=lambda each: each.status.code, default=None)


def refusal_of(response: Response, resource: str) -> tuple[Problem, ...]:
    """The problems of a refused query, with the name of what was looked for."""
    refused = page_of(response)
    return named(refused.problems, resource) if isinstance(refused, Refused) else ()


def gone(resource: str, identifier: str) -> Problem:
    return Problem("object_missing", (), {"thing": CATALOGUE[resource].thing.capitalize(), "value": identifier})


def named(problems: Iterable[Problem], resource: str) -> tuple[Problem, ...]:
    """The problems with the name of what was looked for."""
    thing = CATALOGUE[resource].thing.capitalize()
    return tuple(_renamed(problem, thing) for problem in problems)


def _renamed(problem: Problem, thing: str) -> Problem:
    if problem.kind != "object_missing":
        return problem
    return Problem(problem.kind, problem.place, {**problem.values, "thing": thing})


def _wanted(select: Select) -> tuple[str, ...]:
    return select.ids or select.ref_numbers


def _label(item: Any, select: Select) -> str:
    """That by which the item was asked for. Numbers are the same whatever their capitals."""
    label: str = item.id if select.ids else item.ref_number or ""
    return label.casefold()
