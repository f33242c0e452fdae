"""Rows of transactions: sales, purchases, payments and the rest; and how they are applied to one another."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import structs
from sqlalchemy import delete, insert, select, update

from counterfoil.model.postings import Applied, Entry, Posting
from counterfoil.storage.lists import BURY
from counterfoil.storage.postings import Postings
from counterfoil.storage.scope import Scope, day_text, decoded, encoded
from counterfoil.storage.sequences import Sequences
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.books import applications, still_open, transactions

c, a = transactions.c, applications.c
MINE = c.connection_id == value("connection")
THIS = MINE & (c.id == value("identifier"))
ENTRY_COLUMNS = (c.resource, c.total, c.open, c.open_home, c.updated_at, c.body)
READ = Statement(select(*ENTRY_COLUMNS).where(THIS))
ALL = Statement(
    select(*ENTRY_COLUMNS, c.number)
    .where(MINE & (c.resource == value("resource")) & (c.number > value("after")))
    .order_by(c.number)
    .limit(value("most"))
)
AT_ONCE = 200
"""Transactions that are held in memory at a time, where all of them are read."""
_open = select(c.date, c.number, *ENTRY_COLUMNS).where(
    MINE & (c.customer_id == value("customer")) & still_open & (c.resource == value("resource"))
)
OPEN = Statement(_open)
OPEN_IN_ACCOUNT = Statement(_open.where(c.account_id == value("account")))
EXTERNAL = Statement(
    select(c.id).where(MINE & (c.resource == value("resource")) & (c.external_id == value("external_id")))
)
ADD = Statement(insert(transactions))
CHANGED = (
    "date",
    "customer_id",
    "account_id",
    "currency_id",
    "ref_number",
    "external_id",
    "total",
    "open",
    "open_home",
    "is_pending",
    "is_void",
    "updated_at",
    "body",
)
REPLACE = Statement(update(transactions).where(THIS).values({name: value(f"new_{name}") for name in CHANGED}))
SET_OPEN = Statement(
    update(transactions)
    .where(THIS)
    .values(open=value("new_open"), open_home=value("new_open_home"), updated_at=value("new_updated_at"))
)
REMOVE = Statement(delete(transactions).where(THIS))

APPLIED_COLUMNS = (
    a.source_id,
    a.target_id,
    a.amount,
    a.source_home,
    a.target_home,
    a.date,
    a.discount,
    a.discount_home,
    a.discount_account,
    a.discount_class,
    a.via_id,
    a.serial,
)
APPLIED_MINE = a.connection_id == value("connection")
APPLY = Statement(insert(applications))
UNAPPLY = Statement(delete(applications).where(APPLIED_MINE & (a.serial == value("serial"))))
LESSEN = Statement(
    update(applications)
    .where(APPLIED_MINE & (a.serial == value("this")))
    .values(
        {name: value(f"new_{name}") for name in ("amount", "source_home", "target_home", "discount", "discount_home")}
    )
)
BY_SOURCE = Statement(
    select(*APPLIED_COLUMNS).where(APPLIED_MINE & (a.source_id == value("identifier"))).order_by(a.serial)
)
BY_TARGET = Statement(
    select(*APPLIED_COLUMNS).where(APPLIED_MINE & (a.target_id == value("identifier"))).order_by(a.serial)
)
EVERY_APPLICATION = Statement(select(*APPLIED_COLUMNS).where(APPLIED_MINE).order_by(a.serial))


class Transactions(Postings, Sequences, Scope):
    """The transactions of a company file."""

    def entry(self, id: str, resource: str | None = None) -> Entry | None:
        """The transaction with this id, if there is one (of this resource)."""
        row = self.session.row(READ, connection=self.connection_id, identifier=id)
        if row is None or (resource is not None and row[0] != resource):
            return None
        return entry_of(row)

    def by_external_id(self, resource: str, external_id: str) -> str | None:
        """The id of the transaction to which a caller gave this id of their own."""
        row = self.session.row(EXTERNAL, connection=self.connection_id, resource=resource, external_id=external_id)
        return row[0] if row is not None else None

    def entries(self, resource: str) -> Iterator[Entry]:
        """All transactions of a resource in the order of their making."""
        after = 0
        while rows := self.session.rows(
            ALL, connection=self.connection_id, resource=resource, after=after, most=AT_ONCE
        ):
            yield from (entry_of(row[:-1]) for row in rows)
            after = rows[-1][-1]

    def entries_open(self, customer_ids: Sequence[str], resource: str, account_id: str | None) -> list[Entry]:
        """What customers have open in one A/R account, or in any where that is None; the oldest first."""
        asked: dict[str, Any] = {"connection": self.connection_id, "resource": resource}
        if account_id is not None:
            asked["account"] = account_id
        statement = OPEN if account_id is None else OPEN_IN_ACCOUNT
        rows = [row for customer in customer_ids for row in self.session.rows(statement, customer=customer, **asked)]
        return [entry_of(row[2:]) for row in sorted(rows, key=lambda row: (row[0], row[1]))]

    def add_entry(self, entry: Entry, postings: Sequence[Posting]) -> None:
        thing, columns = entry.thing, columns_of(entry)
        self.session.run(
            ADD,
            connection_id=self.connection_id,
            id=thing.id,
            resource=entry.resource,
            number=thing.number,
            created_at=thing.created_at,
            **columns,
        )
        self.post(thing.id, thing_day(thing), postings)

    def replace_entry(self, entry: Entry, postings: Sequence[Posting] | None) -> None:
        """Store a transaction again; None leaves its postings as they are."""
        columns = {f"new_{name}": new for name, new in columns_of(entry).items()}
        self.session.run(REPLACE, connection=self.connection_id, identifier=entry.thing.id, **columns)
        if postings is not None:
            self.unpost(entry.thing.id)
            self.post(entry.thing.id, thing_day(entry.thing), postings)

    def set_open(self, id: str, open: int, open_home: int, updated_at: int) -> None:
        """What is left of a transaction, after some of it was applied or freed."""
        self.session.run(
            SET_OPEN,
            connection=self.connection_id,
            identifier=id,
            new_open=open,
            new_open_home=open_home,
            new_updated_at=updated_at,
        )

    def remove_entry(self, entry: Entry, deleted_at: int) -> None:
        """Take a transaction and its postings away; a note of it stays."""
        identifier = entry.thing.id
        self.session.run(REMOVE, connection=self.connection_id, identifier=identifier)
        self.unpost(identifier)
        self.session.run(
            BURY,
            connection_id=self.connection_id,
            resource=entry.resource,
            id=identifier,
            label=getattr(entry.thing, "ref_number", None) or None,
            created_at=entry.thing.created_at,
            deleted_at=deleted_at,
        )

    def apply(self, applied: Applied) -> int:
        """Record an application and give it its serial number."""
        serial = self.take("applications")
        self.session.run(
            APPLY,
            connection_id=self.connection_id,
            serial=serial,
            source_id=applied.source,
            target_id=applied.target,
            via_id=applied.via,
            amount=applied.amount,
            source_home=applied.source_home,
            target_home=applied.target_home,
            discount=applied.discount,
            discount_home=applied.discount_home,
            discount_account=applied.discount_account,
            discount_class=applied.discount_class,
            date=day_text(applied.date),
        )
        return serial

    def unapply(self, serial: int) -> None:
        self.session.run(UNAPPLY, connection=self.connection_id, serial=serial)

    def reduce_application(self, applied: Applied) -> None:
        self.session.run(
            LESSEN,
            connection=self.connection_id,
            this=applied.serial,
            new_amount=applied.amount,
            new_source_home=applied.source_home,
            new_target_home=applied.target_home,
            new_discount=applied.discount,
            new_discount_home=applied.discount_home,
        )

    def applied_by(self, source_id: str) -> list[Applied]:
        """What a payment or credit was used for, in order."""
        rows = self.session.rows(BY_SOURCE, connection=self.connection_id, identifier=source_id)
        return [applied_of(row) for row in rows]

    def applied_to(self, target_id: str) -> list[Applied]:
        """What was used to pay an invoice or a bill, in order."""
        rows = self.session.rows(BY_TARGET, connection=self.connection_id, identifier=target_id)
        return [applied_of(row) for row in rows]

    def applications(self) -> list[Applied]:
        """Every application of the company."""
        return [applied_of(row) for row in self.session.rows(EVERY_APPLICATION, connection=self.connection_id)]

    def applications_of(self, ids: Sequence[str]) -> list[Applied]:
        """The applications that have one of these transactions at either end, each once."""
        found = {one.serial: one for id in ids for one in (*self.applied_by(id), *self.applied_to(id))}
        return [found[serial] for serial in sorted(found)]


def entry_of(row: tuple[Any, ...]) -> Entry:
    resource, total, open_amount, open_home, updated_at, body = row
    thing = decoded(resource, body)
    if thing.updated_at != updated_at:
        thing = structs.replace(thing, updated_at=updated_at)
    return Entry(thing=thing, resource=resource, total=total, open=open_amount, open_home=open_home)


def applied_of(row: tuple[Any, ...]) -> Applied:
    return Applied(
        source=row[0],
        target=row[1],
        amount=row[2],
        source_home=row[3],
        target_home=row[4],
        date=date.fromisoformat(row[5]) if row[5] else date.min,
        discount=row[6],
        discount_home=row[7],
        discount_account=row[8],
        discount_class=row[9],
        via=row[10],
        serial=row[11],
    )


def columns_of(entry: Entry) -> dict[str, Any]:
    """The columns by which transactions are found and summed, taken from the document. Not every kind has them all."""
    thing: Any = entry.thing
    return {
        "date": day_text(thing_day(thing)),
        "customer_id": _id_of(thing, "customer", "vendor"),
        "account_id": _id_of(thing, "receivables_account", "payables_account"),
        "currency_id": _id_of(thing, "currency"),
        "ref_number": getattr(thing, "ref_number", None),
        "external_id": thing.external_id,
        "total": entry.total,
        "open": entry.open,
        "open_home": entry.open_home,
        "is_pending": getattr(thing, "is_pending", False),
        "is_void": thing.is_void,
        "updated_at": thing.updated_at,
        "body": encoded(thing),
    }


def _id_of(thing: Any, *names: str) -> str | None:
    """The id that the first of these references holds; documents have one of them, or none."""
    refs = (getattr(thing, name, None) for name in names)
    return next((ref.id for ref in refs if ref is not None), None)


def thing_day(thing: Any) -> date | None:
    day: date | None = getattr(thing, "transaction_date", None)
    return day
