"""Sales: invoices and credit memos, estimates, and receipts of what is paid at once."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO
from counterfoil.model.lines import LinkedTransaction
from counterfoil.model.sales import Invoice, Sale
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import DAY, MEMO, MONEY, TEXT, choice, to
from counterfoil.wire.qbo.maps.addresses import address, company_address
from counterfoil.wire.qbo.maps.lines import lines_of
from counterfoil.wire.qbo.maps.lines_asked import asked_lines
from counterfoil.wire.qbo.maps.lines_heard import heard_lines
from counterfoil.wire.qbo.maps.parts import CUSTOM_FIELDS, ENTITY, currency_rows, listed
from counterfoil.wire.qbo.maps.sale_tax import (
    asked_calculation,
    asked_tax,
    heard_calculation,
    heard_tax,
    tax_detail,
    wanted_tax,
)
from counterfoil.wire.qbo.read import said
from counterfoil.wire.qbo.table import TRANSACTIONS, Entity, Filter, Form, Json, Known, Row, always, own, row, told

LINK_TYPES: Final = {
    "invoice": "Invoice",
    "credit_memo": "CreditMemo",
    "receive_payment": "Payment",
    "estimate": "Estimate",
    "sales_receipt": "SalesReceipt",
    "deposit": "Deposit",
    "journal_entry": "JournalEntry",
    "bill": "Bill",
    "vendor_credit": "VendorCredit",
    "bill_payment_check": "BillPaymentCheck",
    "bill_payment_credit_card": "BillPaymentCreditCard",
}
LINKED: Final = {theirs: ours for ours, theirs in LINK_TYPES.items()}
VOIDED: Final = "Voided"
"""What Intuit writes in the note of what has been voided."""

_DESKTOP_VOID: Final = "VOID:"


def _customer_memo(sale: Sale, _known: Known) -> Json | None:
    message = sale.customer_message.full_name if sale.customer_message is not None else None
    note = sale.customer_note or message
    return {"value": note} if note else None


def private_note(thing: Any, _known: Known) -> str | None:
    """The memo; of what has been voided, after Intuit's own word for it."""
    memo = thing.memo or ""
    if not thing.is_void:
        return memo or None
    rest = memo.removeprefix(_DESKTOP_VOID).strip()
    return f"{VOIDED} - {rest}" if rest else VOIDED


def heard_note(given: Json, _known: Known) -> dict[str, Any]:
    """The memo; a note that begins with Intuit's word, of what amounts to nothing, tells that it has been voided."""
    note = str(given["PrivateNote"])
    if not note.startswith(VOIDED) or Decimal(str(given.get("TotalAmt") or 0)):
        return {"memo": note}
    rest = note.removeprefix(VOIDED).strip(" -")
    return {"memo": f"{_DESKTOP_VOID} {rest}" if rest else _DESKTOP_VOID, "is_void": True}


NOTE: Final = Row(
    "PrivateNote",
    "memo",
    TEXT,
    private_note,
    heard_note,
    wanted=lambda given, known: {"memo": TEXT.read(given["PrivateNote"], known)},
    most=4000,
)


def _method(value: Any, _known: Known) -> Ref | None:
    name = value.get("name") or value.get("value") if isinstance(value, dict) else value
    return Ref(str(name), str(name)) if name else None


SHIP_METHOD: Final = Form(
    lambda value, _known: {"value": value.full_name or value.id, "name": value.full_name or value.id},
    _method,
    "a reference",
)
"""Intuit keeps no list of them: a method's name is its id."""


def _ship_method(sale: Sale, known: Known) -> Json | None:
    method = sale.shipping_method
    return SHIP_METHOD.write(method, known) if method is not None and method.full_name else None


def linked(thing: Any, known: Known) -> list[Json] | None:
    links = [
        {"TxnId": known.number(TRANSACTIONS, link.id), "TxnType": LINK_TYPES[link.transaction_type]}
        for link in thing.linked_transactions
        if link.transaction_type in LINK_TYPES
    ]
    return links or None


def heard_links(given: Json, known: Known) -> dict[str, Any]:
    links = (
        LinkedTransaction(
            id=known.id(TRANSACTIONS, str(each["TxnId"])),
            transaction_type=LINKED.get(str(each.get("TxnType")), "unknown"),  # type: ignore[arg-type]
        )
        for each in listed(given["LinkedTxn"])
    )
    return {"linked_transactions": tuple(links)}


def _ship_from(sale: Sale, known: Known) -> Json | None:
    lines = company_address(known)
    return {"Id": known.number(TRANSACTIONS, sale.id), **lines} if lines else None


def _home_balance(invoice: Invoice, known: Known) -> Decimal | None:
    return invoice.balance_remaining_in_home_currency if known.is_foreign(invoice.currency) else None


def _heard_total(given: Json, known: Known) -> dict[str, Any]:
    """The total, and what there is of it without the tax."""
    total = MONEY.read(given["TotalAmt"], known)
    detail = given.get("TxnTaxDetail") or {}
    tax = MONEY.read(detail["TotalTax"], known) if said(detail, "TotalTax") else ZERO
    return {"total_amount": total, "subtotal": total - tax, "sales_tax_total": tax}


def _heard_balance(given: Json, known: Known) -> dict[str, Any]:
    """What is owed still, and so what has been paid and credited."""
    balance = MONEY.read(given["Balance"], known)
    total = MONEY.read(given["TotalAmt"], known) if said(given, "TotalAmt") else balance
    return {"balance_remaining": balance, "applied_amount": total - balance, "is_paid": balance == ZERO}


def status(key: str, field: str, word: str) -> Row:
    """Whether something is still to be done with a document: Intuit has other words for no and for done."""
    return Row(
        key,
        field,
        told=lambda sale, _known: word if getattr(sale, field) else "NotSet",
        heard=lambda given, _known: {field: given[key] == word},
        asked=lambda sale, _known: word if getattr(sale, field) else "NotSet",
        use="kept",
    )


def _bill_email(sale: Sale, known: Known) -> Json | None:
    """Intuit sends nothing to nobody: what is to be sent needs an address, which is the customer's."""
    customer = (sale.customer.id or "") if sale.customer is not None else ""
    address = known.emails.get(customer) if sale.is_queued_for_email else None
    return {"Address": address} if address else None


PARTIES: Final[tuple[Row, ...]] = (
    row("CustomerRef", "customer", to("names"), required=True),
    Row(
        "CustomerMemo",
        "customer_note",
        MEMO,
        _customer_memo,
        asked=_customer_memo,
        fields=("customer_note", "customer_message"),
        most=1000,
    ),
    address("BillAddr", "billing_address"),
    address("ShipAddr", "shipping_address"),
    told("ShipFromAddr", _ship_from),
    row("ClassRef", "class_", to("classes")),
    row("DepartmentRef", "department", to("departments")),
)
TERMS: Final = row("SalesTermRef", "terms", to("terms"))
DELIVERY: Final[tuple[Row, ...]] = (
    row("DueDate", "due_date", DAY),
    Row(
        "ShipMethodRef",
        "shipping_method",
        SHIP_METHOD,
        _ship_method,
        wanted=lambda _given, _known: {},
    ),
    row("ShipDate", "shipping_date", DAY),
    row("TrackingNum", "tracking_number", TEXT),
)
TOTALS: Final[tuple[Row, ...]] = (
    Row(
        "GlobalTaxCalculation",
        told=lambda _sale, known: "TaxExcluded" if known.is_canadian else None,
        heard=heard_calculation,
        asked=asked_calculation,
        fields=("tax_mode",),
    ),
    Row(
        "TotalAmt",
        told=lambda sale, _known: sale.total_amount or ZERO,
        heard=_heard_total,
        use="own",
    ),
    always("ApplyTaxAfterDiscount", False),
    status("PrintStatus", "is_queued_for_print", "NeedToPrint"),
    status("EmailStatus", "is_queued_for_email", "NeedToSend"),
    Row("BillEmail", asked=_bill_email, use="once"),
)
DOCUMENT: Final[tuple[Row, ...]] = (
    row("DocNumber", "ref_number", TEXT, most=21),
    row("TxnDate", "transaction_date", DAY),
    *currency_rows(),
    NOTE,
    Row("LinkedTxn", told=linked, heard=heard_links, use="own"),
    Row("Line", "lines", told=lines_of, heard=heard_lines, asked=asked_lines, required=True),
    Row(
        "TxnTaxDetail",
        told=tax_detail,
        heard=heard_tax,
        asked=asked_tax,
        wanted=wanted_tax,
        fields=("tax_mode", "tax_override", "sales_tax_item"),
    ),
    *ENTITY,
    CUSTOM_FIELDS,
)
SALE_FILTERS: Final = {
    "docnumber": Filter("ref_number", "text"),
    "txndate": Filter("date", "day"),
    "customerref": Filter("customer_id", "names"),
    "metadata.lastupdatedtime": Filter("updated_at", "moment"),
    "metadata.createtime": Filter("created_at", "moment"),
}
SALE_EXTRA: Final = frozenset(
    {
        "ApplyTaxAfterDiscount",
        "BillEmail",
        "BillEmailBcc",
        "BillEmailCc",
        "ProjectRef",
        "ShipFromAddr",
        "TransactionLocationType",
        "TxnSource",
        "FreeFormAddress",
    }
)
"""Keys of sales that the model's fields do not hold."""

INVOICE: Final = Entity(
    "Invoice",
    ("invoices",),
    (
        always("Deposit", ZERO),
        always("AllowIPNPayment", False),
        always("AllowOnlinePayment", False),
        always("AllowOnlineCreditCardPayment", False),
        always("AllowOnlineACHPayment", False),
        *PARTIES,
        TERMS,
        *DELIVERY,
        *TOTALS,
        Row("Balance", "balance_remaining", MONEY, heard=_heard_balance, use="own"),
        Row("HomeBalance", "balance_remaining_in_home_currency", MONEY, told=_home_balance, use="own"),
        always("TaxExemptionRef", {}),
        *DOCUMENT,
    ),
    filters=SALE_FILTERS,
    made=("invoices",),
    void="operation",
    extra=SALE_EXTRA
    | {
        "Deposit",
        "DepositToAccountRef",
        "AllowIPNPayment",
        "AllowOnlinePayment",
        "AllowOnlineCreditCardPayment",
        "AllowOnlineACHPayment",
        "ShipMethodRef",
    },
)
CREDIT_MEMO: Final = Entity(
    "CreditMemo",
    ("credit_memos",),
    (
        own("RemainingCredit", "credit_remaining", MONEY),
        *PARTIES,
        TERMS,
        *TOTALS,
        told("Balance", lambda memo, _known: memo.credit_remaining or ZERO),
        always("TaxExemptionRef", {}),
        *DOCUMENT,
    ),
    filters=SALE_FILTERS,
    made=("credit_memos",),
    extra=SALE_EXTRA | {"InvoiceRef", "PaymentMethodRef"},
)
STATUSES: Final = choice(
    {
        "pending": "Pending",
        "accepted": "Accepted",
        "closed": "Closed",
        "rejected": "Rejected",
        "converted": "Converted",
    }
)
ESTIMATE: Final = Entity(
    "Estimate",
    ("estimates",),
    (
        *PARTIES,
        TERMS,
        *DELIVERY,
        *TOTALS,
        row("TxnStatus", "status", STATUSES, "kept"),
        row("ExpirationDate", "expiration_date", DAY),
        row("AcceptedBy", "accepted_by", TEXT),
        row("AcceptedDate", "accepted_date", DAY),
        *DOCUMENT,
    ),
    filters=SALE_FILTERS,
    made=("estimates",),
    extra=SALE_EXTRA | {"ShipMethodRef", "TaxExemptionRef"},
)


PAID: Final[tuple[Row, ...]] = (
    *(replace(each, required=False) for each in PARTIES),  # it may be a sale to nobody in particular
    *DELIVERY[1:],
    *TOTALS,
    row("PaymentMethodRef", "payment_method", to("payment_methods")),
    row("PaymentRefNum", "payment_ref_number", TEXT, most=100),
    always("Balance", ZERO),
)
PAID_EXTRA: Final = SALE_EXTRA | {
    "CheckPayment",
    "CreditCardPayment",
    "PaymentType",
    "RecurDataRef",
    "ShipMethodRef",
    "TaxExemptionRef",
}
SALES_RECEIPT: Final = Entity(
    "SalesReceipt",
    ("sales_receipts",),
    (*PAID, row("DepositToAccountRef", "deposit_to_account", to("accounts")), *DOCUMENT),
    filters=SALE_FILTERS,
    made=("sales_receipts",),
    void="include",
    extra=PAID_EXTRA,
)
REFUND_RECEIPT: Final = Entity(
    "RefundReceipt",
    ("refund_receipts",),
    (*PAID, row("DepositToAccountRef", "deposit_to_account", to("accounts"), required=True), *DOCUMENT),
    filters=SALE_FILTERS,
    made=("refund_receipts",),
    extra=PAID_EXTRA,
)
