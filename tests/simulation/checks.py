"""What must hold after every step, asked of the database itself and of the shadow."""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import func, select
from tests.simulation.lines import cents
from tests.simulation.shadow import Paper, Shadow, nearest, sums
from tests.support.stores import remembered_by

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import Clock
from counterfoil.model.lines import SalesLineGroup
from counterfoil.model.purchases import Bill, Purchase
from counterfoil.model.query import Read
from counterfoil.model.sales import CreditMemo, Invoice, Sale
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.schema import metadata
from counterfoil.storage.tables.books import applications, objects, postings, transactions

_json = msgspec.json.Encoder()
OF_COMPANIES = tuple(
    table for name, table in sorted(metadata.tables.items()) if "connection_id" in table.columns and name != "lanes"
)
ASKERS = frozenset({"keys", "auth_sessions"})
"""Tables that tell who asks, and nothing of any company's books."""

REQUESTS = frozenset({"requests"})


def digest(session: Session, connection: str, leave_out: Collection[str] = ()) -> str:
    """All that is stored of one company, and how many rows there are of all of them, in one number."""
    running = hashlib.sha256()
    for table in OF_COMPANIES:
        if table.name not in ASKERS and table.name not in leave_out:
            mine = select(table).where(table.c.connection_id == connection)
            for row in session.select(mine.order_by(*table.primary_key.columns)):
                running.update(repr(row).encode())
            running.update(repr(session.select(select(func.count()).select_from(table))).encode())
    return running.hexdigest()


def told(thing: Any) -> bytes:
    """A result as bytes, to compare it and to put it into the trace."""
    return _json.encode(thing)


class Auditor:
    """Looks at one company from every side. Each question gives sentences; there should be none."""

    def __init__(self, store: Store, books: EmbeddedBooks, clock: Clock, connection: str) -> None:
        self.store, self.books, self.clock, self.connection = store, books, clock, connection

    async def faults(self, shadow: Shadow) -> list[str]:
        def look(session: Session) -> list[str]:
            file = CompanyFile(session, self.connection, self.clock)
            return [
                *self.books.violations(file),
                *self._strays(session),
                *self._amounts(session, shadow),
                *self._uses(session, shadow),
                *self._money(file, shadow),
                *self._forgotten(session, file),
            ]

        return await self.store.read(look)

    def _strays(self, session: Session) -> Iterable[str]:
        """Postings to accounts that are not in the chart, and applications of what is not there."""
        o, p, t, a = objects.c, postings.c, transactions.c, applications.c
        accounts = {
            row[0]
            for row in session.select(select(o.id).where(o.connection_id == self.connection, o.list == "accounts"))
        }
        documents = {row[0] for row in session.select(select(t.id).where(t.connection_id == self.connection))}
        for account, journal in session.select(
            select(p.account_id, p.transaction_id).where(p.connection_id == self.connection)
        ):
            if account not in accounts:
                yield f"{journal} posts to {account!r}, which is no account"
        uses = session.select(select(a.source_id, a.target_id).where(a.connection_id == self.connection))
        for source, target in uses:
            if not {source, target} <= documents:
                yield f"{source} is applied to {target}, and one of them is gone"

    def _amounts(self, session: Session, shadow: Shadow) -> Iterable[str]:
        """Totals and open amounts are those of the shadow, and what is used up is worth nothing more."""
        t = transactions.c
        rows = session.select(
            select(t.id, t.total, t.open, t.open_home).where(t.connection_id == self.connection).order_by(t.number)
        )
        if {row[0] for row in rows} != set(shadow.papers):
            yield f"the books hold {[row[0] for row in rows]}, expected {list(shadow.papers)}"
            return
        for identifier, total, left, home in rows:
            paper = shadow.papers[identifier]
            if (total, left) != (paper.total, paper.open):
                yield f"{paper.kind} {identifier}: total {total}, open {left}; expected {paper.total}, {paper.open}"
            if not 0 <= left <= total:
                yield f"{identifier} has {left} open of {total}"
            if left == 0 and home != 0:
                yield f"{identifier} is used up, and {home} of it is worth something still"
            if paper.used == 0 and home != nearest(paper.rate * total):
                yield f"{identifier} is worth {home} at home, expected {nearest(paper.rate * total)}"

    def _uses(self, session: Session, shadow: Shadow) -> Iterable[str]:
        a = applications.c
        rows = session.select(
            select(a.source_id, a.target_id, a.amount, a.discount)
            .where(a.connection_id == self.connection)
            .order_by(a.serial)
        )
        expected = [(use.source, use.target, use.amount, use.discount) for use in shadow.uses]
        if [tuple(row) for row in rows] != expected:
            yield f"applications are {rows}, expected {expected}"
        if any(amount < 0 or discount < 0 for _, _, amount, discount in rows):
            yield f"an application is negative: {rows}"

    def _money(self, file: CompanyFile, shadow: Shadow) -> Iterable[str]:
        """The money in hand less what the card owes, and the sales tax, each added up from the documents alone."""
        balances, papers = file.balances(), shadow.papers.values()
        for what, accounts, expected in (
            ("money", ("Undeposited Funds", "Checking", "Card"), sum(_moved(paper) for paper in papers)),
            ("sales tax", ("Sales Tax Payable",), -sum(_taxed(paper) for paper in papers)),
        ):
            known = [file.find_by_name("accounts", name) for name in accounts]
            found = sum(balances.get(account.id, 0) for account in known if account is not None)
            if found != expected:
                yield f"the accounts of {what} hold {found}, the documents make {expected}"

    def _forgotten(self, session: Session, file: CompanyFile) -> Iterable[str]:
        """What the writer remembers of the lists is what the database holds."""
        remembered = list(remembered_by(self.store, self.connection).items())
        session.forget(None)  # a reader that has forgotten anything takes nothing from the writer's memory
        for key, known in remembered:
            if not isinstance(key, tuple) or key[0] != self.connection or not isinstance(known, Resource):
                continue
            identifier = known.id or key[2]  # the company and its preferences have no id of their own
            if file.find(key[1], identifier) != known:
                yield f"the writer remembers another {key[1]} {identifier} than there is"

    async def document(self, shadow: Shadow, paper: Paper) -> list[str]:
        """One document as a caller reads it, against the shadow's sums."""
        thing = await self.store.read(
            lambda session: self.books.read(
                CompanyFile(session, self.connection, self.clock), Read(resource=paper.kind, id=paper.id)
            )
        )
        if isinstance(thing, Purchase):
            return _purchase(thing, paper)
        if not isinstance(thing, Sale):
            return []
        found: dict[str, Any] = {
            "subtotal": thing.subtotal,
            "tax": thing.sales_tax_total,
            "total": thing.total_amount,
            "revision": thing.revision,
            "lines": amounts(thing),
            "components": sum((one.amount or cents(0) for one in thing.tax_components), cents(0)),
        }
        expected: dict[str, Any] = {
            "subtotal": cents(paper.subtotal),
            "tax": cents(paper.tax),
            "total": cents(paper.subtotal + paper.tax),
            "revision": paper.revision,
            "lines": expected_amounts(paper),
            "components": cents(paper.tax),
        }
        if isinstance(thing, Invoice):
            found |= {"balance": thing.balance_remaining, "applied": thing.applied_amount, "paid": thing.is_paid}
            paid = paper.open == 0 and not paper.pending
            expected |= {"balance": cents(paper.open), "applied": cents(paper.used), "paid": paid}
        elif isinstance(thing, CreditMemo):
            found["left"], expected["left"] = thing.credit_remaining, cents(paper.open)
        return [
            f"{paper.kind} {paper.id}: {name} is {found[name]}, expected {expected[name]}"
            for name in expected
            if found[name] != expected[name]
        ]


def _moved(paper: Paper) -> int:
    """What a document brings into, or takes out of, the accounts that hold money: cents at home."""
    sign = {"receive_payments": 1, "sales_receipts": 1, "refund_receipts": -1, "bill_payments": -1}.get(paper.kind, 0)
    if paper.pending or paper.void:
        return 0
    total = paper.total if paper.kind in ("receive_payments", "bill_payments") else paper.subtotal + paper.tax
    return sign * nearest(paper.rate * total)


def _taxed(paper: Paper) -> int:
    """The sales tax that a document owes, or takes back: cents at home."""
    sign = {"invoices": 1, "sales_receipts": 1, "credit_memos": -1, "refund_receipts": -1}.get(paper.kind, 0)
    return 0 if paper.pending or paper.void else sign * nearest(paper.rate * paper.tax)


def _purchase(thing: Purchase, paper: Paper) -> list[str]:
    """A bill or a vendor's credit as a caller reads it, against the shadow's sums."""
    left = thing.balance_remaining if isinstance(thing, Bill) else getattr(thing, "credit_remaining", None)
    found = (thing.total_amount, thing.revision, [line.amount for line in thing.lines], left)
    total = cents(0) if paper.void else cents(paper.subtotal)
    expected = (total, paper.revision, expected_amounts(paper), cents(paper.open))
    return [] if found == expected else [f"{paper.kind} {paper.id} is {found}, expected {expected}"]


def amounts(sale: Sale) -> list[Any]:
    lines = []
    for line in sale.lines:
        lines += [member.amount for member in line.lines] if isinstance(line, SalesLineGroup) else [line.amount]
    return lines


def expected_amounts(paper: Paper) -> list[Any]:
    found = sums(paper.entries).amounts
    if paper.void:
        return [None if amount is None else cents(0) for amount in found]
    return [None if amount is None else cents(amount) for amount in found]
