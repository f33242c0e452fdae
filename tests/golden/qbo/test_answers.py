"""What Intuit answers, and what it is in the model."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.golden.qbo.documents import document

from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.company import Company
from counterfoil.model.items import NonInventoryItem, SalesAndPurchase, SalesTaxGroupItem, SalesTaxItem
from counterfoil.model.lines import CreditToApply, LinkedTransaction, SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.lists import Class, SalesTaxCode
from counterfoil.model.outcome import Deleted
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.shape import Resource
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.answers import deleted_of, entity_of_answer, object_of, page_of, total_of
from counterfoil.wire.qbo.entities import BY_NAME
from counterfoil.wire.qbo.table import Known

US = Known(tax="automated")
CANADA = Known(company=Company(country="CA"), tax="global")
MONEY = Decimal
MOMENT = 1557032705


def seconds(*parts: int) -> int:
    year, month, day, hour, minute, second = parts
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


INVOICE = Invoice(
    id="172",
    created_at=seconds(2020, 1, 1, 17, 20, 9),
    updated_at=seconds(2020, 1, 1, 17, 21, 9),
    revision="2",
    custom_fields=(CustomField(name="P.O. Number", value="PO-77"),),
    customer=Ref("59", "CBR Tulsa 2"),
    transaction_date=date(2019, 12, 23),
    ref_number="INV-0012",
    billing_address=Address(line1="P.O. Box 1234", city="Tulsa", state="OK", postal_code="74150"),
    terms=Ref("9", "Net 60"),
    due_date=date(2020, 2, 21),
    shipping_date=date(2019, 12, 24),
    shipping_method=Ref("UPS", "UPS"),
    tracking_number="1Z0234",
    subtotal=MONEY("47.75"),
    sales_tax_item=Ref("7"),
    sales_tax_percentage=MONEY("9.35"),
    sales_tax_total=MONEY("5.00"),
    total_amount=MONEY("52.75"),
    applied_amount=MONEY("40.00"),
    balance_remaining=MONEY("12.75"),
    is_paid=False,
    tax_mode="override_total",
    tax_override=MONEY("5.00"),
    tax_components=(
        TaxComponent(item=Ref("13"), percent=MONEY("3.55"), taxable=MONEY("5.00"), amount=MONEY("1.91")),
        TaxComponent(item=Ref("12"), percent=MONEY("1.3"), taxable=MONEY("5.00"), amount=MONEY("0.75")),
        TaxComponent(item=Ref("11"), percent=MONEY("4.5"), taxable=MONEY("5.00"), amount=MONEY("2.34")),
    ),
    currency=Ref("USD", "United States Dollar"),
    memo="for the files",
    customer_note="From Sales Claim # 5723",
    is_queued_for_print=False,
    is_queued_for_email=True,
    lines=(
        SalesLine(
            id="1",
            item=Ref("22", "Supplies:Electrodes"),
            description="Electrodes, pair",
            quantity=MONEY(4),
            rate=MONEY("2.5"),
            class_=Ref("5000000000000138237", "Test"),
            amount=MONEY("10.00"),
            service_date=date(2019, 12, 20),
            sales_tax_code=Ref("NON", "NON"),
        ),
        SalesLine(
            id="2",
            item=Ref("22", "Supplies:Electrodes"),
            description="Access Fee",
            quantity=MONEY(1),
            rate=MONEY(5),
            amount=MONEY("5.00"),
            sales_tax_code=Ref("TAX", "TAX"),
        ),
        SalesLine(id="3", description="Claim # 5723", service_date=date(2019, 12, 21)),
        SalesLineGroup(
            id="4",
            item_group=Ref("31", "Kit"),
            description="Starter kit",
            quantity=MONEY(2),
            total_amount=MONEY("30.00"),
            lines=(
                SalesLine(
                    id="5",
                    item=Ref("23", "Gel"),
                    quantity=MONEY(2),
                    rate=MONEY(10),
                    amount=MONEY("20.00"),
                    sales_tax_code=Ref("NON", "NON"),
                ),
                SalesLine(
                    id="6",
                    item=Ref("24", "Tape"),
                    quantity=MONEY(2),
                    rate=MONEY(5),
                    amount=MONEY("10.00"),
                    sales_tax_code=Ref("NON", "NON"),
                ),
            ),
        ),
        SalesLine(id="DISCOUNT", item=Ref("DISCOUNT", "DISCOUNT"), rate_percent=MONEY(10), amount=MONEY("-4.50")),
        SalesLine(id="SHIPPING_ITEM_ID", item=Ref("SHIPPING_ITEM_ID", "SHIPPING_ITEM_ID"), amount=MONEY("7.25")),
    ),
    linked_transactions=(
        LinkedTransaction(id="180", transaction_type="receive_payment"),
        LinkedTransaction(id="44", transaction_type="estimate"),
    ),
)
VOIDED = Invoice(
    id="33",
    created_at=seconds(2020, 1, 1, 0, 0, 0),
    updated_at=seconds(2020, 1, 2, 0, 0, 0),
    revision="4",
    is_void=True,
    customer=Ref("1"),
    transaction_date=date(2020, 1, 1),
    ref_number="99",
    memo="VOID: wrong customer",
    subtotal=MONEY("0.00"),
    sales_tax_total=MONEY("0.00"),
    total_amount=MONEY("0.00"),
    applied_amount=MONEY("0.00"),
    balance_remaining=MONEY("0.00"),
    is_paid=True,
    lines=(
        SalesLine(
            id="1",
            item=Ref("5"),
            description="Work",
            quantity=MONEY(0),
            rate=MONEY(20),
            amount=MONEY("0.00"),
        ),
    ),
)
CANADIAN = Invoice(
    id="41",
    created_at=seconds(2022, 1, 23, 13, 0, 0),
    updated_at=seconds(2022, 1, 23, 13, 0, 0),
    revision="0",
    customer=Ref("3", "Benjamin Yeung"),
    transaction_date=date(2022, 1, 23),
    ref_number="1267",
    currency=Ref("USD", "United States Dollar"),
    exchange_rate=MONEY("1.2575"),
    subtotal=MONEY("15.00"),
    sales_tax_percentage=MONEY(18),
    sales_tax_total=MONEY("1.55"),
    total_amount=MONEY("16.55"),
    applied_amount=MONEY("0.00"),
    balance_remaining=MONEY("16.55"),
    balance_remaining_in_home_currency=MONEY("20.81"),
    is_paid=False,
    tax_components=(
        TaxComponent(item=Ref("8"), percent=MONEY(13), taxable=MONEY("10.00"), amount=MONEY("1.30")),
        TaxComponent(item=Ref("4"), percent=MONEY(5), taxable=MONEY("5.00"), amount=MONEY("0.25")),
    ),
    lines=(
        SalesLine(
            id="1",
            item=Ref("12"),
            quantity=MONEY(1),
            rate=MONEY(10),
            amount=MONEY("10.00"),
            sales_tax_code=Ref("5"),
        ),
        SalesLine(
            id="2", item=Ref("12"), quantity=MONEY(1), rate=MONEY(5), amount=MONEY("5.00"), sales_tax_code=Ref("3")
        ),
    ),
)
PAYMENT = ReceivePayment(
    id="175",
    created_at=seconds(2020, 2, 4, 1, 6, 0),
    updated_at=seconds(2020, 2, 4, 1, 6, 0),
    revision="0",
    customer=Ref("59", "CBR Tulsa 2"),
    transaction_date=date(2018, 12, 18),
    ref_number="10521700",
    total_amount=MONEY("12.00"),
    currency=Ref("USD", "United States Dollar"),
    payment_method=Ref("9"),
    memo="Check #: 10521700",
    deposit_to_account=Ref("97"),
    unused_payment=MONEY("2.00"),
    applications=(
        Application(
            transaction_id="172",
            payment_amount=MONEY("10.00"),
            ref_number="INV-0012",
            balance_remaining=MONEY("10.00"),
        ),
        Application(
            transaction_id="190",
            payment_amount=MONEY("0.00"),
            apply_credits=(
                CreditToApply(credit_transaction_id="201", applied_amount=MONEY("25.00")),
                CreditToApply(credit_transaction_id="202", applied_amount=MONEY("5.00")),
            ),
        ),
    ),
)
CREDIT_MEMO = CreditMemo(
    id="201",
    created_at=seconds(2020, 2, 1, 8, 0, 0),
    updated_at=seconds(2020, 2, 4, 1, 6, 0),
    revision="1",
    customer=Ref("59", "CBR Tulsa 2"),
    transaction_date=date(2020, 2, 1),
    ref_number="CM-9",
    currency=Ref("USD"),
    customer_note="Sorry",
    subtotal=MONEY("40.00"),
    sales_tax_total=MONEY("0.00"),
    total_amount=MONEY("40.00"),
    credit_remaining=MONEY("15.00"),
    lines=(
        SalesLine(
            id="1",
            item=Ref("22", "Electrodes"),
            description="Returned",
            quantity=MONEY(4),
            rate=MONEY(10),
            amount=MONEY("40.00"),
            sales_tax_code=Ref("NON", "NON"),
        ),
    ),
)
CUSTOMER = Customer(
    id="59",
    created_at=seconds(2019, 5, 5, 12, 5, 5),
    updated_at=seconds(2019, 6, 6, 13, 6, 6),
    revision="7",
    name="CBR Tulsa 2",
    full_name="CBR:CBR Tulsa 2",
    parent=Ref("58"),
    company_name="CBR",
    salutation="Dr",
    first_name="Ada",
    middle_name="B",
    last_name="Cole",
    billing_address=Address(line1="P.O. Box 5816307", city="Tulsa", state="OK", postal_code="74158", country="USA"),
    phone="9183556207",
    email="office@example.com",
    terms=Ref("6"),
    balance=MONEY("120.50"),
    total_balance=MONEY("220.50"),
    sales_tax_code=Ref("NON", "NON"),
    sales_tax_item=Ref("7"),
    resale_number="R-1",
    preferred_payment_method=Ref("2"),
    note="quiet",
    preferred_delivery_method="mail",
    currency=Ref("USD", "United States Dollar"),
)
ITEM = NonInventoryItem(
    id="22",
    created_at=MOMENT,
    updated_at=MOMENT,
    revision="0",
    name="Electrodes",
    full_name="Supplies:Electrodes",
    parent=Ref("20", "Supplies"),
    sku="A4556",
    sales_tax_code=Ref("TAX", "TAX"),
    sales_and_purchase=SalesAndPurchase(
        sales_description="Electrodes, pair",
        sales_price=MONEY("2.5"),
        income_account=Ref("101", "Sales"),
        purchase_description="Electrodes, box",
        purchase_cost=MONEY("1.1"),
        expense_account=Ref("80", "Cost of Goods Sold"),
        preferred_vendor=Ref("33", "Maker"),
    ),
)
TERM = StandardTerm(
    id="6",
    created_at=MOMENT,
    updated_at=MOMENT,
    revision="0",
    name="2% 10 Net 30",
    due_days=30,
    discount_days=10,
    discount_percentage=MONEY(2),
)
MONTHLY = DateDrivenTerm(
    id="8",
    revision="1",
    is_active=False,
    name="15th",
    due_day_of_month=15,
    grace_period_days=5,
    discount_day_of_month=10,
    discount_percentage=MONEY("1.5"),
)
CLASS = Class(
    id="5000000000000138238",
    created_at=MOMENT,
    updated_at=MOMENT,
    revision="0",
    name="East",
    full_name="Test:East",
    parent=Ref("5000000000000138237"),
)
RATE = SalesTaxItem(
    id="2",
    revision="0",
    name="AZ State tax",
    description="Sales Tax",
    tax_rate=MONEY("7.1"),
    tax_vendor=Ref("1"),
)


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("invoice", US, INVOICE),
        ("voided", US, VOIDED),
        ("invoice_ca", CANADA, CANADIAN),
        ("payment", US, PAYMENT),
        ("credit_memo", US, CREDIT_MEMO),
        ("customer", US, CUSTOMER),
        ("item", US, ITEM),
        ("term", US, TERM),
        ("term_of_month", US, MONTHLY),
        ("class", US, CLASS),
        ("tax_rate", US, RATE),
    ],
)
def test_an_answer_is_this_object(name: str, known: Known, expected: Resource) -> None:
    found = entity_of_answer(document(f"answers/{name}.json"))
    assert found is not None
    assert object_of(*found, known) == expected


def test_a_page_of_tax_codes() -> None:
    body = document("answers/tax_codes.json")
    taxable, exempt, group = page_of(body, BY_NAME["taxcode"], US)
    assert total_of(body) == 3
    assert taxable == SalesTaxCode(
        id="TAX", revision="0", name="TAX", is_taxable=True, description="TAX", sales_tax_item=None
    )
    assert (exempt.id, getattr(exempt, "is_taxable", None)) == ("NON", False)
    assert group == SalesTaxGroupItem(
        id="3",
        created_at=seconds(2014, 9, 18, 19, 17, 4),
        updated_at=seconds(2014, 9, 18, 19, 17, 4),
        revision="0",
        name="Tucson",
        description="Tucson",
        sales_tax_items=(Ref("2", "AZ State tax"), Ref("1", "Tucson City")),
    )
    codes: list[Any] = list(page_of(body, BY_NAME["taxcode"], CANADA))
    assert [(code.id, code.sales_tax_item) for code in codes] == [
        ("TAX", None),
        ("NON", None),
        ("3", Ref("3", "Tucson")),
    ]


def test_an_empty_page_and_a_count() -> None:
    invoice = BY_NAME["invoice"]
    empty, count = document("answers/empty.json"), document("answers/count.json")
    assert (page_of(empty, invoice, US), total_of(empty)) == ((), None)
    assert (page_of(count, invoice, US), total_of(count)) == ((), 12)
    assert entity_of_answer(empty) is None


def test_a_deletion() -> None:
    note = Deleted(id="330", label=None, deleted_at=seconds(2020, 2, 4, 1, 6, 1))
    assert deleted_of(document("answers/deleted.json")) == note
    trace = {"domain": "QBO", "status": "Deleted", "Id": "39", "MetaData": {"LastUpdatedTime": "2020-02-04T01:06:01Z"}}
    assert deleted_of(trace) == Deleted(id="39", label=None, deleted_at=seconds(2020, 2, 4, 1, 6, 1))
    assert deleted_of(document("answers/invoice.json")) is None


def test_a_service_taken_for_another_charge() -> None:
    given = {"Id": "9", "SyncToken": "0", "Name": "Freight", "Type": "Service", "UnitPrice": 4}
    found: Any = object_of(BY_NAME["item"], given, US, resource="other_charge_items")
    assert (type(found).__name__, found.sales_or_purchase.price, found.full_name) == (
        "OtherChargeItem",
        MONEY(4),
        "Freight",
    )
