"""Keys: `cf_<id>_<secret>`. The id finds the key, the SHA-256 of the whole proves it."""

import hashlib
import hmac
import secrets
from itertools import pairwise
from typing import Final

KEY_PREFIX = "cf_"
SECRET_BYTES = 32
KEY_ID_LENGTH: Final = 16


def new_key() -> tuple[str, str]:
    """A fresh key: its id (16 hex digits) and the whole string that is shown once."""
    identifier = secrets.token_hex(KEY_ID_LENGTH // 2)
    return identifier, f"{KEY_PREFIX}{identifier}_{secrets.token_urlsafe(SECRET_BYTES)}"


def new_webhook_secret() -> str:
    """A secret that signs outgoing post."""
    return f"whsec_{secrets.token_hex(24)}"


def key_id(key: str) -> str | None:
    """The id inside a key string, or None where it is not one of ours."""
    if not key.startswith(KEY_PREFIX):
        return None
    identifier, _, secret = key[len(KEY_PREFIX) :].partition("_")
    return identifier if secret and len(identifier) == KEY_ID_LENGTH else None


LEAST_LENGTH: Final = 20
LEAST_DISTINCT: Final = 8
LONGEST: Final = 1024


def weakness(secret: str) -> str | None:
    """Why a secret that somebody else made is none: what is wrong with it, in words; None where nothing is.

    Whoever holds it writes into books, and it is stored as a plain digest: it must be random, and long enough that
    nobody finds it by trying.
    """
    if not all("!" <= letter <= "~" for letter in secret):
        return "it holds blanks, or letters that no HTTP header carries"
    if not LEAST_LENGTH <= len(secret) <= LONGEST:
        return f"it has {len(secret)} characters, and keys have {LEAST_LENGTH} to {LONGEST}"
    if len(set(secret)) < LEAST_DISTINCT:
        return f"it is made of {len(set(secret))} different characters only"
    if (secret + secret).find(secret, 1) < len(secret):
        return "it is a short text, repeated"
    steps = sum(abs(ord(left) - ord(right)) <= 1 for left, right in pairwise(secret))
    if 2 * steps > len(secret):
        return "its characters follow one another as in the alphabet"
    return None


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def same(left: bytes, right: bytes) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(left, right)


NOBODY = digest("no key has this digest")
"""Compared with when no key is found, so that an unknown id takes as long as a wrong secret."""


LEGIBLE: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""

PASSWORD_GROUPS: Final = 6


def new_password() -> str:
    """A password that a person copies once: six groups of four legible characters, some 139 bits."""
    groups = ("".join(secrets.choice(LEGIBLE) for _ in range(4)) for _ in range(PASSWORD_GROUPS))
    return "-".join(groups)


def new_ticket() -> str:
    """What a session shows at each of its calls: 256 random bits."""
    return secrets.token_urlsafe(SECRET_BYTES)
