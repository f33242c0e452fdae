"""The smaller lists."""

from counterfoil.model.lists import (
    Class,
    Currency,
    CurrencyFormat,
    CustomerMessage,
    CustomerType,
    PaymentMethod,
    SalesRepresentative,
    SalesTaxCode,
    ShippingMethod,
    Template,
)
from counterfoil.wire.qbxml.maps.parts import LIST_HEAD, SUBLEVEL
from counterfoil.wire.qbxml.maps.queries import list_query, plain_query
from counterfoil.wire.qbxml.table import Map, Part, part, row

CLASSES = Map(
    "Class",
    "classes",
    "ListID",
    "AMQD",
    Part(
        Class,
        (
            *LIST_HEAD,
            row("Name", "name", "Amr", firm=True),
            row("FullName", "full_name", "r"),
            row("IsActive", "is_active", "amr", firm=True),
            row("ParentRef", "parent", "amr"),
            SUBLEVEL,
        ),
    ),
    list_query(),
)

CUSTOMER_TYPES = Map(
    "CustomerType",
    "customer_types",
    "ListID",
    "AQD",
    Part(
        CustomerType,
        (
            *LIST_HEAD,
            row("Name", "name", "Ar"),
            row("FullName", "full_name", "r"),
            row("IsActive", "is_active", "ar"),
            row("ParentRef", "parent", "ar"),
            SUBLEVEL,
        ),
    ),
    list_query(),
)

CUSTOMER_MESSAGES = Map(
    "CustomerMsg",
    "customer_messages",
    "ListID",
    "AQD",
    Part(CustomerMessage, (*LIST_HEAD, row("Name", "name", "Ar"), row("IsActive", "is_active", "ar"))),
    list_query(),
)

SALES_TAX_CODES = Map(
    "SalesTaxCode",
    "sales_tax_codes",
    "ListID",
    "AMQD",
    Part(
        SalesTaxCode,
        (
            *LIST_HEAD,
            row("Name", "name", "Amr", firm=True),
            row("IsActive", "is_active", "amr", firm=True),
            row("IsTaxable", "is_taxable", "Amr", firm=True),
            row("Desc", "description", "amr"),
            row("ItemSalesTaxRef", "sales_tax_item", "amr", since="8.0"),
        ),
    ),
    list_query(),
)

PAYMENT_METHODS = Map(
    "PaymentMethod",
    "payment_methods",
    "ListID",
    "AQD",
    Part(
        PaymentMethod,
        (
            *LIST_HEAD,
            row("Name", "name", "Ar"),
            row("IsActive", "is_active", "ar"),
            row("PaymentMethodType", "payment_method_type", "ar", since="7.0"),
        ),
    ),
    list_query("payment_method_type"),
)

SHIPPING_METHODS = Map(
    "ShipMethod",
    "shipping_methods",
    "ListID",
    "AQD",
    Part(ShippingMethod, (*LIST_HEAD, row("Name", "name", "Ar"), row("IsActive", "is_active", "ar"))),
    list_query(),
)

SALES_REPRESENTATIVES = Map(
    "SalesRep",
    "sales_representatives",
    "ListID",
    "AMQD",
    Part(
        SalesRepresentative,
        (
            *LIST_HEAD,
            row("Initial", "initial", "Amr", firm=True),
            row("IsActive", "is_active", "amr", firm=True),
            row("SalesRepEntityRef", "entity", "Amr", firm=True),
        ),
    ),
    list_query(),
)

TEMPLATES = Map(
    "Template",
    "templates",
    "ListID",
    "Q",
    Part(
        Template,
        (
            *LIST_HEAD,
            row("Name", "name", "r"),
            row("IsActive", "is_active", "r"),
            row("TemplateType", "template_type", "r"),
        ),
    ),
    plain_query(),
)

CURRENCY_FORMAT = Part(
    CurrencyFormat,
    (
        row("ThousandSeparator", "thousand_separator", "amr"),
        row("ThousandSeparatorGrouping", "thousand_separator_grouping", "amr"),
        row("DecimalPlaces", "decimal_places", "amr"),
        row("DecimalSeparator", "decimal_separator", "amr"),
    ),
)

CURRENCIES = Map(
    "Currency",
    "currencies",
    "ListID",
    "AMQD",
    Part(
        Currency,
        (
            *LIST_HEAD,
            row("Name", "name", "Amr", firm=True),
            row("IsActive", "is_active", "amr", firm=True),
            row("CurrencyCode", "currency_code", "Amr", firm=True),
            part("CurrencyFormat", "currency_format", "amr", CURRENCY_FORMAT),
            row("IsUserDefinedCurrency", "is_user_defined_currency", "r"),
            row("ExchangeRate", "exchange_rate", "r"),
            row("AsOfDate", "as_of_date", "r"),
        ),
    ),
    list_query(),
)
