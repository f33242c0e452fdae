"""Working hours: when requests may be handed to somebody's QuickBooks."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from counterfoil.storage.connectors import Hours


def is_open(hours: Hours, moment: int) -> bool:
    """Whether the moment lies in the hours, by the wall clock of their zone. Hours may run over midnight: the part
    after it belongs to the day on which they began."""
    there = datetime.fromtimestamp(moment, ZoneInfo(hours.zone))
    start, end, now = time.fromisoformat(hours.start), time.fromisoformat(hours.end), there.time()
    day = there.weekday()
    if start <= end:
        return start <= now < end and _is_day(hours, day)
    return (now >= start and _is_day(hours, day)) or (now < end and _is_day(hours, (day - 1) % 7))


def told_hours(hours: Hours) -> str:
    return f"{hours.start} to {hours.end}, {hours.zone}"


def _is_day(hours: Hours, day: int) -> bool:
    return not hours.days or day in hours.days
