"""The company itself and its preferences: one of each in every company file."""

from typing import Literal

from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.kinds import (
    AccountRef,
    CurrencyRef,
    Date,
    Percent,
    Quantity,
    SalesTaxCodeRef,
    SalesTaxRef,
    ShippingMethodRef,
)
from counterfoil.model.shape import Resource
from counterfoil.model.values import Value

Month = Literal[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
TaxForm = Literal[
    "form_1040",
    "form_1065",
    "form_1120",
    "form_1120s",
    "form_990",
    "form_990pf",
    "form_990t",
    "other_or_none",
    "form_t1",
    "form_t2",
]


class SubscribedService(Value, frozen=True, kw_only=True, omit_defaults=True):
    name: str = ""
    domain: str | None = None
    service_status: Literal["active", "expired", "never", "pending", "suspended", "terminated", "trial"] | None = None


class SubscribedServices(Value, frozen=True, kw_only=True, omit_defaults=True):
    services: tuple[SubscribedService, ...] = ()


class AccountantCopy(Value, frozen=True, kw_only=True, omit_defaults=True):
    accountant_copy_exists: bool = False
    dividing_date: Date | None = None


class Company(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """Whose books these are. `country` decides how tax is charged: `US` by one tax item a sale, `CA` by code a line."""

    country: Literal["US", "CA"] = "US"
    is_sample_company_file: bool = False
    company_name: str | None = None
    legal_company_name: str | None = None
    address: Address | None = None
    legal_address: Address | None = None
    address_for_customer: Address | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    website: str | None = None
    fiscal_year_start_month: Month | None = None
    income_tax_year_start_month: Month | None = None
    company_type: str | None = None
    ein: str | None = None
    ssn: str | None = None
    tax_form: TaxForm | None = None
    subscribed_services: SubscribedServices | None = None
    accountant_copy: AccountantCopy | None = None
    custom_fields: tuple[CustomField, ...] = ()


class Accounting(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_using_account_numbers: bool = False
    is_requiring_accounts: bool = True
    is_using_class_tracking: bool = True
    default_transaction_class: Literal["accounts", "items", "names", "none"] | None = None
    is_using_audit_trail: bool = True
    is_assigning_journal_entry_numbers: bool = True
    closing_date: Date | None = None


class FinanceCharges(Value, frozen=True, kw_only=True, omit_defaults=True):
    annual_interest_rate: Quantity | None = None
    minimum_finance_charge: Quantity | None = None
    grace_period: int = 0
    finance_charge_account: AccountRef | None = None
    is_assessing_for_overdue_charges: bool = False
    calculate_charges_from: Literal["due_date", "invoice_or_billed_date"] = "due_date"
    is_marked_to_be_printed: bool = False


class JobsAndEstimates(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_using_estimates: bool = False
    is_using_progress_invoicing: bool = False
    is_printing_items_with_zero_amounts: bool = False


class MultiCurrency(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_multi_currency_enabled: bool | None = None
    home_currency: CurrencyRef | None = None


class MultiLocationInventory(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_multi_location_inventory_available: bool | None = None
    is_multi_location_inventory_enabled: bool | None = None


class PurchasesAndVendors(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_using_inventory: bool = False
    days_bills_are_due: int = 10
    is_automatically_using_discounts: bool = False
    default_discount_account: AccountRef | None = None


class ReportPreferences(Value, frozen=True, kw_only=True, omit_defaults=True):
    aging_report_basis: Literal["age_from_due_date", "age_from_transaction_date"] = "age_from_due_date"
    summary_report_basis: Literal["accrual", "cash"] = "accrual"


class PriceLevelPreferences(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_using_price_levels: bool = False
    is_rounding_sales_price_up: bool | None = None


class SalesAndCustomers(Value, frozen=True, kw_only=True, omit_defaults=True):
    default_shipping_method: ShippingMethodRef | None = None
    default_shipment_origin: str | None = None
    default_markup_percentage: Percent | None = None
    is_tracking_reimbursed_expenses_as_income: bool = False
    is_auto_applying_payments: bool = False
    price_levels: PriceLevelPreferences = PriceLevelPreferences()


class SalesTax(Value, frozen=True, kw_only=True, omit_defaults=True):
    """How sales tax is charged by default; a company without this part charges none."""

    default_item_sales_tax: SalesTaxRef | None = None
    sales_tax_reporting_frequency: Literal["monthly", "quarterly", "annually"] = "monthly"
    default_taxable_sales_tax_code: SalesTaxCodeRef | None = None
    default_non_taxable_sales_tax_code: SalesTaxCodeRef | None = None
    is_using_vendor_tax_code: bool | None = None
    is_using_customer_tax_code: bool | None = None
    is_using_tax_inclusive_prices: bool | None = None


class TimeTracking(Value, frozen=True, kw_only=True, omit_defaults=True):
    first_day_of_week: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"


class AppAccessRights(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_automatic_login_allowed: bool = True
    automatic_login_user_name: str | None = None
    is_personal_data_access_allowed: bool = True


class ItemsAndInventory(Value, frozen=True, kw_only=True, omit_defaults=True):
    is_enhanced_inventory_receiving_enabled: bool | None = None
    inventory_tracking_method: Literal["none", "serial_number", "lot_number"] | None = None
    is_inventory_expiration_date_enabled: bool | None = None
    is_tracking_on_sales_transactions_enabled: bool | None = None
    is_tracking_on_purchase_transactions_enabled: bool | None = None
    is_tracking_on_inventory_adjustment_enabled: bool | None = None
    is_tracking_on_build_assembly_enabled: bool | None = None
    is_fifo_enabled: bool | None = None
    fifo_effective_date: Date | None = None
    is_bin_tracking_enabled: bool | None = None
    is_barcode_enabled: bool | None = None


class Preferences(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """How the company has set its books up."""

    accounting: Accounting = Accounting()
    finance_charges: FinanceCharges = FinanceCharges()
    jobs_and_estimates: JobsAndEstimates = JobsAndEstimates()
    multi_currency: MultiCurrency | None = None
    multi_location_inventory: MultiLocationInventory | None = None
    purchases_and_vendors: PurchasesAndVendors = PurchasesAndVendors()
    reports: ReportPreferences = ReportPreferences()
    sales_and_customers: SalesAndCustomers = SalesAndCustomers()
    sales_tax: SalesTax | None = None
    time_tracking: TimeTracking | None = None
    app_access_rights: AppAccessRights = AppAccessRights()
    items_and_inventory: ItemsAndInventory | None = None
