"""Invoices."""

from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO, plain
from counterfoil.model.sales import Invoice, Sale
from counterfoil.wire.qbo.forms import DAY, MEMO, MONEY, NUMBER, TEXT, to
from counterfoil.wire.qbo.maps.addresses import address, company_address
from counterfoil.wire.qbo.maps.lines import lines_of
from counterfoil.wire.qbo.maps.parts import CUSTOM_FIELDS, ENTITY, currency_rows
from counterfoil.wire.qbo.table import TRANSACTIONS, Entity, Filter, Json, Known, Row, always, row, told

LINK_TYPES: Final = {
    "invoice": "Invoice",
    "credit_memo": "CreditMemo",
    "receive_payment": "Payment",
    "estimate": "Estimate",
    "sales_receipt": "SalesReceipt",
    "deposit": "Deposit",
    "journal_entry": "JournalEntry",
}
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


def _ship_method(sale: Sale, _known: Known) -> Json | None:
    """Intuit keeps no list of them: a method's name is its id."""
    name = sale.shipping_method.full_name if sale.shipping_method is not None else None
    return {"value": name, "name": name} if name else None


def linked(thing: Any, known: Known) -> list[Json] | None:
    links = [
        {"TxnId": known.number(TRANSACTIONS, link.id), "TxnType": LINK_TYPES[link.transaction_type]}
        for link in thing.linked_transactions
        if link.transaction_type in LINK_TYPES
    ]
    return links or None


def tax_detail(sale: Sale, known: Known) -> Json:
    """The tax in all and by rate; an override leaves the rates and what they were charged on as they are."""
    lines = [
        {
            "Amount": component.amount or ZERO,
            "DetailType": "TaxLineDetail",
            "TaxLineDetail": _tax_line(component, known),
        }
        for component in sale.tax_components
        if component.amount or component.taxable
    ]
    detail: Json = {"TotalTax": sale.sales_tax_total or ZERO}
    if lines and sale.sales_tax_item is not None:
        detail = {"TxnTaxCodeRef": to("items").write(sale.sales_tax_item, known), **detail}
    return detail | ({"TaxLine": lines} if lines else {})


def _tax_line(component: Any, known: Known) -> Json:
    detail: Json = {}
    if component.item is not None:
        detail["TaxRateRef"] = to("items").write(component.item, known)
    detail["PercentBased"] = component.percent is not None
    if component.percent is not None:
        detail["TaxPercent"] = Decimal(plain(component.percent))
    if component.taxable is not None:
        detail["NetAmountTaxable"] = component.taxable
    return detail


def _ship_from(sale: Sale, known: Known) -> Json | None:
    lines = company_address(known)
    return {"Id": known.number(TRANSACTIONS, sale.id), **lines} if lines else None


def _home_balance(invoice: Invoice, known: Known) -> Decimal | None:
    return invoice.balance_remaining_in_home_currency if known.is_foreign(invoice.currency) else None


SALE: Final[tuple[Row, ...]] = (
    row("CustomerRef", "customer", to("names")),
    Row("CustomerMemo", "customer_note", MEMO, _customer_memo),
    address("BillAddr", "billing_address"),
    address("ShipAddr", "shipping_address"),
    told("ShipFromAddr", _ship_from),
    row("ClassRef", "class_", to("classes")),
    row("SalesTermRef", "terms", to("terms")),
    row("DueDate", "due_date", DAY),
    told("ShipMethodRef", _ship_method),
    row("ShipDate", "shipping_date", DAY),
    row("TrackingNum", "tracking_number", TEXT),
    told("GlobalTaxCalculation", lambda _sale, known: "TaxExcluded" if known.is_canadian else None),
    told("TotalAmt", lambda sale, _known: sale.total_amount or ZERO),
    always("ApplyTaxAfterDiscount", False),
    told("PrintStatus", lambda sale, _known: "NeedToPrint" if sale.is_queued_for_print else "NotSet"),
    told("EmailStatus", lambda sale, _known: "NeedToSend" if sale.is_queued_for_email else "NotSet"),
)
"""What invoices share with other sales."""

INVOICE: Final = Entity(
    "Invoice",
    ("invoices",),
    (
        always("Deposit", ZERO),
        always("AllowIPNPayment", False),
        always("AllowOnlinePayment", False),
        always("AllowOnlineCreditCardPayment", False),
        always("AllowOnlineACHPayment", False),
        *SALE,
        row("Balance", "balance_remaining", MONEY),
        told("HomeBalance", _home_balance),
        always("TaxExemptionRef", {}),
        row("DocNumber", "ref_number", TEXT),
        row("TxnDate", "transaction_date", DAY),
        *currency_rows(NUMBER),
        Row("PrivateNote", "memo", TEXT, private_note),
        told("LinkedTxn", linked),
        told("Line", lines_of),
        told("TxnTaxDetail", tax_detail),
        *ENTITY,
        CUSTOM_FIELDS,
    ),
    filters={
        "docnumber": Filter("ref_number", "text"),
        "txndate": Filter("date", "day"),
        "customerref": Filter("customer_id", "names"),
        "metadata.lastupdatedtime": Filter("updated_at", "moment"),
        "metadata.createtime": Filter("created_at", "moment"),
    },
)
