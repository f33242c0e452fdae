"""Earlier attempts: whether a sending repeats one, and what is kept of an outcome to tell it again."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from counterfoil.core.errors import BooksRefused, Conflict
from counterfoil.core.problems import Problem
from counterfoil.dispatch.attempts import KEPT_SECONDS, REJOIN_SECONDS, Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.outcome import Deleted, Done, Voided
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.margin import Margin
from counterfoil.storage.requests import RequestLog, RequestRecord

SOONEST_SECONDS: Final = 0.3
"""A client's library waits longer than this before it sends again: what has waited less was not overtaken."""

_json = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Aside:
    """What a caller says of an object and its books cannot hold. None takes a value away.

    `external_key` is the caller's own name for the object: no two of a resource may have the same.
    """

    values: Mapping[str, Any]
    external_key: str | None = None


def earlier_attempt(
    log: RequestLog,
    caller: Caller,
    connection: ConnectionRecord,
    attempt: Attempt,
    now: int,
    waited: float = 0.0,
) -> RequestRecord | None:
    """The attempt that this one repeats, if it repeats one. Raises Conflict where a key comes with another request.

    One that has `waited` for so many seconds, in a process that is slow, may be the later: its caller has given it up
    and sent it again meanwhile, to another process.
    """
    if attempt.idempotency_key is not None:
        found = log.by_key(caller.account_id, connection.id, attempt.idempotency_key, now - KEPT_SECONDS)
        if found is not None and found.fingerprint != attempt.fingerprint:
            raise Conflict(Problem("idempotency_reused", (), {"value": attempt.idempotency_key}))
        return found
    if attempt.retry is None:
        return None
    if attempt.retry:
        found = log.latest(connection.id, attempt.fingerprint, attempt.retry - 1, now - REJOIN_SECONDS)
        if found is not None:
            log.joined(found, attempt.retry)
            return found
    if waited < SOONEST_SECONDS:
        return None
    return log.overtaking(connection.id, attempt.fingerprint, attempt.retry, now - math.ceil(waited))


def kept_outcome(done: Done) -> bytes:
    """An outcome as it is stored, so that it can be told once more."""
    return _json.encode({"warnings": done.warnings, "changed": done.changed, "result": done.result})


def told_again(earlier: RequestRecord) -> Done:
    """The stored outcome of an earlier attempt."""
    model = {"void": Voided, "delete": Deleted}.get(earlier.verb) or CATALOGUE[earlier.resource].model
    kept = msgspec.json.decode(earlier.outcome or b"{}", type=dict[str, msgspec.Raw])
    return Done(
        result=msgspec.json.decode(kept["result"], type=model),
        warnings=tuple(msgspec.json.decode(kept["warnings"], type=list[str])),
        changed=tuple(msgspec.json.decode(kept.get("changed", msgspec.Raw(b"[]")), type=list[str])),
        replayed=True,
    )


def write_aside(margin: Margin, verb: str, resource: str, done: Done, aside: Aside | None) -> None:
    """Keep what was said aside, under a key that no other object of the resource may have."""
    if verb == "delete":
        margin.drop(resource, done.result.id)
    if aside is None:
        return
    check_external_key(margin, resource, aside, done.result.id)
    margin.keep(resource, done.result.id, aside.values, aside.external_key)


def check_external_key(margin: Margin, resource: str, aside: Aside, owner_id: str | None) -> None:
    """Raises BooksRefused where another object has the key that is said aside."""
    key = aside.external_key
    owner = margin.by_external_key(resource, key) if key is not None else None
    if owner is not None and owner != owner_id:
        raise BooksRefused(Problem("external_id_in_use", ("external_key",), {"value": key, "id": owner}))
