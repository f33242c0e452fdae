"""Pauses that a bookkeeper can choose, in seconds from now."""

from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from counterfoil.storage.connectors import Connector

SPANS: Final = {"15m": 15 * 60, "1h": 3600}
TOMORROW: Final = "tomorrow"


def pause_seconds(choice: str, connector: Connector, zone: str, now: int) -> int | None:
    """How long a pause lasts: `15m`, `1h`, or until `tomorrow` begins there. None for any other choice.

    There is where the browser says that it is (`zone`, an IANA name), else where QuickBooks is, else UTC.
    """
    if choice != TOMORROW:
        return SPANS.get(choice)
    there = datetime.fromtimestamp(now, _zone(zone) or _zone(connector.zone or "") or _offset(connector))
    midnight = datetime.combine(there.date() + timedelta(days=1), time(), there.tzinfo)
    return int(midnight.timestamp()) - now


def _zone(name: str) -> tzinfo | None:
    """None for a name of no zone; a name comes from outside, and ZoneInfo looks for it among files."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, KeyError, OSError):
        return None


def _offset(connector: Connector) -> tzinfo:
    return timezone(timedelta(minutes=connector.utc_offset)) if connector.utc_offset is not None else UTC
