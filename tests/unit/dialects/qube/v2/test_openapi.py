"""The second version's document for machines."""

import json
from typing import Any, Final

from qubesync.operations import OPERATIONS as VENDORS

from counterfoil.dialects.qube.v2.openapi import document
from counterfoil.dialects.qube.v2.operations import OPERATIONS

DOCUMENT: Final[Any] = document("https://books.example.com")
BELOW: Final = "/api/v2/connections/{connection_id}/"


def test_every_reference_leads_somewhere() -> None:
    components = DOCUMENT["components"]
    named = {part.split('"')[0] for part in json.dumps(DOCUMENT).split('"$ref": "#/components/')[1:]}
    assert {ref for ref in named if ref.partition("/")[2] not in components[ref.partition("/")[0]]} == set()


def test_every_operation_that_is_served_is_described_at_the_vendors_address() -> None:
    for operation in OPERATIONS:
        vendors = VENDORS[operation.id]
        described = DOCUMENT["paths"].get(BELOW + vendors.path, {}).get(vendors.method.lower())
        assert (described is not None) is (operation.message is not None), operation.id


def test_an_invoice_and_a_query_of_invoices() -> None:
    create = DOCUMENT["paths"][f"{BELOW}invoices"]["post"]
    schema = create["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    properties = DOCUMENT["components"]["schemas"][schema]["properties"]
    assert {"customer_ref", "po_number", "invoice_line_add", "request_id", "include_ret_element"} <= set(properties)
    lines = properties["invoice_line_add"]["anyOf"][0]["items"]["properties"]
    assert {"item_ref", "quantity", "rate", "sales_tax_code_ref"} <= set(lines)
    names = {each.get("name") for each in DOCUMENT["paths"][f"{BELOW}invoices"]["get"]["parameters"]}
    assert {"iterator", "txn_id", "txn_date_range_filter[from_txn_date]", "entity_filter[list_id][]"} <= names
