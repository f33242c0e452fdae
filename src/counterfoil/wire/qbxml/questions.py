"""What a query's elements ask of the books: `Question` → `Select`, and what is told of what is found.

Filters are named as the books know them (`customer_id`, `date`, `paid`, …). qbXML may also name a customer, account,
class or currency by its full name, or with all that is below it; the books find by ids, so that whoever runs a query
gives `resolved` a way to look these up first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.core.dates import FIRST_MOMENT, LAST_MOMENT
from counterfoil.core.money import minor
from counterfoil.core.problems import Place, Problem
from counterfoil.model.payables import BillPayment
from counterfoil.model.purchases import Purchase
from counterfoil.model.query import Filter, Operator, Select, SelectDeleted
from counterfoil.wire.qbxml.maps.queries import Chosen, Match, Question, Range
from counterfoil.wire.qbxml.messages import LIST_TYPES, TXN_TYPES, Message
from counterfoil.wire.qbxml.table import Map

COUNT_UP_TO: Final = 1_000_000
"""How far an iterator counts what remains."""

SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer": ("customers",),
    "vendor": ("vendors",),
    "worker": ("employees", "vendors"),
    "account": ("accounts",),
    "class": ("classes",),
    "currency": ("currencies",),
}
"""The resources that the filters `<subject>_id`, `_name`, `_branch_id` and `_branch_name` refer to."""

CRITERIA: Final[Mapping[str, Operator]] = {"starts_with": "starts", "contains": "contains", "ends_with": "ends"}
OPERATORS: Final[Mapping[str, Operator]] = {
    "less_than": "<",
    "less_than_equal": "<=",
    "equal": "=",
    "greater_than": ">",
    "greater_than_equal": ">=",
}

Lookup = Callable[[tuple[str, ...], str, Sequence[str], bool], Sequence[str]]
"""Ids of what one of the resources knows by `id` or `name`, with all below it where the last argument is true."""


class View(Struct, frozen=True, kw_only=True):
    """What is told of what was found; without `elements`, all of it."""

    lines: bool = True
    links: bool = False
    elements: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


def view_of(question: Question) -> View:
    return View(
        lines=question.with_lines,
        links=question.with_links,
        elements=question.ret_elements,
        owners=question.owner_ids,
    )


def select_of(question: Question, table: Map, *, after: int = 0, counted: bool = False) -> Select:
    """The selection of one table's objects. Those that are named are found whatever the other conditions.

    QuickBooks' lists tell only what is active, unless they are asked for more.
    """
    named, kind = _named(question), _kind(table)
    if named:
        return Select(resource=table.resource, with_links=question.with_links, filters=kind, **named)
    return Select(
        resource=table.resource,
        filters=(*kind, *_filters(question, table)),
        after=after,
        limit=question.max_returned,
        with_links=question.with_links,
        count_up_to=COUNT_UP_TO if counted else 0,
    )


def _named(question: Question) -> dict[str, Any]:
    numbers = question.ref_numbers or question.exact_ref_numbers
    named = {"ids": question.ids, "names": question.full_names, "ref_numbers": numbers}
    return {key: value for key, value in named.items() if value}


def _kind(table: Map) -> tuple[Filter, ...]:
    """Of a resource with several tables, the objects of this one."""
    return () if table.only is None else (Filter(table.only[0], "=", table.only[1]),)


def _filters(question: Question, table: Map) -> tuple[Filter, ...]:
    found: list[Filter] = []
    if question.status in ("active_only", "inactive_only"):
        found.append(Filter("is_active", "=", question.status == "active_only"))
    modified = question.modified
    _add_span(
        found,
        "updated_at",
        modified.since if modified else question.modified_since,
        modified.until if modified else question.modified_until,
    )
    if question.days is not None:
        _add_span(found, "date", question.days.since, question.days.until)
    _add_chosen(found, "vendor" if issubclass(table.model, Purchase | BillPayment) else "customer", question.entity)
    _add_chosen(found, "worker", question.worker)
    _add_chosen(found, "account", question.account)
    _add_text(found, "ref_number", question.ref_number, question.ref_number_range)
    _add_text(found, "name", question.name, question.name_range)
    for types in (question.account_types, question.payment_method_types):
        if types:
            found.append(Filter("type", "in", types))
    if question.total_balance is not None and question.total_balance.amount is not None:
        wanted = question.total_balance
        found.append(Filter("total_balance", OPERATORS[wanted.operator], minor(question.total_balance.amount)))
    _add_chosen(found, "currency", question.currency)
    _add_chosen(found, "class", question.class_)
    if question.paid_status in ("paid_only", "not_paid_only"):
        found.append(Filter("paid", "=", question.paid_status == "paid_only"))
    return tuple(found)


def _add_span(found: list[Filter], field: str, since: int | date | None, until: int | date | None) -> None:
    if since is not None:
        found.append(Filter(field, ">=", since))
    if until is not None:
        found.append(Filter(field, "<=", until))


def _add_text(found: list[Filter], field: str, match: Match | None, span: Range | None) -> None:
    if match is not None:
        found.append(Filter(field, CRITERIA[match.criterion], match.text))
    if span is not None:
        _add_range(found, field, span)


def _add_range(found: list[Filter], field: str, span: Range) -> None:
    if span.since is not None:
        found.append(Filter(field, ">=", span.since))
    if span.until is not None:
        found.append(Filter(field, "<=", span.until))


def _add_chosen(found: list[Filter], subject: str, chosen: Chosen | None) -> None:
    if chosen is None:
        return
    if chosen.ids:
        found.append(Filter(f"{subject}_id", "in", chosen.ids))
    elif chosen.full_names:
        found.append(Filter(f"{subject}_name", "in", chosen.full_names))
    elif chosen.branch_id is not None:
        found.append(Filter(f"{subject}_branch_id", "=", chosen.branch_id))
    elif chosen.branch_name is not None:
        found.append(Filter(f"{subject}_branch_name", "=", chosen.branch_name))


def resolved(select: Select, lookup: Lookup) -> Select:
    """The same selection with every filter by name or branch turned into one by ids."""
    return structs.replace(select, filters=tuple(_by_ids(each, lookup) for each in select.filters))


def _by_ids(each: Filter, lookup: Lookup) -> Filter:
    subject, _, rest = each.field.partition("_")
    if subject not in SUBJECTS or rest not in ("name", "branch_id", "branch_name"):
        return each
    value: Any = each.value
    wanted = (value,) if isinstance(value, str) else tuple(value)
    by = "id" if rest == "branch_id" else "name"
    ids = lookup(SUBJECTS[subject], by, wanted, rest.startswith("branch"))
    return Filter(f"{subject}_id", "in", tuple(ids))


def deleted_of(question: Question, message: Message) -> SelectDeleted:
    """What to look for among what was deleted; types that are no resource here are never found."""
    wanted = set(question.txn_types or question.list_types)
    span = question.deleted
    return SelectDeleted(
        resources=tuple(dict.fromkeys(each.resource for each in message.maps if each.name in wanted)),
        since=FIRST_MOMENT if span is None or span.since is None else span.since,
        until=LAST_MOMENT if span is None or span.until is None else span.until,
    )


def problems_of(question: Question, place: Place) -> list[Problem]:
    """What the rows cannot say of a query's elements."""
    found = []
    if len([True for named in (question.ids, question.full_names, *_numbers(question)) if named]) > 1:
        found.append(Problem("exclusive", place, {"other": "another way to name what is wanted"}))
    if question.days is not None and question.days.macro is not None:
        detail = "`DateMacro` is not served: send `FromTxnDate` and `ToTxnDate`"
        found.append(Problem("not_served", (*place, "TxnDateRangeFilter", "DateMacro"), {"detail": detail}))
    for tag, known, given in (
        ("TxnDelType", TXN_TYPES, question.txn_types),
        ("ListDelType", LIST_TYPES, question.list_types),
    ):
        found.extend(
            Problem("not_a_choice", (*place, tag, index), {"value": name, "choices": ", ".join(sorted(known))})
            for index, name in enumerate(given)
            if name not in known
        )
    return found


def _numbers(question: Question) -> tuple[tuple[str, ...], ...]:
    return question.ref_numbers, question.exact_ref_numbers
