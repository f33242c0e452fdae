"""Lists: every operator, order, paging, counting; and conditions that try to be something else."""

from typing import Any

import httpx
import pytest
from tests.acceptance.chargeover.office import Client, Office, basic


@pytest.fixture(scope="module")
def shelf(us: Office) -> Client:
    """A company of its own with five invoices of known amounts, dates and memos."""
    client = us.client(us.key(us.account("Shelf"), "Shelf"))
    client.ask("POST", "/item", {"item_type": "service", "name": "Hour", "pricemodel": {"base": 1}}, 201)
    for name in ("Anna Ltd", "Berta, Sons & Co"):
        client.ask("POST", "/customer", {"company": name, "superuser_email": f"{name[:4]}@x.example"}, 201)
    anna, berta = client.customer("Anna Ltd"), client.customer("Berta\\, Sons & Co")
    for customer, amount, day, memo in (
        (anna, 10, "2026-01-10", None),
        (anna, 20, "2026-01-20", "Smith, John: first"),
        (berta, 30, "2026-02-10", "100%"),
        (berta, 40, "2026-02-20", "a_b"),
        (berta, 50, "2026-03-01", "Ünïcode"),
    ):
        line = {"item_id": client.item("Hour"), "line_rate": amount}
        client.ask("POST", "/invoice", {"customer_id": customer, "date": day, "memo": memo, "line_items": [line]}, 201)
    return client


def totals(shelf: Client, **parameters: Any) -> list[Any]:
    return [each["total"] for each in shelf.find("invoice", **parameters)]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("total:EQUALS:20", [20]),
        ("total:EQUALS:20.00", [20]),
        ("total:NOTEQUALS:20", [10, 30, 40, 50]),
        ("total:GT:30", [40, 50]),
        ("total:GTE:30", [30, 40, 50]),
        ("total:LT:20", [10]),
        ("total:LTE:20", [10, 20]),
        ("total:GT:10,total:LT:40", [20, 30]),
        ("date:GTE:2026-02-10,date:LT:2026-03-01", [30, 40]),
        ("invoice_date:EQUALS:2026-01-10", [10]),
        ("date:NOTEQUALS:2026-01-10", [20, 30, 40, 50]),
        ("memo:IS:NULL", [10]),
        ("memo:ISNOT:NULL", [20, 30, 40, 50]),
        ("memo:CONTAINS:smith\\, john: f", [20]),
        ("memo:EQUALS:Smith\\, John: first", [20]),
        ("memo:EQUALS:smith\\, john: first", []),
        ("memo:CONTAINS:%", [30]),
        ("memo:CONTAINS:_", [40]),
        ("memo:CONTAINS:üNÏ", [50]),
        ("is_void:EQUALS:0", [10, 20, 30, 40, 50]),
        ("is_paid:EQUALS:true", []),
        ("is_paid:EQUALS:false", [10, 20, 30, 40, 50]),
        ("invoice_status_state:EQUALS:o", [10, 20, 30, 40, 50]),
        ("write_datetime:EQUALS:2026-03-02 12:00:00", [10, 20, 30, 40, 50]),
        ("write_datetime:GT:2026-03-02 12:00:00", []),
        ("write_datetime:GTE:2026-03-02", [10, 20, 30, 40, 50]),
        ("customer_id:EQUALS:1", [10, 20]),
        ("customer_id:GT:1", [30, 40, 50]),
        ("customer_id:EQUALS:77", []),
        ("invoice_id:EQUALS:4000", []),
        ("token:EQUALS:zzzzzzzzzzzz", []),
        ("external_key:EQUALS:none", []),
        ("due_date:IS:NULL", []),
        ("bill_city:IS:NULL,total:EQUALS:10", [10]),
        ("", [10, 20, 30, 40, 50]),
    ],
)
def test_conditions_find_what_they_say(shelf: Client, where: str, found: list[int]) -> None:
    assert totals(shelf, where=where) == found
    assert shelf.http.get("/invoice/_count", params={"where": where}).json()["response"] == len(found)


def test_numbers_and_tokens_find_one_object(shelf: Client) -> None:
    one = shelf.find("invoice", where="total:EQUALS:30")[0]
    for where in (f"invoice_id:EQUALS:{one['invoice_id']}", f"token:EQUALS:{one['token']}"):
        assert shelf.find("invoice", where=where) == [one]
        assert shelf.find("invoice", where=f"{where},total:GT:30") == []
    assert shelf.find("invoice", where=f"refnumber:EQUALS:{one['refnumber']}") == [one]


def test_lists_are_ordered_and_cut(shelf: Client) -> None:
    assert totals(shelf, order="total:DESC") == [50, 40, 30, 20, 10]
    assert totals(shelf, order="customer_id:DESC,total:ASC") == [30, 40, 50, 10, 20]
    assert totals(shelf, order="invoice_date:DESC", limit=2, offset=1) == [40, 30]
    assert totals(shelf, order="memo") == [10, 30, 20, 40, 50]
    assert totals(shelf, limit=2, offset=3) == [40, 50]
    assert totals(shelf, offset=5) == []
    assert totals(shelf, limit=1, where="total:GT:10", offset=1) == [30]
    assert shelf.ask("GET", "/invoice/_count?limit=1") == 5


def test_lists_leave_children_out(shelf: Client) -> None:
    assert "line_items" not in shelf.find("invoice", limit=1)[0]


def test_names_with_commas_and_mail_addresses_are_found(shelf: Client) -> None:
    assert shelf.find("customer", where="superuser_email:EQUALS:Anna@x.example")[0]["company"] == "Anna Ltd"
    assert [each["company"] for each in shelf.find("customer", where="company:CONTAINS:SONS")] == ["Berta, Sons & Co"]


WRONG = [
    "nothing",
    "total",
    "total:EQUALS",
    "total:LIKE:1",
    "total:EQUALS:many",
    "total:IS:5",
    "date:EQUALS:yesterday",
    "invoice_id:EQUALS:abc",
    "nope:EQUALS:1",
    "line_items:CONTAINS:x",
    "memo.x:EQUALS:1",
    "__class__:EQUALS:1",
    "kept:EQUALS:1",
    "is_void:EQUALS:maybe",
    "total:EQUALS:NaN",
    "total:EQUALS:1e999999",
    "write_datetime:GT:99999-01-01",
    "customer_id:EQUALS:44limit=100?offset=0",
    "total:EQUALS:1," * 41,
]


@pytest.mark.parametrize("where", WRONG)
def test_wrong_conditions_are_refused(shelf: Client, where: str) -> None:
    answer = shelf.http.get("/invoice", params={"where": where})
    assert answer.status_code == 400, answer.json()
    assert answer.json()["message"] == "Missing or invalid parameter."
    assert answer.json()["response"] is False


@pytest.mark.parametrize(
    "parameters",
    [{"order": "nope"}, {"order": "total:UP"}, {"limit": 0}, {"limit": 501}, {"limit": "x"}, {"offset": -1}],
)
def test_wrong_bounds_are_refused(shelf: Client, parameters: dict[str, Any]) -> None:
    assert shelf.http.get("/invoice", params=parameters).status_code == 400


INJECTIONS = [
    "' OR '1'='1",
    "'; DROP TABLE transactions; --",
    '" OR ""="',
    "1) OR (1=1",
    "x' UNION SELECT body FROM objects --",
    "%' OR 1=1 --",
    "\\' OR 1=1",
    "${7*7}{{7*7}}",
    "1 OR 1=1",
    "NULL OR 1",
    "\u2019 OR \u20191\u2019=\u20191",
]


@pytest.mark.parametrize("field", ["memo", "refnumber", "external_key", "token", "bill_city", "invoice_status_str"])
@pytest.mark.parametrize("text", INJECTIONS)
def test_values_are_values(shelf: Client, field: str, text: str) -> None:
    """Nothing in a condition is ever part of a statement: it finds nothing, and nothing is lost."""
    for operator in ("EQUALS", "CONTAINS", "GT"):
        answer = shelf.http.get("/invoice", params={"where": f"{field}:{operator}:{text.replace(',', chr(92) + ',')}"})
        assert answer.status_code == 200
        if operator != "GT":
            assert answer.json()["response"] == []
    assert shelf.ask("GET", "/invoice/_count") == 5


@pytest.mark.parametrize("text", INJECTIONS)
def test_names_of_fields_and_operators_are_names(us: Office, shelf: Client, text: str) -> None:
    for parameters in (
        {"where": f"{text}:EQUALS:1"},
        {"where": f"total:{text}:1"},
        {"order": text},
        {"order": f"total:{text}"},
        {"limit": text},
    ):
        answer = httpx.get(f"{us.url}/api/v3/invoice", params=parameters, auth=basic(shelf.key))
        assert answer.status_code == 400


def test_numbers_of_many_digits_are_found(caller: Client) -> None:
    """Other dialects' examples give classes numbers beyond what a double holds."""
    for row in caller.find("class"):
        assert caller.find("class", where=f"class_id:EQUALS:{row['class_id']}") == [row]
        assert caller.ask("GET", f"/class/{row['class_id']}") == row
