"""QuickBooks' times ↔ true moments.

QuickBooks writes the wall time of the computer that it runs on, and behind it the offset of that zone's *standard*
time, all year: from spring to autumn the offset is an hour off, the wall time is right. Who knows the name of the zone
takes the wall time alone; who knows no name can but believe what is printed, and asks in the same wrong offset, so that
what comes back is at least what was meant.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from counterfoil.wire.qbxml.tree import Node

TIMES: Final = frozenset(
    {"TimeCreated", "TimeModified", "TimeDeleted", "ServerDateTime", "LastRestoreTime", "LastCondenseTime"}
)
"""The times that QuickBooks tells. `TxnAuthorizationTime` is not among them: whoever charged the card gave it."""

FILTERS: Final = frozenset({"FromModifiedDate", "ToModifiedDate", "FromDeletedDate", "ToDeletedDate"})
"""The times that it is asked with."""

_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d{1,9})?)?)?(Z|[+-]\d{1,2}:\d{2})?"
)
_FURTHEST: Final = timedelta(hours=24)


class Zone(Struct, frozen=True):
    """Where a QuickBooks runs: the name of its zone (`America/Denver`) where somebody told it, and the offset in
    minutes that its answers print."""

    offset_minutes: int | None = None
    name: str | None = None


UNKNOWN: Final = Zone()


def is_zone(name: str) -> bool:
    """Whether this is the name of a zone."""
    return _rules(name) is not None


def inward(node: Node, zone: Zone) -> Node:
    """An answer with its times as true moments, written with `+00:00`, where the zone's name is known.

    Else they stay as printed, and one without an offset gets the one that was learnt. Of the hour that autumn repeats
    the first is meant.
    """
    rules = _rules_of(zone)
    if rules is not None:
        return _with_times(node, TIMES, lambda text: _true(text, rules))
    if zone.offset_minutes is not None:
        offset = _offset_text(zone.offset_minutes)
        return _with_times(node, TIMES, lambda text: _with_offset(text, offset))
    return node


def outward(node: Node, zone: Zone) -> Node:
    """A request with the moments of its filters in QuickBooks' own reckoning.

    That is the wall time without an offset where the zone's name is known, the time with the learnt offset where that
    is all there is. What has no offset is left alone: it is local already.
    """
    rules = _rules_of(zone)
    if rules is not None:
        return _with_times(node, FILTERS, lambda text: _local(text, rules, with_offset=False))
    if zone.offset_minutes is not None:
        fixed = timezone(timedelta(minutes=zone.offset_minutes))
        return _with_times(node, FILTERS, lambda text: _local(text, fixed, with_offset=True))
    return node


def learnt_offset(node: Node) -> int | None:
    """The offset, in minutes, of the first time in an answer that has one."""
    if node.name in TIMES:
        found = _TIME.fullmatch(node.text.strip())
        return None if found is None or found.group(7) is None else _minutes(found.group(7))
    return next((offset for offset in map(learnt_offset, node.children) if offset is not None), None)


def _with_times(node: Node, names: frozenset[str], change: Callable[[str], str]) -> Node:
    """The same elements, with other texts in those of these names; what is not touched is not built anew."""
    if node.name in names and not node.children:
        text = change(node.text)
        return node if text == node.text else Node(node.name, node.attributes, text)
    children = tuple(_with_times(child, names, change) for child in node.children)
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    return Node(node.name, node.attributes, node.text, children)


def _true(text: str, rules: tzinfo) -> str:
    read = _read(text)
    if read is None:
        return text
    try:
        return _written(read[0].replace(tzinfo=rules).astimezone(UTC)) + "+00:00"
    except OverflowError:
        return text


def _with_offset(text: str, offset: str) -> str:
    read = _read(text)
    return text if read is None or read[1] is not None else _written(read[0]) + offset


def _local(text: str, zone: tzinfo, *, with_offset: bool) -> str:
    read = _read(text)
    if read is None or read[1] is None:
        return text
    printed = timezone(timedelta(minutes=read[1]))
    try:
        local = read[0].replace(tzinfo=printed).astimezone(zone)
    except OverflowError:
        return text
    offset = local.utcoffset() or timedelta()
    return _written(local) + (_offset_text(round(offset.total_seconds() / 60)) if with_offset else "")


def _read(text: str) -> tuple[datetime, int | None] | None:
    """The wall time that a text holds (in no zone yet), and its offset in minutes; None where it holds no such time."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(digits or 0) for digits in found.groups()[:6])
        wall = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    if found.group(7) is None:
        return wall, None
    minutes = _minutes(found.group(7))
    return (wall, minutes) if abs(timedelta(minutes=minutes)) < _FURTHEST else None


def _minutes(offset: str) -> int:
    if offset == "Z":
        return 0
    hours, _, minutes = offset[1:].partition(":")
    total = int(hours) * 60 + int(minutes)
    return -total if offset[0] == "-" else total


def _offset_text(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def _rules_of(zone: Zone) -> tzinfo | None:
    return None if zone.name is None else _rules(zone.name)


@cache
def _rules(name: str) -> ZoneInfo | None:
    """The rules of a zone; None where the name is nobody's, or this machine has no rules for it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
