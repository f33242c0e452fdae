"""A list's parameters → what to select, and how to show it.

A cursor is where the last page ended and a digest of what was asked, so that the server keeps nothing between pages
and a cursor that belongs to another question is told from a right one.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.conductor.filters import Parameter, parameters_of
from counterfoil.dialects.conductor.render import View
from counterfoil.dialects.conductor.table import Table
from counterfoil.dialects.conductor.values import Flaw
from counterfoil.model.query import Filter, Page, Select

COUNT_UP_TO: Final = 1000
"""How many more objects are counted for `remainingCount`; of more than that the answer says null."""

LONGEST_NAME: Final = 60
_PLACE_BYTES = 7
_DIGEST_BYTES = 8

Given = dict[str, Any]


class Listing(Struct, frozen=True, kw_only=True):
    """What a list was asked for."""

    select: Select
    view: View
    question: bytes

    def cursor(self, page: Page) -> str | None:
        """What leads to the next page, if there is one."""
        if page.next is None:
            return None
        token = page.next.to_bytes(_PLACE_BYTES, "big") + self.question
        return urlsafe_b64encode(token).decode().rstrip("=")


def read_query(table: Table, pairs: Iterable[tuple[str, str]]) -> Listing:
    """The list that the parameters ask for; all that is wrong with them is told at once.

    Where objects are named by ids, names or numbers, the other conditions are checked and then ignored, as the
    vendor does.
    """
    parameters = parameters_of(table)
    given, problems = read_parameters(parameters, pairs)
    question = _question(table, parameters, given)
    try:
        after = _place_of(given["cursor"], question) if "cursor" in given else 0
    except Flaw as flaw:
        problems.append(Problem(flaw.kind, ("cursor",), flaw.values))
    if problems:
        raise Invalid(*problems)
    named = {parameter.field: given[parameter.name] for parameter in _with_role("find", parameters, given)[:1]}
    if named:
        select = Select(resource=table.resource, with_links=_with_links(given), **named)
    else:
        select = Select(
            resource=table.resource,
            filters=_filters(parameters, given),
            after=after,
            limit=_value(parameters, given, "limit"),
            with_links=_with_links(given),
            count_up_to=COUNT_UP_TO if table.paging == "cursor" else 0,
        )
    return Listing(select=select, view=_view(parameters, given), question=question)


def read_parameters(parameters: Sequence[Parameter], pairs: Iterable[tuple[str, str]]) -> tuple[Given, list[Problem]]:
    """The values that were given by name, and all that is wrong with them."""
    known = {parameter.name: parameter for parameter in parameters}
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    given: Given = {}
    problems: list[Problem] = []
    for name, values in texts.items():
        try:
            given[name] = _read(known.get(name), name, values, known)
        except Flaw as flaw:
            problems.append(Problem(flaw.kind, (name,), flaw.values))
    problems.extend(_rivals(_given_of(parameters, given)))
    absent = [parameter for parameter in parameters if parameter.required and parameter.name not in texts]
    problems.extend(Problem("required", (parameter.name,)) for parameter in absent)
    return given, problems


def _read(parameter: Parameter | None, name: str, values: list[str], known: Iterable[str]) -> object:
    if parameter is None:
        near = get_close_matches(name[:LONGEST_NAME], list(known), 1)
        raise Flaw(
            "unknown_field", {"name": name[:LONGEST_NAME], "hint": f" (did you mean `{near[0]}`?)" if near else ""}
        )
    if parameter.many:
        return tuple(parameter.read(text) for text in values)
    if len(values) > 1:
        raise Flaw("wrong_type", {"expected": "one value", "received": f"{len(values)} values"})
    return parameter.read(values[0])


def _given_of(parameters: Sequence[Parameter], given: Given) -> list[Parameter]:
    return [parameter for parameter in parameters if parameter.name in given]


def _with_role(role: str, parameters: Sequence[Parameter], given: Given) -> list[Parameter]:
    return [parameter for parameter in _given_of(parameters, given) if parameter.role == role]


def _rivals(parameters: list[Parameter]) -> Iterable[Problem]:
    """Parameters that exclude one another, told of each but the first."""
    first: dict[str, Parameter] = {}
    for parameter in parameters:
        other = first.setdefault(parameter.rival, parameter) if parameter.rival else parameter
        if other is not parameter and (not parameter.side or other.side != parameter.side):
            yield Problem("exclusive", (parameter.name,), {"other": other.name})


def _value(parameters: Sequence[Parameter], given: Given, name: str) -> Any:
    """What was given for a parameter, else its default."""
    parameter = next((parameter for parameter in parameters if parameter.name == name), None)
    if parameter is None or name in given:
        return given.get(name)
    return None if parameter.default is None else parameter.read(parameter.default)


def _filters(parameters: Sequence[Parameter], given: Given) -> tuple[Filter, ...]:
    filters = []
    for parameter in parameters:
        value = _value(parameters, given, parameter.name) if parameter.role == "filter" else None
        if value is not None:
            filters.append(Filter(parameter.field, parameter.operator, value))
    return tuple(filters)


def _view(parameters: Sequence[Parameter], given: Given) -> View:
    seen = {}
    for parameter in parameters:
        if parameter.role in ("show", "hide"):
            seen[parameter.field] = _value(parameters, given, parameter.name) is (parameter.role == "show")
    return View(**seen)


def _with_links(given: Given) -> bool:
    return bool(given.get("includeLinkedTransactions"))


def _question(table: Table, parameters: Sequence[Parameter], given: Given) -> bytes:
    """A digest of what is asked for, without the page and the way of showing it."""
    asked = [parameter.name for parameter in _given_of(parameters, given) if parameter.role in ("find", "filter")]
    text = repr((table.path, sorted((name, given[name]) for name in asked)))
    return hashlib.sha256(text.encode()).digest()[:_DIGEST_BYTES]


def _place_of(cursor: str, question: bytes) -> int:
    """Where to go on from."""
    try:
        token = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        token = b""
    if len(token) != _PLACE_BYTES + _DIGEST_BYTES:
        raise Flaw("wrong_type", {"expected": "the `nextCursor` of an earlier answer", "received": f'"{cursor[:60]}"'})
    if token[_PLACE_BYTES:] != question:
        expected = "a cursor of the same list with the same filters (repeat them on every page)"
        raise Flaw("wrong_type", {"expected": expected, "received": "the cursor of another one"})
    return int.from_bytes(token[:_PLACE_BYTES], "big")
