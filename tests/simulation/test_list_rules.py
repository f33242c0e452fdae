"""Lists under the ledger: what is in use stays, and opening balances keep the books balanced."""

from decimal import Decimal

import pytest
from tests.simulation.desk import Desk

from counterfoil.model.accounts import Account
from counterfoil.model.command import Create, Delete
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.receivables import Application
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref


@pytest.mark.parametrize("name", ["Sales Tax Payable", "Accounts Receivable", "Sales", "Undeposited Funds"])
def test_an_account_with_postings_cannot_be_deleted(desk: Desk, name: str) -> None:
    desk.invoice(desk.line("Paver", quantity="1"))
    desk.payment("1.00")
    account = desk.account(name)
    assert desk.refusal(Delete(resource="accounts", id=account.id)) == ["in_use"]
    assert desk.faults() == []


def test_an_account_that_only_a_discount_used_cannot_be_deleted(desk: Desk) -> None:
    invoice = desk.owed("100.00")
    wish = Application(
        transaction_id=invoice.id,
        payment_amount=Decimal(98),
        discount_amount=Decimal(2),
        discount_account=desk.ref("Discounts given"),
    )
    desk.payment("98.00", applications=(wish,))
    assert desk.refusal(Delete(resource="accounts", id=desk.ref("Discounts given").id or "")) == ["in_use"]


def test_an_account_that_an_item_has_left_cannot_be_deleted_while_it_has_postings(desk: Desk) -> None:
    books = desk.create(Account(name="Old income", account_type="income"))
    item = desk.service("Old work", Ref(id=books.id))
    desk.invoice(desk.line_of(item, "10.00"))
    desk.move_income(item, desk.ref("Services"))
    assert desk.refusal(Delete(resource="accounts", id=books.id)) == ["in_use"]


@pytest.mark.parametrize("amount", ["100.00", "-100.00"])
@pytest.mark.parametrize("kind", ["customer", "vendor", "bank", "income"])
def test_opening_balances_balance(desk: Desk, kind: str, amount: str) -> None:
    made: ListObject = {
        "customer": Customer(name="New", opening_balance=Decimal(amount)),
        "vendor": Vendor(name="New", opening_balance=Decimal(amount)),
        "bank": Account(name="New", account_type="bank", opening_balance=Decimal(amount)),
        "income": Account(name="New", account_type="income", opening_balance=Decimal(amount)),
    }[kind]
    told = desk.read(desk.create(made))
    assert told.balance == Decimal(amount)
    assert desk.faults() == []


def test_a_receivables_account_has_no_opening_balance_of_its_own(desk: Desk) -> None:
    """What customers owe is brought along by the customers; an account cannot owe by itself."""
    draft = Account(name="More receivables", account_type="accounts_receivable", opening_balance=Decimal(100))
    desk.refusal(Create(resource="accounts", draft=draft))
    assert desk.faults() == []


def test_a_renamed_special_account_is_still_the_one_that_is_posted_to(desk: Desk) -> None:
    desk.invoice(desk.line("Paver", quantity="1"))
    payable = desk.account("Sales Tax Payable")
    desk.update(payable, name="Taxes owed")
    desk.create(Account(name="Sales Tax Payable", account_type="expense"))
    desk.invoice(desk.line("Paver", quantity="1"))
    assert desk.faults() == []


def test_a_name_that_is_taken_does_not_stop_the_first_foreign_invoice(desk: Desk) -> None:
    """The receivables account of a currency is made on first use, whatever is called like it already."""
    desk.create(Account(name="Accounts Receivable - Euro", account_type="income"))
    assert desk.owed("10.00", "Emil").balance_remaining == Decimal("10.00")
