"""Opening balances: what an account, customer or vendor brings along from before, against Opening Balance Equity."""

from decimal import Decimal
from typing import TypeVar

from msgspec import structs

from counterfoil.books.embedded.accounts import special_account
from counterfoil.books.embedded.purchases import create_purchase
from counterfoil.books.embedded.references import to
from counterfoil.books.embedded.sales import create_sale
from counterfoil.core.dates import today
from counterfoil.core.money import minor
from counterfoil.model.accounts import DEBIT_TYPES, Account
from counterfoil.model.lines import SalesLine
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.postings import Posting
from counterfoil.model.purchases import Bill, PurchaseLine, VendorCredit
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.shape import ListObject
from counterfoil.storage.company import CompanyFile

L = TypeVar("L", bound=ListObject)
Opening = Account | Customer | Vendor


def without_opening_balance(thing: L) -> L:
    """An opening balance is entered once, as a transaction; the object itself does not keep it."""
    if isinstance(thing, Opening) and thing.opening_balance is not None:
        return structs.replace(thing, opening_balance=None, opening_balance_date=None)
    return thing


def enter_opening_balance(file: CompanyFile, made: ListObject, asked: ListObject) -> None:
    """Enter what a new object brings along; nothing, for most."""
    if not isinstance(asked, Opening) or not asked.opening_balance:
        return
    if isinstance(asked, Customer) and isinstance(made, Customer):
        _customer_owes(file, made, asked, asked.opening_balance)
    elif isinstance(asked, Vendor):
        _owed_to_vendor(file, made, asked, asked.opening_balance)
    elif isinstance(asked, Account):
        sign = 1 if asked.account_type in DEBIT_TYPES else -1
        _enter(file, made, asked, Posting(made.id, sign * minor(asked.opening_balance)))


def _customer_owes(file: CompanyFile, made: Customer, asked: Customer, amount: Decimal) -> None:
    """An open invoice, as QuickBooks makes one; a credit memo where the customer is owed."""
    model = Invoice if amount > 0 else CreditMemo
    line = SalesLine(
        description="Opening balance",
        amount=abs(amount),
        override_item_account=to(special_account(file, "opening_balance_equity")),
    )
    day = asked.opening_balance_date or today(file.clock.now())
    create_sale(file, model(customer=to(made), transaction_date=day, ref_number="", tax_mode="none", lines=(line,)))


def _owed_to_vendor(file: CompanyFile, made: ListObject, asked: Vendor, amount: Decimal) -> None:
    """An open bill, as QuickBooks makes one; a vendor credit where the vendor owes."""
    model = Bill if amount > 0 else VendorCredit
    equity = to(special_account(file, "opening_balance_equity"))
    line = PurchaseLine(description="Opening balance", amount=abs(amount), account=equity)
    day = asked.opening_balance_date or today(file.clock.now())
    create_purchase(file, model(vendor=to(made), transaction_date=day, lines=(line,)))


def _enter(file: CompanyFile, made: ListObject, asked: Account, posting: Posting) -> None:
    equity = special_account(file, "opening_balance_equity").id
    day = asked.opening_balance_date or today(file.clock.now())
    file.post(f"O{made.id}", day, (posting, Posting(equity, -posting.amount)))
