"""Every fault of Intuit's, at every kind of write, with and without a crash: exactly once, and the truth is told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from itertools import product
from typing import Any, Final

import pytest
from tests.simulation.online.conftest import SECOND, STANDING
from tests.simulation.online.house import House

from counterfoil.model.command import Command, Create, Update, Void
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Done
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

Json = dict[str, Any]
FAULTS: Final = (
    "timeout-before",
    "timeout-after-commit",
    "error-after-commit",
    "server-error",
    "unavailable",
    "throttled",
    "throttled-xml",
    "expired-token",
    "stale-token",
    "fault-in-200",
    "dropped-lines",
)
CRASHES: Final = ("alive", "dies-before", "dies-after")
NOTE: Final = "matrix 4711"
KEY: Final = "matrix-key"
WARNED: Final[Mapping[tuple[str, str], str]] = {
    ("dropped-lines", "create"): "lines",
    ("dropped-lines", "update"): "lines",
    ("dropped-lines", "payment"): "applications",
}
"""What is told of a write that Intuit stored otherwise than it was asked."""

NEVER_STRIKES: Final = {("dropped-lines", "void"), ("stale-token", "create"), ("stale-token", "payment")}
"""A void sends no lines that could be dropped, and what is new has no version that could be stale."""


async def _standing(house: House) -> Json:
    found = await house.noted("Invoice", STANDING)
    assert len(found) == 1
    return found[0]


async def _create(_: House) -> Command:
    lines = (
        SalesLine(item=Ref("1"), quantity=Decimal(3), rate=Decimal("10")),
        SalesLine(item=Ref("2"), quantity=Decimal(1), rate=Decimal("5")),
    )
    return Create(resource="invoices", draft=Invoice(customer=Ref("2"), memo=NOTE, lines=lines))


async def _update(house: House) -> Command:
    invoice = await _standing(house)
    return Update(resource="invoices", id=invoice["Id"], revision="", changes={"memo": f"{STANDING}, {NOTE}"})


async def _void(house: House) -> Command:
    return Void(resource="invoices", id=(await _standing(house))["Id"])


async def _payment(house: House) -> Command:
    invoice, second = await _standing(house), (await house.noted("Invoice", SECOND))[0]
    paid = (
        Application(transaction_id=invoice["Id"], payment_amount=Decimal("30.00")),
        Application(transaction_id=second["Id"], payment_amount=Decimal("10.00")),
    )
    draft = ReceivePayment(
        customer=Ref("1"), total_amount=Decimal("40.00"), memo=NOTE, ref_number="77", applications=paid
    )
    return Create(resource="receive_payments", draft=draft)


async def _created_once(house: House, before: Json, fault: str) -> None:
    found = await house.noted("Invoice", NOTE)
    assert len(found) == 1
    lines = [each for each in found[0]["Line"] if each["DetailType"] == "SalesItemLineDetail"]
    assert sum(each["Amount"] for each in lines) == (30 if fault == "dropped-lines" else 35)
    assert (await _standing(house))["SyncToken"] == before["SyncToken"]


async def _updated_once(house: House, before: Json, fault: str) -> None:
    invoice = await _standing(house)
    assert invoice["PrivateNote"] == f"{STANDING}, {NOTE}"
    lines = [each["Amount"] for each in invoice["Line"] if each["DetailType"] == "SalesItemLineDetail"]
    assert lines == ([100] if fault == "dropped-lines" else [100, 20])
    if fault != "stale-token":
        assert int(invoice["SyncToken"]) == int(before["SyncToken"]) + 1


async def _voided_once(house: House, before: Json, fault: str) -> None:
    invoice = await _standing(house)
    assert invoice["TotalAmt"] == 0
    assert invoice["Balance"] == 0
    if fault != "stale-token":
        assert int(invoice["SyncToken"]) == int(before["SyncToken"]) + 1


async def _paid_once(house: House, before: Json, fault: str) -> None:
    found = await house.noted("Payment", NOTE)
    assert [each["TotalAmt"] for each in found] == [40]
    assert found[0]["UnappliedAmt"] == (10 if fault == "dropped-lines" else 0)
    assert (await _standing(house))["Balance"] == pytest.approx(before["Balance"] - 30)


Make = Callable[[House], Awaitable[Command]]
Check = Callable[[House, Json, str], Awaitable[None]]
VERBS: Final[Mapping[str, tuple[Make, Check]]] = {
    "create": (_create, _created_once),
    "update": (_update, _updated_once),
    "void": (_void, _voided_once),
    "payment": (_payment, _paid_once),
}
CELLS: Final = tuple(product(VERBS, ("none", *FAULTS), CRASHES))


@pytest.mark.parametrize(("verb", "fault", "crash"), CELLS, ids=["-".join(cell) for cell in CELLS])
def test_exactly_once(house: Callable[..., House], verb: str, fault: str, crash: str) -> None:
    asyncio.run(_cell(house(), verb, fault, crash))


async def _cell(house: House, verb: str, fault: str, crash: str) -> None:
    make, check = VERBS[verb]
    await house.open()
    try:
        command, before = await make(house), await _standing(house)
        await house.warm()
        if fault != "none":
            house.intuit.faults.add(fault, writes_only=True)
        if crash != "alive":
            await _die_over(house, command, crash)
        outcome = await house.submit(command, KEY)
        assert isinstance(outcome, Done), outcome
        expected = WARNED.get((fault, verb))
        assert (expected in outcome.warnings) if expected else outcome.warnings == (), outcome.warnings
        if (fault, verb) not in NEVER_STRIKES:
            assert not house.intuit.faults.left, "the fault never struck"
        await check(house, before, fault)
        assert await house.violations() == []
        await _truth_is_told(house, outcome)
        again = await house.submit(command, KEY)
        assert isinstance(again, Done)
        assert again.replayed
        assert again.result == outcome.result
        await check(house, before, fault)
    finally:
        await house.close()


async def _die_over(house: House, command: Command, crash: str) -> None:
    """Ask, and die while the write is under way: before it has arrived, or when Intuit has answered."""
    house.line.cut = "before" if crash == "dies-before" else "after"
    asked = asyncio.create_task(house.submit(command, KEY))
    await asyncio.wait_for(house.line.reached.wait(), 20)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await house.die()
    await house.open()


async def _truth_is_told(house: House, outcome: Done) -> None:
    entries = [each for each in await house.entries() if each.details.set_id in house.line.writes]
    assert [each.state for each in entries] == ["done"]
    record = await house.record(entries[0])
    assert (record.state, record.result_id) == ("done", outcome.result.id)


def test_how_many_cells_there_are() -> None:
    assert len(CELLS) == 4 * 12 * 3
