"""Commands → what is posted to Intuit, and what its answers mean.

Updates are read, merged and written: Intuit takes away what an update leaves out (reference 1.4).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from counterfoil.books.online.beside import completed, held_back
from counterfoil.books.online.facts import Facts
from counterfoil.books.online.intuit import Request, Unanswered
from counterfoil.books.online.likeness import lost_lines
from counterfoil.books.online.problems import missing, not_in_online, stale
from counterfoil.books.online.reads import NotThere, Reads
from counterfoil.core.clock import Clock
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Delete, Update, Void
from counterfoil.model.outcome import Deleted, Done, Voided
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.bodies import decoded, encoded
from counterfoil.wire.qbo.entities import BY_NAME
from counterfoil.wire.qbo.requests import (
    Sent,
    create_object,
    delete_object,
    entity_for,
    refused,
    unheld,
    update_object,
    void_object,
)
from counterfoil.wire.qbo.table import Entity, Json, Known
from counterfoil.wire.qbo.tax import differences

DELETED: Final = "Deleted"
_json = msgspec.json.Encoder()


class Write(Struct, frozen=True, kw_only=True):
    """A write as it leaves: stored before anybody sends it. `token` is the SyncToken that it replaces; a new object
    has none. `label` is what the object was called."""

    entity: str
    request: Request
    token: str | None = None
    label: str | None = None

    @property
    def body(self) -> Json:
        found: Json = decoded(self.request.body.encode())
        return found


_write = msgspec.json.Decoder(Write)


def stored(write: Write) -> bytes:
    return _json.encode(write)


def write_in(sent: bytes) -> Write:
    return _write.decode(sent)


class Carried(Struct, frozen=True, kw_only=True):
    """What a write has come to, and what is to be kept beside the object."""

    done: Done
    beside: Mapping[str, Any] = {}


class Writes:
    """Prepares writes of one connection and reads their answers."""

    def __init__(self, reads: Reads, facts: Facts, clock: Clock) -> None:
        self.reads = reads
        self.facts = facts
        self.clock = clock

    async def prepared(self, command: Command, request_id: str) -> Write:
        """What is to be sent. Raises NotThere with every problem, and IntuitError where Intuit cannot be asked."""
        entity = entity_for(command.resource)
        if entity is None:
            raise NotThere(not_in_online(command.resource))
        problems = refused(command)
        if problems:
            raise NotThere(*problems)
        known = await self.facts.known(_items_in(command))
        current: Json = {}
        if isinstance(command, Create):
            sent = create_object(command, known)
        else:
            current = await self._current(entity, command)
            sent = _changing(command, current, known)
        return Write(
            entity=sent.entity.name,
            request=_request(sent, request_id),
            token=str(current["SyncToken"]) if "SyncToken" in current else None,
            label=_label(current),
        )

    async def carried(self, command: Command, write: Write, answer: Json) -> Carried:
        """What an answer means. Raises Unanswered where it does not show that the write was carried out."""
        known = await self.facts.known(_items_in(command))
        entity = BY_NAME[write.entity.casefold()]
        given = answer.get(entity.name)
        if not isinstance(given, dict):
            raise Unanswered(f"Intuit answered without the {entity.name} that was written")
        if isinstance(command, Delete):
            return Carried(done=Done(result=self._deleted(entity, command, write, given)))
        thing = object_of(entity, given, known, resource=command.resource)
        if isinstance(command, Void):
            return Carried(done=Done(result=_voided(thing)))
        if not isinstance(command, Create | Update):
            raise TypeError(type(command).__name__)
        beside = held_back(command, unheld(command), thing)
        kept = (await self.reads.kept(command.resource, [thing.id])).get(thing.id, {})
        warnings = _warnings(command, write, given, differences(command, thing))
        done = Done(result=completed(thing, {**kept, **beside}), warnings=warnings)
        return Carried(done=done, beside=beside)

    async def _current(self, entity: Entity, command: Update | Void | Delete | Command) -> Json:
        id = str(getattr(command, "id", ""))
        current = await self.reads.current(entity, id)
        if current is None:
            raise NotThere(missing(command.resource, id))
        if isinstance(command, Update) and command.revision not in ("", str(current.get("SyncToken"))):
            raise NotThere(stale(command.resource, id, command.revision))
        return current

    def _deleted(self, entity: Entity, command: Delete, write: Write, given: Json) -> Deleted:
        """Transactions go; objects of lists are hidden for good."""
        is_gone = given.get("Active") is False if entity.has_active else given.get("status") == DELETED
        if not is_gone:
            raise Unanswered(f"Intuit answered with a {entity.name} that is still there")
        return Deleted(id=command.id, label=write.label, deleted_at=self.clock.now())


def _warnings(command: Command, write: Write, stored: Json, found: tuple[str, ...]) -> tuple[str, ...]:
    """What Intuit stored otherwise than it was asked; lines that a change did not even speak of among it."""
    place = "applications" if command.resource == "receive_payments" else "lines"
    if any(each.startswith(place) for each in found) or not lost_lines(write.body, stored):
        return found
    return (*found, place)


def asserts_revision(command: Command) -> bool:
    """Whether the caller said which version was to be changed."""
    return isinstance(command, Update) and bool(command.revision)


def name_in(command: Command) -> str:
    """The name that a command gives an object of a list."""
    if isinstance(command, Create):
        return str(getattr(command.draft, "name", None) or "")
    return str(command.changes.get("name") or "") if isinstance(command, Update) else ""


def _changing(command: Command, current: Json, known: Known) -> Sent:
    if isinstance(command, Update):
        return update_object(command, current, known)
    if isinstance(command, Void):
        return void_object(command, current)
    if isinstance(command, Delete):
        return delete_object(command, current)
    raise TypeError(type(command).__name__)


def _request(sent: Sent, request_id: str) -> Request:
    return Request(
        method="POST",
        path=sent.entity.name.lower(),
        query={**sent.query, "requestid": request_id},
        body=encoded(sent.body).decode(),
    )


def _label(current: Json) -> str | None:
    found = next(
        (current[key] for key in ("DocNumber", "PaymentRefNum", "DisplayName", "Name") if current.get(key)), None
    )
    return str(found) if found is not None else None


def _voided(thing: Resource) -> Voided:
    if not getattr(thing, "is_void", False):
        raise Unanswered("Intuit answered with a transaction that is not void")
    number = getattr(thing, "ref_number", None)
    return Voided(id=thing.id, ref_number=number, created_at=thing.created_at, updated_at=thing.updated_at)


def _items_in(command: Command) -> list[str]:
    """The items that a command's lines name."""
    if isinstance(command, Create):
        lines = getattr(command.draft, "lines", ())
        return (
            list(_named(getattr(line, "item", None) for line in lines))
            if CATALOGUE[command.resource].is_transaction
            else []
        )
    if isinstance(command, Update):
        return list(_named(each.changes.get("item") for each in command.changes.get("lines") or ()))
    return []


def _named(refs: Iterable[object]) -> Iterable[str]:
    return (ref.id for ref in refs if isinstance(ref, Ref) and ref.id is not None)
