"""Items against documents written by hand."""

from decimal import Decimal
from typing import Any

import pytest
from tests.unit.wire.qbxml.by_hand import LIST, asks, changed, named, tells

from counterfoil.model.command import Create
from counterfoil.model.items import (
    Barcode,
    DiscountItem,
    ItemGroup,
    ItemGroupLine,
    NonInventoryItem,
    OtherChargeItem,
    SalesAndPurchase,
    SalesOrPurchase,
    SalesTaxGroupItem,
    SalesTaxItem,
    ServiceItem,
    SubtotalItem,
)
from counterfoil.model.values import Ref

D = Decimal
SALES, COSTS = Ref("80000013-1", "Sales"), Ref("80000014-1", "Job costs")
COUNTY, CITY = Ref("80000024-1", "County"), Ref("80000025-1", "City")

CREATES: dict[str, tuple[str, Any]] = {
    "ItemServiceAdd": (
        "service_items",
        ServiceItem(
            name="Fitting",
            parent=named("Labour"),
            sales_tax_code=named("Non"),
            sales_or_purchase=SalesOrPurchase(
                description="Fitting per hour", price=D("85.5"), posting_account=named("Income:Labour")
            ),
        ),
    ),
    "ItemNonInventoryAdd": (
        "non_inventory_items",
        NonInventoryItem(
            name="Hinge",
            parent=named("Hardware"),
            class_=named("North"),
            sku="HG-7",
            sales_tax_code=named("Tax"),
            sales_and_purchase=SalesAndPurchase(
                sales_description="Brass hinge",
                sales_price=D("4.25"),
                income_account=named("Sales"),
                purchase_cost=D("2.1"),
                expense_account=named("Job costs"),
            ),
        ),
    ),
    "ItemOtherChargeAdd": (
        "other_charge_items",
        OtherChargeItem(
            name="Freight",
            sales_or_purchase=SalesOrPurchase(price_percentage=D("7.5"), posting_account=named("Freight")),
        ),
    ),
    "ItemDiscountAdd": (
        "discount_items",
        DiscountItem(
            name="Early bird",
            description="Before March",
            sales_tax_code=named("Tax"),
            discount_rate_percent=D(10),
            account=named("Discounts"),
        ),
    ),
    "ItemSubtotalAdd": ("subtotal_items", SubtotalItem(name="Sum", description="So far")),
    "ItemGroupAdd": (
        "item_groups",
        ItemGroup(
            name="Door kit",
            description="A door, hung",
            should_print_items_in_group=True,
            lines=(
                ItemGroupLine(item=named("Fitting"), quantity=D("1.5")),
                ItemGroupLine(item=named("Hardware:Hinge"), quantity=D(3), unit_of_measure="each"),
            ),
        ),
    ),
    "ItemSalesTaxAdd": (
        "sales_tax_items",
        SalesTaxItem(name="County", description="County tax", tax_rate=D("8.25"), tax_vendor=named("State of Oregon")),
    ),
    "ItemSalesTaxGroupAdd": (
        "sales_tax_group_items",
        SalesTaxGroupItem(name="County and city", sales_tax_items=(named("County"), named("City"))),
    ),
}

UPDATES: dict[str, Any] = {
    "ItemServiceMod": changed(
        "service_items",
        sales_and_purchase={
            "sales_price": D(90),
            "income_account": named("Sales"),
            "purchase_description": "Sub-contractor",
            "purchase_cost": D("60.12345"),
            "expense_account": named("Job costs"),
            "preferred_vendor": named("Fitters Inc"),
        },
    ),
    "ItemNonInventoryMod": changed(
        "non_inventory_items",
        barcode={"value": "0123456789012", "allow_override": True},
        class_=named("North"),
        parent=named("Hardware"),
        sku="HG-8",
    ),
    "ItemOtherChargeMod": changed(
        "other_charge_items", name="Carriage", sales_or_purchase={"description": None, "price": D(15)}
    ),
    "ItemDiscountMod": changed("discount_items", discount_rate=D("5.00001")),
    "ItemSubtotalMod": changed("subtotal_items", name="Subtotal", description=None),
    "ItemGroupMod": changed("item_groups", should_print_items_in_group=False, lines=()),
    "ItemSalesTaxMod": changed("sales_tax_items", tax_rate=D(0)),
    "ItemSalesTaxGroupMod": changed("sales_tax_group_items", description="Both", sales_tax_items=(Ref("80000024-1"),)),
}

ANSWERS: dict[str, Any] = {
    "ItemServiceAdd": ServiceItem(
        **LIST,
        name="Fitting",
        full_name="Labour:Fitting",
        parent=Ref("80000011-1", "Labour"),
        sales_tax_code=Ref("80000008-1", "Non"),
        sales_or_purchase=SalesOrPurchase(
            description="Fitting per hour", price=D("85.50"), posting_account=Ref("80000012-1", "Income:Labour")
        ),
    ),
    "ItemServiceMod": ServiceItem(
        **LIST,
        name="Fitting",
        full_name="Fitting",
        sales_and_purchase=SalesAndPurchase(
            sales_price=D(90),
            income_account=SALES,
            purchase_description="Sub-contractor",
            purchase_cost=D("60.12345"),
            expense_account=COSTS,
            preferred_vendor=Ref("80000015-1", "Fitters Inc"),
        ),
    ),
    "ItemNonInventoryAdd": NonInventoryItem(
        **LIST,
        name="Hinge",
        full_name="Hardware:Hinge",
        barcode=Barcode(value="0123456789012"),
        class_=Ref("80000016-1", "North"),
        parent=Ref("80000017-1", "Hardware"),
        sku="HG-7",
        sales_and_purchase=SalesAndPurchase(
            sales_description="Brass hinge",
            sales_price=D("4.25"),
            income_account=SALES,
            purchase_cost=D("2.10"),
            expense_account=COSTS,
        ),
    ),
    "ItemNonInventoryMod": NonInventoryItem(
        **LIST,
        name="Hinge",
        full_name="Hardware:Hinge",
        sku="HG-8",
        sales_or_purchase=SalesOrPurchase(price_percentage=D("12.5")),
    ),
    "ItemOtherChargeAdd": OtherChargeItem(
        **LIST,
        name="Freight",
        full_name="Freight",
        sales_or_purchase=SalesOrPurchase(price_percentage=D("7.5"), posting_account=Ref("80000018-1", "Freight")),
        special_item_type="finance_charge",
    ),
    "ItemOtherChargeMod": OtherChargeItem(
        **LIST, name="Carriage", full_name="Carriage", sales_or_purchase=SalesOrPurchase(price=D(15))
    ),
    "ItemDiscountAdd": DiscountItem(
        **LIST,
        name="Early bird",
        full_name="Early bird",
        description="Before March",
        sales_tax_code=Ref("80000007-1", "Tax"),
        discount_rate_percent=D(10),
        account=Ref("80000019-1", "Discounts"),
    ),
    "ItemDiscountMod": DiscountItem(**LIST, name="Early bird", full_name="Early bird", discount_rate=D("5.00001")),
    "ItemSubtotalAdd": SubtotalItem(
        **LIST, name="Sum", description="So far", special_item_type="reimbursable_expense_subtotal"
    ),
    "ItemSubtotalMod": SubtotalItem(**LIST, name="Subtotal"),
    "ItemGroupAdd": ItemGroup(
        **LIST,
        name="Door kit",
        description="A door, hung",
        should_print_items_in_group=True,
        lines=(
            ItemGroupLine(item=Ref("80000021-1", "Fitting"), quantity=D("1.5")),
            ItemGroupLine(item=Ref("80000022-1", "Hardware:Hinge"), quantity=D(3), unit_of_measure="each"),
        ),
    ),
    "ItemGroupMod": ItemGroup(**LIST, name="Door kit"),
    "ItemSalesTaxAdd": SalesTaxItem(
        **LIST,
        name="County",
        description="County tax",
        tax_rate=D("8.25"),
        tax_vendor=Ref("80000023-1", "State of Oregon"),
    ),
    "ItemSalesTaxMod": SalesTaxItem(**LIST, name="County", tax_rate=D(0)),
    "ItemSalesTaxGroupAdd": SalesTaxGroupItem(**LIST, name="County and city", sales_tax_items=(COUNTY, CITY)),
    "ItemSalesTaxGroupMod": SalesTaxGroupItem(
        **LIST, name="County and city", description="Both", sales_tax_items=(COUNTY,)
    ),
}


@pytest.mark.parametrize("name", CREATES)
def test_creating(name: str) -> None:
    resource, draft = CREATES[name]
    asks(name, Create(resource=resource, draft=draft))


@pytest.mark.parametrize("name", UPDATES)
def test_changing(name: str) -> None:
    asks(name, UPDATES[name])


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str) -> None:
    tells(name, ANSWERS[name])


def test_every_change_has_its_answer() -> None:
    assert {*CREATES, *UPDATES} <= set(ANSWERS)
