"""Time that was worked. QuickBooks has one element for whoever worked it, and one for how long it took.

The rate is another edition's than the American one: it is read, and never sent.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from counterfoil.model.activities import TimeActivity
from counterfoil.model.kinds import To, UnitPrice
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.maps.parts import TXN_HEAD
from counterfoil.wire.qbxml.maps.queries import time_query
from counterfoil.wire.qbxml.table import Map, Part, Values, Verb, row, unkept
from counterfoil.wire.qbxml.values import Interval

MINUTE = 60


class _TimeActivity(TimeActivity, frozen=True, kw_only=True, omit_defaults=True):
    entity: Annotated[Ref, To(("employees", "vendors", "other_names"))] | None = None
    duration: Annotated[int, Interval()] | None = None
    rate: UnitPrice | None = None


STANDS = {
    "employee": ("entity",),
    "vendor": ("entity",),
    "hours": ("duration",),
    "minutes": ("duration",),
}


WORKERS: Final = frozenset({"employee", "vendor"})
LENGTHS: Final = frozenset({"hours", "minutes"})


def says_who_and_how_long(changes: Mapping[str, Any]) -> bool:
    """Whether a change has all that a Mod must tell."""
    return bool(WORKERS & changes.keys()) and changes.keys() >= LENGTHS


def with_who_and_how_long(changes: Mapping[str, Any], current: TimeActivity) -> dict[str, Any]:
    """A change with who worked it and how long, as it is now where the change is silent about it."""
    silent = LENGTHS - changes.keys() if WORKERS & changes.keys() else (WORKERS | LENGTHS) - changes.keys()
    return {**changes, **{name: getattr(current, name) for name in sorted(silent)}}


def worked(values: Values, _verb: Verb) -> Values:
    """Whoever worked it is taken for an employee, until the books say that it is a vendor."""
    found = dict(values)
    if "entity" in found:
        found["employee"] = found.pop("entity")
    if "rate" in found:
        found["hourly_rate"] = found.pop("rate")
    if "duration" in found:
        duration = found.pop("duration")
        found["hours"], found["minutes"] = divmod(duration, MINUTE) if duration is not None else (None, None)
    return found


def spoken(values: Values, verb: Verb) -> Values:
    """The way back. Only an answer tells how long lies between two moments: a request would lose when it was."""
    found = dict(values)
    workers = [found.pop(name) for name in ("employee", "vendor") if name in found]
    if workers:
        found["entity"] = next((each for each in workers if each is not None), None)
    lengths = [found.pop(name) for name in ("hours", "minutes") if name in found]
    if any(each is not None for each in lengths):
        found["duration"] = _minutes(values.get("hours"), values.get("minutes"))
    elif verb == "r":
        found["duration"] = _between(values)
    if verb == "r":
        found["rate"] = found.pop("hourly_rate", None)
    return found


def _minutes(hours: int | None, minutes: int | None) -> int:
    return (hours or 0) * MINUTE + (minutes or 0)


def _between(values: Values) -> int | None:
    """Minutes from one moment to the other, less the break."""
    begin, end = values.get("started_at"), values.get("ended_at")
    if begin is None or end is None:
        return None
    return max(int(end - begin) // MINUTE - _minutes(values.get("break_hours"), values.get("break_minutes")), 0)


TIME_ACTIVITIES = Map(
    "TimeTracking",
    "time_activities",
    "TxnID",
    "AMQD",
    Part(
        _TimeActivity,
        (
            *TXN_HEAD,
            row("TxnDate", "transaction_date", "amr", firm=True),
            row("EntityRef", "entity", "AMr", firm=True),
            row("CustomerRef", "customer", "amr"),
            row("ItemServiceRef", "item", "amr", kind=To(("service_items",))),
            row("Rate", "rate", "amr", since="8.0"),
            row("Duration", "duration", "AMr", firm=True),
            row("ClassRef", "class_", "amr"),
            unkept("PayrollItemWageRef", "am", kind=To(("payroll_items",))),
            row("Notes", "description", "amr"),
            row("BillableStatus", "billable_status", "amr", since="6.0", firm=True),
            row("ExternalGUID", "external_id", "ar", since="9.0"),
        ),
    ),
    time_query(),
    holds=TimeActivity,
    inward=worked,
    outward=spoken,
    stands=STANDS,
)
