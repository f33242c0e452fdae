"""Payments received.

Intuit says what a payment does in lines: so much to an invoice, and so much out of a credit memo, whose credit goes to
the invoices beside it. The model says of each invoice what it is paid, and from which credits.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from msgspec import structs

from counterfoil.core.money import ZERO
from counterfoil.model.lines import CreditToApply
from counterfoil.model.payables import BillPayment
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.wire.qbo.forms import DAY, MONEY, TEXT, to
from counterfoil.wire.qbo.maps.parts import CUSTOM_FIELDS, ENTITY, currency_rows, listed
from counterfoil.wire.qbo.maps.sales import LINK_TYPES, LINKED, NOTE
from counterfoil.wire.qbo.read import said
from counterfoil.wire.qbo.table import TRANSACTIONS, Entity, Filter, Json, Known, Row, always, own, row

CREDITS: Final = frozenset({"CreditMemo"})
"""What a line of a payment takes from, instead of paying it."""


def _lines(payment: ReceivePayment, known: Known) -> list[Json]:
    """What is paid: one line for each invoice."""
    return [{**line, "LineEx": {}} for line in asked_applications(payment, known)]


def asked_applications(
    payment: ReceivePayment | BillPayment, known: Known, *, paid: str = "Invoice", credit: str = "CreditMemo"
) -> list[Json]:
    """What is paid, of the kind `paid`, and the credits that help to pay it, of the kind `credit`."""
    return [line for application in payment.applications for line in _application(application, paid, credit, known)]


def _application(application: Application, paid: str, credit: str, known: Known) -> Iterator[Json]:
    """A line of what is paid, and one for each credit that helps: those that are wished for, or that books tell of."""
    credits = [(each.credit_transaction_id, each.applied_amount or ZERO) for each in application.apply_credits]
    credits += [(each.id, each.amount or ZERO) for each in application.linked_transactions]
    whole = (application.payment_amount or ZERO) + sum((amount for _, amount in credits), ZERO)
    other = LINK_TYPES.get(application.transaction_type) if application.transaction_type != "invoice" else None
    yield _line(whole, application.transaction_id, other or paid, known)
    for id, amount in credits:
        yield _line(amount, id, credit, known)


def _line(amount: Decimal, id: str, type_: str, known: Known) -> Json:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": known.number(TRANSACTIONS, id), "TxnType": type_}]}


def heard_applications(given: Json, known: Known, *, credit_types: frozenset[str] = CREDITS) -> dict[str, Any]:
    """What each invoice is paid; credits help to pay the invoices before them, the nearest first, and then the rest."""
    applications: list[Application] = []
    credits: list[tuple[int, CreditToApply]] = []
    for line in listed(given["Line"]):
        amount = MONEY.read(line["Amount"], known) if said(line, "Amount") else ZERO
        for link in listed(line.get("LinkedTxn") or []):
            id = known.id(TRANSACTIONS, str(link["TxnId"]))
            if link.get("TxnType") in credit_types:
                credits.append((len(applications), CreditToApply(credit_transaction_id=id, applied_amount=amount)))
            else:
                applications.append(_heard_application(line, id, str(link.get("TxnType")), amount, known))
    for position, credit in credits:
        _allot(applications, position, credit)
    return {"applications": tuple(applications)}


def _heard_application(line: Json, id: str, type_: str, amount: Decimal, known: Known) -> Application:
    beside = _line_ex(line)
    balance = beside.get("txnOpenBalance")
    return Application(
        transaction_id=id,
        payment_amount=amount,
        transaction_type=LINKED.get(type_, "unknown"),  # type: ignore[arg-type]
        ref_number=str(beside["txnReferenceNumber"]) if beside.get("txnReferenceNumber") else None,
        balance_remaining=MONEY.read(balance, known) if balance not in (None, "") else None,
    )


def _line_ex(line: Json) -> dict[str, Any]:
    """What Intuit says beside a line of a payment: names and values, each in an envelope of its own."""
    whole = line.get("LineEx")
    found = whole.get("any") if isinstance(whole, dict) else None
    values = (each.get("value") for each in found or [] if isinstance(each, dict))
    return {str(each["Name"]): each.get("Value") for each in values if isinstance(each, dict) and "Name" in each}


def _allot(applications: list[Application], position: int, credit: CreditToApply) -> None:
    """Use a credit for the invoice before it as far as that goes, then for the others in their order."""
    left = credit.applied_amount or ZERO
    others = (place for place in range(len(applications)) if place != position - 1)
    for place in [position - 1, *others] if position else list(others):
        application = applications[place]
        part = min(left, application.payment_amount or ZERO)
        if part > 0:
            used = structs.replace(credit, applied_amount=part)
            applications[place] = structs.replace(
                application,
                payment_amount=(application.payment_amount or ZERO) - part,
                apply_credits=(*application.apply_credits, used),
            )
            left -= part


PAYMENT: Final = Entity(
    "Payment",
    ("receive_payments",),
    (
        row("CustomerRef", "customer", to("names"), required=True),
        Row(
            "ARAccountRef",
            "receivables_account",
            to("accounts"),
            told=lambda _payment, _known: None,
            use="kept",
        ),
        row("DepositToAccountRef", "deposit_to_account", to("accounts")),
        row("PaymentMethodRef", "payment_method", to("payment_methods")),
        row("PaymentRefNum", "ref_number", TEXT, most=21),
        row("TotalAmt", "total_amount", MONEY, required=True),
        own("UnappliedAmt", "unused_payment", MONEY),
        always("ProcessPayment", False),
        row("TxnDate", "transaction_date", DAY),
        *currency_rows(),
        NOTE,
        Row("Line", "applications", told=_lines, heard=heard_applications, asked=asked_applications),
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
    made=("receive_payments",),
    void="include",
    extra=frozenset({"ProcessPayment", "CreditCardPayment", "ProjectRef", "TransactionLocationType", "TxnSource"}),
)
