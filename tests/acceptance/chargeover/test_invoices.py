"""Invoices from creation to void, as a client of the vendor sees them."""

from decimal import Decimal
from typing import Any

import httpx
import pytest
from tests.acceptance.chargeover.office import Client, Office, basic

from counterfoil.dialects.chargeover.assumed import PAYCYCLES


def test_what_is_created_is_read_back_by_number_token_and_external_key(caller: Client) -> None:
    number = caller.invoice(external_key="ext-1", memo="Thanks", custom_20="last", tags=["red", "blue", "red"])
    read = caller.read(number)
    assert (read["memo"], read["custom_20"], read["tags"]) == ("Thanks", "last", ["red", "blue"])
    assert caller.ask("GET", f"/invoice/token:{read['token']}") == read
    assert caller.ask("GET", "/invoice/external_key:ext-1") == read
    assert caller.find("invoice", where="external_key:EQUALS:ext-1")[0]["invoice_id"] == number


def test_a_customer_and_an_item_are_named_in_three_ways(caller: Client) -> None:
    customer = caller.ask("POST", "/customer", {"company": "Three Ways", "external_key": "c3"}, 201)["id"]
    item = caller.ask(
        "POST", "/item", {"item_type": "service", "name": "Three", "external_key": "i3", "pricemodel": {"base": 3}}, 201
    )["id"]
    customer_token = caller.ask("GET", f"/customer/{customer}")["token"]
    item_token = caller.ask("GET", f"/item/{item}")["token"]
    for who in ({"customer_id": customer}, {"customer_token": customer_token}, {"customer_external_key": "c3"}):
        for what in ({"item_id": item}, {"item_token": item_token}, {"item_external_key": "i3"}):
            made = caller.ask("POST", "/invoice", {**who, "line_items": [what]}, 201)["id"]
            read = caller.read(made)
            assert (read["customer_id"], read["line_items"][0]["item_id"], read["total"]) == (customer, item, 3)
            assert read["line_items"][0]["item_external_key"] == "i3"


def test_an_item_that_is_not_there_is_refused_with_its_place(caller: Client) -> None:
    line = {"item_id": 99_999, "line_rate": 12.5, "line_quantity": 2}
    before = caller.ask("GET", "/invoice/_count")
    answer = caller.http.post("/invoice", json={"customer_id": caller.customer(), "line_items": [line]})
    assert answer.status_code == 400
    assert "line_items[0].item_id" in answer.headers["Counterfoil-Problems"]
    assert caller.ask("GET", "/invoice/_count") == before


@pytest.mark.parametrize("paycycle", PAYCYCLES)
def test_a_payment_cycle_labels_an_invoice_and_a_line_and_makes_no_other_invoice(caller: Client, paycycle: str) -> None:
    before = caller.ask("GET", "/invoice/_count")
    line = {"item_id": caller.item("Paver"), "paycycle": paycycle}
    read = caller.read(caller.invoice(line, paycycle=paycycle))
    assert (read["paycycle"], read["line_items"][0]["paycycle"]) == (paycycle, paycycle)
    assert read["paycycle_name"] == PAYCYCLES[paycycle]
    assert caller.ask("GET", "/invoice/_count") == before + 1


def test_lines_stay_only_if_their_number_is_repeated(caller: Client) -> None:
    paver, soil = caller.item("Paver"), caller.item("Soil")
    number = caller.invoice(
        {"item_id": paver, "line_rate": 10, "line_quantity": 2, "custom_1": "first", "tags": ["t"]},
        {"item_id": soil, "line_rate": 7, "custom_1": "second"},
    )
    first, second = (line["line_item_id"] for line in caller.read(number)["line_items"])
    body = {"line_items": [{"item_id": paver, "line_rate": 1, "custom_1": "new"}, {"line_item_id": second}]}
    assert caller.ask("PUT", f"/invoice/{number}", body, 202) == {"id": number}
    lines = caller.read(number)["line_items"]
    assert [(line["custom_1"], line["line_rate"]) for line in lines] == [("new", 1), ("second", 7)]
    assert lines[1]["line_item_id"] == second
    caller.ask("PUT", f"/invoice/{number}", {"memo": "lines untouched"}, 202)
    assert [line["line_item_id"] for line in caller.read(number)["line_items"]] == [
        line["line_item_id"] for line in lines
    ]
    gone = caller.told("PUT", f"/invoice/{number}", {"line_items": [{"line_item_id": first}]}, 400)
    assert gone["message"] == "Missing or invalid parameter."


def test_an_invoice_sent_back_as_it_was_read_stays_as_it_was(caller: Client) -> None:
    number = caller.invoice(
        {"item_id": caller.item("Paver"), "line_rate": "4.75", "line_quantity": 3, "custom_2": "x"},
        {"item_id": caller.item("Loyal customer"), "line_quantity": 1, "line_rate": 2},
        bill_addr1="1 Main St",
        paycycle="mon",
    )
    before = caller.read(number)
    caller.ask("PUT", f"/invoice/{number}", before, 202)
    after = caller.read(number)
    assert {**after, "mod_datetime": ""} == {**before, "mod_datetime": ""}
    # The tax was an echo, so it is still computed: a changed line changes it.
    kept, discount = before["line_items"]
    caller.ask("PUT", f"/invoice/{number}", {**before, "line_items": [{**kept, "line_quantity": 6}, discount]}, 202)
    changed = caller.read(number)
    assert changed["taxes"] != before["taxes"]
    assert [line["line_quantity"] for line in changed["line_items"]] == [6, 1]


def test_a_change_of_quantity_keeps_description_and_tax_code_of_the_same_item(caller: Client) -> None:
    paver = caller.item("Paver")
    number = caller.invoice({"item_id": paver, "line_rate": 10, "descrip": "special"})
    line = caller.read(number)["line_items"][0]["line_item_id"]
    change = {"line_item_id": line, "item_id": paver, "line_quantity": 2}
    caller.ask("PUT", f"/invoice/{number}", {"line_items": [change]}, 202)
    changed = caller.read(number)
    assert changed["line_items"][0]["descrip"] == "special"
    assert changed["subtotal"] == 20
    assert changed["taxes"] == 1.65


def test_a_voided_invoice_keeps_its_figures_and_has_no_balance(us: Office, caller: Client) -> None:
    number = caller.invoice({"item_id": caller.item("Paver"), "line_rate": 10, "line_quantity": 3}, taxes="0.77")
    caller.ask("POST", f"/invoice/{number}/_action/void")
    read = caller.read(number)
    assert (read["total"], read["taxes"], read["balance"]) == (30.77, 0.77, 0)
    assert (read["is_void"], read["is_paid"], read["invoice_status_str"]) == (True, True, "closed-void")
    assert read["void_datetime"] == "2026-03-02 12:00:00"
    assert (read["line_items"][0]["line_quantity"], read["line_items"][0]["tax_total"]) == (3, 0.77)
    assert caller.ask("POST", f"/invoice/{number}?action=void") is True
    caller.told("PUT", f"/invoice/{number}", {"memo": "late"}, 400)
    assert us.violations() == []


def test_statuses_follow_due_date_and_payments(caller: Client) -> None:
    number = caller.invoice(date="2026-01-01", due_date="2026-02-01")
    read = caller.read(number)
    assert (read["invoice_status_str"], read["days_overdue"], read["is_overdue"]) == ("open-overdue", 29, True)
    assert read["overdue"] == read["balance"]
    fresh = caller.read(caller.invoice())
    assert (fresh["invoice_status_str"], fresh["invoice_status_state"]) == ("open-unpaid", "o")
    caller.ask("POST", f"/invoice/{number}?action=pay")
    paid = caller.read(number)
    assert (paid["invoice_status_str"], paid["is_paid"], paid["paid_date"]) == ("closed-paid", True, "2026-03-02")
    assert paid["payments"] == paid["total"]
    states = caller.find("invoice", where=f"invoice_status_state:EQUALS:c,invoice_id:EQUALS:{number}")
    assert [each["invoice_id"] for each in states] == [number]


def test_deleting_an_invoice_takes_it_away(caller: Client) -> None:
    number = caller.invoice(external_key="short-lived")
    assert caller.ask("DELETE", f"/invoice/{number}") is True
    gone = caller.told("GET", f"/invoice/{number}", code=404)
    assert (gone["message"], gone["response"]) == ("This invoice does not exist.", None)
    caller.told("DELETE", f"/invoice/{number}", code=404)
    assert caller.find("invoice", where="external_key:EQUALS:short-lived") == []
    caller.invoice(external_key="short-lived")


@pytest.mark.parametrize("action", ["email", "print", "approve", "schedule", "nonsense"])
def test_what_cannot_be_done_is_refused_in_the_vendors_words(caller: Client, action: str) -> None:
    number = caller.invoice()
    for path in (f"/invoice/{number}?action={action}", f"/invoice/{number}/_action/{action}"):
        told = caller.told("POST", path, code=400)
        assert told["message"] == f"The command requested is not supported: {action}(invoice, {number})"


@pytest.mark.parametrize(
    "path", ["//invoice", "/invoice/", "/invoice%20", "//invoice%20?_dummy=1", "/invoice?_flag_emails=0&limit=1"]
)
def test_sloppy_addresses_are_understood(us: Office, caller: Client, path: str) -> None:
    answer = httpx.get(f"{us.url}/api/v3{path}", auth=basic(caller.key))
    assert answer.status_code == 200
    assert isinstance(answer.json()["response"], list)


@pytest.mark.parametrize("raw", [b"", b"{}", b'""', b"null", b"[]"])
def test_actions_need_no_body(us: Office, caller: Client, raw: bytes) -> None:
    number = caller.invoice()
    answer = httpx.post(f"{us.url}/api/v3/invoice/{number}/?action=void", content=raw, auth=basic(caller.key))
    assert answer.json()["response"] is True


WRONG: list[dict[str, Any]] = [
    {"line_items": []},
    {"line_items": "none"},
    {"line_items": [1]},
    {"line_items": [{}]},
    {"line_items": [{"item_id": 99999}]},
    {"line_items": [{"item_id": "x"}]},
    {"line_items": [{"item_external_key": "nobody"}]},
    {"line_items": [{"item_id": 1, "line_rate": "much"}]},
    {"line_items": [{"item_id": 1, "line_rate": "1.1234567"}]},
    {"line_items": [{"item_id": 1, "paycycle": "xxx"}]},
    {"line_items": [{"item_id": 1, "tax_total": -1}]},
    {"line_items": [{"item_id": 1, "tax_total": "1.005"}]},
    {"line_items": [{"item_id": 1, "colour": "red"}]},
    {"line_items": [{"item_id": 1}] * 61},
    {"customer_id": 99999},
    {"customer_token": "abc"},
    {"paycycle": "fortnightly"},
    {"date": "01/02/2026"},
    {"refnumber": "x" * 22},
    {"memo": {"a": 1}},
    {"taxes": [{"rate": 1}]},
    {"taxes": 1, "line_items": [{"item_id": 1, "tax_total": 2}]},
    {"no_dunning": "perhaps"},
    {"currency_id": 2},
    {"custom_21": "x"},
    {"custom_1": "x\u0000"},
    {"admin_id": 2**70},
    {"terms_id": "1e500000"},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_invoices_are_refused_and_nothing_is_stored(caller: Client, wrong: dict[str, Any]) -> None:
    before = caller.ask("GET", "/invoice/_count")
    body = {"customer_id": caller.customer(), "line_items": [{"item_id": 1}], **wrong}
    if "customer_token" in wrong:
        del body["customer_id"]
    told = caller.told("POST", "/invoice", body, 400)
    assert (told["response"], told["details"]) == (False, {})
    if "currency_id" not in wrong:
        assert told["message"] == "Missing or invalid parameter."
    assert caller.ask("GET", "/invoice/_count") == before


def test_what_is_wrong_is_told_in_a_header(us: Office, caller: Client) -> None:
    body = {"line_items": [{"item_id": 1, "line_rate": "é\r\nX: y"}]}
    answer = httpx.post(f"{us.url}/api/v3/invoice", json=body, auth=basic(caller.key))
    told = answer.headers["counterfoil-problems"]
    assert "line_items[0].line_rate" in told
    assert "customer_id" in told
    assert "x" not in answer.headers


def test_an_external_key_belongs_to_one_invoice(caller: Client) -> None:
    caller.invoice(external_key="unique")
    body = {"customer_id": caller.customer(), "external_key": "unique", "line_items": [{"item_id": 1}]}
    told = caller.told("POST", "/invoice", body, 400)
    assert "unique" in told["message"]


def test_an_idempotency_key_makes_one_invoice_of_two_requests(caller: Client) -> None:
    body = {"customer_id": caller.customer(), "line_items": [{"item_id": 1, "line_rate": 5}]}
    first = caller.ask("POST", "/invoice", body, 201, Idempotency_Key="once")
    assert caller.ask("POST", "/invoice", body, 201, Idempotency_Key="once") == first
    changed = {**body, "memo": "another"}
    assert caller.told("POST", "/invoice", changed, 422, Idempotency_Key="once")["response"] is False
    number = first["id"]
    for method, path, key in (
        ("POST", f"/invoice/{number}?action=pay", "paid"),
        ("PUT", f"/invoice/{number}", "changed"),
        ("DELETE", f"/invoice/{number}", "gone"),
    ):
        body = {"memo": "m"} if method == "PUT" else {}
        code = 202 if method == "PUT" else 200
        assert caller.ask(method, path, body, code, Idempotency_Key=key)
        again = caller.http.request(method, path, json=body, headers={"Idempotency-Key": key})
        assert (again.status_code, again.headers["idempotent-replayed"]) == (code, "true")
    assert caller.find("transaction", where=f"applied_to.invoice_id:EQUALS:{number}") == []


def test_amounts_are_numbers_and_whole_ones_have_no_point(us: Office, caller: Client) -> None:
    number = caller.invoice({"item_id": caller.item("Labour"), "line_rate": "4500.00"})
    raw = httpx.get(f"{us.url}/api/v3/invoice/{number}", auth=basic(caller.key)).text
    assert '"subtotal":4500,' in raw
    assert '"line_rate":4500,' in raw
    number = caller.invoice({"item_id": caller.item("Labour"), "line_rate": Decimal("100.5").to_eng_string()})
    assert '"total":100.5,' in httpx.get(f"{us.url}/api/v3/invoice/{number}", auth=basic(caller.key)).text
