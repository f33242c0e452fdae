"""Payments to vendors: QuickBooks has two kinds of them, by check and by credit card, which it cannot change.

Neither has a total when it is made: it comes to what its applications pay.
"""

from decimal import Decimal

from counterfoil.core.money import ZERO
from counterfoil.model.kinds import Text, To
from counterfoil.model.payables import BillPayment
from counterfoil.wire.qbxml.maps.parts import CUSTOM_FIELDS, TXN_HEAD
from counterfoil.wire.qbxml.maps.queries import txn_query
from counterfoil.wire.qbxml.maps.receivables import APPLICATION
from counterfoil.wire.qbxml.table import Map, Part, Row, Values, Verb, part, row

STANDS = {"total_amount": ("total_amount", "applications"), "pay_type": ("vendor",)}
PAYEE = To(("vendors", "other_names"))


def of_check(values: Values, verb: Verb) -> Values:
    return _totalled(values, verb, "check")


def of_card(values: Values, verb: Verb) -> Values:
    return _totalled(values, verb, "credit_card")


def _totalled(values: Values, verb: Verb, pay_type: str) -> Values:
    """The payment's kind, and its total where it is told by the applications alone."""
    found = dict(values) if verb == "m" else {**values, "pay_type": pay_type}
    if verb != "r" and found.get("total_amount") is None and "applications" in found:
        paid: list[Decimal] = [one.payment_amount or ZERO for one in found["applications"]]
        found["total_amount"] = sum(paid, ZERO)
    return found


def spoken(values: Values, verb: Verb) -> Values:
    """The total of a new payment is left to its applications, where it is what they pay; its kind is the message's."""
    found = {name: value for name, value in values.items() if name != "pay_type" or verb == "m"}
    applications = found.get("applications") or ()
    if verb == "a" and found.get("total_amount") == sum((one.payment_amount or ZERO for one in applications), ZERO):
        found.pop("total_amount", None)
    return found


def _beginning(account: str) -> tuple[Row, ...]:
    return (
        *TXN_HEAD,
        row("PayeeEntityRef", "vendor", "Ar", kind=PAYEE, firm=True),
        row("APAccountRef", "payables_account", "ar", firm=True),
        row("TxnDate", "transaction_date", "amr", firm=True),
        row(account, "payment_account", "Amr", firm=True),
        row("Amount", "total_amount", "mr", firm=True),
        row("CurrencyRef", "currency", "r", since="8.0"),
        row("ExchangeRate", "exchange_rate", "mr", since="8.0"),
        row("AmountInHomeCurrency", "total_amount_in_home_currency", "r", since="8.0"),
    )


_RATE = row("ExchangeRate", "exchange_rate", "a", since="8.0")
_EXTERNAL = row("ExternalGUID", "external_id", "ar", since="9.0")
_APPLIED = (
    part("AppliedToTxnAdd", "applications", "A", APPLICATION),
    part("AppliedToTxnMod", "applications", "m", APPLICATION),
    part("AppliedToTxnRet", "applications", "r", APPLICATION),
    CUSTOM_FIELDS,
)

BILL_PAYMENTS_BY_CHECK = Map(
    "BillPaymentCheck",
    "bill_payments",
    "TxnID",
    "AMQDV",
    Part(
        BillPayment,
        (
            *_beginning("BankAccountRef"),
            row("IsToBePrinted", "is_queued_for_print", "Am", choice="print"),
            row("RefNumber", "ref_number", "Am", kind=Text(11), choice="print", blank=True),
            row("RefNumber", "ref_number", "r"),
            row("Memo", "memo", "amr", since="3.0"),
            _RATE,
            row("IsToBePrinted", "is_queued_for_print", "r"),
            _EXTERNAL,
            *_APPLIED,
        ),
    ),
    txn_query(),
    inward=of_check,
    outward=spoken,
    stands=STANDS,
    only=("pay_type", "check"),
)

BILL_PAYMENTS_BY_CARD = Map(
    "BillPaymentCreditCard",
    "bill_payments",
    "TxnID",
    "AQDV",
    Part(
        BillPayment,
        (
            *_beginning("CreditCardAccountRef"),
            row("RefNumber", "ref_number", "ar", kind=Text(11), blank=True),
            row("Memo", "memo", "ar", since="3.0"),
            _RATE,
            _EXTERNAL,
            *_APPLIED,
        ),
    ),
    txn_query(),
    inward=of_card,
    outward=spoken,
    stands=STANDS,
    only=("pay_type", "credit_card"),
)
