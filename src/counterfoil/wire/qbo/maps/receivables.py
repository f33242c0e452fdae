"""Payments received."""

from typing import Final

from counterfoil.core.money import ZERO
from counterfoil.model.receivables import ReceivePayment
from counterfoil.wire.qbo.forms import DAY, MONEY, NUMBER, TEXT, to
from counterfoil.wire.qbo.maps.parts import CUSTOM_FIELDS, ENTITY, currency_rows
from counterfoil.wire.qbo.maps.sales import LINK_TYPES, private_note
from counterfoil.wire.qbo.table import TRANSACTIONS, Entity, Filter, Json, Known, Row, always, row, told


def _lines(payment: ReceivePayment, known: Known) -> list[Json]:
    """What is paid: one line for each invoice."""
    return [
        {
            "Amount": application.payment_amount or ZERO,
            "LinkedTxn": [
                {
                    "TxnId": known.number(TRANSACTIONS, application.transaction_id),
                    "TxnType": LINK_TYPES.get(application.transaction_type, "Invoice"),
                }
            ],
            "LineEx": {},
        }
        for application in payment.applications
    ]


PAYMENT: Final = Entity(
    "Payment",
    ("receive_payments",),
    (
        row("CustomerRef", "customer", to("names")),
        row("DepositToAccountRef", "deposit_to_account", to("accounts")),
        row("PaymentMethodRef", "payment_method", to("payment_methods")),
        row("PaymentRefNum", "ref_number", TEXT),
        row("TotalAmt", "total_amount", MONEY),
        row("UnappliedAmt", "unused_payment", MONEY),
        always("ProcessPayment", False),
        row("TxnDate", "transaction_date", DAY),
        *currency_rows(NUMBER),
        Row("PrivateNote", "memo", TEXT, private_note),
        told("Line", _lines),
        *ENTITY,
        CUSTOM_FIELDS,
    ),
    filters={
        "paymentrefnum": Filter("ref_number", "text"),
        "txndate": Filter("date", "day"),
        "customerref": Filter("customer_id", "names"),
        "metadata.lastupdatedtime": Filter("updated_at", "moment"),
        "metadata.createtime": Filter("created_at", "moment"),
    },
)
