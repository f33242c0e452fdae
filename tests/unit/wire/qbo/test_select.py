"""Queries put to objects."""

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.wire.qbo.entities import BY_NAME
from counterfoil.wire.qbo.query import QueryFault, parse
from counterfoil.wire.qbo.select import check, fulfils, matches, ordered, page, value_at

CUSTOMER = BY_NAME["customers"]
THING: dict[str, Any] = {
    "Id": "80",
    "DisplayName": "O'Brien",
    "Active": True,
    "Balance": Decimal("12.50"),
    "AcctNum": "0012",
    "SalesTermRef": {"value": "6", "name": "Net 30"},
    "PrimaryPhone": {"FreeFormNumber": "555"},
    "TxnDate": "2024-02-29",
    "MetaData": {"CreateTime": "2024-02-29T12:00:00+00:00"},
    "Line": [1, 2],
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("id = '80'", True),
        ("Id = 80", True),
        ("Id > '9'", True),
        ("Id IN ('7', '80')", True),
        ("Id != '80'", False),
        ("DisplayName = 'o\\'brien'", True),
        ("DisplayName LIKE 'O%N'", True),
        ("DisplayName LIKE '%x%'", False),
        ("Balance = '12.5'", True),
        ("Balance > 12.49", True),
        ("Balance < 'abc'", False),
        ("AcctNum = '12'", False),
        ("AcctNum = 12", True),
        ("Active = true", True),
        ("Active = 'false'", False),
        ("SalesTermRef = '6'", True),
        ("PrimaryPhone = '555'", True),
        ("TxnDate >= '2024-02-29'", True),
        ("TxnDate < '2024-02-29'", False),
        ("MetaData.CreateTime > '2024-02-29T03:59:59-08:00'", True),
        ("metadata.createtime > '2024-02-29T04:00:01-08:00'", False),
        ("Notes = ''", True),
        ("Notes = 'x'", False),
        ("Notes != 'x'", True),
        ("Notes LIKE '%'", False),
        ("Line = '1'", False),
        ("MetaData = 'x'", False),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    assert fulfils(CUSTOMER, parse(f"SELECT * FROM Customer WHERE {condition}"), THING) is holds


def test_inactive_ones_are_hidden_unless_asked_for() -> None:
    hidden = {**THING, "Active": False}
    assert not fulfils(CUSTOMER, parse("SELECT * FROM Customer"), hidden)
    assert fulfils(CUSTOMER, parse("SELECT * FROM Customer WHERE Active IN (true, false)"), hidden)


def test_order_and_page() -> None:
    things = [{"Id": str(number), "Name": name} for number, name in ((9, "b"), (10, "a"), (2, "B"), (3, None))]
    things[3].pop("Name")

    def ids(text: str) -> list[str | None]:
        query = parse(f"SELECT Id FROM Customer {text}")
        return [each["Id"] for each in page(query, ordered(query, things))]

    assert ids("") == ["9", "10", "2", "3"]
    assert ids("ORDERBY Id") == ["2", "3", "9", "10"]
    assert ids("ORDERBY Name, Id DESC") == ["3", "10", "9", "2"]
    assert ids("ORDERBY Name DESC STARTPOSITION 2 MAXRESULTS 2") == ["2", "10"]


def test_only_what_is_asked_for_is_told() -> None:
    query = parse("SELECT displayname, MetaData.CreateTime FROM Customer")
    assert list(page(query, [THING])[0]) == ["Id", "DisplayName", "MetaData"]


def test_unknown_properties_are_refused() -> None:
    for text in (
        "SELECT Shoe FROM Customer",
        "SELECT * FROM Customer WHERE Shoe = 1",
        "SELECT * FROM Customer ORDERBY x",
    ):
        with pytest.raises(QueryFault):
            check(CUSTOMER, parse(text))


@pytest.mark.parametrize(
    ("text", "pattern", "matched"),
    [
        ("abc", "a%c", True),
        ("abc", "%b%", True),
        ("abc", "%", True),
        ("", "%", True),
        ("abc", "abc%", True),
        ("ab", "ab%ab", False),
        ("abcab", "ab%c%ab", True),
        ("a.c", "a_c", False),
        ("aXbXc", "a%x%x%c", True),
    ],
)
def test_patterns(text: str, pattern: str, matched: bool) -> None:
    assert matches(text, pattern) is matched


def test_a_long_pattern_takes_no_time() -> None:
    assert not matches("a" * 5000, "%a" * 2000 + "b")


def test_references_are_their_ids() -> None:
    assert value_at(THING, "SalesTermRef") == "6"
    assert value_at(THING, "SalesTermRef.name") == "Net 30"
