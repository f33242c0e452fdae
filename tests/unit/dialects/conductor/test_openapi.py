"""The document for machines."""

import json
from typing import Any

from counterfoil.dialects.conductor.openapi import document
from counterfoil.dialects.conductor.render import render
from counterfoil.dialects.conductor.tables import ROOT, TABLES
from counterfoil.model.sales import Invoice


def schema(name: str) -> Any:
    return document()["components"]["schemas"][name]


def test_it_is_plain_json_and_always_the_same() -> None:
    assert json.loads(json.dumps(document())) == document()
    assert document() is document()


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    named = {part.split('"')[0] for part in text.split('"$ref": "#/components/')[1:]}
    assert {
        kind for kind, _, name in (ref.partition("/") for ref in named) if name not in document()["components"][kind]
    } == set()


def test_every_verb_of_a_table_has_its_operation() -> None:
    paths = document()["paths"]
    assert set(paths[f"{ROOT}/invoices"]) == {"get", "post"}
    assert set(paths[f"{ROOT}/invoices/{{id}}"]) == {"get", "post", "delete"}
    assert set(paths[f"{ROOT}/invoices/{{id}}/void"]) == {"post"}
    assert set(paths[f"{ROOT}/company"]) == {"get"}
    assert f"{ROOT}/templates/{{id}}" not in paths
    assert f"{ROOT}/deleted-transactions" in paths


def test_bodies_say_what_is_required_and_allow_nothing_else() -> None:
    body = schema("qbd_invoice_create")
    assert body["required"] == ["customerId", "transactionDate"]
    assert body["additionalProperties"] is False
    assert body["properties"]["refNumber"] == {"type": "string", "maxLength": 11}
    assert body["properties"]["lines"]["minItems"] == 1
    assert "id" in schema("qbd_invoice_update")["properties"]["lines"]["items"]["required"]


def test_answers_require_every_key() -> None:
    told = schema("qbd_invoice")
    assert told["required"] == list(told["properties"]) == list(render(TABLES["invoices"], Invoice()))


def test_parameters_of_a_list() -> None:
    operation = document()["paths"][f"{ROOT}/invoices"]["get"]
    parameters = {parameter.get("name"): parameter for parameter in operation["parameters"]}
    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 150, "default": 150}
    assert parameters["customerIds"]["schema"]["type"] == "array"
    assert parameters["includeLineItems"]["schema"]["default"] is True
    assert parameters["paymentStatus"]["schema"]["enum"] == ["all", "paid", "not_paid"]
