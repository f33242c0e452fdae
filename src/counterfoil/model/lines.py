"""Lines of sales transactions, and what links one transaction to another."""

from typing import Literal

from counterfoil.model.addresses import CustomField
from counterfoil.model.kinds import (
    AccountRef,
    ClassRef,
    Date,
    Id36,
    ItemGroupRef,
    ItemRef,
    Money,
    Percent,
    PriceLevelRef,
    Quantity,
    SalesTaxCodeRef,
    SalesTaxItemRef,
    SiteRef,
    Text29,
    Text31,
    Text40,
    Text4095,
    UnitPrice,
    UnitSetRef,
    VendorRef,
)
from counterfoil.model.values import Value

TransactionType = Literal[
    "ar_refund_credit_card",
    "bill",
    "bill_payment_check",
    "bill_payment_credit_card",
    "build_assembly",
    "charge",
    "check",
    "credit_card_charge",
    "credit_card_credit",
    "credit_memo",
    "deposit",
    "estimate",
    "inventory_adjustment",
    "invoice",
    "item_receipt",
    "journal_entry",
    "liability_adjustment",
    "paycheck",
    "payroll_liability_check",
    "purchase_order",
    "receive_payment",
    "sales_order",
    "sales_receipt",
    "sales_tax_payment_check",
    "transfer",
    "vendor_credit",
    "ytd_adjustment",
    "transfer_inventory",
    "unknown",
]


class LinkedTransaction(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Another transaction that pays, credits or is paid by this one, by `amount`."""

    id: str = ""
    transaction_type: TransactionType = "unknown"
    transaction_date: Date | None = None
    ref_number: str | None = None
    link_type: Literal["amount", "quantity"] | None = None
    amount: Money | None = None


class CreditToApply(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Uses `applied_amount` of a credit memo, or of what a payment left over, for this transaction."""

    credit_transaction_id: Id36 = ""
    applied_amount: Money | None = None
    override_credit_application: bool = False


class LinkToLine(Value, frozen=True, kw_only=True, omit_defaults=True):
    transaction_id: Id36 = ""
    transaction_line_id: Id36 = ""


class SalesLine(Value, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="line"):
    """What is sold, discounted, summed up or taxed in one line; without an item it is only text.

    `tax_override` is the tax that a caller computed for this line (tax mode `override_lines`).
    """

    id: str = ""
    item: ItemRef | None = None
    description: Text4095 | None = None
    quantity: Quantity | None = None
    unit_of_measure: Text31 | None = None
    override_unit_of_measure_set: UnitSetRef | None = None
    rate: UnitPrice | None = None
    rate_percent: Percent | None = None
    price_level: PriceLevelRef | None = None
    class_: ClassRef | None = None
    amount: Money | None = None
    price_rule_conflict_strategy: Literal["base_price", "zero"] | None = None
    inventory_site: SiteRef | None = None
    inventory_site_location: SiteRef | None = None
    serial_number: Text4095 | None = None
    lot_number: Text40 | None = None
    expiration_date: Date | None = None
    service_date: Date | None = None
    sales_tax_code: SalesTaxCodeRef | None = None
    override_item_account: AccountRef | None = None
    other_custom_field1: Text29 | None = None
    other_custom_field2: Text29 | None = None
    link_to_transaction_line: LinkToLine | None = None
    custom_fields: tuple[CustomField, ...] = ()
    tax_override: Money | None = None


class SalesLineGroup(Value, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="group"):
    """An item group and the lines that it was expanded to; `total_amount` is their sum."""

    id: str = ""
    item_group: ItemGroupRef | None = None
    description: Text4095 | None = None
    quantity: Quantity | None = None
    unit_of_measure: Text31 | None = None
    override_unit_of_measure_set: UnitSetRef | None = None
    should_print_items_in_group: bool = False
    total_amount: Money | None = None
    service_date: Date | None = None
    inventory_site: SiteRef | None = None
    inventory_site_location: SiteRef | None = None
    lines: tuple[SalesLine, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()


class TaxComponent(Value, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a sale's tax that one sales-tax item takes, owed to one agency."""

    item: SalesTaxItemRef | None = None
    agency: VendorRef | None = None
    percent: Percent | None = None
    taxable: Money | None = None
    amount: Money | None = None
