"""The company and its preferences: one of each, both with the id 1."""

from typing import Any, Final

from counterfoil.model.company import Company, Preferences
from counterfoil.wire.qbo.forms import EMAIL, PHONE, SITE, TEXT
from counterfoil.wire.qbo.maps.addresses import ADDRESS
from counterfoil.wire.qbo.maps.parts import ENTITY
from counterfoil.wire.qbo.table import Entity, Json, Known, Row, always, row, told
from counterfoil.wire.qbo.write import written


def _address(key: str, field: str) -> Row:
    def tell(company: Company, known: Known) -> Json | None:
        found = getattr(company, field) or company.address
        return written(ADDRESS.rows, found, known) or None if found is not None else None

    return told(key, tell)


def _month(company: Company, _known: Known) -> str | None:
    month = company.fiscal_year_start_month
    return month.capitalize() if month else None


COMPANY_INFO: Final = Entity(
    "CompanyInfo",
    ("company",),
    (
        row("CompanyName", "company_name", TEXT),
        row("LegalName", "legal_company_name", TEXT),
        _address("CompanyAddr", "address"),
        _address("CustomerCommunicationAddr", "address_for_customer"),
        _address("LegalAddr", "legal_address"),
        row("PrimaryPhone", "phone", PHONE),
        told("FiscalYearStartMonth", _month),
        row("Country", "country", TEXT),
        row("Email", "email", EMAIL),
        row("WebAddr", "website", SITE),
        always("SupportedLanguages", "en"),
        always("Id", "1"),
        *ENTITY[1:],
    ),
)


def _accounting(preferences: Preferences, known: Known) -> Json:
    accounting = preferences.accounting
    classes = accounting.is_using_class_tracking
    found: Json = {
        "UseAccountNumbers": accounting.is_using_account_numbers,
        "TrackDepartments": False,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": classes,
        "CustomerTerminology": "Customers",
    }
    if known.company.fiscal_year_start_month:
        found["FirstMonthOfFiscalYear"] = known.company.fiscal_year_start_month.capitalize()
    if accounting.closing_date is not None:
        found["BookCloseDate"] = accounting.closing_date.isoformat()
    return found


def _sales_forms(preferences: Preferences, known: Known) -> Json:
    return {
        "UsingProgressInvoicing": preferences.jobs_and_estimates.is_using_progress_invoicing,
        "CustomTxnNumbers": known.custom_numbers,
        "AllowDeposit": False,
        "AllowDiscount": True,
        "AllowEstimates": preferences.jobs_and_estimates.is_using_estimates,
        "AllowServiceDate": True,
        "AllowShipping": bool(known.shipping_item),
        "UsingPriceLevels": preferences.sales_and_customers.price_levels.is_using_price_levels,
        "AutoApplyPayments": preferences.sales_and_customers.is_auto_applying_payments,
    }


def _taxes(preferences: Preferences, _known: Known) -> Json:
    return {"UsingSalesTax": preferences.sales_tax is not None, "PartnerTaxEnabled": False}


def _currencies(preferences: Preferences, known: Known) -> Json:
    multi = preferences.multi_currency
    home = multi.home_currency if multi is not None else None
    return {
        "MultiCurrencyEnabled": bool(multi is not None and multi.is_multi_currency_enabled),
        "HomeCurrency": {"value": known.currency(home)},
    }


def _reports(preferences: Preferences, _known: Known) -> Json:
    return {
        "ReportBasis": preferences.reports.summary_report_basis.capitalize(),
        "CalcAgingReportFromTxnDate": preferences.reports.aging_report_basis == "age_from_transaction_date",
    }


def _week(preferences: Any, _known: Known) -> Json | None:
    tracking = preferences.time_tracking
    return {"WorkWeekStartDate": tracking.first_day_of_week.capitalize()} if tracking is not None else None


PREFERENCES: Final = Entity(
    "Preferences",
    ("preferences",),
    (
        told("AccountingInfoPrefs", _accounting),
        always("ProductAndServicesPrefs", {"ForSales": True, "ForPurchase": False, "QuantityOnHand": False}),
        told("SalesFormsPrefs", _sales_forms),
        told("TimeTrackingPrefs", _week),
        told("TaxPrefs", _taxes),
        told("CurrencyPrefs", _currencies),
        told("ReportPrefs", _reports),
        always("Id", "1"),
        *ENTITY[1:],
    ),
)
