"""Answers of any shape: read, or known to be unreadable."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.wire.qbo.test_asked import ANYTHING, CANADA, KNOWN, LINES

from counterfoil.model.company import Preferences, SalesTax
from counterfoil.model.items import OtherChargeItem
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.sales import Invoice
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.bodies import decoded, encoded
from counterfoil.wire.qbo.entities import BY_NAME, ENTITIES
from counterfoil.wire.qbo.faults import read_fault
from counterfoil.wire.qbo.read import UNREADABLE
from counterfoil.wire.qbo.table import Known
from counterfoil.wire.qbo.write import entity_object


@pytest.mark.parametrize("entity", ENTITIES, ids=[entity.name for entity in ENTITIES])
def test_an_answer_is_an_object_or_unreadable(entity: Any) -> None:
    keys = sorted({row.key for row in entity.rows} | {"Id", "SyncToken", "Type"})

    @given(body=st.dictionaries(st.sampled_from(keys), ANYTHING), lines=st.none() | LINES, canadian=st.booleans())
    @settings(max_examples=120, deadline=None)
    def check(body: dict[str, Any], lines: Any, canadian: bool) -> None:
        if lines is not None and "Line" in keys:
            body = {**body, "Line": lines}
        try:
            found = object_of(entity, body, CANADA if canadian else KNOWN)
        except UNREADABLE:
            return
        assert isinstance(found, Resource)

    check()


@given(body=st.binary(max_size=60) | st.text("<>/FaultError{}[]\"': ,", max_size=60).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_fault_or_none(body: bytes) -> None:
    assert read_fault(200, "application/json", body) is None or b"ault" in body
    fault = read_fault(500, "text/xml", body)
    assert fault is not None
    assert fault.kind in ("system", "validation")


def test_numbers_are_exact_on_both_ways() -> None:
    body = decoded(b'{"a": 0.1, "b": 12345678901234567890.12345, "c": 7, "d": [1e2]}')
    assert body == {"a": Decimal("0.1"), "b": Decimal("12345678901234567890.12345"), "c": 7, "d": [Decimal(100)]}
    assert encoded({"a": Decimal("0.10"), "b": Decimal("-3")}) == b'{"a":0.10,"b":-3}'


def test_books_with_ids_of_their_own() -> None:
    known = Known(
        preferences=Preferences(
            sales_tax=SalesTax(default_taxable_sales_tax_code=Ref("T"), default_non_taxable_sales_tax_code=Ref("N"))
        ),
        numbers={"names": {"C": "59"}, "items": {"S": "40"}, "transactions": {"1A-7": "172"}},
        shipping_item="Shipping",
        currencies={"$": "USD"},
        tax_codes={"T": SalesTaxCode(id="T", name="Tax", is_taxable=True)},
    )
    given = {
        "Id": "172",
        "SyncToken": "0",
        "CustomerRef": {"value": "59"},
        "CurrencyRef": {"value": "USD"},
        "Line": [
            {
                "Id": "1",
                "Amount": 5,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}, "TaxCodeRef": {"value": "TAX"}},
            }
        ],
    }
    found: Any = object_of(BY_NAME["invoice"], given, known)
    assert (found.id, found.customer, found.currency) == ("1A-7", Ref("C"), Ref("$"))
    assert (found.lines[0].item, found.lines[0].sales_tax_code) == (Ref(None, "Shipping"), Ref("T"))
    code: Any = object_of(BY_NAME["taxcode"], {"Id": "NON", "Name": "NON", "Taxable": False}, known)
    assert (code.id, code.is_taxable) == ("N", False)


def test_lines_of_books_whose_ids_are_intuits() -> None:
    item = Ref("SHIPPING_ITEM_ID", "SHIPPING_ITEM_ID")
    given = {
        "Id": "145",
        "Line": [
            {
                "Id": "4",
                "Amount": 5,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
            },
        ],
    }
    found: Any = object_of(BY_NAME["invoice"], given, Known())
    assert found.lines[0].item == item
    told = entity_object(BY_NAME["invoice"], found, Known())
    assert told["Line"][-1]["Id"] == "4"
    assert told["Line"][-1]["SalesItemLineDetail"]["ItemRef"] == {"value": item.id, "name": item.full_name}


def test_what_is_told_of_books_comes_back() -> None:
    item = OtherChargeItem(id="S", name="Freight", full_name="Freight", sales_tax_code=Ref("N"))
    told = entity_object(BY_NAME["item"], item, KNOWN)
    back: Any = object_of(BY_NAME["item"], told, KNOWN, resource="other_charge_items")
    assert (type(back), back.name, back.sales_tax_code) == (OtherChargeItem, "Freight", Ref("N"))
    voided = Invoice(id="1A-7", is_void=True, memo="VOID: wrong", total_amount=Decimal(0), customer=Ref("C"))
    again: Any = object_of(BY_NAME["invoice"], entity_object(BY_NAME["invoice"], voided, KNOWN), KNOWN)
    assert (again.is_void, again.memo, again.id) == (True, "VOID: wrong", "1A-7")
