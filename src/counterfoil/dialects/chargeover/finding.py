"""Lists: `where`, `order`, `limit` and `offset`; the books do what they index, the rest is done here.

    where=customer_id:EQUALS:12,date:GTE:2026-01-01,memo:CONTAINS:Smith\\, John

Conditions are joined by AND. A value may hold colons; a comma in it is written `\\,`. Every condition is checked on
what is told of an object, whether or not the books narrowed the search: pushing one down only saves time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.desk import Desk
from counterfoil.dialects.chargeover.table import Column, ObjectType, shown
from counterfoil.dialects.chargeover.tokens import number_of
from counterfoil.dialects.chargeover.values import Flaw, moment_of, operand, told, whole
from counterfoil.model.kinds import Day, Flag, Many, Moment, Text
from counterfoil.model.query import Filter, Operator, Page, Select
from counterfoil.model.shape import Resource

AT_ONCE: Final = 200
LARGEST_OFFSET: Final = 10**9
MOST_CONDITIONS: Final = 40
NULL: Final = "NULL"

_COMMA = re.compile(r"(?<!\\),")

COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "EQUALS": lambda value, wanted: bool(value == wanted),
    "NOTEQUALS": lambda value, wanted: bool(value != wanted),
    "GT": lambda value, wanted: bool(value > wanted),
    "LT": lambda value, wanted: bool(value < wanted),
    "GTE": lambda value, wanted: bool(value >= wanted),
    "LTE": lambda value, wanted: bool(value <= wanted),
    "CONTAINS": lambda value, wanted: str(wanted).casefold() in str(value).casefold(),
}
"""The vendor's operators on a value that is there; nothing compares with what is not."""

IN_BOOKS: Final[Mapping[str, Operator]] = {"EQUALS": "=", "GT": ">", "LT": "<", "GTE": ">=", "LTE": "<="}


@dataclass(frozen=True, slots=True)
class Condition:
    column: Column
    operator: str
    text: str
    wanted: Any

    def holds(self, view: Any) -> bool:
        value = told(self.column.kind, self.column.get(view))
        if self.operator in ("IS", "ISNOT"):
            return (value is None) is (self.operator == "IS")
        values = value if isinstance(value, list | tuple) else [value]
        return any(each is not None and COMPARED[self.operator](each, self.wanted) for each in values)


@dataclass(frozen=True, slots=True)
class Order:
    column: Column
    downwards: bool

    def key(self, view: Any) -> tuple[bool, Any]:
        """What is not there comes first."""
        value = told(self.column.kind, self.column.get(view))
        return (False, 0) if value is None else (True, value)


@dataclass(frozen=True, slots=True)
class Query:
    conditions: tuple[Condition, ...]
    orders: tuple[Order, ...]
    limit: int
    offset: int

    def fits(self, view: Any) -> bool:
        return all(condition.holds(view) for condition in self.conditions)


def read_query(type_: ObjectType, pairs: Sequence[tuple[str, str]]) -> Query:
    """What the parameters ask for; unknown ones are ignored, as the vendor's clients send some. Raises Invalid."""
    problems: list[Problem] = []
    conditions: list[Condition] = []
    orders: list[Order] = []
    bounds = {"limit": assumed.DEFAULT_LIMIT, "offset": 0}
    for name, text in pairs:
        try:
            if name == "where":
                conditions += [_condition(type_, part) for part in split(text)]
            elif name == "order":
                orders += [_order(type_, part) for part in text.split(",") if part.strip()]
            elif name == "limit" and text.strip():
                bounds["limit"] = whole(text.strip(), 1, assumed.MOST_AT_ONCE)
            elif name == "offset" and text.strip():
                bounds["offset"] = whole(text.strip(), 0, LARGEST_OFFSET)
        except Flaw as flaw:
            problems.append(Problem(flaw.kind, (name,), flaw.values))
    if len(conditions) > MOST_CONDITIONS:
        problems.append(Problem("too_many", ("where",), {"limit": MOST_CONDITIONS, "count": len(conditions)}))
    if problems:
        raise Invalid(*problems)
    return Query(tuple(conditions), tuple(orders), bounds["limit"], bounds["offset"])


def split(text: str) -> list[str]:
    """The conditions of a `where`; `\\,` is a comma inside a value."""
    return [part.replace("\\,", ",") for part in _COMMA.split(text) if part.strip()]


def _condition(type_: ObjectType, text: str) -> Condition:
    name, _, rest = text.partition(":")
    operator, colon, value = rest.partition(":")
    column, operator = _column(type_, name), operator.strip().upper()
    if operator in ("IS", "ISNOT"):
        if value.strip().upper() != NULL:
            raise Flaw("not_a_choice", {"value": value[:40], "choices": NULL})
        return Condition(column, operator, value, None)
    if operator not in COMPARED or not colon:
        choices = ", ".join((*COMPARED, "IS", "ISNOT"))
        raise Flaw("not_a_choice", {"value": operator[:40], "choices": choices})
    wanted = value if operator == "CONTAINS" else operand(column.kind, value)
    return Condition(column, operator, value, wanted)


def _order(type_: ObjectType, text: str) -> Order:
    name, _, direction = text.strip().partition(":")
    direction = direction.strip().upper() or "ASC"
    if direction not in ("ASC", "DESC"):
        raise Flaw("not_a_choice", {"value": direction[:40], "choices": "ASC, DESC"})
    return Order(_column(type_, name), direction == "DESC")


def _column(type_: ObjectType, name: str) -> Column:
    name = name.strip()
    name = assumed.ORDER_ALIASES.get(name, name)
    for column in type_.columns:
        if column.name == name and column.name not in ("line_items", "tiersets", "applied_to", "refunds"):
            return column
    raise Flaw("unknown_field", {"name": name[:60], "hint": ""})


class Finding:
    """One list on its way: pages of the books, looked through until there is enough."""

    def __init__(self, desk: Desk, type_: ObjectType, query: Query) -> None:
        self.desk = desk
        self.type = type_
        self.query = query
        self.scanned = 0

    async def rows(self) -> list[dict[str, Any]]:
        """The objects that were asked for, without their children."""
        query = self.query
        if not query.conditions and not query.orders:
            views = await self._stretch(query.offset, query.limit)
        else:
            enough = None if query.orders else query.offset + query.limit
            views = self._ordered(await self._matching(enough))[query.offset : query.offset + query.limit]
        return [shown(self.type.columns, view, self.type.children) for view in views]

    async def count(self) -> int:
        """How many there are in all; limit and offset do not matter to it."""
        if self.query.conditions:
            return len(await self._matching(None))
        return sum([await self._number_of(resource) for resource in self.type.resources])

    async def _number_of(self, resource: str) -> int:
        page = await self._page(Select(resource=resource, limit=1, count_up_to=LARGEST_OFFSET))
        return len(page.items) + (page.remaining or 0)

    async def _stretch(self, offset: int, limit: int) -> list[Any]:
        """Objects of all resources one after the other, without looking at those before `offset`."""
        found: list[Resource] = []
        for resource in self.type.resources:
            after: int | None = 0
            while after is not None and len(found) < limit:
                most = min(AT_ONCE, offset + limit - len(found))
                is_reached = offset < most
                page = await self._page(Select(resource=resource, after=after, limit=most, with_links=is_reached))
                found += page.items[offset : offset + limit - len(found)]
                offset = max(offset - len(page.items), 0)
                after = page.next
        return list(await self.type.views(self.desk, found, False)) if found else []

    async def _matching(self, enough: int | None) -> list[Any]:
        found: list[Any] = []
        narrowed = await self._narrowed()
        if narrowed is None:
            return []
        ids, filters = narrowed
        for resource in self.type.resources:
            after: int | None = 0
            while after is not None and (enough is None or len(found) < enough):
                select = Select(
                    resource=resource, ids=ids, filters=filters, after=after, limit=AT_ONCE, with_links=True
                )
                page = await self._page(select)
                views = await self.type.views(self.desk, page.items, False) if page.items else []
                found += [view for view in views if self.query.fits(view)]
                self._note(len(page.items))
                after = page.next
        return found

    async def _page(self, select: Select) -> Page:
        """A page. That a named object is not among this resource is no error of a list."""
        try:
            return await self.desk.dispatcher.select(self.desk.connection, select)
        except BooksRefused as refusal:
            if all(problem.kind == "object_missing" for problem in refusal.problems):
                return Page(items=())
            raise

    def _note(self, count: int) -> None:
        self.scanned += count
        if self.scanned > assumed.MOST_SCANNED:
            range_ = f"a query looks at {assumed.MOST_SCANNED} objects; add a condition on customer, date or number"
            raise Invalid(Problem("out_of_range", ("where",), {"value": "too many objects", "range": range_}))

    def _ordered(self, views: list[Any]) -> list[Any]:
        for order in reversed(self.query.orders):
            views.sort(key=order.key, reverse=order.downwards)
        return views

    async def _narrowed(self) -> tuple[tuple[str, ...], tuple[Filter, ...]] | None:
        """The one object that the conditions name, else filters of the books; None where nothing can fit."""
        filters: list[Filter] = []
        for condition in self.query.conditions:
            if condition.operator == "EQUALS":
                named, identifier = await self._identified(condition)
                if named:
                    return ((identifier,), ()) if identifier is not None else None
            pushed = await self._pushed(condition)
            if pushed is not None:
                filters += pushed
        if any(each.field == "customer_id" and each.value is None for each in filters):
            return None
        return (), tuple(filters)

    async def _identified(self, condition: Condition) -> tuple[bool, str | None]:
        """Whether a condition names one object, and its id."""
        name, desk, type_ = condition.column.name, self.desk, self.type
        if name == type_.key:
            return True, await desk.id_of(type_.space, condition.wanted)
        if name == "token":
            number = number_of(desk.connection.id, type_.name, condition.wanted)
            return True, await desk.id_of(type_.space, number) if number is not None else None
        if name == "external_key":
            return True, await desk.by_external_key(type_.resources, condition.wanted)
        return False, None

    async def _pushed(self, condition: Condition) -> list[Filter] | None:
        column, operator = condition.column, IN_BOOKS.get(condition.operator)
        if operator == "=" and column.narrow is not None:
            return [column.narrow(condition.wanted)]
        if operator is None or not column.filter or isinstance(column.kind, Many):
            return None
        if column.space:
            if operator != "=":
                return None
            return [Filter(column.filter, "=", await self.desk.id_of(column.space, condition.wanted))]
        if isinstance(column.kind, Moment):
            return [Filter(column.filter, operator, moment_of(condition.text))]
        if isinstance(column.kind, Day):
            return [Filter(column.filter, operator, date.fromisoformat(condition.wanted))]
        if operator == "=" and isinstance(column.kind, Text | Flag):
            return [Filter(column.filter, "=", condition.wanted)]
        return None
