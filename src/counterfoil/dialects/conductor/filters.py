"""The parameters of lists, as rows: what each is called, what it holds, and what it asks of the books.

A table names groups of them. `ids`, names and numbers of documents find certain objects; the other rows become
conditions, or say what of an object is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args

from counterfoil.core.dates import day_from, moment_from
from counterfoil.core.money import minor
from counterfoil.dialects.conductor.table import Table
from counterfoil.dialects.conductor.values import Reader, ill_formed, reader
from counterfoil.model.accounts import AccountType
from counterfoil.model.kinds import Amount, Choice, Day, Flag, Guid, Kind, Moment, Text, Whole
from counterfoil.model.lists import PaymentMethodType
from counterfoil.model.query import Operator
from counterfoil.model.shape import fields_of

LARGEST_PAGE: Final = 150
UNBOUNDED: Final = 2147483647

Role = Literal["find", "page", "filter", "show", "hide"]

TEXT: Final = Text()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `rival` names those that exclude one another, but for those of the same `side`.

    A `filter` asks `field operator value` of the books; `find` and `page` set what is selected, `show` and `hide`
    what is seen of it.
    """

    name: str
    role: Role
    field: str
    kind: Kind = TEXT
    operator: Operator = "="
    many: bool = False
    rival: str = ""
    side: str = ""
    default: str | None = None
    required: bool = False

    def read(self, text: str) -> object:
        """The value that a text stands for; raises a `Flaw`."""
        return _READERS[type(self.kind)](self, text)


def _day(_: Parameter, text: str) -> object:
    try:
        return day_from(text)
    except ValueError:
        raise ill_formed("a date (YYYY-MM-DD)", text) from None


def _moment(parameter: Parameter, text: str) -> object:
    """A bare date means its first second, or where it is the end of a span, its last."""
    try:
        return moment_from(text.replace(" ", "+"), end_of_day=parameter.operator == "<=")
    except (ValueError, OverflowError):
        raise ill_formed("a date, or a date and time (YYYY-MM-DDTHH:mm:ss, with or without an offset)", text) from None


def _flag(_: Parameter, text: str) -> object:
    if text not in ("true", "false"):
        raise ill_formed("`true` or `false`", text)
    return text == "true"


def _whole(parameter: Parameter, text: str) -> object:
    if not (text.isascii() and text.isdigit()):
        raise ill_formed("a whole number", text)
    return _read_kind(parameter.kind, int(text[:12]))


def _plain(parameter: Parameter, text: str) -> object:
    return _read_kind(parameter.kind, text)


def _minor_units(parameter: Parameter, text: str) -> object:
    return minor(_read_kind(parameter.kind, text))


def _choice(parameter: Parameter, text: str) -> object:
    choice = _read_kind(parameter.kind, text)
    return MEANINGS.get(choice, choice)


@cache
def _reader_of(kind: Kind) -> Reader:
    return reader(kind, optional=False, blank=True)


def _read_kind(kind: Kind, value: object) -> Any:
    return _reader_of(kind)(value)


MEANINGS: Final[Mapping[str, bool | None]] = {
    "active": True,
    "inactive": False,
    "paid": True,
    "not_paid": False,
    "all": None,
}
"""What choices between yes and no ask for; None asks nothing. Other choices stand for themselves."""

_READERS: Mapping[type[Kind], Callable[[Parameter, str], object]] = {
    Text: _plain,
    Guid: _plain,
    Choice: _choice,
    Amount: _minor_units,
    Whole: _whole,
    Flag: _flag,
    Day: _day,
    Moment: _moment,
}


def _within(prefix: str, field: str) -> tuple[Parameter, ...]:
    """Parts of a text, and a range of texts."""
    rival = f"part of {field}"
    return (
        Parameter(f"{prefix}Contains", "filter", field, operator="contains", rival=rival),
        Parameter(f"{prefix}StartsWith", "filter", field, operator="starts", rival=rival),
        Parameter(f"{prefix}EndsWith", "filter", field, operator="ends", rival=rival),
        Parameter(f"{prefix}From", "filter", field, operator=">=", rival=rival, side="range"),
        Parameter(f"{prefix}To", "filter", field, operator="<=", rival=rival, side="range"),
    )


def _balance(name: str, operator: Operator) -> Parameter:
    return Parameter(name, "filter", "total_balance", Amount(), operator, rival="total balance")


def _any_of(name: str, field: str) -> Parameter:
    return Parameter(name, "filter", field, operator="in", many=True)


def _choose(name: str, field: str, options: tuple[str, ...], default: str | None = None) -> Parameter:
    return Parameter(name, "filter", field, Choice(options), default=default)


def _span(after: str, before: str, field: str, kind: Kind) -> tuple[Parameter, ...]:
    return Parameter(after, "filter", field, kind, ">="), Parameter(before, "filter", field, kind, "<=")


GROUPS: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "ids": (Parameter("ids", "find", "ids", many=True),),
    "ref_numbers": (Parameter("refNumbers", "find", "ref_numbers", many=True),),
    "status": (_choose("status", "is_active", ("active", "all", "inactive"), "active"),),
    "updated": _span("updatedAfter", "updatedBefore", "updated_at", Moment()),
    "transaction_date": _span("transactionDateFrom", "transactionDateTo", "date", Day()),
    "deleted": _span("deletedAfter", "deletedBefore", "deleted_at", Moment()),
    "customers": (_any_of("customerIds", "customer_id"),),
    "accounts": (_any_of("accountIds", "account_id"),),
    "ref_number": _within("refNumber", "ref_number"),
    "currencies": (_any_of("currencyIds", "currency_id"),),
    "payment_status": (_choose("paymentStatus", "paid", ("all", "paid", "not_paid"), "all"),),
    "line_items": (Parameter("includeLineItems", "show", "lines", Flag(), default="true"),),
    "links": (Parameter("includeLinkedTransactions", "show", "links", Flag(), default="false"),),
    "name": _within("name", "name"),
    "total_balance": (
        _balance("totalBalance", "="),
        _balance("totalBalanceGreaterThan", ">"),
        _balance("totalBalanceGreaterThanOrEqualTo", ">="),
        _balance("totalBalanceLessThan", "<"),
        _balance("totalBalanceLessThanOrEqualTo", "<="),
    ),
    "account_type": (_choose("accountType", "type", get_args(AccountType)),),
    "payment_method_type": (_choose("paymentMethodType", "type", get_args(PaymentMethodType)),),
    "classes": (_any_of("classIds", "class_id"),),
    "shipping_addresses": (
        Parameter("excludeAlternateShippingAddresses", "hide", "shipping_addresses", Flag(), default="false"),
    ),
    "external_id": (Parameter("externalId", "filter", "external_id", Guid()),),
}

PAGING: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "cursor": (
        Parameter("limit", "page", "limit", Whole(1, LARGEST_PAGE), default=str(LARGEST_PAGE)),
        Parameter("cursor", "page", "cursor"),
    ),
    "limit": (Parameter("limit", "page", "limit", Whole(1, UNBOUNDED)),),
    "none": (),
}


def parameters_of(table: Table) -> tuple[Parameter, ...]:
    """All parameters of a table's list, in the vendor's order; finding by `externalId` is ours."""
    external = bool(table.filters) and "external_id" in fields_of(table.model)
    groups = (*table.filters, "external_id") if external else table.filters
    return _parameters(groups, table.by_name, table.paging)


@cache
def _parameters(groups: tuple[str, ...], by_name: str | None, paging: str) -> tuple[Parameter, ...]:
    asked = [parameter for group in groups for parameter in GROUPS[group]]
    found = [parameter for parameter in asked if parameter.role == "find"]
    names = [Parameter(by_name, "find", "names", many=True)] if by_name else []
    others = [parameter for parameter in asked if parameter.role != "find"]
    return (*found, *names, *PAGING[paging], *others)
