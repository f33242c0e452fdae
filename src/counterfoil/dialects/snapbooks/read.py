"""A body → a request: tolerant of spelling and types as the vendor is, and told of everything that is wrong at once."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.snapbooks.fields import Field, Form, Request
from counterfoil.dialects.snapbooks.values import Flaw

MOST_PROBLEMS: Final = 100
MOST_NOTICES: Final = 20
LONGEST_NAME: Final = 60


class Notice(NamedTuple):
    """Something that the caller should know of a request that was carried out."""

    field: str
    code: str
    message: str


class Reading(NamedTuple):
    request: Any
    notices: list[Notice]


def read(form: Form, body: Mapping[str, Any], max_lines: int) -> Reading:
    """The request that a body is. Raises Invalid with every problem; keys that nobody knows are noticed."""
    problems: list[Problem] = []
    notices: list[Notice] = []
    request = _request(form, body, (), problems, notices, max_lines)
    if problems:
        raise Invalid(*problems[:MOST_PROBLEMS])
    return Reading(request, notices[:MOST_NOTICES])


def _request(
    form: Form, body: Mapping[str, Any], place: Place, problems: list[Problem], notices: list[Notice], max_lines: int
) -> Request:
    values: dict[str, Any] = {}
    sent = _spelled(form, body, place, notices)
    for field in form.fields:
        given = next((sent[key] for key in (field.key, *field.also) if sent.get(key) is not None), None)
        if given is None:
            if field.needed:
                problems.append(Problem("required", (*place, field.key)))
            continue
        where: Place = (*place, field.key)
        try:
            if isinstance(field.value, Form):
                values[field.name] = _entries(field.value, given, where, problems, notices, max_lines)
            else:
                values[field.name] = field.value.read(given)
        except Flaw as flaw:
            problems.append(Problem(flaw.kind, where, flaw.values))
            continue
        if field.needed and values[field.name] in (None, ""):
            problems.append(Problem("required", where))
    return form.request(**values)


def _spelled(form: Form, body: Mapping[str, Any], place: Place, notices: list[Notice]) -> dict[str, Any]:
    """The body in the spelling of the form; of two spellings of one key the exact one wins."""
    exact = {key for field in form.fields for key in (field.key, *field.also)}
    folded = {key.casefold(): key for key in exact}
    sent: dict[str, Any] = {}
    for key, value in body.items():
        known = folded.get(key.casefold())
        if known is None:
            if len(notices) < MOST_NOTICES:
                notices.append(_unknown(key[:LONGEST_NAME], exact, place))
        elif key == known or known not in body:
            sent[known] = value
    return sent


def _entries(
    form: Form, given: Any, place: Place, problems: list[Problem], notices: list[Notice], max_lines: int
) -> tuple[Request, ...]:
    if not isinstance(given, list):
        raise Flaw("wrong_type", expected="an array", received="something else")
    if not given:
        raise Flaw("too_few")
    if len(given) > max_lines:
        raise Flaw("too_many", limit=max_lines, count=len(given))
    found: list[Request] = []
    for position, entry in enumerate(given):
        if isinstance(entry, dict):
            found.append(_request(form, entry, (*place, position), problems, notices, max_lines))
        else:
            values = {"expected": "an object", "received": "something else"}
            problems.append(Problem("wrong_type", (*place, position), values))
    return tuple(found)


def _unknown(name: str, known: set[str], place: Place) -> Notice:
    near = get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    where = "".join(f"[{step}]." if isinstance(step, int) else step for step in place) + name
    return Notice(where, "UnknownField", f"{where} is not known here and was ignored{hint}")


def field_of(form: Form, model: str) -> Field | None:
    """The field whose value the books call by this name."""
    return next((field for field in form.fields if field.model == model), None)
