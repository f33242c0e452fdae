"""The tax that a caller asks for is the tax that is stored: to the cent, on invoice and line, through every change."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.acceptance.chargeover.office import CANADIAN_CONNECTION, US_CONNECTION, Client, Office

CENT = Decimal("0.01")
BOTH = ["US", "CA"]
cents = st.integers(0, 99_999).map(lambda each: Decimal(each).scaleb(-2))
prices = st.integers(1, 500_000).map(lambda each: Decimal(each).scaleb(-2))
quantities = st.integers(1, 40).map(Decimal)
lines = st.lists(st.tuples(prices, quantities, st.one_of(st.none(), cents)), min_size=1, max_size=5)


def decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def amount(price: Decimal, quantity: Decimal) -> Decimal:
    """The amount of a line, worked out here and not by the code under test."""
    return (price * quantity).quantize(CENT, rounding=ROUND_HALF_UP)


@pytest.fixture(params=BOTH)
def company(request: pytest.FixtureRequest, caller: Client, canadian: Client) -> tuple[Client, int, int]:
    """A caller, a customer and a taxable item of an American and of a Canadian company."""
    client = caller if request.param == "US" else canadian
    name, item = ("Acme Corporation", "Paver") if request.param == "US" else ("Benjamin Yeung", "Maple planks")
    return client, client.customer(name), client.item(item)


def sent(item: int, wanted: Sequence[tuple[Decimal, Decimal, Decimal | None]]) -> list[dict[str, Any]]:
    made = []
    for price, quantity, tax in wanted:
        line: dict[str, Any] = {"item_id": item, "line_rate": str(price), "line_quantity": str(quantity)}
        if tax is not None:
            line["tax_total"] = str(tax)
        made.append(line)
    return made


def check(client: Client, number: int, subtotal: Decimal, tax: Decimal) -> dict[str, Any]:
    read = client.read(number)
    assert decimal(read["subtotal"]) == subtotal
    assert decimal(read["taxes"]) == tax
    assert decimal(read["total"]) == subtotal + tax
    assert sum(decimal(line["tax_total"]) for line in read["line_items"]) == tax
    return read


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=lines, whole=st.one_of(st.none(), cents), after=cents, paid=st.integers(0, 3))
def test_an_override_survives_edit_payment_and_void(
    us: Office,
    company: tuple[Client, int, int],
    wanted: list[tuple[Decimal, Decimal, Decimal | None]],
    whole: Decimal | None,
    after: Decimal,
    paid: int,
) -> None:
    client, customer, item = company
    by_line = [tax for *_, tax in wanted if tax is not None]
    subtotal = sum((amount(price, quantity) for price, quantity, _ in wanted), Decimal(0))
    body: dict[str, Any] = {"customer_id": customer, "line_items": sent(item, wanted)}
    if by_line:
        tax = sum(by_line, Decimal(0))
    else:
        tax = whole if whole is not None else after
        body["taxes"] = str(tax)
    number = client.ask("POST", "/invoice", body, 201)["id"]
    read = check(client, number, subtotal, tax)
    if by_line:
        asked = [tax or Decimal(0) for *_, tax in wanted]
        assert [decimal(line["tax_total"]) for line in read["line_items"]] == asked
    client.ask("PUT", f"/invoice/{number}", {"memo": "edited"}, 202)
    check(client, number, subtotal, tax)
    client.ask("PUT", f"/invoice/{number}", {"taxes": str(after)}, 202)
    tax = decimal(read["taxes"]) if decimal(read["taxes"]) == after and by_line else after
    check(client, number, subtotal, tax)
    if paid and subtotal + tax > 0:
        part = ((subtotal + tax) / paid).quantize(CENT, rounding=ROUND_HALF_UP)
        if part:
            client.ask("POST", f"/invoice/{number}/_action/pay", {"amount": str(min(part, subtotal + tax))})
        check(client, number, subtotal, tax)
    client.ask("POST", f"/invoice/{number}/_action/void")
    voided = check(client, number, subtotal, tax)
    assert voided["balance"] == 0
    assert us.violations(US_CONNECTION) == us.violations(CANADIAN_CONNECTION) == []


def test_without_an_override_the_books_compute(company: tuple[Client, int, int]) -> None:
    client, customer, item = company
    line = {"item_id": item, "line_rate": 100}
    rate = Decimal("8.25") if client.find("currency", where="currency_iso4217:EQUALS:USD") else Decimal(13)
    computed = client.read(client.ask("POST", "/invoice", {"customer_id": customer, "line_items": [line]}, 201)["id"])
    assert decimal(computed["taxes"]) in (rate, Decimal(13))
    assert computed["line_items"][0]["is_taxed"] == "1"
    body = {"customer_id": customer, "line_items": [line], "taxes": 0}
    none = client.read(client.ask("POST", "/invoice", body, 201)["id"])
    assert (none["taxes"], none["total"], none["line_items"][0]["is_taxed"]) == (0, 100, "0")


@pytest.mark.parametrize("name", ["taxes", "tax_override", "tax_total", "tax_amount"])
def test_the_tax_of_an_invoice_has_several_names(caller: Client, name: str) -> None:
    assert caller.read(caller.invoice(**{name: "1.23"}))["taxes"] == 1.23


@pytest.mark.parametrize("name", ["tax_total", "tax_override", "tax_amount"])
def test_the_tax_of_a_line_has_several_names(caller: Client, name: str) -> None:
    line = {"item_id": caller.item("Paver"), "line_rate": 10}
    read = caller.read(caller.invoice({**line, name: 2}, line))
    assert [each["tax_total"] for each in read["line_items"]] == [2, 0]
    assert read["taxes"] == 2


def test_a_list_of_taxes_is_added_up(caller: Client) -> None:
    taxes = [{"name": "State", "amount": "1.10"}, {"tax_id": 2, "tax_total": 0.13}]
    assert caller.read(caller.invoice(taxes=taxes))["taxes"] == 1.23


def test_null_takes_an_override_back(caller: Client) -> None:
    number = caller.invoice({"item_id": caller.item("Paver"), "line_rate": 100}, taxes=1)
    caller.ask("PUT", f"/invoice/{number}", {"taxes": None}, 202)
    assert caller.read(number)["taxes"] == 8.25


def test_taxes_by_line_stay_with_their_lines_and_end_with_the_last(caller: Client) -> None:
    paver = caller.item("Paver")
    number = caller.invoice({"item_id": paver, "line_rate": 100, "tax_total": 5}, {"item_id": paver, "line_rate": 50})
    first = caller.read(number)["line_items"][0]["line_item_id"]
    body = {"line_items": [{"line_item_id": first}, {"item_id": paver, "line_rate": 10}]}
    caller.ask("PUT", f"/invoice/{number}", body, 202)
    assert [line["tax_total"] for line in caller.read(number)["line_items"]] == [5, 0]
    caller.ask("PUT", f"/invoice/{number}", {"line_items": [{"item_id": paver, "line_rate": 100}]}, 202)
    assert caller.read(number)["taxes"] == 8.25
