"""What happens in one small company: an invoice is made, paid, voided and deleted; what else there is to tell of."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from counterfoil.model.addresses import Address
from counterfoil.model.event import Event
from counterfoil.model.lines import LinkedTransaction, SalesLine
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

CONNECTION: Final = "123e4567-e89b-12d3-a456-426614174000"
NEW_YEAR: Final = 1767225600
"""2026-01-01T00:00:00Z"""

DAY: Final = 86400
REQUEST: Final = "01977a3e-0000-7000-8000-000000000001"
EVENT: Final = "01977a3e-0000-7000-8000-0000000000ff"
SOLD: Final = "1A-1767225600"
LINE: Final = "1B-1767225600"
PAID: Final = "1C-1767312000"
ACME: Final = Ref("80000001-1234567890", "Acme")
CONSULTING: Final = Ref("80000002-1234567890", "Consulting")
NET_30: Final = Ref("8000000A-1234567890", "Net 30")
CHECK: Final = Ref("8000000B-1234567890", "Check")
TAXED: Final = Ref("80000007-1234567890", "Tax")

NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    "transactions": {SOLD: 17, PAID: 18},
    "names": {"80000001-1234567890": 59},
    "items": {"80000002-1234567890": 21},
    "terms": {"8000000A-1234567890": 6},
    "payment_methods": {"8000000B-1234567890": 2},
    "lines": {LINE: 31},
}

STREET: Final = Address(line1="1 Main St", city="Portland", state="OR", postal_code="97201")
INVOICE: Final[Mapping[str, Any]] = {
    "id": SOLD,
    "created_at": NEW_YEAR,
    "number": 26,
    "customer": ACME,
    "transaction_date": date(2026, 1, 1),
    "due_date": date(2026, 1, 31),
    "terms": NET_30,
    "ref_number": "1042",
    "billing_address": STREET,
    "memo": "Café",
    "subtotal": Decimal("300.00"),
    "sales_tax_total": Decimal("24.75"),
    "total_amount": Decimal("324.75"),
    "lines": (
        SalesLine(
            id=LINE,
            item=CONSULTING,
            description="Advice",
            quantity=Decimal("1.5"),
            rate=Decimal("200"),
            amount=Decimal("300.00"),
            sales_tax_code=TAXED,
        ),
    ),
}
OPEN: Final = Invoice(
    **INVOICE,
    updated_at=NEW_YEAR,
    revision="1767225600",
    applied_amount=Decimal("0.00"),
    balance_remaining=Decimal("324.75"),
    is_paid=False,
)
CLOSED: Final = Invoice(
    **INVOICE,
    updated_at=NEW_YEAR + DAY,
    revision="1767312000",
    applied_amount=Decimal("324.75"),
    balance_remaining=Decimal("0.00"),
    is_paid=True,
    linked_transactions=(
        LinkedTransaction(
            id=PAID,
            transaction_type="receive_payment",
            transaction_date=date(2026, 1, 2),
            ref_number="991",
            link_type="amount",
            amount=Decimal("324.75"),
        ),
    ),
)
PAYMENT: Final = ReceivePayment(
    id=PAID,
    created_at=NEW_YEAR + DAY,
    updated_at=NEW_YEAR + DAY,
    revision="1767312000",
    number=27,
    customer=ACME,
    transaction_date=date(2026, 1, 2),
    ref_number="991",
    total_amount=Decimal("324.75"),
    payment_method=CHECK,
    unused_payment=Decimal("0.00"),
    unused_credits=Decimal("0.00"),
    applications=(
        Application(
            transaction_id=SOLD,
            payment_amount=Decimal("324.75"),
            transaction_date=date(2026, 1, 1),
            ref_number="1042",
            balance_remaining=Decimal("0.00"),
        ),
    ),
)
CUSTOMER: Final = Customer(
    id="80000001-1234567890",
    created_at=NEW_YEAR,
    updated_at=NEW_YEAR,
    revision="1767225600",
    name="Acme",
    full_name="Acme",
    company_name="Acme",
    email="books@example.com",
    phone="555-0100",
    billing_address=STREET,
    balance=Decimal("0.00"),
    total_balance=Decimal("0.00"),
)
VOIDED: Final = Voided(id=SOLD, ref_number="1042", created_at=NEW_YEAR, updated_at=NEW_YEAR + 2 * DAY)
DELETED: Final = Deleted(id=SOLD, label="1042", deleted_at=NEW_YEAR + 2 * DAY)


def _event(type_: str, subject: str, at: int, resource: Any = None, **details: str) -> Event:
    return Event(
        id=EVENT,
        type=type_,
        account_id="acme",
        connection_id=CONNECTION,
        subject_id=subject,
        at=at,
        resource=resource,
        request_id=REQUEST if not type_.startswith("connection.") else None,
        details=details,
    )


STORY: Final[Mapping[str, Event]] = {
    event.type: event
    for event in (
        _event("invoice.created", SOLD, NEW_YEAR, OPEN),
        _event("invoice.paid", SOLD, NEW_YEAR + DAY, CLOSED),
        _event("invoice.voided", SOLD, NEW_YEAR + 2 * DAY, VOIDED),
        _event("invoice.deleted", SOLD, NEW_YEAR + 2 * DAY, DELETED),
        _event("payment.created", PAID, NEW_YEAR + DAY, PAYMENT),
        _event("customer.created", CUSTOMER.id, NEW_YEAR, CUSTOMER),
        _event(
            "request.failed", REQUEST, NEW_YEAR, code="3140", message="There is an invalid reference to the customer."
        ),
        _event("connection.offline", CONNECTION, NEW_YEAR, last_seen_at="2025-12-31T23:00:00Z"),
    )
}
