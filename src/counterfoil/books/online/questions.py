"""Lists of objects → Intuit's query language, as far as it goes; the rest is looked at here.

Texts stand in single quotes, in which a quotation mark and a backslash are escaped; nothing else of a text means
anything there. What the language cannot ask (parts with a per cent sign, ranges of numbers, accounts that are posted
to) is sorted out afterwards, and every condition is looked at once more on what came back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.dates import local_moment
from counterfoil.core.errors import Invalid
from counterfoil.core.money import ZERO, minor
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.query import Filter, Select
from counterfoil.model.shape import Resource
from counterfoil.wire.qbo.query import LARGEST_PAGE
from counterfoil.wire.qbo.table import Entity

MOST_VALUES: Final = 200
"""Values of one IN list; of more, several questions are made."""

ANY_ACTIVE: Final = "Active IN (true, false)"
"""Objects of lists are hidden by Intuit where they are inactive, unless a query speaks of it."""

MOMENTS: Final[Mapping[str, str]] = {"created_at": "MetaData.CreateTime", "updated_at": "MetaData.LastUpdatedTime"}
COMPARED: Final = {"=": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
PATTERNS: Final = {"contains": "%{}%", "starts": "{}%", "ends": "%{}"}
TYPES: Final[Mapping[str, str]] = {
    "service_items": "Type = 'Service'",
    "non_inventory_items": "Type IN ('NonInventory', 'Inventory')",
    "item_groups": "Type = 'Group'",
}
"""What tells a resource apart from the others that are the same entity at Intuit."""


class Question(Struct, frozen=True, kw_only=True):
    """A query without its window: the entity, its conditions, and whether they are all that was asked."""

    entity: str
    conditions: tuple[str, ...] = ()
    is_whole: bool = True

    def text(self, start: int, limit: int) -> str:
        return f"{self._head('*')} ORDERBY Id STARTPOSITION {start} MAXRESULTS {min(limit, LARGEST_PAGE)}"

    def count_text(self) -> str:
        return self._head("COUNT(*)")

    def _head(self, what: str) -> str:
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        return f"SELECT {what} FROM {self.entity}{where}"  # noqa: S608  Intuit's own language; texts are quoted


def quoted(text: str) -> str:
    """A text in the query language; control characters, which no property holds, are left out."""
    plain = "".join(each for each in text if each >= " " or each == "\t")
    escaped = plain.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def any_of(property_: str, values: Iterable[str]) -> str:
    return f"{property_} IN ({', '.join(quoted(each) for each in values)})"


def check(select: Select) -> None:
    """Raises Invalid for a condition that nobody here can look at."""
    unknown = [each.field for each in select.filters if each.field not in VALUES]
    if unknown:
        raise Invalid(*(Problem("not_enabled", (name,), {"feature": f"a filter by `{name}`"}) for name in unknown))


def question_of(entity: Entity, select: Select) -> Question:
    """What Intuit is asked for a page."""
    conditions = [TYPES[select.resource]] if select.resource in TYPES else []
    if entity.has_active and not any(each.field == "is_active" for each in select.filters):
        conditions.append(ANY_ACTIVE)
    asked = [_condition(entity, each) for each in select.filters]
    conditions += [each for each in asked if each is not None]
    is_whole = None not in asked and CATALOGUE[select.resource].name not in ("other_charge_items", "sales_tax_codes")
    return Question(entity=entity.name, conditions=tuple(conditions), is_whole=is_whole)


def exact_questions(entity: Entity, select: Select) -> list[Question]:
    """What Intuit is asked for objects that are named, by id, by name or by number."""
    if select.ids:
        property_, values = "Id", tuple(each for each in select.ids if is_id(each))
    elif select.names:
        property_, values = _property(entity, "name") or "Name", tuple(_own_name(each) for each in select.names)
    else:
        property_, values = _property(entity, "ref_number") or "DocNumber", select.ref_numbers
    values = tuple(dict.fromkeys(values))
    active = (ANY_ACTIVE,) if entity.has_active else ()
    return [
        Question(entity=entity.name, conditions=(any_of(property_, values[start : start + MOST_VALUES]), *active))
        for start in range(0, len(values), MOST_VALUES)
    ]


def is_id(text: str) -> bool:
    """Whether a text can be one of Intuit's ids: whole numbers, and the two codes of American tax."""
    return (text.isascii() and text.isdigit() and len(text) <= 24) or text in ("TAX", "NON")


def holds(thing: Resource, each: Filter) -> bool:
    """Whether a condition holds for an object, as the books that are embedded here would say."""
    value, wanted = VALUES[each.field](thing, each), each.value
    if each.field == "name" or (each.field == "ref_number" and each.operator not in ("in", "=")):
        value, wanted = _folded(value), _folded(wanted)
    return _compared(value, each.operator, wanted)


def found_by_name(things: Sequence[Resource], names: Sequence[str]) -> tuple[list[Resource], list[str]]:
    """The objects of these full names, in the order of the names, and the names that nothing has."""
    return _found(things, names, lambda thing: str(getattr(thing, "label", "")).casefold(), str.casefold)


def found_by_id(things: Sequence[Resource], ids: Sequence[str]) -> tuple[list[Resource], list[str]]:
    return _found(things, ids, lambda thing: thing.id, str)


def found_by_number(things: Sequence[Resource], numbers: Sequence[str]) -> tuple[list[Resource], list[str]]:
    return _found(things, numbers, lambda thing: str(getattr(thing, "ref_number", "")), str)


def _found(
    things: Sequence[Resource], wanted: Sequence[str], key: Callable[[Resource], str], fold: Callable[[str], str]
) -> tuple[list[Resource], list[str]]:
    by_key: dict[str, list[Resource]] = {}
    for thing in things:
        by_key.setdefault(key(thing), []).append(thing)
    asked = list(dict.fromkeys(wanted))
    missing = [each for each in asked if fold(each) not in by_key]
    return [thing for each in dict.fromkeys(map(fold, asked)) for thing in by_key.get(each, ())], missing


def _own_name(full: str) -> str:
    return full.rpartition(":")[2]


def _property(entity: Entity, field: str) -> str | None:
    """Intuit's name for a field by which it can find."""
    known = next((name for name, findable in entity.filters.items() if findable.field == field), None)
    if known is None:
        return None
    return next((row.key for row in entity.rows if row.key.casefold() == known), MOMENTS.get(field))


def _condition(entity: Entity, each: Filter) -> str | None:
    """One condition in the language; None where it has none that finds as much."""
    if each.field == "id":
        return any_of("Id", [value for value in _many(each.value) if is_id(value)] or ["0"])
    if each.field == "is_active":
        return f"Active = {'true' if each.value else 'false'}" if entity.has_active else None
    if each.field in ("paid", "open"):
        return _open(entity, each)
    property_ = _property(entity, each.field)
    if property_ is None:
        return None
    if each.field in MOMENTS and isinstance(each.value, int) and each.operator in COMPARED:
        return f"{property_} {COMPARED[each.operator]} {quoted(local_moment(each.value))}"
    if each.field == "date" and isinstance(each.value, date) and each.operator in COMPARED:
        return f"{property_} {COMPARED[each.operator]} {quoted(each.value.isoformat())}"
    return _text_condition(property_, each)


def _text_condition(property_: str, each: Filter) -> str | None:
    values = _many(each.value)
    if each.operator in ("in", "="):
        if each.field in ("customer_id", "vendor_id"):
            values = [value for value in values if is_id(value)] or ["0"]
        return any_of(property_, values) if 0 < len(values) <= MOST_VALUES else None
    if each.operator in PATTERNS and len(values) == 1 and "%" not in values[0]:
        return f"{property_} LIKE {quoted(PATTERNS[each.operator].format(values[0]))}"
    return None


def _open(entity: Entity, each: Filter) -> str | None:
    """Whether an invoice is open, or by how much (in cents)."""
    if entity.name != "Invoice":
        return None
    if each.field == "paid":
        return "Balance = '0'" if each.value else "Balance > '0'"
    if each.operator in COMPARED and isinstance(each.value, int):
        return f"Balance {COMPARED[each.operator]} '{Decimal(each.value).scaleb(-2)}'"
    return None


def _many(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple | set | frozenset) else [str(value)]


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return value.casefold()
    return [_folded(each) for each in value] if isinstance(value, list | tuple) else value


def _compared(value: Any, operator: str, wanted: Any) -> bool:
    if operator == "in":
        return value in (wanted if isinstance(wanted, list | tuple | set | frozenset) else (wanted,))
    if operator == "=":
        return bool(value == wanted)
    if value is None:
        return False
    if operator in PATTERNS:
        text, part = str(value).casefold(), str(wanted).casefold()
        return {"contains": part in text, "starts": text.startswith(part), "ends": text.endswith(part)}[operator]
    left, right = _comparable(value, wanted)
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator])


def _comparable(value: Any, wanted: Any) -> tuple[Any, Any]:
    """Numbers of digits alone are compared as numbers, and a day with a day."""
    if isinstance(value, date):
        return value.isoformat(), wanted.isoformat() if isinstance(wanted, date) else str(wanted)
    if isinstance(value, str) and value.isdigit() and str(wanted).isdigit():
        return int(value), int(wanted)
    return value, wanted


def _id_at(*names: str) -> Callable[[Any, Filter], Any]:
    """The id of what the first of these fields refers to."""

    def look(thing: Any, _: Filter) -> Any:
        found = (getattr(thing, name, None) for name in names)
        return next((ref.id for ref in found if ref is not None), None)

    return look


def _field(*names: str) -> Callable[[Any, Filter], Any]:
    return lambda thing, _: next((found for name in names if (found := getattr(thing, name, None)) is not None), None)


def _name(thing: Any, each: Filter) -> Any:
    """Parts are looked for in an object's own name, ranges go by its full one."""
    return thing.label if each.operator in (">=", "<=") else getattr(thing, "name", None) or thing.label


def _cents(*names: str) -> Callable[[Any, Filter], Any]:
    look = _field(*names)
    return lambda thing, each: minor(look(thing, each) or ZERO)


def _paid(thing: Any, _: Filter) -> bool:
    open_ = getattr(thing, "balance_remaining", None)
    return not thing.is_pending and (open_ or ZERO) == ZERO


VALUES: Final[Mapping[str, Callable[[Any, Filter], Any]]] = {
    "id": _field("id"),
    "name": _name,
    "ref_number": _field("ref_number"),
    "external_id": _field("external_id"),
    "date": _field("transaction_date"),
    "created_at": _field("created_at"),
    "updated_at": _field("updated_at"),
    "is_active": _field("is_active"),
    "customer_id": _id_at("customer"),
    "vendor_id": _id_at("vendor"),
    "worker_id": _id_at("employee", "vendor"),
    "account_id": _id_at("receivables_account", "deposit_to_account"),
    "class_id": _id_at("class_"),
    "currency_id": _id_at("currency"),
    "type": _field("account_type", "payment_method_type"),
    "total": _cents("total_amount"),
    "open": _cents("balance_remaining", "credit_remaining", "unused_payment"),
    "total_balance": _cents("total_balance", "balance"),
    "paid": _paid,
    "pay_type": _field("pay_type"),
}
"""What a condition looks at, by the books' own name for it."""
