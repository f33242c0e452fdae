"""Totals three times: sums worked out by hand, from what each dialect sends."""

import json
from decimal import Decimal

import pytest
from msgspec import structs

from counterfoil.model.lines import SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.web.proof import proof_of

ITEM = Ref("1", "Labour")
SALE = Invoice(
    lines=(
        SalesLine(item=ITEM, quantity=Decimal(3), rate=Decimal("19.99"), amount=Decimal("59.97")),
        SalesLine(item=ITEM, quantity=Decimal("0.5"), rate=Decimal("10.01"), amount=Decimal("5.01")),
    ),
    subtotal=Decimal("64.98"),
    sales_tax_total=Decimal("5.36"),
    total_amount=Decimal("70.34"),
    tax_components=(TaxComponent(percent=Decimal("8.25"), taxable=Decimal("64.98"), amount=Decimal("5.36")),),
)
CONDUCTOR = {"lines": [{"quantity": 3, "rate": "19.99"}, {"quantity": 0.5, "rate": "10.01"}]}
SNAPBOOKS = {"invoice": {"lineItems": [{"units": 3, "billAmount": 59.97}, {"units": 0.5, "billAmount": "5.01"}]}}
CHARGEOVER = {"line_items": [{"line_quantity": 3, "line_rate": 19.99}, {"line_quantity": 0.5, "line_rate": 10.01}]}
QBXML = b"""<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">
<InvoiceAddRq><InvoiceAdd>
<CustomerRef><ListID>1</ListID></CustomerRef>
<InvoiceLineAdd><Quantity>3</Quantity><Rate>19.99</Rate></InvoiceLineAdd>
<InvoiceLineAdd><Amount>5.01</Amount></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"""


def told(sale: Invoice, body: object = None, document: bytes | None = None) -> list[tuple[str, str, str, bool]]:
    rows = proof_of(sale, json.dumps(body).encode() if body is not None else None, document)
    return [(row.asked, row.computed, row.stored, row.is_off) for row in rows]


@pytest.mark.parametrize("body", [CONDUCTOR, SNAPBOOKS, CHARGEOVER])
def test_what_each_dialect_asks_comes_to_what_is_stored(body: object) -> None:
    assert told(SALE, body) == [
        ("64.98", "64.98", "64.98", False),
        ("", "5.36", "5.36", False),
        ("", "70.34", "70.34", False),
    ]


SNAPBOOKS_LINES = {"lineItems": [{"units": 3, "billAmount": 59.97}, {"units": 0.5, "billAmount": "5.01"}]}
TAXED_LINES = [{**line, "tax_total": tax} for line, tax in zip(CHARGEOVER["line_items"], (4.95, "0.41"), strict=True)]


@pytest.mark.parametrize(
    "body",
    [
        {"totalTaxOverride": 5.36, **SNAPBOOKS_LINES},
        {"invoice": {"totalTaxOverride": "5.36", **SNAPBOOKS_LINES}},
        {"taxes": 5.36, **CHARGEOVER},
        {"taxes": [{"amount": 5}, {"amount": "0.36"}], **CHARGEOVER},
        {"line_items": TAXED_LINES},
    ],
)
def test_a_tax_that_the_caller_worked_out_is_held_against_the_books(body: object) -> None:
    assert [row[0] for row in told(SALE, body)] == ["64.98", "5.36", "70.34"]
    other = structs.replace(SALE, sales_tax_total=Decimal("5.35"), total_amount=Decimal("70.33"), tax_components=())
    assert [row[3] for row in told(other, body)] == [False, True, True]


def test_a_sale_without_tax_was_asked_for_so() -> None:
    bare = structs.replace(SALE, sales_tax_total=Decimal(0), total_amount=Decimal("64.98"), tax_components=())
    assert [row[0] for row in told(bare, {"disableTax": True, **SNAPBOOKS_LINES})] == ["64.98", "0.00", "64.98"]


def test_shipping_is_asked_for_beside_the_lines() -> None:
    line = SalesLine(item=Ref("9", "Shipping"), amount=Decimal("7.50"))
    shipped = structs.replace(SALE, lines=(*SALE.lines, line), subtotal=Decimal("72.48"))
    assert told(shipped, {"shipAmount": 7.5, **SNAPBOOKS_LINES})[0] == ("72.48", "72.48", "72.48", False)


@pytest.mark.parametrize(
    "body",
    [
        {**CONDUCTOR, "lineGroups": [{"itemGroupId": "1"}]},
        {"lines": [{"id": "1B-1", "rate": "19.99"}, {"id": "1C-1", "quantity": 0.5, "rate": "10.01"}]},
        {"line_items": [{"line_item_id": 7, "line_rate": 19.99}]},
    ],
)
def test_what_a_request_leaves_to_the_books_is_not_held_against_them(body: object) -> None:
    assert told(SALE, body)[0] == ("", "64.98", "64.98", False)


def test_a_group_in_a_document_leaves_its_sum_to_the_books() -> None:
    group = b"<InvoiceLineGroupAdd><ItemGroupRef><ListID>4</ListID></ItemGroupRef></InvoiceLineGroupAdd></InvoiceAdd>"
    assert told(SALE, None, QBXML.replace(b"</InvoiceAdd>", group))[0] == ("", "64.98", "64.98", False)


def test_a_document_of_the_callers_own_says_it_too() -> None:
    assert told(SALE, None, QBXML)[0] == ("64.98", "64.98", "64.98", False)


@pytest.mark.parametrize(
    "body",
    [{"lines": [{"quantity": 3}, {"rate": "1"}]}, {"lines": []}, {"lines": "no"}, [], {"lines": [{"rate": "x"}]}],
)
def test_what_names_no_price_asked_for_nothing(body: object) -> None:
    assert told(SALE, body)[0] == ("", "64.98", "64.98", False)


def test_books_that_store_something_else_are_found_out() -> None:
    short = structs.replace(SALE, subtotal=Decimal("64.97"), sales_tax_total=Decimal("5.37"))
    assert [row[3] for row in told(short, CONDUCTOR)] == [True, True, False]


def test_subtotals_add_nothing_and_groups_count_by_their_lines() -> None:
    line = SalesLine(item=ITEM, amount=Decimal("10.00"))
    subtotal = SalesLine(item=Ref("2", "Subtotal"), amount=Decimal("20.00"))
    discount = SalesLine(item=Ref("3", "Less"), rate_percent=Decimal("-10"), amount=Decimal("-2.00"))
    group = SalesLineGroup(total_amount=Decimal("10.00"), lines=(line,))
    sale = Invoice(lines=(line, group, subtotal, discount), subtotal=Decimal("18.00"), total_amount=Decimal("18.00"))
    assert told(sale)[0] == ("", "18.00", "18.00", False)
    alone = Invoice(
        lines=(line, structs.replace(subtotal, amount=Decimal("10.00")), discount), subtotal=Decimal("8.00")
    )
    assert told(alone)[0] == ("", "8.00", "8.00", False)
    twice = Invoice(lines=(line, line), subtotal=Decimal("20.00"), total_amount=Decimal("20.00"))
    assert told(twice)[0] == ("", "20.00", "20.00", False)
