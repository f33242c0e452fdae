"""The description of the second version for machines: an OpenAPI 3.1 document made of its tables."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from counterfoil.dialects.qube import openapi as first
from counterfoil.dialects.qube.assumed import VERSION
from counterfoil.dialects.qube.listing import PARAMETERS as PAGING
from counterfoil.dialects.qube.openapi import ANY, MAYBE, MOMENT, TEXT, UUID, Schema
from counterfoil.dialects.qube.v2.elements import CRITERIA, INCLUDE, ITERATOR, MACRO, META_DATA, REQUEST_ID, key_of
from counterfoil.dialects.qube.v2.operations import OPERATIONS, Operation
from counterfoil.dialects.qube.v2.told import ROOT
from counterfoil.model.kinds import Amount, Choice, Day, Flag, Kind, Number, Percentage, Price, Text, Whole
from counterfoil.wire.qbxml.messages import Message
from counterfoil.wire.qbxml.serve import METADATA
from counterfoil.wire.qbxml.slots import Slot, kind_of, layout_of
from counterfoil.wire.qbxml.table import Part, Verb, version_of
from counterfoil.wire.qbxml.values import spelled

WEBHOOK: Final[Schema] = {
    "name": "webhook_url",
    "in": "query",
    "description": "Where the answer is posted; without it, to the connection's own.",
    "schema": TEXT | {"maxLength": 2048},
}
REFERENCE: Final = "reference"

_PAGE: Final = first.object_of(
    {
        "id": UUID,
        "page_request_id": UUID,
        "queued_request_id": UUID,
        "page": {"type": "integer", "minimum": 1},
        "remaining_count": {"type": ["integer", "null"]},
        "response_xml": MAYBE,
        "response_json": {"type": ["array", "null"], "items": {"type": "object"}},
        "inserted_at": MOMENT,
    }
)


def document(public_url: str | None) -> Schema:
    """The whole document. `public_url` is how the outside world reaches this server, where that is known."""
    described = first.document(public_url)
    components = described["components"]
    schemas = {
        "queued_request": _linked("queued_request", "self", "pages", "ui", "connection_ui"),
        "connection": _linked("connection", "self", "ui", "onboarding", webhook_url=MAYBE),
        "new_connection": first.object_of({"webhook_url": TEXT, "name": MAYBE}, ("webhook_url",)),
        "changed_connection": first.object_of({"webhook_url": MAYBE, "name": MAYBE}, ()),
        "new_request": first.object_of({"request_xml": MAYBE, "request_json": ANY, "webhook_url": MAYBE}, ()),
        "password": first.object_of({"password": MAYBE}, ()),
        "page": _PAGE,
        REFERENCE: first.object_of({"list_id": MAYBE, "full_name": MAYBE}, ()),
        "errors": first.object_of({"errors": {"type": ["string", "object", "array"]}}),
        **{each.id: _body(each.message) for each in _served() if not each.is_query and each.message is not None},
    }
    return {
        **described,
        "info": {"title": "Counterfoil: QUBE dialect, second version", "version": "2"},
        "paths": {**_paths(), **_operations()},
        "components": {**components, "schemas": schemas},
    }


def _served() -> Iterator[Operation]:
    return (operation for operation in OPERATIONS if operation.message is not None)


def _linked(name: str, *links: str, **more: Schema) -> Schema:
    """A schema of the first version with other links."""
    properties = {**first.SCHEMAS[name]["properties"], **more}
    inner = first.object_of({link: MAYBE if link == "onboarding" else TEXT for link in links})
    return first.object_of({**properties, "links": inner})


def _body(message: Message) -> Schema:
    verb: Verb = "m" if message.action == "mod" else "a"
    properties = {REQUEST_ID: MAYBE | {"maxLength": 50}, **_part(message.part, verb)["properties"]}
    if message.element:
        properties[INCLUDE] = {"type": ["array", "null"], "items": TEXT | {"maxLength": 50}}
    if message.action == "add":
        properties[MACRO] = MAYBE
    return first.object_of(properties, ())


def _slots(part: Part, verb: Verb) -> Iterator[tuple[str, Slot]]:
    layout = layout_of(part, verb, version_of(VERSION))
    return ((key_of(slot.row.tag), slot) for slot in layout.slots if not slot.early)


def _part(part: Part, verb: Verb) -> Schema:
    """What is needed stands in no schema: of rivals one will do, and the answer to a request says which."""
    return first.object_of({key: _property(slot, part, verb) for key, slot in _slots(part, verb)}, ())


def _property(slot: Slot, part: Part, verb: Verb) -> Schema:
    single = _single(slot, part, verb)
    if slot.many:
        return {"anyOf": [{"type": "array", "items": single}, {"type": "null"}]}
    return {"anyOf": [single, {"type": "null"}]}


def _single(slot: Slot, part: Part, verb: Verb) -> Schema:
    if slot.form == "ref":
        return {"$ref": f"#/components/schemas/{REFERENCE}"}
    if slot.form == "part":
        return _part(slot.row.part, verb) if slot.row.part is not None else {"type": "object"}
    return _value(kind_of(slot.row, part.model))


def _value(kind: Kind | None) -> Schema:
    told = _KINDS.get(type(kind)) if kind is not None else None
    return told(kind) if told is not None and kind is not None else TEXT


_KINDS: Final[Mapping[type[Kind], Callable[[Any], Schema]]] = {
    Text: lambda kind: TEXT | {"maxLength": kind.longest},
    Choice: lambda kind: {"type": "string", "enum": [spelled(option) for option in kind.options]},
    Flag: lambda _: {"type": "boolean"},
    Day: lambda _: {"type": "string", "format": "date"},
    Whole: lambda kind: {"type": "integer", "minimum": kind.least, "maximum": kind.most},
    **dict.fromkeys((Amount, Price, Percentage, Number), lambda _: {"type": ["number", "string"]}),
}


def _asked(message: Message) -> Iterator[Schema]:
    """The parameters of a query, those within others with their brackets."""
    yield {"name": REQUEST_ID, "in": "query", "schema": TEXT | {"maxLength": 50}}
    yield {"name": META_DATA, "in": "query", "schema": {"type": "string", "enum": list(METADATA)}}
    if message.paged:
        yield {"name": ITERATOR, "in": "query", "schema": {"type": "boolean"}}
    if message.name == "CustomerQuery":
        names = (*CRITERIA, "name_range[from]", "name_range[to]")
        yield from ({"name": name, "in": "query", "schema": TEXT} for name in names)
    yield from _flat(message.part, "")


def _flat(part: Part, within: str) -> Iterator[Schema]:
    for key, slot in _slots(part, "a"):
        name = f"{within}[{key}]" if within else key
        if slot.form == "part" and slot.row.part is not None:
            yield from _flat(slot.row.part, name)
            continue
        schema = _single(slot, part, "a")
        name = f"{name}[]" if slot.many and within else name
        yield {"name": name, "in": "query", "schema": {"type": "array", "items": schema} if slot.many else schema}


def _operations() -> Schema:
    paths: Schema = {}
    answer = first.data_of("queued_request")
    for each in _served():
        if each.message is None:
            continue
        path = f"{ROOT}/connections/{{connection_id}}/{each.address}"
        common = (first.OF_CONNECTION, first.IDEMPOTENCY, WEBHOOK)
        summary = f"Queue `{each.id}`."
        if each.is_query:
            told = first.operation(summary, 201, answer, *common, *_asked(each.message))
        else:
            told = first.operation(summary, 201, answer, *common, body=each.id)
        paths.setdefault(path, {})[each.method.lower()] = told
    return paths


def _paths() -> Schema:
    of, one, connection = first.OF_CONNECTION, first.OF_REQUEST, f"{ROOT}/connections/{{connection_id}}"
    request, single = first.data_of("queued_request"), first.data_of("connection")
    number: Schema = {"type": "integer"}
    meta = first.object_of({"page": number, "total_pages": number})
    page = first.object_of({"data": first.array_of(first.named("queued_request")), "meta": meta})
    listing = [first.parameter(each) for each in PAGING]
    asked = first.operation
    return {
        f"{ROOT}/connections": {
            "get": asked(
                "List the connections.", 200, first.object_of({"data": first.array_of(first.named("connection"))})
            ),
            "post": asked("Make a connection.", 201, single, body="new_connection"),
        },
        connection: {
            "get": asked("Show a connection.", 200, single, of),
            "put": asked("Change a connection.", 200, single, of, body="changed_connection"),
            "delete": asked("Delete a connection.", 204, None, of),
        },
        f"{connection}/queued-requests": {
            "get": asked("List queued requests.", 200, page, of, *listing),
            "post": asked("Queue a qbXML request.", 201, request, of, first.IDEMPOTENCY, WEBHOOK, body="new_request"),
        },
        f"{connection}/queued-requests/{{id}}": {"get": asked("Show a queued request.", 200, request, of, one)},
        f"{connection}/queued-requests/{{id}}/pages": {
            "get": asked(
                "List the pages of an answer.",
                200,
                first.object_of({"data": first.array_of(first.named("page"))}),
                of,
                one,
            )
        },
        f"{connection}/queued-requests/{{id}}/discard": {
            "post": asked("Discard a queued request that waits.", 200, request, of, one)
        },
    }
