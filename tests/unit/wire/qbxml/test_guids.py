"""External ids of our own: made from the request's id, known without memory, shown to nobody."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.wire.qbxml.samples import draft_of, least_of
from tests.unit.wire.qbxml.test_write import response

from counterfoil.core.ids import random_uuid
from counterfoil.model.command import Create, Update
from counterfoil.model.lists import Class
from counterfoil.model.outcome import Done
from counterfoil.model.people import Customer
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.guids import guid_of, is_own_guid, own_guid
from counterfoil.wire.qbxml.messages import BY_RESOURCE, MAPS
from counterfoil.wire.qbxml.outcomes import outcome_of
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.table import Map
from counterfoil.wire.qbxml.tree import branch, fragment, leaf, parse
from counterfoil.wire.qbxml.write import request_document, request_node, request_root

REQUEST = "0199c0de-0000-7000-8000-000000000001"
CALLERS = "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"
WITH_A_PLACE = {
    "invoices",
    "credit_memos",
    "receive_payments",
    "estimates",
    "sales_receipts",
    "bills",
    "vendor_credits",
    "bill_payments",
    "time_activities",
    "customers",
    "vendors",
    "employees",
    "service_items",
    "non_inventory_items",
    "other_charge_items",
    "discount_items",
    "subtotal_items",
    "item_groups",
    "sales_tax_items",
    "sales_tax_group_items",
}
"""Those whose Add has an ExternalGUID in the vendor's list of messages."""


def test_they_are_told_from_others() -> None:
    own = own_guid(REQUEST)
    assert re.fullmatch(r"\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}", own)
    assert own == own_guid(REQUEST.upper()) == own_guid(REQUEST.replace("-", ""))
    assert all(is_own_guid(text) for text in (own, own.upper(), own.strip("{}"), f" {own} "))
    assert not any(is_own_guid(text) for text in (CALLERS, f"{{{CALLERS}}}", "", "0", own[:-2], own + "0"))


@given(st.uuids())
def test_a_callers_is_never_taken_for_one(value: UUID) -> None:
    assert not is_own_guid(str(value))
    assert is_own_guid(own_guid(str(value)))


@given(st.uuids(), st.integers(0, 127))
def test_one_changed_bit_makes_it_anothers(value: UUID, bit: int) -> None:
    own = UUID(own_guid(str(value)))
    assert not is_own_guid(str(UUID(int=own.int ^ 1 << bit)))


def test_many_requests_have_as_many() -> None:
    assert len({own_guid(random_uuid()) for _ in range(5000)}) == 5000


@pytest.mark.parametrize("table", [table for table in MAPS if "A" in table.verbs], ids=lambda table: table.name)
def test_every_add_that_has_a_place_for_it_carries_it(table: Map) -> None:
    made = draft_of(table)
    text = fragment(request_node(least_of(table), own_guid=own_guid(REQUEST)))
    assert (f"<ExternalGUID>{own_guid(REQUEST)}</ExternalGUID>" in text) == (made.resource in WITH_A_PLACE)
    assert own_guid(REQUEST) not in fragment(request_node(made, own_guid=own_guid(REQUEST))) or (
        made.resource not in WITH_A_PLACE
    )


def test_it_stands_where_the_order_wants_it() -> None:
    node = request_node(Create(resource="customers", draft=Customer(name="Kowalski")), own_guid=own_guid(REQUEST))
    assert [child.name for child in node.children[0].children] == ["Name", "ExternalGUID"]


def test_it_is_left_out_of_what_the_version_does_not_know_and_of_updates() -> None:
    draft = Create(resource="invoices", draft=Invoice(customer=Ref("8-1")))
    assert "ExternalGUID" not in fragment(request_node(draft, own_guid=own_guid(REQUEST), version="8.0"))
    update = Update(resource="invoices", id="1", revision="1", changes={"memo": "x"})
    assert "ExternalGUID" not in fragment(request_node(update, own_guid=own_guid(REQUEST)))
    assert "ExternalGUID" not in fragment(request_node(Create(resource="classes", draft=Class(name="N")), own_guid="x"))


def test_the_other_side_reads_it_as_any_external_id() -> None:
    draft = Invoice(customer=Ref("8-1"))
    node = request_node(Create(resource="invoices", draft=draft), own_guid=own_guid(REQUEST))
    (request,) = read_requests(parse(request_document(request_root([node])))).requests
    assert isinstance(request.asked, Create)
    assert request.asked.draft.external_id == own_guid(REQUEST).strip("{}")  # type: ignore[attr-defined]


def told(guid: str) -> object:
    outcome = outcome_of(response(f"<InvoiceRet><TxnID>1A-1</TxnID><ExternalGUID>{guid}</ExternalGUID></InvoiceRet>"))
    assert isinstance(outcome, Done)
    assert isinstance(outcome.result, Invoice)
    return outcome.result.external_id


def test_our_own_is_never_shown_as_the_callers() -> None:
    assert told(own_guid(REQUEST)) is None
    assert told(own_guid(REQUEST).upper()) is None
    assert told(f"{{{CALLERS.upper()}}}") == CALLERS


def test_recovery_sees_both() -> None:
    for guid in (own_guid(REQUEST), f"{{{CALLERS}}}"):
        assert guid_of(branch("InvoiceRet", leaf("ExternalGUID", guid.upper()))) == guid
    assert guid_of(branch("InvoiceRet", leaf("ExternalGUID", ""))) is None
    assert guid_of(branch("InvoiceRet")) is None


def test_the_tables_and_the_list_agree() -> None:
    have = {table.resource for table in MAPS if any(row.tag == "ExternalGUID" for row in table.part.rows)}
    assert have == WITH_A_PLACE
    assert set(BY_RESOURCE) > WITH_A_PLACE
