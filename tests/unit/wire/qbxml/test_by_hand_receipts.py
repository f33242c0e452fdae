"""Estimates and sales receipts against documents written by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.wire.qbxml.by_hand import TXN, asks, changed, named, tells

from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.command import Create, LineChange
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.query import Filter, Select
from counterfoil.model.sales import Estimate, SalesReceipt
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.questions import View

D = Decimal
JAN_25 = date(2026, 1, 25)
BARN = named("Kowalski:Barn")
KOWALSKI, FITTING = Ref("80000001-1234567890", "Kowalski:Barn"), Ref("80000021-1", "Fitting")

ESTIMATE_ADD = Estimate(
    customer=BARN,
    class_=named("North"),
    document_template=named("Custom estimate"),
    transaction_date=JAN_25,
    ref_number="E-7",
    billing_address=Address(line1="Jan Kowalski", city="Portland"),
    shipping_address=Address(line1="The barn"),
    status="closed",
    purchase_order_number="PO-9",
    terms=named("Net 30"),
    due_date=date(2026, 2, 24),
    sales_representative=named("MKR"),
    shipment_origin="Portland",
    sales_tax_item=named("County"),
    memo="Barn door",
    customer_message=named("Thank you!"),
    is_queued_for_email=True,
    sales_tax_code=named("Tax"),
    other_custom_field="Other header",
    exchange_rate=D("1.25"),
    external_id="6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa",
    lines=(
        SalesLine(
            item=named("Fitting"),
            description="Fitting per hour",
            quantity=D(3),
            unit_of_measure="hour",
            rate=D("85.5"),
            class_=named("South"),
            amount=D("256.50"),
            price_rule_conflict_strategy="zero",
            inventory_site=named("Yard"),
            inventory_site_location=named("Rack 4"),
            sales_tax_code=named("Non"),
            price_level=named("Friends"),
            override_item_account=named("Sales"),
            other_custom_field1="One",
            other_custom_field2="Two",
            custom_fields=(CustomField(owner_id="0", name="Colour", value="Red"),),
        ),
        SalesLineGroup(item_group=named("Hinges"), quantity=D(2)),
        SalesLine(item=named("Early bird"), rate_percent=D(-10)),
    ),
)
RECEIPT_ADD = SalesReceipt(
    customer=BARN,
    transaction_date=JAN_25,
    ref_number="S-7",
    billing_address=Address(line1="Jan Kowalski"),
    shipping_address=Address(line1="The barn"),
    is_pending=True,
    payment_ref_number="10045",
    payment_method=named("Check"),
    due_date=JAN_25,
    sales_representative=named("MKR"),
    shipping_date=date(2026, 1, 26),
    shipping_method=named("Bicycle"),
    shipment_origin="Portland",
    sales_tax_item=named("County"),
    memo="Paid at the door",
    customer_message=named("Thank you!"),
    is_queued_for_print=False,
    is_queued_for_email=True,
    sales_tax_code=named("Tax"),
    deposit_to_account=named("Checking"),
    other_custom_field="Other header",
    exchange_rate=D("1.25"),
    lines=(
        SalesLine(
            item=named("Fitting"),
            quantity=D(1),
            price_level=named("Friends"),
            price_rule_conflict_strategy="base_price",
            serial_number="S-1",
            service_date=date(2026, 1, 20),
        ),
        SalesLineGroup(item_group=named("Hinges")),
    ),
)
ASKED: dict[str, Any] = {
    "EstimateAdd": Create(resource="estimates", draft=ESTIMATE_ADD),
    "EstimateMod": changed(
        "estimates",
        status="pending",
        purchase_order_number=None,
        memo="Again",
        lines=(
            LineChange(id="1A50-1769331723", changes={"quantity": D(4)}),
            LineChange(id="-1", changes={"item": named("Fitting")}),
            LineChange(id="1A51-1769331723", changes={"quantity": D(3)}, is_group=True),
        ),
    ),
    "SalesReceiptAdd": Create(resource="sales_receipts", draft=RECEIPT_ADD),
    "SalesReceiptMod": changed(
        "sales_receipts",
        payment_ref_number=None,
        payment_method=named("Cash"),
        deposit_to_account=named("Undeposited Funds"),
        lines=(LineChange(id="1A50-1769331723", changes={"rate": D(90)}),),
    ),
}
QUERIES = {
    "EstimateQuery": Select(
        resource="estimates",
        filters=(
            Filter("date", ">=", date(2026, 1, 1)),
            Filter("date", "<=", date(2026, 1, 31)),
            Filter("customer_id", "in", ("80000001-1234567890",)),
        ),
    ),
    "SalesReceiptQuery": Select(resource="sales_receipts", ref_numbers=("S-7",)),
}

ESTIMATE = Estimate(
    **TXN,
    number=1732,
    customer=KOWALSKI,
    document_template=Ref("80000040-1", "Custom estimate"),
    transaction_date=JAN_25,
    ref_number="E-7",
    billing_address=Address(line1="Jan Kowalski", city="Portland"),
    status="closed",
    due_date=date(2026, 2, 24),
    subtotal=D("256.50"),
    sales_tax_percentage=D(0),
    sales_tax_total=D(0),
    total_amount=D("256.50"),
    memo="Barn door",
    lines=(
        SalesLine(
            id="1A50-1769331723",
            item=FITTING,
            description="Fitting per hour",
            quantity=D(3),
            rate=D("85.5"),
            amount=D("256.50"),
            sales_tax_code=Ref("80000008-1", "Non"),
        ),
    ),
)
RECEIPT = SalesReceipt(
    **TXN,
    number=1733,
    customer=KOWALSKI,
    transaction_date=JAN_25,
    ref_number="S-7",
    payment_ref_number="10045",
    payment_method=Ref("80000031-1", "Check"),
    due_date=JAN_25,
    shipping_date=JAN_25,
    subtotal=D("85.50"),
    sales_tax_percentage=D(0),
    sales_tax_total=D(0),
    total_amount=D("85.50"),
    memo="Paid at the door",
    is_queued_for_print=False,
    deposit_to_account=Ref("80000033-1", "Checking"),
    lines=(
        SalesLine(
            id="1A50-1769331723",
            item=FITTING,
            quantity=D(1),
            rate=D("85.5"),
            amount=D("85.50"),
            service_date=date(2026, 1, 20),
        ),
    ),
)
ANSWERS: dict[str, Any] = {
    **dict.fromkeys(("EstimateAdd", "EstimateMod", "EstimateQuery"), ESTIMATE),
    **dict.fromkeys(("SalesReceiptAdd", "SalesReceiptMod", "SalesReceiptQuery"), RECEIPT),
}


@pytest.mark.parametrize("name", ASKED)
def test_writing(name: str) -> None:
    asks(name, ASKED[name])


@pytest.mark.parametrize("name", QUERIES)
def test_asking(name: str) -> None:
    asks(name, QUERIES[name], view=View())


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str) -> None:
    tells(name, ANSWERS[name])
