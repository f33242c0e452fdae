"""Items that can be sold. Intuit has no other charges: they are services there."""

from typing import Any, Final

from counterfoil.model.items import ItemGroup, NonInventoryItem, SoldItem
from counterfoil.wire.qbo.forms import FLAG, NUMBER, TEXT, to
from counterfoil.wire.qbo.maps.lines import income_account, line_tax_code
from counterfoil.wire.qbo.maps.parts import BY_NAME, ENTITY
from counterfoil.wire.qbo.table import Entity, Known, row, told


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


def _income(item: Any, known: Known) -> Any:
    account = income_account(item) if isinstance(item, SoldItem) else None
    return to("accounts").write(account, known) if account is not None else None


def _expense(item: Any, known: Known) -> Any:
    details = getattr(item, "sales_and_purchase", None)
    account = details.expense_account if details is not None else None
    return to("accounts").write(account, known) if account is not None else None


def _cost(item: Any, known: Known) -> Any:
    details = getattr(item, "sales_and_purchase", None)
    cost = details.purchase_cost if details is not None else None
    return NUMBER.write(cost, known) if cost is not None else None


def _taxable(item: Any, known: Known) -> bool:
    code = getattr(item, "sales_tax_code", None)
    found = known.tax_codes.get(code.id or "") if code is not None else None
    return found is not None and found.is_taxable


def _tax_code(item: Any, known: Known) -> Any:
    return line_tax_code(getattr(item, "sales_tax_code", None), known)


def _parent(item: Any, known: Known) -> Any:
    parent = getattr(item, "parent", None)
    return to("items").write(parent, known) if parent is not None else None


ITEM: Final = Entity(
    "Item",
    ("service_items", "non_inventory_items", "other_charge_items", "item_groups"),
    (
        row("Name", "name", TEXT),
        told("Sku", lambda item, _known: getattr(item, "sku", None)),
        told("Description", _description),
        row("Active", "is_active", FLAG),
        told("SubItem", lambda item, _known: getattr(item, "parent", None) is not None),
        told("ParentRef", _parent),
        told("FullyQualifiedName", lambda item, _known: getattr(item, "full_name", "") or item.name),
        told("Taxable", _taxable),
        told("UnitPrice", _price),
        told("RatePercent", _percent),
        told("Type", _type),
        told("IncomeAccountRef", _income),
        told("PurchaseCost", _cost),
        told("ExpenseAccountRef", _expense),
        told("TrackQtyOnHand", lambda _item, _known: False),
        told("SalesTaxCodeRef", _tax_code),
        *ENTITY,
    ),
    filters=BY_NAME,
)
