"""Who asks: HTTP Basic with a key's id and the key, or the vendor's signature scheme.

A key that was brought from the vendor is a pair: its public half stands where the id of an own key does, and it is
proved as a whole, `public:private`.
"""

import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.secrets import KEY_PREFIX, key_id, same
from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.errors import unauthorized
from counterfoil.dispatch.administration import Administration

_PART = re.compile(r'co_(\w+)="([^"]*)"')
NEEDED: Final = ("public_key", "nonce", "timestamp", "signature")
NOBODY: Final = "a key that nobody has"
LONGEST_NONCE: Final = 128


@dataclass(slots=True)
class Nonces:
    """The nonces that one key used lately. What must be forgotten for want of room closes the time before it."""

    seen: set[tuple[int, str]] = field(default_factory=set)
    order: list[tuple[int, str]] = field(default_factory=list)
    closed: int = 0

    def take(self, moment: int, nonce: str, now: int) -> bool:
        """Note a nonce; False where it was used before, or may have been."""
        while self.order and self.order[0][0] < now - assumed.CLOCK_SECONDS:
            self.seen.discard(heappop(self.order))
        if moment <= self.closed or (moment, nonce) in self.seen:
            return False
        self.seen.add((moment, nonce))
        heappush(self.order, (moment, nonce))
        if len(self.order) > assumed.MOST_NONCES:
            oldest = heappop(self.order)
            self.seen.discard(oldest)
            self.closed = oldest[0]
        return True


class KeyReader:
    """Finds the whole key string of a request. Raises Unauthorized; the key itself is proved by whoever admits it."""

    def __init__(self, administration: Administration, clock: Clock) -> None:
        self.administration = administration
        self.clock = clock
        self.nonces: dict[str, Nonces] = {}

    async def key(self, authorization: str | None, urls: Sequence[str], body: bytes) -> str:
        """`urls` are the addresses under which the client may have known this request."""
        scheme, _, rest = (authorization or "").strip().partition(" ")
        if scheme.lower() == "basic":
            return _basic(rest)
        if scheme.lower() == "chargeover":
            return await self._signed(dict(_PART.findall(rest)), urls, body)
        raise unauthorized(assumed.UNSIGNED)

    async def _signed(self, parts: dict[str, str], urls: Sequence[str], body: bytes) -> str:
        if any(not parts.get(name) for name in NEEDED):
            raise unauthorized(assumed.WRONG_SIGNATURE)
        identifier = parts["public_key"].removeprefix(KEY_PREFIX)
        key = await self.administration.revealed_key(identifier)
        private = (key or NOBODY).removeprefix(f"{identifier}:")
        signature = parts["signature"].lower().encode()
        matches = [same(signed(private, parts, url, body).encode(), signature) for url in urls]
        if key is None or not any(matches):
            raise unauthorized(assumed.WRONG_SIGNATURE)
        now, moment = self.clock.now(), _moment(parts["timestamp"])
        if abs(now - moment) > assumed.CLOCK_SECONDS:
            raise unauthorized(assumed.STALE_SIGNATURE)
        nonces = self.nonces.setdefault(identifier, Nonces())
        if len(parts["nonce"]) > LONGEST_NONCE or not nonces.take(moment, parts["nonce"], now):
            raise unauthorized(assumed.REPLAYED_SIGNATURE)
        return key


def signed(private_key: str, parts: dict[str, str], url: str, body: bytes) -> str:
    """The signature of a request: the private key over public key, address in lower case, nonce, time and body."""
    text = "||".join((parts["public_key"], url.lower(), parts["nonce"], parts["timestamp"], ""))
    return hmac.new(private_key.encode(), text.encode() + body, hashlib.sha256).hexdigest()


def _basic(text: str) -> str:
    """The password, if it is an own key and the user its id; else both, which may be an imported pair."""
    try:
        user, _, password = b64decode(text.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise unauthorized(assumed.UNSIGNED) from None
    identifier = key_id(password)
    if identifier is None:
        return f"{user}:{password}"
    if not same(user.removeprefix(KEY_PREFIX).encode(), identifier.encode()):
        raise unauthorized(assumed.WRONG_KEY)
    return password


def _moment(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
