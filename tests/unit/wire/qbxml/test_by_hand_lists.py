"""Lists and people against documents written by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.wire.qbxml.by_hand import LIST, asks, changed, named, tells

from counterfoil.model.accounts import Account, TaxLineDetails
from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.command import Create
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
)
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.model.values import Ref

D = Decimal
GUID = "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"
DOLLARS = CurrencyFormat(
    thousand_separator="comma",
    thousand_separator_grouping="xx_xxx_xxx",
    decimal_places="2",
    decimal_separator="period",
)
JAN = Address(line1="Jan Kowalski", line2="1 Mill Lane", city="Portland", state="OR", postal_code="97201", country="US")
SALEM = Address(line1="955 Center St", city="Salem")

CREATES: dict[str, tuple[str, Any]] = {
    "ClassAdd": ("classes", Class(name="North", parent=Ref("80000007-1700000000"))),
    "AccountAdd": (
        "accounts",
        Account(
            name="Labour",
            parent=named("Income"),
            account_type="income",
            account_number="4020",
            bank_account_number="77",
            description="Work on site",
        ),
    ),
    "CustomerTypeAdd": ("customer_types", CustomerType(name="Trade", is_active=False, parent=named("Business"))),
    "CustomerMsgAdd": ("customer_messages", CustomerMessage(name="Thank you & goodbye!")),
    "SalesTaxCodeAdd": ("sales_tax_codes", SalesTaxCode(name="Tax", is_taxable=True, description="Taxable sale")),
    "PaymentMethodAdd": ("payment_methods", PaymentMethod(name="Plastic", payment_method_type="master_card")),
    "ShipMethodAdd": ("shipping_methods", ShippingMethod(name="Bicycle")),
    "SalesRepAdd": ("sales_representatives", SalesRepresentative(initial="MKR", entity=named("M. K. Rivers"))),
    "StandardTermsAdd": (
        "standard_terms",
        StandardTerm(name="2% 10 Net 30", due_days=30, discount_days=10, discount_percentage=D(2)),
    ),
    "DateDrivenTermsAdd": (
        "date_driven_terms",
        DateDrivenTerm(
            name="By the 15th",
            due_day_of_month=15,
            grace_period_days=2,
            discount_day_of_month=5,
            discount_percentage=D("1.5"),
        ),
    ),
    "CurrencyAdd": ("currencies", Currency(name="Canadian Dollar", currency_code="CAD", currency_format=DOLLARS)),
    "CustomerAdd": (
        "customers",
        Customer(
            name="Barn",
            parent=named("Kowalski"),
            company_name="Kowalski & Söhne",
            salutation="Mr",
            first_name="Jan",
            middle_name="P.",
            last_name="Kowalski",
            job_title="Owner",
            billing_address=JAN,
            shipping_address=Address(line1="The barn", city="Salem"),
            phone="503-555-0101",
            alternate_phone="503-555-0102",
            fax="503-555-0103",
            email="jan@example.com",
            cc_email="books@example.com",
            contact="Jan",
            alternate_contact="Maria",
            terms=named("Net 30"),
            sales_representative=named("MKR"),
            opening_balance=D(100),
            opening_balance_date=date(2026, 1, 1),
            sales_tax_code=named("Tax"),
            sales_tax_item=named("County"),
            resale_number="R-1",
            account_number="A-77",
            credit_limit=D(5000),
            preferred_payment_method=named("Check"),
            job_status="in_progress",
            job_start_date=date(2026, 2, 1),
            job_projected_end_date=date(2026, 3, 1),
            job_description="New roof",
            note="Gate code 1234",
            preferred_delivery_method="email",
            external_id=GUID,
        ),
    ),
    "VendorAdd": (
        "vendors",
        Vendor(
            name="State of Oregon",
            company_name="Revenue",
            billing_address=SALEM,
            phone="503-555-0200",
            name_on_check="Oregon DOR",
            account_number="V-1",
            note="Quarterly",
            terms=named("Net 15"),
            credit_limit=D(10),
            tax_identification_number="12-3456789",
            is_eligible_for_1099=True,
            default_expense_accounts=(named("Taxes"), named("Fees")),
        ),
    ),
}

UPDATES: dict[str, Any] = {
    "ClassMod": changed("classes", name="North", is_active=False, parent=None),
    "AccountMod": changed(
        "accounts",
        name="Cash box",
        account_type="other_current_asset",
        description=None,
        opening_balance=D("-12.50"),
        opening_balance_date=date(2026, 1, 31),
    ),
    "SalesTaxCodeMod": changed("sales_tax_codes", name="Out", is_taxable=False, description="Out of state"),
    "SalesRepMod": changed("sales_representatives", initial="MK", is_active=False, entity=Ref("8000000B-1700000000")),
    "CurrencyMod": changed("currencies", is_active=False),
    "CustomerMod": changed(
        "customers",
        name="Barn 2",
        is_active=False,
        billing_address={"line2": None, "city": "Salem"},
        phone=None,
        credit_limit=D(0),
        job_status="closed",
        job_end_date=date(2026, 4, 1),
    ),
    "VendorMod": changed("vendors", is_active=False, name_on_check=None, is_eligible_for_1099=False),
}

NORTH = Class(**LIST, name="North", full_name="Region:North", parent=Ref("80000007-1700000000", "Region"))

ANSWERS: dict[str, Any] = {
    "ClassAdd": NORTH,
    "ClassQuery": NORTH,
    "ClassMod": Class(**LIST, name="North", full_name="North", is_active=False),
    "AccountAdd": Account(
        **LIST,
        name="Labour",
        full_name="Income:Labour",
        parent=Ref("80000008-1700000000", "Income"),
        account_type="income",
        account_number="4020",
        bank_account_number="77",
        description="Work on site",
        balance=D(0),
        total_balance=D(0),
        tax_line_details=TaxLineDetails(tax_line_id=0, tax_line_name="None"),
        cash_flow_classification="not_applicable",
    ),
    "AccountMod": Account(
        **LIST,
        name="Cash box",
        full_name="Cash box",
        account_type="other_current_asset",
        special_account_type="undeposited_funds",
        balance=D("-12.50"),
        total_balance=D("-12.50"),
        cash_flow_classification="operating",
    ),
    "CustomerTypeAdd": CustomerType(
        **LIST,
        name="Trade",
        full_name="Business:Trade",
        is_active=False,
        parent=Ref("80000009-1700000000", "Business"),
    ),
    "CustomerMsgAdd": CustomerMessage(**LIST, name="Thank you & goodbye!"),
    "SalesTaxCodeAdd": SalesTaxCode(**LIST, name="Tax", is_taxable=True, description="Taxable sale"),
    "SalesTaxCodeMod": SalesTaxCode(**LIST, name="Out", is_taxable=False, description="Out of state"),
    "PaymentMethodAdd": PaymentMethod(**LIST, name="Plastic", payment_method_type="master_card"),
    "ShipMethodAdd": ShippingMethod(**LIST, name="Bicycle"),
    "SalesRepAdd": SalesRepresentative(**LIST, initial="MKR", entity=Ref("8000000A-1700000000", "M. K. Rivers")),
    "SalesRepMod": SalesRepresentative(
        **LIST, initial="MK", is_active=False, entity=Ref("8000000B-1700000000", "Rivers")
    ),
    "StandardTermsAdd": StandardTerm(
        **LIST, name="2% 10 Net 30", due_days=30, discount_days=10, discount_percentage=D(2)
    ),
    "DateDrivenTermsAdd": DateDrivenTerm(
        **LIST,
        name="By the 15th",
        due_day_of_month=15,
        grace_period_days=2,
        discount_day_of_month=5,
        discount_percentage=D("1.5"),
    ),
    "CurrencyAdd": Currency(
        **LIST,
        name="Canadian Dollar",
        currency_code="CAD",
        currency_format=DOLLARS,
        is_user_defined_currency=False,
        exchange_rate=D("0.735"),
        as_of_date=date(2026, 1, 24),
    ),
    "CurrencyMod": Currency(**LIST, name="Canadian Dollar", is_active=False, currency_code="CAD"),
    "CustomerAdd": Customer(
        **LIST,
        name="Barn",
        full_name="Kowalski:Barn",
        parent=Ref("80000040-1769331700", "Kowalski"),
        company_name="Kowalski & Söhne",
        salutation="Mr",
        first_name="Jan",
        last_name="Kowalski",
        billing_address=JAN,
        phone="503-555-0101",
        alternate_phone="503-555-0102",
        email="jan@example.com",
        terms=Ref("80000005-1700000000", "Net 30"),
        balance=D(100),
        total_balance=D(100),
        sales_tax_code=Ref("80000007-1700000000", "Tax"),
        account_number="A-77",
        credit_limit=D(5000),
        job_status="in_progress",
        job_start_date=date(2026, 2, 1),
        job_description="New roof",
        preferred_delivery_method="email",
        external_id=GUID,
        custom_fields=(CustomField(owner_id="0", name="Colour", type="string_255_type", value="Red"),),
    ),
    "CustomerMod": Customer(
        **LIST,
        name="Barn 2",
        full_name="Kowalski:Barn 2",
        is_active=False,
        balance=D(0),
        total_balance=D(0),
        credit_limit=D(0),
        job_status="closed",
        job_end_date=date(2026, 4, 1),
    ),
    "VendorAdd": Vendor(
        **LIST,
        name="State of Oregon",
        company_name="Revenue",
        billing_address=SALEM,
        name_on_check="Oregon DOR",
        tax_identification_number="12-3456789",
        is_eligible_for_1099=True,
        balance=D(-3),
        default_expense_accounts=(Ref("8000000C-1", "Taxes"), Ref("8000000D-1", "Fees")),
    ),
    "VendorMod": Vendor(**LIST, name="State of Oregon", is_active=False, is_eligible_for_1099=False, balance=D(0)),
}


@pytest.mark.parametrize("name", CREATES)
def test_creating(name: str) -> None:
    resource, draft = CREATES[name]
    asks(name, Create(resource=resource, draft=draft))


@pytest.mark.parametrize("name", UPDATES)
def test_changing(name: str) -> None:
    asks(name, UPDATES[name])


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str) -> None:
    tells(name, ANSWERS[name])


def test_every_change_has_its_answer() -> None:
    assert {*CREATES, *UPDATES} <= set(ANSWERS)
