"""Resources as Intuit's objects, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

from counterfoil.model.addresses import Address
from counterfoil.model.company import Company, MultiCurrency, Preferences, SalesTax
from counterfoil.model.items import DiscountItem, SalesOrPurchase, SalesTaxGroupItem, ServiceItem, SubtotalItem
from counterfoil.model.lines import LinkedTransaction, SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.entities import BY_NAME, ENTITIES
from counterfoil.wire.qbo.faults import BUSINESS, fault_of
from counterfoil.wire.qbo.maps.lines_heard import heard_lines
from counterfoil.wire.qbo.mentioned import mentioned
from counterfoil.wire.qbo.read import values_of
from counterfoil.wire.qbo.table import Known, line_number, revision_of, sync_token
from counterfoil.wire.qbo.write import entity_object

TAXED, EXEMPT = SalesTaxCode(id="T", name="Tax", is_taxable=True), SalesTaxCode(id="N", name="Non")
KNOWN = Known(
    company=Company(country="US", address=Address(line1="1 Way", city="Austin", state="TX", postal_code="78701")),
    preferences=Preferences(
        multi_currency=MultiCurrency(is_multi_currency_enabled=True, home_currency=Ref("$", "US Dollar")),
        sales_tax=SalesTax(default_taxable_sales_tax_code=Ref("T"), default_non_taxable_sales_tax_code=Ref("N")),
    ),
    numbers={
        "names": {"C": "59"},
        "items": {"I": "21"},
        "transactions": {"1A-7": "172", "P": "9"},
        "terms": {"30": "6"},
    },
    items={
        "I": ServiceItem(id="I", name="Work", sales_or_purchase=SalesOrPurchase(posting_account=Ref("A", "Sales"))),
        "D": DiscountItem(id="D", name="Off", discount_rate_percent=Decimal(10)),
        "S": SubtotalItem(id="S", name="Sub"),
    },
    tax_codes={"T": TAXED, "N": EXEMPT},
    currencies={"$": "USD", "E": "EUR"},
    shipping_item="Shipping",
)
CANADA = Known(company=Company(country="CA"))


def invoice(*lines: SalesLine | SalesLineGroup, **values: Any) -> dict[str, Any]:
    thing = Invoice(id="1A-7", created_at=100, revision="100", lines=lines, **values)
    return entity_object(BY_NAME["invoice"], thing, KNOWN)


def sold(**values: Any) -> SalesLine:
    return SalesLine(id="1B-7", item=Ref("I", "Work"), amount=Decimal(10), **values)


def test_head_of_an_invoice() -> None:
    told = invoice(
        sold(),
        customer=Ref("C", "Acme"),
        transaction_date=date(2024, 2, 29),
        ref_number="INV-1",
        customer_note="thanks",
        billing_address=Address(line1="P.O. Box", state="OK"),
        shipping_method=Ref("U", "UPS"),
        balance_remaining=Decimal("3.5"),
        linked_transactions=(LinkedTransaction(id="P", transaction_type="receive_payment"),),
    )
    assert told["CustomerRef"] == {"value": "59", "name": "Acme"}
    assert (told["Id"], told["SyncToken"], told["DocNumber"], told["TxnDate"]) == ("172", "0", "INV-1", "2024-02-29")
    assert told["BillAddr"] == {"Id": "172", "Line1": "P.O. Box", "CountrySubDivisionCode": "OK"}
    assert told["ShipFromAddr"] == {"Id": "172", "Line1": "1 Way", "Line2": "Austin, TX 78701"}
    assert (told["CustomerMemo"], told["ShipMethodRef"]["value"], str(told["Balance"])) == (
        {"value": "thanks"},
        "UPS",
        "3.50",
    )
    assert told["LinkedTxn"] == [{"TxnId": "9", "TxnType": "Payment"}]
    assert "PrivateNote" not in told
    assert "ExchangeRate" not in told


def test_lines_stand_in_intuits_order() -> None:
    told = invoice(
        sold(quantity=Decimal("2.0"), rate=Decimal("5.000"), sales_tax_code=Ref("T"), class_=Ref("K", "West")),
        SalesLine(id="1C-7", item=Ref("D", "Off"), amount=Decimal(-1), rate_percent=Decimal(10)),
        SalesLine(id="1D-7", description="only words"),
        SalesLine(id="1E-7", item=Ref("H", "shipping"), amount=Decimal(3)),
        SalesLine(id="1F-7", item=Ref("S", "Sub"), amount=Decimal(10)),
        SalesLineGroup(
            id="20-7", item_group=Ref("G", "Kit"), quantity=Decimal(2), lines=(sold(),), total_amount=Decimal(8)
        ),
    )
    kinds = [line["DetailType"] for line in told["Line"]]
    assert kinds == [
        "SalesItemLineDetail",
        "DescriptionOnly",
        "DescriptionOnly",
        "GroupLineDetail",
        "SubTotalLineDetail",
        "DiscountLineDetail",
        "SalesItemLineDetail",
    ]
    first, _, _, group, end, discount, shipping = told["Line"]
    detail = first["SalesItemLineDetail"]
    assert (str(detail["Qty"]), str(detail["UnitPrice"]), detail["TaxCodeRef"]) == ("2", "5", {"value": "TAX"})
    assert (detail["ItemAccountRef"]["value"], detail["ClassRef"]["value"]) == ("A", "K")
    assert (first["Id"], first["LineNum"], end["Amount"]) == ("1", 1, Decimal(18))
    assert (discount["Amount"], discount["DiscountLineDetail"]["PercentBased"]) == (Decimal(1), True)
    assert shipping["SalesItemLineDetail"]["ItemRef"]["value"] == "SHIPPING_ITEM_ID"
    assert group["GroupLineDetail"]["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == "21"


def test_taxes() -> None:
    parts = (
        TaxComponent(item=Ref("X", "State"), percent=Decimal("6.250"), taxable=Decimal(10), amount=Decimal("0.63")),
        TaxComponent(item=Ref("Y", "City"), percent=Decimal(2), taxable=Decimal(0), amount=Decimal(0)),
        TaxComponent(item=Ref("Z", "By hand"), amount=Decimal(1)),
    )
    by_hand = SalesLine(id="1C-7", item=Ref("Z", "By hand"), amount=Decimal(1))
    told = invoice(
        sold(),
        by_hand,
        sales_tax_item=Ref("G"),
        tax_components=parts,
        sales_tax_total=Decimal("1.63"),
        tax_mode="computed",
    )
    assert told["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == "G"
    rates = [line["TaxLineDetail"]["TaxRateRef"]["value"] for line in told["TxnTaxDetail"]["TaxLine"]]
    assert rates == ["X", "Z"]
    assert str(told["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["TaxPercent"]) == "6.25"
    assert len(told["Line"]) == 2
    untaxed = invoice(sold(sales_tax_code=Ref("T")), tax_mode="none")
    assert untaxed["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


def test_what_was_voided_says_so() -> None:
    assert invoice(is_void=True, memo="VOID:")["PrivateNote"] == "Voided"
    assert invoice(is_void=True, memo="VOID: wrong")["PrivateNote"] == "Voided - wrong"


def test_foreign_money() -> None:
    told = invoice(
        currency=Ref("E", "Euro"), exchange_rate=Decimal("1.10"), balance_remaining_in_home_currency=Decimal(1)
    )
    assert (told["CurrencyRef"], str(told["ExchangeRate"]), told["HomeBalance"]) == (
        {"value": "EUR"},
        "1.1",
        Decimal(1),
    )


def test_payment() -> None:
    thing = ReceivePayment(
        id="P",
        total_amount=Decimal(10),
        unused_payment=Decimal(0),
        applications=(Application(transaction_id="1A-7", payment_amount=Decimal(10)),),
    )
    told = entity_object(BY_NAME["payments"], thing, KNOWN)
    assert told["Line"] == [
        {"Amount": Decimal(10), "LinkedTxn": [{"TxnId": "172", "TxnType": "Invoice"}], "LineEx": {}}
    ]


def test_terms_of_both_kinds() -> None:
    term = BY_NAME["terms"]
    net = entity_object(term, StandardTerm(id="30", name="Net 30", due_days=30), KNOWN)
    assert (net["Id"], net["Type"], net["DueDays"]) == ("6", "STANDARD", 30)
    monthly = entity_object(term, DateDrivenTerm(id="15", name="15th", due_day_of_month=15), KNOWN)
    assert (monthly["Type"], monthly["DayOfMonthDue"], "DueDays" in monthly) == ("DATE_DRIVEN", 15, False)


def test_tax_codes_of_both_countries() -> None:
    entity = BY_NAME["taxcode"]
    assert entity.shown is not None
    assert [entity_object(entity, code, KNOWN)["Id"] for code in (TAXED, EXEMPT)] == ["TAX", "NON"]
    assert not entity.shown(SalesTaxCode(id="O", name="Own"), KNOWN)
    group = SalesTaxGroupItem(id="G", name="Both", sales_tax_items=(Ref("X"), Ref("Y")))
    rates = entity_object(entity, group, KNOWN)["SalesTaxRateList"]["TaxRateDetail"]
    assert [rate["TaxRateRef"]["value"] for rate in rates] == ["X", "Y"]
    code = SalesTaxCode(id="H", name="H", is_taxable=True, sales_tax_item=Ref("X"))
    assert entity.shown(code, CANADA)
    assert entity_object(entity, code, CANADA)["Id"] == "H"
    assert entity.resources_in("CA") == ("sales_tax_codes",)


def test_numbers_of_versions_and_lines() -> None:
    assert sync_token(Invoice(created_at=100, revision="103")) == "3"
    assert revision_of("3", 100) == "103"
    assert sync_token(Invoice(created_at=1_700_000_000, revision="2")) == "2"
    assert sync_token(Invoice(revision="")) == "0"
    assert line_number("1A-7", "1C-9", 9) == "2"
    assert line_number("1A-7", "19-9", 9) == "9"
    assert line_number("INV", "4", 9) == "4"


def test_what_an_object_mentions() -> None:
    thing = Invoice(
        id="1A-7",
        customer=Ref("C"),
        currency=Ref("E"),
        lines=(sold(class_=Ref("K")), SalesLineGroup(item_group=Ref("G"), lines=(sold(),))),
        linked_transactions=(LinkedTransaction(id="P"),),
    )
    found = set(mentioned(thing))
    assert found == {
        ("transactions", "1A-7"),
        ("names", "C"),
        ("items", "I"),
        ("classes", "K"),
        ("items", "G"),
        ("transactions", "P"),
    }


def test_there_and_back() -> None:
    customer = Customer(
        name="Acme",
        first_name="Ada",
        phone="555",
        email="a@b.example",
        billing_address=Address(line1="1 Way", postal_code="78701"),
        terms=Ref("30", "Net 30"),
        preferred_delivery_method="mail",
        note="quiet",
    )
    entity = BY_NAME["customer"]
    values = values_of(entity.rows, entity_object(entity, customer, KNOWN), KNOWN)
    assert {name: values[name] for name in ("name", "first_name", "phone", "email", "terms", "note")} == {
        "name": "Acme",
        "first_name": "Ada",
        "phone": "555",
        "email": "a@b.example",
        "terms": Ref("30", "Net 30"),
        "note": "quiet",
    }
    assert (values["billing_address"], values["preferred_delivery_method"]) == (customer.billing_address, "mail")
    line = sold(quantity=Decimal(2), rate=Decimal(5), description="work", service_date=date(2024, 1, 2))
    (back,) = heard_lines(invoice(line), KNOWN)["lines"]
    assert (back.item, back.quantity, back.rate, back.amount) == (Ref("I", "Work"), Decimal(2), Decimal(5), Decimal(10))
    assert (back.description, back.service_date) == ("work", date(2024, 1, 2))


def test_names_of_entities() -> None:
    assert BY_NAME["paymentmethods"] is BY_NAME["paymentmethod"]
    assert BY_NAME["classes"].name == "Class"
    assert len({entity.name for entity in ENTITIES}) == len(ENTITIES)
    assert {"Invoice", "CreditMemo", "Payment", "Customer", "Item", "Term"} <= {entity.name for entity in ENTITIES}


def test_faults() -> None:
    assert (fault_of("name_in_use").code, fault_of("negative_total")) == ("6240", BUSINESS)
