"""Kinds of values: each knows its limits, and a field says which one it holds.

`Name41 = Annotated[str, Text(41)]` is a plain `str` to Python and to mypy; readers, checks and generated
documents find the `Text(41)` beside it. The limits are QuickBooks Desktop's, which every dialect here shares.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from counterfoil.model.values import Ref


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field holds."""


@dataclass(frozen=True, slots=True)
class Text(Kind):
    longest: int = 4095


@dataclass(frozen=True, slots=True)
class Amount(Kind):
    """Money: at most 13 digits before the point and two after it."""


@dataclass(frozen=True, slots=True)
class Price(Kind):
    """A price, rate or cost: at most 10 digits before the point and five after it."""


@dataclass(frozen=True, slots=True)
class Percentage(Kind):
    """Percent as written: `8.25` means 8.25 %. The same digits as a price."""


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A quantity or an exchange rate: a JSON number with the digits of a price."""

    positive: bool = False


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    least: int = -2147483648
    most: int = 2147483647


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    pass


@dataclass(frozen=True, slots=True)
class Day(Kind):
    pass


@dataclass(frozen=True, slots=True)
class Moment(Kind):
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class Guid(Kind):
    pass


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class To(Kind):
    """A reference to an object of one of these resources."""

    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nested(Kind):
    struct: type


@dataclass(frozen=True, slots=True)
class Many(Kind):
    """A tuple of values; more than one kind where lines of several shapes stand in one order."""

    of: tuple[Kind, ...]


Text3 = Annotated[str, Text(3)]
Text5 = Annotated[str, Text(5)]
Text7 = Annotated[str, Text(7)]
Text11 = Annotated[str, Text(11)]
Text13 = Annotated[str, Text(13)]
Text15 = Annotated[str, Text(15)]
Text20 = Annotated[str, Text(20)]
Text21 = Annotated[str, Text(21)]
Text25 = Annotated[str, Text(25)]
Text29 = Annotated[str, Text(29)]
Text31 = Annotated[str, Text(31)]
Text40 = Annotated[str, Text(40)]
Text41 = Annotated[str, Text(41)]
Text64 = Annotated[str, Text(64)]
Text99 = Annotated[str, Text(99)]
Text100 = Annotated[str, Text(100)]
Text101 = Annotated[str, Text(101)]
Text200 = Annotated[str, Text(200)]
Text255 = Annotated[str, Text(255)]
Text1000 = Annotated[str, Text(1000)]
Text1023 = Annotated[str, Text(1023)]
Text4095 = Annotated[str, Text(4095)]
Id36 = Annotated[str, Text(36)]
Money = Annotated[Decimal, Amount()]
UnitPrice = Annotated[Decimal, Price()]
Percent = Annotated[Decimal, Percentage()]
Quantity = Annotated[Decimal, Number()]
ExchangeRate = Annotated[Decimal, Number(positive=True)]
Time = Annotated[int, Moment()]
Date = Annotated[date, Day()]
ExternalId = Annotated[str, Guid()]

ITEMS = (
    "service_items",
    "non_inventory_items",
    "other_charge_items",
    "discount_items",
    "subtotal_items",
    "sales_tax_items",
)
"""What may stand on a line. Item groups have lines of their own; groups of sales-tax items never stand on a line."""

CustomerRef = Annotated[Ref, To(("customers",))]
VendorRef = Annotated[Ref, To(("vendors",))]
EntityRef = Annotated[Ref, To(("vendors", "employees", "other_names"))]
AccountRef = Annotated[Ref, To(("accounts",))]
ClassRef = Annotated[Ref, To(("classes",))]
ItemRef = Annotated[Ref, To(ITEMS)]
ItemGroupRef = Annotated[Ref, To(("item_groups",))]
SalesTaxItemRef = Annotated[Ref, To(("sales_tax_items",))]
SalesTaxRef = Annotated[Ref, To(("sales_tax_items", "sales_tax_group_items"))]
SalesTaxCodeRef = Annotated[Ref, To(("sales_tax_codes",))]
TermsRef = Annotated[Ref, To(("standard_terms", "date_driven_terms"))]
PaymentMethodRef = Annotated[Ref, To(("payment_methods",))]
ShippingMethodRef = Annotated[Ref, To(("shipping_methods",))]
SalesRepresentativeRef = Annotated[Ref, To(("sales_representatives",))]
CustomerMessageRef = Annotated[Ref, To(("customer_messages",))]
TemplateRef = Annotated[Ref, To(("templates",))]
CurrencyRef = Annotated[Ref, To(("currencies",))]
DepartmentRef = Annotated[Ref, To(("departments",))]
EmployeeRef = Annotated[Ref, To(("employees",))]
CustomerTypeRef = Annotated[Ref, To(("customer_types",))]
VendorTypeRef = Annotated[Ref, To(("vendor_types",))]
JobTypeRef = Annotated[Ref, To(("job_types",))]
PriceLevelRef = Annotated[Ref, To(("price_levels",))]
BillingRateRef = Annotated[Ref, To(("billing_rates",))]
UnitSetRef = Annotated[Ref, To(("unit_of_measure_sets",))]
SiteRef = Annotated[Ref, To(("inventory_sites",))]
SalesTaxReturnRef = Annotated[Ref, To(("sales_tax_returns",))]
