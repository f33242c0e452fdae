"""Parameters → qbXML, written out by hand on the other side."""

from decimal import Decimal
from typing import Any, Final

import pytest

from counterfoil.core.errors import Invalid
from counterfoil.dialects.qube.v2.elements import key_of, operation_document
from counterfoil.dialects.qube.v2.operations import OPERATIONS
from counterfoil.dialects.qube.v2.parameters import nested

BY_ID: Final = {operation.id: operation for operation in OPERATIONS}
ACME: Final = {"list_id": "80000001-1234567890"}


def written(operation: str, given: dict[str, Any]) -> tuple[str, bool]:
    """What stands within the message set, and whether pages are asked for."""
    message = BY_ID[operation].message
    assert message is not None
    document, iterates = operation_document(message, given)
    return document.decode().partition('onError="stopOnError">')[2].removesuffix("</QBXMLMsgsRq></QBXML>"), iterates


def refused(operation: str, given: dict[str, Any]) -> dict[tuple[str | int, ...], str]:
    """Kinds of problems by their places."""
    with pytest.raises(Invalid) as refusal:
        written(operation, given)
    return {problem.place: problem.kind for problem in refusal.value.problems}


def test_names_of_elements() -> None:
    spelled = {
        "PONumber": "po_number",
        "FOB": "fob",
        "ARAccountRef": "ar_account_ref",
        "TxnLineID": "txn_line_id",
        "OverrideUOMSetRef": "override_uom_set_ref",
        "ListIDWithChildren": "list_id_with_children",
        "Addr1": "addr1",
        "ExternalGUID": "external_guid",
    }
    assert {tag: key_of(tag) for tag in spelled} == spelled


def test_an_invoice_in_qbxmls_order_whatever_order_it_came_in() -> None:
    given = {
        "invoice_line_add": [
            {"amount": Decimal("25"), "item_ref": {"full_name": "Nuts & bolts"}, "quantity": 2},
            {"desc": "only a text"},
        ],
        "is_pending": False,
        "po_number": "P-7",
        "txn_date": "2026-06-02",
        "customer_ref": ACME,
        "bill_address": {"city": "Austin", "addr1": "123 Main St"},
        "request_id": "7",
        "memo": None,
        "include_ret_element": ["TxnID", "RefNumber"],
    }
    assert written("invoice.create", given) == (
        '<InvoiceAddRq requestID="7"><InvoiceAdd><CustomerRef><ListID>80000001-1234567890</ListID></CustomerRef>'
        "<TxnDate>2026-06-02</TxnDate><BillAddress><Addr1>123 Main St</Addr1><City>Austin</City></BillAddress>"
        "<IsPending>false</IsPending><PONumber>P-7</PONumber>"
        "<InvoiceLineAdd><ItemRef><FullName>Nuts &amp; bolts</FullName></ItemRef><Quantity>2</Quantity>"
        "<Amount>25.00</Amount></InvoiceLineAdd><InvoiceLineAdd><Desc>only a text</Desc></InvoiceLineAdd></InvoiceAdd>"
        "<IncludeRetElement>TxnID</IncludeRetElement><IncludeRetElement>RefNumber</IncludeRetElement></InvoiceAddRq>",
        False,
    )


def test_what_is_empty_clears_in_an_update() -> None:
    given = {"txn_id": "1A-1", "edit_sequence": "16", "memo": "", "class_ref": {}}
    assert written("invoice.update", given)[0] == (
        "<InvoiceModRq><InvoiceMod><TxnID>1A-1</TxnID><EditSequence>16</EditSequence><ClassRef></ClassRef>"
        "<Memo></Memo></InvoiceMod></InvoiceModRq>"
    )


def test_deletions_and_voidings() -> None:
    void = written("txn_void.execute", {"txn_id": "1A-1", "txn_void_type": "Invoice"})[0]
    assert void == "<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>1A-1</TxnID></TxnVoidRq>"
    gone = written("list.delete", {"list_id": "8-1", "list_del_type": "Customer"})[0]
    assert gone == "<ListDelRq><ListDelType>Customer</ListDelType><ListID>8-1</ListID></ListDelRq>"


@pytest.mark.parametrize(
    ("pairs", "size", "iterates"),
    [
        ([], 100, True),
        ([("include_line_items", "true")], 25, True),
        ([("include_linked_txns", "true")], 25, True),
        ([("iterator", "true"), ("max_returned", "40")], 40, True),
        ([("max_returned", "40")], 40, False),
        ([("iterator", "false")], None, False),
        ([("iterator", "false"), ("max_returned", "3")], 3, False),
        ([("ref_number", "A"), ("ref_number", "B")], None, False),
        ([("txn_id", "1-1")], None, False),
        ([("meta_data", "MetaDataOnly")], None, False),
    ],
)
def test_which_queries_are_answered_page_by_page(
    pairs: list[tuple[str, str]], size: int | None, iterates: bool
) -> None:
    text, told = written("invoice.query", nested(pairs))
    assert told is iterates
    assert ('iterator="Start"' in text) is iterates
    assert (f"<MaxReturned>{size}</MaxReturned>" in text) if size else ("MaxReturned" not in text)


def test_nested_filters_of_a_query() -> None:
    pairs = [
        ("txn_date_range_filter[to_txn_date]", "2026-02-01"),
        ("txn_date_range_filter[from_txn_date]", "2026-01-01"),
        ("entity_filter[list_id][]", "8-1"),
        ("entity_filter[list_id][]", "8-2"),
        ("paid_status", "NotPaidOnly"),
        ("max_returned", "5"),
    ]
    assert written("invoice.query", nested(pairs))[0] == (
        "<InvoiceQueryRq><MaxReturned>5</MaxReturned><TxnDateRangeFilter><FromTxnDate>2026-01-01</FromTxnDate>"
        "<ToTxnDate>2026-02-01</ToTxnDate></TxnDateRangeFilter><EntityFilter><ListID>8-1</ListID><ListID>8-2</ListID>"
        "</EntityFilter><PaidStatus>NotPaidOnly</PaidStatus></InvoiceQueryRq>"
    )


def test_the_names_that_only_the_query_of_customers_has() -> None:
    pairs = [("name_contains", "ac"), ("include", "ListID"), ("include", "Name"), ("iterator", "false")]
    assert written("customer.query", nested(pairs))[0] == (
        "<CustomerQueryRq><NameFilter><MatchCriterion>Contains</MatchCriterion><Name>ac</Name></NameFilter>"
        "<IncludeRetElement>ListID</IncludeRetElement><IncludeRetElement>Name</IncludeRetElement></CustomerQueryRq>"
    )
    span = [("name_range[from]", "A"), ("name_range[to]", "M"), ("max_returned", "2")]
    assert (
        "<NameRangeFilter><FromName>A</FromName><ToName>M</ToName></NameRangeFilter>"
        in written("customer.query", nested(span))[0]
    )
    two = [("name_contains", "a"), ("name_starts_with", "b")]
    assert refused("customer.query", nested(two)) == {("name_starts_with",): "exclusive"}


def test_every_problem_is_told_at_its_place() -> None:
    given = {
        "txn_date": "02.06.2026",
        "emial": 1,
        "print_as": "x",
        "customer_ref": "Acme",
        "po_number": "x" * 26,
        "is_pending": "perhaps",
        "bill_address": {"street": "x"},
        "is_tax_included": True,
        "invoice_line_add": [
            {"rate": "1", "rate_percent": "2"},
            {"rate": "x", "amount": Decimal("1.005")},
            7,
            {"item_ref": {"id": "8-1"}, "is_taxable": True},
        ],
    }
    assert refused("invoice.create", given) == {
        ("emial",): "unknown_field",
        ("print_as",): "not_served",
        ("is_tax_included",): "not_served",
        ("customer_ref",): "wrong_type",
        ("txn_date",): "wrong_type",
        ("po_number",): "too_long",
        ("is_pending",): "wrong_type",
        ("bill_address", "street"): "unknown_field",
        ("invoice_line_add", 0, "rate_percent"): "exclusive",
        ("invoice_line_add", 1, "rate"): "wrong_type",
        ("invoice_line_add", 1, "amount"): "out_of_range",
        ("invoice_line_add", 2): "wrong_type",
        ("invoice_line_add", 3, "item_ref", "id"): "unknown_field",
        ("invoice_line_add", 3, "is_taxable"): "not_served",
    }


def test_an_iterator_and_names_exclude_one_another() -> None:
    assert refused("invoice.query", nested([("ref_number", "A"), ("iterator", "true")])) == {("iterator",): "exclusive"}
    assert refused("account.query", {"iterator": "true"}) == {("iterator",): "unknown_field"}
    assert refused("invoice.query", {"iterator": "often"}) == {("iterator",): "wrong_type"}


def test_characters_that_no_document_holds() -> None:
    assert refused("customer.create", {"name": "a\x01b"}) == {("name",): "wrong_type"}


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("a", "1")], {"a": "1"}),
        ([("a", "1"), ("a", "2")], {"a": ["1", "2"]}),
        ([("a[]", "1")], {"a": ["1"]}),
        ([("a[0]", "1"), ("a[1]", "2")], {"a": ["1", "2"]}),
        ([("a[b]", "1"), ("a[c][]", "2"), ("a[c][]", "3")], {"a": {"b": "1", "c": ["2", "3"]}}),
    ],
)
def test_parameters_of_an_address(pairs: list[tuple[str, str]], found: dict[str, Any]) -> None:
    assert nested(pairs) == found


@pytest.mark.parametrize(
    "names",
    [["a[b"], ["a]"], ["[]"], [""], ["a[][b]"], ["a", "a[b]"], ["a[b]", "a"], ["a" * 300], ["a" + "[b]" * 9]],
)
def test_parameters_that_are_none(names: list[str]) -> None:
    with pytest.raises(Invalid):
        nested([(name, "1") for name in names])
