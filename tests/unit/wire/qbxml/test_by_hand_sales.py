"""Sales and payments against documents written by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.wire.qbxml.by_hand import (
    TXN,
    asks,
    changed,
    named,
    tells,
)

from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.command import Create, LineChange
from counterfoil.model.lines import CreditToApply, LinkedTransaction, LinkToLine, SalesLine, SalesLineGroup
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref

D = Decimal
JAN_25, JAN_27, JAN_28 = date(2026, 1, 25), date(2026, 1, 27), date(2026, 1, 28)
GUID = "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"
BARN = named("Kowalski:Barn")
IN_PORTLAND = Address(line1="Jan Kowalski", city="Portland")
KOWALSKI = Ref("80000001-1234567890", "Kowalski:Barn")
RECEIVABLES = Ref("80000002-1", "Accounts Receivable")
TAX, NON = Ref("80000007-1", "Tax"), Ref("80000008-1", "Non")

INVOICE_ADD = Invoice(
    customer=BARN,
    class_=named("North"),
    receivables_account=named("Accounts Receivable"),
    document_template=named("Service invoice"),
    transaction_date=JAN_25,
    ref_number="INV-1042",
    billing_address=IN_PORTLAND,
    shipping_address=Address(line1="The barn", note="Ring twice"),
    is_pending=True,
    is_finance_charge=True,
    purchase_order_number="PO-9",
    terms=named("Net 30"),
    due_date=date(2026, 2, 24),
    sales_representative=named("MKR"),
    shipment_origin="Portland",
    shipping_date=date(2026, 1, 26),
    shipping_method=named("Bicycle"),
    sales_tax_item=named("County"),
    memo="Barn door",
    customer_message=named("Thank you!"),
    is_queued_for_print=False,
    is_queued_for_email=True,
    sales_tax_code=named("Tax"),
    other_custom_field="Other header",
    exchange_rate=D("1.25"),
    external_id=GUID,
    link_to_transactions=("1A00-1769330000",),
    apply_credits=(
        CreditToApply(credit_transaction_id="19C2-1769330500", applied_amount=D(7), override_credit_application=True),
    ),
    lines=(
        SalesLine(
            item=named("Fitting"),
            description="Fitting <per hour>",
            quantity=D(3),
            unit_of_measure="hour",
            rate=D("85.5"),
            class_=named("South"),
            amount=D("256.50"),
            price_rule_conflict_strategy="base_price",
            inventory_site=named("Yard"),
            inventory_site_location=named("Rack 4"),
            lot_number="L-1",
            service_date=date(2026, 1, 20),
            sales_tax_code=named("Non"),
            override_item_account=named("Sales"),
            other_custom_field1="One",
            other_custom_field2="Two",
            link_to_transaction_line=LinkToLine(
                transaction_id="1A01-1769330001", transaction_line_id="1A02-1769330001"
            ),
            custom_fields=(CustomField(owner_id="0", name="Colour", value="Red"),),
        ),
        SalesLineGroup(item_group=named("Hinges"), quantity=D(2)),
        SalesLine(description="A line of text"),
        SalesLine(item=named("Early bird"), rate_percent=D(-10)),
        SalesLine(item=named("Fitting"), quantity=D(1), price_level=named("Friends")),
    ),
)
CREDIT_MEMO_ADD = CreditMemo(
    customer=BARN,
    transaction_date=JAN_28,
    ref_number="CM-7",
    memo="Goodwill",
    lines=(
        SalesLine(item=named("Fitting"), description="Goodwill", amount=D(10), serial_number="S-1"),
        SalesLineGroup(item_group=named("Hinges")),
    ),
)
PAYMENT_ADD = ReceivePayment(
    customer=BARN,
    receivables_account=named("Accounts Receivable"),
    transaction_date=JAN_27,
    ref_number="R-1",
    total_amount=D(100),
    payment_method=named("Check"),
    memo="By post",
    deposit_to_account=named("Undeposited Funds"),
    applications=(
        Application(
            transaction_id="1A4F-1769331723",
            payment_amount=D(50),
            apply_credits=(CreditToApply(credit_transaction_id="19C2-1769330500", applied_amount=D(7)),),
            discount_amount=D("1.5"),
            discount_account=named("Discounts"),
            discount_class=named("North"),
        ),
        Application(transaction_id="1A60-1769331800", payment_amount=D("0.01")),
    ),
)
AUTOMATIC = ReceivePayment(customer=named("Kowalski"), total_amount=D(5), is_auto_apply=True)

WRITES: dict[str, Any] = {
    "InvoiceAdd": Create(resource="invoices", draft=INVOICE_ADD),
    "CreditMemoAdd": Create(resource="credit_memos", draft=CREDIT_MEMO_ADD),
    "ReceivePaymentAdd": Create(resource="receive_payments", draft=PAYMENT_ADD),
    "ReceivePaymentAdd.auto": Create(resource="receive_payments", draft=AUTOMATIC),
    "InvoiceMod": changed(
        "invoices",
        memo=None,
        ref_number="INV-1043",
        lines=(
            LineChange(id="1A50-1769331723", changes={"quantity": D(4)}),
            LineChange(
                id="1A51-1769331723",
                changes={},
                is_group=True,
                lines=(
                    LineChange(id="1A52-1769331723", changes={}),
                    LineChange(id="-1", changes={"item": named("Fitting")}),
                ),
            ),
            LineChange(id="-1", changes={"description": "New", "amount": D(1)}),
        ),
    ),
    "CreditMemoMod": changed(
        "credit_memos",
        customer=named("Kowalski"),
        due_date=date(2026, 2, 1),
        lines=(LineChange(id="1A61-1769331723", changes={"amount": D("9.99")}),),
    ),
    "ReceivePaymentMod": changed(
        "receive_payments",
        total_amount=D(60),
        memo=None,
        applications=(Application(transaction_id="1A4F-1769331723", payment_amount=D(60)),),
    ),
}

INVOICE = Invoice(
    **TXN,
    number=1729,
    customer=KOWALSKI,
    receivables_account=RECEIVABLES,
    transaction_date=JAN_25,
    ref_number="INV-1042",
    billing_address=IN_PORTLAND,
    purchase_order_number="PO-9",
    terms=Ref("80000005-1", "Net 30"),
    due_date=date(2026, 2, 24),
    shipping_date=date(2026, 1, 26),
    subtotal=D("269.20"),
    sales_tax_item=Ref("80000024-1", "County"),
    sales_tax_percentage=D("8.25"),
    sales_tax_total=D("1.05"),
    applied_amount=D(50),
    balance_remaining=D("220.25"),
    memo="Barn door",
    is_paid=False,
    is_queued_for_print=True,
    sales_tax_code=TAX,
    linked_transactions=(
        LinkedTransaction(
            id="1B00-1769331900",
            transaction_type="receive_payment",
            transaction_date=JAN_27,
            ref_number="R-1",
            link_type="amount",
            amount=D(50),
        ),
    ),
    lines=(
        SalesLine(
            id="1A50-1769331723",
            item=Ref("80000021-1", "Fitting"),
            description="Fitting per hour",
            quantity=D(3),
            rate=D("85.5"),
            amount=D("256.50"),
            sales_tax_code=NON,
        ),
        SalesLineGroup(
            id="1A51-1769331723",
            item_group=Ref("80000026-1", "Hinges"),
            description="Hinges",
            quantity=D(1),
            should_print_items_in_group=True,
            total_amount=D("12.70"),
            lines=(
                SalesLine(
                    id="1A52-1769331723",
                    item=Ref("80000022-1", "Hardware:Hinge"),
                    quantity=D(3),
                    rate=D("4.25"),
                    amount=D("12.75"),
                    sales_tax_code=TAX,
                ),
                SalesLine(
                    id="1A53-1769331723",
                    item=Ref("80000027-1", "Early bird"),
                    rate_percent=D("-0.4"),
                    amount=D("-0.05"),
                ),
            ),
        ),
    ),
)
CREDIT_MEMO = CreditMemo(
    **TXN,
    number=1730,
    customer=KOWALSKI,
    transaction_date=JAN_28,
    ref_number="CM-7",
    due_date=JAN_28,
    subtotal=D(10),
    sales_tax_percentage=D(0),
    sales_tax_total=D(0),
    total_amount=D(10),
    credit_remaining=D(4),
    is_queued_for_print=False,
    linked_transactions=(
        LinkedTransaction(
            id="1A4F-1769331000",
            transaction_type="invoice",
            transaction_date=JAN_25,
            link_type="amount",
            amount=D(6),
        ),
    ),
    lines=(SalesLine(id="1A61-1769331723", description="Goodwill", amount=D(10)),),
)
PAYMENT = ReceivePayment(
    **TXN,
    number=1731,
    customer=KOWALSKI,
    receivables_account=RECEIVABLES,
    transaction_date=JAN_27,
    ref_number="R-1",
    total_amount=D(100),
    payment_method=Ref("80000031-1", "Check"),
    memo="By post",
    deposit_to_account=Ref("80000032-1", "Undeposited Funds"),
    unused_payment=D(50),
    unused_credits=D(0),
    applications=(
        Application(
            transaction_id="1A4F-1769331723",
            transaction_type="invoice",
            transaction_date=JAN_25,
            ref_number="INV-1042",
            balance_remaining=D("220.25"),
            payment_amount=D(50),
            discount_amount=D("1.50"),
            discount_account=Ref("80000019-1", "Discounts"),
        ),
    ),
)
ANSWERS: dict[str, Any] = {
    **dict.fromkeys(("InvoiceAdd", "InvoiceMod", "InvoiceQuery", "InvoiceQuery.paged"), INVOICE),
    **dict.fromkeys(("CreditMemoAdd", "CreditMemoMod", "CreditMemoQuery"), CREDIT_MEMO),
    **dict.fromkeys(
        ("ReceivePaymentAdd", "ReceivePaymentAdd.auto", "ReceivePaymentMod", "ReceivePaymentQuery"), PAYMENT
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_writing(name: str) -> None:
    asks(name, WRITES[name])


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str) -> None:
    tells(name, ANSWERS[name])
