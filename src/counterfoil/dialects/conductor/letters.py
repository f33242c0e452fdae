"""Post in Conductor's words: an event around the object as this dialect's own answers tell it.

The vendor has no webhooks, so the envelope is Standard Webhooks' and the object within the vendor's.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from counterfoil.core.dates import precise_moment
from counterfoil.dialects.conductor.end_users import end_user_id, is_end_user
from counterfoil.dialects.conductor.render import Answer, render, render_deleted, render_voided
from counterfoil.dialects.conductor.table import Table
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.model.event import RESOURCE_OF, Event
from counterfoil.model.outcome import Deleted, Voided

BY_RESOURCE: Final[Mapping[str, Table]] = {table.resource: table for table in TABLES.values()}
OBJECT_TYPES: Final[Mapping[str, str]] = {"connection": "integration_connection"}
"""What is told of under a name of the vendor's; requests and endpoints keep their own."""

_json = msgspec.json.Encoder(decimal_format="number")


class ConductorLetters:
    """Renders events for endpoints that speak Conductor."""

    def body(self, event: Event) -> bytes:
        return self._letter(event, _object(event))

    def bare(self, event: Event) -> bytes:
        """Ids and types alone."""
        return self._letter(event, _named(event))

    def _letter(self, event: Event, thing: Answer) -> bytes:
        data = {"object": thing, "endUserId": end_user_id(event.known_as(is_end_user)), "requestId": event.request_id}
        return _json.encode({"type": event.type, "timestamp": precise_moment(event.at), "data": data})


def _object(event: Event) -> Answer:
    table, thing = BY_RESOURCE.get(RESOURCE_OF.get(event.subject, "")), event.resource
    if table is None or thing is None:
        return _named(event)
    if isinstance(thing, Voided):
        return render_voided(table, thing)
    if isinstance(thing, Deleted):
        return render_deleted(table, thing)
    return render(table, thing) if isinstance(thing, table.model) else _named(event)


def _named(event: Event) -> Answer:
    """What has no table here, by its id and type, and with the plain facts that the event bears."""
    named: dict[str, Any] = {"id": _id(event), "objectType": _object_type(event)}
    if event.subject not in RESOURCE_OF:
        named["status"] = event.what
    elif event.what in ("voided", "deleted"):
        named[event.what] = True
    return {_camel(name): value for name, value in event.details.items()} | named


def _id(event: Event) -> str:
    return f"int_conn_{event.subject_id.replace('-', '')}" if event.subject == "connection" else event.subject_id


def _object_type(event: Event) -> str:
    resource = RESOURCE_OF.get(event.subject)
    if resource is None:
        return OBJECT_TYPES.get(event.subject, event.subject)
    table = BY_RESOURCE.get(resource)
    return (table.object_type if table is not None else None) or f"qbd_{event.subject}"


def _camel(name: str) -> str:
    return re.sub("_([a-z0-9])", lambda found: found.group(1).upper(), name)
