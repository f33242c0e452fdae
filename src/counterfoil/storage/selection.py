"""Pages: objects of a resource that fulfil some conditions, in the order in which they were made."""

import operator as operators
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, func, or_, select
from sqlalchemy import Select as SqlSelect

from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.postings import Entry
from counterfoil.model.query import Deletion, Filter, Operator, Page, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.scope import Scope, decoded
from counterfoil.storage.spelling import compares_as_number, is_digits, json_text
from counterfoil.storage.tables.books import deletions, objects, postings, still_open, transactions
from counterfoil.storage.transactions import ENTRY_COLUMNS, entry_of

Condition = ColumnElement[bool]
Complete = Callable[[Entry], Resource]


class Selection(Scope):
    """Queries over a company file."""

    def select(self, select: Select, complete: Complete | None = None) -> Page:
        """A page. Transactions go through `complete`, which sees each as the entry that it is.

        Raises BooksRefused with one problem for each id, name or number that is not there.
        """
        rows = _Rows(self, select, complete)
        if select.ids:
            return rows.exactly("id", select.ids)
        if select.names:
            return rows.exactly("name_key", select.names)
        if select.ref_numbers:
            return rows.exactly("ref_number", select.ref_numbers)
        return rows.page()

    def deletions(self, select_: SelectDeleted) -> tuple[Deletion, ...]:
        """What was deleted between two moments, the earliest first."""
        d = deletions.c
        statement = (
            select(d.resource, d.id, d.label, d.created_at, d.deleted_at)
            .where(
                d.connection_id == self.connection_id,
                d.resource.in_(select_.resources),
                d.deleted_at.between(select_.since, select_.until),
            )
            .order_by(d.deleted_at, d.id)
        )
        return tuple(
            Deletion(resource=row[0], id=row[1], label=row[2], created_at=row[3], deleted_at=row[4])
            for row in self.session.select(statement)
        )


class _Rows:
    """The rows behind one selection."""

    def __init__(self, scope: Scope, asked: Select, complete: Complete | None) -> None:
        self.scope = scope
        self.asked = asked
        self.complete = complete
        self.row = CATALOGUE[asked.resource]
        self.table: Table = transactions if self.row.is_transaction else objects
        self.mine: Condition = and_(
            self.table.c.connection_id == scope.connection_id,
            self.table.c.resource == asked.resource,
            *(condition(self.table, each) for each in asked.filters if each.field in KINDS),
        )

    def page(self) -> Page:
        asked, c = self.asked, self.table.c
        if any(each.field == "name" and each.operator in (">=", "<=") for each in asked.filters):
            return self._page_by_name()
        conditions = and_(self.mine, *(condition(self.table, each) for each in asked.filters))
        statement = self._statement().where(conditions, c.number > asked.after).order_by(c.number)
        if asked.limit is not None:
            statement = statement.limit(asked.limit + 1)
        rows = self.scope.session.select(statement)
        more = asked.limit is not None and len(rows) > asked.limit
        rows = rows[: asked.limit]
        items = tuple(self._item(row[1:]) for row in rows)
        if not more:
            return Page(items=items, remaining=0)
        last = rows[-1][0]
        return Page(items=items, next=last, remaining=self._remaining(conditions, last))

    def _page_by_name(self) -> Page:
        """A range of names comes in their order, as QuickBooks gives it; `after` counts what came before."""
        asked, c = self.asked, self.table.c
        conditions = and_(self.mine, *(condition(self.table, each) for each in asked.filters))
        total: int = self.scope.session.select(select(func.count()).select_from(self.table).where(conditions))[0][0]
        statement = self._statement().where(conditions).order_by(c.name_key, c.number).offset(asked.after)
        if asked.limit is not None:
            statement = statement.limit(asked.limit)
        items = tuple(self._item(row[1:]) for row in self.scope.session.select(statement))
        left = total - asked.after - len(items)
        return Page(items=items, next=asked.after + len(items) if left > 0 else None, remaining=max(left, 0))

    def exactly(self, column: str, wanted: Iterable[str]) -> Page:
        """Those that are named, in the order in which they are named; a name may fit several."""
        keys = [each.casefold() if column == "name_key" else each for each in dict.fromkeys(wanted)]
        c = self.table.c
        found: dict[str, list[tuple[Any, ...]]] = {}
        statement = self._statement(c[column]).where(self.mine, c[column].in_(keys)).order_by(c.number)
        for row in self.scope.session.select(statement):
            found.setdefault(row[1], []).append(row)
        missing = [
            Problem("object_missing", (), {"thing": self.row.thing.capitalize(), "value": each})
            for each, key in zip(dict.fromkeys(wanted), keys, strict=True)
            if key not in found
        ]
        if missing:
            raise BooksRefused(*missing)
        return Page(items=tuple(self._item(row[2:]) for key in dict.fromkeys(keys) for row in found[key]), remaining=0)

    def _statement(self, *more: ColumnElement[Any]) -> SqlSelect[Any]:
        c = self.table.c
        columns = ENTRY_COLUMNS if self.row.is_transaction else (c.resource, c.body)
        return select(c.number, *more, *columns)

    def _item(self, row: tuple[Any, ...]) -> Resource:
        if not self.row.is_transaction:
            thing: Resource = decoded(row[0], row[1])
            return thing
        entry = entry_of(row)
        return self.complete(entry) if self.complete is not None else entry.thing

    def _remaining(self, conditions: Condition, last: int) -> int | None:
        """How many follow, counted only as far as was asked for."""
        bound = self.asked.count_up_to
        if not bound:
            return None
        c = self.table.c
        some = select(c.number).where(conditions, c.number > last).limit(bound + 1).subquery()
        counted: int = self.scope.session.select(select(func.count()).select_from(some))[0][0]
        return counted if counted <= bound else None


def condition(table: Table, each: Filter) -> Condition:
    """The SQL of one filter."""
    special = SPECIAL.get(each.field)
    if special is not None:
        return special(table, each)
    return compared(table.c[each.field], each.operator, each.value)


def compared(column: ColumnElement[Any], operator: Operator, wanted: Any) -> Condition:
    """One comparison. Text is searched without regard to capitals."""
    exact = EXACT.get(operator)
    if exact is not None:
        found: Condition = exact(column, wanted)
        return found
    pattern = {"contains": "%{}%", "starts": "{}%", "ends": "%{}"}[operator].format(_escaped(str(wanted)))
    return func.lower(column).like(func.lower(pattern), escape="\\")


EXACT: Mapping[str, Callable[[Any, Any], Any]] = {
    "in": lambda column, wanted: column.in_(list(wanted)),
    "=": operators.eq,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _name(table: Table, each: Filter) -> Condition:
    """Parts are looked for in the object's own name, ranges go by its full one; capitals or not."""
    wanted = each.value.casefold() if isinstance(each.value, str) else each.value
    column = table.c.name_key if each.operator in (">=", "<=") else table.c.own_key
    return compared(column, each.operator, wanted)


def _ref_number(table: Table, each: Filter) -> Condition:
    """Numbers of digits alone are compared as numbers in a range, others as text, without regard to capitals."""
    column = table.c.ref_number
    if each.operator in ("in", "="):
        return compared(column, each.operator, each.value)
    if each.operator not in EXACT:
        return compared(func.lower(column), each.operator, each.value)
    text = compared(func.lower(column), each.operator, func.lower(each.value))
    wanted = str(each.value)
    if not (wanted.isascii() and wanted.isdigit()):
        return text
    digits = is_digits(column)
    return or_(and_(digits, compares_as_number(column, each.operator, wanted)), and_(~digits, text))


def _paid(table: Table, each: Filter) -> Condition:
    paid = and_(table.c.open == 0, table.c.is_pending.is_(False))
    return paid if each.value else ~paid


def _account(table: Table, each: Filter) -> Condition:
    """The A/R account, or any account that the transaction posts to. Of lists: an account itself."""
    wanted = list(each.value) if isinstance(each.value, list | tuple) else [each.value]
    p = postings.c
    posted = (
        select(p.position)
        .where(p.connection_id == table.c.connection_id, p.transaction_id == table.c.id)
        .where(p.account_id.concat("").in_(wanted))  # a transaction has few postings, an account may have them all
        .exists()
    )
    return or_(table.c.account_id.in_(wanted), posted)


def _in_body(*path: str) -> Callable[[Table, Filter], Condition]:
    def build(table: Table, each: Filter) -> Condition:
        return compared(json_text(table.c.body, *path), each.operator, each.value)

    return build


def _currency(table: Table, each: Filter) -> Condition:
    if "currency_id" in table.c:
        return compared(table.c.currency_id, each.operator, each.value)
    return _in_body("currency", "id")(table, each)


def _type(table: Table, each: Filter) -> Condition:
    found = func.coalesce(
        json_text(table.c.body, "account_type"),
        json_text(table.c.body, "payment_method_type"),
        case((table.c.resource == "accounts", "expense"), else_="other"),
    )
    return compared(found, each.operator, each.value)


def _day(table: Table, each: Filter) -> Condition:
    wanted = each.value if isinstance(each.value, str) else getattr(each.value, "isoformat", str)()
    return compared(table.c.date, each.operator, wanted)


def _total_balance(table: Table, each: Filter) -> Condition:
    """What a customer and their jobs owe, less their credits; of a vendor, what is owed to them."""
    return compared(
        case((table.c.resource == "vendors", _payable(table)), else_=_owed(table)), each.operator, each.value
    )


def _owed(table: Table) -> ColumnElement[int]:
    """What is open of the invoices of a customer and their jobs, less what is open of their credits."""
    t, o = transactions.c, objects.alias("branch").c
    below = and_(o.name_key >= table.c.name_key + ":", o.name_key < table.c.name_key + ";")  # `;` follows `:`
    branch = (
        select(o.id)
        .where(o.connection_id == table.c.connection_id, o.list == table.c.list, or_(o.id == table.c.id, below))
        .correlate(table)
    )
    return (
        select(func.coalesce(func.sum(case((t.resource == "invoices", t.open_home), else_=-t.open_home)), 0))
        .where(t.connection_id == table.c.connection_id, t.customer_id.in_(branch), still_open)
        .correlate(table)
        .scalar_subquery()
    )


def _payable(table: Table) -> ColumnElement[int]:
    """What stands in a vendor's name in accounts payable."""
    p, o = postings.c, objects.alias("payable").c
    return (
        select(func.coalesce(-func.sum(p.amount), 0))
        .where(
            o.connection_id == table.c.connection_id,
            o.resource == "accounts",
            json_text(o.body, "account_type") == "accounts_payable",
            p.connection_id == o.connection_id,
            p.account_id == o.id,
            p.vendor_id == table.c.id,
        )
        .correlate(table)
        .scalar_subquery()
    )


def _worker(table: Table, each: Filter) -> Condition:
    """Whoever worked: an employee, or a vendor."""
    return or_(_in_body("employee", "id")(table, each), _in_body("vendor", "id")(table, each))


def _pay_type(table: Table, each: Filter) -> Condition:
    return compared(func.coalesce(json_text(table.c.body, "pay_type"), "check"), each.operator, each.value)


KINDS = frozenset({"pay_type"})
"""What tells objects of one resource apart: it holds also for those that are named."""

SPECIAL: Mapping[str, Callable[[Table, Filter], Condition]] = {
    "name": _name,
    "ref_number": _ref_number,
    "paid": _paid,
    "account_id": _account,
    "class_id": _in_body("class_", "id"),
    "currency_id": _currency,
    "type": _type,
    "date": _day,
    "vendor_id": lambda table, each: compared(table.c.customer_id, each.operator, each.value),  # whose it is
    "total_balance": _total_balance,
    "worker_id": _worker,
    "pay_type": _pay_type,
}
