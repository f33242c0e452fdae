"""Payments to vendors: by check out of a bank account, or by card."""

from functools import partial
from typing import Any, Final

from counterfoil.model.payables import BillPayment
from counterfoil.wire.qbo.forms import DAY, MONEY, TEXT, choice, to
from counterfoil.wire.qbo.maps.parts import CUSTOM_FIELDS, ENTITY, currency_rows
from counterfoil.wire.qbo.maps.receivables import asked_applications, heard_applications
from counterfoil.wire.qbo.maps.sales import NOTE
from counterfoil.wire.qbo.table import Entity, Filter, Json, Known, Row, row

CREDITS: Final = frozenset({"VendorCredit"})
"""What a line of a payment takes from, instead of paying it."""

ACCOUNT: Final = to("accounts")
PAY_TYPES: Final = choice({"check": "Check", "credit_card": "CreditCard"})
NEED_TO_PRINT: Final = "NeedToPrint"


def _check(payment: BillPayment, known: Known) -> Json | None:
    """The bank account of a check, and whether it is still to be printed."""
    if payment.pay_type != "check" or payment.payment_account is None:
        return None
    status = NEED_TO_PRINT if payment.is_queued_for_print else "NotSet"
    return {"BankAccountRef": ACCOUNT.write(payment.payment_account, known), "PrintStatus": status}


def _card(payment: BillPayment, known: Known) -> Json | None:
    if payment.pay_type != "credit_card" or payment.payment_account is None:
        return None
    return {"CCAccountRef": ACCOUNT.write(payment.payment_account, known)}


def _heard_check(given: Json, known: Known) -> dict[str, Any]:
    """Clients send both kinds of details; the kind of payment says which of them counts."""
    if given.get("PayType") == "CreditCard":
        return {}
    check = given["CheckPayment"]
    account = ACCOUNT.read(check.get("BankAccountRef"), known)
    return {"payment_account": account, "is_queued_for_print": check.get("PrintStatus") == NEED_TO_PRINT}


def _heard_card(given: Json, known: Known) -> dict[str, Any]:
    if given.get("PayType") != "CreditCard":
        return {}
    return {"payment_account": ACCOUNT.read(given["CreditCardPayment"].get("CCAccountRef"), known)}


asked_lines = partial(asked_applications, paid="Bill", credit="VendorCredit")
heard_lines = partial(heard_applications, credit_types=CREDITS)
BILL_PAYMENT: Final = Entity(
    "BillPayment",
    ("bill_payments",),
    (
        row("VendorRef", "vendor", to("names"), required=True),
        row("PayType", "pay_type", PAY_TYPES, "kept", required=True),
        Row(
            "CheckPayment",
            told=_check,
            heard=_heard_check,
            asked=_check,
            use="kept",
            fields=("payment_account", "pay_type", "is_queued_for_print"),
        ),
        Row(
            "CreditCardPayment",
            told=_card,
            heard=_heard_card,
            asked=_card,
            use="kept",
            fields=("payment_account", "pay_type"),
        ),
        row("TotalAmt", "total_amount", MONEY, required=True),
        row("APAccountRef", "payables_account", to("accounts"), "kept"),
        row("DepartmentRef", "department", to("departments")),
        row("DocNumber", "ref_number", TEXT, most=21),
        row("TxnDate", "transaction_date", DAY),
        *currency_rows(),
        NOTE,
        Row("Line", "applications", told=asked_lines, heard=heard_lines, asked=asked_lines),
        *ENTITY,
        CUSTOM_FIELDS,
    ),
    filters={
        "docnumber": Filter("ref_number", "text"),
        "txndate": Filter("date", "day"),
        "vendorref": Filter("vendor_id", "names"),
        "metadata.lastupdatedtime": Filter("updated_at", "moment"),
        "metadata.createtime": Filter("created_at", "moment"),
    },
    made=("bill_payments",),
    void="include",
    extra=frozenset({"ProcessBillPayment", "TransactionLocationType"}),
)
