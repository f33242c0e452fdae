"""Customers, vendors and employees."""

from typing import Any, Final

from counterfoil.model.people import Customer
from counterfoil.wire.qbo.forms import DAY, EMAIL, FLAG, MONEY, NUMBER, PHONE, TEXT, choice, to
from counterfoil.wire.qbo.maps.addresses import address
from counterfoil.wire.qbo.maps.parts import ACTIVE, CURRENCY, ENTITY
from counterfoil.wire.qbo.maps.tax_codes import TAX_CODE_REF, asked_taxable, heard_taxable
from counterfoil.wire.qbo.table import Entity, Filter, Json, Known, Row, always, own, row, told

DELIVERY: Final = choice({"email": "Email", "mail": "Print", "none": "None"})
FILTERS: Final = {
    "displayname": Filter("name", "text"),
    "metadata.lastupdatedtime": Filter("updated_at", "moment"),
    "metadata.createtime": Filter("created_at", "moment"),
}
NAMES: Final[tuple[Row, ...]] = (
    row("Title", "salutation", TEXT, most=16),
    row("GivenName", "first_name", TEXT, most=100),
    row("MiddleName", "middle_name", TEXT, most=100),
    row("FamilyName", "last_name", TEXT, most=100),
    Row(
        "FullyQualifiedName",
        "full_name",
        TEXT,
        told=lambda person, _known: getattr(person, "full_name", "") or person.name,
        use="own",
    ),
    row("CompanyName", "company_name", TEXT, most=100),
    row("DisplayName", "name", TEXT, most=500, required=True),
    Row(
        "PrintOnCheckName",
        "name_on_check",
        TEXT,
        told=lambda person, _known: getattr(person, "name_on_check", None) or person.name,
        most=110,
    ),
    ACTIVE,
    row("PrimaryPhone", "phone", PHONE, most=30),
    row("AlternatePhone", "alternate_phone", PHONE, most=30),
    row("Fax", "fax", PHONE, most=30),
    row("PrimaryEmailAddr", "email", EMAIL, most=100),
)
"""What Intuit calls a name: a customer, a vendor, an employee."""

EXTRA: Final = frozenset({"Suffix", "Mobile", "WebAddr", "OtherAddr", "OtherContactInfo", "Organization", "Source"})
"""Keys of names that the model's fields do not hold."""


def is_taxable(customer: Customer, known: Known) -> bool:
    """Whether a customer's own tax code, if there is one, lets tax be charged."""
    code = known.tax_codes.get((customer.sales_tax_code.id if customer.sales_tax_code is not None else None) or "")
    return code is None or code.is_taxable


def _level(customer: Any, _known: Known) -> int | None:
    return customer.sublevel if customer.parent is not None else None


def _tax_code(customer: Any, known: Known) -> Any:
    """What a customer's sales are taxed with: a code for lines, or in the United States one for whole sales."""
    if known.is_canadian:
        code = customer.sales_tax_code
        return TAX_CODE_REF.write(code, known) if code is not None else None
    return to("items").write(customer.sales_tax_item, known) if customer.sales_tax_item is not None else None


def _heard_tax_code(given: Json, known: Known) -> dict[str, Any]:
    ref = given["DefaultTaxCodeRef"]
    if known.is_canadian:
        return {"sales_tax_code": TAX_CODE_REF.read(ref, known)}
    return {"sales_tax_item": to("items").read(ref, known)}


def balance() -> tuple[Row, ...]:
    """What somebody owes or is owed; whoever makes them says what it was at the beginning."""
    return (
        Row(
            "Balance",
            "balance",
            MONEY,
            asked=lambda person, known: _opening(person, known),
            wanted=lambda given, known: {"opening_balance": MONEY.read(given["Balance"], known) or None},
            use="once",
            fields=("opening_balance",),
        ),
        row("OpenBalanceDate", "opening_balance_date", DAY, "once"),
    )


def _opening(person: Any, known: Known) -> Any:
    return MONEY.write(person.opening_balance, known) if person.opening_balance is not None else None


CUSTOMER: Final = Entity(
    "Customer",
    ("customers",),
    (
        Row("Taxable", told=is_taxable, heard=heard_taxable, asked=asked_taxable, fields=("sales_tax_code",)),
        address("BillAddr", "billing_address"),
        address("ShipAddr", "shipping_address"),
        row("Notes", "note", TEXT, most=2000),
        Row(
            "Job",
            told=lambda customer, _known: customer.parent is not None,
            asked=lambda customer, _known: customer.parent is not None or None,
            fields=("parent",),
            use="kept",
        ),
        always("BillWithParent", False),
        row("ParentRef", "parent", to("names")),
        told("Level", _level),
        row("CustomerTypeRef", "customer_type", to("customer_types")),
        row("SalesTermRef", "terms", to("terms")),
        row("PaymentMethodRef", "preferred_payment_method", to("payment_methods")),
        *balance(),
        own("BalanceWithJobs", "total_balance", MONEY),
        own("AcctNum", "account_number", TEXT),
        CURRENCY,
        row("PreferredDeliveryMethod", "preferred_delivery_method", DELIVERY),
        row("ResaleNum", "resale_number", TEXT, most=16),
        Row(
            "DefaultTaxCodeRef",
            told=_tax_code,
            heard=_heard_tax_code,
            asked=_tax_code,
            fields=("sales_tax_item", "sales_tax_code"),
        ),
        *NAMES,
        *ENTITY,
    ),
    filters=FILTERS,
    made=("customers",),
    extra=EXTRA
    | {
        "BillWithParent",
        "IsProject",
        "ARAccountRef",
        "BusinessNumber",
        "ClientEntityId",
        "GSTIN",
        "GSTRegistrationType",
        "PrimaryTaxIdentifier",
        "SecondaryTaxIdentifier",
        "TaxExemptionReasonId",
    },
)
VENDOR: Final = Entity(
    "Vendor",
    ("vendors",),
    (
        row("Notes", "note", TEXT, most=4000),
        address("BillAddr", "billing_address"),
        row("TaxIdentifier", "tax_identification_number", TEXT, most=20),
        row("TermRef", "terms", to("terms")),
        *balance(),
        row("AcctNum", "account_number", TEXT, most=100),
        Row(
            "Vendor1099",
            "is_eligible_for_1099",
            FLAG,
            told=lambda vendor, _known: bool(vendor.is_eligible_for_1099),
        ),
        CURRENCY,
        *NAMES,
        *ENTITY,
    ),
    filters=FILTERS,
    made=("vendors",),
    extra=EXTRA | {"APAccountRef", "BillRate", "BusinessNumber", "CostRate", "HasTPAR", "VendorPaymentBankDetail"},
)
GENDERS: Final = choice({"female": "Female", "male": "Male"})
EMPLOYEE: Final = Entity(
    "Employee",
    ("employees",),
    (
        row("Title", "salutation", TEXT, most=16),
        row("GivenName", "first_name", TEXT, most=100),
        row("MiddleName", "middle_name", TEXT, most=100),
        row("FamilyName", "last_name", TEXT, most=100),
        row("Suffix", "suffix", TEXT, most=16),
        row("DisplayName", "name", TEXT, most=500, required=True),
        Row(
            "PrintOnCheckName",
            "name_on_check",
            TEXT,
            told=lambda person, _known: person.name_on_check or person.name,
            most=110,
        ),
        ACTIVE,
        row("PrimaryPhone", "phone", PHONE, most=30),
        row("Mobile", "mobile", PHONE, most=30),
        row("PrimaryEmailAddr", "email", EMAIL, most=100),
        address("PrimaryAddr", "address"),
        row("EmployeeNumber", "employee_number", TEXT, most=100),
        row("SSN", "ssn", TEXT, most=100),
        row("Gender", "gender", GENDERS),
        row("BirthDate", "birth_date", DAY),
        row("HiredDate", "hired_date", DAY),
        row("ReleasedDate", "released_date", DAY),
        row("BillableTime", "is_time_billable", FLAG),
        row("BillRate", "hourly_rate", NUMBER),
        row("CostRate", "hourly_cost", NUMBER),
        row("Organization", "is_organization", FLAG),
        *ENTITY,
    ),
    filters=FILTERS,
    made=("employees",),
    extra=frozenset({"FullyQualifiedName", "Fax", "AlternatePhone", "OtherAddr", "WebAddr", "CompanyName"}),
)
