"""How companies are taxed, what a tax should come to, and differences that are told."""

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.company import Company
from counterfoil.model.items import SalesTaxItem
from counterfoil.model.lines import SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.maps.sale_tax import overridden
from counterfoil.wire.qbo.table import Known
from counterfoil.wire.qbo.tax import differences, expected_tax, known_of, tax_mode_of

HST = SalesTaxItem(id="8", name="HST", tax_rate=Decimal(13))
QST = SalesTaxItem(id="9", name="QST", tax_rate=Decimal("9.975"))
GST = SalesTaxItem(id="4", name="GST", tax_rate=Decimal(5))
CANADA = Known(company=Company(country="CA"), tax="global", rates={"5": (HST,), "6": (GST, QST)})


@pytest.mark.parametrize(
    ("taxes", "country", "mode"),
    [
        ({}, "US", "none"),
        ({"UsingSalesTax": False, "PartnerTaxEnabled": True}, "US", "none"),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": True}, "US", "automated"),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": True}, "USA", "automated"),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": False}, "US", "legacy"),
        ({"UsingSalesTax": True}, None, "legacy"),
        ({"UsingSalesTax": "true"}, "CA", "global"),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": False}, "GB", "global"),
    ],
)
def test_modes(taxes: dict[str, Any], country: str | None, mode: str) -> None:
    assert tax_mode_of({"TaxPrefs": taxes}, {"Country": country}) == mode
    assert tax_mode_of({"Preferences": {"TaxPrefs": taxes}}, {"CompanyInfo": {"Country": country}}) == mode


def test_what_is_known_of_a_company() -> None:
    preferences = {
        "AccountingInfoPrefs": {"ClassTrackingPerTxn": False, "ClassTrackingPerTxnLine": False},
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True,
            "AllowEstimates": True,
            "CustomField": [
                {"CustomField": [{"Name": "SalesFormsPrefs.UseSalesCustom1", "BooleanValue": True}]},
                {"CustomField": [{"Name": "SalesFormsPrefs.SalesCustomName1", "StringValue": "Crew #"}]},
            ],
        },
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False, "TaxGroupCodeRef": {"value": "2"}},
        "CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}},
        "ReportPrefs": {"ReportBasis": "Cash", "CalcAgingReportFromTxnDate": False},
        "TimeTrackingPrefs": {"WorkWeekStartDate": "Sunday"},
    }
    company = {"CompanyName": "Acme", "Country": "US", "FiscalYearStartMonth": "January"}
    codes: list[dict[str, Any]] = [
        {"Id": "TAX", "Name": "TAX"},
        {
            "Id": "2",
            "Name": "California",
            "SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": {"value": "3"}}, {"TaxRateRef": {"value": "77"}}]},
        },
    ]
    rates = [{"Id": "3", "Name": "California", "RateValue": 8}]
    known = known_of({"Preferences": preferences}, {"CompanyInfo": company}, codes, rates)
    assert (known.tax_mode, known.custom_numbers, known.definitions) == ("legacy", True, {"Crew #": "1"})
    assert known.rates == {
        "TAX": (),
        "2": (SalesTaxItem(id="3", revision="0", name="California", tax_rate=Decimal(8)),),
    }
    prefs = known.preferences
    assert prefs.sales_tax is not None
    assert (prefs.sales_tax.default_item_sales_tax, prefs.sales_tax.default_taxable_sales_tax_code) == (
        Ref("2"),
        Ref("TAX", "TAX"),
    )
    assert (prefs.accounting.is_using_class_tracking, prefs.jobs_and_estimates.is_using_estimates) == (False, True)
    assert (prefs.reports.summary_report_basis, known.company.fiscal_year_start_month) == ("cash", "january")
    assert not known.is_foreign(Ref("USD"))
    assert known.is_foreign(Ref("EUR"))
    assert known.currency(Ref("EUR")) == "EUR"


def sold(amount: str, code: str) -> SalesLine:
    return SalesLine(item=Ref("1"), amount=Decimal(amount), sales_tax_code=Ref(code))


def test_expected_tax_where_each_line_has_its_code() -> None:
    """9.975 % of 4495.16 is 448.39 (half-up), 5 % of it 224.76; 13 % of 10.05 is 1.31."""
    sale = Invoice(lines=(sold("4000.16", "6"), sold("495.00", "6"), sold("10.05", "5"), sold("7.00", "none")))
    assert expected_tax(sale, CANADA) == Decimal("448.39") + Decimal("224.76") + Decimal("1.31")
    group = SalesLineGroup(lines=(sold("100.00", "5"),))
    assert expected_tax(Invoice(lines=(group,)), CANADA) == Decimal("13.00")
    assert expected_tax(Invoice(lines=(sold("10.05", "5"),), tax_mode="none"), CANADA) == 0


def test_expected_tax_of_a_whole_american_sale() -> None:
    legacy = Known(tax="legacy", rates={"2": (HST, GST)})
    sale = Invoice(sales_tax_item=Ref("2"), lines=(sold("100.00", "TAX"), sold("50.00", "NON")))
    assert expected_tax(sale, legacy) == Decimal("18.00")
    assert expected_tax(sale, Known(tax="automated")) is None
    assert expected_tax(sale, Known(tax="none")) == 0
    override = Invoice(tax_mode="override_total", tax_override=Decimal("5.99"))
    assert expected_tax(override, Known(tax="automated")) == Decimal("5.99")
    by_line = Invoice(
        tax_mode="override_lines",
        lines=(SalesLine(tax_override=Decimal("1.01")), SalesLine(tax_override=Decimal("0.02"))),
    )
    assert expected_tax(by_line, Known(tax="automated")) == Decimal("1.03")


def test_an_override_is_spread_as_intuit_spreads_it() -> None:
    """Seed 004: 5.00 over rates that came to 0.18, 0.07 and 0.22 makes 1.91, 0.75 and 2.34."""
    computed = [TaxComponent(amount=Decimal(amount)) for amount in ("0.18", "0.07", "0.22")]
    assert [each.amount for each in overridden(computed, Decimal("5.00"))] == [
        Decimal("1.91"),
        Decimal("0.75"),
        Decimal("2.34"),
    ]


LINES = (
    SalesLine(item=Ref("21"), description="a", quantity=Decimal(2), rate=Decimal(5), sales_tax_code=Ref("TAX")),
    SalesLine(item=Ref("DISCOUNT"), amount=Decimal(-1)),
    SalesLine(item=Ref("22"), amount=Decimal(3)),
)
ASKED = Invoice(
    customer=Ref("59"),
    ref_number="1",
    memo="m",
    terms=Ref(None, "Net 30"),
    purchase_order_number="PO",
    tax_mode="override_total",
    tax_override=Decimal("5.99"),
    lines=LINES,
)
STORED: dict[str, Any] = {
    "customer": Ref("59", "Acme"),
    "ref_number": "1",
    "memo": "m",
    "terms": Ref("6", "net 30"),
    "tax_mode": "override_total",
    "sales_tax_total": Decimal("5.99"),
    "lines": (
        SalesLine(
            id="1",
            item=Ref("21", "Work"),
            description="a",
            quantity=Decimal(2),
            rate=Decimal("5.00"),
            amount=Decimal(10),
            sales_tax_code=Ref("TAX"),
        ),
        SalesLine(id="3", item=Ref("22"), amount=Decimal("3.00")),
        SalesLine(id="DISCOUNT", item=Ref("DISCOUNT"), amount=Decimal("-1.00")),
    ),
}


def told(**stored: Any) -> tuple[str, ...]:
    return differences(Create(resource="invoices", draft=ASKED), Invoice(**{**STORED, **stored}))


def test_what_is_as_it_was_asked() -> None:
    assert told() == ()


def test_every_difference_is_told() -> None:
    assert told(sales_tax_total=Decimal("5.98")) == ("tax_mismatch",)
    assert told(customer=Ref("60"), ref_number="2", memo=None) == ("customer", "ref_number", "memo")
    assert told(lines=STORED["lines"][:2]) == ("lines",)
    first, second, discount = STORED["lines"]
    changed = SalesLine(id="3", item=Ref("23"), amount=Decimal("3.01"))
    assert told(lines=(first, changed, discount)) == ("lines[2].item", "lines[2].amount")
    fewer = SalesLine(id="1", item=Ref("21"), description="b", quantity=Decimal(1), rate=Decimal(5), amount=Decimal(5))
    assert told(lines=(fewer, second, discount)) == (
        "lines[0].description",
        "lines[0].quantity",
        "lines[0].sales_tax_code",
    )


def test_a_tax_that_was_not_asked_for() -> None:
    create = Create(resource="invoices", draft=Invoice(tax_mode="none"))
    assert differences(create, Invoice(sales_tax_total=Decimal("0.01"))) == ("tax_mismatch",)
    assert differences(create, Invoice(sales_tax_total=Decimal("0.00"))) == ()
    computed = Create(resource="invoices", draft=Invoice())
    assert differences(computed, Invoice(sales_tax_total=Decimal("7.00"))) == ()


def test_differences_of_an_update() -> None:
    changes = {
        "memo": None,
        "billing_address": {"city": "Tulsa", "note": "gone"},
        "lines": (
            LineChange(id="3", changes={"amount": Decimal(4)}),
            LineChange(id="-1", changes={"item": Ref("9"), "amount": Decimal(2)}),
        ),
    }
    update = Update(resource="invoices", id="1", revision="0", changes=changes)
    lines = (SalesLine(id="4", item=Ref("9"), amount=Decimal(2)), SalesLine(id="3", item=Ref("22"), amount=Decimal(4)))
    assert differences(update, Invoice(lines=lines)) == ("billing_address",)
    wrong = (SalesLine(id="3", amount=Decimal(3)), SalesLine(id="4", item=Ref("9"), amount=Decimal(1)))
    assert differences(update, Invoice(memo="still", lines=wrong)) == (
        "memo",
        "billing_address",
        "lines[0].amount",
        "lines[1].amount",
    )
    assert "lines" in differences(update, Invoice(lines=lines[:1]))


def test_differences_of_a_payment() -> None:
    draft = ReceivePayment(
        total_amount=Decimal(10), applications=(Application(transaction_id="1", payment_amount=Decimal(10)),)
    )
    create = Create(resource="receive_payments", draft=draft)
    assert differences(create, draft) == ()
    assert differences(create, ReceivePayment(total_amount=Decimal(10))) == ("applications",)
