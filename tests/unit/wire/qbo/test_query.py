"""Intuit's query language → a value."""

from decimal import Decimal

import pytest

from counterfoil.wire.qbo.query import (
    LARGEST_PAGE,
    PARSER,
    USUAL_PAGE,
    VALIDATION,
    Condition,
    Order,
    Query,
    QueryFault,
    parse,
)


def test_all_of_an_entity() -> None:
    assert parse("SELECT * FROM Customer") == Query("Customer", limit=USUAL_PAGE)
    assert parse("  select *,Sku  from\n Item ; ") == Query("Item")


def test_properties_conditions_order_and_page() -> None:
    text = (
        "select Id, MetaData.CreateTime From invoice where DocNumber = 'INV-1' and TotalAmt >= 12.50"
        " and Balance != '0' AND Active = TRUE and Name like '%a%' and Id in ('1', 2)"
        " orderby TxnDate desc, Id startposition 3 maxresults 7"
    )
    assert parse(text) == Query(
        "invoice",
        ("Id", "MetaData.CreateTime"),
        where=(
            Condition("DocNumber", "=", ("INV-1",)),
            Condition("TotalAmt", ">=", (Decimal("12.50"),)),
            Condition("Balance", "!=", ("0",)),
            Condition("Active", "=", (True,)),
            Condition("Name", "like", ("%a%",)),
            Condition("Id", "in", ("1", Decimal(2))),
        ),
        orders=(Order("TxnDate", True), Order("Id")),
        start=3,
        limit=7,
    )


def test_count() -> None:
    assert parse("select Count ( * ) from Invoice where Id = '1'").counts
    assert parse("select count from Invoice").properties == ("count",)


def test_quotation_marks() -> None:
    query = parse(r"SELECT * FROM Customer WHERE DisplayName = 'O\'Brien \\ Sons'")
    assert query.where[0].values == ("O'Brien \\ Sons",)


def test_pages_have_a_limit() -> None:
    assert parse("SELECT * FROM Item MAXRESULTS 5000").limit == LARGEST_PAGE


def test_order_by_in_two_words() -> None:
    assert parse("SELECT * FROM Item ORDER BY Name ASC").orders == (Order("Name"),)


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", PARSER, 1),
        ("SELECT", PARSER, 7),
        ("SELECT * FROM", PARSER, 14),
        ("SELECT * FRM Item", PARSER, 10),
        ("SELECT * FROM Item WHERE", PARSER, 25),
        ("SELECT * FROM Item WHERE Name", PARSER, 30),
        ("SELECT * FROM Item WHERE Name ~ 'x'", PARSER, 31),
        ("SELECT * FROM Item WHERE Name = x", PARSER, 33),
        ("SELECT * FROM Item WHERE Name = 'x", PARSER, 33),
        ("SELECT * FROM Item WHERE Id IN ('1'", PARSER, 36),
        ("SELECT * FROM Item WHERE Id = '1' OR Id = '2'", PARSER, 35),
        ("SELECT * FROM Item WHERE (Id = '1')", PARSER, 26),
        ("SELECT * FROM Item MAXRESULTS x", PARSER, 31),
        ("SELECT * FROM Item MAXRESULTS 1.5", PARSER, 31),
        ("SELECT * FROM Item STARTPOSITION 0", VALIDATION, 34),
        ("SELECT * FROM Item; SELECT * FROM Item", PARSER, 21),
        ("SELECT * FROM Item WHERE " + " AND ".join(["Id = '1'"] * 51), VALIDATION, 684),
        ("SELECT * FROM Item WHERE Name = '" + "x" * 30_000 + "'", VALIDATION, 0),
    ],
)
def test_faults_tell_where(text: str, code: str, position: int) -> None:
    with pytest.raises(QueryFault) as caught:
        parse(text)
    assert (caught.value.code, caught.value.position) == (code, position)
