"""Answers: every key, in the vendor's order, in the vendor's forms."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from counterfoil.dialects.conductor.render import View, render, render_deleted, render_page, render_voided
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.model.accounts import Account
from counterfoil.model.addresses import Address, Contact, CustomField, ShippingAddress
from counterfoil.model.company import Company, Preferences
from counterfoil.model.items import Barcode, SalesTaxGroupItem, ServiceItem
from counterfoil.model.lines import LinkedTransaction, SalesLine, SalesLineGroup
from counterfoil.model.lists import Class, PaymentMethod
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.people import Customer
from counterfoil.model.query import Page
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref

INVOICE_KEYS = (
    "id objectType createdAt updatedAt revisionNumber customer class receivablesAccount documentTemplate "
    "transactionDate refNumber billingAddress shippingAddress isPending isFinanceCharge purchaseOrderNumber terms "
    "dueDate salesRepresentative shipmentOrigin shippingDate shippingMethod subtotal salesTaxItem "
    "salesTaxPercentage salesTaxTotal appliedAmount balanceRemaining currency exchangeRate "
    "balanceRemainingInHomeCurrency memo isPaid customerMessage isQueuedForPrint isQueuedForEmail salesTaxCode "
    "suggestedDiscountAmount suggestedDiscountDate otherCustomField externalId linkedTransactions lines "
    "lineGroups customFields"
)
ADDRESS_KEYS = "line1 line2 line3 line4 line5 city state postalCode country note"
LINK_KEYS = "id objectType transactionType transactionDate refNumber linkType amount"
LINE_KEYS = (
    "id objectType item description quantity unitOfMeasure overrideUnitOfMeasureSet rate ratePercent class amount "
    "inventorySite inventorySiteLocation serialNumber lotNumber expirationDate serviceDate salesTaxCode "
    "otherCustomField1 otherCustomField2 customFields"
)
GROUP_KEYS = (
    "id objectType itemGroup description quantity unitOfMeasure overrideUnitOfMeasureSet shouldPrintItemsInGroup "
    "totalAmount serviceDate lines customFields"
)

LINE = SalesLine(
    id="2A-1",
    item=Ref("I-1", "Widget A"),
    description="A widget",
    quantity=Decimal(5),
    rate=Decimal("10.00"),
    amount=Decimal("50"),
    custom_fields=(CustomField(name="Rating", type="string_1024_type", value="Premium"),),
)
GROUP = SalesLineGroup(
    id="2B-1",
    item_group=Ref("G-1", "Bundle"),
    quantity=Decimal("1.50"),
    total_amount=Decimal("50.00"),
    lines=(LINE,),
)
INVOICE = Invoice(
    id="1A-1",
    created_at=1_633_109_696,
    updated_at=1_633_121_130,
    revision="1721172183",
    customer=Ref("C-1", "Acme"),
    transaction_date=date(2021, 10, 1),
    ref_number="INV-1234",
    billing_address=Address(line1="540 Market St.", city="San Francisco"),
    subtotal=Decimal("100.00"),
    sales_tax_percentage=Decimal("8.250"),
    sales_tax_total=Decimal("8.25"),
    applied_amount=Decimal("0"),
    balance_remaining=Decimal("108.25"),
    exchange_rate=Decimal("1.23450"),
    is_paid=False,
    lines=(GROUP, LINE),
    linked_transactions=(
        LinkedTransaction(
            id="9-1",
            transaction_type="receive_payment",
            transaction_date=date(2021, 10, 2),
            link_type="amount",
            amount=Decimal("-5.00"),
        ),
    ),
)


def rendered(path: str, thing: Any) -> dict[str, Any]:
    return render(TABLES[path], thing)


def keys(answer: dict[str, Any]) -> str:
    return " ".join(answer)


class TestInvoice:
    def test_keys_stand_in_the_vendors_order(self) -> None:
        answer = rendered("invoices", INVOICE)
        assert keys(answer) == INVOICE_KEYS
        assert keys(answer["billingAddress"]) == ADDRESS_KEYS
        assert keys(answer["linkedTransactions"][0]) == LINK_KEYS
        assert keys(answer["lines"][0]) == LINE_KEYS
        assert keys(answer["lineGroups"][0]) == GROUP_KEYS
        assert keys(answer["lineGroups"][0]["lines"][0]) == LINE_KEYS

    def test_an_empty_one_has_the_same_keys(self) -> None:
        answer = rendered("invoices", Invoice())
        assert keys(answer) == INVOICE_KEYS
        assert (answer["customer"], answer["terms"], answer["subtotal"], answer["lines"]) == (None, None, None, [])

    def test_values_in_their_forms(self) -> None:
        answer = rendered("invoices", INVOICE)
        assert answer["objectType"] == "qbd_invoice"
        assert answer["createdAt"] == "2021-10-01T17:34:56+00:00"
        assert answer["revisionNumber"] == "1721172183"
        assert answer["customer"] == {"id": "C-1", "fullName": "Acme"}
        assert answer["transactionDate"] == "2021-10-01"
        assert answer["subtotal"] == "100.00"
        assert answer["salesTaxPercentage"] == "8.25"
        assert answer["appliedAmount"] == "0.00"
        assert answer["isPaid"] is False
        assert answer["linkedTransactions"][0]["amount"] == "-5.00"

    def test_lines_and_groups_are_parted(self) -> None:
        answer = rendered("invoices", INVOICE)
        assert [line["id"] for line in answer["lines"]] == ["2A-1"]
        assert [group["id"] for group in answer["lineGroups"]] == ["2B-1"]
        assert answer["lines"][0]["objectType"] == "qbd_invoice_line"
        assert answer["lineGroups"][0]["objectType"] == "qbd_invoice_line_group"
        assert answer["lines"][0]["rate"] == "10"
        assert answer["lines"][0]["amount"] == "50.00"

    def test_numbers_are_exact_json_numbers(self) -> None:
        text = msgspec.json.encode(rendered("invoices", INVOICE)).decode()
        assert '"exchangeRate":1.2345,' in text
        assert '"quantity":5,' in text
        assert '"quantity":1.5,' in text

    @pytest.mark.parametrize(
        ("quantity", "written"),
        [("0.00001", "0.00001"), ("9999999999.99999", "9999999999.99999"), ("1E+3", "1000"), ("-2.50", "-2.5")],
    )
    def test_a_quantity_digit_by_digit(self, quantity: str, written: str) -> None:
        line = SalesLine(id="2A-1", quantity=Decimal(quantity))
        text = msgspec.json.encode(rendered("invoices", Invoice(lines=(line,)))).decode()
        assert f'"quantity":{written},' in text

    def test_no_number_of_its_own_is_null(self) -> None:
        assert rendered("invoices", Invoice(ref_number=""))["refNumber"] is None

    def test_credit_memos_have_types_of_their_own(self) -> None:
        answer = rendered("credit-memos", CreditMemo(lines=(LINE, GROUP), total_amount=Decimal(5)))
        assert answer["objectType"] == "qbd_credit_memo"
        assert answer["lines"][0]["objectType"] == "qbd_credit_memo_line"
        assert answer["lineGroups"][0]["lines"][0]["objectType"] == "qbd_credit_memo_line"
        assert answer["totalAmount"] == "5.00"

    def test_what_is_not_to_be_seen_is_empty(self) -> None:
        answer = render(TABLES["invoices"], INVOICE, View(lines=False, links=False))
        assert (answer["lines"], answer["lineGroups"], answer["linkedTransactions"]) == ([], [], [])
        assert keys(answer) == INVOICE_KEYS


def test_answers_share_nothing() -> None:
    first = rendered("invoices", INVOICE)
    first["lines"].append("x")
    first["customFields"].append("x")
    first["memo"] = "x"
    second = rendered("invoices", INVOICE)
    assert (len(second["lines"]), second["customFields"], second["memo"]) == (1, [], None)


def test_lists_have_names_parents_and_levels() -> None:
    answer = rendered("classes", Class(id="K-2", name="B", full_name="A:B", parent=Ref("K-1", "A")))
    assert keys(answer) == "id objectType createdAt updatedAt revisionNumber name fullName isActive parent sublevel"
    assert (answer["fullName"], answer["sublevel"], answer["isActive"]) == ("A:B", 1, True)


def test_a_barcode_is_told_as_text() -> None:
    assert rendered("service-items", ServiceItem(barcode=Barcode(value="0123")))["barcode"] == "0123"
    assert rendered("service-items", ServiceItem())["barcode"] is None


def test_references_in_an_array() -> None:
    item = SalesTaxGroupItem(sales_tax_items=(Ref("T-1", "State"),))
    assert rendered("sales-tax-group-items", item)["salesTaxItems"] == [{"id": "T-1", "fullName": "State"}]


def test_what_is_only_sent_is_never_told() -> None:
    account = rendered("accounts", Account(tax_line_id=5, opening_balance=Decimal(1)))
    assert not {"taxLineId", "openingBalance"} & set(account)


def test_a_contact_is_named_in_full() -> None:
    contact = Contact(id="P-1", revision="3", first_name="Ann", last_name="Lee")
    answer = rendered("customers", Customer(additional_contacts=(contact,)))["additionalContacts"][0]
    assert list(answer)[:6] == ["id", "objectType", "createdAt", "updatedAt", "revisionNumber", "name"]
    assert answer["name"] == "Ann Lee"


def test_shipping_addresses_can_be_left_out() -> None:
    customer = Customer(alternate_shipping_addresses=(ShippingAddress(name="Shed", is_default=True),))
    assert rendered("customers", customer)["alternateShippingAddresses"][0]["isDefaultShippingAddress"] is True
    hidden = render(TABLES["customers"], customer, View(shipping_addresses=False))
    assert hidden["alternateShippingAddresses"] == []


def test_a_payment_tells_what_it_was_applied_to() -> None:
    application = Application(transaction_id="1A-1", payment_amount=Decimal("7.5"), balance_remaining=Decimal(0))
    answer = rendered("receive-payments", ReceivePayment(applications=(application,)))
    applied = answer["appliedToTransactions"][0]
    assert (applied["amount"], applied["balanceRemaining"]) == ("7.50", "0.00")
    assert "paymentAmount" not in applied


def test_the_company_and_its_preferences_have_no_id() -> None:
    assert list(rendered("company", Company(company_name="Acme")))[:2] == ["isSampleCompanyFile", "companyName"]
    assert list(rendered("preferences", Preferences()))[:2] == ["accounting", "financeCharges"]
    assert rendered("preferences", Preferences())["financeCharges"]["gracePeriod"] == 0


def test_what_stays_of_a_deleted_and_a_voided_one() -> None:
    deleted = Deleted(id="1A-1", label="INV-1", deleted_at=5)
    assert render_deleted(TABLES["invoices"], deleted) == {
        "id": "1A-1",
        "objectType": "qbd_invoice",
        "refNumber": "INV-1",
        "deleted": True,
    }
    voided = Voided(id="1A-1", ref_number=None, created_at=0, updated_at=1)
    assert render_voided(TABLES["invoices"], voided) == {
        "id": "1A-1",
        "objectType": "qbd_invoice",
        "createdAt": "1970-01-01T00:00:00+00:00",
        "updatedAt": "1970-01-01T00:00:01+00:00",
        "refNumber": None,
        "voided": True,
    }


class TestPages:
    def test_a_page_that_is_followed_by_another(self) -> None:
        answer = render_page(TABLES["invoices"], Page(items=(INVOICE,), next=5, remaining=3), "abc")
        assert list(answer) == ["objectType", "url", "data", "nextCursor", "remainingCount", "hasMore"]
        assert answer["url"] == "/v1/quickbooks-desktop/invoices"
        assert (answer["nextCursor"], answer["remainingCount"], answer["hasMore"]) == ("abc", 3, True)

    def test_the_last_page(self) -> None:
        answer = render_page(TABLES["invoices"], Page(items=()), None)
        assert (answer["data"], answer["nextCursor"], answer["remainingCount"], answer["hasMore"]) == (
            [],
            None,
            0,
            False,
        )

    def test_lists_that_do_not_page(self) -> None:
        answer = render_page(TABLES["payment-methods"], Page(items=(PaymentMethod(name="Cash"),)), None)
        assert list(answer) == ["objectType", "url", "data"]
        assert answer["data"][0]["name"] == "Cash"
