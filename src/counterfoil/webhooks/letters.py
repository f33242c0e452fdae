"""Post in nobody's dialect: Standard Webhooks' envelope around the model's own fields.

Names are the model's, amounts and quantities texts with all their digits, days `YYYY-MM-DD`, moments ISO 8601 in UTC,
references `{"id", "full_name"}`; what has no value is null.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from counterfoil.core.dates import precise_moment
from counterfoil.core.money import plain
from counterfoil.model.event import RESOURCE_OF, Event
from counterfoil.model.kinds import Amount, Kind, Many, Moment
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.shape import Resource, fields_of
from counterfoil.model.values import Ref

Json = dict[str, Any]

_json = msgspec.json.Encoder()


class StandardLetters:
    """Renders events for endpoints that speak none of the four dialects."""

    def body(self, event: Event) -> bytes:
        return _letter(event, _object(event))

    def bare(self, event: Event) -> bytes:
        """Ids and types alone."""
        return _letter(event, _named(event))


def _letter(event: Event, thing: Json) -> bytes:
    data = {
        "resource": RESOURCE_OF.get(event.subject),
        "object": thing,
        "account_id": event.account_id,
        "connection_id": event.known_as(),
        "request_id": event.request_id,
        "details": dict(event.details),
    }
    return _json.encode({"type": event.type, "timestamp": precise_moment(event.at), "data": data})


def _object(event: Event) -> Json:
    thing = event.resource
    if isinstance(thing, Voided):
        times = {"created_at": precise_moment(thing.created_at), "updated_at": precise_moment(thing.updated_at)}
        return {"id": thing.id, "ref_number": thing.ref_number or None, **times, "voided": True}
    if isinstance(thing, Deleted):
        gone = {"deleted_at": precise_moment(thing.deleted_at), "deleted": True}
        return {"id": thing.id, "label": thing.label or None, **gone}
    return told(thing) if isinstance(thing, Resource) else _named(event)


def _named(event: Event) -> Json:
    return {"id": event.known_as() if event.subject == "connection" else event.subject_id}


def told(thing: Struct) -> Json:
    """Every field of a struct of the model; lines say first whether they are a `line` or a `group`."""
    tag = thing.__struct_config__.tag
    head = {"kind": tag} if isinstance(tag, str) else {}
    fields = fields_of(type(thing)).items()
    return head | {name.rstrip("_"): _value(getattr(thing, name), field.kind) for name, field in fields}


def _value(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        return [_value(each, _kind_within(kind)) for each in value]
    if isinstance(value, Ref):
        return {"id": value.id, "full_name": value.full_name}
    if isinstance(value, Struct):
        return told(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}" if isinstance(kind, Amount) else plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return precise_moment(value) if isinstance(kind, Moment) else value


def _kind_within(kind: Kind) -> Kind:
    return kind.of[0] if isinstance(kind, Many) else kind
