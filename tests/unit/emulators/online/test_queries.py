"""The query language put to the emulated Online: filters, order, pages, counts and refusals."""

from typing import Any

import pytest
from tests.unit.emulators.online.intuit import Intuit, Start, exact


async def numbers(asking: Intuit, text: str) -> list[str]:
    """The document numbers that a query gives, in order."""
    found = await asking.query(text)
    return [each["DocNumber"] for each in found.get("Invoice", [])]


async def some(asking: Intuit) -> None:
    for number, amount, day in (("Q1", 10, "2026-01-01"), ("Q2", 30, "2026-02-01"), ("Q3", 20, "2026-03-01")):
        await asking.invoice(amount, DocNumber=number, TxnDate=day, customer="15")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("CustomerRef = '15'", ["Q1", "Q2", "Q3"]),
        ("CustomerRef = '15' and TotalAmt > '15'", ["Q2", "Q3"]),
        ("CustomerRef = '15' AND TotalAmt <= 20.00", ["Q1", "Q3"]),
        ("DocNumber in ('Q1', 'Q3', 'Q9')", ["Q1", "Q3"]),
        ("DocNumber = 'q2'", ["Q2"]),
        ("DocNumber LIKE 'Q%'", ["Q1", "Q2", "Q3"]),
        ("DocNumber like '%q2'", ["Q2"]),
        ("CustomerRef = '15' and TxnDate >= '2026-02-01'", ["Q2", "Q3"]),
        ("CustomerRef = '15' and TxnDate < '2026-02-01'", ["Q1"]),
        ("CustomerRef = '15' and DocNumber != 'Q2'", ["Q1", "Q3"]),
        ("CustomerRef = '15' and MetaData.LastUpdatedTime > '2026-03-02T03:59:59-08:00'", ["Q1", "Q2", "Q3"]),
        ("CustomerRef = '15' and MetaData.CreateTime > '2026-03-02T04:00:01-08:00'", []),
        ("CustomerRef = '15' ORDERBY TotalAmt DESC", ["Q2", "Q3", "Q1"]),
        ("CustomerRef = '15' order by TotalAmt", ["Q1", "Q3", "Q2"]),
        ("CustomerRef = '15' STARTPOSITION 2 MAXRESULTS 1", ["Q2"]),
        ("CustomerRef = '15'  startposition 3   maxresults 5", ["Q3"]),
    ],
)
def test_conditions_orders_and_pages(start: Start, condition: str, expected: list[str]) -> None:
    async def work(asking: Intuit) -> None:
        await some(asking)
        assert await numbers(asking, f"select * from invoice where {condition}") == expected

    start(work)


def test_the_answer_tells_its_place_and_size(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        await some(asking)
        found = await asking.query("SELECT * FROM Invoice WHERE CustomerRef = '15' STARTPOSITION 2 MAXRESULTS 10")
        assert (found["startPosition"], found["maxResults"]) == (2, 2)
        assert await asking.query("select count(*) from Invoice where CustomerRef = '15'") == {"totalCount": 3}
        assert await asking.query("SELECT * FROM Invoice WHERE DocNumber = 'nothing'") == {}

    start(work)


def test_properties_can_be_chosen(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        found = (await asking.query("select Name, UnitPrice from Item where Id = '10'"))["Item"][0]
        assert {"Id", "SyncToken", "Name", "UnitPrice"} == set(found)
        whole = (await asking.query("SELECT *, Sku FROM Item MAXRESULTS 1"))["Item"][0]
        assert whole["Type"]

    start(work)


def test_a_query_may_be_posted(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        text = "select * from Customer where DisplayName = 'Amy\\'s Bird Sanctuary'"
        found = await asking.post("query", text.encode())
        assert [each["Id"] for each in found["QueryResponse"]["Customer"]] == ["1"]

    start(work)


def test_names_come_in_the_order_of_ids_and_only_active_ones(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        for entity in ("Item", "Account", "Customer", "Term"):
            ids = [int(each["Id"]) for each in (await asking.query(f"select * from {entity}"))[entity] if each["Id"]]
            assert ids == sorted(ids), entity

    start(work)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("select from Invoice", "4000", "QueryParserError"),
        ("select * from Invoice where DocNumber = 'a' or DocNumber = 'b'", "4000", "OR"),
        ("select * from Nothing", "4001", "QueryValidationError"),
        ("select * from Invoices", "4001", "QueryValidationError"),
        ("select * from Invoice where PrivateNote = 'x'", "4001", "property 'PrivateNote' is not queryable"),
        ("select * from Invoice where Invented = 'x'", "4001", "property 'Invented' is not queryable"),
        ("select * from Invoice STARTPOSITION 0", "4001", "value 0 is too small. Min allowed value is 1"),
    ],
)
def test_queries_that_are_none(start: Start, text: str, code: str, words: str) -> None:
    async def work(asking: Intuit) -> None:
        answer = await asking.ask("GET", "query", query=text)
        assert answer.status_code == 400
        error = exact(answer)["Fault"]["Error"][0]
        assert error["code"] == code
        assert words in error["Detail"]

    start(work)


def test_the_oddity_of_tax_codes_is_kept_where_it_is_wanted(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        text = "select * from TaxCode maxresults 1"
        assert len((await asking.query(text))["TaxCode"]) == 1
        asking.emulator.companies[asking.realm].quirks = True
        assert len((await asking.query(text))["TaxCode"]) == 4

    start(work)


def test_stored_documents_are_queried_like_all_others(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body: dict[str, Any] = {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}}
        for amount in (5, 7):
            await asking.post("transfer", {**body, "Amount": amount})
        found = await asking.query("select * from transfer where Amount = '7'")
        assert [each["Amount"] for each in found["Transfer"]] == [7]
        assert (await asking.query("select count(*) from Transfer"))["totalCount"] == 3

    start(work)
