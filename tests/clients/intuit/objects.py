"""An object of each class of python-quickbooks, as its users make them, and a field of each that can be changed."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any, Final

from quickbooks.objects.account import Account
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.base import LinkedTxn, Ref
from quickbooks.objects.bill import Bill
from quickbooks.objects.billpayment import BillPayment, BillPaymentLine, CheckPayment
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.department import Department
from quickbooks.objects.deposit import Deposit, DepositLine, DepositLineDetail
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.employee import Employee
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.journalentry import JournalEntry, JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.payment import Payment
from quickbooks.objects.paymentmethod import PaymentMethod
from quickbooks.objects.purchase import Purchase
from quickbooks.objects.purchaseorder import PurchaseOrder
from quickbooks.objects.refundreceipt import RefundReceipt
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.term import Term
from quickbooks.objects.timeactivity import TimeActivity
from quickbooks.objects.trackingclass import Class
from quickbooks.objects.transfer import Transfer
from quickbooks.objects.vendor import Vendor
from quickbooks.objects.vendorcredit import VendorCredit

_numbers = count(1)


def name(what: str) -> str:
    """A name that nothing else has."""
    return f"{what} {next(_numbers)}"


def ref(value: str, type_: str = "") -> Ref:
    found = Ref()
    found.value, found.type = value, type_
    return found


def sale_line(amount: float | Decimal = 100, item: str = "10", quantity: float | None = 1) -> SalesItemLine:
    line = SalesItemLine()
    line.LineNum = 1
    line.Description = "work"
    line.Amount = amount
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = ref(item)
    line.SalesItemLineDetail.Qty = quantity
    line.SalesItemLineDetail.UnitPrice = amount if quantity else None
    line.SalesItemLineDetail.TaxCodeRef = ref("NON")
    return line


def expense_line(amount: float = 10) -> AccountBasedExpenseLine:
    line = AccountBasedExpenseLine()
    line.Amount = amount
    line.DetailType = "AccountBasedExpenseLineDetail"
    line.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
    line.AccountBasedExpenseLineDetail.AccountRef = ref("7")
    return line


def linked(id: str, type_: str) -> LinkedTxn:
    link = LinkedTxn()
    link.TxnId, link.TxnType = id, type_
    return link


def filled(thing: Any, **values: Any) -> Any:
    for key, value in values.items():
        setattr(thing, key, value)
    return thing


def _bill_payment() -> BillPayment:
    line = filled(BillPaymentLine(), Amount=10)
    check = filled(CheckPayment(), BankAccountRef=ref("35"), PrintStatus="NotSet")
    return filled(
        BillPayment(),
        VendorRef=ref("41"),
        PayType="Check",
        TotalAmt=10,
        CheckPayment=check,
        Line=[line],
        PrivateNote="a",
    )


def _deposit() -> Deposit:
    line = filled(DepositLine(), Amount=10, DetailType="DepositLineDetail", DepositLineDetail=DepositLineDetail())
    line.DepositLineDetail.AccountRef = ref("1")
    return filled(Deposit(), DepositToAccountRef=ref("35"), Line=[line], PrivateNote="a")


def _journal_entry() -> JournalEntry:
    lines = []
    for side, account in (("Debit", "7"), ("Credit", "35")):
        line = filled(JournalEntryLine(), Amount=10, DetailType="JournalEntryLineDetail")
        line.JournalEntryLineDetail = JournalEntryLineDetail()
        line.JournalEntryLineDetail.PostingType = side
        line.JournalEntryLineDetail.AccountRef = ref(account)
        lines.append(line)
    return filled(JournalEntry(), Line=lines, PrivateNote="a")


def _purchase_order() -> PurchaseOrder:
    line = filled(ItemBasedExpenseLine(), Amount=10, DetailType="ItemBasedExpenseLineDetail")
    line.ItemBasedExpenseLineDetail = ItemBasedExpenseLineDetail()
    line.ItemBasedExpenseLineDetail.ItemRef = ref("16")
    order = filled(PurchaseOrder(), VendorRef=ref("41"), APAccountRef=ref("33"), Line=[line], Memo="a")
    order.DocNumber = name("PO")
    return order


def _item() -> Item:
    item = filled(Item(), Name=name("Item"), Type="Inventory", TrackQtyOnHand=True, QtyOnHand=10, Sku="SKU123")
    item.InvStartDate = "2026-01-01"
    item.Description = "a"
    item.IncomeAccountRef, item.ExpenseAccountRef, item.AssetAccountRef = ref("79"), ref("80"), ref("81")
    return item


def _time() -> TimeActivity:
    return filled(
        TimeActivity(), NameOf="Employee", EmployeeRef=ref("54"), Hours=1, Minutes=30, HourlyRate=20, Description="a"
    )


MADE: Final[Mapping[str, tuple[Callable[[], Any], str]]] = {
    "Account": (
        lambda: filled(
            Account(), Name=name("Account"), AccountType="Bank", AccountSubType="CashOnHand", Description="a"
        ),
        "Description",
    ),
    "Class": (lambda: filled(Class(), Name=name("Class")), "Name"),
    "Customer": (
        lambda: filled(Customer(), DisplayName=name("Customer"), GivenName="Ada", CompanyName="a", Suffix="Jr."),
        "CompanyName",
    ),
    "Vendor": (lambda: filled(Vendor(), DisplayName=name("Vendor"), CompanyName="a"), "CompanyName"),
    "Employee": (lambda: filled(Employee(), GivenName=name("E"), FamilyName="Worker"), "FamilyName"),
    "Department": (lambda: filled(Department(), Name=name("Department")), "Name"),
    "Item": (_item, "Description"),
    "Term": (lambda: filled(Term(), Name=name("Term"), DueDays=10), "Name"),
    "PaymentMethod": (lambda: filled(PaymentMethod(), Name=name("Method"), Type="CREDIT_CARD"), "Name"),
    "CompanyCurrency": (lambda: filled(CompanyCurrency(), Code=name("X"), Name="a"), "Name"),
    "Invoice": (lambda: filled(Invoice(), CustomerRef=ref("1"), Line=[sale_line()], PrivateNote="a"), "PrivateNote"),
    "CreditMemo": (
        lambda: filled(CreditMemo(), CustomerRef=ref("1"), Line=[sale_line()], PrivateNote="a"),
        "PrivateNote",
    ),
    "Payment": (lambda: filled(Payment(), CustomerRef=ref("1"), TotalAmt=25, PrivateNote="a"), "PrivateNote"),
    "Estimate": (lambda: filled(Estimate(), CustomerRef=ref("1"), Line=[sale_line()], PrivateNote="a"), "PrivateNote"),
    "SalesReceipt": (
        lambda: filled(SalesReceipt(), CustomerRef=ref("1"), Line=[sale_line()], PrivateNote="a"),
        "PrivateNote",
    ),
    "RefundReceipt": (
        lambda: filled(
            RefundReceipt(), CustomerRef=ref("1"), DepositToAccountRef=ref("35"), Line=[sale_line()], PrivateNote="a"
        ),
        "PrivateNote",
    ),
    "Bill": (lambda: filled(Bill(), VendorRef=ref("41"), Line=[expense_line()], PrivateNote="a"), "PrivateNote"),
    "BillPayment": (_bill_payment, "PrivateNote"),
    "VendorCredit": (
        lambda: filled(VendorCredit(), VendorRef=ref("41"), Line=[expense_line()], PrivateNote="a"),
        "PrivateNote",
    ),
    "PurchaseOrder": (_purchase_order, "Memo"),
    "Purchase": (
        lambda: filled(Purchase(), PaymentType="Cash", AccountRef=ref("35"), Line=[expense_line()], PrivateNote="a"),
        "PrivateNote",
    ),
    "Deposit": (_deposit, "PrivateNote"),
    "JournalEntry": (_journal_entry, "PrivateNote"),
    "Transfer": (
        lambda: filled(Transfer(), FromAccountRef=ref("35"), ToAccountRef=ref("36"), Amount=10, PrivateNote="a"),
        "PrivateNote",
    ),
    "CreditCardPayment": (
        lambda: filled(
            CreditCardPayment(), CreditCardAccountRef=ref("42"), BankAccountRef=ref("35"), Amount=10, PrivateNote="a"
        ),
        "PrivateNote",
    ),
    "TimeActivity": (_time, "Description"),
    "Attachable": (lambda: filled(Attachable(), Note=name("Note")), "Note"),
}
"""By class: how to make one, and the field that is changed."""

AGENCY: Final = TaxAgency
DELETED: Final = tuple(
    entity
    for entity in MADE
    if entity
    not in (
        "Account",
        "Class",
        "Customer",
        "Vendor",
        "Employee",
        "Department",
        "Item",
        "Term",
        "PaymentMethod",
        "CompanyCurrency",
    )
)
"""The classes whose objects can be deleted; all others are made inactive."""
