"""The query language against the books."""

import pytest
from tests.acceptance.snapbooks.office import Office

from counterfoil.dialects.snapbooks.objects import SHAPES
from counterfoil.wire.qbo.entities import ENTITIES
from counterfoil.wire.qbo.table import Entity

SERVED = [entity for entity in ENTITIES if entity.name in SHAPES]
INVOICE = "/api/v1/invoice"


def test_conditions_order_and_pages(office: Office) -> None:
    for number, day in (("Q1", "1/5/2024"), ("Q2", "1/6/2024"), ("q3", "1/7/2024")):
        line = {"productService": 21, "billAmount": 10}
        office.told(
            "POST", INVOICE, {"invoiceNumber": number, "customerId": 59, "invoiceDate": day, "lineItems": [line]}
        )

    def numbers(where: str) -> list[str]:
        return [each["DocNumber"] for each in office.query(f"SELECT * FROM Invoice {where}")]

    assert numbers("WHERE CustomerRef = '59'") == ["Q1", "Q2", "q3"]
    assert numbers("WHERE TxnDate >= '2024-01-06' AND TxnDate < '2024-01-07'") == ["Q2"]
    assert numbers("WHERE DocNumber LIKE 'q%' ORDERBY TxnDate DESC MAXRESULTS 2") == ["q3", "Q2"]
    assert numbers("WHERE DocNumber LIKE 'Q%' ORDER BY TxnDate STARTPOSITION 2 MAXRESULTS 1") == ["Q2"]
    assert numbers("WHERE DocNumber = 'Q3'") == ["q3"]
    assert numbers("WHERE DocNumber IN ('5882', 'Q1')") == ["5882", "Q1"]
    assert numbers("WHERE CustomerRef = '59' AND Balance > '10.82' AND TotalAmt != 5") == ["Q1", "Q2", "q3"]
    assert numbers("WHERE MetaData.CreateTime < '2020-01-01T00:00:00-08:00'") == []
    assert numbers("WHERE MetaData.CreateTime > '2020-01-01T00:00:00-08:00' MAXRESULTS 1") == ["5882"]


def test_properties_and_counts(office: Office) -> None:
    (told,) = office.query("SELECT DisplayName FROM Customer WHERE Id = '59'")
    assert {key for key, value in told.items() if value is not None} == {"DisplayName", "Id", "SyncToken"}
    answer = office.told("POST", "/v1/query", {"Query": "select count(*) from invoice where TotalAmt = 150.00"})
    assert (answer["totalCount"], answer["data"]) == (4, [])
    assert office.told("POST", "/v1/query", {"query": "SELECT COUNT(*) FROM Invoice"})["totalCount"] == 4


@pytest.mark.parametrize("company", ["US", "CA"])
@pytest.mark.parametrize("entity", SERVED, ids=[entity.name for entity in SERVED])
def test_every_entity_answers_in_both_countries(office: Office, company: str, entity: Entity) -> None:
    told = office.told("POST", "/v1/query", {"query": f"SELECT * FROM {entity.name}"}, company=company)
    assert told["data"] or entity.name in ("Payment", "Invoice")
    assert all(each["Id"] for each in told["data"])


def test_tax_codes_of_both_countries(office: Office) -> None:
    names = [each["Id"] for each in office.query("SELECT * FROM TaxCode")]
    assert names[:2] == ["TAX", "NON"]
    codes = {each["Id"]: each for each in office.query("SELECT * FROM TaxCode", company="CA")}
    assert (codes["5"]["Name"], codes["3"]["Name"]) == ("H", "G")
    rates = {each["Id"]: each["RateValue"] for each in office.query("SELECT * FROM TaxRate", company="CA")}
    assert rates[codes["5"]["SalesTaxRateList"]["TaxRateDetail"]["TaxRateRef"]] == "13"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT * FROM Bill", "4001"),
        ("SELECT * FROM Customer WHERE Shoe = '1'", "4001"),
        ("SELECT * FROM Customer STARTPOSITION 0", "4001"),
        ("DELETE FROM Customer", "4000"),
        ("SELECT * FROM Customer; DROP TABLE Customer", "4000"),
    ],
)
def test_faults(office: Office, text: str, code: str) -> None:
    response = office.send("POST", "/api/v1/query", {"query": text})
    assert (response.status_code, response.json()["details"][0]["code"]) == (400, code)
