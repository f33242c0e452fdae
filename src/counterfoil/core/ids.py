"""Identifiers: random ones for what Counterfoil makes, and those that QuickBooks Desktop would make."""

import os
import platform
import secrets
import string
import time
import uuid

CUSTOM = "0"
"""The OwnerID of custom fields that people define in QuickBooks itself."""


def random_uuid() -> str:
    """A UUID of version 7: milliseconds first, then 74 random bits, so that later ones sort after earlier ones."""
    moment = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    value = (moment & (1 << 48) - 1) << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def earliest_uuid(moment: int) -> str:
    """What every `random_uuid` of this second or later sorts after."""
    digits = f"{moment * 1000:012x}"
    return f"{digits[:8]}-{digits[8:]}"


def random_hex(digits: int = 32) -> str:
    return secrets.token_hex(digits // 2)


def random_version() -> int:
    """A whole number of 63 bits, which is not nought."""
    return secrets.randbits(63) or 1


def process_name() -> str:
    """This process, for those who run several: its machine, its number there, and some chance."""
    return f"{platform.node()} {os.getpid()} {random_hex(8)}"


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return len(text) in (32, 36)


def list_id(number: int, moment: int) -> str:
    """An object of a list: `80000001-1234567890` (counter with the high bit set, seconds of creation)."""
    return f"{0x80000000 + number:X}-{moment}"


def transaction_id(number: int, moment: int) -> str:
    """A transaction, or a line of one: `1A-1234567890`. Lines draw from the same counter."""
    return f"{number:X}-{moment}"


def next_number(last: str) -> str:
    """The document number that follows `last`: its closing digits count on, what stands before them stays."""
    digits = len(last)
    while digits and last[digits - 1] in string.digits:
        digits -= 1
    head, tail = last[:digits], last[digits:]
    return f"{head}{int(tail or '0') + 1:0{len(tail)}d}"
