"""The smaller lists."""

from counterfoil.dialects.conductor.parts import SUBLEVEL
from counterfoil.dialects.conductor.table import HEAD, Part, Table, part, ref, row
from counterfoil.model.lists import (
    Class,
    Currency,
    CurrencyFormat,
    CustomerType,
    PaymentMethod,
    SalesRepresentative,
    SalesTaxCode,
    ShippingMethod,
    Template,
)

CLASSES = Table(
    path="classes",
    object_type="qbd_class",
    resource="classes",
    model=Class,
    verbs="LCRU",
    paging="limit",
    by_name="fullNames",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("fullName", "R"),
        row("isActive", "cuR"),
        ref("parent", "cur"),
        SUBLEVEL,
    ),
)

CUSTOMER_TYPES = Table(
    path="customer-types",
    object_type="qbd_customer_type",
    resource="customer_types",
    model=CustomerType,
    verbs="LCR",
    paging="limit",
    by_name="fullNames",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CR"),
        row("fullName", "R"),
        row("isActive", "cR"),
        ref("parent", "cr"),
        SUBLEVEL,
    ),
)

SALES_TAX_CODES = Table(
    path="sales-tax-codes",
    object_type="qbd_sales_tax_code",
    resource="sales_tax_codes",
    model=SalesTaxCode,
    verbs="LCRU",
    paging="limit",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("isActive", "cuR"),
        row("isTaxable", "CuR"),
        row("description", "cur"),
        ref("salesTaxItem", "cur"),
    ),
)

PAYMENT_METHODS = Table(
    path="payment-methods",
    object_type="qbd_payment_method",
    resource="payment_methods",
    model=PaymentMethod,
    verbs="LCR",
    paging="limit",
    by_name="names",
    filters=("ids", "status", "updated", "name", "payment_method_type"),
    rows=(
        *HEAD,
        row("name", "CR"),
        row("isActive", "cR"),
        row("paymentMethodType", "CR"),
    ),
)

SHIPPING_METHODS = Table(
    path="shipping-methods",
    object_type="qbd_shipping_method",
    resource="shipping_methods",
    model=ShippingMethod,
    verbs="LCR",
    paging="limit",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CR"),
        row("isActive", "cR"),
    ),
)

SALES_REPRESENTATIVES = Table(
    path="sales-representatives",
    object_type="qbd_sales_representative",
    resource="sales_representatives",
    model=SalesRepresentative,
    verbs="LCRU",
    paging="limit",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("initial", "CuR"),
        row("isActive", "cuR"),
        ref("entity", "CuR"),
    ),
)

TEMPLATES = Table(
    path="templates",
    object_type="qbd_template",
    resource="templates",
    model=Template,
    verbs="L",
    rows=(
        *HEAD,
        row("name", "R"),
        row("isActive", "R"),
        row("templateType", "R"),
    ),
)

CURRENCY_FORMAT = Part(
    CurrencyFormat,
    (
        row("thousandSeparator", "cur"),
        row("thousandSeparatorGrouping", "cur"),
        row("decimalPlaces", "cur"),
        row("decimalSeparator", "cur"),
    ),
)

CURRENCIES = Table(
    path="currencies",
    object_type="qbd_currency",
    resource="currencies",
    model=Currency,
    verbs="LCRU",
    paging="limit",
    by_name="names",
    filters=("ids", "status", "updated", "name"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("isActive", "cuR"),
        row("currencyCode", "CuR"),
        part("currencyFormat", "cur", CURRENCY_FORMAT),
        row("isUserDefinedCurrency", "r"),
        row("exchangeRate", "r"),
        row("asOfDate", "r"),
    ),
)
