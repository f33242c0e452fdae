"""The document for machines."""

import json

from counterfoil.dialects.qube.fields import INVOICE
from counterfoil.dialects.qube.openapi import document
from counterfoil.dialects.qube.queries import QUERIES


def test_every_reference_leads_somewhere() -> None:
    components = document(None)["components"]
    named = {part.split('"')[0] for part in json.dumps(document(None)).split('"$ref": "#/components/')[1:]}
    assert {ref for ref in named if ref.partition("/")[2] not in components[ref.partition("/")[0]]} == set()


def test_the_tables_are_described() -> None:
    described = document("https://books.example.com")
    assert described["servers"] == [{"url": "https://books.example.com"}]
    body = described["components"]["schemas"]["invoice"]
    assert list(body["properties"]) == [field.key for field in INVOICE.fields]
    assert body["required"] == ["customer_list_id", "transaction_date", "lines"]
    assert body["properties"]["ref_number"]["maxLength"] == 11
    for name, query in QUERIES.items():
        parameters = described["paths"][f"/api/v1/connections/{{connection_id}}/{name}"]["get"]["parameters"]
        assert len(parameters) == len(query.parameters) + 1
