"""A request document → what it asks: commands and queries of the model, or all that is wrong with it.

QuickBooks knows two ways to be wrong. A document whose elements are unknown or in the wrong order it does not read at
all; these problems are the `structure` of a request. Everything else it answers with a status, request by request.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Place, Problem
from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.outcome import Refused
from counterfoil.model.query import Read, Select, SelectDeleted
from counterfoil.wire.qbxml.maps.queries import Question, Removal
from counterfoil.wire.qbxml.messages import LIST_TYPES, MESSAGES, TXN_TYPES, Message
from counterfoil.wire.qbxml.paging import Iterator, Selects, place_of, resumed
from counterfoil.wire.qbxml.questions import View, deleted_of, problems_of, select_of, view_of
from counterfoil.wire.qbxml.read import Reading, read_object, read_part
from counterfoil.wire.qbxml.table import DEFAULT_VERSION, KEPT_LINES, Map, Part, Verb, Version, version_of
from counterfoil.wire.qbxml.tree import Document, Node
from counterfoil.wire.qbxml.values import shown

LONGEST_REQUEST_ID: Final = 50
MOST_REQUESTS: Final = 1000
"""Requests in one document."""

RET: Final = "IncludeRetElement"
ON_ERROR: Final = ("stopOnError", "continueOnError", "rollbackOnError")
METADATA: Final = ("NoMetaData", "MetaDataOnly", "MetaDataAndResponseData")

Asked = Create | Update | Void | Delete | Select | Selects | Read | SelectDeleted | Refused
NO_MACROS: Final[Mapping[str, str]] = {}


class Request(Struct, frozen=True, kw_only=True):
    """One request of a set: what it asks, and how its answer is to look.

    `def_macro` names what it makes for requests that follow; `macros` are the names that it uses, with which it is
    read again (`read_request`) once their ids are known.
    """

    name: str
    node: Node
    version: str
    asked: Asked
    view: View = View()
    request_id: str | None = None
    metadata: str = METADATA[0]
    iterator: Iterator | None = None
    def_macro: str | None = None
    macros: tuple[str, ...] = ()
    structure: tuple[Problem, ...] = ()

    @property
    def message(self) -> Message | None:
        return MESSAGES.get(self.name)

    @property
    def table(self) -> Map | None:
        """The one table that it is about, if it is about one; a deletion or voiding names it within."""
        message = self.message
        if message is None or len(message.maps) == 1:
            return message.maps[0] if message is not None else None
        name = self.node.text_of(message.part.rows[0].tag)
        return next((each for each in message.maps if each.name == name), None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.asked.problems if isinstance(self.asked, Refused) else ()


class RequestSet(Struct, frozen=True, kw_only=True):
    """All requests of a document, in their order, and what its message set says of them together."""

    version: str
    on_error: str
    requests: tuple[Request, ...]
    new_message_set_id: str | None = None
    old_message_set_id: str | None = None
    response_data: str = "includeAll"
    own_structure: tuple[Problem, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether a refused request keeps those after it from being carried out."""
        return self.on_error != "continueOnError"

    @property
    def structure(self) -> tuple[Problem, ...]:
        """All for which QuickBooks would not read the document."""
        return (*self.own_structure, *(problem for request in self.requests for problem in request.structure))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, wherever it is."""
        return (*self.own_structure, *(problem for request in self.requests for problem in request.problems))


def read_requests(document: Document, *, default_version: str = DEFAULT_VERSION) -> RequestSet:
    """What a document asks. Raises Malformed where it is no qbXML request at all."""
    version = document.version or default_version
    root = document.root
    messages = next(root.named("QBXMLMsgsRq"), None) if root.name == "QBXML" else None
    if messages is None:
        raise Malformed(Problem("malformed", (), {"detail": "it has no `QBXMLMsgsRq` in a `QBXML`"}))
    if len(messages.children) > MOST_REQUESTS:
        values = {"limit": MOST_REQUESTS, "count": len(messages.children)}
        raise Malformed(Problem("too_many", ("QBXML", "QBXMLMsgsRq"), values))
    attributes = messages.attributes
    return RequestSet(
        version=version,
        on_error=attributes.get("onError", ON_ERROR[0]),
        requests=tuple(
            read_request(node, version, place=(node.name, index)) for index, node in enumerate(messages.children)
        ),
        new_message_set_id=attributes.get("newMessageSetID"),
        old_message_set_id=attributes.get("oldMessageSetID"),
        response_data=attributes.get("responseData", "includeAll"),
        own_structure=tuple(_set_problems(root, attributes)),
    )


def _set_problems(root: Node, attributes: Mapping[str, str]) -> list[Problem]:
    place = ("QBXML", "QBXMLMsgsRq", "onError")
    found = [
        Problem("unknown_field", ("QBXML", child.name), {"name": shown(child.name), "hint": ""})
        for child in root.children
        if child.name not in ("SignonMsgsRq", "QBXMLMsgsRq")
    ]
    if "onError" not in attributes:
        found.append(Problem("required", place))
    elif attributes["onError"] not in ON_ERROR:
        found.append(_no_choice(place, attributes["onError"], ON_ERROR))
    return found


def _no_choice(place: Place, value: str, choices: tuple[str, ...]) -> Problem:
    return Problem("not_a_choice", place, {"value": shown(value), "choices": ", ".join(choices)})


def read_request(
    node: Node, version: str, *, place: Place | None = None, macros: Mapping[str, str] = NO_MACROS
) -> Request:
    """One request. `macros` are the ids of what earlier requests of the set made, by the names given to them."""
    here = place or (node.name, 0)
    message = MESSAGES.get(node.name)
    if message is None:
        detail = f"`{shown(node.name)}` is not served by these books"
        return _request(node, version, Refused((Problem("not_served", here, {"detail": detail}),)))
    if message.since > _version(version):
        major, minor = message.since
        hint = f" (it needs qbXML {major}.{minor})"
        early = Problem("unknown_field", here, {"name": node.name, "hint": hint})
        return structs.replace(_request(node, version, Refused((early,))), structure=(early,))
    verb: Verb = "m" if message.action == "mod" else "a"
    reading = Reading(verb, _version(version), macros)
    _check_attributes(node, message, reading, here)
    if message.action in ("add", "mod"):
        asked, view = _command(message, node, reading, here)
    elif message.action in ("delete", "void"):
        asked, view = _removal(message, node, reading, here), View()
    else:
        asked, view = _query(message, node, reading, here)
    if reading.problems or asked is None:
        asked = Refused(reading.problems)
    request = _request(node, version, asked)
    return structs.replace(
        request,
        view=view,
        def_macro=_macro_of(node, message),
        macros=tuple(reading.used),
        structure=tuple(reading.structure),
    )


def _request(node: Node, version: str, asked: Asked) -> Request:
    attributes = node.attributes
    action: Any = attributes.get("iterator")
    return Request(
        name=node.name,
        node=node,
        version=version,
        asked=asked,
        request_id=attributes.get("requestID"),
        metadata=attributes.get("metaData", METADATA[0]),
        iterator=Iterator(action, attributes.get("iteratorID")) if action else None,
    )


def _version(version: str) -> Version:
    try:
        return version_of(version)
    except ValueError:
        return version_of(DEFAULT_VERSION)


def _macro_of(node: Node, message: Message) -> str | None:
    inner = node.child(message.element) if message.element else None
    return inner.attributes.get("defMacro") if inner is not None else None


def _check_attributes(node: Node, message: Message, reading: Reading, place: Place) -> None:
    known = {"requestID"}
    if message.action not in ("add", "mod", "delete", "void") and message.name not in _SINGLE:
        known.add("metaData")
    if message.paged:
        known |= {"iterator", "iteratorID"}
    for name, value in node.attributes.items():
        here = (*place, name)
        if name not in known:
            reading.structure.append(Problem("unknown_field", here, {"name": shown(name), "hint": ""}))
        elif name == "requestID" and len(value) > LONGEST_REQUEST_ID:
            values = {"limit": LONGEST_REQUEST_ID, "length": len(value), "value": shown(value), "code": 1060}
            reading.values.append(Problem("too_long", here, values))
        elif name == "metaData" and value not in METADATA:
            reading.structure.append(_no_choice(here, value, METADATA))
        elif name == "iterator" and value not in _ACTIONS:
            reading.structure.append(_no_choice(here, value, _ACTIONS))


_SINGLE: Final = ("HostQuery", "CompanyQuery", "PreferencesQuery")
_ACTIONS: Final = ("Start", "Continue", "Stop")


def _command(message: Message, node: Node, reading: Reading, place: Place) -> tuple[Asked | None, View]:
    """An Add or a Mod: its one element, and after it what its answer is to show."""
    elements: list[str] = []
    inner: Node | None = None
    for index, child in enumerate(node.children):
        if child.name == message.element and not index:
            inner = child
        elif child.name == RET and index:
            elements.append(child.text)
        else:
            values = {"name": shown(child.name), "hint": ""}
            reading.structure.append(Problem("unknown_field", (*place, shown(child.name)), values))
    view = View(elements=tuple(elements))
    if inner is None:
        reading.structure.append(Problem("required", (*place, message.element)))
        return None, view
    return _change(message, inner, reading, (*place, message.element)), view


def _change(message: Message, inner: Node, reading: Reading, place: Place) -> Asked | None:
    table = message.maps[0]
    _check_macro(inner, reading, place)
    values = read_part(message.part, inner, reading, place)
    if message.action == "add":
        return Create(resource=table.resource, draft=table.thing(values, "a"))
    changes = table.inward(values, "m")
    return Update(
        resource=table.resource,
        id=changes.pop("id", ""),
        revision=changes.pop("revision", ""),
        kept_lines=changes.pop(KEPT_LINES, "none"),
        changes=changes,
    )


def _check_macro(inner: Node, reading: Reading, place: Place) -> None:
    for name in inner.attributes:
        if name != "defMacro" or reading.verb != "a":
            values = {"name": shown(name), "hint": ""}
            reading.structure.append(Problem("unknown_field", (*place, shown(name)), values))


def _removal(message: Message, node: Node, reading: Reading, place: Place) -> Asked | None:
    wanted: Any = read_object(message.part, node, reading, place)
    if not isinstance(wanted, Removal) or not wanted.type:
        return None
    found = next((each for each in message.maps if each.name == wanted.type), None)
    tag = message.part.rows[0].tag
    if found is None:
        known = LIST_TYPES if message.name == "ListDel" else TXN_TYPES
        if wanted.type not in known:
            reading.values.append(_no_choice((*place, tag), wanted.type, tuple(sorted(known))))
        else:
            detail = f"`{wanted.type}` cannot be deleted or voided in these books"
            reading.values.append(Problem("not_served", (*place, tag), {"detail": detail}))
        return None
    if message.action == "void":
        return Void(resource=found.resource, id=wanted.id)
    return Delete(resource=found.resource, id=wanted.id)


def _query(message: Message, node: Node, reading: Reading, place: Place) -> tuple[Asked | None, View]:
    question: Any = read_object(message.part, node, reading, place)
    if not isinstance(question, Question):
        return None, View()
    reading.values.extend(problems_of(question, place))
    view = view_of(_whole(question, message.part))
    if message.action == "deleted":
        return deleted_of(question, message), view
    if message.name in _SINGLE:
        return Read(resource=message.maps[0].resource, id=""), view
    return _selected(message, question, node, reading, place), view


def _whole(question: Question, part: Part) -> Question:
    """A query without a way to leave lines out tells them all."""
    if any(row.field == "with_lines" for row in part.rows):
        return question
    return structs.replace(question, with_lines=True)


def _selected(message: Message, question: Question, node: Node, reading: Reading, place: Place) -> Asked | None:
    if question.status is None and any(row.field == "status" for row in message.part.rows):
        question = structs.replace(question, status="active_only")
    counted = message.paged and "iterator" in node.attributes
    if counted and question.max_returned is None and node.attributes["iterator"] != "Stop":
        reading.values.append(Problem("required", (*place, "MaxReturned")))
    selects = tuple(select_of(question, each, counted=counted) for each in message.maps)
    asked: Select | Selects = selects[0] if len(selects) == 1 else Selects(selects, question.max_returned)
    if node.attributes.get("iterator") == "Continue":
        return _continued(asked, node.attributes.get("iteratorID", ""), reading, place)
    return asked


def _continued(asked: Select | Selects, identifier: str, reading: Reading, place: Place) -> Asked | None:
    found = place_of(identifier, asked)
    if found is None:
        expected = "the `iteratorID` of an earlier answer to this same query"
        values = {"expected": expected, "received": f'"{shown(identifier)}"', "value": shown(identifier)}
        reading.values.append(Problem("wrong_type", (*place, "iteratorID"), values))
        return None
    return resumed(asked, found)
