"""The database goes away at any access while ChargeOver's callers are served, also between the steps of a credit."""

from collections.abc import Sequence
from typing import Any, Final

import pytest
from tests.acceptance.away.conftest import Told
from tests.acceptance.away.world import Case, Sent, World

from counterfoil.dispatch.submit import Dispatcher

ROOT: Final = "/api/v3"


async def asked(there: World, method: str, path: str, body: Any = None) -> Any:
    return (await there.ask("chargeover", method, f"{ROOT}{path}", body))["response"]


async def buyer(there: World, number: int) -> int:
    return int((await asked(there, "POST", "/customer", {"company": f"Buyer {number}"}))["id"])


async def invoices(there: World, number: int, *amounts: int) -> tuple[int, list[int]]:
    """A new customer's number, and those of invoices that are open for so much, the oldest first."""
    who = await buyer(there, number)
    made = []
    for month, amount in enumerate(amounts, 1):
        line = {"line_rate": amount, "line_quantity": 1, "descrip": "Work", "item_id": await labour(there)}
        body = {"customer_id": who, "date": f"2026-0{month}-01", "line_items": [line]}
        made.append(int((await asked(there, "POST", "/invoice", body))["id"]))
    return who, made


async def labour(there: World) -> int:
    return int((await asked(there, "GET", "/item?where=name:EQUALS:Labour"))[0]["item_id"])


async def one(there: World, number: int) -> int:
    return (await invoices(there, number, 40))[1][0]


async def customer(there: World, number: int) -> Sent:
    return Sent("POST", f"{ROOT}/customer", {"company": f"Someone {number}", "external_key": f"k{number}"})


async def customer_changed(there: World, number: int) -> Sent:
    return Sent("PUT", f"{ROOT}/customer/{await buyer(there, number)}", {"company": f"Changed {number}"})


async def item(there: World, number: int) -> Sent:
    body = {"name": f"Item {number}", "item_type": "service", "external_key": f"i{number}"}
    return Sent("POST", f"{ROOT}/item", body)


async def create(there: World, number: int) -> Sent:
    who, line = await buyer(there, number), {"item_id": await labour(there), "line_rate": 12}
    return Sent("POST", f"{ROOT}/invoice", {"customer_id": who, "external_key": f"v{number}", "line_items": [line]})


async def modify(there: World, number: int) -> Sent:
    return Sent("PUT", f"{ROOT}/invoice/{await one(there, number)}", {"memo": f"changed {number}"})


async def void(there: World, number: int) -> Sent:
    return Sent("POST", f"{ROOT}/invoice/{await one(there, number)}?action=void")


async def delete(there: World, number: int) -> Sent:
    return Sent("DELETE", f"{ROOT}/invoice/{await one(there, number)}")


async def pay(there: World, number: int) -> Sent:
    return Sent("POST", f"{ROOT}/invoice/{await one(there, number)}?action=pay")


async def pay_by_balance(there: World, number: int) -> Sent:
    who, (invoice,) = await invoices(there, number, 40)
    await asked(there, "POST", "/transaction", money(who, "cre", 15))
    await asked(there, "POST", "/transaction", money(who, "pay", 10))
    return Sent("POST", f"{ROOT}/invoice/{invoice}?action=pay", {"use_customer_balance": True})


async def payment_applied(there: World, number: int) -> Sent:
    who, made = await invoices(there, number, 40, 50)
    return Sent("POST", f"{ROOT}/transaction", money(who, "pay", 70, made))


async def payment_called(there: World, number: int) -> Sent:
    who, made = await invoices(there, number, 40, 50)
    return Sent("POST", f"{ROOT}/transaction?action=pay", {"customer_id": who, "applied_to": made})


async def payment_applied_otherwise(there: World, number: int) -> Sent:
    who, (first, second) = await invoices(there, number, 40, 50)
    paid = (await asked(there, "POST", "/transaction", money(who, "pay", 40, [first])))["id"]
    return Sent("POST", f"{ROOT}/transaction/{paid}?action=changeAppliedAmounts", {"applied_to": [second]})


async def payment_deleted(there: World, number: int) -> Sent:
    who, made = await invoices(there, number, 40)
    paid = (await asked(there, "POST", "/transaction", money(who, "pay", 40, made)))["id"]
    return Sent("DELETE", f"{ROOT}/transaction/{paid}")


async def credit(there: World, number: int) -> Sent:
    return Sent("POST", f"{ROOT}/transaction", money(await buyer(there, number), "cre", 30))


async def credit_applied(there: World, number: int) -> Sent:
    """As much as is open of the first, what is left to the second."""
    who, made = await invoices(there, number, 40, 50)
    return Sent("POST", f"{ROOT}/transaction", money(who, "cre", 70, made))


async def credit_applied_in_part(there: World, number: int) -> Sent:
    who, (first, second) = await invoices(there, number, 40, 50)
    body = money(who, "cre", 70, [{"invoice_id": first, "applied": 30}, {"invoice_id": second}])
    return Sent("POST", f"{ROOT}/transaction", body)


async def credit_applied_by_itself(there: World, number: int) -> Sent:
    who, _ = await invoices(there, number, 40, 50)
    return Sent("POST", f"{ROOT}/transaction", {**money(who, "cre", 70), "auto_apply": True})


async def credit_voided(there: World, number: int) -> Sent:
    given = (await asked(there, "POST", "/transaction", money(await buyer(there, number), "cre", 30)))["id"]
    return Sent("POST", f"{ROOT}/transaction/{given}?action=void")


def money(who: int, type_: str, amount: int, applied_to: Sequence[Any] = ()) -> dict[str, Any]:
    body: dict[str, Any] = {"customer_id": who, "transaction_type": type_, "amount": amount}
    return body | ({"applied_to": list(applied_to)} if applied_to else {})


ACTS: Final[tuple[Any, ...]] = (
    customer,
    customer_changed,
    item,
    create,
    modify,
    void,
    delete,
    pay,
    pay_by_balance,
    payment_applied,
    payment_called,
    payment_applied_otherwise,
    payment_deleted,
    credit,
    credit_applied,
    credit_applied_in_part,
    credit_applied_by_itself,
    credit_voided,
)
CASES: Final = tuple(Case(each.__name__, each) for each in ACTS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whatever_is_lost_the_truth_is_told_and_nothing_is_done_twice(case: Case, tell: Told) -> None:
    assert tell(lambda there: there.check("chargeover", case)) > 0


async def given_and_sent_again(there: World) -> None:
    """The credit is more than was open; what is open later is none of its affair."""
    who, first = await invoices(there, 10_001, 40, 50)
    body = {**money(who, "cre", 100), "auto_apply": True}
    sent = Sent("POST", f"{ROOT}/transaction", body)
    given = await there.send("chargeover", sent, "credit once")
    line = {"line_rate": 30, "item_id": await labour(there)}
    later = await asked(there, "POST", "/invoice", {"customer_id": who, "line_items": [line]})
    again = await there.send("chargeover", sent, "credit once")
    assert again.json() == given.json()
    balances = [(await asked(there, "GET", f"/invoice/{each}"))["balance"] for each in (*first, later["id"])]
    assert balances == [0, 0, 30]


def test_a_credit_that_is_sent_again_settles_nothing_that_came_later(tell: Told) -> None:
    tell(given_and_sent_again)


async def too_much_and_sent_again(there: World) -> None:
    who, (first, second) = await invoices(there, 10_002, 40, 50)
    parts = [{"invoice_id": first, "applied": 40}, {"invoice_id": second, "applied": 50}]
    sent = Sent("POST", f"{ROOT}/transaction", money(who, "cre", 60, parts))
    told = await there.send("chargeover", sent, "too much")
    again = await there.send("chargeover", sent, "too much")
    assert (told.status_code, again.status_code) == (400, 400)
    assert again.json() == told.json()
    assert [(await asked(there, "GET", f"/invoice/{each}"))["balance"] for each in (first, second)] == [40, 50]


def test_a_credit_that_could_not_be_used_is_not_used_when_it_is_sent_again(tell: Told) -> None:
    tell(too_much_and_sent_again)


async def broken(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody foresaw what happens after the invoice was stored: it is not told that nothing was."""
    sent = await create(there, 10_003)

    async def numbers(*_: Any) -> Any:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(Dispatcher, "numbers", numbers)
    told = (await there.send("chargeover", sent, "broken")).json()
    assert told["details"] == {"outcome": "unknown"}
    assert "stored" not in told["message"]


def test_an_error_of_our_own_promises_nothing(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(lambda there: broken(there, monkeypatch))
