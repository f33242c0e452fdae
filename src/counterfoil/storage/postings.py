"""Rows of the ledger: postings, by the transaction or other journal that made them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, delete, func, insert, literal_column, or_, select

from counterfoil.model.postings import Posting
from counterfoil.storage.scope import Scope, day_text
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.books import postings, still_open, transactions

c, t = postings.c, transactions.c
MINE = c.connection_id == value("connection")
OF_JOURNAL = MINE & (c.transaction_id == value("journal"))
POST = Statement(insert(postings))
UNPOST = Statement(delete(postings).where(OF_JOURNAL))
READ = Statement(
    select(c.account_id, c.amount, c.customer_id, c.vendor_id, c.class_id).where(OF_JOURNAL).order_by(c.position)
)
BALANCES = Statement(select(c.account_id, func.sum(c.amount)).where(MINE).group_by(c.account_id))
UNBALANCED = Statement(select(c.transaction_id).where(MINE).group_by(c.transaction_id).having(func.sum(c.amount) != 0))
BY_VENDOR = Statement(
    select(c.vendor_id, func.sum(c.amount)).where(MINE & (c.account_id == value("account"))).group_by(c.vendor_id)
)
DEBITS = ("invoices", "vendor_credits", "bill_payments")
"""What is open of these stands in the ledger as a debit; of credit memos, payments and bills as a credit."""

_signed = case((or_(*(t.resource == name for name in DEBITS)), t.open_home), else_=-t.open_home)
OPEN_BY_ACCOUNT = Statement(
    select(t.account_id, func.sum(_signed))
    .where((t.connection_id == value("connection")) & still_open)
    .group_by(t.account_id)
)
OPENED = Statement(
    select(c.account_id, func.sum(c.amount))
    .where(MINE & (c.transaction_id == literal_column("'O'").concat(c.vendor_id)))
    .group_by(c.account_id)
)
"""Opening balances of vendors, as they were entered until they became bills: a journal `O` and the vendor's id."""

OPEN_OF_CUSTOMER = Statement(
    select(func.sum(_signed)).where(
        (t.connection_id == value("connection")) & (t.customer_id == value("customer")) & still_open
    )
)


class Postings(Scope):
    """The ledger of a company file. Amounts are minor units of the home currency, debits positive."""

    def post(self, journal: str, day: date | None, entries: Sequence[Posting]) -> None:
        """Enter a journal that has no postings yet."""
        connection, text = self.connection_id, day_text(day)
        rows = [
            (connection, journal, place, one.account, one.amount, one.customer, one.vendor, one.class_, text)
            for place, one in enumerate(entries)
        ]
        self.session.run_many(POST, rows)

    def unpost(self, journal: str) -> None:
        self.session.run(UNPOST, connection=self.connection_id, journal=journal)

    def postings_of(self, journal: str) -> list[Posting]:
        rows = self.session.rows(READ, connection=self.connection_id, journal=journal)
        return [Posting(*row) for row in rows]

    def balances(self) -> dict[str, int]:
        """Account id → debits less credits."""
        rows = self.session.rows(BALANCES, connection=self.connection_id)
        return {account: int(amount) for account, amount in rows}

    def unbalanced(self) -> list[str]:
        """Journals whose postings do not sum to nil; there should be none."""
        return [journal for (journal,) in self.session.rows(UNBALANCED, connection=self.connection_id)]

    def vendor_postings(self, account_id: str) -> dict[str | None, int]:
        """Vendor id → debits less credits in one account."""
        rows = self.session.rows(BY_VENDOR, connection=self.connection_id, account=account_id)
        return {vendor: int(amount) for vendor, amount in rows}

    def open_home_by_account(self) -> dict[str, int]:
        """A/R account id → what open invoices are worth, less open credits and payments; of payables, below nil."""
        rows = self.session.rows(OPEN_BY_ACCOUNT, connection=self.connection_id)
        return {account: int(amount) for account, amount in rows if account is not None}

    def vendors_opened(self) -> dict[str, int]:
        """A/P account id → what vendors' opening balances make that are journals, and no bills."""
        return {account: int(amount) for account, amount in self.session.rows(OPENED, connection=self.connection_id)}

    def customer_open(self, customer_ids: Sequence[str]) -> dict[str, int]:
        """Customer id → what they owe, less what they have in credit."""
        result = {}
        for customer in customer_ids:
            row = self.session.row(OPEN_OF_CUSTOMER, connection=self.connection_id, customer=customer)
            result[customer] = int(row[0] or 0) if row is not None else 0
        return result
