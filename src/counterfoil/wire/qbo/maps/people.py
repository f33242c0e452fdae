"""Customers and vendors."""

from typing import Any, Final

from counterfoil.model.people import Customer
from counterfoil.wire.qbo.forms import EMAIL, FLAG, MONEY, PHONE, TEXT, choice, to
from counterfoil.wire.qbo.maps.addresses import address
from counterfoil.wire.qbo.maps.parts import ENTITY
from counterfoil.wire.qbo.table import Entity, Filter, Known, Row, always, row, told

DELIVERY: Final = choice({"email": "Email", "mail": "Print", "none": "None"})
FILTERS: Final = {
    "displayname": Filter("name", "text"),
    "metadata.lastupdatedtime": Filter("updated_at", "moment"),
    "metadata.createtime": Filter("created_at", "moment"),
}
NAMES: Final[tuple[Row, ...]] = (
    row("Title", "salutation", TEXT),
    row("GivenName", "first_name", TEXT),
    row("MiddleName", "middle_name", TEXT),
    row("FamilyName", "last_name", TEXT),
    told("FullyQualifiedName", lambda person, _known: getattr(person, "full_name", "") or person.name),
    row("CompanyName", "company_name", TEXT),
    row("DisplayName", "name", TEXT),
    told("PrintOnCheckName", lambda person, _known: getattr(person, "name_on_check", None) or person.name),
    row("Active", "is_active", FLAG),
    row("PrimaryPhone", "phone", PHONE),
    row("AlternatePhone", "alternate_phone", PHONE),
    row("Fax", "fax", PHONE),
    row("PrimaryEmailAddr", "email", EMAIL),
)
"""What Intuit calls a name: a customer, a vendor, an employee."""


def is_taxable(customer: Customer, known: Known) -> bool:
    """Whether a customer's own tax code, if there is one, lets tax be charged."""
    code = known.tax_codes.get((customer.sales_tax_code.id if customer.sales_tax_code is not None else None) or "")
    return code is None or code.is_taxable


def _level(customer: Any, _known: Known) -> int | None:
    return customer.sublevel if customer.parent is not None else None


CUSTOMER: Final = Entity(
    "Customer",
    ("customers",),
    (
        told("Taxable", is_taxable),
        address("BillAddr", "billing_address"),
        address("ShipAddr", "shipping_address"),
        row("Notes", "note", TEXT),
        told("Job", lambda customer, _known: customer.parent is not None),
        always("BillWithParent", False),
        row("ParentRef", "parent", to("names")),
        told("Level", _level),
        row("CustomerTypeRef", "customer_type", to("customer_types")),
        row("SalesTermRef", "terms", to("terms")),
        row("PaymentMethodRef", "preferred_payment_method", to("payment_methods")),
        row("Balance", "balance", MONEY),
        row("BalanceWithJobs", "total_balance", MONEY),
        row("AcctNum", "account_number", TEXT),
        told("CurrencyRef", lambda customer, known: {"value": known.currency(customer.currency)}),
        row("PreferredDeliveryMethod", "preferred_delivery_method", DELIVERY),
        row("ResaleNum", "resale_number", TEXT),
        *NAMES,
        *ENTITY,
    ),
    filters=FILTERS,
)
VENDOR: Final = Entity(
    "Vendor",
    ("vendors",),
    (
        row("Notes", "note", TEXT),
        address("BillAddr", "billing_address"),
        row("TaxIdentifier", "tax_identification_number", TEXT),
        row("TermRef", "terms", to("terms")),
        row("Balance", "balance", MONEY),
        row("AcctNum", "account_number", TEXT),
        told("Vendor1099", lambda vendor, _known: bool(vendor.is_eligible_for_1099)),
        told("CurrencyRef", lambda vendor, known: {"value": known.currency(vendor.currency)}),
        *NAMES,
        *ENTITY,
    ),
    filters=FILTERS,
)
