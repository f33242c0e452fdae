"""Payments and credits: recorded, applied, told and taken back."""

from pathlib import Path

import pytest
from tests.acceptance.chargeover.office import Client, Office

CARD = {"number": "4111 1111 1111 1234", "expdate_year": "2031", "expdate_month": "8", "name": "A. Buyer", "cvv": "987"}


def untaxed(caller: Client, amount: object, **fields: object) -> int:
    return caller.invoice({"item_id": caller.item("Labour"), "line_rate": amount}, **fields)


def payments_of(caller: Client, invoice: int) -> list[dict[str, object]]:
    found = caller.find("transaction", where=f"applied_to.invoice_id:EQUALS:{invoice}")
    return [caller.ask("GET", f"/transaction/{each['transaction_id']}") for each in found]


def test_an_empty_payment_settles_what_is_open(caller: Client) -> None:
    number = untaxed(caller, "62.50")
    assert caller.ask("POST", f"/invoice/{number}?action=pay") is True
    (payment,) = payments_of(caller, number)
    assert (payment["amount"], payment["transaction_type"]) == (62.5, "pay")
    assert payment["applied_to"] == [{"invoice_id": number, "applied": 62.5}]
    told = caller.told("POST", f"/invoice/{number}?action=pay", code=400)
    assert told["message"].startswith("This transaction could not be processed: ")


@pytest.mark.parametrize(
    ("means", "method", "name", "detail"),
    [
        (CARD, "visa", "Visa", "x1234"),
        ({**CARD, "number": "378282246310005"}, "american-express", "American Express", "x0005"),
        ({**CARD, "number": "5555555555554444"}, "mastercard", "MasterCard", "x4444"),
        ({"number": "000123456789", "routing": "021000021", "type": "chec", "name": "A. Buyer"}, "ach", "ACH", "x6789"),
    ],
)
def test_of_a_card_or_account_only_four_digits_stay(
    us: Office, caller: Client, means: dict[str, str], method: str, name: str, detail: str
) -> None:
    number = untaxed(caller, 20)
    caller.ask("POST", f"/invoice/{number}/_action/pay", means, Idempotency_Key=f"card {method}")
    caller.ask("POST", f"/invoice/{number}/_action/pay", means, Idempotency_Key=f"card {method}")
    (payment,) = payments_of(caller, number)
    assert (payment["gateway_method"], payment["transaction_method"]) == (method, name)
    assert payment["transaction_detail"] == detail
    digits = means["number"].replace(" ", "").encode()
    for file in Path(us.running.settings.data).rglob("*"):
        assert not file.is_file() or digits not in file.read_bytes()


def test_an_expired_card_is_told_as_the_vendor_tells_it(caller: Client) -> None:
    number = untaxed(caller, 20)
    told = caller.told("POST", f"/invoice/{number}/_action/pay", {**CARD, "expdate_year": "2019"}, 400)
    assert told["message"] == "This transaction could not be processed: Your card has expired."
    assert caller.read(number)["balance"] == 20


def test_a_customers_balance_pays_as_far_as_it_reaches(us: Office, caller: Client) -> None:
    customer = caller.ask("POST", "/customer", {"company": "Balance Ltd"}, 201)["id"]
    number = untaxed(caller, 100, customer_id=customer)
    assert caller.ask("POST", f"/invoice/{number}?action=pay", {"use_customer_balance": True}) is False
    credit = {"customer_id": customer, "transaction_type": "cre", "amount": 30, "gateway_method": "credit"}
    made = caller.ask("POST", "/transaction", credit, 201)["id"]
    over = {"customer_id": customer, "transaction_type": "pay", "amount": 25, "gateway_method": "check"}
    caller.ask("POST", "/transaction", over, 201)
    assert caller.ask("POST", f"/invoice/{number}?action=pay", {"use_customer_balance": True}) is True
    read = caller.read(number)
    assert (read["credits"], read["payments"], read["balance"]) == (30, 25, 45)
    told = caller.ask("GET", f"/transaction/{made}")
    assert (told["transaction_type_name"], told["applied"], told["unapplied"]) == ("Credit", 30, 0)
    assert us.violations() == []


def test_a_credit_is_applied_by_name_and_automatically(us: Office, caller: Client) -> None:
    customer = caller.ask("POST", "/customer", {"company": "Credit Ltd"}, 201)["id"]
    first = untaxed(caller, 40, customer_id=customer, date="2026-01-01")
    second = untaxed(caller, 50, customer_id=customer, date="2026-02-01")
    body = {"customer_id": customer, "transaction_type": "cre", "amount": 15, "applied_to": [{"invoice_id": second}]}
    caller.ask("POST", "/transaction", body, 201, Idempotency_Key="credit")
    caller.ask("POST", "/transaction", body, 201, Idempotency_Key="credit")
    assert caller.read(second)["balance"] == 35
    body = {"customer_id": customer, "transaction_type": "cre", "amount": 60, "auto_apply": True}
    caller.ask("POST", "/transaction", body, 201)
    assert [caller.read(each)["balance"] for each in (first, second)] == [0, 15]
    body = {"customer_id": customer, "transaction_type": "cre", "amount": 5, "applied_to": [{"invoice_id": first}]}
    caller.ask("POST", "/transaction", body, 201)
    body["applied_to"] = [{"invoice_id": second, "applied": 99}]
    count = caller.ask("GET", "/transaction/_count")
    caller.told("POST", "/transaction", body, 400)
    assert caller.ask("GET", "/transaction/_count") == count
    assert us.violations() == []


def test_a_payment_may_settle_several_invoices(caller: Client) -> None:
    customer = caller.ask("POST", "/customer", {"company": "Several Ltd"}, 201)["id"]
    first, second = (untaxed(caller, amount, customer_id=customer) for amount in (10, 20))
    paid = caller.ask("POST", "/transaction?action=pay", {"customer_id": customer, "applied_to": [first, second]})
    read = caller.ask("GET", f"/transaction/{paid['id']}")
    assert (read["amount"], read["applied"], read["unapplied"]) == (30, 30, 0)
    assert caller.ask("POST", f"/transaction/{paid['id']}/_action/changeAppliedAmounts", {"applied_to": [second]})
    assert [caller.read(each)["balance"] for each in (first, second)] == [10, 0]
    told = caller.told("POST", "/transaction/_action/pay", {"customer_id": customer}, 400)
    assert told["message"] == "Missing or invalid parameter."


def test_voiding_a_payment_opens_its_invoice_again(us: Office, caller: Client) -> None:
    number = untaxed(caller, 70)
    caller.ask("POST", f"/invoice/{number}?action=pay", {"amount": 30})
    (payment,) = payments_of(caller, number)
    for _ in range(2):
        path = f"/transaction/{payment['transaction_id']}/?action=void"
        assert caller.ask("POST", path, Idempotency_Key="void payment") is True
    assert caller.read(number)["balance"] == 70
    assert caller.told("GET", f"/transaction/{payment['transaction_id']}", code=404)["response"] is None
    assert us.violations() == []


def test_a_voided_credit_stays_and_tells_what_it_was(caller: Client) -> None:
    customer = caller.ask("POST", "/customer", {"company": "Void Ltd"}, 201)["id"]
    body = {"customer_id": customer, "transaction_type": "cre", "amount": 12}
    made = caller.ask("POST", "/transaction", body, 201)["id"]
    caller.ask("POST", f"/transaction/{made}/_action/void")
    read = caller.ask("GET", f"/transaction/{made}")
    assert (read["amount"], read["unapplied"], read["transaction_status_name"]) == (12, 0, "Void")
    assert read["void_datetime"] == "2026-03-02 12:00:00"


@pytest.mark.parametrize(
    "wrong",
    [
        {"transaction_type": "ref", "amount": 5},
        {"transaction_type": "pay"},
        {"transaction_type": "pay", "amount": 0},
        {"transaction_type": "pay", "amount": -4},
        {"amount": 4},
        {"transaction_type": "pay", "amount": 4, "gateway_status": 0},
        {"transaction_type": "pay", "amount": 4, "gateway_method": "gold"},
        {"transaction_type": "pay", "amount": 4, "applied_to": "all"},
        {"transaction_type": "pay", "amount": "1e99"},
    ],
)
def test_wrong_transactions_are_refused(caller: Client, wrong: dict[str, object]) -> None:
    count = caller.ask("GET", "/transaction/_count")
    told = caller.told("POST", "/transaction", {"customer_id": caller.customer(), **wrong}, 400)
    assert told["response"] is False
    assert caller.ask("GET", "/transaction/_count") == count


def test_stored_cards_and_refunds_are_refused_truthfully(caller: Client) -> None:
    number = untaxed(caller, 10)
    body = {"customer_id": caller.customer(), "applied_to": [number], "paymethods": [{"creditcard_id": 5}]}
    assert "No payment methods are stored here" in caller.told("POST", "/transaction?action=pay", body, 400)["message"]
    caller.ask("POST", f"/invoice/{number}?action=pay")
    (payment,) = payments_of(caller, number)
    told = caller.told("POST", f"/transaction/{payment['transaction_id']}?action=refund", {"amount": 1}, 400)
    assert (
        told["message"] == f"The command requested is not supported: refund(transaction, {payment['transaction_id']})"
    )
