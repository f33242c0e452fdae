"""The company and its preferences: one of each, both with the id 1."""

from typing import Any, Final, get_args

from counterfoil.model.company import Company, Month, Preferences
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import DAY, EMAIL, FLAG, PHONE, SITE, TEXT, part
from counterfoil.wire.qbo.maps.addresses import ADDRESS
from counterfoil.wire.qbo.maps.parts import ENTITY
from counterfoil.wire.qbo.maps.tax_codes import code_called
from counterfoil.wire.qbo.read import said
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, Entity, Json, Known, Row, always, row
from counterfoil.wire.qbo.write import written


def _address(key: str, field: str) -> Row:
    def tell(company: Company, known: Known) -> Json | None:
        found = getattr(company, field) or company.address
        return written(ADDRESS.rows, found, known) or None if found is not None else None

    return Row(key, field, part(ADDRESS), tell)


UNITED_STATES: Final = frozenset({"US", "USA", "United States"})
"""How Intuit writes that country, earlier and now."""


def is_american(country: Any) -> bool:
    return not country or str(country) in UNITED_STATES


def _heard_country(given: Json, _known: Known) -> dict[str, Any]:
    """Two ways of charging tax are known: the United States', and Canada's, which all other countries share."""
    return {"country": "US" if is_american(given["Country"]) else "CA"}


def _heard_month(given: Json, _known: Known) -> dict[str, Any]:
    month = str(given["FiscalYearStartMonth"]).casefold()
    return {"fiscal_year_start_month": month} if month in get_args(Month) else {}


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
        Row("FiscalYearStartMonth", told=_month, heard=_heard_month, use="own"),
        Row("Country", "country", TEXT, heard=_heard_country, use="own"),
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


def _flag(block: Json, key: str) -> bool:
    return said(block, key) and bool(FLAG.read(block[key], Known()))


def _heard_accounting(given: Json, known: Known) -> dict[str, Any]:
    block = given["AccountingInfoPrefs"]
    closed = DAY.read(block["BookCloseDate"], known) if said(block, "BookCloseDate") else None
    return {
        "accounting": {
            "is_using_account_numbers": _flag(block, "UseAccountNumbers"),
            "is_using_class_tracking": _flag(block, "ClassTrackingPerTxn") or _flag(block, "ClassTrackingPerTxnLine"),
            "closing_date": closed,
        }
    }


def _heard_sales_forms(given: Json, _known: Known) -> dict[str, Any]:
    block = given["SalesFormsPrefs"]
    return {
        "jobs_and_estimates": {
            "is_using_estimates": _flag(block, "AllowEstimates"),
            "is_using_progress_invoicing": _flag(block, "UsingProgressInvoicing"),
        },
        "sales_and_customers": {
            "is_auto_applying_payments": _flag(block, "AutoApplyPayments"),
            "price_levels": {"is_using_price_levels": _flag(block, "UsingPriceLevels")},
        },
    }


def _heard_taxes(given: Json, known: Known) -> dict[str, Any]:
    """A company that charges no tax has no part for it."""
    block = given["TaxPrefs"]
    if not _flag(block, "UsingSalesTax"):
        return {"sales_tax": None}
    group = block.get("TaxGroupCodeRef")
    number = group.get("value") if isinstance(group, dict) else group
    codes: dict[str, Any] = {}
    if not known.is_canadian:
        codes = {
            "default_taxable_sales_tax_code": code_called(TAXABLE, known),
            "default_non_taxable_sales_tax_code": code_called(EXEMPT, known),
        }
    return {"sales_tax": {"default_item_sales_tax": Ref(str(number)) if number else None, **codes}}


def _heard_currencies(given: Json, _known: Known) -> dict[str, Any]:
    block = given["CurrencyPrefs"]
    home = block.get("HomeCurrency")
    code = home.get("value") if isinstance(home, dict) else home
    return {
        "multi_currency": {
            "is_multi_currency_enabled": _flag(block, "MultiCurrencyEnabled"),
            "home_currency": Ref(str(code)) if code else None,
        }
    }


def _heard_reports(given: Json, _known: Known) -> dict[str, Any]:
    block = given["ReportPrefs"]
    by_date = _flag(block, "CalcAgingReportFromTxnDate")
    return {
        "reports": {
            "summary_report_basis": "cash" if block.get("ReportBasis") == "Cash" else "accrual",
            "aging_report_basis": "age_from_transaction_date" if by_date else "age_from_due_date",
        }
    }


def _heard_week(given: Json, _known: Known) -> dict[str, Any]:
    day = given["TimeTrackingPrefs"].get("WorkWeekStartDate")
    return {"time_tracking": {"first_day_of_week": str(day).casefold()}} if day else {}


def _block(key: str, tell: Any, hear: Any) -> Row:
    """One part of the preferences."""
    return Row(key, told=tell, heard=hear, use="own")


PREFERENCES: Final = Entity(
    "Preferences",
    ("preferences",),
    (
        _block("AccountingInfoPrefs", _accounting, _heard_accounting),
        always("ProductAndServicesPrefs", {"ForSales": True, "ForPurchase": False, "QuantityOnHand": False}),
        _block("SalesFormsPrefs", _sales_forms, _heard_sales_forms),
        _block("TimeTrackingPrefs", _week, _heard_week),
        _block("TaxPrefs", _taxes, _heard_taxes),
        _block("CurrencyPrefs", _currencies, _heard_currencies),
        _block("ReportPrefs", _reports, _heard_reports),
        always("Id", "1"),
        *ENTITY[1:],
    ),
)
