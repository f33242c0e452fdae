"""One connection's rows in one transaction: nothing below ever names another connection."""

import datetime
from typing import Any

import msgspec

from counterfoil.core.clock import Clock
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.shape import Resource
from counterfoil.storage.contract import Session

_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(resource.model) for name, resource in CATALOGUE.items()
}


class Scope:
    """A session, the connection that it serves, and the clock of its writes."""

    def __init__(self, session: Session, connection_id: str, clock: Clock) -> None:
        self.session = session
        self.connection_id = connection_id
        self.clock = clock


def encoded(thing: Resource) -> bytes:
    return _encoder.encode(thing)


def decoded(resource: str, body: bytes) -> Any:
    return _decoders[resource].decode(body)


def day_text(day: datetime.date | None) -> str:
    return day.isoformat() if day is not None else ""
