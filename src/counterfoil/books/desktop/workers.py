"""Whose time it was. QuickBooks names whoever worked it, and does not say whether that is an employee or a vendor.

So it is asked beside it who is an employee: with time that is written down, of its worker alone; with time that is
read, of all of them, as nobody knows yet who will be named. Whoever is none is taken for a vendor, as the model knows
no others: QuickBooks itself also lets those work whom it calls other names.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import structs

from counterfoil.model.activities import TimeActivity
from counterfoil.model.command import Create, Update
from counterfoil.model.people import Employee
from counterfoil.model.query import Read, Select
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.maps.activities import TIME_ACTIVITIES
from counterfoil.wire.qbxml.maps.people import EMPLOYEES
from counterfoil.wire.qbxml.outcomes import Response, items_of
from counterfoil.wire.qbxml.write import Asking

QUESTION: Final = f"{EMPLOYEES.name}QueryRs"
CARRIED_OUT: Final = frozenset({0, 1, 500})
"""Statuses of a query: found, nothing found, and not all that was named."""


def who_works(asked: Asking) -> Select | None:
    """The question after employees that goes with another one, where that one is about time."""
    if not isinstance(asked, Read | Select | Create | Update) or asked.resource != TIME_ACTIVITIES.resource:
        return None
    if isinstance(asked, Read | Select):
        return Select(resource=EMPLOYEES.resource)
    worker = _worker(asked)
    if worker is None:
        return None
    if worker.id is not None:
        return Select(resource=EMPLOYEES.resource, ids=(worker.id,))
    return Select(resource=EMPLOYEES.resource, names=(worker.full_name or "",))


def with_worker(thing: Resource, responses: Sequence[Response], told: Iterable[Resource] = ()) -> Resource:
    """Time with its worker as what they are, by the other answers of its document and what was `told` in them.

    Where QuickBooks does not say who is an employee, it stays as it was read.
    """
    if not isinstance(thing, TimeActivity) or thing.employee is None:
        return thing
    answers = [each for each in responses if each.name == QUESTION]
    if not any(each.status.code in CARRIED_OUT for each in answers):
        return thing
    found = (*told, *(item for each in answers for item in items_of(each)))
    if thing.employee.id in {each.id for each in found if isinstance(each, Employee)}:
        return thing
    return structs.replace(thing, employee=None, vendor=thing.employee)


def _worker(asked: Create | Update) -> Ref | None:
    values: Any = asked.changes if isinstance(asked, Update) else structs.asdict(asked.draft)
    worker: Ref | None = values.get("employee") or values.get("vendor")
    return worker
