"""What is known of the way a request came: its idempotency key, and whether a client's library sends it again."""

import hashlib
from dataclasses import dataclass

KEPT_SECONDS = 7 * 24 * 3600
"""How long an idempotency key is remembered (RULINGS, Writes)."""

REJOIN_SECONDS = 600
"""How long after one attempt the next may still join it (RULINGS, Writes)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request. `fingerprint` is the same for each sending of the same request by the same key.

    `retry` counts the sendings before this one, where the client's library tells; None where it does not.
    """

    fingerprint: bytes
    idempotency_key: str | None = None
    retry: int | None = None


def fingerprint(key_id: str, method: str, path: str, body: bytes) -> bytes:
    """32 bytes that only the same key, method, path and body give."""
    digest = hashlib.sha256(f"{key_id}\n{method}\n{path}\n".encode())
    digest.update(body)
    return digest.digest()
