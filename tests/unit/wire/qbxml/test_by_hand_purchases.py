"""Bills, vendor credits and payments to vendors against documents written by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from tests.unit.wire.qbxml.by_hand import TXN, asks, changed, document, named, tells

from counterfoil.model.addresses import Address
from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.lines import CreditToApply, LinkedTransaction
from counterfoil.model.payables import BillPayment
from counterfoil.model.purchases import Bill, PurchaseLine, VendorCredit
from counterfoil.model.query import Filter, Select
from counterfoil.model.receivables import Application
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.outcomes import items_of, read_responses
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.write import needs_current, request_node, with_kept_lines

D = Decimal
JAN_25, JAN_27, JAN_28 = date(2026, 1, 25), date(2026, 1, 27), date(2026, 1, 28)
GUID = "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"
NURSERY, PAYABLES = Ref("80000050-1", "Nursery"), Ref("80000052-1", "Accounts Payable")
RENT = PurchaseLine(
    account=named("Rent"),
    amount=D(40),
    description="The yard",
    customer=named("Kowalski:Barn"),
    class_=named("North"),
    billable_status="billable",
)
HINGES = PurchaseLine(
    item=named("Hardware:Hinge"),
    description="Hinges",
    quantity=D(12),
    rate=D("2.125"),
    amount=D("25.50"),
    customer=named("Kowalski"),
    class_=named("South"),
    billable_status="billed",
)
BILL_ADD = Bill(
    vendor=named("Nursery"),
    vendor_address=Address(line1="Nursery Inc", city="Salem"),
    payables_account=named("Accounts Payable"),
    transaction_date=JAN_25,
    due_date=date(2026, 2, 24),
    ref_number="N-1045",
    terms=named("Net 30"),
    memo="January",
    exchange_rate=D("1.25"),
    external_id=GUID,
    lines=(RENT, PurchaseLine(account=named("Repairs"), amount=D(5)), HINGES),
)
APPLIED = (
    Application(
        transaction_id="1A4F-1769331001",
        payment_amount=D(50),
        apply_credits=(CreditToApply(credit_transaction_id="19C2-1769330500", applied_amount=D(7)),),
        discount_amount=D("1.5"),
        discount_account=named("Discounts"),
        discount_class=named("North"),
    ),
    Application(transaction_id="1A60-1769331800", payment_amount=D("0.01")),
)
CHECK_ADD = BillPayment(
    vendor=named("Nursery"),
    payables_account=named("Accounts Payable"),
    transaction_date=JAN_27,
    payment_account=named("Checking"),
    ref_number="1007",
    total_amount=D("50.01"),
    memo="By post",
    exchange_rate=D("1.25"),
    applications=APPLIED,
)
CARD_ADD = BillPayment(
    vendor=named("Nursery"),
    pay_type="credit_card",
    payment_account=named("Visa"),
    ref_number="1007",
    total_amount=D("50.01"),
    applications=APPLIED,
)
REPAIRS = LineChange(id="-1", changes={"account": named("Repairs"), "amount": D(3)})

WRITES: dict[str, Any] = {
    "BillAdd": Create(resource="bills", draft=BILL_ADD),
    "VendorCreditAdd": Create(
        resource="vendor_credits",
        draft=VendorCredit(
            vendor=named("Nursery"),
            payables_account=named("Accounts Payable"),
            transaction_date=JAN_28,
            ref_number="N-9",
            memo="Taken back",
            lines=(HINGES,),
        ),
    ),
    "VendorCreditMod": changed("vendor_credits", vendor=named("Quarry"), lines=(REPAIRS,)),
    "BillPaymentCheckAdd": Create(resource="bill_payments", draft=CHECK_ADD),
    "BillPaymentCreditCardAdd": Create(resource="bill_payments", draft=CARD_ADD),
    "BillPaymentCheckMod": changed(
        "bill_payments",
        total_amount=D(60),
        is_queued_for_print=True,
        memo=None,
        applications=(Application(transaction_id="1A4F-1769331001", payment_amount=D(60)),),
    ),
}
OF_NURSERY = Filter("vendor_id", "in", ("80000050-1",))
QUERIES = {
    "BillQuery": (
        Select(resource="bills", filters=(OF_NURSERY, Filter("paid", "=", False)), with_links=True),
        View(links=True),
    ),
    "VendorCreditQuery": (Select(resource="vendor_credits", ids=("1A4F-1769331723",)), View()),
    "BillPaymentCheckQuery": (
        Select(resource="bill_payments", filters=(Filter("pay_type", "=", "check"), OF_NURSERY), limit=5),
        View(),
    ),
    "BillPaymentCreditCardQuery": (
        Select(resource="bill_payments", ref_numbers=("1007",), filters=(Filter("pay_type", "=", "credit_card"),)),
        View(),
    ),
}

LINES = (
    PurchaseLine(
        id="1A50-1769331723",
        account=Ref("80000051-1", "Rent"),
        amount=D(40),
        description="The yard",
        customer=Ref("80000001-1234567890", "Kowalski:Barn"),
        billable_status="billable",
    ),
    PurchaseLine(
        id="1A52-1769331723",
        item=Ref("80000022-1", "Hardware:Hinge"),
        description="Hinges",
        quantity=D(12),
        rate=D("2.125"),
        amount=D("25.50"),
        billable_status="not_billable",
    ),
)
BILL = Bill(
    **TXN,
    number=1734,
    vendor=NURSERY,
    vendor_address=Address(line1="Nursery Inc"),
    payables_account=PAYABLES,
    transaction_date=JAN_25,
    due_date=date(2026, 2, 24),
    total_amount=D("65.50"),
    balance_remaining=D("45.50"),
    ref_number="N-1045",
    terms=Ref("80000005-1", "Net 30"),
    memo="January",
    is_paid=False,
    linked_transactions=(
        LinkedTransaction(
            id="1B00-1769331900",
            transaction_type="bill_payment_check",
            transaction_date=JAN_27,
            ref_number="1007",
            link_type="amount",
            amount=D(20),
        ),
    ),
    lines=LINES,
)
CREDIT = VendorCredit(
    **TXN,
    number=1735,
    vendor=NURSERY,
    payables_account=PAYABLES,
    transaction_date=JAN_28,
    total_amount=D("65.50"),
    credit_remaining=D(60),
    ref_number="N-9",
    memo="Taken back",
    lines=LINES,
)
CHECK = BillPayment(
    **TXN,
    number=1736,
    vendor=NURSERY,
    payables_account=PAYABLES,
    transaction_date=JAN_27,
    payment_account=Ref("80000033-1", "Checking"),
    total_amount=D("50.01"),
    ref_number="1007",
    memo="By post",
    applications=(
        Application(
            transaction_id="1A4F-1769331001",
            transaction_type="bill",
            transaction_date=JAN_25,
            ref_number="N-1045",
            balance_remaining=D(7),
            payment_amount=D(50),
            discount_amount=D("1.50"),
            discount_account=Ref("80000019-1", "Discounts"),
        ),
    ),
)
CARD = structs.replace(CHECK, pay_type="credit_card", payment_account=Ref("80000034-1", "Visa"))
ANSWERS: dict[str, Any] = {
    **dict.fromkeys(("BillAdd", "BillMod", "BillQuery"), BILL),
    **dict.fromkeys(("VendorCreditAdd", "VendorCreditMod", "VendorCreditQuery"), CREDIT),
    **dict.fromkeys(("BillPaymentCheckAdd", "BillPaymentCheckMod", "BillPaymentCheckQuery"), CHECK),
    **dict.fromkeys(("BillPaymentCreditCardAdd", "BillPaymentCreditCardQuery"), CARD),
}


@pytest.mark.parametrize("name", sorted(set(WRITES) - {"VendorCreditMod"}))
def test_writing(name: str) -> None:
    asks(name, WRITES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_asking(name: str) -> None:
    asked, view = QUERIES[name]
    asks(name, asked, view=view)


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str) -> None:
    tells(name, ANSWERS[name])


def the_one(name: str) -> Any:
    (request,) = read_requests(document(f"{name}.rq")).requests
    assert request.problems == ()
    return request.asked


def body(update: Update) -> Any:
    return request_node(update, request_id="1")


def named_by_hand(name: str) -> Any:
    return document(f"{name}.rq").root.children[0].children[0]


def test_a_change_of_lines_of_both_kinds_keeps_none_that_it_does_not_name() -> None:
    """Items are told from expenses by who knows the bill: QuickBooks has an element for each."""
    asked = the_one("BillMod")
    changes = (
        LineChange(id="1A50-1769331723", changes={"amount": D(41)}),
        REPAIRS,
        LineChange(id="1A52-1769331723", changes={"quantity": D(10)}),
    )
    assert asked == changed("bills", due_date=date(2026, 3, 1), memo=None, lines=changes)
    assert needs_current(asked)
    whole = with_kept_lines(asked, BILL)
    assert isinstance(whole.changes["lines"], tuple)
    first = body(whole).children[0].named("ExpenseLineMod")
    assert [each.text_of("TxnLineID") for each in first] == ["1A50-1769331723", "-1"]
    assert [each.text_of("TxnLineID") for each in body(whole).children[0].named("ItemLineMod")] == ["1A52-1769331723"]


def test_a_change_that_is_silent_about_a_kind_leaves_it() -> None:
    expenses = the_one("BillMod.expenses")
    kept = LineChange(id="1A50-1769331723", changes={})
    assert (expenses.changes, expenses.kept_lines) == ({"lines": (kept,)}, "items")
    told = body(with_kept_lines(expenses, BILL)).children[0]
    assert [child.name for child in told.children[2:]] == ["ExpenseLineMod", "ItemLineMod"]
    cleared = the_one("BillMod.items")
    assert (cleared.changes, cleared.kept_lines) == ({"lines": ()}, "expenses")
    silent = changed("bills", memo="x")
    assert not needs_current(silent)
    assert [child.name for child in body(silent).children[0].children] == ["TxnID", "EditSequence", "Memo"]


def test_a_kind_of_which_nothing_stays_is_cleared() -> None:
    asked = the_one("VendorCreditMod")
    assert asked == WRITES["VendorCreditMod"]
    assert body(asked) == named_by_hand("VendorCreditMod")
    nothing = body(changed("bills", lines=())).children[0]
    assert [child.name for child in nothing.children[2:]] == ["ClearExpenseLines", "ClearItemLines"]


def test_the_total_of_a_bill_is_not_what_is_open_of_it() -> None:
    (told,) = items_of(read_responses(document("BillQuery.rs")).responses[0])
    assert isinstance(told, Bill)
    assert (told.total_amount, told.balance_remaining) == (D("65.50"), D("45.50"))
