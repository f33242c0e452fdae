"""Items: everything that may stand on a line of a sale, and the tax that is charged on it."""

from typing import Annotated, Literal

from counterfoil.model.addresses import CustomField
from counterfoil.model.kinds import (
    AccountRef,
    ClassRef,
    ExternalId,
    ItemRef,
    Percent,
    Quantity,
    SalesTaxCodeRef,
    SalesTaxItemRef,
    SalesTaxReturnRef,
    Text31,
    Text4095,
    To,
    UnitPrice,
    UnitSetRef,
    VendorRef,
)
from counterfoil.model.shape import BranchObject, NamedObject
from counterfoil.model.values import Ref, Value

SpecialItem = Literal["finance_charge", "reimbursable_expense_group", "reimbursable_expense_subtotal"]


class Barcode(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A barcode as it is sent; the books keep and tell its `value`."""

    value: str | None = None
    assign_even_if_used: bool = False
    allow_override: bool = False


class SalesOrPurchase(Value, frozen=True, kw_only=True, omit_defaults=True):
    """For an item that is either sold or bought: one price and one account."""

    description: Text4095 | None = None
    price: UnitPrice | None = None
    price_percentage: Percent | None = None
    posting_account: AccountRef | None = None


class SalesAndPurchase(Value, frozen=True, kw_only=True, omit_defaults=True):
    """For an item that is bought and sold again: a price and an account for each side."""

    sales_description: Text4095 | None = None
    sales_price: UnitPrice | None = None
    income_account: AccountRef | None = None
    purchase_description: Text4095 | None = None
    purchase_cost: UnitPrice | None = None
    purchase_tax_code: SalesTaxCodeRef | None = None
    expense_account: AccountRef | None = None
    preferred_vendor: VendorRef | None = None


class SoldItem(BranchObject, frozen=True, kw_only=True, omit_defaults=True):
    """What the items that can be sold have in common."""

    name: Text31 = ""
    barcode: Barcode | None = None
    class_: ClassRef | None = None
    sales_tax_code: SalesTaxCodeRef | None = None
    sales_or_purchase: SalesOrPurchase | None = None
    sales_and_purchase: SalesAndPurchase | None = None
    external_id: ExternalId | None = None
    custom_fields: tuple[CustomField, ...] = ()


class ServiceItem(SoldItem, frozen=True, kw_only=True, omit_defaults=True):
    """Work, sold by the hour or the piece."""

    parent: Annotated[Ref, To(("service_items",))] | None = None
    unit_of_measure_set: UnitSetRef | None = None


class NonInventoryItem(SoldItem, frozen=True, kw_only=True, omit_defaults=True):
    """Goods whose stock nobody counts."""

    parent: Annotated[Ref, To(("non_inventory_items",))] | None = None
    sku: Text31 | None = None
    unit_of_measure_set: UnitSetRef | None = None


class OtherChargeItem(SoldItem, frozen=True, kw_only=True, omit_defaults=True):
    """Freight, setup, a surcharge: an amount, or a percentage of the line above."""

    parent: Annotated[Ref, To(("other_charge_items",))] | None = None
    special_item_type: SpecialItem | None = None


class DiscountItem(BranchObject, frozen=True, kw_only=True, omit_defaults=True):
    """Takes an amount, or a percentage of the line or subtotal above, off a sale. One of the two rates is set."""

    name: Text31 = ""
    barcode: Barcode | None = None
    class_: ClassRef | None = None
    parent: Annotated[Ref, To(("discount_items",))] | None = None
    description: Text4095 | None = None
    sales_tax_code: SalesTaxCodeRef | None = None
    discount_rate: UnitPrice | None = None
    discount_rate_percent: Percent | None = None
    account: AccountRef | None = None
    external_id: ExternalId | None = None
    custom_fields: tuple[CustomField, ...] = ()


class SubtotalItem(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Sums the lines since the last subtotal, so that a discount or a tax line can refer to them together."""

    name: Text31 = ""
    barcode: Barcode | None = None
    description: Text4095 | None = None
    special_item_type: SpecialItem | None = None
    external_id: ExternalId | None = None
    custom_fields: tuple[CustomField, ...] = ()


class SalesTaxItem(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """One rate of one tax agency."""

    name: Text31 = ""
    barcode: Barcode | None = None
    class_: ClassRef | None = None
    description: Text4095 | None = None
    tax_rate: Percent | None = None
    tax_vendor: VendorRef | None = None
    sales_tax_return_line: SalesTaxReturnRef | None = None
    external_id: ExternalId | None = None
    custom_fields: tuple[CustomField, ...] = ()


class SalesTaxGroupItem(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Several sales-tax items charged together, each rounded by itself."""

    name: Text31 = ""
    barcode: Barcode | None = None
    description: Text4095 | None = None
    external_id: ExternalId | None = None
    sales_tax_items: tuple[SalesTaxItemRef, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()


class ItemGroupLine(Value, frozen=True, kw_only=True, omit_defaults=True):
    item: ItemRef | None = None
    quantity: Quantity | None = None
    unit_of_measure: Text31 | None = None


class ItemGroup(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Items that are sold together; on a sale a group becomes its lines, each times the group's quantity."""

    name: Text31 = ""
    barcode: Barcode | None = None
    description: Text4095 | None = None
    unit_of_measure_set: UnitSetRef | None = None
    should_print_items_in_group: bool = False
    special_item_type: SpecialItem | None = None
    external_id: ExternalId | None = None
    lines: tuple[ItemGroupLine, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()


Item = ServiceItem | NonInventoryItem | OtherChargeItem | DiscountItem | SubtotalItem | SalesTaxItem
