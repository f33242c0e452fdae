"""Invoices over SnapBooks' API: what is written is what is read, by number or by id."""

from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.snapbooks.office import LIMITS, Office, opened

from counterfoil.dialects.snapbooks.routes import Limits
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.values import Ref

INVOICE = "/api/v1/invoice"
LINE = {"productService": 21, "billAmount": 10}


def invoice(**values: Any) -> dict[str, Any]:
    return {"customerId": 59, "lineItems": [LINE], **values}


def found(office: Office, number: str) -> dict[str, Any]:
    told: dict[str, Any] = office.told("GET", f"{INVOICE}?docNumber={number}")["invoice"]
    return told


def codes(answer: dict[str, Any]) -> list[str]:
    return [entry["code"] for entry in answer["details"]]


def test_what_was_updated_is_found(office: Office) -> None:
    number = "INV-666666665346"
    lines = [
        {"code": "A4556", "productService": "5", "units": 2, "billAmount": "11.70", "taxable": False},
        {"code": "PPOAF", "productService": "5", "units": 1, "billAmount": 5, "taxable": True},
    ]
    body = {
        "INVOICENUMBER": number,
        "invoiceDate": "03/04/19",
        "customerId": "322",
        "termId": 5,
        "totalTaxOverride": "212.65",
        "shipAmount": 22.33,
        "shipTrackingNumber": "1Z",
        "shipDate": "2019-03-05",
        "shipMethod": "ups",
        "Note": "Claim",
        "lineItems": lines,
    }
    assert office.told("PUT", INVOICE, body) == {"success": True, "message": None, "details": []}
    told = found(office, number)
    assert (told["CustomerRef"], told["SalesTermRef"], told["CustomerMemo"]) == ("322", "5", "Claim")
    assert (told["TxnDate"], told["DueDate"]) == ("2019-03-04", "2019-03-19")
    assert (told["ShipMethodRef"], told["ShipDate"], told["TrackingNum"]) == ("UPS", "2019-03-05", "1Z")
    assert (told["TotalAmt"], told["TxnTaxDetail"]["TotalTax"]) == ("251.68", "212.65")
    first, second, subtotal, shipping = told["Line"]
    assert (first["SalesItemLineDetail"]["Qty"], first["SalesItemLineDetail"]["UnitPrice"]) == ("2", "5.85")
    assert [line["SalesItemLineDetail"]["TaxCodeRef"] for line in (first, second, shipping)] == ["NON", "TAX", "NON"]
    assert (subtotal["Amount"], subtotal["SubTotalLineDetail"]) == ("16.70", "")
    assert (shipping["Amount"], shipping["SalesItemLineDetail"]["ItemRef"]) == ("22.33", "SHIPPING_ITEM_ID")
    assert told["SyncToken"] != "0"
    assert office.violations() == []


def test_an_update_changes_what_it_names(office: Office) -> None:
    made = office.told("POST", INVOICE, invoice(invoiceNumber="A1", note="one", shipAmount=3, totalTaxOverride=2))
    office.told("PUT", INVOICE, {"invoiceNumber": "A1", "note": "two"})
    told = found(office, "A1")
    assert (told["CustomerMemo"], told["TotalAmt"], told["TxnTaxDetail"]["TotalTax"]) == ("two", "15.00", "2.00")
    assert [line["Id"] for line in told["Line"]] == [line["Id"] for line in made["invoice"]["Line"]]
    office.told("PUT", INVOICE, {"invoiceNumber": "A1", "shipAmount": 4, "note": ""})
    told = found(office, "A1")
    assert (told["CustomerMemo"], told["TotalAmt"]) == (None, "16.00")
    office.told("PUT", INVOICE, {"invoiceNumber": "A1", "lineItems": [LINE]})
    told = found(office, "A1")
    assert (told["TotalAmt"], told["TxnTaxDetail"]["TotalTax"]) == ("10.83", "0.83")


def test_no_tax(office: Office) -> None:
    told = office.told("POST", INVOICE, invoice(disableTax=True))["invoice"]
    assert (told["TotalAmt"], told["TxnTaxDetail"]["TotalTax"]) == ("10.00", "0")
    assert told["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == "NON"
    refused = office.send("POST", INVOICE, invoice(disableTax=True, totalTaxOverride=1))
    assert (refused.status_code, refused.json()["details"][0]["field"]) == (400, "disableTax")


def test_numbers_count_on(office: Office) -> None:
    first = office.told("POST", INVOICE, invoice())
    second = office.told("POST", INVOICE, invoice())
    assert (first["docNumber"], second["docNumber"]) == ("1001", "1002")
    assert first["details"] == []


def test_a_number_of_their_own(tmp_path: Path) -> None:
    limits = Limits(LIMITS.max_body, LIMITS.max_lines, LIMITS.timeout, custom_numbers=True)
    with opened(tmp_path / "data", limits) as office:
        told = office.told("POST", INVOICE, invoice())
        assert (told["docNumber"], codes(told)) == (None, ["NoDocNumber"])
        preferences = office.query("select SalesFormsPrefs from Preferences")[0]
        assert preferences["SalesFormsPrefs"]["CustomTxnNumbers"] == "true"


def test_a_number_that_several_have(office: Office) -> None:
    first = office.told("POST", INVOICE, invoice(invoiceNumber="TWIN"))
    assert first["details"] == []
    second = office.told("POST", INVOICE, invoice(invoiceNumber="TWIN"))
    assert codes(second) == ["DuplicateDocNumber"]
    ids = {first["id"], second["id"]}
    named = {"invoiceNumber": "TWIN"}
    for method, path, body in (
        ("GET", f"{INVOICE}?docNumber=TWIN", None),
        ("PUT", INVOICE, {**named, "note": "x"}),
        ("PUT", "/v1/invoice-void", named),
        ("DELETE", INVOICE, named),
        ("POST", "/v1/invoice/payment", {**named, "amount": 1}),
    ):
        response = office.send(method, path, body)
        assert (response.status_code, response.json()["type"]) == (409, "Conflict")
        assert {entry["id"] for entry in response.json()["details"]} == ids
    office.told("PUT", INVOICE, {"id": second["id"], "invoiceNumber": "ALONE"})
    assert found(office, "ALONE")["Id"] == second["id"]
    assert office.told("DELETE", f"{INVOICE}?id={first['id']}")["id"] == first["id"]


def test_void_keeps_the_invoice(office: Office) -> None:
    office.told("POST", INVOICE, invoice(invoiceNumber="V1", totalTaxOverride=5))
    office.told("POST", f"{INVOICE}/payment", {"invoiceNumber": "V1", "amount": 4})
    assert office.told("PUT", "/v1/invoice-void", {"invoiceNumber": "V1"})["message"] is None
    told = found(office, "V1")
    assert (told["TotalAmt"], told["Balance"], told["PrivateNote"]) == ("0", "0", "Voided")
    assert told["TxnTaxDetail"]["TotalTax"] == "0"
    (payment,) = office.query("SELECT * FROM Payment")
    assert (payment["UnappliedAmt"], payment["Line"]) == ("4.00", None)
    assert office.violations() == []


def test_payments(office: Office) -> None:
    office.told("POST", INVOICE, invoice(invoiceNumber="P1", disableTax=True))
    (check,) = office.query("SELECT * FROM paymentMethod WHERE Name = 'check'")
    body = {"invoiceNumber": "P1", "amount": "12.50", "paymentMethodId": check["Id"], "paymentMemo": "thanks"}
    told = office.told("POST", f"{INVOICE}/payment", body)
    payment = told["payment"]
    assert (told["totalAmount"], payment["UnappliedAmt"], codes(told)) == ("12.50", "2.50", ["Unapplied"])
    assert (payment["PaymentMethodRef"], payment["PrivateNote"]) == (check["Id"], "thanks")
    assert payment["Line"]["LinkedTxn"]["TxnId"] == found(office, "P1")["Id"]
    wrong = office.send("POST", f"{INVOICE}/payment", {"invoiceNumber": "5882", "amount": 1, "customerId": 59})
    assert (wrong.status_code, wrong.json()["type"], wrong.json()["details"][0]["code"]) == (400, "QuickBooks", "620")
    for amount in (0, -1, "1.001", "x", True):
        response = office.send("POST", f"{INVOICE}/payment", {"invoiceNumber": "5882", "amount": amount})
        assert (response.status_code, response.json()["type"]) == (400, "Validation")
    assert office.violations() == []


def test_a_method_of_shipping_that_no_list_has(office: Office) -> None:
    told = office.told("POST", INVOICE, invoice(shipAmount=2, shipMethod="By bicycle"))
    assert (told["details"], told["invoice"]["ShipMethodRef"]) == ([], "By bicycle")
    refused = office.send("POST", INVOICE, invoice(shipAmount=2, shipTaxCodeRef=5))
    assert refused.json()["details"][0]["field"] == "shipTaxCodeRef"


def test_shipping_makes_its_item_once(office: Office) -> None:
    details = SalesOrPurchase(posting_account=Ref(full_name="Sales"))
    office.begin("new", ServiceItem(name="Work", sales_or_purchase=details))
    lines = [{"code": "Work", "billAmount": 5}]
    body = {"createCustomer": True, "company": "First", "lineItems": lines, "shipAmount": 2}
    first = office.told("POST", INVOICE, body, company="new")
    assert sorted(codes(first)) == ["CustomerCreated", "ShippingItemCreated"]
    second = office.told("POST", INVOICE, body, company="new")
    assert (codes(second), second["totalAmount"]) == ([], "7.00")
    (item,) = office.query("SELECT * FROM Item WHERE Name = 'Shipping'", company="new")
    (account,) = office.query(f"SELECT * FROM Account WHERE Id = '{item['IncomeAccountRef']}'", company="new")
    assert account["Name"] == "Shipping and Delivery Income"


def test_canadian_lines_are_taxed_by_code(office: Office) -> None:
    line = {"productService": 12, "billAmount": 100}
    lines = [{**line, "taxCodeRef": 5}, {**line, "taxCodeRef": "3"}, {**line, "taxCodeRef": "NON"}, line]
    body = {"customerId": 3, "lineItems": lines, "shipAmount": 10, "shipTaxCodeRef": 3}
    told = office.told("POST", INVOICE, body, company="CA")["invoice"]
    taxes = {line["TaxLineDetail"]["TaxPercent"]: line["Amount"] for line in told["TxnTaxDetail"]["TaxLine"]}
    assert taxes == {"13": "26.00", "5": "5.50"}
    assert told["CurrencyRef"] == "CAD"
    refused = office.send("POST", INVOICE, {**body, "totalTaxOverride": 1}, company="CA")
    assert (refused.status_code, refused.json()["details"][0]["field"]) == (400, "totalTaxOverride")


def test_a_tax_rate_stands_for_its_only_code(office: Office) -> None:
    rates = {rate["Name"]: rate["Id"] for rate in office.query("SELECT * FROM TaxRate", company="CA")}
    body = {"customerId": 3, "lineItems": [{"productService": 12, "billAmount": 100}]}
    body["lineItems"][0]["taxCodeRef"] = rates["HST ON 13%"]  # type: ignore[index]
    told = office.told("POST", INVOICE, body, company="CA")["invoice"]
    assert told["TxnTaxDetail"]["TotalTax"] == "13.00"
    body["lineItems"][0]["taxCodeRef"] = "987654"  # type: ignore[index]
    assert office.send("POST", INVOICE, body, company="CA").status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customerId": 59}, "lineItems"),
        ({"customerId": 59, "lineItems": []}, "lineItems"),
        ({"lineItems": [LINE]}, "customerId"),
        ({"customerId": 59, "lineItems": [{"billAmount": 1}]}, "lineItems[0].productService"),
        (invoice(invoiceNumber=1.5), "invoiceNumber"),
        (invoice(invoiceNumber=True), "invoiceNumber"),
        (invoice(invoiceNumber="x" * 22), "invoiceNumber"),
        (invoice(invoiceDate="31/12/2022"), "invoiceDate"),
        (invoice(totalTaxOverride=1.005), "totalTaxOverride"),
        (invoice(address="x " * 150), "address"),
        (invoice(lineItems=[{**LINE, "taxCodeRef": "7"}]), "lineItems[0].taxCodeRef"),
        (invoice(createCustomer=True, customerId=None), "company"),
    ],
)
def test_what_is_wrong_is_told_where(office: Office, body: dict[str, Any], field: str) -> None:
    response = office.send("POST", INVOICE, body)
    answer = response.json()
    assert (response.status_code, answer["success"], answer["type"]) == (400, False, "Validation")
    assert field in [entry["field"] for entry in answer["details"]]


def test_numbers_that_nobody_has(office: Office) -> None:
    body = invoice(customerId=4711, termId=4712, lineItems=[{**LINE, "classRef": "4713"}])
    response = office.send("POST", INVOICE, body)
    elements = {entry["element"]: entry for entry in response.json()["details"]}
    assert (response.status_code, set(elements)) == (400, {"customerId", "termId", "lineItems[0].classRef"})
    assert {entry["code"] for entry in elements.values()} == {"2500"}


def test_unknown_keys_are_ignored_and_told(office: Office) -> None:
    told = office.told("POST", INVOICE, invoice(totalTaxOveride=5, lineItems=[{**LINE, "color": "red"}]))
    assert [entry["field"] for entry in told["details"]] == ["totalTaxOveride", "lineItems[0].color"]
    assert "totalTaxOverride" in told["details"][0]["message"]


def test_a_line_by_its_code(office: Office) -> None:
    told = office.told("POST", INVOICE, invoice(lineItems=[{"code": "paver", "billAmount": 3, "units": 3}]))
    detail = told["invoice"]["Line"][0]["SalesItemLineDetail"]
    assert (detail["ItemRef"], detail["UnitPrice"], detail["Qty"]) == ("5", "1", "3")
