"""Idempotency keys, and calls that are two commands."""

from typing import Any

from tests.acceptance.snapbooks.office import Office

INVOICE = "/api/v1/invoice"
KEY = {"Idempotency-Key": "k-1"}
BODY: dict[str, Any] = {"customerId": 59, "lineItems": [{"productService": 21, "billAmount": 10}]}
NEW: dict[str, Any] = {**BODY, "customerId": 99999, "createCustomer": True, "company": "Newcomer", "phone": "555"}


def count(office: Office, entity: str) -> int:
    answer = office.told("POST", "/v1/query", {"query": f"select count(*) from {entity}"})
    number: int = answer["totalCount"]
    return number


def test_a_repeated_create_makes_one_invoice(office: Office) -> None:
    before = count(office, "Invoice")
    body = {**BODY, "invoiceNumber": "AGAIN"}
    first = office.send("POST", INVOICE, body, headers=KEY)
    second = office.send("POST", "/v1/invoice", body, headers=KEY)
    assert second.json() == first.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert count(office, "Invoice") == before + 1


def test_a_key_with_another_request(office: Office) -> None:
    office.told("POST", INVOICE, BODY, headers=KEY)
    response = office.send("POST", INVOICE, {**BODY, "note": "other"}, headers=KEY)
    assert (response.status_code, response.json()["success"]) == (422, False)


def test_a_repeated_update_payment_void_and_deletion(office: Office) -> None:
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", INVOICE, {"invoiceNumber": "5882", "note": "x"}),
        ("POST", f"{INVOICE}/payment", {"invoiceNumber": "5882", "amount": 20}),
        ("PUT", "/api/v1/invoice-void", {"invoiceNumber": "5882"}),
        ("DELETE", INVOICE, {"invoiceNumber": "5882"}),
    ]
    for number, (method, path, body) in enumerate(calls):
        key = {"Idempotency-Key": f"again-{number}"}
        first = office.send(method, path, body, headers=key)
        second = office.send(method, path, body, headers=key)
        assert (first.status_code, second.status_code, second.json()) == (200, 200, first.json())
    assert count(office, "Payment") == 1
    assert office.send("DELETE", INVOICE, calls[3][2], headers={"Idempotency-Key": "fresh"}).status_code == 404


def test_a_customer_is_made_for_an_invoice(office: Office) -> None:
    told = office.told("POST", INVOICE, NEW, headers=KEY)
    assert [entry["code"] for entry in told["details"]] == ["CustomerCreated"]
    customer = told["invoice"]["CustomerRef"]
    (found,) = office.query(f"SELECT * FROM Customer WHERE Id = '{customer}'")
    assert (found["DisplayName"], found["PrimaryPhone"]["FreeFormNumber"]) == ("Newcomer", "555")
    again = office.told("POST", INVOICE, NEW, headers=KEY)
    assert (again["id"], again["invoice"]["CustomerRef"]) == (told["id"], customer)
    known = office.told("POST", INVOICE, {**NEW, "customerId": 59})
    assert (known["invoice"]["CustomerRef"], known["details"]) == ("59", [])


def test_a_sequence_that_stops_half_way_says_so(office: Office) -> None:
    before = count(office, "Invoice")
    wrong = {**NEW, "lineItems": [{"productService": 4711, "billAmount": 1}]}
    response = office.send("POST", INVOICE, wrong, headers=KEY)
    answer = response.json()
    assert (response.status_code, answer["outcome"]) == (400, "not_applied")
    assert answer["details"][-1]["code"] == "CustomerCreated"
    assert "Newcomer" in answer["message"]
    assert count(office, "Invoice") == before
    assert len(office.query("SELECT * FROM Customer WHERE DisplayName = 'newcomer'")) == 1
    repaired = office.told("POST", INVOICE, NEW, headers={"Idempotency-Key": "k-2"})
    assert repaired["details"] == []


def test_customers_and_vendors(office: Office) -> None:
    body = {
        "fullName": "Hillside School",
        "phone": "918",
        "email": "a@b.example",
        "billingAddress": "1 Hill",
        "billingCity": "Tulsa",
        "shippingCity": "Broken Arrow",
        "taxExempt": True,
        "taxExemptionReasonId": "7",
        "notes": "quiet",
    }
    told = office.told("POST", "/api/v1/customer", body)
    assert list(told) == ["success", "type", "message", "details", "id", "alreadyExisted"]
    assert told["alreadyExisted"] is False
    again = office.told("POST", "/api/v1/customer", body)
    assert (again["id"], again["alreadyExisted"]) == (told["id"], True)
    office.told("PUT", "/api/v1/customer", {"customerId": told["id"], "billingZip": 74103, "notes": ""})
    (found,) = office.query(f"select * from Customer where id = '{told['id']}'")
    assert (found["Taxable"], found["TaxExemptionReasonId"], found["Notes"]) == ("false", "7", None)
    assert (found["BillAddr"]["Line1"], found["BillAddr"]["PostalCode"]) == ("1 Hill", "74103")
    assert found["ShipAddr"]["City"] == "Broken Arrow"
    vendor = office.told(
        "POST", "/v1/vendor", {"fullName": "Paper Mill", "billingCountry": "US", "email": "p@m.example"}
    )
    office.told("PUT", "/v1/vendor", {"vendorId": vendor["id"], "fullName": "Paper Mill Ltd"})
    (known,) = office.query("select * from Vendor where DisplayName = 'Paper Mill Ltd'")
    assert (known["Id"], known["BillAddr"]["Country"]) == (vendor["id"], "US")
    taken = office.send("POST", "/v1/vendor", {"fullName": "Hillside School"})
    assert (taken.status_code, taken.json()["details"][0]["code"]) == (400, "6240")
    assert office.send("PUT", "/v1/customer", {"customerId": 987654}).status_code == 404
    assert office.send("POST", "/v1/customer", {"fullName": " "}).status_code == 400
