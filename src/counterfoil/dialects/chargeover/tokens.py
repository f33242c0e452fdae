"""Tokens: twelve letters and digits by which an object is known beside its number.

A token is its object's number behind a small keyed permutation, so that it costs no row, is the same for ever, and
leads back to the number. It is a name, not a secret: whoever uses one needs a key as well.
"""

import hashlib
from functools import lru_cache
from typing import Final

LENGTH: Final = 12
LETTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
HALF: Final = 31
MASK: Final = (1 << HALF) - 1
ROUNDS: Final = 4


def token_of(connection: str, kind: str, number: int) -> str | None:
    """The token of the object of a kind (`invoice`, `customer` …) with this number; none for numbers beyond 62 bits."""
    if number >> 2 * HALF:
        return None
    left, right = number >> HALF & MASK, number & MASK
    for turn in range(ROUNDS):
        left, right = right, left ^ _scrambled(connection, kind, turn, right)
    value, text = left << HALF | right, ""
    for _ in range(LENGTH):
        value, digit = divmod(value, len(LETTERS))
        text = LETTERS[digit] + text
    return text


def number_of(connection: str, kind: str, token: str) -> int | None:
    """The number behind a token; None where it cannot be one."""
    if len(token) != LENGTH or not set(token) <= set(LETTERS):
        return None
    value = int(token, len(LETTERS))
    if value >> 2 * HALF:
        return None
    left, right = value >> HALF, value & MASK
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ _scrambled(connection, kind, turn, left), left
    return left << HALF | right


@lru_cache(8192)
def _scrambled(connection: str, kind: str, turn: int, half: int) -> int:
    text = f"{connection} {kind} {turn} {half}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") & MASK
