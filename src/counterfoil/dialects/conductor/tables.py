"""Every resource that this dialect serves, by its path."""

from collections.abc import Mapping
from typing import Final

from counterfoil.dialects.conductor.accounts import ACCOUNTS
from counterfoil.dialects.conductor.company import COMPANY, PREFERENCES
from counterfoil.dialects.conductor.items import (
    DISCOUNT_ITEMS,
    ITEM_GROUPS,
    NON_INVENTORY_ITEMS,
    OTHER_CHARGE_ITEMS,
    SALES_TAX_GROUP_ITEMS,
    SALES_TAX_ITEMS,
    SERVICE_ITEMS,
    SUBTOTAL_ITEMS,
)
from counterfoil.dialects.conductor.lists import (
    CLASSES,
    CURRENCIES,
    CUSTOMER_TYPES,
    PAYMENT_METHODS,
    SALES_REPRESENTATIVES,
    SALES_TAX_CODES,
    SHIPPING_METHODS,
    TEMPLATES,
)
from counterfoil.dialects.conductor.people import CUSTOMERS, VENDORS
from counterfoil.dialects.conductor.receivables import RECEIVE_PAYMENTS
from counterfoil.dialects.conductor.sales import CREDIT_MEMOS, INVOICES
from counterfoil.dialects.conductor.table import Table
from counterfoil.dialects.conductor.terms import DATE_DRIVEN_TERMS, STANDARD_TERMS

ROOT: Final = "/v1/quickbooks-desktop"

TABLES: Final[Mapping[str, Table]] = {
    table.path: table
    for table in (
        ACCOUNTS,
        CLASSES,
        COMPANY,
        CREDIT_MEMOS,
        CURRENCIES,
        CUSTOMERS,
        CUSTOMER_TYPES,
        DATE_DRIVEN_TERMS,
        DISCOUNT_ITEMS,
        INVOICES,
        ITEM_GROUPS,
        NON_INVENTORY_ITEMS,
        OTHER_CHARGE_ITEMS,
        PAYMENT_METHODS,
        PREFERENCES,
        RECEIVE_PAYMENTS,
        SALES_REPRESENTATIVES,
        SALES_TAX_CODES,
        SALES_TAX_GROUP_ITEMS,
        SALES_TAX_ITEMS,
        SERVICE_ITEMS,
        SHIPPING_METHODS,
        STANDARD_TERMS,
        SUBTOTAL_ITEMS,
        TEMPLATES,
        VENDORS,
    )
}
