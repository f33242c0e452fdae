"""The company, its preferences, and the program that holds its books: one of each, only read."""

from typing import Final

from counterfoil.model.company import (
    AccountantCopy,
    Accounting,
    AppAccessRights,
    Company,
    FinanceCharges,
    ItemsAndInventory,
    JobsAndEstimates,
    MultiCurrency,
    MultiLocationInventory,
    Preferences,
    PriceLevelPreferences,
    PurchasesAndVendors,
    ReportPreferences,
    SalesAndCustomers,
    SalesTax,
    SubscribedService,
    SubscribedServices,
    TimeTracking,
)
from counterfoil.model.kinds import Amount, Percentage, Text
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.converters import address_block
from counterfoil.wire.qbxml.maps.parts import ADDRESS, ADDRESS_BLOCK, CUSTOM_FIELDS
from counterfoil.wire.qbxml.maps.queries import HOST_QUERY, plain_query
from counterfoil.wire.qbxml.table import Map, Part, part, row, told


class Host(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """The program that answers, and the versions of qbXML that it knows."""

    product_name: str = ""
    major_version: str = ""
    minor_version: str = ""
    country: str | None = None
    supported_versions: tuple[str, ...] = ()
    is_automatic_login: bool = False
    file_mode: str = "SingleUser"


HOST: Final = "host"
"""The name by which a HostQuery is read; the host is no resource of the catalogue."""

HOSTS = Map(
    "Host",
    HOST,
    "",
    "Q",
    Part(
        Host,
        (
            row("ProductName", "product_name", "r"),
            row("MajorVersion", "major_version", "r"),
            row("MinorVersion", "minor_version", "r"),
            row("Country", "country", "r", since="3.0"),
            row("SupportedQBXMLVersion", "supported_versions", "r"),
            row("IsAutomaticLogin", "is_automatic_login", "r", since="3.0"),
            row("QBFileMode", "file_mode", "r", since="3.0"),
        ),
    ),
    HOST_QUERY,
)

_SERVICE = Part(
    SubscribedService,
    (
        row("Name", "name", "r", kind=Text(50)),
        row("Domain", "domain", "r", kind=Text(50)),
        row("ServiceStatus", "service_status", "r"),
    ),
)

COMPANIES = Map(
    "Company",
    "company",
    "",
    "Q",
    Part(
        Company,
        (
            row("IsSampleCompany", "is_sample_company_file", "r", since="3.0"),
            row("CompanyName", "company_name", "r", kind=Text(59)),
            row("LegalCompanyName", "legal_company_name", "r", kind=Text(59)),
            part("Address", "address", "r", ADDRESS),
            told("AddressBlock", lambda one: address_block(one.address), table=ADDRESS_BLOCK, since="6.0"),
            part("LegalAddress", "legal_address", "r", ADDRESS),
            part("CompanyAddressForCustomer", "address_for_customer", "r", ADDRESS),
            told(
                "CompanyAddressBlockForCustomer",
                lambda one: address_block(one.address_for_customer),
                table=ADDRESS_BLOCK,
                since="6.0",
            ),
            row("Phone", "phone", "r", kind=Text(51)),
            row("Fax", "fax", "r", kind=Text(51)),
            row("Email", "email", "r"),
            row("CompanyWebSite", "website", "r"),
            row("FirstMonthFiscalYear", "fiscal_year_start_month", "r"),
            row("FirstMonthIncomeTaxYear", "income_tax_year_start_month", "r"),
            row("CompanyType", "company_type", "r"),
            row("EIN", "ein", "r", since="2.0"),
            row("SSN", "ssn", "r", since="2.1"),
            row("TaxForm", "tax_form", "r", since="2.1"),
            part(
                "SubscribedServices",
                "subscribed_services",
                "r",
                Part(SubscribedServices, (part("Service", "services", "r", _SERVICE),)),
                since="7.0",
            ),
            part(
                "AccountantCopy",
                "accountant_copy",
                "r",
                Part(
                    AccountantCopy,
                    (
                        row("AccountantCopyExists", "accountant_copy_exists", "r"),
                        row("DividingDate", "dividing_date", "r"),
                    ),
                ),
                since="8.0",
            ),
            CUSTOM_FIELDS,
        ),
    ),
    plain_query(owners=True),
)

_ACCOUNTING = Part(
    Accounting,
    (
        row("IsUsingAccountNumbers", "is_using_account_numbers", "r"),
        row("IsRequiringAccounts", "is_requiring_accounts", "r"),
        row("IsUsingClassTracking", "is_using_class_tracking", "r"),
        row("AssignClassesTo", "default_transaction_class", "r", since="12.0"),
        row("IsUsingAuditTrail", "is_using_audit_trail", "r"),
        row("IsAssigningJournalEntryNumbers", "is_assigning_journal_entry_numbers", "r"),
        row("ClosingDate", "closing_date", "r"),
    ),
)
_FINANCE_CHARGES = Part(
    FinanceCharges,
    (
        row("AnnualInterestRate", "annual_interest_rate", "r", kind=Percentage()),
        row("MinFinanceCharge", "minimum_finance_charge", "r", kind=Amount()),
        row("GracePeriod", "grace_period", "r"),
        row("FinanceChargeAccountRef", "finance_charge_account", "r"),
        row("IsAssessingForOverdueCharges", "is_assessing_for_overdue_charges", "r"),
        row("CalculateChargesFrom", "calculate_charges_from", "r"),
        row("IsMarkedToBePrinted", "is_marked_to_be_printed", "r"),
    ),
)
_ESTIMATES = Part(
    JobsAndEstimates,
    (
        row("IsUsingEstimates", "is_using_estimates", "r"),
        row("IsUsingProgressInvoicing", "is_using_progress_invoicing", "r"),
        row("IsPrintingItemsWithZeroAmounts", "is_printing_items_with_zero_amounts", "r"),
    ),
)
_MULTI_CURRENCY = Part(
    MultiCurrency,
    (
        row("IsMultiCurrencyOn", "is_multi_currency_enabled", "r"),
        row("HomeCurrencyRef", "home_currency", "r"),
    ),
)
_LOCATIONS = Part(
    MultiLocationInventory,
    (
        row("IsMultiLocationInventoryAvailable", "is_multi_location_inventory_available", "r"),
        row("IsMultiLocationInventoryEnabled", "is_multi_location_inventory_enabled", "r"),
    ),
)
_PURCHASES = Part(
    PurchasesAndVendors,
    (
        row("IsUsingInventory", "is_using_inventory", "r"),
        row("DaysBillsAreDue", "days_bills_are_due", "r"),
        row("IsAutomaticallyUsingDiscounts", "is_automatically_using_discounts", "r"),
        row("DefaultDiscountAccountRef", "default_discount_account", "r"),
    ),
)
_REPORTS = Part(
    ReportPreferences,
    (
        row("AgingReportBasis", "aging_report_basis", "r"),
        row("SummaryReportBasis", "summary_report_basis", "r"),
    ),
)
_PRICE_LEVELS = Part(
    PriceLevelPreferences,
    (
        row("IsUsingPriceLevels", "is_using_price_levels", "r"),
        row("IsRoundingSalesPriceUp", "is_rounding_sales_price_up", "r"),
    ),
)
_SALES = Part(
    SalesAndCustomers,
    (
        row("DefaultShipMethodRef", "default_shipping_method", "r"),
        row("DefaultFOB", "default_shipment_origin", "r", kind=Text(13)),
        row("DefaultMarkup", "default_markup_percentage", "r"),
        row("IsTrackingReimbursedExpensesAsIncome", "is_tracking_reimbursed_expenses_as_income", "r"),
        row("IsAutoApplyingPayments", "is_auto_applying_payments", "r"),
        part("PriceLevels", "price_levels", "r", _PRICE_LEVELS, since="4.0"),
    ),
)
_SALES_TAX = Part(
    SalesTax,
    (
        row("DefaultItemSalesTaxRef", "default_item_sales_tax", "r"),
        row("PaySalesTax", "sales_tax_reporting_frequency", "r"),
        row("DefaultTaxableSalesTaxCodeRef", "default_taxable_sales_tax_code", "r"),
        row("DefaultNonTaxableSalesTaxCodeRef", "default_non_taxable_sales_tax_code", "r"),
        row("IsUsingVendorTaxCode", "is_using_vendor_tax_code", "r"),
        row("IsUsingCustomerTaxCode", "is_using_customer_tax_code", "r"),
        row("IsUsingAmountsIncludeTax", "is_using_tax_inclusive_prices", "r"),
    ),
)
_ACCESS = Part(
    AppAccessRights,
    (
        row("IsAutomaticLoginAllowed", "is_automatic_login_allowed", "r"),
        row("AutomaticLoginUserName", "automatic_login_user_name", "r", kind=Text(29)),
        row("IsPersonalDataAccessAllowed", "is_personal_data_access_allowed", "r"),
    ),
)
_INVENTORY = Part(
    ItemsAndInventory,
    (
        row("EnhancedInventoryReceivingEnabled", "is_enhanced_inventory_receiving_enabled", "r"),
        row("IsTrackingSerialOrLotNumber", "inventory_tracking_method", "r"),
        row("isTrackingOnSalesTransactionsEnabled", "is_tracking_on_sales_transactions_enabled", "r"),
        row("isTrackingOnPurchaseTransactionsEnabled", "is_tracking_on_purchase_transactions_enabled", "r"),
        row("isTrackingOnInventoryAdjustmentEnabled", "is_tracking_on_inventory_adjustment_enabled", "r"),
        row("isTrackingOnBuildAssemblyEnabled", "is_tracking_on_build_assembly_enabled", "r"),
        row("FIFOEnabled", "is_fifo_enabled", "r"),
        row("FIFOEffectiveDate", "fifo_effective_date", "r"),
        row("IsRSBEnabled", "is_bin_tracking_enabled", "r", since="12.0"),
        row("IsBarcodeEnabled", "is_barcode_enabled", "r", since="12.0"),
    ),
)

PREFERENCES = Map(
    "Preferences",
    "preferences",
    "",
    "Q",
    Part(
        Preferences,
        (
            part("AccountingPreferences", "accounting", "r", _ACCOUNTING),
            part("FinanceChargePreferences", "finance_charges", "r", _FINANCE_CHARGES),
            part("JobsAndEstimatesPreferences", "jobs_and_estimates", "r", _ESTIMATES),
            part("MultiCurrencyPreferences", "multi_currency", "r", _MULTI_CURRENCY, since="8.0"),
            part("MultiLocationInventoryPreferences", "multi_location_inventory", "r", _LOCATIONS, since="10.0"),
            part("PurchasesAndVendorsPreferences", "purchases_and_vendors", "r", _PURCHASES),
            part("ReportsPreferences", "reports", "r", _REPORTS),
            part("SalesAndCustomersPreferences", "sales_and_customers", "r", _SALES),
            part("SalesTaxPreferences", "sales_tax", "r", _SALES_TAX),
            part(
                "TimeTrackingPreferences",
                "time_tracking",
                "r",
                Part(TimeTracking, (row("FirstDayOfWeek", "first_day_of_week", "r"),)),
            ),
            part("CurrentAppAccessRights", "app_access_rights", "r", _ACCESS),
            part("ItemsAndInventoryPreferences", "items_and_inventory", "r", _INVENTORY, since="11.0"),
        ),
    ),
    plain_query(),
)
