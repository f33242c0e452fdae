"""What is asked of both twins: each story is a row of requests to one company, and the differences that it shows."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.golden.snapbooks.transcripts import transcript

INVOICE: Final = "/api/v1/invoice"
PRINTED: Final = sorted((Path(__file__).parents[2] / "golden" / "snapbooks").glob("*.http"))
Call = tuple[str, str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    calls: tuple[Call, ...]
    country: str = "US"
    shows: frozenset[str] = frozenset()


def create(country: str = "US", **values: Any) -> Call:
    usual = {"customerId": 59, "lineItems": [SOLD]} if country == "US" else {"customerId": 3, "lineItems": [PLANKS]}
    return ("POST", INVOICE, {**usual, **values})


def change(number: str, **values: Any) -> Call:
    return ("PUT", INVOICE, {"invoiceNumber": number, **values})


def search(number: str) -> Call:
    return ("GET", f"{INVOICE}?docNumber={number}", None)


def pay(number: str, **values: Any) -> Call:
    return ("POST", f"{INVOICE}/payment", {"invoiceNumber": number, **values})


def void(number: str) -> Call:
    return ("PUT", "/v1/invoice-void", {"invoiceNumber": number})


def delete(number: str) -> Call:
    return ("DELETE", INVOICE, {"invoiceNumber": number})


def query(text: str) -> Call:
    return ("POST", "/api/v1/query", {"query": text})


SOLD: Final = {"productService": 21, "billAmount": 10}
PLANKS: Final = {"productService": 12, "billAmount": 100}
RENEWED: Final = {
    "INVOICENUMBER": "INV-666666665346",
    "invoiceDate": "03/04/19",
    "customerId": "322",
    "termId": 5,
    "totalTaxOverride": "212.65",
    "shipAmount": 22.33,
    "shipTrackingNumber": "1Z",
    "shipDate": "2019-03-05",
    "shipMethod": "ups",
    "Note": "Claim",
    "lineItems": [
        {"code": "A4556", "productService": "5", "units": 2, "billAmount": "11.70", "taxable": False},
        {"code": "PPOAF", "productService": "5", "units": 1, "billAmount": 5, "taxable": True},
    ],
}
PERSON: Final = {
    "phone": "555 0100",
    "billingAddress": "1 Canal Road",
    "billingAddressTwo": "Suite 4",
    "billingCity": "Tulsa",
    "billingState": "OK",
    "billingZip": "74103",
    "notes": "by the bridge",
}


def _printed() -> tuple[Story, ...]:
    """The vendor's printed requests, each a story of its own, and after those that write a look at what is there."""
    found = []
    for file in PRINTED:
        asked = transcript(file)
        call = (asked.method, f"/api/v1{asked.path}", asked.body)
        looks: tuple[Call, ...] = ()
        if asked.status == 200 and asked.path.startswith("/invoice") and asked.method != "GET":
            looks = (search(str(json.loads(asked.body or "{}")["invoiceNumber"])),)
        shows = frozenset(SHOWN.get(file.stem, ()))
        found.append(Story(file.stem, (call, *looks), asked.company, shows))
    return tuple(found)


SHOWN: Final = {
    "payment": ("version",),
    "query_item": ("shipping item",),
    "update": ("shipping account", "description"),
}
STORIES: Final = (
    *_printed(),
    Story(
        "an invoice is made anew and again",
        (
            ("PUT", INVOICE, RENEWED),
            search("INV-666666665346"),
            change("INV-666666665346", shipAmount=4, note=""),
            search("INV-666666665346"),
            change("INV-666666665346", lineItems=[SOLD]),
            search("INV-666666665346"),
        ),
        shows=frozenset({"description", "shipping account", "ship method"}),
    ),
    Story(
        "a life",
        (
            create(invoiceNumber="A1", note="one", shipAmount=3, totalTaxOverride=2),
            change("A1", note="two"),
            search("A1"),
            pay("A1", amount=4, paymentReference="77", paymentMemo="thanks", paymentDate="12/18/26"),
            search("A1"),
            pay("A1", amount=400, paymentMethodId=2),
            search("A1"),
            query("SELECT * FROM Payment WHERE CustomerRef = '59'"),
            void("A1"),
            search("A1"),
            query("SELECT * FROM Customer WHERE Id = '59'"),
            delete("A1"),
            search("A1"),
        ),
        shows=frozenset({"description", "shipping account", "version"}),
    ),
    Story(
        "a life in Canada",
        (
            create(
                "CA",
                invoiceNumber="C1",
                shipAmount=10,
                shipTaxCodeRef=3,
                lineItems=[
                    {**PLANKS, "taxCodeRef": 5},
                    {**PLANKS, "taxCodeRef": "3"},
                    {**PLANKS, "taxCodeRef": "NON"},
                    PLANKS,
                ],
            ),
            search("C1"),
            create("CA", invoiceNumber="C2", lineItems=[{**PLANKS, "taxCodeRef": 4}]),
            change("C1", lineItems=[{**PLANKS, "taxCodeRef": 5}], note="x"),
            search("C1"),
            pay("C1", amount=13),
            search("C1"),
            create("CA", disableTax=True),
            create("CA", totalTaxOverride=1),
            create("CA", lineItems=[{**PLANKS, "taxCodeRef": "987654"}]),
            void("C1"),
            search("C1"),
            delete("C2"),
            search("C2"),
        ),
        "CA",
        frozenset({"description", "shipping account", "version"}),
    ),
    Story(
        "taxes",
        (
            create(),
            create(disableTax=True),
            create(totalTaxOverride=0),
            create(invoiceNumber="T1", totalTaxOverride="5.99", lineItems=[{**SOLD, "taxCodeRef": "NON"}]),
            create(invoiceNumber="T2", lineItems=[SOLD, {**SOLD, "taxCodeRef": "NON"}, {**SOLD, "taxable": True}]),
            change("T2", totalTaxOverride="1.23"),
            search("T2"),
            change("T2", note="the tax stays"),
            search("T2"),
            change("T2", disableTax=True),
            search("T2"),
            change("T2", lineItems=[SOLD]),
            search("T2"),
        ),
        shows=frozenset({"description"}),
    ),
    Story(
        "one number, two invoices",
        (
            create(invoiceNumber="TWIN"),
            create(invoiceNumber="TWIN"),
            search("TWIN"),
            change("TWIN", note="x"),
            pay("TWIN", amount=1),
            void("TWIN"),
            delete("TWIN"),
        ),
        shows=frozenset({"description"}),
    ),
    Story(
        "people",
        (
            ("POST", "/api/v1/customer", {"fullName": "Jane Roe", "taxExempt": True, "exemptReasonId": 9, **PERSON}),
            ("POST", "/api/v1/customer", {"fullName": "Jane Roe"}),
            query("SELECT * FROM Customer WHERE DisplayName = 'Jane Roe'"),
            ("PUT", "/api/v1/customer", {"customerId": 59, "phone": "22", "billingCity": "Jenks", "notes": ""}),
            query("SELECT * FROM Customer WHERE Id = '59'"),
            ("PUT", "/api/v1/customer", {"customerId": 4711, "phone": "22"}),
            ("POST", "/api/v1/vendor", {"fullName": "Acme Tools", "email": "desk@tools.example", **PERSON}),
            ("POST", "/api/v1/vendor", {"fullName": "Acme Tools"}),
            query("SELECT * FROM Vendor WHERE DisplayName = 'Acme Tools'"),
            ("PUT", "/api/v1/vendor", {"vendorId": 31, "phone": "22"}),
            query("SELECT * FROM Vendor WHERE Id = '31'"),
            ("PUT", "/api/v1/vendor", {"vendorId": 4711}),
            create(customerId=None, createCustomer=True, company="Brand New", address="1 Road", city="Tulsa"),
            query("SELECT * FROM Customer WHERE DisplayName = 'Brand New'"),
        ),
        shows=frozenset({"description"}),
    ),
    Story(
        "said beside the invoice",
        (
            create(
                invoiceNumber="B1", shipAmount=2, shipMethod="By bicycle", company="Shop", phone="1", address="9 Quay"
            ),
            search("B1"),
            create(invoiceNumber="B2", lineItems=[{"code": "paver", "billAmount": 3, "units": 3}], colour="red"),
            change("B1", shipMethod=""),
            search("B1"),
        ),
        shows=frozenset({"description", "shipping account"}),
    ),
    Story(
        "what is refused",
        (
            create(customerId=4711, termId=4712, lineItems=[{**SOLD, "classRef": "4713"}]),
            create(lineItems=[{"code": "nowhere", "billAmount": 3}]),
            create(lineItems=[{"billAmount": 3}]),
            create(lineItems=[]),
            create(invoiceNumber="x" * 22),
            create(totalTaxOverride=1.005),
            create(shipAmount=2, shipTaxCodeRef=5),
            pay("6777", amount=1, customerId=59),
            pay("6777", amount=0),
            pay("none", amount=1),
            delete("none"),
            void("none"),
            search("none"),
            query("SELECT * FROM Nonsense"),
            query("SELECT * FRO Invoice"),
            ("POST", "/api/v1/bill", {}),
        ),
        shows=frozenset({"words"}),
    ),
    *(
        Story(
            f"queries in {country}",
            (
                query("SELECT COUNT(*) FROM Invoice"),
                query("SELECT * FROM Invoice WHERE TxnDate > '2026-01-20' ORDERBY DocNumber"),
                query("SELECT Id, DocNumber, TotalAmt FROM Invoice WHERE TotalAmt > '100' MAXRESULTS 1000"),
                *(
                    query(f"SELECT * FROM {entity} MAXRESULTS 1000")
                    for entity in ("Item", "Customer", "Vendor", "Class", "Term", "PaymentMethod", "Account")
                ),
                *(
                    query(f"SELECT * FROM {entity} MAXRESULTS 1000")
                    for entity in ("TaxCode", "TaxRate", "Invoice", "Payment", "Preferences", "CompanyInfo")
                ),
            ),
            country,
            shows,
        )
        for country, shows in (
            ("US", frozenset({"shipping item", "agency", "version"})),
            ("CA", frozenset({"shipping item", "agency"})),
        )
    ),
)
