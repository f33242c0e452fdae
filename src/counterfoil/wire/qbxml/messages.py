"""Every message that is known here, by its name, and qbXML's names for what can be deleted or voided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.maps import (
    accounts,
    activities,
    company,
    items,
    lists,
    payables,
    people,
    purchases,
    queries,
    receivables,
    sales,
    terms,
)
from counterfoil.wire.qbxml.table import FIRST, Map, Part, Version, version_of

Action = Literal["add", "mod", "query", "query_any", "delete", "void", "deleted"]

MAPS: Final = (
    sales.INVOICES,
    sales.CREDIT_MEMOS,
    receivables.RECEIVE_PAYMENTS,
    sales.ESTIMATES,
    sales.SALES_RECEIPTS,
    purchases.BILLS,
    purchases.VENDOR_CREDITS,
    payables.BILL_PAYMENTS_BY_CHECK,
    payables.BILL_PAYMENTS_BY_CARD,
    activities.TIME_ACTIVITIES,
    people.CUSTOMERS,
    people.VENDORS,
    people.EMPLOYEES,
    accounts.ACCOUNTS,
    lists.CLASSES,
    items.SERVICE_ITEMS,
    items.NON_INVENTORY_ITEMS,
    items.OTHER_CHARGE_ITEMS,
    items.DISCOUNT_ITEMS,
    items.SUBTOTAL_ITEMS,
    items.ITEM_GROUPS,
    items.SALES_TAX_ITEMS,
    items.SALES_TAX_GROUP_ITEMS,
    lists.SALES_TAX_CODES,
    terms.STANDARD_TERMS,
    terms.DATE_DRIVEN_TERMS,
    lists.PAYMENT_METHODS,
    lists.SHIPPING_METHODS,
    lists.SALES_REPRESENTATIVES,
    lists.CUSTOMER_MESSAGES,
    lists.CUSTOMER_TYPES,
    lists.TEMPLATES,
    lists.CURRENCIES,
    company.COMPANIES,
    company.PREFERENCES,
    company.HOSTS,
)

BY_RESOURCE: Final[Mapping[str, Map]] = {each.resource: each for each in reversed(MAPS)}
"""The table of each resource; of one with several, the first, by which everything is asked that names none of them."""

TABLES_OF: Final[Mapping[str, tuple[Map, ...]]] = {
    each.resource: tuple(other for other in MAPS if other.resource == each.resource) for each in MAPS
}
"""All tables of each resource: more than one where QuickBooks has messages of their own for several kinds of it."""

BY_RET: Final[Mapping[str, Map]] = {f"{each.name}Ret": each for each in MAPS}


def table_of(thing: Resource) -> Map:
    """The table by which an object is told."""
    return next(each for each in _BY_MODEL[type(thing)] if each.is_of(thing))


_BY_MODEL: Final[Mapping[type[Resource], tuple[Map, ...]]] = {
    each.model: tuple(other for other in MAPS if other.model is each.model) for each in MAPS
}


SINCE: Final[Mapping[str, str]] = {
    "AccountMod": "6.0",
    "BillMod": "3.0",
    "BillPaymentCheckAdd": "2.0",
    "BillPaymentCheckMod": "6.0",
    "BillPaymentCheckQuery": "2.0",
    "BillPaymentCreditCardAdd": "2.0",
    "BillPaymentCreditCardQuery": "2.0",
    "ClassMod": "8.0",
    "CreditMemoMod": "3.0",
    "CurrencyAdd": "8.0",
    "CurrencyMod": "8.0",
    "CurrencyQuery": "8.0",
    "EstimateMod": "3.0",
    "InvoiceMod": "2.1",
    "ItemDiscountMod": "3.0",
    "ItemGroupMod": "3.0",
    "ItemOtherChargeMod": "3.0",
    "ItemSalesTaxGroupMod": "3.0",
    "ItemSalesTaxMod": "3.0",
    "ItemSubtotalMod": "3.0",
    "ListDel": "1.1",
    "ListDeletedQuery": "2.0",
    "PreferencesQuery": "1.1",
    "ReceivePaymentAdd": "1.1",
    "ReceivePaymentMod": "6.0",
    "ReceivePaymentQuery": "1.1",
    "SalesReceiptMod": "5.0",
    "SalesRepMod": "3.0",
    "SalesTaxCodeMod": "8.0",
    "TemplateQuery": "3.0",
    "TimeTrackingMod": "6.0",
    "TxnDel": "1.1",
    "TxnDeletedQuery": "2.0",
    "TxnVoid": "1.1",
    "VendorCreditMod": "8.0",
}
"""The version of qbXML with which a message came, of those that the first did not have."""


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of request. `maps` are the resources that it is about; `paged` says whether it may have an iterator."""

    name: str
    action: Action
    maps: tuple[Map, ...]
    part: Part
    paged: bool = False

    @property
    def rq(self) -> str:
        return f"{self.name}Rq"

    @property
    def since(self) -> Version:
        return version_of(SINCE[self.name]) if self.name in SINCE else FIRST

    @property
    def rs(self) -> str:
        return f"{self.name}Rs"

    @property
    def element(self) -> str:
        """The one element within that holds the object: `InvoiceAdd` in an `InvoiceAddRq`."""
        return self.name if self.action in ("add", "mod") else ""


def _of(each: Map) -> tuple[Message, ...]:
    added = (Message(f"{each.name}Add", "add", (each,), each.part),) if "A" in each.verbs else ()
    changed = (Message(f"{each.name}Mod", "mod", (each,), each.part),) if "M" in each.verbs else ()
    paged = each.key == "TxnID" or each.name in ("Customer", "Vendor") or each.name.startswith("Item")
    return (*added, *changed, Message(f"{each.name}Query", "query", (each,), each.query, paged))


_ITEMS = tuple(each for each in MAPS if each.name.startswith("Item"))
_DELETABLE = tuple(each for each in MAPS if "D" in each.verbs)
_TXNS = tuple(each for each in _DELETABLE if each.key == "TxnID")
_LISTS = tuple(each for each in _DELETABLE if each.key == "ListID")

_ACROSS = (
    Message("ItemQuery", "query_any", _ITEMS, queries.list_query(owners=True), paged=True),
    Message("TermsQuery", "query_any", (terms.STANDARD_TERMS, terms.DATE_DRIVEN_TERMS), queries.list_query()),
    Message(
        "EntityQuery",
        "query_any",
        (people.CUSTOMERS, people.VENDORS, people.EMPLOYEES),
        queries.list_query(),
        paged=True,
    ),
    Message("TxnDel", "delete", _TXNS, queries.TXN_DEL),
    Message("TxnVoid", "void", tuple(each for each in _TXNS if "V" in each.verbs), queries.TXN_VOID),
    Message("ListDel", "delete", _LISTS, queries.LIST_DEL),
    Message("TxnDeletedQuery", "deleted", _TXNS, queries.TXN_DELETED_QUERY),
    Message("ListDeletedQuery", "deleted", _LISTS, queries.LIST_DELETED_QUERY),
)

MESSAGES: Final[Mapping[str, Message]] = {
    message.rq: message for message in (*(one for each in MAPS for one in _of(each)), *_ACROSS)
}
"""By the name of the request: `InvoiceAddRq`."""

TXN_TYPES: Final = frozenset(
    {
        "ARRefundCreditCard",
        "Bill",
        "BillPaymentCheck",
        "BillPaymentCreditCard",
        "BuildAssembly",
        "Charge",
        "Check",
        "CreditCardCharge",
        "CreditCardCredit",
        "CreditMemo",
        "Deposit",
        "Estimate",
        "InventoryAdjustment",
        "Invoice",
        "ItemReceipt",
        "JournalEntry",
        "PurchaseOrder",
        "ReceivePayment",
        "SalesOrder",
        "SalesReceipt",
        "SalesTaxPaymentCheck",
        "TimeTracking",
        "TransferInventory",
        "VehicleMileage",
        "VendorCredit",
    }
)
LIST_TYPES: Final = frozenset(
    {
        "Account",
        "BillingRate",
        "Class",
        "Currency",
        "Customer",
        "CustomerMsg",
        "CustomerType",
        "DateDrivenTerms",
        "Employee",
        "InventorySite",
        "ItemDiscount",
        "ItemFixedAsset",
        "ItemGroup",
        "ItemInventory",
        "ItemInventoryAssembly",
        "ItemNonInventory",
        "ItemOtherCharge",
        "ItemPayment",
        "ItemSalesTax",
        "ItemSalesTaxGroup",
        "ItemService",
        "ItemSubtotal",
        "JobType",
        "OtherName",
        "PaymentMethod",
        "PayrollItemNonWage",
        "PayrollItemWage",
        "PriceLevel",
        "SalesRep",
        "SalesTaxCode",
        "ShipMethod",
        "StandardTerms",
        "ToDo",
        "UnitOfMeasureSet",
        "Vehicle",
        "Vendor",
        "VendorType",
        "WorkersCompCode",
    }
)
"""All that QuickBooks can delete; those that are no resource here are never found."""
