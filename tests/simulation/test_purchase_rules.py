"""Bills, vendors' credits and payments to vendors: what each does to the ledger, by hand."""

from decimal import Decimal
from typing import Any

import pytest
from tests.simulation.desk import Desk

from counterfoil.model.command import Create, Delete, LineChange
from counterfoil.model.lines import CreditToApply
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Vendor
from counterfoil.model.postings import Posting
from counterfoil.model.purchases import Bill, PurchaseLine, VendorCredit
from counterfoil.model.query import Filter, Select
from counterfoil.model.receivables import Application
from counterfoil.model.values import Ref


def expense(desk: Desk, amount: str, account: str = "Office Supplies", **fields: Any) -> PurchaseLine:
    return PurchaseLine(account=desk.ref(account), amount=Decimal(amount), **fields)


def bill(desk: Desk, *lines: PurchaseLine, vendor: str = "Nursery", **fields: Any) -> Any:
    return desk.create(Bill(vendor=desk.ref(vendor), lines=lines, **fields))


def pay(desk: Desk, amount: str, *applications: Application, vendor: str = "Nursery", **fields: Any) -> Any:
    given = {"payment_account": desk.ref("Checking"), **fields}
    who, total = desk.ref(vendor), Decimal(amount)
    return desk.create(BillPayment(vendor=who, total_amount=total, applications=applications, **given))


def toward(paid: Any, amount: str, **fields: Any) -> Application:
    return Application(transaction_id=paid.id, payment_amount=Decimal(amount), **fields)


def test_a_bill_charges_its_accounts_and_is_owed_to_its_vendor(desk: Desk) -> None:
    stones = PurchaseLine(item=desk.ref("Stone"), quantity=Decimal(8))  # 8 at 2.37505 are 19.0004
    text = PurchaseLine(description="Delivered on Monday")
    made = bill(desk, expense(desk, "40.10"), stones, text, ref_number="N-77")
    assert made.total_amount == made.balance_remaining == Decimal("59.10")
    assert [line.amount for line in made.lines] == [Decimal("40.10"), Decimal("19.00"), None]
    assert made.lines[1].rate == Decimal("2.37505")
    assert desk.balance("Office Supplies") == 4010
    assert desk.balance("Cost of Goods Sold") == 1900
    assert desk.balance("Accounts Payable") == -5910
    vendor = desk.read(Vendor(id=desk.world.ids["Nursery"]))
    assert vendor.balance == Decimal("59.10")


def test_a_bill_takes_its_terms_from_its_vendor(desk: Desk) -> None:
    made = bill(desk, expense(desk, "1.00"), transaction_date=desk.day("2024-03-01"))
    assert made.due_date == desk.day("2024-03-31")
    assert made.terms.full_name == "Net 30"
    assert desk.update(made, due_date=desk.day("2024-03-05")).due_date == desk.day("2024-03-05")


def test_a_vendor_s_credit_is_a_bill_in_a_mirror(desk: Desk) -> None:
    line = expense(desk, "12.50")
    made = desk.create(VendorCredit(vendor=desk.ref("Nursery"), lines=(line,)))
    assert made.credit_remaining == Decimal("12.50")
    assert desk.balance("Office Supplies") == -1250
    assert desk.balance("Accounts Payable") == 1250


def test_a_check_pays_a_bill_and_what_is_left_is_a_credit(desk: Desk) -> None:
    made = bill(desk, expense(desk, "100.00"))
    payment = pay(desk, "70.00", toward(made, "60.00"))
    after = desk.read(made)
    assert (after.balance_remaining, after.is_paid) == (Decimal("40.00"), False)
    assert payment.unused_payment == Decimal("10.00")
    assert desk.balance("Checking") == -7000
    assert desk.balance("Accounts Payable") == -3000
    again = bill(desk, expense(desk, "10.00"))
    use = CreditToApply(credit_transaction_id=payment.id, applied_amount=Decimal(10))
    pay(desk, "0.00", toward(again, "0.00", apply_credits=(use,)), payment_account=None)
    assert desk.read(again).is_paid
    assert desk.read(payment).unused_payment == Decimal(0)


def test_a_card_owes_what_it_paid(desk: Desk) -> None:
    made = bill(desk, expense(desk, "30.00"))
    pay(desk, "30.00", toward(made, "30.00"), pay_type="credit_card", payment_account=desk.ref("Card"))
    assert desk.balance("Card") == -3000
    assert desk.read(made).linked_transactions[0].transaction_type == "bill_payment_credit_card"


def test_a_discount_that_a_vendor_grants_is_earned(desk: Desk) -> None:
    made = bill(desk, expense(desk, "100.00"))
    wish = toward(made, "98.00", discount_amount=Decimal(2), discount_account=desk.ref("Sales Discounts"))
    pay(desk, "98.00", wish)
    assert desk.balance("Sales Discounts") == -200
    assert desk.balance("Accounts Payable") == 0
    assert desk.read(made).is_paid


def test_a_bill_that_is_paid_at_a_lower_rate_is_a_gain(desk: Desk) -> None:
    """1.20 was owed for each euro, and 1.10 paid: 100 euros save ten dollars."""
    made = bill(desk, expense(desk, "100.00"), vendor="Gaertner", exchange_rate=Decimal("1.2"))
    assert desk.balance("Accounts Payable - EUR") == -12000
    pay(desk, "100.00", toward(made, "100.00"), vendor="Gaertner", exchange_rate=Decimal("1.1"))
    assert desk.balance("Checking") == -11000
    assert desk.balance("Exchange Gain or Loss") == -1000
    assert desk.balance("Accounts Payable - EUR") == 0
    assert desk.read(Vendor(id=desk.world.ids["Gaertner"])).balance == Decimal(0)


def test_a_smaller_total_frees_what_was_paid_too_much(desk: Desk) -> None:
    made = bill(desk, expense(desk, "50.00"), expense(desk, "25.00"))
    payment = pay(desk, "75.00", toward(made, "75.00"))
    kept = LineChange(id=made.lines[0].id, changes={})
    after = desk.update(made, lines=(kept,))
    assert (after.total_amount, after.balance_remaining) == (Decimal("50.00"), Decimal("0.00"))
    assert desk.read(payment).unused_payment == Decimal("25.00")
    assert desk.balance("Office Supplies") == 5000


def test_what_paid_a_voided_bill_may_be_used_again(desk: Desk) -> None:
    made = bill(desk, expense(desk, "20.00"), memo="For March")
    payment = pay(desk, "20.00", toward(made, "20.00"))
    desk.void(made)
    after = desk.read(made)
    assert (after.is_void, after.total_amount, after.memo) == (True, Decimal(0), "VOID: For March")
    assert after.lines[0].amount == Decimal(0)
    assert desk.read(payment).unused_payment == Decimal("20.00")
    assert desk.balance("Office Supplies") == 0
    assert desk.refusal(desk.change(made, memo="Again")) == ["voided"]


def test_a_voided_payment_leaves_its_bill_unpaid_with_its_discount(desk: Desk) -> None:
    made = bill(desk, expense(desk, "100.00"))
    wish = toward(made, "98.00", discount_amount=Decimal(2), discount_account=desk.ref("Sales Discounts"))
    payment = pay(desk, "98.00", wish)
    desk.void(payment)
    assert desk.read(made).balance_remaining == Decimal("100.00")
    after = desk.read(payment)
    assert (after.total_amount, after.unused_payment, after.applications) == (Decimal(0), Decimal(0), ())
    assert desk.balance("Checking") == desk.balance("Sales Discounts") == 0


def test_a_voided_payment_of_a_customer_leaves_the_invoice_unpaid(desk: Desk) -> None:
    invoice = desk.owed("40.00")
    payment = desk.payment("40.00", applications=(toward(invoice, "40.00"),))
    desk.void(payment)
    assert desk.read(invoice).balance_remaining == Decimal("40.00")
    assert desk.read(payment).total_amount == Decimal(0)
    assert desk.balance("Undeposited Funds") == 0
    assert desk.refusal(desk.change(payment, memo="Again")) == ["voided"]


def test_a_deleted_bill_leaves_a_note_of_itself(desk: Desk) -> None:
    made = bill(desk, expense(desk, "20.00"), ref_number="N-9")
    desk.delete(made)
    assert desk.balance("Accounts Payable") == 0
    assert desk.refusal(Delete(resource="bills", id=made.id)) == ["object_missing"]


def test_bills_are_found_by_number_vendor_day_and_whether_they_are_paid(desk: Desk) -> None:
    early = bill(desk, expense(desk, "5.00"), ref_number="A", transaction_date=desk.day("2024-01-05"))
    late = bill(desk, expense(desk, "5.00"), ref_number="B", transaction_date=desk.day("2024-02-05"), vendor="Quarry")
    pay(desk, "5.00", toward(early, "5.00"))

    def found(field: str, operator: Any, value: object) -> list[str]:
        asked = Select(resource="bills", filters=(Filter(field, operator, value),))
        page = desk.look(lambda file: desk.books.select(file, asked))
        return [thing.id for thing in page.items]

    assert found("ref_number", "=", "B") == [late.id]
    assert found("vendor_id", "=", desk.world.ids["Nursery"]) == [early.id]
    assert found("date", ">=", "2024-02-01") == [late.id]
    assert found("paid", "=", True) == [early.id]


def test_a_bill_s_line_is_of_an_item_or_of_an_account(desk: Desk) -> None:
    both = expense(desk, "5.00", item=desk.ref("Stone"))
    draft = Bill(vendor=desk.ref("Nursery"), lines=(both,))
    assert desk.refusal(Create(resource="bills", draft=draft)) == ["exclusive"]


@pytest.mark.parametrize("account", ["Accounts Receivable", "Accounts Payable", "Sales Tax Payable"])
def test_a_bill_never_charges_an_account_that_the_books_keep(desk: Desk, account: str) -> None:
    line = PurchaseLine(account=Ref(id=desk.account(account).id), amount=Decimal(1))
    draft = Bill(vendor=desk.ref("Nursery"), lines=(line,))
    assert desk.refusal(Create(resource="bills", draft=draft)) == ["reference_wrong"]


def test_invoices_and_bills_do_not_pay_one_another(desk: Desk) -> None:
    invoice, made = desk.owed("10.00"), bill(desk, expense(desk, "10.00"))
    draft = BillPayment(
        vendor=desk.ref("Nursery"),
        total_amount=Decimal(10),
        payment_account=desk.ref("Checking"),
        applications=(toward(invoice, "10.00"),),
    )
    assert desk.refusal(Create(resource="bill_payments", draft=draft)) == ["reference_wrong"]
    customer = desk.change(invoice, link_to_transactions=(made.id,))
    assert desk.refusal(customer) == ["not_linkable"]


def test_a_vendor_with_a_bill_cannot_be_deleted_and_a_new_name_reaches_the_bill(desk: Desk) -> None:
    made = bill(desk, expense(desk, "1.00"))
    vendor = desk.read(Vendor(id=desk.world.ids["Nursery"]))
    assert desk.refusal(desk.deletion(vendor)) == ["in_use"]
    desk.update(vendor, name="Tree nursery")
    assert desk.read(made).vendor.full_name == "Tree nursery"


def test_an_opening_balance_of_a_vendor_is_an_open_bill(desk: Desk) -> None:
    vendor = desk.create(Vendor(name="Old", opening_balance=Decimal("80.00")))
    page = desk.look(lambda file: desk.books.select(file, Select(resource="bills")))
    found: list[Any] = list(page.items)
    assert [(each.vendor.id, each.balance_remaining) for each in found] == [(vendor.id, Decimal("80.00"))]
    assert desk.balance("Opening Balance Equity") == 8000


def test_an_opening_balance_of_an_older_company_file_is_sound(desk: Desk) -> None:
    """It is a journal of the vendor's there, and no bill; nothing else may stand in payables without one."""
    vendor, payable, equity = (
        desk.world.ids["Nursery"],
        desk.account("Accounts Payable").id,
        desk.account("Opening Balance Equity").id,
    )
    journal = (Posting(payable, -2500, None, vendor), Posting(equity, 2500))
    desk.write(lambda file: file.post(f"O{vendor}", desk.day("2024-01-01"), journal))
    assert desk.faults() == []
    desk.write(lambda file: file.post("stray", desk.day("2024-01-01"), journal))
    assert any("payables" in fault for fault in desk.faults())
    desk.write(lambda file: file.unpost("stray"))
