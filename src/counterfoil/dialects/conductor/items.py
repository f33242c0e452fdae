"""Items, sales-tax items among them."""

from counterfoil.dialects.conductor.parts import CUSTOM_FIELD, SUBLEVEL
from counterfoil.dialects.conductor.table import HEAD, Part, Table, part, ref, refs, row, switch, told
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
from counterfoil.model.kinds import Text
from counterfoil.model.shape import Resource

SALES_OR_PURCHASE = Part(
    SalesOrPurchase,
    (
        row("description", "cur"),
        row("price", "cur"),
        row("pricePercentage", "cur"),
        ref("postingAccount", "Cur"),
        switch("updateExistingTransactionsAccount"),
    ),
)

SALES_AND_PURCHASE = Part(
    SalesAndPurchase,
    (
        row("salesDescription", "cur"),
        row("salesPrice", "cur"),
        ref("incomeAccount", "Cur"),
        row("purchaseDescription", "cur"),
        row("purchaseCost", "cur"),
        ref("purchaseTaxCode", "cur"),
        ref("expenseAccount", "Cur"),
        ref("preferredVendor", "cur"),
        switch("updateExistingTransactionsIncomeAccount"),
        switch("updateExistingTransactionsExpenseAccount"),
    ),
)

BARCODE = Part(
    Barcode,
    (
        row("value", "cu"),
        row("assignEvenIfUsed", "cu"),
        row("allowOverride", "cu"),
    ),
)


def _barcode(item: Resource) -> str | None:
    barcode: Barcode | None = getattr(item, "barcode", None)
    return barcode.value if barcode else None


BARCODE_ROWS = (part("barcode", "cu", BARCODE), told("barcode", "r", Text(), _barcode))
"""A barcode is sent with its conditions, and told as plain text."""

SERVICE_ITEMS = Table(
    path="service-items",
    object_type="qbd_service_item",
    resource="service_items",
    model=ServiceItem,
    verbs="LCRU",
    by_name="fullNames",
    filters=("ids", "status", "updated", "name", "classes"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("fullName", "R"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        ref("class", "cur", "class_"),
        ref("parent", "cur"),
        SUBLEVEL,
        ref("unitOfMeasureSet", "cur"),
        switch("forceUnitOfMeasureChange"),
        ref("salesTaxCode", "cur"),
        part("salesOrPurchaseDetails", "cur", SALES_OR_PURCHASE, "sales_or_purchase"),
        part("salesAndPurchaseDetails", "cur", SALES_AND_PURCHASE, "sales_and_purchase"),
        row("externalId", "cr"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

NON_INVENTORY_ITEMS = Table(
    path="non-inventory-items",
    object_type="qbd_non_inventory_item",
    resource="non_inventory_items",
    model=NonInventoryItem,
    verbs="LCRU",
    by_name="fullNames",
    filters=("ids", "status", "updated", "name", "classes"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("fullName", "R"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        ref("class", "cur", "class_"),
        ref("parent", "cur"),
        SUBLEVEL,
        row("sku", "cur"),
        ref("unitOfMeasureSet", "cur"),
        switch("forceUnitOfMeasureChange"),
        ref("salesTaxCode", "cur"),
        part("salesOrPurchaseDetails", "cur", SALES_OR_PURCHASE, "sales_or_purchase"),
        part("salesAndPurchaseDetails", "cur", SALES_AND_PURCHASE, "sales_and_purchase"),
        row("externalId", "cr"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

OTHER_CHARGE_ITEMS = Table(
    path="other-charge-items",
    object_type="qbd_other_charge_item",
    resource="other_charge_items",
    model=OtherChargeItem,
    verbs="LCRU",
    by_name="fullNames",
    filters=("ids", "status", "updated", "name", "classes"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("fullName", "R"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        ref("class", "cur", "class_"),
        ref("parent", "cur"),
        SUBLEVEL,
        ref("salesTaxCode", "cur"),
        part("salesOrPurchaseDetails", "cur", SALES_OR_PURCHASE, "sales_or_purchase"),
        part("salesAndPurchaseDetails", "cur", SALES_AND_PURCHASE, "sales_and_purchase"),
        row("specialItemType", "r"),
        row("externalId", "cr"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

DISCOUNT_ITEMS = Table(
    path="discount-items",
    object_type="qbd_discount_item",
    resource="discount_items",
    model=DiscountItem,
    verbs="LCRU",
    by_name="fullNames",
    filters=("ids", "status", "updated", "name", "classes"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("fullName", "R"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        ref("class", "cur", "class_"),
        ref("parent", "cur"),
        SUBLEVEL,
        row("description", "cur"),
        ref("salesTaxCode", "cur"),
        row("discountRate", "cur"),
        row("discountRatePercent", "cur"),
        ref("account", "CuR"),
        switch("updateExistingTransactionsAccount"),
        row("externalId", "cr"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

SUBTOTAL_ITEMS = Table(
    path="subtotal-items",
    object_type="qbd_subtotal_item",
    resource="subtotal_items",
    model=SubtotalItem,
    verbs="LCRU",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        row("description", "cur"),
        row("specialItemType", "r"),
        row("externalId", "cr"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

ITEM_GROUP_LINE = Part(
    ItemGroupLine,
    (
        ref("item", "cur"),
        row("quantity", "cur"),
        row("unitOfMeasure", "cur"),
    ),
)

ITEM_GROUPS = Table(
    path="item-groups",
    object_type="qbd_item_group",
    resource="item_groups",
    model=ItemGroup,
    verbs="LCRU",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        row("description", "cur"),
        ref("unitOfMeasureSet", "cur"),
        switch("forceUnitOfMeasureChange"),
        row("shouldPrintItemsInGroup", "CuR"),
        switch("clearItemLines", clears="lines"),
        row("specialItemType", "r"),
        row("externalId", "cr"),
        part("lines", "cuR", ITEM_GROUP_LINE),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

SALES_TAX_ITEMS = Table(
    path="sales-tax-items",
    object_type="qbd_sales_tax_item",
    resource="sales_tax_items",
    model=SalesTaxItem,
    verbs="LCRU",
    by_name="names",
    filters=("ids", "status", "updated", "name", "classes"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        ref("class", "cur", "class_"),
        row("description", "cur"),
        row("taxRate", "cur"),
        ref("taxVendor", "cur"),
        ref("salesTaxReturnLine", "cur"),
        row("externalId", "cr"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

SALES_TAX_GROUP_ITEMS = Table(
    path="sales-tax-group-items",
    object_type="qbd_sales_tax_group_item",
    resource="sales_tax_group_items",
    model=SalesTaxGroupItem,
    verbs="LCRU",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        *BARCODE_ROWS,
        row("isActive", "cuR"),
        row("description", "cur"),
        row("externalId", "cr"),
        refs("salesTaxItems", "CuR", sent="salesTaxItemIds"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)
