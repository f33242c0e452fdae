"""Customers with their jobs, vendors and employees. What only other editions than the American one know of the first
two is here as well.

An employee's name is no element of a request: QuickBooks makes it of the parts. Other editions than the American one
are told it, which is read here, and never sent.
"""

from counterfoil.model.kinds import Amount, Choice, Day, Flag, Percentage, Price, Text, Text41, To
from counterfoil.model.people import CreditCard, Customer, Employee, Vendor
from counterfoil.model.values import Value
from counterfoil.wire.qbxml.converters import MASKED, address_block, full_name
from counterfoil.wire.qbxml.maps.parts import (
    ADDRESS,
    ADDRESS_BLOCK,
    CONTACT_FIELD,
    CONTACTS,
    CUSTOM_FIELDS,
    LIST_HEAD,
    NOTE,
    NOTES,
    PRIVATE_ADDRESS,
    SHIPPING_ADDRESS,
    SUBLEVEL,
)
from counterfoil.wire.qbxml.maps.queries import list_query
from counterfoil.wire.qbxml.table import Map, Part, Row, Values, Verb, part, row, told, unkept

CREDIT_CARD = Part(
    CreditCard,
    (
        row("CreditCardNumber", "number", "amr", convert=MASKED),
        row("ExpirationMonth", "expiration_month", "amr"),
        row("ExpirationYear", "expiration_year", "amr"),
        row("NameOnCard", "name", "amr"),
        row("CreditCardAddress", "address", "amr"),
        row("CreditCardPostalCode", "postal_code", "amr"),
    ),
)

_PERSON = (
    row("CompanyName", "company_name", "amr"),
    row("Salutation", "salutation", "amr"),
    row("FirstName", "first_name", "amr"),
    row("MiddleName", "middle_name", "amr"),
    row("LastName", "last_name", "amr"),
    row("JobTitle", "job_title", "amr", since="12.0"),
)
_REACHED = (
    row("Phone", "phone", "amr"),
    row("AltPhone", "alternate_phone", "amr"),
    row("Fax", "fax", "amr"),
    row("Email", "email", "amr"),
    row("Cc", "cc_email", "amr", since="12.0"),
    row("Contact", "contact", "amr"),
    row("AltContact", "alternate_contact", "amr"),
    part("AdditionalContactRef", "custom_contact_fields", "amr", CONTACT_FIELD, since="12.0"),
    *CONTACTS,
)

CUSTOMERS = Map(
    "Customer",
    "customers",
    "ListID",
    "AMQD",
    Part(
        Customer,
        (
            *LIST_HEAD,
            row("Name", "name", "Amr", firm=True),
            row("FullName", "full_name", "r"),
            row("IsActive", "is_active", "amr", firm=True),
            row("ClassRef", "class_", "amr", since="12.0"),
            row("ParentRef", "parent", "amr"),
            SUBLEVEL,
            *_PERSON,
            part("BillAddress", "billing_address", "amr", ADDRESS),
            told("BillAddressBlock", lambda one: address_block(one.billing_address), table=ADDRESS_BLOCK, since="6.0"),
            part("ShipAddress", "shipping_address", "amr", ADDRESS),
            told("ShipAddressBlock", lambda one: address_block(one.shipping_address), table=ADDRESS_BLOCK, since="6.0"),
            part("ShipToAddress", "alternate_shipping_addresses", "amr", SHIPPING_ADDRESS, since="12.0"),
            *_REACHED,
            row("CustomerTypeRef", "customer_type", "amr"),
            row("TermsRef", "terms", "amr"),
            row("SalesRepRef", "sales_representative", "amr"),
            row("OpenBalance", "opening_balance", "a"),
            row("OpenBalanceDate", "opening_balance_date", "a"),
            row("Balance", "balance", "r"),
            row("TotalBalance", "total_balance", "r"),
            row("SalesTaxCodeRef", "sales_tax_code", "amr"),
            row("ItemSalesTaxRef", "sales_tax_item", "amr"),
            row("SalesTaxCountry", "sales_tax_country", "amr", since="8.0"),
            row("ResaleNumber", "resale_number", "amr"),
            row("AccountNumber", "account_number", "amr"),
            row("CreditLimit", "credit_limit", "amr"),
            row("PreferredPaymentMethodRef", "preferred_payment_method", "amr", since="3.0"),
            part("CreditCardInfo", "credit_card", "amr", CREDIT_CARD, since="3.0"),
            row("JobStatus", "job_status", "amr"),
            row("JobStartDate", "job_start_date", "amr"),
            row("JobProjectedEndDate", "job_projected_end_date", "amr"),
            row("JobEndDate", "job_end_date", "amr"),
            row("JobDesc", "job_description", "amr"),
            row("JobTypeRef", "job_type", "amr"),
            row("Notes", "note", "amr", since="3.0"),
            *NOTES,
            row("PreferredDeliveryMethod", "preferred_delivery_method", "amr", since="12.0"),
            row("PriceLevelRef", "price_level", "amr", since="4.0"),
            row("ExternalGUID", "external_id", "ar", since="8.0"),
            row("TaxRegistrationNumber", "tax_registration_number", "amr", since="8.0", kind=Text(30)),
            row("CurrencyRef", "currency", "amr", since="8.0"),
            CUSTOM_FIELDS,
        ),
    ),
    list_query("balance", "currency", "class", owners=True),
)

VENDORS = Map(
    "Vendor",
    "vendors",
    "ListID",
    "AMQD",
    Part(
        Vendor,
        (
            *LIST_HEAD,
            row("Name", "name", "Amr", firm=True),
            row("IsActive", "is_active", "amr", firm=True),
            row("ClassRef", "class_", "amr", since="12.0"),
            *_PERSON,
            part("VendorAddress", "billing_address", "amr", ADDRESS),
            told(
                "VendorAddressBlock", lambda one: address_block(one.billing_address), table=ADDRESS_BLOCK, since="6.0"
            ),
            part("ShipAddress", "shipping_address", "amr", ADDRESS, since="11.0"),
            *_REACHED,
            row("NameOnCheck", "name_on_check", "amr"),
            row("AccountNumber", "account_number", "amr"),
            row("Notes", "note", "amr", since="3.0"),
            *NOTES,
            row("VendorTypeRef", "vendor_type", "amr"),
            row("TermsRef", "terms", "amr"),
            row("CreditLimit", "credit_limit", "amr"),
            row("VendorTaxIdent", "tax_identification_number", "amr"),
            row("IsVendorEligibleFor1099", "is_eligible_for_1099", "amr"),
            row("OpenBalance", "opening_balance", "a"),
            row("OpenBalanceDate", "opening_balance_date", "a"),
            row("Balance", "balance", "r"),
            row("BillingRateRef", "billing_rate", "amr", since="6.0"),
            row("ExternalGUID", "external_id", "ar", since="8.0"),
            row("SalesTaxCodeRef", "sales_tax_code", "amr", since="8.0"),
            row("SalesTaxCountry", "sales_tax_country", "amr", since="8.0"),
            row("IsSalesTaxAgency", "is_sales_tax_agency", "amr", since="8.0"),
            row("SalesTaxReturnRef", "sales_tax_return", "amr", since="8.0"),
            row("TaxRegistrationNumber", "tax_registration_number", "amr", since="8.0", kind=Text(30)),
            row("ReportingPeriod", "reporting_period", "amr", since="8.0"),
            row("IsTaxTrackedOnPurchases", "is_tracking_purchase_tax", "amr", since="8.0"),
            row("TaxOnPurchasesAccountRef", "purchase_tax_account", "amr", since="8.0"),
            row("IsTaxTrackedOnSales", "is_tracking_sales_tax", "amr", since="8.0"),
            row("TaxOnSalesAccountRef", "sales_tax_account", "amr", since="8.0"),
            row("IsTaxOnTax", "is_compounding_tax", "amr", since="8.0"),
            row("PrefillAccountRef", "default_expense_accounts", "amr", since="8.0"),
            row("CurrencyRef", "currency", "amr", since="8.0"),
            CUSTOM_FIELDS,
        ),
    ),
    list_query("balance", "currency", "class", owners=True),
)


def _chosen(tag: str, *options: str, since: str = "13.0") -> Row:
    return unkept(tag, "am", since=since, kind=Choice(options))


_YES, _NO = "yes", "no"
_OTHER = To(("others",))

_RELATIVE = Part(
    Value,
    (
        unkept("ContactName", "am", kind=Text(40)),
        unkept("ContactValue", "am", kind=Text(255)),
        _chosen(
            "Relation",
            "spouse",
            "partner",
            "mother",
            "father",
            "sister",
            "brother",
            "son",
            "daughter",
            "friend",
            "other",
        ),
    ),
)
_RELATIVES = Part(
    Value,
    (
        unkept("PrimaryContact", "am", table=_RELATIVE),
        unkept("SecondaryContact", "am", table=_RELATIVE),
    ),
)
_EARNINGS = Part(
    Value,
    (
        unkept("PayrollItemWageRef", "am", kind=_OTHER),
        unkept("Rate", "am", kind=Price(), choice="rate"),
        unkept("RatePercent", "am", kind=Percentage(), choice="rate"),
    ),
)
_HOURS = Part(
    Value,
    (
        unkept("HoursAvailable", "am"),
        _chosen("AccrualPeriod", "beginning_of_year", "every_hour_on_paycheck", "every_paycheck", since="2.0"),
        unkept("HoursAccrued", "am"),
        unkept("MaximumHours", "am"),
        unkept("IsResettingHoursEachNewYear", "am", kind=Flag()),
        unkept("HoursUsed", "am", since="5.0"),
        unkept("AccrualStartDate", "am", since="5.0", kind=Day()),
    ),
)
_PAYROLL = Part(
    Value,
    (
        _chosen(
            "PayPeriod", "daily", "weekly", "biweekly", "semimonthly", "monthly", "quarterly", "yearly", since="2.0"
        ),
        unkept("ClassRef", "am", kind=_OTHER),
        unkept("ClearEarnings", "am", kind=Flag(), choice="earnings"),
        unkept("Earnings", "am", table=_EARNINGS, repeats=True, choice="earnings"),
        _chosen("UseTimeDataToCreatePaychecks", "not_set", "use_time_data", "do_not_use_time_data", since="3.0"),
        unkept("SickHours", "am", table=_HOURS),
        unkept("VacationHours", "am", table=_HOURS),
    ),
)


class _Employee(Employee, frozen=True, kw_only=True, omit_defaults=True):
    called: Text41 | None = None


def _named(values: Values, verb: Verb) -> Values:
    """A new employee is called by the parts of the name; of one that is changed, the books know the others."""
    found = dict(values)
    called = found.pop("called", None)
    if called or verb == "a":
        found["name"] = called or full_name(Employee(**found)) or ""
    return found


def _unnamed(values: Values, verb: Verb) -> Values:
    """A name that follows from its parts needs no saying."""
    name = values.get("name")
    parts = (values.get(each) for each in ("first_name", "middle_name", "last_name"))
    if verb != "a" or name != " ".join(part for part in parts if part):
        return values
    return {field: value for field, value in values.items() if field != "name"}


EMPLOYEES = Map(
    "Employee",
    "employees",
    "ListID",
    "AMQD",
    Part(
        _Employee,
        (
            *LIST_HEAD,
            row("Name", "called", "am", kind=Text(41), firm=True),
            row("Name", "name", "r"),
            row("IsActive", "is_active", "amr", firm=True),
            row("Salutation", "salutation", "amr"),
            row("FirstName", "first_name", "amr"),
            row("MiddleName", "middle_name", "amr", kind=Text(5)),
            row("LastName", "last_name", "amr"),
            unkept("JobTitle", "am", since="12.0", kind=Text(41)),
            unkept("SupervisorRef", "am", since="13.0", kind=_OTHER),
            unkept("Department", "am", since="13.0", kind=Text(31)),
            unkept("Description", "am", since="13.0", kind=Text(64)),
            unkept("TargetBonus", "am", since="13.0", kind=Amount()),
            part("EmployeeAddress", "address", "amr", PRIVATE_ADDRESS),
            row("PrintAs", "name_on_check", "amr", kind=Text(41)),
            row("Phone", "phone", "amr"),
            row("Mobile", "mobile", "amr", since="2.1"),
            unkept("Pager", "am", since="2.1", kind=Text(21)),
            unkept("PagerPIN", "am", since="2.1", kind=Text(10)),
            unkept("AltPhone", "am", kind=Text(21)),
            unkept("Fax", "am", since="2.1", kind=Text(21)),
            row("SSN", "ssn", "ar"),
            row("Email", "email", "amr"),
            unkept("AdditionalContactRef", "am", since="12.0", table=CONTACT_FIELD, repeats=True),
            unkept("EmergencyContacts", "am", since="13.0", table=_RELATIVES),
            _chosen("EmployeeType", "officer", "owner", "regular", "statutory", since="1.0"),
            _chosen("PartOrFullTime", "part_time", "full_time"),
            _chosen("Exempt", "exempt", "non_exempt"),
            _chosen("KeyEmployee", _YES, _NO),
            row("Gender", "gender", "ar"),
            row("HiredDate", "hired_date", "amr"),
            unkept("OriginalHireDate", "am", since="13.0", kind=Day()),
            unkept("AdjustedServiceDate", "am", since="13.0", kind=Day()),
            row("ReleasedDate", "released_date", "amr"),
            row("BirthDate", "birth_date", "amr", since="2.0"),
            _chosen("USCitizen", _YES, _NO),
            _chosen(
                "Ethnicity",
                "americian_indian",
                "asian",
                "black",
                "hawaiian",
                "hispanic",
                "white",
                "two_or_more_races",
            ),
            _chosen("Disabled", _YES, _NO),
            unkept("DisabilityDesc", "am", since="13.0", kind=Text(25)),
            _chosen("OnFile", _YES, _NO),
            unkept("WorkAuthExpireDate", "am", since="13.0", kind=Day()),
            _chosen("USVeteran", _YES, _NO),
            _chosen("MilitaryStatus", "active", "reserve"),
            row("AccountNumber", "employee_number", "amr"),
            row("Notes", "note", "amr", since="3.0"),
            unkept("AdditionalNotes", "a", since="12.0", table=NOTE, repeats=True),
            unkept("AdditionalNotesMod", "m", since="12.0", table=NOTE, repeats=True),
            unkept("BillingRateRef", "am", since="6.0", kind=_OTHER),
            unkept("EmployeePayrollInfo", "a", since="2.0", table=_PAYROLL),
            unkept("EmployeePayrollInfoMod", "m", since="2.0", table=_PAYROLL),
            row("ExternalGUID", "external_id", "ar", since="8.0"),
            CUSTOM_FIELDS,
        ),
    ),
    list_query(owners=True),
    holds=Employee,
    inward=_named,
    outward=_unnamed,
    stands={"name": ("first_name",)},
)
