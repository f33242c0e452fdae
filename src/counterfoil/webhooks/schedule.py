"""When a try is made again: Svix's schedule, spread a little: what failed together does not come back together."""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec import Struct

from counterfoil.core.secrets import digest

SCHEDULE: Final = (5, 300, 1800, 7200, 18_000, 36_000, 36_000)
"""Seconds from each try in vain to the next: now, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h (Svix). After the last
one a delivery is given up."""

SPREAD: Final = 10
"""Per cent by which a try may come later or earlier."""

LONGEST_REST: Final = 12 * 3600
"""Seconds for which a receiver may ask to be left alone (`Retry-After`)."""


class Pace(Struct, frozen=True, kw_only=True):
    """How fast post is delivered. `timeout` is how long one try may take, in seconds, its answer included.

    A claim lasts `lease` seconds, longer than any try: so that nobody else takes what is under way. At most `at_once`
    deliveries are under way, of one receiver `each`; of one that has failed `patience` times in a row one alone, and
    of all such receivers half of what may be under way.
    """

    schedule: tuple[int, ...] = SCHEDULE
    timeout: float = 15.0
    lease: int = 60
    at_once: int = 128
    each: int = 16
    patience: int = 4

    @property
    def troubled(self) -> int:
        """How many may be under way to receivers that fail."""
        return max(self.at_once // 2, 1)


def next_try(
    schedule: Sequence[int], delivery_id: str, tries: int, now: int, retry_after: int | None = None
) -> int | None:
    """When to try again after so many tries in vain; None where it is to be given up.

    The spread follows from the delivery and the try, so that a simulation repeats itself. A receiver that says when it
    wants to be asked again is not asked earlier.
    """
    if tries > len(schedule):
        return None
    wait = schedule[tries - 1]
    chance = int.from_bytes(digest(f"{delivery_id} {tries}")[:4], "big") / 2**32
    spread = round(wait * SPREAD / 100 * (2 * chance - 1))
    return now + max(wait + spread, min(retry_after or 0, LONGEST_REST))


def retry_after(value: str | None, now: int) -> int | None:
    """The seconds that a `Retry-After` asks for: a number, or a date (RFC 9110, 10.2.3); None where it is neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    try:
        return max(int(parsedate_to_datetime(text).timestamp()) - now, 0)
    except (ValueError, TypeError, OverflowError):
        return None
