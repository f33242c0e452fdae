"""Which version of qbXML to write: the latest that both sides know."""

from collections.abc import Sequence
from typing import Final

from counterfoil.wire.qbxml.table import DEFAULT_VERSION, Version, version_of

LATEST_WRITTEN: Final[Version] = (16, 0)
LEAST_WRITTEN: Final[Version] = (8, 0)
"""The version since which every message that is written here exists; fields have versions of their own."""


def best_version(supported: Sequence[str]) -> str:
    """The version to write for a QuickBooks that says it knows `supported` (HostRet's `SupportedQBXMLVersion`).

    It is the latest of them up to 16.0, of those without the letters of a country's edition; for one that knows
    nothing as late as 8.0 it is that, so that QuickBooks says itself what is wrong; and 13.0 where nothing is said.
    """
    known = [number for number in map(_number, supported) if number is not None]
    if not known:
        return DEFAULT_VERSION
    best = max((each for each in known if each <= LATEST_WRITTEN), default=version_of(DEFAULT_VERSION))
    major, minor = max(best, LEAST_WRITTEN)
    return f"{major}.{minor}"


def _number(text: str) -> Version | None:
    given = text.strip()
    parts = given.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        return None
    return int(parts[0]), int(parts[1])
