"""A query put to Intuit's objects: which of them fulfil it, in which order, and what of them is asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cmp_to_key
from typing import Any, Final

from counterfoil.wire.qbo.query import VALIDATION, Condition, Literal, Order, Query, QueryFault
from counterfoil.wire.qbo.table import Entity, Json

ALWAYS_TOLD: Final = ("id", "synctoken")
"""What an object tells beside the properties that are asked for."""


def check(entity: Entity, query: Query) -> None:
    """Raise QueryFault where the query names a property that the entity does not have."""
    names = [*query.properties, *(each.property for each in query.where), *(each.property for each in query.orders)]
    for name in names:
        if name.partition(".")[0].casefold() not in entity.keys:
            raise QueryFault(VALIDATION, f"property '{name}' is not queryable for entity {entity.name}")


def fulfils(entity: Entity, query: Query, thing: Json) -> bool:
    """Whether an object is among those asked for. Inactive ones are not, unless the query speaks of `Active`."""
    if entity.has_active and thing.get("Active") is False and not _speaks_of_active(query):
        return False
    return all(_holds(condition, value_at(thing, condition.property)) for condition in query.where)


def _speaks_of_active(query: Query) -> bool:
    return any(condition.property.casefold() == "active" for condition in query.where)


def ordered(query: Query, things: Sequence[Json]) -> list[Json]:
    """The objects in the order that is asked for; else as they come."""
    result = list(things)
    for order in reversed(query.orders):
        result.sort(key=cmp_to_key(_order(order)), reverse=order.descending)
    return result


def page(query: Query, things: Sequence[Json]) -> list[Json]:
    """The part of the objects that is asked for, and of each the properties that are."""
    wanted = things[query.start - 1 : query.start - 1 + query.limit]
    return [projected(query, thing) for thing in wanted]


def projected(query: Query, thing: Json) -> Json:
    if not query.properties:
        return thing
    wanted = {name.partition(".")[0].casefold() for name in query.properties}
    return {key: value for key, value in thing.items() if key.casefold() in wanted or key.casefold() in ALWAYS_TOLD}


def value_at(thing: Json, path: str) -> Any:
    """The value of a property: `MetaData.CreateTime` lies within, a reference is its id."""
    value: Any = thing
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = next((each for key, each in value.items() if key.casefold() == step.casefold()), None)
    if isinstance(value, Mapping):
        return value.get("value", value.get("Address", value.get("FreeFormNumber")))
    return value


def _holds(condition: Condition, value: Any) -> bool:
    if condition.operator == "in":
        return any(_compared(value, each) == 0 for each in condition.values)
    wanted = condition.values[0]
    if condition.operator == "like":
        return value is not None and matches(_text(value), _text(wanted))
    result = _compared(value, wanted)
    if condition.operator == "!=":
        return result != 0
    return result is not None and _RESULTS[condition.operator](result)


_RESULTS: Final[Mapping[str, Callable[[int], bool]]] = {
    "=": lambda result: result == 0,
    "<": lambda result: result < 0,
    ">": lambda result: result > 0,
    "<=": lambda result: result <= 0,
    ">=": lambda result: result >= 0,
}


def matches(text: str, pattern: str) -> bool:
    """Whether a text is as a pattern says, in which `%` stands for anything; in time that grows with both lengths."""
    text, parts = text.casefold(), pattern.casefold().split("%")
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _compared(value: Any, wanted: Literal) -> int | None:
    """Below nil where the value comes first, nil where both are the same, None where they cannot be compared.

    An empty text asks for what is not there.
    """
    if value is None or isinstance(value, list | Mapping):
        return 0 if isinstance(wanted, str) and not wanted.strip() and not value else None
    if isinstance(value, bool):
        flag = wanted if isinstance(wanted, bool) else {"true": True, "false": False}.get(_text(wanted).casefold())
        return None if flag is None else value - flag
    if isinstance(value, str) and isinstance(wanted, str) and value.casefold() == wanted.casefold():
        return 0
    one, other = _number(value), _number(wanted)
    if one is not None and other is not None and (one != other or not _both_text(value, wanted)):
        return _sign(one, other)
    if isinstance(value, Decimal | int):
        return None
    moments = _moment(_text(value)), _moment(_text(wanted))
    if moments[0] is not None and moments[1] is not None:
        return _sign(moments[0], moments[1])
    return _sign(_text(value).casefold(), _text(wanted).casefold())


def _both_text(value: Any, wanted: Literal) -> bool:
    """`0012` and `12` are two document numbers, though one number."""
    return isinstance(value, str) and isinstance(wanted, str)


def _sign(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    text = str(value).strip()
    if len(text) > 40 or not text.lstrip("-").replace(".", "", 1).isdecimal():
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _moment(text: str) -> datetime | None:
    """A day or a moment; without an offset, the company's own zone holds, which is UTC."""
    if len(text) < 10 or text[4] != "-":
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _order(order: Order) -> Callable[[Json, Json], int]:
    """Compares two objects by one property; what is not there comes first."""

    def compare(left: Json, right: Json) -> int:
        one, two = value_at(left, order.property), value_at(right, order.property)
        if one is None or two is None:
            return _sign(one is not None, two is not None)
        return _compared(one, two) or 0

    return compare
