"""Bills, payments to vendors, receipts, estimates, people, time and papers in Intuit's spelling, both ways."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.core.dates import moment_from
from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import Problem
from counterfoil.model.activities import Attachable, AttachedTo, TimeActivity
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create, LineChange, Update, Void
from counterfoil.model.lines import CreditToApply, LinkedTransaction, SalesLine
from counterfoil.model.lists import Department
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Employee
from counterfoil.model.purchases import Bill, PurchaseLine, VendorCredit
from counterfoil.model.receivables import Application
from counterfoil.model.sales import Estimate, Invoice, RefundReceipt, SalesReceipt
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.asked import create_of, update_of
from counterfoil.wire.qbo.bodies import decoded, encoded
from counterfoil.wire.qbo.entities import BY_NAME
from counterfoil.wire.qbo.faults import Faulted
from counterfoil.wire.qbo.maps.activities import ATTACHABLE
from counterfoil.wire.qbo.requests import create_object, refused, unheld, update_object, void_object
from counterfoil.wire.qbo.table import Known
from counterfoil.wire.qbo.write import entity_object

KNOWN = Known(tax="automated")
BILL, VENDOR_CREDIT, BILL_PAYMENT = (BY_NAME[name] for name in ("bill", "vendorcredit", "billpayment"))
RECEIPT, REFUND, ESTIMATE = (BY_NAME[name] for name in ("salesreceipt", "refundreceipt", "estimate"))
TIME, EMPLOYEE, DEPARTMENT = (BY_NAME[name] for name in ("timeactivity", "employee", "department"))
CREATED, UPDATED = "2026-02-24T09:30:00-08:00", "2026-02-25T10:00:00-08:00"

BILL_OF_INTUIT: dict[str, Any] = {
    "DueDate": "2026-03-26",
    "Balance": Decimal("90.50"),
    "domain": "QBO",
    "sparse": False,
    "Id": "25",
    "SyncToken": "3",
    "MetaData": {"CreateTime": CREATED, "LastUpdatedTime": UPDATED},
    "DocNumber": "N-77",
    "TxnDate": "2026-02-24",
    "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
    "PrivateNote": "for the terrace",
    "LinkedTxn": [{"TxnId": "118", "TxnType": "BillPaymentCheck"}],
    "Line": [
        {
            "Id": "1",
            "LineNum": 1,
            "Description": "Lumber",
            "Amount": Decimal("103.55"),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {
                "CustomerRef": {"value": "26", "name": "Travis Waldron"},
                "AccountRef": {"value": "64", "name": "Decks and Patios"},
                "BillableStatus": "Billable",
                "TaxCodeRef": {"value": "NON"},
            },
        },
        {
            "Id": "2",
            "LineNum": 2,
            "Amount": Decimal("20.00"),
            "DetailType": "ItemBasedExpenseLineDetail",
            "ItemBasedExpenseLineDetail": {
                "BillableStatus": "NotBillable",
                "ItemRef": {"value": "16", "name": "Sprinkler Heads"},
                "UnitPrice": Decimal("2.5"),
                "Qty": Decimal(8),
                "TaxCodeRef": {"value": "NON"},
            },
        },
        {"Id": "4", "LineNum": 3, "Description": "Left at the gate", "DetailType": "DescriptionOnly"},
    ],
    "VendorRef": {"value": "56", "name": "Norton Lumber and Building Materials"},
    "APAccountRef": {"value": "33", "name": "Accounts Payable (A/P)"},
    "TotalAmt": Decimal("123.55"),
}
BILL_OF_OURS = Bill(
    id="25",
    revision="3",
    created_at=moment_from(CREATED, end_of_day=False),
    updated_at=moment_from(UPDATED, end_of_day=False),
    vendor=Ref("56", "Norton Lumber and Building Materials"),
    payables_account=Ref("33", "Accounts Payable (A/P)"),
    transaction_date=date(2026, 2, 24),
    due_date=date(2026, 3, 26),
    ref_number="N-77",
    memo="for the terrace",
    currency=Ref("USD", "United States Dollar"),
    total_amount=Decimal("123.55"),
    balance_remaining=Decimal("90.50"),
    is_paid=False,
    lines=(
        PurchaseLine(
            id="1",
            account=Ref("64", "Decks and Patios"),
            description="Lumber",
            amount=Decimal("103.55"),
            customer=Ref("26", "Travis Waldron"),
            billable_status="billable",
            sales_tax_code=Ref("NON", "NON"),
        ),
        PurchaseLine(
            id="2",
            item=Ref("16", "Sprinkler Heads"),
            quantity=Decimal(8),
            rate=Decimal("2.5"),
            amount=Decimal("20.00"),
            billable_status="not_billable",
            sales_tax_code=Ref("NON", "NON"),
        ),
        PurchaseLine(id="4", description="Left at the gate"),
    ),
    linked_transactions=(LinkedTransaction(id="118", transaction_type="bill_payment_check"),),
)


def test_a_bill_of_intuit_s_is_read_whole() -> None:
    assert object_of(BILL, BILL_OF_INTUIT, KNOWN) == BILL_OF_OURS


def test_a_bill_is_told_as_intuit_tells_it() -> None:
    told = entity_object(BILL, BILL_OF_OURS, KNOWN)
    for key in BILL_OF_INTUIT.keys() - {"domain", "sparse", "MetaData", "CurrencyRef"}:
        assert told[key] == BILL_OF_INTUIT[key], key


def test_a_client_s_bill_becomes_a_command() -> None:
    asked = {
        "VendorRef": {"value": "56"},
        "Line": [
            {
                "Amount": 10,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
            },
            {
                "Id": "1",
                "Amount": "7.50",
                "DetailType": "ItemBasedExpenseLineDetail",
                "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "16"}, "Qty": 0, "UnitPrice": 0},
            },
        ],
    }
    lines = (
        PurchaseLine(account=Ref("7"), amount=Decimal(10)),
        PurchaseLine(item=Ref("16"), description="", amount=Decimal("7.50")),
    )
    assert create_of(BILL, asked, KNOWN) == Create(resource="bills", draft=Bill(vendor=Ref("56"), lines=lines))


def test_lines_that_a_client_names_by_their_numbers_stay() -> None:
    first, second = BILL_OF_INTUIT["Line"][:2]
    fresh = {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail"}
    fresh["AccountBasedExpenseLineDetail"] = {"AccountRef": {"value": "7"}}
    sent = {"Id": "25", "SyncToken": "3", "Line": [{**second, "Amount": Decimal(15)}, fresh, first]}
    update = update_of(BILL, sent, BILL_OF_OURS, KNOWN, sparse=True)
    assert set(update.changes) == {"lines"}
    changes = update.changes["lines"]
    assert [change.id for change in changes] == ["1", "-1", "2"]
    assert changes[0].changes["customer"] == Ref("26", "Travis Waldron")
    assert changes[1].changes == {"account": Ref("7"), "amount": Decimal(5)}
    assert changes[2].changes["amount"] == Decimal(15)


def test_a_whole_update_clears_what_it_leaves_out_but_not_the_payables_account() -> None:
    sent = {"Id": "25", "SyncToken": "3", "VendorRef": {"value": "56"}, "Line": BILL_OF_INTUIT["Line"]}
    changes = update_of(BILL, sent, BILL_OF_OURS, KNOWN, sparse=False).changes
    assert (changes["memo"], changes["ref_number"]) == (None, None)
    assert "payables_account" not in changes


def test_a_bill_takes_no_lines_of_a_sale_nor_an_invoice_those_of_a_bill() -> None:
    sold = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    with pytest.raises(Faulted):
        create_of(BILL, {"VendorRef": {"value": "56"}, "Line": [sold]}, KNOWN)
    invoice = {"CustomerRef": {"value": "1"}, "Line": [BILL_OF_INTUIT["Line"][0]]}
    with pytest.raises(Faulted):
        create_of(BY_NAME["invoice"], invoice, KNOWN)


def test_everything_that_a_bill_lacks_is_told_at_once() -> None:
    line = {"DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": {}}
    with pytest.raises(Faulted) as found:
        create_of(BILL, {"Line": [line]}, KNOWN)
    places = [problem.place for problem in found.value.problems if isinstance(problem, Problem)]
    assert places == [("VendorRef",), ("Line", 0, "Amount")]


def test_a_bill_is_asked_of_intuit() -> None:
    lines = (
        PurchaseLine(account=Ref("64"), amount=Decimal("103.55"), billable_status="billable", customer=Ref("26")),
        PurchaseLine(item=Ref("16"), quantity=Decimal(8), rate=Decimal("2.5")),
        PurchaseLine(description="Left at the gate"),
    )
    sent = create_object(Create(resource="bills", draft=Bill(vendor=Ref("56"), memo="m", lines=lines)), KNOWN)
    assert sent.entity is BILL
    assert decoded(encoded(sent.body)) == {
        "VendorRef": {"value": "56"},
        "PrivateNote": "m",
        "Line": [
            {
                "Amount": Decimal("103.55"),
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": "64"},
                    "CustomerRef": {"value": "26"},
                    "BillableStatus": "Billable",
                },
            },
            {
                "Amount": Decimal("20.00"),
                "DetailType": "ItemBasedExpenseLineDetail",
                "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "16"}, "UnitPrice": Decimal("2.5"), "Qty": 8},
            },
            {"Description": "Left at the gate", "DetailType": "DescriptionOnly"},
        ],
    }


def test_a_changed_bill_goes_back_with_all_its_lines() -> None:
    changes = (
        LineChange(id="2", changes={"quantity": Decimal(10)}),
        LineChange(id="4", changes={}),
        LineChange(id="-1", changes={"account": Ref("7"), "amount": Decimal(5)}),
    )
    update = Update(resource="bills", id="25", revision="", changes={"memo": None, "lines": changes})
    body = update_object(update, BILL_OF_INTUIT, KNOWN).body
    assert "PrivateNote" not in body
    assert "TotalAmt" not in body
    assert body["VendorRef"] == BILL_OF_INTUIT["VendorRef"]
    assert [line.get("Id") for line in body["Line"]] == ["2", "4", None]
    assert [line.get("Amount") for line in body["Line"]] == [Decimal("25.00"), None, Decimal(5)]
    stranger = Update(resource="bills", id="25", revision="", changes={"lines": (LineChange(id="9", changes={}),)})
    with pytest.raises(BooksRefused):
        update_object(stranger, BILL_OF_INTUIT, KNOWN)


def test_intuit_voids_payments_and_receipts_and_never_a_bill() -> None:
    current = {"Id": "5", "SyncToken": "1"}
    assert [problem.kind for problem in refused(Void(resource="bills", id="5"))] == ["not_enabled"]
    for resource in ("bill_payments", "sales_receipts"):
        assert refused(Void(resource=resource, id="5")) == ()
        query = void_object(Void(resource=resource, id="5"), current).query
        assert query == {"operation": "update", "include": "void"}


def test_intuit_holds_all_that_a_bill_says_but_an_id_of_the_caller_s() -> None:
    line = PurchaseLine(account=Ref("7"), amount=Decimal(1), billable_status="billable", customer=Ref("1"))
    draft = Bill(vendor=Ref("5"), lines=(line,), external_id="6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa")
    create = Create(resource="bills", draft=draft)
    assert unheld(create) == ("external_id",)
    assert refused(create) == ()
    assert [each.place for each in refused(Create(resource="bills", draft=Bill()))] == [("vendor",), ("lines",)]


PAYMENT_OF_INTUIT: dict[str, Any] = {
    "VendorRef": {"value": "56", "name": "Norton"},
    "PayType": "Check",
    "CheckPayment": {"BankAccountRef": {"value": "35", "name": "Checking"}, "PrintStatus": "NeedToPrint"},
    "TotalAmt": Decimal("70.00"),
    "Line": [
        {"Amount": Decimal("100.00"), "LinkedTxn": [{"TxnId": "25", "TxnType": "Bill"}]},
        {"Amount": Decimal("30.00"), "LinkedTxn": [{"TxnId": "90", "TxnType": "VendorCredit"}]},
    ],
}


def test_a_payment_of_bills_uses_vendors_credits_beside_its_money() -> None:
    draft = create_of(BILL_PAYMENT, PAYMENT_OF_INTUIT, KNOWN).draft
    credit = CreditToApply(credit_transaction_id="90", applied_amount=Decimal("30.00"))
    paid = Application(
        transaction_id="25", payment_amount=Decimal("70.00"), apply_credits=(credit,), transaction_type="bill"
    )
    assert draft == BillPayment(
        vendor=Ref("56", "Norton"),
        payment_account=Ref("35", "Checking"),
        is_queued_for_print=True,
        total_amount=Decimal("70.00"),
        applications=(paid,),
    )
    body = create_object(Create(resource="bill_payments", draft=draft), KNOWN).body
    assert decoded(encoded(body)) == PAYMENT_OF_INTUIT


def test_a_payment_tells_the_credits_that_it_used() -> None:
    used = LinkedTransaction(id="90", transaction_type="vendor_credit", amount=Decimal("30.00"))
    paid = Application(
        transaction_id="25", payment_amount=Decimal("70.00"), transaction_type="bill", linked_transactions=(used,)
    )
    told = entity_object(BILL_PAYMENT, BillPayment(id="1", total_amount=Decimal(70), applications=(paid,)), KNOWN)
    assert told["Line"] == PAYMENT_OF_INTUIT["Line"]


def test_the_kind_of_payment_says_which_details_count() -> None:
    both = {**PAYMENT_OF_INTUIT, "PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": {"value": "42"}}}
    draft: Any = create_of(BILL_PAYMENT, both, KNOWN).draft
    assert (draft.pay_type, draft.payment_account, draft.is_queued_for_print) == ("credit_card", Ref("42"), False)
    told = entity_object(BILL_PAYMENT, draft, KNOWN)
    assert told["CreditCardPayment"] == {"CCAccountRef": {"value": "42"}}
    assert "CheckPayment" not in told


def test_a_vendor_s_credit_tells_what_is_left_of_it() -> None:
    line = PurchaseLine(id="1", account=Ref("7"), amount=Decimal(12))
    credit = VendorCredit(id="9", vendor=Ref("5"), total_amount=Decimal(12), credit_remaining=Decimal(2), lines=(line,))
    told = entity_object(VENDOR_CREDIT, credit, KNOWN)
    assert (told["TotalAmt"], told["Balance"]) == (Decimal(12), Decimal(2))
    assert object_of(VENDOR_CREDIT, told, KNOWN) == VendorCredit(
        id="9",
        revision="0",
        vendor=Ref("5"),
        currency=Ref("USD"),
        total_amount=Decimal("12.00"),
        credit_remaining=Decimal("2.00"),
        lines=(PurchaseLine(id="1", account=Ref("7"), amount=Decimal("12.00"), billable_status="not_billable"),),
    )


SOLD = {
    "Amount": Decimal("35.00"),
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "10"}, "UnitPrice": Decimal(35), "Qty": Decimal(1)},
}


def test_a_receipt_says_where_its_money_goes_and_needs_no_customer() -> None:
    sent = {
        "Line": [SOLD],
        "DepositToAccountRef": {"value": "35"},
        "PaymentMethodRef": {"value": "2"},
        "PaymentRefNum": "0061",
        "DepartmentRef": {"value": "1"},
    }
    draft: Any = create_of(RECEIPT, sent, KNOWN).draft
    assert isinstance(draft, SalesReceipt)
    assert (draft.customer, draft.deposit_to_account, draft.payment_method) == (None, Ref("35"), Ref("2"))
    assert (draft.payment_ref_number, draft.department) == ("0061", Ref("1"))
    told = entity_object(RECEIPT, draft, KNOWN)
    assert told["Balance"] == 0
    assert {key: told[key] for key in sent.keys() - {"Line"}} == {key: sent[key] for key in sent.keys() - {"Line"}}
    assert refused(Create(resource="sales_receipts", draft=draft)) == ()


def test_a_refund_needs_the_account_that_it_is_paid_out_of() -> None:
    with pytest.raises(Faulted):
        create_of(REFUND, {"Line": [SOLD]}, KNOWN)
    draft = create_of(REFUND, {"Line": [SOLD], "DepositToAccountRef": {"value": "35"}}, KNOWN).draft
    assert isinstance(draft, RefundReceipt)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("pending", "Pending"), ("accepted", "Accepted"), ("closed", "Closed"), ("rejected", "Rejected")],
)
def test_an_estimate_tells_its_status(ours: Any, theirs: str) -> None:
    made = Estimate(id="5", customer=Ref("1"), status=ours, expiration_date=date(2026, 4, 1), accepted_by="Amy")
    told = entity_object(ESTIMATE, made, KNOWN)
    assert (told["TxnStatus"], told["ExpirationDate"], told["AcceptedBy"]) == (theirs, "2026-04-01", "Amy")
    heard: Any = object_of(ESTIMATE, told, KNOWN)
    assert (heard.status, heard.expiration_date, heard.accepted_by) == (ours, date(2026, 4, 1), "Amy")


def test_an_invoice_names_its_department() -> None:
    line = SalesLine(item=Ref("1"), amount=Decimal(1))
    draft = Invoice(customer=Ref("1"), department=Ref("3"), lines=(line,))
    create = Create(resource="invoices", draft=draft)
    assert create_object(create, KNOWN).body["DepartmentRef"] == {"value": "3"}
    assert unheld(create) == ()


def test_an_employee_without_a_display_name_is_called_by_the_parts_of_the_name() -> None:
    sent = {
        "GivenName": "Emily",
        "FamilyName": "Platt",
        "SSN": "000-00-1234",
        "PrimaryAddr": {"Line1": "45 N. Elm Street", "City": "Middlefield"},
        "PrimaryPhone": {"FreeFormNumber": "408-525-1234"},
        "HiredDate": "2026-01-02",
        "BillableTime": True,
        "BillRate": 20,
    }
    draft = create_of(EMPLOYEE, sent, KNOWN).draft
    expected = Employee(
        name="Emily Platt",
        first_name="Emily",
        last_name="Platt",
        ssn="000-00-1234",
        address=Address(line1="45 N. Elm Street", city="Middlefield"),
        phone="408-525-1234",
        hired_date=date(2026, 1, 2),
        is_time_billable=True,
        hourly_rate=Decimal(20),
    )
    assert draft == expected
    body = create_object(Create(resource="employees", draft=expected), KNOWN).body
    assert decoded(encoded({key: body[key] for key in sent})) == sent


def test_a_department_stands_below_another() -> None:
    made = Department(id="2", name="Shop", full_name="East:Shop", parent=Ref("1", "East"))
    told = entity_object(DEPARTMENT, made, KNOWN)
    assert told["SubDepartment"] is True
    assert (told["FullyQualifiedName"], told["ParentRef"]) == ("East:Shop", {"value": "1", "name": "East"})
    draft = Department(name="Shop", parent=Ref("1"))
    sent = {"Name": "Shop", "SubDepartment": True, "ParentRef": {"value": "1"}}
    assert create_of(DEPARTMENT, sent, KNOWN) == Create(resource="departments", draft=draft)


WORKERS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("EmployeeRef", {"employee": Ref("54")}, "Employee"),
    ("VendorRef", {"vendor": Ref("54")}, "Vendor"),
)


@pytest.mark.parametrize(("key", "worker", "name"), WORKERS)
def test_time_says_who_worked_it(key: str, worker: dict[str, Any], name: str) -> None:
    sent = {
        "NameOf": name,
        key: {"value": "54"},
        "CustomerRef": {"value": "1"},
        "ItemRef": {"value": "10"},
        "Hours": 7,
        "Minutes": 30,
        "HourlyRate": Decimal("62.50"),
        "BillableStatus": "Billable",
        "StartTime": "2026-02-25T09:00:00-08:00",
        "TxnDate": "2026-02-25",
    }
    draft = create_of(TIME, sent, KNOWN).draft
    expected = TimeActivity(
        **worker,
        customer=Ref("1"),
        item=Ref("10"),
        hours=7,
        minutes=30,
        hourly_rate=Decimal("62.50"),
        billable_status="billable",
        started_at=moment_from("2026-02-25T17:00:00+00:00", end_of_day=False),
        transaction_date=date(2026, 2, 25),
    )
    assert draft == expected
    told = entity_object(TIME, draft, KNOWN)
    assert (told["NameOf"], told[key], told["Hours"]) == (name, {"value": "54"}, 7)


def test_a_paper_is_attached_to_what_intuit_names_by_its_kind() -> None:
    sent = {
        "FileName": "plan.pdf",
        "Category": "Document",
        "AttachableRef": [
            {"EntityRef": {"type": "Invoice", "value": "95"}, "IncludeOnSend": True},
            {"EntityRef": {"type": "Item", "value": "10"}, "IncludeOnSend": False},
        ],
    }
    draft = create_of(ATTACHABLE, sent, KNOWN).draft
    links = (
        AttachedTo(resource="invoices", id="95", is_sent_along=True),
        AttachedTo(resource="service_items", id="10"),
    )
    assert draft == Attachable(file_name="plan.pdf", category="document", links=links)
    told = entity_object(ATTACHABLE, draft, KNOWN)
    assert {key: told[key] for key in sent} == sent
    wrong = {"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Budget", "value": "1"}}]}
    with pytest.raises(Faulted):
        create_of(ATTACHABLE, wrong, KNOWN)
