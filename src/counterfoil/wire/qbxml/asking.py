"""A selection → the elements of a query: the way back of `questions`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import structs

from counterfoil.core.errors import Invalid
from counterfoil.core.money import from_minor
from counterfoil.core.problems import Problem
from counterfoil.model.query import Filter, Select
from counterfoil.wire.qbxml.maps.queries import Chosen, Compared, Days, Match, Question, Range, Span
from counterfoil.wire.qbxml.questions import CRITERIA, OPERATORS, View
from counterfoil.wire.qbxml.table import Map

Values = dict[str, Any]
Ask = Callable[[Values, Filter], None]


def question_of(select: Select, view: View, table: Map) -> Question:
    """The elements that ask for a selection. Raises Invalid for conditions that this query has no element for.

    A list is asked for all its objects, active or not, unless a condition says otherwise.
    """
    has = {row.field for row in table.query.rows}
    named = bool(select.ids or select.names or select.ref_numbers)
    values: Values = {
        "ids": select.ids,
        "full_names": select.names,
        "ref_numbers": select.ref_numbers,
        "ret_elements": view.elements,
        "owner_ids": view.owners,
        "with_lines": view.lines,
        "with_links": view.links or select.with_links,
    }
    if not named:
        values["max_returned"] = select.limit
        values["status"] = "all"
        for each in select.filters:
            _ask(values, each, has)
    return Question(**{name: value for name, value in values.items() if name in has})


def _ask(values: Values, each: Filter, has: set[str]) -> None:
    ask = _ASKED.get(each.field)
    before = dict(values)
    if ask is not None:
        ask(values, each)
    named = [name for name in values if before.get(name) != values[name]]
    if "modified" in named and "modified" not in has:
        span = values.pop("modified")
        values["modified_since"], values["modified_until"] = span.since, span.until
        named = ["modified_since"]
    if "types" in named:
        named = [field for field in ("account_types", "payment_method_types") if field in has] or named
        values[named[0]] = values.pop("types")
    if ask is None or not all(name in has for name in named):
        detail = f"QuickBooks Desktop cannot select by `{each.field}` here"
        raise Invalid(Problem("not_served", ("filters", each.field), {"detail": detail}))


def _active(values: Values, each: Filter) -> None:
    values["status"] = "active_only" if each.value else "inactive_only"


def _paid(values: Values, each: Filter) -> None:
    values["paid_status"] = "paid_only" if each.value else "not_paid_only"


def _end(each: Filter) -> str:
    return "since" if each.operator == ">=" else "until"


def _modified(values: Values, each: Filter) -> None:
    held = values.get("modified") or Span(since=values.get("modified_since"), until=values.get("modified_until"))
    values["modified"] = structs.replace(held, **{_end(each): each.value})


def _days(values: Values, each: Filter) -> None:
    values["days"] = structs.replace(values.get("days") or Days(), **{_end(each): each.value})


def _text(field: str) -> Ask:
    criteria: Mapping[str, Any] = {operator: criterion for criterion, operator in CRITERIA.items()}

    def ask(values: Values, each: Filter) -> None:
        if each.operator in criteria:
            values[field] = Match(criterion=criteria[each.operator], text=str(each.value))
            return
        held = values.get(f"{field}_range") or Range()
        values[f"{field}_range"] = structs.replace(held, **{_end(each): str(each.value)})

    return ask


def _types(values: Values, each: Filter) -> None:
    wanted: Any = each.value
    values["types"] = (wanted,) if isinstance(wanted, str) else tuple(wanted)


def _balance(values: Values, each: Filter) -> None:
    operators: Mapping[str, Any] = {operator: word for word, operator in OPERATORS.items()}
    units: Any = each.value
    values["total_balance"] = Compared(operator=operators[each.operator], amount=from_minor(units))


def _chosen(field: str, within: str) -> Ask:
    def ask(values: Values, each: Filter) -> None:
        wanted: Any = each.value
        if not within.startswith("branch"):
            wanted = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        values[field] = structs.replace(Chosen(), **{within: wanted})

    return ask


_WITHIN: Final[Mapping[str, str]] = {
    "id": "ids",
    "name": "full_names",
    "branch_id": "branch_id",
    "branch_name": "branch_name",
}
_CHOSEN: Final[Mapping[str, str]] = {
    "customer": "entity",
    "vendor": "entity",
    "worker": "worker",
    "account": "account",
    "class": "class_",
    "currency": "currency",
}
_ASKED: Final[Mapping[str, Ask]] = {
    "is_active": _active,
    "paid": _paid,
    "updated_at": _modified,
    "date": _days,
    "ref_number": _text("ref_number"),
    "name": _text("name"),
    "type": _types,
    "total_balance": _balance,
    "pay_type": lambda *_: None,
    **{
        f"{subject}_{suffix}": _chosen(field, within)
        for subject, field in _CHOSEN.items()
        for suffix, within in _WITHIN.items()
    },
}
