"""What queries are made of: one set of fields for all of them, and the rows that each kind of query has of it.

The order of selectors and filters is as fixed as that of other elements; ids, names, numbers and filters exclude one
another.
"""

from typing import Annotated, Final, Literal

from counterfoil.model.accounts import AccountType
from counterfoil.model.kinds import Date, Id36, Money, Time, Whole
from counterfoil.model.kinds import Text as TextKind
from counterfoil.model.lists import PaymentMethodType
from counterfoil.model.values import Value
from counterfoil.wire.qbxml.table import Part, Row, part, passed, row
from counterfoil.wire.qbxml.values import LastMoment, Owner

Name = Annotated[str, TextKind(209)]
LastTime = Annotated[int, LastMoment()]


class Chosen(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Objects of another list that those wanted refer to, by id or by name, or one of them with all below it."""

    ids: tuple[Id36, ...] = ()
    full_names: tuple[Name, ...] = ()
    branch_id: Id36 | None = None
    branch_name: Name | None = None


class Span(Value, frozen=True, kw_only=True, omit_defaults=True):
    since: Time | None = None
    until: LastTime | None = None


class Days(Value, frozen=True, kw_only=True, omit_defaults=True):
    since: Date | None = None
    until: Date | None = None
    macro: Annotated[str, TextKind(31)] | None = None


class Match(Value, frozen=True, kw_only=True, omit_defaults=True):
    criterion: Literal["starts_with", "contains", "ends_with"] = "contains"
    text: Name = ""


class Range(Value, frozen=True, kw_only=True, omit_defaults=True):
    since: Name | None = None
    until: Name | None = None


class Compared(Value, frozen=True, kw_only=True, omit_defaults=True):
    operator: Literal["less_than", "less_than_equal", "equal", "greater_than", "greater_than_equal"] = "equal"
    amount: Money | None = None


class Question(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A query as its elements say it."""

    ids: tuple[Id36, ...] = ()
    full_names: tuple[Name, ...] = ()
    ref_numbers: tuple[Name, ...] = ()
    exact_ref_numbers: tuple[Name, ...] = ()
    max_returned: Annotated[int, Whole(1)] | None = None
    status: Literal["active_only", "inactive_only", "all"] | None = None
    modified: Span | None = None
    modified_since: Time | None = None
    modified_until: LastTime | None = None
    days: Days | None = None
    entity: Chosen | None = None
    worker: Chosen | None = None
    account: Chosen | None = None
    ref_number: Match | None = None
    ref_number_range: Range | None = None
    name: Match | None = None
    name_range: Range | None = None
    account_types: tuple[AccountType, ...] = ()
    payment_method_types: tuple[PaymentMethodType, ...] = ()
    total_balance: Compared | None = None
    currency: Chosen | None = None
    class_: Chosen | None = None
    paid_status: Literal["all", "paid_only", "not_paid_only"] | None = None
    txn_types: tuple[Name, ...] = ()
    list_types: tuple[Name, ...] = ()
    deleted: Span | None = None
    with_capacity: bool = False
    with_lines: bool = False
    with_links: bool = False
    ret_elements: tuple[Annotated[str, TextKind(50)], ...] = ()
    owner_ids: tuple[Annotated[str, Owner()], ...] = ()


def _chosen(*, children: bool) -> Part:
    branches = (
        row("ListIDWithChildren", "branch_id", "a", since="2.0", choice="branch id"),
        row("FullNameWithChildren", "branch_name", "a", choice="branch name"),
    )
    return Part(
        Chosen,
        (
            row("ListID", "ids", "a", choice="id"),
            row("FullName", "full_names", "a", choice="name"),
            *(branches if children else ()),
        ),
    )


_CHOSEN = _chosen(children=True)
_CURRENCY = part("CurrencyFilter", "currency", "a", _chosen(children=False), since="8.0")
_CLASS = part("ClassFilter", "class_", "a", _CHOSEN, since="12.0")

_SPAN = Part(Span, (row("FromModifiedDate", "since", "a"), row("ToModifiedDate", "until", "a")))
_DELETED = Part(Span, (row("FromDeletedDate", "since", "a"), row("ToDeletedDate", "until", "a")))
_DAYS = Part(
    Days,
    (row("FromTxnDate", "since", "a"), row("ToTxnDate", "until", "a"), row("DateMacro", "macro", "a")),
)


def _match(tag: str) -> Part:
    return Part(Match, (row("MatchCriterion", "criterion", "A"), row(tag, "text", "A")))


def _range(tag: str) -> Part:
    return Part(Range, (row(f"From{tag}", "since", "a"), row(f"To{tag}", "until", "a")))


_BALANCE = Part(Compared, (row("Operator", "operator", "A"), row("Amount", "amount", "A")))

_MAX = row("MaxReturned", "max_returned", "a")
_RET = row("IncludeRetElement", "ret_elements", "a", since="4.0")
_OWNERS = row("OwnerID", "owner_ids", "a", since="2.0")
_LIST_NAMES = (
    part("NameFilter", "name", "a", _match("Name"), choice="name"),
    part("NameRangeFilter", "name_range", "a", _range("Name"), choice="name"),
)


def txn_query(*extras: Literal["paid", "links"]) -> Part:
    """A query of transactions."""
    paid = (row("PaidStatus", "paid_status", "a"),) if "paid" in extras else ()
    links = (row("IncludeLinkedTxns", "with_links", "a"),) if "links" in extras else ()
    return Part(
        Question,
        (
            row("TxnID", "ids", "a"),
            row("RefNumber", "ref_numbers", "a"),
            row("RefNumberCaseSensitive", "exact_ref_numbers", "a", since="4.0"),
            _MAX,
            part("ModifiedDateRangeFilter", "modified", "a", _SPAN, choice="dates"),
            part("TxnDateRangeFilter", "days", "a", _DAYS, choice="dates"),
            part("EntityFilter", "entity", "a", _CHOSEN),
            part("AccountFilter", "account", "a", _CHOSEN),
            part("RefNumberFilter", "ref_number", "a", _match("RefNumber"), choice="number"),
            part("RefNumberRangeFilter", "ref_number_range", "a", _range("RefNumber"), choice="number"),
            _CURRENCY,
            *paid,
            row("IncludeLineItems", "with_lines", "a"),
            *links,
            _RET,
            _OWNERS,
        ),
    )


def time_query() -> Part:
    """A query of time, which has no lines and no numbers."""
    return Part(
        Question,
        (
            row("TxnID", "ids", "a"),
            _MAX,
            part("ModifiedDateRangeFilter", "modified", "a", _SPAN, choice="dates"),
            part("TxnDateRangeFilter", "days", "a", _DAYS, choice="dates"),
            part("TimeTrackingEntityFilter", "worker", "a", _chosen(children=False)),
            _RET,
        ),
    )


_BY_EXTRA: Final[dict[str, Row]] = {
    "account_type": row("AccountType", "account_types", "a"),
    "payment_method_type": row("PaymentMethodType", "payment_method_types", "a", since="7.0"),
    "balance": part("TotalBalanceFilter", "total_balance", "a", _BALANCE),
    "currency": _CURRENCY,
    "class": _CLASS,
}


def list_query(*extras: str, owners: bool = False) -> Part:
    """A query of a list; `extras` are filters that only some lists have, in their order."""
    return Part(
        Question,
        (
            row("ListID", "ids", "a"),
            row("FullName", "full_names", "a"),
            _MAX,
            row("ActiveStatus", "status", "a"),
            row("FromModifiedDate", "modified_since", "a"),
            row("ToModifiedDate", "modified_until", "a"),
            *_LIST_NAMES,
            *(_BY_EXTRA[extra] for extra in extras),
            _RET,
            *((_OWNERS,) if owners else ()),
        ),
    )


def plain_query(*, owners: bool = False) -> Part:
    """A query that selects nothing: all templates, the company, its preferences."""
    return Part(Question, (_RET, *((_OWNERS,) if owners else ())))


_CAPACITY = Part(Question, (row("IncludeMaxCapacity", "with_capacity", "A"),))
HOST_QUERY: Final = Part(Question, (passed("IncludeListMetaData", "a", since="6.0", table=_CAPACITY), _RET))
TXN_DELETED_QUERY: Final = Part(
    Question, (row("TxnDelType", "txn_types", "A"), part("DeletedDateRangeFilter", "deleted", "a", _DELETED), _RET)
)
LIST_DELETED_QUERY: Final = Part(
    Question, (row("ListDelType", "list_types", "A"), part("DeletedDateRangeFilter", "deleted", "a", _DELETED), _RET)
)


class Removal(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be deleted or voided."""

    type: Name = ""
    id: Id36 = ""


def removal(type_tag: str, id_tag: str) -> Part:
    return Part(Removal, (row(type_tag, "type", "A"), row(id_tag, "id", "A")))


TXN_DEL: Final = removal("TxnDelType", "TxnID")
TXN_VOID: Final = removal("TxnVoidType", "TxnID")
LIST_DEL: Final = removal("ListDelType", "ListID")
