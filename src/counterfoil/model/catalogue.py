"""Every resource that Counterfoil knows: one row each. What is not in here does not exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from counterfoil.model.accounts import Account
from counterfoil.model.activities import Attachable, TimeActivity
from counterfoil.model.company import Company, Preferences
from counterfoil.model.items import (
    DiscountItem,
    ItemGroup,
    NonInventoryItem,
    OtherChargeItem,
    SalesTaxGroupItem,
    SalesTaxItem,
    ServiceItem,
    SubtotalItem,
)
from counterfoil.model.lists import (
    Class,
    Currency,
    CustomerMessage,
    CustomerType,
    Department,
    PaymentMethod,
    SalesRepresentative,
    SalesTaxCode,
    ShippingMethod,
    Template,
)
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Customer, Employee, Vendor
from counterfoil.model.purchases import Bill, VendorCredit
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import CreditMemo, Estimate, Invoice, RefundReceipt, SalesReceipt
from counterfoil.model.shape import ListObject, Resource, Transaction
from counterfoil.model.terms import DateDrivenTerm, StandardTerm


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource: its name here, what one is called in a sentence, and the list whose ids and names it shares.

    QuickBooks keeps all items in one list, all terms in one, and all names (customers, vendors, …) in one: an id or
    a name is unique within the list. Transactions share one space of ids; their `list` is empty.
    """

    name: str
    thing: str
    model: type[Resource]
    list: str = ""

    @property
    def is_list(self) -> bool:
        return issubclass(self.model, ListObject)

    @property
    def is_transaction(self) -> bool:
        return issubclass(self.model, Transaction)


RESOURCES: Final = (
    ResourceType("invoices", "invoice", Invoice),
    ResourceType("credit_memos", "credit memo", CreditMemo),
    ResourceType("receive_payments", "payment", ReceivePayment),
    ResourceType("estimates", "estimate", Estimate),
    ResourceType("sales_receipts", "sales receipt", SalesReceipt),
    ResourceType("refund_receipts", "refund receipt", RefundReceipt),
    ResourceType("bills", "bill", Bill),
    ResourceType("vendor_credits", "vendor credit", VendorCredit),
    ResourceType("bill_payments", "bill payment", BillPayment),
    ResourceType("time_activities", "time activity", TimeActivity),
    ResourceType("attachables", "attachable", Attachable),
    ResourceType("customers", "customer", Customer, "names"),
    ResourceType("vendors", "vendor", Vendor, "names"),
    ResourceType("employees", "employee", Employee, "names"),
    ResourceType("accounts", "account", Account, "accounts"),
    ResourceType("classes", "class", Class, "classes"),
    ResourceType("departments", "department", Department, "departments"),
    ResourceType("service_items", "service item", ServiceItem, "items"),
    ResourceType("non_inventory_items", "non-inventory item", NonInventoryItem, "items"),
    ResourceType("other_charge_items", "other-charge item", OtherChargeItem, "items"),
    ResourceType("discount_items", "discount item", DiscountItem, "items"),
    ResourceType("subtotal_items", "subtotal item", SubtotalItem, "items"),
    ResourceType("item_groups", "item group", ItemGroup, "items"),
    ResourceType("sales_tax_items", "sales-tax item", SalesTaxItem, "items"),
    ResourceType("sales_tax_group_items", "sales-tax group item", SalesTaxGroupItem, "items"),
    ResourceType("sales_tax_codes", "sales-tax code", SalesTaxCode, "sales_tax_codes"),
    ResourceType("standard_terms", "standard term", StandardTerm, "terms"),
    ResourceType("date_driven_terms", "date-driven term", DateDrivenTerm, "terms"),
    ResourceType("payment_methods", "payment method", PaymentMethod, "payment_methods"),
    ResourceType("shipping_methods", "shipping method", ShippingMethod, "shipping_methods"),
    ResourceType("sales_representatives", "sales representative", SalesRepresentative, "sales_representatives"),
    ResourceType("customer_messages", "customer message", CustomerMessage, "customer_messages"),
    ResourceType("customer_types", "customer type", CustomerType, "customer_types"),
    ResourceType("templates", "template", Template, "templates"),
    ResourceType("currencies", "currency", Currency, "currencies"),
    ResourceType("company", "company", Company, "company"),
    ResourceType("preferences", "preferences", Preferences, "preferences"),
)

CATALOGUE: Final[Mapping[str, ResourceType]] = {resource.name: resource for resource in RESOURCES}
BY_MODEL: Final[Mapping[type[Resource], ResourceType]] = {resource.model: resource for resource in RESOURCES}


def resource_of(thing: Resource) -> ResourceType:
    return BY_MODEL[type(thing)]
