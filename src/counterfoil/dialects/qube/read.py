"""A body → the values of the model that it names, or every problem at once with its place."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.qube.assumed import LONGEST_PASSWORD, SHORTEST_PASSWORD
from counterfoil.dialects.qube.fields import INVOICE, Field, Form
from counterfoil.dialects.qube.values import Flaw, text, wrong_type

MOST_PROBLEMS: Final = 100
LONGEST_SHOWN: Final = 60

Values = dict[str, Any]


def read_invoice(body: Mapping[str, Any], max_lines: int) -> Values:
    """What an invoice says, by fields of the model. Raises Invalid with every problem."""
    problems: list[Problem] = []
    values = _object(INVOICE, body, (), problems, max_lines)
    refuse(problems)
    if "class_" in values:
        for line in values["lines"]:
            line.setdefault("class_", values["class_"])
    return values


def read_password(body: Mapping[str, Any]) -> str | None:
    """The password that a caller wants the Web Connector to have; None where one is to be made. Raises Invalid."""
    refuse(unknown_keys(body, ("password",)))
    given = body.get("password")
    if given is None or given == "":
        return None
    try:
        password: str = text(LONGEST_PASSWORD)(given)
    except Flaw as flaw:
        raise Invalid(Problem(flaw.kind, ("password",), flaw.values)) from None
    if len(password) < SHORTEST_PASSWORD or password != password.strip():
        detail = f"must have at least {SHORTEST_PASSWORD} characters, with no blank at its ends"
        raise Invalid(Problem("not_served", ("password",), {"detail": detail}))
    return password


def refuse(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(*problems[:MOST_PROBLEMS])


def unknown(key: str, place: Place = ()) -> Problem:
    name = key[:LONGEST_SHOWN]
    return Problem("unknown_field", (*place, name), {"name": name, "hint": ""})


def unknown_keys(body: Mapping[str, Any], known: Container[str], place: Place = ()) -> list[Problem]:
    """The keys of an object that nobody knows, as many as are told."""
    return [unknown(key, place) for key in islice((key for key in body if key not in known), MOST_PROBLEMS)]


def sent_places(form: Form, problems: Iterable[Problem]) -> list[Problem]:
    """Problems that were found in the model's terms, in the caller's."""
    return [_sent(form, problem) for problem in problems]


def _sent(form: Form, problem: Problem) -> Problem:
    place: list[str | int] = []
    inner: Form | None = form
    last: Form | None = form
    for step in problem.place:
        field = inner.by_field.get(step) if inner is not None and isinstance(step, str) else None
        place.append(field.key if field is not None else step)
        if isinstance(step, str):
            last, inner = inner, field.form if field is not None else None
    other = problem.values.get("other")
    beside = last.by_field.get(other) if last is not None and isinstance(other, str) else None
    values = {**problem.values, "other": beside.key} if beside is not None else problem.values
    return replace(problem, place=tuple(place), values=values)


def _object(form: Form, body: Any, place: Place, problems: list[Problem], max_lines: int) -> Values:
    values: Values = {}
    if not isinstance(body, dict):
        _note(problems, wrong_type("an object", body), place)
        return values
    problems.extend(unknown_keys(body, form.by_key, place))
    for field in form.fields:
        given = body.get(field.key)
        here = (*place, field.key)
        value = None if given is None else _value(field, given, here, problems, max_lines)
        if value is not None:
            values[field.field] = value
        elif field.needed and (given is None or given == ""):
            problems.append(Problem("required", here))
    return values


def _value(field: Field, given: Any, place: Place, problems: list[Problem], max_lines: int) -> Any:
    if field.form is None:
        try:
            return field.read(given)
        except Flaw as flaw:
            return _note(problems, flaw, place)
    if not field.many:
        return _object(field.form, given, place, problems, max_lines)
    if not isinstance(given, list):
        return _note(problems, wrong_type("an array", given), place)
    if not given:
        problems.append(Problem("too_few", place))
    if len(given) > max_lines:
        problems.append(Problem("too_many", place, {"limit": max_lines, "count": len(given)}))
        return None
    return [_object(field.form, each, (*place, index), problems, max_lines) for index, each in enumerate(given)]


def _note(problems: list[Problem], flaw: Flaw, place: Place) -> None:
    problems.append(Problem(flaw.kind, place, flaw.values))
