"""Post in QUBE's words of what is no queued request's answer.

The vendor's own events are of requests, workflow runs, connections and name indexes; its client tells them apart by
`event`, and takes what has none and names a page for a request's answer. So a request that came to its end is told in
that shape, a connection under the vendor's names where it has one, and all else as an event that the client hands on
as it is. What the books hold stands there as in `response_json`: `InvoiceRet` and so on.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from counterfoil.core.dates import local_moment
from counterfoil.core.ids import is_uuid
from counterfoil.dialects.qube.assumed import ERROR_TYPES, LETTER_DONE, LETTER_FAILED, ONE_PAGE
from counterfoil.dialects.qube.told import moment
from counterfoil.dialects.qube.v2.assumed import SANDBOX
from counterfoil.model.catalogue import BY_MODEL
from counterfoil.model.event import RESOURCE_OF, Event
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.as_json import response_json
from counterfoil.wire.qbxml.elements import Writing, object_elements
from counterfoil.wire.qbxml.messages import BY_RESOURCE, table_of
from counterfoil.wire.qbxml.table import version_of
from counterfoil.wire.qbxml.tree import Document, Node

VERSION: Final = "16.0"
"""The qbXML in whose elements objects are told: all that QuickBooks Desktop knows today."""

CONNECTION_EVENTS: Final[Mapping[str, str]] = {
    "connection.offline": "connection.stalled",
    "connection.needs_attention": "connection.stalled",
    "connection.recovered": "connection.resumed",
}
"""The vendor's names for what happens to connections; `connection.connected` is one already."""

STATES: Final[Mapping[str, str]] = {"request.succeeded": LETTER_DONE, "request.failed": LETTER_FAILED}
"""Ends of requests, as their letters tell them; an outcome that is unknown is none."""

_json = msgspec.json.Encoder(decimal_format="number")


class QubeLetters:
    """Renders events for endpoints that speak QUBE."""

    def body(self, event: Event) -> bytes:
        return _json.encode(_letter(event, _object(event)))

    def bare(self, event: Event) -> bytes:
        """Ids and types alone."""
        return _json.encode(_letter(event, _named(event)))


def _letter(event: Event, thing: Mapping[str, Any]) -> dict[str, Any]:
    if event.type in STATES:
        return _ended(event)
    head = {
        "timestamp": moment(event.at),
        "id": event.id,
        "event": CONNECTION_EVENTS.get(event.type, event.type),
        "type": event.type,
        "app_id": event.account_id,
        "connection_id": _connection(event),
        "request_id": event.request_id,
    }
    if event.subject == "connection":
        reason = event.what if head["event"] == "connection.stalled" else None
        connection = {"id": _connection(event), "state": event.what, "stall_reason": reason}
        known = {"sandbox": SANDBOX, "delivery_id": event.id, "revision": event.at}
        return {**head, **known, "connection": {**event.details, **connection}}
    return {**head, "data": thing}


def _ended(event: Event) -> dict[str, Any]:
    """A request's end, in the shape of its letter; its answer is read from the request itself."""
    return {
        "timestamp": moment(event.at),
        "id": event.subject_id,
        "page_request_id": event.subject_id,
        "page": ONE_PAGE,
        "state": STATES[event.type],
        "response_xml": None,
        "response_json": None,
        "error": _error(event.details) if event.type == "request.failed" else None,
        "type": event.type,
        "app_id": event.account_id,
        "connection_id": _connection(event),
    }


def _connection(event: Event) -> str:
    """The vendor's ids of connections are UUIDs."""
    return event.known_as(is_uuid)


def _error(details: Mapping[str, str]) -> dict[str, Any]:
    code = details.get("code", "")
    known = ERROR_TYPES.get(code)
    return {"message": details.get("message", ""), "code": code, "details": {"type": known} if known else {}}


def _object(event: Event) -> Mapping[str, Any]:
    thing = event.resource
    if isinstance(thing, Voided | Deleted):
        return _gone(event, thing)
    if isinstance(thing, Resource) and BY_MODEL[type(thing)].name in BY_RESOURCE:
        return _ret(thing)
    return _named(event)


def _ret(thing: Resource) -> Mapping[str, Any]:
    table = table_of(thing)
    elements = object_elements(table.part, table.spoken(thing, "r"), Writing("r", version_of(VERSION)))
    ret = Node(f"{table.name}Ret", {}, "", elements)
    told = response_json(Document(Node("QBXML", {}, "", (Node("Told", {}, "", (ret,)),))))
    name = ret.name
    return {name: told[0]["Told"][name][0]}


def _gone(event: Event, thing: Voided | Deleted) -> Mapping[str, Any]:
    """As `TxnVoidRs`, `TxnDelRs` and `ListDelRs` tell it."""
    table = BY_RESOURCE.get(RESOURCE_OF.get(event.subject, ""))
    if table is None:
        return _named(event)
    is_list = table.key != "TxnID"
    act = "TxnVoid" if isinstance(thing, Voided) else ("ListDel" if is_list else "TxnDel")
    label = thing.ref_number if isinstance(thing, Voided) else thing.label
    told = {f"{act}Type": table.name, table.key: thing.id, "FullName" if is_list else "RefNumber": label or None}
    if isinstance(thing, Deleted):
        return {**told, "TimeDeleted": local_moment(thing.deleted_at)}
    return {**told, "TimeCreated": local_moment(thing.created_at), "TimeModified": local_moment(thing.updated_at)}


def _named(event: Event) -> Mapping[str, Any]:
    return {**event.details, "type": event.subject, "id": event.subject_id}
