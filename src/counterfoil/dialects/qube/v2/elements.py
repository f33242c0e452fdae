"""Parameters of an operation → the request in qbXML that they are: each name is an element's, in snake case.

Which elements there are and in what order they stand the wire's tables know, so that no name is written down twice;
what a value may be the wire's own reader says, and its problems are told in the caller's names.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, Final

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.qube.assumed import VERSION
from counterfoil.dialects.qube.read import MOST_PROBLEMS
from counterfoil.dialects.qube.v2.assumed import NOT_KEPT, PAGE, PAGE_WITH_LINES
from counterfoil.dialects.qube.values import LONGEST_SHOWN, PLACES, Flaw, reader, wrong_type
from counterfoil.model.kinds import Moment
from counterfoil.wire.qbxml.messages import Message
from counterfoil.wire.qbxml.serve import read_request
from counterfoil.wire.qbxml.slots import Layout, Slot, kind_of, layout_of
from counterfoil.wire.qbxml.table import Part, Verb, version_of
from counterfoil.wire.qbxml.tree import Node, leaf
from counterfoil.wire.qbxml.values import LastMoment
from counterfoil.wire.qbxml.write import request_document, request_root

Values = Mapping[str, Any]

REQUEST_ID: Final = "request_id"
META_DATA: Final = "meta_data"
ITERATOR: Final = "iterator"
MACRO: Final = "def_macro"
INCLUDE: Final = "include_ret_element"
SIZE: Final = "max_returned"
NAMED: Final = ("txn_id", "list_id", "full_name", "ref_number", "ref_number_case_sensitive")
"""Parameters that name what is wanted; such a query is answered whole."""

NOT_OURS: Final = "not_kept"
"""What is wrong with an element that only QuickBooks keeps."""

LENGTHENING: Final = ("include_line_items", "include_linked_txns")
CRITERIA: Final = {"name_contains": "Contains", "name_starts_with": "StartsWith", "name_ends_with": "EndsWith"}
REFERENCE: Final = ("ListID", "FullName")
FLAGS: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@cache
def key_of(tag: str) -> str:
    """The vendor's name of an element: `PONumber` is `po_number`."""
    return _BOUNDARY.sub("_", tag).lower()


def operation_document(message: Message, given: Values, *, own_books: bool = False) -> tuple[bytes, bool]:
    """The request document of an operation, and whether it is answered page by page.

    Counterfoil's `own_books` keep what the model does, QuickBooks itself keeps more.
    Raises Invalid with every problem, at the places that the caller knows.
    """
    problems: list[Problem] = []
    values = dict(given)
    attributes = _attributes(message, values, problems)
    if message.action == "query" and message.name == "CustomerQuery":
        _spell_customer_query(values, problems)
    iterates = _paging(message, values, attributes, problems)
    node = _request(message, values, attributes, problems)
    found = [problem for problem in read_request(node, VERSION).problems if problem.kind != NOT_OURS or own_books]
    problems.extend(_more(problems, (_sent(problem, message) for problem in found)))
    if problems:
        raise Invalid(*problems[:MOST_PROBLEMS])
    return request_document(request_root((node,)), version=VERSION), iterates


def _more(told: Sequence[Problem], found: Iterable[Problem]) -> list[Problem]:
    """Problems that do not follow from those that are told already: those at the same places, or within them."""
    places = {problem.place for problem in told}
    return [
        problem
        for problem in found
        if not any(problem.place[:length] in places for length in range(1, len(problem.place) + 1))
    ]


def _attributes(message: Message, values: dict[str, Any], problems: list[Problem]) -> dict[str, str]:
    """What stands beside the elements of a request, taken out of its values."""
    found = {}
    known = {REQUEST_ID: "requestID"}
    if message.action not in ("add", "mod", "delete", "void"):
        known[META_DATA] = "metaData"
    for key, name in known.items():
        value = values.pop(key, None)
        if value is None or value == "":
            continue
        if isinstance(value, str | int) and not isinstance(value, bool):
            found[name] = str(value)
        else:
            _note(problems, wrong_type("a string", value), (key,))
    return found


def _paging(message: Message, values: dict[str, Any], attributes: dict[str, str], problems: list[Problem]) -> bool:
    """Whether every match is wanted page by page: where it can be, unless the caller wants otherwise.

    `max_returned` is the size of a page then. The ids of objects, by which pages that are asked for once more are told
    apart, are always included.
    """
    if not message.paged:
        return False
    given = values.pop(ITERATOR, None)
    wanted = _flag(given, problems)
    named = [key for key in NAMED if values.get(key) not in (None, "", [])]
    if wanted and named:
        problems.append(Problem("exclusive", (ITERATOR,), {"other": named[0]}))
    counts_only = attributes.get("metaData") == "MetaDataOnly"
    if wanted is False or named or (wanted is None and (values.get(SIZE) not in (None, "") or counts_only)):
        return False
    attributes["iterator"] = "Start"
    if values.get(SIZE) in (None, ""):
        long = any(_flag(values.get(key), []) for key in LENGTHENING)
        values[SIZE] = PAGE_WITH_LINES if long else PAGE
    included, key = _listed(values.get(INCLUDE)), message.maps[0].key
    if included and key not in included:
        values[INCLUDE] = [key, *included]
    return True


def _flag(value: Any, problems: list[Problem]) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    found = FLAGS.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        _note(problems, wrong_type("a boolean", value), (ITERATOR,))
    return found


def _spell_customer_query(values: dict[str, Any], problems: list[Problem]) -> None:
    """This one query has names of its own for what all the others name as qbXML does."""
    if "include" in values:
        values[INCLUDE] = values.pop("include")
    names = [key for key in CRITERIA if values.get(key) not in (None, "")]
    if len(names) > 1:
        problems.append(Problem("exclusive", (names[1],), {"other": names[0]}))
    for key in CRITERIA:
        text = values.pop(key, None)
        if key in names:
            values["name_filter"] = {"match_criterion": CRITERIA[key], "name": text}
    span = values.pop("name_range", None)
    if isinstance(span, dict):
        problems.extend(_unknown(key, ("name_range",)) for key in span if key not in ("from", "to"))
        values["name_range_filter"] = {"from_name": span.get("from"), "to_name": span.get("to")}
    elif span is not None:
        _note(problems, wrong_type("an object", span), ("name_range",))


def _request(message: Message, values: dict[str, Any], attributes: dict[str, str], problems: list[Problem]) -> Node:
    verb: Verb = "m" if message.action == "mod" else "a"
    if not message.element:
        return Node(message.rq, attributes, "", _elements(message.part, verb, values, (), problems))
    shown = _listed(values.pop(INCLUDE, None))
    macro = values.pop(MACRO, None) if message.action == "add" else None
    marks = {"defMacro": macro} if isinstance(macro, str) and macro else {}
    inner = Node(message.element, marks, "", _elements(message.part, verb, values, (), problems))
    after = [leaf("IncludeRetElement", _text(each, (INCLUDE, index), problems)) for index, each in enumerate(shown)]
    return Node(message.rq, attributes, "", (inner, *after))


@cache
def _keys(part: Part, verb: Verb) -> Mapping[str, Slot]:
    """The elements that a request may have, by the caller's names and in qbXML's order."""
    layout: Layout = layout_of(part, verb, version_of(VERSION))
    return {key_of(slot.row.tag): slot for slot in layout.slots}


def _elements(part: Part, verb: Verb, values: Values, place: Place, problems: list[Problem]) -> tuple[Node, ...]:
    keys = _keys(part, verb)
    problems.extend(_unknown(key, place) for key in values if key not in keys)
    nodes: list[Node] = []
    for key, slot in keys.items():
        value = values.get(key)
        if value is None:
            continue
        if not slot.many:
            nodes.append(_element(slot, part, verb, value, (*place, key), problems))
            continue
        for index, each in enumerate(_listed(value)):
            nodes.append(_element(slot, part, verb, each, (*place, key, index), problems))
    return tuple(nodes)


def _element(slot: Slot, part: Part, verb: Verb, value: Any, place: Place, problems: list[Problem]) -> Node:
    tag = slot.row.tag
    if slot.form == "single":
        return leaf(tag, _single(slot, part, value, place, problems))
    if not isinstance(value, Mapping):
        _note(problems, wrong_type("an object", value), place)
        return Node(tag)
    if slot.form == "ref":
        return Node(tag, {}, "", _reference(value, place, problems))
    if slot.row.part is None:
        return Node(tag)
    return Node(tag, {}, "", _elements(slot.row.part, verb, value, place, problems))


def _reference(value: Values, place: Place, problems: list[Problem]) -> tuple[Node, ...]:
    known = {key_of(tag): tag for tag in REFERENCE}
    problems.extend(_unknown(key, place) for key in value if key not in known)
    return tuple(
        leaf(tag, _text(value[key], (*place, key), problems))
        for key, tag in known.items()
        if value.get(key) not in (None, "")
    )


def _single(slot: Slot, part: Part, value: Any, place: Place, problems: list[Problem]) -> str:
    kind = kind_of(slot.row, part.model)
    if kind is None or slot.codec is None or value == "":
        return _text(value, place, problems)
    if type(kind) in PLACES:
        try:
            number = reader(kind)(value)
        except Flaw as flaw:
            _note(problems, flaw, place)
            return ""
        return slot.codec.write(number)
    text = _text(value, place, problems)
    if isinstance(kind, Moment | LastMoment) and text.endswith("Z"):
        return f"{text[:-1]}+00:00"
    return text


def _text(value: Any, place: Place, problems: list[Problem]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite() and -30 < value.adjusted() < 30:
        return format(value, "f")
    if not isinstance(value, str):
        _note(problems, wrong_type("a string", value), place)
    elif _FORBIDDEN.search(value):
        values = {"expected": "text without control characters", "received": "such characters"}
        problems.append(Problem("wrong_type", place, values))
    else:
        return value
    return ""


def _listed(value: Any) -> Iterable[Any]:
    """What may be several, and often comes alone."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _unknown(key: str, place: Place) -> Problem:
    """A name that no element has: one of the vendor's that is not kept here, or nobody's."""
    name = key[:LONGEST_SHOWN]
    if key in NOT_KEPT:
        return Problem("not_served", (*place, name), {"detail": f"`{name}` is not kept by these books"})
    return Problem("unknown_field", (*place, name), {"name": name, "hint": ""})


def _note(problems: list[Problem], flaw: Flaw, place: Place) -> None:
    problems.append(Problem(flaw.kind, place, flaw.values))


def _sent(problem: Problem, message: Message) -> Problem:
    """A problem of a request's elements, in the caller's names: `InvoiceAddRq.0.InvoiceAdd.PONumber` is `po_number`."""
    steps = problem.place[2:]
    if message.element and steps and steps[0] == message.element:
        steps = steps[1:]
    place = tuple(key_of(step) if isinstance(step, str) else step for step in steps)
    other = problem.values.get("other")
    if isinstance(other, str) and " " not in other:
        return replace(problem, place=place, values={**problem.values, "other": key_of(other)})
    return replace(problem, place=place)
