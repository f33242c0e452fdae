"""The document for machines."""

import json
from typing import Any

from counterfoil.dialects.snapbooks.objects import INVOICE
from counterfoil.dialects.snapbooks.openapi import document
from counterfoil.dialects.snapbooks.operations import OPERATIONS


def schema(name: str) -> Any:
    return document()["components"]["schemas"][name]


def test_it_is_plain_json_and_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    assert json.loads(text) == document()
    named = {part.split('"')[0] for part in text.split('"$ref": "#/components/')[1:]}
    components = document()["components"]
    assert {ref for ref in named if ref.split("/")[1] not in components[ref.split("/")[0]]} == set()


def test_every_operation_is_described() -> None:
    paths = document()["paths"]
    assert {(path, method) for path, methods in paths.items() for method in methods} == {
        (f"/api/v1{operation.path}", operation.method.lower()) for operation in OPERATIONS
    }
    assert paths["/api/v1/invoice"]["get"]["parameters"][0]["name"] == "docNumber"
    assert "requestBody" not in paths["/api/v1/invoice"]["get"]


def test_requests_and_answers() -> None:
    assert schema("customer_update")["required"] == ["customerId"]
    assert schema("payment_create")["properties"]["vqbPaymentMemo"]["maxLength"] == 4000
    assert schema("invoice_create")["properties"]["lineItems"]["items"]["required"] == ["billAmount"]
    assert schema("Invoice")["required"] == list(INVOICE.keys)
    answer = document()["paths"]["/api/v1/invoice"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["required"] == [
        "success",
        "type",
        "message",
        "details",
        "id",
        "docNumber",
        "totalAmount",
        "txnDate",
        "dueDate",
        "invoice",
    ]
