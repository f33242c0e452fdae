"""Payments received from customers. QuickBooks deletes them, but cannot void them."""

from counterfoil.model.kinds import Text
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.wire.qbxml.maps.cards import CARD_TRANSACTION
from counterfoil.wire.qbxml.maps.parts import CUSTOM_FIELDS, TXN_HEAD
from counterfoil.wire.qbxml.maps.queries import txn_query
from counterfoil.wire.qbxml.maps.sales import CREDIT_TO_APPLY, LINKED_TRANSACTION
from counterfoil.wire.qbxml.table import Map, Part, part, row

APPLICATION = Part(
    Application,
    (
        row("TxnID", "transaction_id", "AMr"),
        row("PaymentAmount", "payment_amount", "am"),
        row("TxnType", "transaction_type", "r"),
        row("TxnDate", "transaction_date", "r"),
        row("RefNumber", "ref_number", "r", kind=Text(20)),
        row("BalanceRemaining", "balance_remaining", "r"),
        row("Amount", "payment_amount", "r"),
        part("SetCredit", "apply_credits", "am", CREDIT_TO_APPLY),
        row("DiscountAmount", "discount_amount", "amr"),
        row("DiscountAccountRef", "discount_account", "amr"),
        row("DiscountClassRef", "discount_class", "amr", since="11.0"),
        part("LinkedTxn", "linked_transactions", "r", LINKED_TRANSACTION, since="10.0"),
    ),
)

RECEIVE_PAYMENTS = Map(
    "ReceivePayment",
    "receive_payments",
    "TxnID",
    "AMQD",
    Part(
        ReceivePayment,
        (
            *TXN_HEAD,
            row("CustomerRef", "customer", "Amr", firm=True),
            row("ARAccountRef", "receivables_account", "amr", firm=True),
            row("TxnDate", "transaction_date", "amr", firm=True),
            row("RefNumber", "ref_number", "amr", blank=True),
            row("TotalAmount", "total_amount", "amr", firm=True),
            row("CurrencyRef", "currency", "r", since="8.0"),
            row("ExchangeRate", "exchange_rate", "amr", since="8.0"),
            row("TotalAmountInHomeCurrency", "total_amount_in_home_currency", "r", since="8.0"),
            row("PaymentMethodRef", "payment_method", "amr"),
            row("Memo", "memo", "amr"),
            row("DepositToAccountRef", "deposit_to_account", "amr", firm=True),
            part("CreditCardTxnInfo", "credit_card_transaction", "ar", CARD_TRANSACTION, since="4.1"),
            part("CreditCardTxnInfoMod", "credit_card_transaction", "m", CARD_TRANSACTION, since="7.0"),
            row("UnusedPayment", "unused_payment", "r"),
            row("UnusedCredits", "unused_credits", "r"),
            row("ExternalGUID", "external_id", "ar", since="9.0"),
            row("IsAutoApply", "is_auto_apply", "A", choice="how"),
            part("AppliedToTxnAdd", "applications", "A", APPLICATION, choice="how"),
            part("AppliedToTxnMod", "applications", "m", APPLICATION),
            part("AppliedToTxnRet", "applications", "r", APPLICATION),
            CUSTOM_FIELDS,
        ),
    ),
    txn_query(),
)
