"""What is written down of a request beside its outcome: what was sent, what it is known by, and why it was refused."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from counterfoil.core.problems import Actor, Problem, named
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.model.command import Command, Create
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.shape import ListObject, Resource
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.requests import RequestRecord
from counterfoil.wire.qbxml.glimpse import message_of, number_and_party, writes

LONGEST_ABOUT = 200
_json = msgspec.json.Encoder()


class Reason(Struct, frozen=True, kw_only=True):
    """A problem as people are told of it: its kind and place, what is wrong, how to mend it, and who can.

    `code` is the books' own, where they gave one.
    """

    kind: str
    place: str
    what: str
    mend: str
    actor: Actor
    code: str | None = None


class Reasons(Struct, frozen=True, kw_only=True):
    """What is kept in the place of the outcome of a request that was not carried out."""

    reasons: tuple[Reason, ...] = ()


_reasons = msgspec.json.Decoder(Reasons)


def command_record(
    caller: Caller, connection: ConnectionRecord, command: Command, attempt: Attempt, request_id: str, now: int
) -> RequestRecord:
    """The record of a command that has not been carried out yet."""
    number, about = known_by(command.draft) if isinstance(command, Create) else (None, None)
    return RequestRecord(
        connection_id=connection.id,
        id=request_id,
        account_id=caller.account_id,
        idempotency_key=attempt.idempotency_key,
        fingerprint=attempt.fingerprint,
        attempt=attempt.retry,
        verb=verb_of(command),
        resource=command.resource,
        state="queued",
        result_id=None,
        outcome=None,
        created_at=now,
        settled_at=None,
        dialect=attempt.dialect,
        address=attempt.address,
        number=number,
        about=about,
        body=attempt.body,
    )


def document_known_by(request: bytes, answer: bytes | None) -> tuple[str, str | None, str | None]:
    """What a document asks for (`InvoiceAdd`), and by what people look for it; of a query only the former."""
    message = message_of(request)
    if not writes(message):
        return message or "", None, None
    number, about = number_and_party(answer or request)
    return message or "", number, about[:LONGEST_ABOUT] if about is not None else None


def verb_of(command: Command) -> str:
    return type(command).__name__.lower()


def known_by(thing: Resource | Voided | Deleted) -> tuple[str | None, str | None]:
    """By what people look for an object: its number, and whose it is; a list's object by its name."""
    if isinstance(thing, ListObject):
        name: str = thing.label or getattr(thing, "name", "")  # a draft has not been given its full name yet
        return None, name[:LONGEST_ABOUT] or None
    if isinstance(thing, Deleted):
        return thing.label, None
    number: str | None = getattr(thing, "ref_number", None)
    party: Any = getattr(thing, "customer", None) or getattr(thing, "vendor", None)
    return number or None, (party.full_name or party.id) if party is not None else None


def told_reasons(problems: Iterable[Problem]) -> bytes:
    """Problems as they are kept for people."""
    return _json.encode(Reasons(reasons=tuple(_reason(problem) for problem in problems)))


def kept_reasons(outcome: bytes | None) -> tuple[Reason, ...]:
    """The problems that were kept of a request; none where something else was, or nothing."""
    try:
        return _reasons.decode(outcome or b"{}").reasons
    except msgspec.MsgspecError:
        return ()


def _reason(problem: Problem) -> Reason:
    place = named(problem.place)
    code = problem.values.get("code")
    return Reason(
        kind=problem.kind,
        place=place,
        what=problem.what(place),
        mend=problem.mend(place),
        actor=problem.actor,
        code=str(code) if code is not None else None,
    )
