"""When an invoice falls due, and what an early payment saves."""

from typing import Annotated

from counterfoil.model.kinds import Percent, Text31, Whole
from counterfoil.model.shape import NamedObject

DayOfMonth = Annotated[int, Whole(1, 31)]
Days = Annotated[int, Whole(0, 9999)]


class StandardTerm(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Due `due_days` after the invoice; `discount_percentage` off within `discount_days`."""

    name: Text31 = ""
    due_days: Days | None = None
    discount_days: Days | None = None
    discount_percentage: Percent | None = None


class DateDrivenTerm(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Due on a day of the month; an invoice within `grace_period_days` of it is due a month later."""

    name: Text31 = ""
    due_day_of_month: DayOfMonth = 1
    grace_period_days: Days | None = None
    discount_day_of_month: DayOfMonth | None = None
    discount_percentage: Percent | None = None
