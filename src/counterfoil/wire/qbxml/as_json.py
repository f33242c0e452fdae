"""qbXML as JSON, in the two shapes that QUBE Sync has for it.

Requests are trees of `{"name", "attributes", "text", "children"}`, whose names may be in snake case; answers are
objects by element name, with `@` before attributes, arrays for what ends in `Ret`, and typed numbers and booleans.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Place, Problem
from counterfoil.model.kinds import Amount, Flag, Kind, Number, Percentage, Price, Whole
from counterfoil.wire.qbxml.messages import MAPS, MESSAGES
from counterfoil.wire.qbxml.slots import kind_of
from counterfoil.wire.qbxml.table import DEFAULT_VERSION, Part
from counterfoil.wire.qbxml.tree import DEEPEST, Document, Node
from counterfoil.wire.qbxml.values import shown

Json = Any

MOST_NODES: Final = 100_000

ATTRIBUTES: Final = (
    "requestID",
    "metaData",
    "iterator",
    "iteratorID",
    "onError",
    "newMessageSetID",
    "oldMessageSetID",
    "responseData",
    "defMacro",
    "useMacro",
)
_ENVELOPE: Final = ("QBXML", "QBXMLMsgsRq", "SignonMsgsRq", "IncludeRetElement", "IncludeListMetaData")
_WHOLE_ATTRIBUTES: Final = frozenset(
    {"statusCode", "retCount", "iteratorRemainingCount", "messageSetStatusCode"},
)
_KEYS: Final = frozenset({"name", "attributes", "text", "children"})
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,10})?")
_AMOUNT_NAME = re.compile(r"(?:Amount|Total|Balance|Quantity|Cost|Price|Rate|Percent|Subtotal|Remaining|Count)$")


def tree_of_json(value: Json, *, version: str = DEFAULT_VERSION) -> Document:
    """The document that a `request_json` describes; raises Invalid with every problem.

    It may be `{"version", "request"}` or the request alone; one element or several; the whole of a `QBXML`, or only
    what stands in its message set. A number that is a text is written as it is, a boolean as `true` or `false`.
    """
    request = value
    if isinstance(value, Mapping) and "request" in value and "name" not in value:
        request = value["request"]
        given = value.get("version")
        version = given if isinstance(given, str) and re.fullmatch(r"\d{1,2}\.\d{1,2}", given) else version
    given_nodes: Sequence[Json] = request if isinstance(request, list) else [request]
    problems: list[Problem] = []
    budget = [MOST_NODES]
    nodes = tuple(_node(each, ("request", index), DEEPEST, problems, budget) for index, each in enumerate(given_nodes))
    if not nodes:
        problems.append(Problem("too_few", ("request",)))
    if problems:
        raise Invalid(*problems)
    return Document(_enveloped(nodes), version)


def json_of(document: Document, *, version: str = DEFAULT_VERSION) -> dict[str, Json]:
    """The `request_json` of a document: its only request alone where the set says nothing special."""
    root = document.root
    messages = root.child("QBXMLMsgsRq")
    plain = messages is not None and dict(messages.attributes) in ({}, {"onError": "stopOnError"})
    request: Json
    if messages is None or not plain or not messages.children:
        request = _json(root)
    elif len(messages.children) == 1:
        request = _json(messages.children[0])
    else:
        request = [_json(child) for child in messages.children]
    return {"version": document.version or version, "request": request}


def response_json(document: Document) -> list[dict[str, Json]]:
    """The `response_json` of a document; numbers are int or Decimal."""
    return [{child.name: _typed(child)} for child in document.root.children]


def _node(value: Json, place: Place, depth: int, problems: list[Problem], budget: list[int]) -> Node:
    budget[0] -= 1
    if not isinstance(value, Mapping) or depth <= 0 or budget[0] < 0:
        expected = "an object" if depth > 0 else f"at most {DEEPEST} levels"
        expected = expected if budget[0] >= 0 else f"at most {MOST_NODES} elements"
        if budget[0] >= -1:
            problems.append(_wrong(expected, value, place))
        return Node("")
    for key in value:
        if key not in _KEYS:
            problems.append(Problem("unknown_field", (*place, shown(str(key))), {"name": shown(str(key)), "hint": ""}))
    children = value.get("children") or []
    if not isinstance(children, list):
        problems.append(_wrong("an array", children, (*place, "children")))
        children = []
    inner = tuple(
        _node(each, (*place, "children", index), depth - 1, problems, budget) for index, each in enumerate(children)
    )
    text = _text(value.get("text"), (*place, "text"), problems)
    if text and inner:
        problems.append(Problem("exclusive", (*place, "text"), {"other": "children"}))
    return Node(_name(value, place, problems), _attributes(value.get("attributes"), place, problems), text, inner)


def _name(value: Mapping[str, Json], place: Place, problems: list[Problem]) -> str:
    name = value.get("name")
    if name is None:
        problems.append(Problem("required", (*place, "name")))
    elif not isinstance(name, str) or re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name) is None:
        problems.append(_wrong("the name of an element", name, (*place, "name")))
    else:
        return _element_name(name)
    return ""


def _attributes(value: Json, place: Place, problems: list[Problem]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        problems.append(_wrong("an object", value, (*place, "attributes")))
        return {}
    attributes = {}
    for name in sorted(value, key=str):
        here = (*place, "attributes", shown(str(name)))
        if not isinstance(name, str) or re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name) is None:
            problems.append(_wrong("the name of an attribute", name, here))
        elif value[name] is not None:
            attributes[_attribute_name(name)] = _text(value[name], here, problems)
    return attributes


def _text(value: Json, place: Place, problems: list[Problem]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite() and -30 < value.adjusted() < 30:
        return format(value, "f")
    problems.append(_wrong("a text, a number or a boolean", value, place))
    return ""


def _wrong(expected: str, value: Json, place: Place) -> Problem:
    names = {str: "a string", bool: "a boolean", type(None): "null", list: "an array", dict: "an object"}
    return Problem("wrong_type", place, {"expected": expected, "received": names.get(type(value), "a number")})


def _enveloped(nodes: tuple[Node, ...]) -> Node:
    first = nodes[0]
    if first.name == "QBXML":
        return first
    if first.name == "QBXMLMsgsRq":
        return Node("QBXML", {}, "", nodes)
    return Node("QBXML", {}, "", (Node("QBXMLMsgsRq", {"onError": "stopOnError"}, "", nodes),))


@cache
def _names() -> Mapping[str, str]:
    """Every element's name by its letters alone, so that `txn_id` finds `TxnID`."""
    names = [*_ENVELOPE, *MESSAGES]
    names.extend(message.element for message in MESSAGES.values() if message.element)
    for part in (*(each.part for each in MAPS), *(message.part for message in MESSAGES.values())):
        names.extend(tag for tag, _ in _tags(part))
    names.extend(("ListID", "FullName"))
    return {name.lower(): name for name in names}


def _element_name(name: str) -> str:
    if name != name.lower():
        return name
    known = _names().get(name.replace("_", ""))
    return known or "".join("ID" if part == "id" else part[:1].upper() + part[1:] for part in name.split("_"))


@cache
def _attribute_names() -> Mapping[str, str]:
    return {name.lower(): name for name in ATTRIBUTES}


def _attribute_name(name: str) -> str:
    return _attribute_names().get(name.replace("_", "").lower(), name)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z]+)", r"_\1", name).lower()


def _json(node: Node) -> dict[str, Json]:
    told: dict[str, Json] = {"name": node.name}
    if node.attributes:
        told["attributes"] = {_snake(name): value for name, value in node.attributes.items()}
    if node.children:
        told["children"] = [_json(child) for child in node.children]
    elif node.text:
        told["text"] = node.text
    return told


def _tags(part: Part) -> list[tuple[str, Kind | None]]:
    found: list[tuple[str, Kind | None]] = []
    for row in part.rows:
        found.append((row.tag, kind_of(row, part.model)))
        if row.part is not None:
            found.extend(_tags(row.part))
    return found


@cache
def _kinds() -> Mapping[str, type[Kind]]:
    return {tag: type(kind) for each in MAPS for tag, kind in _tags(each.part) if kind is not None}


def _typed(node: Node) -> dict[str, Json]:
    told: dict[str, Json] = {f"@{name}": _attribute(name, value) for name, value in node.attributes.items()}
    for child in node.children:
        value = _typed(child) if child.children or child.name.endswith(("Ret", "Rs")) else _value(child)
        if child.name.endswith("Ret"):
            told.setdefault(child.name, []).append(value)
        elif child.name not in told:
            told[child.name] = value
        elif isinstance(told[child.name], list):
            told[child.name].append(value)
        else:
            told[child.name] = [told[child.name], value]
    return told


def _attribute(name: str, value: str) -> Json:
    return int(value) if name in _WHOLE_ATTRIBUTES and re.fullmatch("[0-9]{1,9}", value) else value


def _value(node: Node) -> Json:
    """A text as what it stands for, by the kind of its element; where that is not known, by its name."""
    text = node.text
    kind = _kinds().get(node.name)
    if text in ("true", "false") and (kind is Flag or kind is None):
        return text == "true"
    counted = kind in (Amount, Price, Percentage, Number, Whole) if kind else bool(_AMOUNT_NAME.search(node.name))
    if not counted or _NUMBER.fullmatch(text) is None:
        return text
    return Decimal(text) if "." in text else int(text)
