"""Lists in Intuit's query language: checked by reading the text back, not by its looks."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.online.questions import (
    any_of,
    check,
    exact_questions,
    found_by_name,
    holds,
    is_id,
    question_of,
    quoted,
)
from counterfoil.core.errors import Invalid
from counterfoil.model.people import Customer
from counterfoil.model.query import Filter, Select
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.maps.items import ITEM
from counterfoil.wire.qbo.maps.people import CUSTOMER
from counterfoil.wire.qbo.maps.sales import INVOICE
from counterfoil.wire.qbo.query import Condition, parse


def _conditions(entity: Any, resource: str, *filters: Filter) -> list[tuple[str, str, tuple[Any, ...]]]:
    question = question_of(entity, Select(resource=resource, filters=filters))
    return [(each.property, each.operator, each.values) for each in parse(question.text(1, 10)).where]


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_no_text_leaves_its_quotes(text: str) -> None:
    query = parse(f"SELECT * FROM Customer WHERE DisplayName = {quoted(text)} AND Active = true")
    assert query.where == (
        Condition("DisplayName", "=", (text,)),
        Condition("Active", "=", (True,)),
    )


def test_a_text_that_would_be_a_query_is_a_text() -> None:
    evil = "x' OR Id > '0"
    assert parse(f"SELECT * FROM Customer WHERE {any_of('DisplayName', [evil])}").where[0].values == (evil,)


def test_window_and_order() -> None:
    query = parse(question_of(INVOICE, Select(resource="invoices")).text(151, 5000))
    assert (query.start, query.limit) == (151, 1000)
    assert [each.property for each in query.orders] == ["Id"]


def test_what_intuit_can_find_it_is_asked_for() -> None:
    found = _conditions(
        INVOICE,
        "invoices",
        Filter("customer_id", "in", ("1", "2")),
        Filter("date", ">=", date(2026, 3, 2)),
        Filter("updated_at", ">=", 0),
        Filter("ref_number", "=", "1001"),
        Filter("ref_number", "starts", "INV"),
        Filter("paid", "=", False),
        Filter("open", ">", 1050),
        Filter("id", "in", ("7", "8")),
    )
    assert found == [
        ("CustomerRef", "in", ("1", "2")),
        ("TxnDate", ">=", ("2026-03-02",)),
        ("MetaData.LastUpdatedTime", ">=", ("1970-01-01T00:00:00+00:00",)),
        ("DocNumber", "in", ("1001",)),
        ("DocNumber", "like", ("INV%",)),
        ("Balance", ">", ("0",)),
        ("Balance", ">", ("10.50",)),
        ("Id", "in", ("7", "8")),
    ]


def test_what_it_cannot_is_left_out_and_counted_by_nobody() -> None:
    select = Select(
        resource="invoices", filters=(Filter("ref_number", "contains", "50%"), Filter("account_id", "in", ("1",)))
    )
    question = question_of(INVOICE, select)
    assert question.conditions == ()
    assert not question.is_whole


def test_inactive_objects_are_asked_for_too() -> None:
    assert _conditions(CUSTOMER, "customers") == [("Active", "in", (True, False))]
    assert _conditions(CUSTOMER, "customers", Filter("is_active", "=", True)) == [("Active", "=", (True,))]
    assert _conditions(ITEM, "service_items")[0] == ("Type", "=", ("Service",))


def test_ids_that_are_none_of_intuits_find_nothing() -> None:
    assert _conditions(INVOICE, "invoices", Filter("customer_id", "in", ("80000001-1", "x'y"))) == [
        ("CustomerRef", "in", ("0",))
    ]
    assert exact_questions(INVOICE, Select(resource="invoices", ids=("80000001-1",))) == []
    assert [is_id(each) for each in ("1", "TAX", "NON", "", "-1", "1.5", "١", "1 OR 1")] == [
        True, True, True, False, False, False, False, False,
    ]  # fmt: skip


def test_many_ids_are_asked_for_in_parts() -> None:
    ids = tuple(str(number) for number in range(1, 451))
    asked = exact_questions(CUSTOMER, Select(resource="customers", ids=ids))
    values = [parse(each.text(1, 1000)).where[0].values for each in asked]
    assert [len(each) for each in values] == [200, 200, 50]
    assert tuple(value for each in values for value in each) == ids


def test_a_filter_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        check(Select(resource="invoices", filters=(Filter("colour", "=", "blue"), Filter("paid", "=", True))))
    assert [each.place for each in refused.value.problems] == [("colour",)]


INVOICE_1 = Invoice(
    id="7",
    customer=Ref("1"),
    ref_number="INV-12",
    transaction_date=date(2026, 3, 2),
    updated_at=100,
    balance_remaining=Decimal("10.50"),
)


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (Filter("customer_id", "in", ("1", "9")), True),
        (Filter("customer_id", "in", ("9",)), False),
        (Filter("ref_number", "=", "inv-12"), False),
        (Filter("ref_number", "contains", "nv-1"), True),
        (Filter("ref_number", "ends", "13"), False),
        (Filter("date", ">=", date(2026, 3, 2)), True),
        (Filter("date", "<", date(2026, 3, 2)), False),
        (Filter("updated_at", "<=", 99), False),
        (Filter("paid", "=", False), True),
        (Filter("open", ">", 1049), True),
        (Filter("open", ">", 1050), False),
        (Filter("class_id", "in", ("1",)), False),
    ],
)
def test_conditions_are_looked_at_once_more(filter_: Filter, expected: bool) -> None:
    assert holds(INVOICE_1, filter_) is expected


def test_numbers_of_digits_are_compared_as_numbers() -> None:
    invoice = Invoice(ref_number="9")
    assert holds(invoice, Filter("ref_number", "<=", "10"))
    assert not holds(Invoice(ref_number="11"), Filter("ref_number", "<=", "10"))


def test_names_are_found_in_the_order_in_which_they_are_named() -> None:
    one, two = Customer(id="1", name="One", full_name="One"), Customer(id="2", name="Two", full_name="One:Two")
    found, missing = found_by_name([one, two], ["ONE:two", "Three", "one"])
    assert [each.id for each in found] == ["2", "1"]
    assert missing == ["Three"]
