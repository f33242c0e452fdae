"""Items, sales-tax items among them."""

from counterfoil.model.items import (
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
from counterfoil.model.kinds import Flag
from counterfoil.wire.qbxml.maps.parts import BARCODES, CUSTOM_FIELDS, FORCE_UNITS, LIST_HEAD, SUBLEVEL
from counterfoil.wire.qbxml.maps.queries import list_query
from counterfoil.wire.qbxml.table import Map, Part, part, passed, row

SALES_OR_PURCHASE = Part(
    SalesOrPurchase,
    (
        row("Desc", "description", "amr"),
        row("Price", "price", "amr", choice="price"),
        row("PricePercent", "price_percentage", "amr", choice="price"),
        row("AccountRef", "posting_account", "amr"),
        passed("ApplyAccountRefToExistingTxns", "m", since="7.0", kind=Flag()),
    ),
)

SALES_AND_PURCHASE = Part(
    SalesAndPurchase,
    (
        row("SalesDesc", "sales_description", "amr"),
        row("SalesPrice", "sales_price", "amr"),
        row("IncomeAccountRef", "income_account", "amr"),
        passed("ApplyIncomeAccountRefToExistingTxns", "m", since="7.0", kind=Flag()),
        row("PurchaseDesc", "purchase_description", "amr"),
        row("PurchaseCost", "purchase_cost", "amr"),
        row("PurchaseTaxCodeRef", "purchase_tax_code", "amr", since="8.0"),
        row("ExpenseAccountRef", "expense_account", "amr"),
        passed("ApplyExpenseAccountRefToExistingTxns", "m", since="7.0", kind=Flag()),
        row("PrefVendorRef", "preferred_vendor", "amr"),
    ),
)

_NAME = (*LIST_HEAD, row("Name", "name", "Amr", firm=True))
_FULL_NAME = (*_NAME, row("FullName", "full_name", "r"), *BARCODES, row("IsActive", "is_active", "amr", firm=True))
_FLAT_NAME = (*_NAME, *BARCODES, row("IsActive", "is_active", "amr", firm=True))
_CLASS = row("ClassRef", "class_", "amr", since="12.0")
_PARENT = row("ParentRef", "parent", "amr")
_UNITS = (row("UnitOfMeasureSetRef", "unit_of_measure_set", "amr", since="7.0"), FORCE_UNITS)
_TAX_CODE = row("SalesTaxCodeRef", "sales_tax_code", "amr")
_DETAILS = (
    part("SalesOrPurchase", "sales_or_purchase", "Ar", SALES_OR_PURCHASE, choice="details"),
    part("SalesOrPurchaseMod", "sales_or_purchase", "m", SALES_OR_PURCHASE, choice="details"),
    part("SalesAndPurchase", "sales_and_purchase", "Ar", SALES_AND_PURCHASE, choice="details"),
    part("SalesAndPurchaseMod", "sales_and_purchase", "m", SALES_AND_PURCHASE, choice="details"),
)
_SPECIAL = row("SpecialItemType", "special_item_type", "r", since="6.0")
_DESC = row("ItemDesc", "description", "amr")
_END = (row("ExternalGUID", "external_id", "ar", since="8.0"), CUSTOM_FIELDS)

SERVICE_ITEMS = Map(
    "ItemService",
    "service_items",
    "ListID",
    "AMQD",
    Part(ServiceItem, (*_FULL_NAME, _CLASS, _PARENT, SUBLEVEL, *_UNITS, _TAX_CODE, *_DETAILS, *_END)),
    list_query("class", owners=True),
)

NON_INVENTORY_ITEMS = Map(
    "ItemNonInventory",
    "non_inventory_items",
    "ListID",
    "AMQD",
    Part(
        NonInventoryItem,
        (
            *_FULL_NAME,
            row("ParentRef", "parent", "a"),  # the one item whose Add wants its parent before its class
            _CLASS,
            row("ParentRef", "parent", "mr"),
            SUBLEVEL,
            row("ManufacturerPartNumber", "sku", "amr", since="7.0"),
            *_UNITS,
            _TAX_CODE,
            *_DETAILS,
            *_END,
        ),
    ),
    list_query("class", owners=True),
)

OTHER_CHARGE_ITEMS = Map(
    "ItemOtherCharge",
    "other_charge_items",
    "ListID",
    "AMQD",
    Part(OtherChargeItem, (*_FULL_NAME, _CLASS, _PARENT, SUBLEVEL, _TAX_CODE, *_DETAILS, _SPECIAL, *_END)),
    list_query("class", owners=True),
)

DISCOUNT_ITEMS = Map(
    "ItemDiscount",
    "discount_items",
    "ListID",
    "AMQD",
    Part(
        DiscountItem,
        (
            *_FULL_NAME,
            _CLASS,
            _PARENT,
            SUBLEVEL,
            _DESC,
            _TAX_CODE,
            row("DiscountRate", "discount_rate", "amr", choice="discount"),
            row("DiscountRatePercent", "discount_rate_percent", "amr", choice="discount"),
            row("AccountRef", "account", "amr"),
            passed("ApplyAccountRefToExistingTxns", "m", since="7.0", kind=Flag()),
            *_END,
        ),
    ),
    list_query("class", owners=True),
)

SUBTOTAL_ITEMS = Map(
    "ItemSubtotal",
    "subtotal_items",
    "ListID",
    "AMQD",
    Part(SubtotalItem, (*_FLAT_NAME, _DESC, _SPECIAL, *_END)),
    list_query(owners=True),
)

ITEM_GROUP_LINE = Part(
    ItemGroupLine,
    (
        row("ItemRef", "item", "amr"),
        row("Quantity", "quantity", "amr"),
        row("UnitOfMeasure", "unit_of_measure", "amr", since="7.0"),
    ),
)

ITEM_GROUPS = Map(
    "ItemGroup",
    "item_groups",
    "ListID",
    "AMQD",
    Part(
        ItemGroup,
        (
            *_FLAT_NAME,
            _DESC,
            *_UNITS,
            row("IsPrintItemsInGroup", "should_print_items_in_group", "amr", firm=True),
            _SPECIAL,
            row("ExternalGUID", "external_id", "ar", since="8.0"),
            passed("ClearItemsInGroup", "m", kind=Flag(), choice="lines", clears="lines"),
            part("ItemGroupLine", "lines", "amr", ITEM_GROUP_LINE, choice="lines"),
            CUSTOM_FIELDS,
        ),
    ),
    list_query(owners=True),
)

SALES_TAX_ITEMS = Map(
    "ItemSalesTax",
    "sales_tax_items",
    "ListID",
    "AMQD",
    Part(
        SalesTaxItem,
        (
            *_FLAT_NAME,
            _CLASS,
            _DESC,
            row("TaxRate", "tax_rate", "amr"),
            row("TaxVendorRef", "tax_vendor", "amr"),
            row("SalesTaxReturnLineRef", "sales_tax_return_line", "amr", since="8.0"),
            *_END,
        ),
    ),
    list_query("class", owners=True),
)

SALES_TAX_GROUP_ITEMS = Map(
    "ItemSalesTaxGroup",
    "sales_tax_group_items",
    "ListID",
    "AMQD",
    Part(
        SalesTaxGroupItem,
        (
            *_FLAT_NAME,
            _DESC,
            row("ExternalGUID", "external_id", "ar", since="8.0"),
            row("ItemSalesTaxRef", "sales_tax_items", "Amr"),
            CUSTOM_FIELDS,
        ),
    ),
    list_query(owners=True),
)
