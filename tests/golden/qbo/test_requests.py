"""Commands, and what Intuit is sent for them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.golden.qbo.documents import document

from counterfoil.core.errors import BooksRefused
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.company import Company
from counterfoil.model.items import NonInventoryItem, SalesAndPurchase, SalesOrPurchase, SalesTaxItem, ServiceItem
from counterfoil.model.lines import CreditToApply, SalesLine, SalesLineGroup
from counterfoil.model.lists import Class
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.shape import Resource
from counterfoil.model.terms import StandardTerm
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.requests import create_object, delete_object, update_object, void_object
from counterfoil.wire.qbo.table import Known

PRICED = ServiceItem(
    id="22",
    name="Gel",
    sales_tax_code=Ref("TAX"),
    sales_or_purchase=SalesOrPurchase(price=Decimal("4.2")),
)
US = Known(tax="automated", items={"22": PRICED})
HST = SalesTaxItem(id="8", name="HST ON", tax_rate=Decimal(13))
GST = SalesTaxItem(id="4", name="GST", tax_rate=Decimal(5))
CANADA = Known(company=Company(country="CA"), tax="global", rates={"5": (HST,), "3": (GST,)})

INVOICE = Invoice(
    customer=Ref("59"),
    ref_number="557822360",
    transaction_date=date(2022, 1, 23),
    due_date=date(2022, 2, 22),
    class_=Ref("77"),
    terms=Ref("6"),
    billing_address=Address(line1="P.O. Box 5816307", city="Tulsa", state="OK", postal_code="74158"),
    customer_note="From 10Man Claim # 9220034167",
    memo="ours",
    shipping_date=date(2022, 1, 24),
    shipping_method=Ref("UPS", "UPS"),
    tracking_number="1Z02",
    is_queued_for_print=False,
    tax_mode="override_total",
    tax_override=Decimal("5.99"),
    lines=(
        SalesLine(
            item=Ref("21"),
            description="Electrodes, pair",
            quantity=Decimal(3),
            amount=Decimal(10),
            class_=Ref("5000000000000138237"),
            service_date=date(2022, 1, 20),
            sales_tax_code=Ref("TAX"),
        ),
        SalesLine(
            item=Ref("21"),
            description="PPO Access Fee",
            quantity=Decimal(2),
            rate=Decimal("2.50"),
            sales_tax_code=Ref("NON"),
        ),
        SalesLine(item=Ref("22"), quantity=Decimal(2)),
        SalesLine(description="only words"),
        SalesLineGroup(item_group=Ref("31"), quantity=Decimal(2), description="Kit"),
        SalesLine(item=Ref("DISCOUNT"), rate_percent=Decimal(10)),
        SalesLine(item=Ref("SHIPPING_ITEM_ID"), amount=Decimal("7.25")),
    ),
)
CANADIAN = Invoice(
    customer=Ref("3"),
    tax_mode="override_total",
    tax_override=Decimal("1.60"),
    lines=(
        SalesLine(item=Ref("12"), quantity=Decimal(1), amount=Decimal(10), sales_tax_code=Ref("5")),
        SalesLine(item=Ref("12"), amount=Decimal(5), sales_tax_code=Ref("3")),
    ),
)
PAYMENT = ReceivePayment(
    customer=Ref("59"),
    receivables_account=Ref("84"),
    deposit_to_account=Ref("97"),
    payment_method=Ref("9"),
    ref_number="10521700",
    total_amount=Decimal(12),
    transaction_date=date(2018, 12, 18),
    memo="Check #: 10521700",
    applications=(
        Application(transaction_id="172", payment_amount=Decimal(10)),
        Application(
            transaction_id="190",
            apply_credits=(
                CreditToApply(credit_transaction_id="201", applied_amount=Decimal(25)),
                CreditToApply(credit_transaction_id="202", applied_amount=Decimal(5)),
            ),
        ),
    ),
)
CREDIT_MEMO = CreditMemo(
    customer=Ref("59"),
    customer_note="Sorry",
    transaction_date=date(2020, 2, 1),
    lines=(SalesLine(item=Ref("22"), quantity=Decimal(4), rate=Decimal(10), sales_tax_code=Ref("NON")),),
)
CUSTOMER = Customer(
    name="CBR Tulsa 2",
    parent=Ref("58"),
    first_name="Ada",
    phone="9183556207",
    email="office@example.com",
    billing_address=Address(line1="P.O. Box 5816307", city="Tulsa", state="OK", postal_code="74158"),
    note="quiet",
    terms=Ref("6"),
    sales_tax_code=Ref("NON"),
    currency=Ref("EUR"),
    opening_balance=Decimal(100),
    opening_balance_date=date(2020, 1, 1),
    preferred_delivery_method="email",
)
ITEM = NonInventoryItem(
    name="Electrodes",
    parent=Ref("20"),
    sku="A4556",
    sales_tax_code=Ref("TAX"),
    sales_and_purchase=SalesAndPurchase(
        sales_description="Electrodes, pair",
        sales_price=Decimal("2.50"),
        income_account=Ref("101"),
        purchase_cost=Decimal("1.10"),
        expense_account=Ref("80"),
    ),
)
TERM = StandardTerm(name="2% 10 Net 30", due_days=30, discount_days=10, discount_percentage=Decimal(2))


@pytest.mark.parametrize(
    ("name", "resource", "draft", "known"),
    [
        ("invoice", "invoices", INVOICE, US),
        ("invoice_ca", "invoices", CANADIAN, CANADA),
        ("payment", "receive_payments", PAYMENT, US),
        ("credit_memo", "credit_memos", CREDIT_MEMO, US),
        ("customer", "customers", CUSTOMER, US),
        ("item", "non_inventory_items", ITEM, US),
        ("term", "standard_terms", TERM, US),
        ("class", "classes", Class(name="East", parent=Ref("5000000000000138237")), US),
    ],
)
def test_a_creation_is_this_request(name: str, resource: str, draft: Resource, known: Known) -> None:
    sent = create_object(Create(resource=resource, draft=draft), known)
    assert sent.body == document(f"requests/{name}.json")
    assert sent.query == {}


def stored() -> Any:
    return document("answers/invoice.json")["Invoice"]


def updated(lines: tuple[LineChange, ...] | None = None, **changes: Any) -> Any:
    if lines is not None:
        changes["lines"] = lines
    return update_object(Update(resource="invoices", id="172", revision="", changes=changes), stored(), US).body


STAYS = tuple(
    LineChange(id=id, changes={}, is_group=id == "4") for id in ("1", "2", "3", "4", "DISCOUNT", "SHIPPING_ITEM_ID")
)


def test_an_update_sends_everything_back_but_what_intuit_tells_itself() -> None:
    body = updated(memo="new note")
    expected = stored()
    for key in (
        *("AllowIPNPayment", "AllowOnlinePayment", "Balance", "EInvoiceStatus", "FreeFormAddress", "MetaData"),
        *("TaxExemptionRef", "TotalAmt", "domain", "sparse"),
    ):
        del expected[key]
    expected["PrivateNote"] = "new note"
    expected["TxnTaxDetail"] = {"TotalTax": Decimal("5.00")}
    del expected["Line"][4]
    assert body == expected


def test_fields_that_are_cleared_and_parts_that_are_changed() -> None:
    body = updated(due_date=None, customer_note=None, billing_address={"line1": "1 Way"}, is_queued_for_print=True)
    assert "DueDate" not in body
    assert "CustomerMemo" not in body
    assert body["BillAddr"] == {
        "Line1": "1 Way",
        "City": "Tulsa",
        "CountrySubDivisionCode": "OK",
        "PostalCode": "74150",
    }
    assert (body["PrintStatus"], body["EmailStatus"], body["BillEmail"]) == (
        "NeedToPrint",
        "NeedToSend",
        {"Address": "office@example.com"},
    )


def test_the_version_is_the_callers_or_the_one_just_read() -> None:
    update = Update(resource="invoices", id="172", revision="1", changes={"memo": "x"})
    assert update_object(update, stored(), US).body["SyncToken"] == "1"
    assert updated(memo="x")["SyncToken"] == "2"


def test_a_line_that_is_changed_keeps_what_nobody_here_knows_of() -> None:
    change = LineChange(id="1", changes={"description": "Electrodes, box", "class_": None})
    body = updated((change, *STAYS[1:]))
    expected = stored()["Line"][0]
    expected["Description"] = "Electrodes, box"
    del expected["SalesItemLineDetail"]["ClassRef"]
    assert body["Line"][0] == expected
    assert [line.get("Id") for line in body["Line"]] == ["1", "2", "3", "4", None, None]


@pytest.mark.parametrize(
    ("changes", "amount", "price", "quantity"),
    [
        ({"quantity": Decimal(6)}, "15.00", "2.5", "6"),
        ({"rate": Decimal(3)}, "12.00", "3", "4"),
        ({"amount": Decimal(11)}, "11.00", "2.75", "4"),
        ({"amount": Decimal(10), "quantity": Decimal(3)}, "10.00", "3.3333333", "3"),
        ({"quantity": None, "rate": Decimal(9)}, "9.00", "9", None),
    ],
)
def test_figures_of_a_changed_line(changes: dict[str, Any], amount: str, price: str, quantity: str | None) -> None:
    line = updated((LineChange(id="1", changes=changes), *STAYS[1:]))["Line"][0]
    detail = line["SalesItemLineDetail"]
    assert (str(line["Amount"]), str(detail["UnitPrice"])) == (amount, price)
    assert detail.get("Qty") == (Decimal(quantity) if quantity is not None else None)


def test_lines_are_dropped_added_and_put_in_order() -> None:
    fresh = LineChange(id="-1", changes={"item": Ref("21"), "amount": Decimal(2), "sales_tax_code": Ref("TAX")})
    body = updated((STAYS[1], fresh, STAYS[5]))
    assert [(line.get("Id"), line.get("LineNum"), line["Amount"]) for line in body["Line"]] == [
        ("2", 1, Decimal("5.00")),
        (None, None, Decimal("2.00")),
        (None, None, Decimal("7.25")),
    ]
    assert body["Line"][1]["SalesItemLineDetail"] == {"ItemRef": {"value": "21"}, "TaxCodeRef": {"value": "TAX"}}


def test_lines_that_a_caller_was_silent_about() -> None:
    fresh = LineChange(id="-1", changes={"item": Ref("21"), "amount": Decimal(2)})
    for kept, ids in (("plain", ["1", "2", "3", None, None, None]), ("groups", [None, "4"])):
        update = Update(
            resource="invoices",
            id="172",
            revision="",
            changes={"lines": (fresh,)},
            kept_lines=kept,  # type: ignore[arg-type]
        )
        assert [line.get("Id") for line in update_object(update, stored(), US).body["Line"]] == ids


def test_a_group_is_expanded_anew_only_where_it_must_be() -> None:
    words = LineChange(id="4", changes={"description": "Kit of two"}, is_group=True)
    group = updated((*STAYS[:3], words, *STAYS[4:]))["Line"][3]
    assert group == {**stored()["Line"][3], "Description": "Kit of two"}
    more = LineChange(id="4", changes={"quantity": Decimal(3)}, is_group=True)
    group = updated((*STAYS[:3], more, *STAYS[4:]))["Line"][3]
    assert group == {
        "Id": "4",
        "LineNum": 4,
        "Description": "Starter kit",
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": "31", "name": "Kit"}, "Quantity": Decimal(3)},
    }
    member = LineChange(id="4", changes={}, is_group=True, lines=(LineChange(id="6", changes={"rate": Decimal(6)}),))
    group = updated((*STAYS[:3], member, *STAYS[4:]))["Line"][3]
    assert [(line["Id"], line["Amount"]) for line in group["GroupLineDetail"]["Line"]] == [("6", Decimal("12.00"))]


def test_a_line_that_is_not_there() -> None:
    with pytest.raises(BooksRefused) as refusal:
        updated((LineChange(id="77", changes={}),))
    assert [(each.kind, each.place) for each in refusal.value.problems] == [("line_missing", ("lines", 0, "id"))]


def test_a_tax_of_intuits_is_worked_out_again() -> None:
    body = updated(STAYS, tax_mode="computed", tax_override=None)
    assert "TxnTaxDetail" not in body
    body = updated(tax_mode="none", tax_override=None)
    codes = [line.get("SalesItemLineDetail", {}).get("TaxCodeRef") for line in body["Line"]]
    assert codes == [{"value": "NON"}, {"value": "NON"}, None, None, None, {"value": "NON"}]
    assert "TxnTaxDetail" not in body
    assert updated(tax_override=Decimal("6.01"))["TxnTaxDetail"] == {"TotalTax": Decimal("6.01")}


def test_the_tax_code_goes_along_where_the_caller_chooses_it() -> None:
    legacy = Known(tax="legacy")
    draft = Invoice(customer=Ref("1"), sales_tax_item=Ref("3"), lines=(SalesLine(item=Ref("5"), amount=Decimal(1)),))
    body = create_object(Create(resource="invoices", draft=draft), legacy).body
    assert body["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "3"}}
    assert "TxnTaxDetail" not in create_object(Create(resource="invoices", draft=draft), US).body
    off = create_object(Create(resource="invoices", draft=INVOICE), Known(tax="none")).body
    assert "TxnTaxDetail" not in off
    assert all("TaxCodeRef" not in line.get("SalesItemLineDetail", {}) for line in off["Line"])


def test_an_override_by_rate_is_kept_or_made_anew() -> None:
    current = document("answers/invoice_ca.json")["Invoice"]
    current["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["OverrideDeltaAmount"] = Decimal("0.01")

    def changed(**changes: Any) -> Any:
        update = Update(resource="invoices", id="41", revision="0", changes=changes)
        return update_object(update, current, CANADA).body

    assert changed(memo="x")["TxnTaxDetail"] == current["TxnTaxDetail"]
    line = LineChange(id="1", changes={"amount": Decimal(20)})
    lines = changed(lines=(line, LineChange(id="2", changes={})), tax_override=Decimal("3.00"))["TxnTaxDetail"]
    assert [tax["Amount"] for tax in lines["TaxLine"]] == [Decimal("2.74"), Decimal("0.26")]
    assert "TxnTaxDetail" not in changed(tax_mode="computed", tax_override=None)
    assert changed(tax_mode="none", tax_override=None)["GlobalTaxCalculation"] == "NotApplicable"


def test_other_objects_are_updated_whole() -> None:
    customer = document("answers/customer.json")["Customer"]
    update = Update(
        resource="customers", id="59", revision="7", changes={"name": "CBR Tulsa 3", "phone": None, "is_active": False}
    )
    sent = update_object(update, customer, US)
    assert sent.entity.name == "Customer"
    expected = {**customer, "DisplayName": "CBR Tulsa 3", "Active": False}
    for key in (
        *("PrimaryPhone", "Balance", "BalanceWithJobs", "FullyQualifiedName", "Level"),
        *("MetaData", "domain", "sparse"),
    ):
        del expected[key]
    assert sent.body == expected


def test_an_item_keeps_the_details_that_are_not_named() -> None:
    item = document("answers/item.json")["Item"]
    changes = {"sales_and_purchase": {"sales_price": Decimal("3.75")}}
    update = Update(resource="non_inventory_items", id="22", revision="0", changes=changes)
    body = update_object(update, item, US).body
    assert (body["UnitPrice"], body["PurchaseCost"], body["IncomeAccountRef"]["value"]) == (
        Decimal("3.75"),
        Decimal("1.1"),
        "101",
    )


def test_a_payments_applications_are_replaced() -> None:
    payment = document("answers/payment.json")["Payment"]
    update = Update(resource="receive_payments", id="175", revision="0", changes={"applications": ()})
    body = update_object(update, payment, US).body
    assert (body["Line"], body["TotalAmt"], "UnappliedAmt" in body) == ([], Decimal("12.00"), False)


def test_voids() -> None:
    invoice = {"Id": "172", "SyncToken": "2", "DocNumber": "x"}
    sent = void_object(Void(resource="invoices", id="172"), invoice)
    assert (sent.body, sent.query) == ({"Id": "172", "SyncToken": "2"}, {"operation": "void"})
    sent = void_object(Void(resource="receive_payments", id="172"), invoice)
    assert sent.body == {"Id": "172", "SyncToken": "2", "sparse": True}
    assert sent.query == {"operation": "update", "include": "void"}
    with pytest.raises(BooksRefused):
        void_object(Void(resource="credit_memos", id="172"), invoice)


def test_deletions_and_what_is_made_inactive_instead() -> None:
    sent = delete_object(Delete(resource="invoices", id="172"), stored())
    assert (sent.body, sent.query) == ({"Id": "172", "SyncToken": "2"}, {"operation": "delete"})
    sent = delete_object(Delete(resource="standard_terms", id="6"), document("answers/term.json")["Term"])
    assert sent.query == {}
    assert (sent.body["Id"], sent.body["Name"], sent.body["Active"], sent.body["sparse"]) == (
        "6",
        "2% 10 Net 30",
        False,
        True,
    )


def test_names_must_be_looked_up_first() -> None:
    draft = Invoice(
        customer=Ref(None, "Acme"),
        shipping_method=Ref(None, "UPS"),
        lines=(SalesLine(item=Ref(None, "Work"), amount=Decimal(1), unit_of_measure="h"),),
    )
    with pytest.raises(BooksRefused) as refusal:
        create_object(Create(resource="invoices", draft=draft), US)
    found = [(each.place, each.values["thing"], each.values["value"]) for each in refusal.value.problems]
    assert found == [(("customer",), "customer", "Acme"), (("lines", 0, "item"), "service item", "Work")]


def test_what_intuit_does_not_make() -> None:
    with pytest.raises(BooksRefused):
        create_object(Create(resource="sales_tax_codes", draft=Class(name="x")), US)
