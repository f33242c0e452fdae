"""What is known of the way a request came: its idempotency key, and whether a client's library sends it again."""

import hashlib
from dataclasses import dataclass

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.callers import Caller

KEPT_SECONDS = 7 * 24 * 3600
"""How long an idempotency key is remembered (RULINGS, Writes)."""

LONGEST_KEY = 255
REJOIN_SECONDS = 600
"""How long after one attempt the next may still join it (RULINGS, Writes)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request. `fingerprint` is the same for each sending of the same request by the same key.

    `retry` counts the sendings before this one, where the client's library tells; None where it does not. What was
    sent, and where in which dialect (`POST /v1/…`), is kept for people to look at.
    """

    fingerprint: bytes
    idempotency_key: str | None = None
    retry: int | None = None
    dialect: str | None = None
    address: str | None = None
    body: bytes | None = None


def attempt_of(
    caller: Caller,
    method: str,
    path: str,
    body: bytes,
    *,
    dialect: str,
    address: str,
    idempotency_key: str | None = None,
    retry: int | None = None,
) -> Attempt:
    """The attempt that a request is. `path` names the connection where the address that was called does not.

    An idempotency key belongs to account and connection; without one only the very key that sent a request can send it
    again (RULINGS, Writes). Raises Invalid where the idempotency key is none.
    """
    key = checked_key(idempotency_key)
    scope = caller.key_id if key is None else caller.account_id
    return Attempt(fingerprint(scope, method, path, body), key, retry, dialect, f"{method} {address}", body)


def checked_key(text: str | None) -> str | None:
    """An idempotency key as it was sent: 1 to 255 characters."""
    if text is not None and not 1 <= len(text) <= LONGEST_KEY:
        values = {"value": f"{len(text)} characters", "range": f"1 to {LONGEST_KEY} characters"}
        raise Invalid(Problem("out_of_range", ("Idempotency-Key",), values))
    return text


def fingerprint(scope: str, method: str, path: str, body: bytes) -> bytes:
    """32 bytes that only the same sender, method, path and body give."""
    digest = hashlib.sha256(f"{scope}\n{method}\n{path}\n".encode())
    digest.update(body)
    return digest.digest()
