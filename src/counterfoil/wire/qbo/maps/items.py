"""Items that can be sold. Intuit has no other charges: they are services there.

An item says what it is sold for, and what it is bought for where it is bought at all; in the model those are two shapes
of the same details. Goods in stock and categories are read as what comes nearest: goods that nobody counts, and
services without a price.
"""

from collections.abc import Mapping
from typing import Any, Final

from counterfoil.model.items import ItemGroup, ItemGroupLine, NonInventoryItem, SoldItem
from counterfoil.wire.qbo.forms import NUMBER, TEXT, to
from counterfoil.wire.qbo.maps.lines import income_account
from counterfoil.wire.qbo.maps.parts import ACTIVE, BY_NAME, ENTITY, listed, name
from counterfoil.wire.qbo.maps.tax_codes import TAX_CODE_REF, asked_taxable, heard_taxable, line_tax_code
from counterfoil.wire.qbo.read import said
from counterfoil.wire.qbo.table import Entity, Form, Json, Known, Row, Tell, row, told

ACCOUNT_REF: Final = to("accounts")
DETAILS: Final = ("sales_or_purchase", "sales_and_purchase")
BOUGHT: Final = ("PurchaseDesc", "PurchaseCost", "ExpenseAccountRef", "AssetAccountRef", "PrefVendorRef")
"""Keys of which only items that are bought have any."""

SOLD: Final[Mapping[str, tuple[str, Form]]] = {
    "description": ("Description", TEXT),
    "price": ("UnitPrice", NUMBER),
    "posting_account": ("IncomeAccountRef", ACCOUNT_REF),
}
SOLD_AND_BOUGHT: Final[Mapping[str, tuple[str, Form]]] = {
    "sales_description": ("Description", TEXT),
    "sales_price": ("UnitPrice", NUMBER),
    "income_account": ("IncomeAccountRef", ACCOUNT_REF),
    "purchase_description": ("PurchaseDesc", TEXT),
    "purchase_cost": ("PurchaseCost", NUMBER),
    "expense_account": ("ExpenseAccountRef", ACCOUNT_REF),
    "preferred_vendor": ("PrefVendorRef", to("names")),
}


def _details(given: Json, known: Known) -> dict[str, Any]:
    """All that is said of selling and buying, in the shape that the item needs; the other shape goes."""
    description = TEXT.read(given["Description"], known) if said(given, "Description") else None
    if any(said(given, key) for key in BOUGHT):
        return {
            "sales_or_purchase": None,
            "sales_and_purchase": _read(SOLD_AND_BOUGHT, given, known),
            "description": description,
        }
    return {
        "sales_or_purchase": _read(SOLD, given, known),
        "sales_and_purchase": None,
        "description": description,
    }


def _read(fields: Mapping[str, tuple[str, Form]], given: Json, known: Known) -> dict[str, Any]:
    return {field: form.read(given[key], known) if said(given, key) else None for field, (key, form) in fields.items()}


def _detail(key: str, tell: Tell, most: int = 0) -> Row:
    return Row(key, told=tell, heard=_details, asked=tell, fields=(*DETAILS, "description"), most=most)


def _description(item: Any, _known: Known) -> str | None:
    details = getattr(item, "sales_or_purchase", None)
    if details is not None:
        return details.description or None
    details = getattr(item, "sales_and_purchase", None)
    return (details.sales_description if details is not None else getattr(item, "description", None)) or None


def _price(item: Any, known: Known) -> Any:
    details = getattr(item, "sales_or_purchase", None)
    price = details.price if details is not None else None
    details = getattr(item, "sales_and_purchase", None)
    price = details.sales_price if details is not None else price
    return NUMBER.write(price, known) if price is not None else None


def _percent(item: Any, known: Known) -> Any:
    details = getattr(item, "sales_or_purchase", None)
    percent = details.price_percentage if details is not None else None
    return NUMBER.write(percent, known) if percent is not None else None


def _type(item: Any, _known: Known) -> str:
    if isinstance(item, ItemGroup):
        return "Group"
    return "NonInventory" if isinstance(item, NonInventoryItem) else "Service"


def _which(given: Json, _known: Known) -> str:
    kinds = {"Group": "item_groups", "NonInventory": "non_inventory_items", "Inventory": "non_inventory_items"}
    return kinds.get(str(given.get("Type")), "service_items")


def _income(item: Any, known: Known) -> Any:
    account = income_account(item) if isinstance(item, SoldItem) else None
    return ACCOUNT_REF.write(account, known) if account is not None else None


def _bought(field: str, form: Form) -> Tell:
    """What only an item that is bought too says."""

    def tell(item: Any, known: Known) -> Any:
        details = getattr(item, "sales_and_purchase", None)
        value = getattr(details, field) if details is not None else None
        return form.write(value, known) if value is not None else None

    return tell


def _taxable(item: Any, known: Known) -> bool:
    code = getattr(item, "sales_tax_code", None)
    found = known.tax_codes.get(code.id or "") if code is not None else None
    return found is not None and found.is_taxable


def _tax_code(item: Any, known: Known) -> Any:
    return line_tax_code(getattr(item, "sales_tax_code", None), known)


def _asked_tax_code(item: Any, known: Known) -> Any:
    return _tax_code(item, known) if known.is_canadian else None


def _heard_tax_code(given: Json, known: Known) -> dict[str, Any]:
    """In the United States `Taxable` says it all."""
    return {"sales_tax_code": TAX_CODE_REF.read(given["SalesTaxCodeRef"], known)} if known.is_canadian else {}


def _group_lines(given: Json, known: Known) -> dict[str, Any]:
    lines = (given["ItemGroupDetail"] or {}).get("ItemGroupLine") or []
    return {
        "lines": tuple(
            ItemGroupLine(
                item=to("items").read(each["ItemRef"], known),
                quantity=NUMBER.read(each["Qty"], known) if said(each, "Qty") else None,
            )
            for each in listed(lines)
            if said(each, "ItemRef")
        )
    }


ITEM: Final = Entity(
    "Item",
    ("service_items", "non_inventory_items", "other_charge_items", "item_groups"),
    (
        name(100),
        row("Sku", "sku", TEXT, most=100),
        _detail("Description", _description, most=4000),
        ACTIVE,
        Row(
            "SubItem",
            told=lambda item, _known: getattr(item, "parent", None) is not None,
            asked=lambda item, _known: getattr(item, "parent", None) is not None or None,
            fields=("parent",),
            use="kept",
        ),
        row("ParentRef", "parent", to("items")),
        Row(
            "FullyQualifiedName",
            "full_name",
            TEXT,
            told=lambda item, _known: getattr(item, "full_name", "") or item.name,
            use="own",
        ),
        Row(
            "Taxable",
            told=_taxable,
            heard=heard_taxable,
            asked=asked_taxable,
            fields=("sales_tax_code",),
        ),
        _detail("UnitPrice", _price),
        told("RatePercent", _percent),
        Row("Type", told=_type, asked=_type, use="once"),
        _detail("IncomeAccountRef", _income),
        _detail("PurchaseDesc", _bought("purchase_description", TEXT), most=1000),
        _detail("PurchaseCost", _bought("purchase_cost", NUMBER)),
        _detail("ExpenseAccountRef", _bought("expense_account", ACCOUNT_REF)),
        _detail("PrefVendorRef", _bought("preferred_vendor", to("names"))),
        told("TrackQtyOnHand", lambda _item, _known: False),
        Row(
            "SalesTaxCodeRef",
            told=_tax_code,
            heard=_heard_tax_code,
            asked=_asked_tax_code,
            fields=("sales_tax_code",),
        ),
        Row("ItemGroupDetail", heard=_group_lines, use="own"),
        *ENTITY,
    ),
    filters=BY_NAME,
    which=_which,
    made=("service_items", "non_inventory_items", "other_charge_items"),
    extra=frozenset(
        {
            "TrackQtyOnHand",
            "QtyOnHand",
            "InvStartDate",
            "AssetAccountRef",
            "ReorderPoint",
            "ItemCategoryType",
            "ClassRef",
            "SalesTaxIncluded",
            "PurchaseTaxIncluded",
            "PurchaseTaxCodeRef",
            "TaxClassificationRef",
            "Source",
            "AbatementRate",
            "ReverseChargeRate",
            "ServiceType",
            "UQCDisplayText",
            "UQCId",
        }
    ),
)
