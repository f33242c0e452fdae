"""Customers, their jobs, vendors, tax agencies among them, and employees."""

from typing import Annotated, Literal

from counterfoil.model.addresses import Address, Contact, ContactField, CustomField, Note, ShippingAddress
from counterfoil.model.kinds import (
    AccountRef,
    BillingRateRef,
    ClassRef,
    CurrencyRef,
    CustomerTypeRef,
    Date,
    ExternalId,
    JobTypeRef,
    Money,
    PaymentMethodRef,
    PriceLevelRef,
    SalesRepresentativeRef,
    SalesTaxCodeRef,
    SalesTaxRef,
    SalesTaxReturnRef,
    TermsRef,
    Text5,
    Text15,
    Text21,
    Text25,
    Text41,
    Text99,
    Text100,
    Text1023,
    Text4095,
    To,
    UnitPrice,
    VendorTypeRef,
)
from counterfoil.model.shape import BranchObject, NamedObject
from counterfoil.model.values import Ref, Value

TaxCountry = Literal["australia", "canada", "uk", "us"]
JobStatus = Literal["awarded", "closed", "in_progress", "none", "not_awarded", "pending"]


class CreditCard(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A card on file; only the last four digits of the number are ever kept."""

    number: Text25 | None = None
    expiration_month: int | None = None
    expiration_year: int | None = None
    name: Text41 | None = None
    address: Text41 | None = None
    postal_code: Text41 | None = None


class Customer(BranchObject, frozen=True, kw_only=True, omit_defaults=True):
    """A customer, or a job of one: a job is a customer with a parent.

    `balance` is its own, `total_balance` includes its jobs'.
    """

    name: Text41 = ""
    parent: Annotated[Ref, To(("customers",))] | None = None
    class_: ClassRef | None = None
    company_name: Text41 | None = None
    salutation: Text15 | None = None
    first_name: Text25 | None = None
    middle_name: Text5 | None = None
    last_name: Text25 | None = None
    job_title: Text41 | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    alternate_shipping_addresses: tuple[ShippingAddress, ...] = ()
    phone: Text21 | None = None
    alternate_phone: Text21 | None = None
    fax: Text21 | None = None
    email: Text1023 | None = None
    cc_email: Text1023 | None = None
    contact: Text41 | None = None
    alternate_contact: Text41 | None = None
    custom_contact_fields: tuple[ContactField, ...] = ()
    additional_contacts: tuple[Contact, ...] = ()
    customer_type: CustomerTypeRef | None = None
    terms: TermsRef | None = None
    sales_representative: SalesRepresentativeRef | None = None
    opening_balance: Money | None = None
    opening_balance_date: Date | None = None
    balance: Money | None = None
    total_balance: Money | None = None
    sales_tax_code: SalesTaxCodeRef | None = None
    sales_tax_item: SalesTaxRef | None = None
    sales_tax_country: TaxCountry | None = None
    resale_number: Text15 | None = None
    account_number: Text99 | None = None
    credit_limit: Money | None = None
    preferred_payment_method: PaymentMethodRef | None = None
    credit_card: CreditCard | None = None
    job_status: JobStatus | None = None
    job_start_date: Date | None = None
    job_projected_end_date: Date | None = None
    job_end_date: Date | None = None
    job_description: Text99 | None = None
    job_type: JobTypeRef | None = None
    note: Text4095 | None = None
    additional_notes: tuple[Note, ...] = ()
    preferred_delivery_method: Literal["email", "mail", "none"] | None = None
    price_level: PriceLevelRef | None = None
    external_id: ExternalId | None = None
    tax_registration_number: Text41 | None = None
    currency: CurrencyRef | None = None
    custom_fields: tuple[CustomField, ...] = ()


class Vendor(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Someone whom the company pays; sales tax is owed to those that are tax agencies."""

    name: Text41 = ""
    class_: ClassRef | None = None
    company_name: Text41 | None = None
    salutation: Text15 | None = None
    first_name: Text25 | None = None
    middle_name: Text5 | None = None
    last_name: Text25 | None = None
    job_title: Text41 | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    phone: Text21 | None = None
    alternate_phone: Text21 | None = None
    fax: Text21 | None = None
    email: Text1023 | None = None
    cc_email: Text1023 | None = None
    contact: Text41 | None = None
    alternate_contact: Text41 | None = None
    custom_contact_fields: tuple[ContactField, ...] = ()
    additional_contacts: tuple[Contact, ...] = ()
    name_on_check: Text41 | None = None
    account_number: Text99 | None = None
    note: Text4095 | None = None
    additional_notes: tuple[Note, ...] = ()
    vendor_type: VendorTypeRef | None = None
    terms: TermsRef | None = None
    credit_limit: Money | None = None
    tax_identification_number: Text15 | None = None
    is_eligible_for_1099: bool | None = None
    opening_balance: Money | None = None
    opening_balance_date: Date | None = None
    balance: Money | None = None
    billing_rate: BillingRateRef | None = None
    external_id: ExternalId | None = None
    sales_tax_code: SalesTaxCodeRef | None = None
    sales_tax_country: TaxCountry | None = None
    is_sales_tax_agency: bool | None = None
    sales_tax_return: SalesTaxReturnRef | None = None
    tax_registration_number: Text41 | None = None
    reporting_period: Literal["monthly", "quarterly", "annual"] | None = None
    is_tracking_purchase_tax: bool | None = None
    purchase_tax_account: AccountRef | None = None
    is_tracking_sales_tax: bool | None = None
    sales_tax_account: AccountRef | None = None
    is_compounding_tax: bool | None = None
    default_expense_accounts: tuple[AccountRef, ...] = ()
    currency: CurrencyRef | None = None
    custom_fields: tuple[CustomField, ...] = ()


class Employee(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Someone who works for the company, and whose time may be charged to customers.

    Of a social security number it is only kept that there is one (`XXX-XX-XXXX`, as QuickBooks Online tells it).
    """

    name: Text100 = ""
    salutation: Text15 | None = None
    first_name: Text25 | None = None
    middle_name: Text25 | None = None
    last_name: Text25 | None = None
    suffix: Text15 | None = None
    address: Address | None = None
    phone: Text21 | None = None
    mobile: Text21 | None = None
    email: Text1023 | None = None
    name_on_check: Text100 | None = None
    employee_number: Text99 | None = None
    ssn: Text15 | None = None
    gender: Literal["female", "male"] | None = None
    birth_date: Date | None = None
    hired_date: Date | None = None
    released_date: Date | None = None
    is_time_billable: bool = False
    hourly_rate: UnitPrice | None = None
    hourly_cost: UnitPrice | None = None
    is_organization: bool = False
    note: Text4095 | None = None
    external_id: ExternalId | None = None
    custom_fields: tuple[CustomField, ...] = ()
