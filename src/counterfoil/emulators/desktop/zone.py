"""QuickBooks' clock: behind every time it prints the standard offset from UTC, the whole year through.

The books keep moments in UTC. Where only an offset is known, the company's clock never moves with the seasons. Where
the zone is named, the clock on the wall does, and QuickBooks prints that clock with the standard offset all the same:
from spring to autumn the offset is an hour off. What it is asked for without an offset is the clock on the wall.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import structs

from counterfoil.wire.qbxml.tree import Node

TOLD: Final = frozenset({"TimeCreated", "TimeModified", "TimeDeleted"})
SINCE: Final = frozenset({"FromModifiedDate", "FromDeletedDate"})
UNTIL: Final = frozenset({"ToModifiedDate", "ToDeletedDate"})

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_SECONDS: Final = "%Y-%m-%dT%H:%M:%S"
_NO_ZONE: Final = "{!r} is neither an offset from UTC such as -06:00 nor a time zone such as America/Chicago"


@dataclass(frozen=True, slots=True)
class Zone:
    """The standard offset from UTC in seconds, and where the clock on the wall moves with the seasons, its rules."""

    seconds: int
    rules: tzinfo | None = None

    @property
    def offset(self) -> str:
        minutes = abs(self.seconds) // 60
        return f"{'-' if self.seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"

    @property
    def standard(self) -> timezone:
        return timezone(timedelta(seconds=self.seconds))

    @property
    def wall(self) -> tzinfo:
        return self.rules or self.standard

    def told(self, node: Node) -> Node:
        """An answer with its moments in this zone."""
        if node.name in TOLD:
            return structs.replace(node, text=self._local(node.text))
        if not node.children:
            return node
        return structs.replace(node, children=tuple(self.told(child) for child in node.children))

    def asked(self, node: Node) -> Node:
        """A request whose moments say their offset."""
        if node.name in SINCE or node.name in UNTIL:
            return structs.replace(node, text=self._placed(node.text.strip(), late=node.name in UNTIL))
        if not node.children:
            return node
        return structs.replace(node, children=tuple(self.asked(child) for child in node.children))

    def _local(self, text: str) -> str:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        local = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(self.wall)
        return local.strftime(_SECONDS) + self.offset

    def _placed(self, text: str, *, late: bool) -> str:
        """A moment with its true offset; what is none stays as it is, for whoever reads it tells what is wrong."""
        bare = len(text) == len("2026-01-31")
        try:
            given = datetime.fromisoformat(text + ("T23:59:59" if late else "T00:00:00") if bare else text)
            wall = given if given.tzinfo is None else given.astimezone(self.standard)
            true = wall.replace(tzinfo=self.wall).astimezone(UTC)
        except (ValueError, OverflowError):
            return text
        return true.strftime(_SECONDS) + "+00:00"


def zone_of(text: str) -> Zone:
    """A zone from its offset (`-06:00`) or its name (`America/Chicago`). Raises ValueError."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        return _named(text)
    if int(found[2]) > 14 or int(found[3]) > 59:
        raise ValueError(_NO_ZONE.format(text))
    seconds = int(found[2]) * 3600 + int(found[3]) * 60
    return Zone(-seconds if found[1] == "-" else seconds)


def _named(name: str) -> Zone:
    try:
        rules = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_NO_ZONE.format(name)) from None
    day = datetime(2026, 1, 1, tzinfo=rules)
    standard = (day.utcoffset() or timedelta()) - (day.dst() or timedelta())
    return Zone(int(standard.total_seconds()), rules)
