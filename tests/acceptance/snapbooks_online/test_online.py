"""SnapBooks on QuickBooks Online: ids are Intuit's, a tax is exact or told, and what Intuit holds is what was asked."""

from decimal import Decimal
from typing import Any

import pytest
from tests.acceptance.snapbooks_online.pair import Pair
from tests.acceptance.snapbooks_online.stories import INVOICE, PLANKS, RENEWED, SOLD

PAYMENT = f"{INVOICE}/payment"


def invoice(**values: Any) -> dict[str, Any]:
    return {"customerId": 59, "lineItems": [SOLD], **values}


def of_number(pair: Pair, number: str, country: str = "US") -> dict[str, Any]:
    (found,) = pair.found(f"select * from Invoice where DocNumber = '{number}'", country)
    return found


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["field"], entry["code"]) for entry in answer["details"]]


def test_ids_are_intuits(pair: Pair) -> None:
    made = pair.online("POST", INVOICE, invoice(invoiceNumber="N1", invoiceDate="1/23/2022"))
    paid = pair.online("POST", PAYMENT, {"invoiceNumber": "N1", "amount": 5})
    there = of_number(pair, "N1")
    assert (made["id"], made["invoice"]["Id"]) == (there["Id"], there["Id"])
    assert [(each["TxnId"], each["TxnType"]) for each in there["LinkedTxn"]] == [(paid["id"], "Payment")]
    assert (there["CustomerRef"]["value"], there["TxnDate"]) == ("59", "2022-01-23")
    person = pair.online("POST", "/api/v1/customer", {"fullName": "Jane Roe"})
    (known,) = pair.found("select * from Customer where DisplayName = 'Jane Roe'")
    assert person["id"] == known["Id"]
    assert pair.online("DELETE", f"{INVOICE}?id={made['id']}")["id"] == made["id"]
    assert pair.found("select * from Invoice where DocNumber = 'N1'") == []


def test_shipping_is_a_line_of_intuits_own(pair: Pair) -> None:
    before = len(pair.found("select * from Item maxresults 1000"))
    told = pair.online("POST", INVOICE, invoice(invoiceNumber="S1", shipAmount="2.50"))
    assert told["details"] == []
    last = of_number(pair, "S1")["Line"][-1]
    assert last["SalesItemLineDetail"]["ItemRef"]["value"] == "SHIPPING_ITEM_ID"
    assert Decimal(last["Amount"]) == Decimal("2.50")
    pair.online("PUT", INVOICE, {"invoiceNumber": "S1", "shipAmount": 4})
    lines = [line for line in of_number(pair, "S1")["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    assert [Decimal(line["Amount"]) for line in lines] == [10, 4]
    assert len(pair.found("select * from Item maxresults 1000")) == before


def test_new_terms_move_the_day_on_which_it_is_due(pair: Pair) -> None:
    pair.online("PUT", INVOICE, RENEWED)
    there = of_number(pair, "INV-666666665346")
    assert (there["TxnDate"], there["SalesTermRef"]["value"], there["DueDate"]) == ("2019-03-04", "5", "2019-03-19")


@pytest.mark.parametrize("tax", ["0", "0.01", "0.02", "5.99", "212.65", "99999.99"])
@pytest.mark.parametrize("taxed", [True, False])
def test_an_override_is_exact(pair: Pair, tax: str, taxed: bool) -> None:
    """To the cent, on taxable lines and on others, when it is made, by an update, and through later updates."""
    lines = [{**SOLD, "taxable": taxed}, {**SOLD, "billAmount": "7.77", "taxable": False}]
    made = pair.online("POST", INVOICE, invoice(invoiceNumber="T1", totalTaxOverride=tax, lineItems=lines))
    assert made["details"] == []
    assert _stored(pair, "T1") == (Decimal(tax), Decimal("17.77") + Decimal(tax))
    pair.online("PUT", INVOICE, {"invoiceNumber": "T1", "note": "the tax stays"})
    assert _stored(pair, "T1") == (Decimal(tax), Decimal("17.77") + Decimal(tax))
    again = pair.online("PUT", INVOICE, {"invoiceNumber": "T1", "totalTaxOverride": "1.23", "lineItems": [SOLD]})
    assert again["details"] == []
    assert _stored(pair, "T1") == (Decimal("1.23"), Decimal("11.23"))


def test_no_tax_is_none(pair: Pair) -> None:
    pair.online("POST", INVOICE, invoice(invoiceNumber="T1", totalTaxOverride=3))
    pair.online("PUT", INVOICE, {"invoiceNumber": "T1", "disableTax": True})
    assert _stored(pair, "T1") == (Decimal(0), Decimal(10))
    pair.online("PUT", INVOICE, {"invoiceNumber": "T1", "lineItems": [SOLD]})
    assert _stored(pair, "T1") == (Decimal("0.94"), Decimal("10.94"))


def test_a_tax_that_intuit_changed_is_told(pair: Pair) -> None:
    pair.intuit.faults.add("other-tax")
    made = pair.online("POST", INVOICE, invoice(invoiceNumber="T1", totalTaxOverride="5.99"))
    assert codes(made) == [("totalTaxOverride", "TaxMismatch")]
    assert "6.00" in made["details"][0]["message"]
    assert (made["totalAmount"], made["invoice"]["TxnTaxDetail"]["TotalTax"]) == ("16.00", "6.00")
    pair.intuit.faults.add("other-tax")
    changed = pair.online("PUT", INVOICE, {"invoiceNumber": "T1", "totalTaxOverride": "2"})
    assert codes(changed) == [("totalTaxOverride", "TaxMismatch")]
    told = pair.online("PUT", INVOICE, {"invoiceNumber": "T1", "totalTaxOverride": "2"})
    assert (told["details"], _stored(pair, "T1")[0]) == ([], Decimal(2))


def test_a_difference_is_told_again_to_who_asks_again(pair: Pair) -> None:
    pair.intuit.faults.add("other-tax")
    body, key = invoice(invoiceNumber="T1", totalTaxOverride="5.99"), {"Idempotency-Key": "one"}
    first, second = (pair.send("POST", INVOICE, body, to="online US", **key) for _ in range(2))
    assert second.headers["idempotent-replayed"] == "true"
    assert first.json()["details"] == second.json()["details"] != []
    assert len(pair.found("select * from Invoice where DocNumber = 'T1'")) == 1


def test_a_line_that_intuit_dropped_is_told(pair: Pair) -> None:
    pair.intuit.faults.add("dropped-lines")
    made = pair.online("POST", INVOICE, invoice(lineItems=[SOLD, {**SOLD, "billAmount": 3}], disableTax=True))
    assert (codes(made), made["totalAmount"]) == ([("lineItems", "StoredOtherwise")], "10.00")


@pytest.mark.parametrize("fault", ["timeout-after-commit", "error-after-commit", "throttled-xml", "expired-token"])
def test_a_fault_on_the_way_makes_no_second_invoice(pair: Pair, fault: str) -> None:
    pair.online("GET", f"{INVOICE}?docNumber=6777")
    pair.intuit.faults.add(fault, writes_only=True)
    made = pair.online("POST", INVOICE, invoice(invoiceNumber="ONCE"))
    assert made["id"] == of_number(pair, "ONCE")["Id"]


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}])
def test_an_update_that_somebody_comes_before_is_merged_anew(pair: Pair, headers: dict[str, str]) -> None:
    pair.online("POST", INVOICE, invoice(invoiceNumber="U1"))
    pair.intuit.faults.add("stale-token")
    answer = pair.send("PUT", INVOICE, {"invoiceNumber": "U1", "note": "mine"}, to="online US", **headers)
    assert answer.status_code == 200, answer.text
    assert of_number(pair, "U1")["CustomerMemo"]["value"] == "mine"


def test_a_deletion_that_is_sent_again(pair: Pair) -> None:
    made = pair.online("POST", INVOICE, invoice(invoiceNumber="D1"))
    key = {"Idempotency-Key": "gone"}
    answers = [pair.send("DELETE", INVOICE, {"invoiceNumber": "D1"}, to="online US", **key) for _ in range(2)]
    assert [each.json()["id"] for each in answers] == [made["id"]] * 2


def test_canadian_lines_without_tax(pair: Pair) -> None:
    """Where no preference names the code without tax, it is the one that says so; nothing is taxed by its item."""
    lines = [{**PLANKS, "taxCodeRef": code} for code in (False, "NON", "5")]
    pair.online("POST", INVOICE, {"customerId": 3, "invoiceNumber": "C1", "lineItems": lines}, country="CA")
    there = of_number(pair, "C1", "CA")
    (free,) = [code["Id"] for code in pair.found("select * from TaxCode", "CA") if code["Taxable"] is False]
    used = [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in there["Line"][:3]]
    assert used == [free, free, "5"]
    assert Decimal(there["TxnTaxDetail"]["TotalTax"]) == 13


def test_books_that_nobody_has_connected(pair: Pair) -> None:
    async def make() -> str:
        made = await pair.running.perform("connection.create", {"books": "online", "name": "New"})
        return str((await pair.running.perform("key.create", {"connection": made["id"]}))["key"])

    pair.keys["online new"] = pair.runner.run(make())
    response = pair.send("GET", f"{INVOICE}?docNumber=1", to="online new")
    answer = response.json()
    assert (response.status_code, answer["success"], answer["type"]) == (502, False, "Unavailable")
    assert answer["details"][0]["code"] == "online_never_connected"


def _stored(pair: Pair, number: str) -> tuple[Decimal, Decimal]:
    """Tax and total of an invoice as Intuit holds it; the tax lines sum to the tax."""
    there = of_number(pair, number)
    detail = there["TxnTaxDetail"]
    tax = Decimal(detail["TotalTax"])
    if tax:
        assert sum(Decimal(line["Amount"]) for line in detail["TaxLine"]) == tax
    return tax, Decimal(there["TotalAmt"])
