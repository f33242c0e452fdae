"""Writes whose answer was lost and which Intuit no longer remembers: looked for, found, or told as what they are."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import httpx
import pytest
from msgspec import structs
from tests.simulation.online.conftest import SECOND, STANDING
from tests.simulation.online.house import INTUIT, Cut, House

from counterfoil.core.errors import OutcomeUnknown
from counterfoil.emulators.online.company import US_REALM
from counterfoil.model.activities import TimeActivity
from counterfoil.model.command import Command, Create, Delete, LineChange, Update, Void
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.people import Customer, Employee
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

Make = Callable[..., House]
Json = dict[str, Any]
NOTE: Final = "lost and found"
KEY: Final = "lost-key"
LONG: Final = 2 * 3600
LINES: Final = (SalesLine(item=Ref("1"), quantity=Decimal(3), rate=Decimal("10")),)


def _invoice(**more: Any) -> Create:
    return Create(resource="invoices", draft=Invoice(customer=Ref("2"), memo=NOTE, lines=LINES, **more))


async def _lose(house: House, command: Command, cut: Cut) -> None:
    """Ask, lose the line and the process, and come back when Intuit has forgotten the request."""
    house.line.cut = cut
    asked = asyncio.create_task(house.submit(command, KEY))
    await asyncio.wait_for(house.line.reached.wait(), 20)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await house.die()
    await house.forget_requests()
    house.clock.pass_by(LONG)


async def _standing(house: House) -> Json:
    return (await house.noted("Invoice", STANDING))[0]


async def _numbered(_: House) -> Command:
    return _invoice(ref_number="LOST-1")


async def _unnumbered(_: House) -> Command:
    return _invoice()


async def _update(house: House) -> Command:
    return Update(resource="invoices", id=(await _standing(house))["Id"], revision="", changes={"memo": NOTE})


async def _asserted(house: House) -> Command:
    found = await _standing(house)
    return Update(resource="invoices", id=found["Id"], revision=found["SyncToken"], changes={"memo": NOTE})


async def _lines(house: House) -> Command:
    """A line that stays, one that goes and one that is new: made twice, the new one would be there two times."""
    found = await _standing(house)
    fresh = {"item": Ref("1"), "quantity": Decimal(1), "rate": Decimal("7")}
    lines = (LineChange(id=found["Line"][0]["Id"], changes={}), LineChange(id="-1", changes=fresh))
    return Update(resource="invoices", id=found["Id"], revision="", changes={"memo": NOTE, "lines": lines})


async def _void(house: House) -> Command:
    return Void(resource="invoices", id=(await _standing(house))["Id"])


async def _delete(house: House) -> Command:
    return Delete(resource="invoices", id=(await _standing(house))["Id"])


async def _payment(house: House) -> Command:
    paid = Application(transaction_id=(await _standing(house))["Id"], payment_amount=Decimal("30.00"))
    draft = ReceivePayment(customer=Ref("1"), total_amount=Decimal("30.00"), memo=NOTE, applications=(paid,))
    return Create(resource="receive_payments", draft=draft)


async def _customer(_: House) -> Command:
    return Create(resource="customers", draft=Customer(name=NOTE, company_name="Lost & Found"))


async def _invoices_with_note(house: House) -> object:
    return [sum(line["Amount"] for line in each["Line"][:-1]) for each in await house.noted("Invoice", NOTE)]


async def _total(house: House) -> object:
    found = await house.find("select * from Invoice maxresults 1000")
    return [each["TotalAmt"] for each in found if each.get("PrivateNote", "").startswith(("Voided", STANDING))]


async def _number_of_standing(house: House) -> object:
    return len(await house.noted("Invoice", STANDING))


async def _payments(house: House) -> object:
    return [each["TotalAmt"] for each in await house.noted("Payment", NOTE)]


async def _customers(house: House) -> object:
    return len(await house.find(f"select * from Customer where DisplayName = '{NOTE}'"))


CASES: Final[
    Mapping[str, tuple[Callable[[House], Awaitable[Command]], Callable[[House], Awaitable[object]], object]]
] = {
    "create-with-number": (_numbered, _invoices_with_note, [30]),
    "create-without-number": (_unnumbered, _invoices_with_note, [30]),
    "update": (_update, _invoices_with_note, [120]),
    "update-of-a-version": (_asserted, _invoices_with_note, [120]),
    "update-with-a-new-line": (_lines, _invoices_with_note, [107]),
    "void": (_void, _total, [0]),
    "delete": (_delete, _number_of_standing, 0),
    "payment": (_payment, _payments, [30]),
    "customer": (_customer, _customers, 1),
}


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize("case", CASES)
def test_lost_and_found(house: Make, case: str, cut: Cut) -> None:
    async def go() -> None:
        here = house()
        make, look, expected = CASES[case]
        await here.open()
        command = await make(here)
        await _lose(here, command, cut)
        await here.open()
        outcome = await here.submit(command, KEY)
        assert isinstance(outcome, Done), outcome
        assert await look(here) == expected
        assert await here.violations() == []
        assert len(here.line.writes) == (1 if cut == "after" else 2)
        assert [each.state for each in (await here.entries())[-1:]] == ["done"]
        await here.close()

    asyncio.run(go())


async def _by_somebody_else(house: House, body: Json, entity: str = "Invoice") -> Json:
    """What another program makes at Intuit."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.intuit.app), base_url=INTUIT) as client:
        headers = {"Authorization": 'OAuth oauth_token="any"', "Accept": "application/json"}
        answer = await client.post(f"/v3/company/{US_REALM}/{entity.lower()}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        made: Json = answer.json()[entity]
        return made


def test_a_twin_of_our_own_is_not_taken_for_it(house: Make) -> None:
    """The same invoice twice, on purpose, by two requests: the second is lost, and the first is not its answer."""

    async def go() -> None:
        here = house()
        await here.open()
        first = await here.done(_invoice())
        await _lose(here, _invoice(), "after")
        await here.open()
        second = await here.submit(_invoice(), KEY)
        assert isinstance(second, Done)
        assert second.result.id != first.result.id
        assert len(await here.noted("Invoice", NOTE)) == 2
        await here.close()

    asyncio.run(go())


@pytest.mark.parametrize(("worker", "hours"), [("Bo", 2), ("Ann", 3)])
def test_other_time_is_not_taken_for_it(house: Make, worker: str, hours: int) -> None:
    """Somebody else writes down time of the same day: of another worker, or of another length."""

    async def go() -> None:
        here = house()
        await here.open()
        ids = {}
        for name in ("Ann", "Bo"):
            ids[name] = (
                await here.done(Create(resource="employees", draft=Employee(name=name, first_name=name)))
            ).result.id
        hers = TimeActivity(employee=Ref(ids["Ann"]), transaction_date=date(2026, 3, 2), hours=2, minutes=0)
        other = {"NameOf": "Employee", "EmployeeRef": {"value": ids[worker]}, "TxnDate": "2026-03-02", "Hours": hours}
        twin = await _by_somebody_else(here, other, "TimeActivity")
        await _lose(here, Create(resource="time_activities", draft=hers), "before")
        await here.open()
        outcome = await here.submit(Create(resource="time_activities", draft=hers), KEY)
        assert isinstance(outcome, Done)
        assert outcome.result.id != twin["Id"]
        assert len(await here.find("select * from TimeActivity where TxnDate = '2026-03-02'")) == 2
        await here.close()

    asyncio.run(go())


def test_what_cannot_be_told_stays_unknown_and_holds_nobody_up(house: Make) -> None:
    """Somebody else has made the very same invoice at the same time: nobody can tell which one is ours."""

    async def go() -> None:
        here = house()
        await here.open()
        _, connection = await here.caller()
        line = {"Amount": 30, "DetailType": "SalesItemLineDetail"}
        line["SalesItemLineDetail"] = {"ItemRef": {"value": "1"}, "Qty": 3, "UnitPrice": 10}
        await _by_somebody_else(here, {"CustomerRef": {"value": "2"}, "PrivateNote": NOTE, "Line": [line]})
        await _lose(here, _invoice(), "after")
        await here.open()
        with pytest.raises(OutcomeUnknown) as unknown:
            await here.submit(_invoice(), KEY, timeout=0.5)
        assert unknown.value.outcome == "unknown"
        assert (await here.up.perform("connection.show", {"id": connection.id}))["unknown"] == 1
        other = await here.submit(Create(resource="customers", draft=Customer(name="Next in line")))
        assert isinstance(other, Done)
        assert len(await here.noted("Invoice", NOTE)) == 2
        for _ in range(8):
            here.clock.pass_by(7 * 3600)
            here.up.bells.ring(connection.id)
            await asyncio.sleep(0.05)
        entry = next(each for each in await here.entries() if each.state == "unknown")
        assert entry.details.recovering == 1 + len(here.pace.lookups)
        assert len(await here.noted("Invoice", NOTE)) == 2
        await here.close()

    asyncio.run(go())


def test_it_is_found_once_the_twin_is_gone(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        _, connection = await here.caller()
        line = {"Amount": 30, "DetailType": "SalesItemLineDetail"}
        line["SalesItemLineDetail"] = {"ItemRef": {"value": "1"}, "Qty": 3, "UnitPrice": 10}
        body = {"CustomerRef": {"value": "2"}, "PrivateNote": NOTE, "Line": [line]}
        twin = await _by_somebody_else(here, body)
        await _lose(here, _invoice(), "after")
        await here.open()
        with pytest.raises(OutcomeUnknown):
            await here.submit(_invoice(), KEY, timeout=0.5)
        await here.done(Void(resource="invoices", id=twin["Id"]))
        await here.done(Delete(resource="invoices", id=twin["Id"]))
        here.clock.pass_by(61)
        here.up.bells.ring(connection.id)
        outcome = await here.submit(_invoice(), KEY)
        assert isinstance(outcome, Done)
        assert outcome.result.id != twin["Id"]
        await here.close()

    asyncio.run(go())


def test_a_version_that_was_asserted_and_has_moved_on_is_refused(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        command = await _asserted(here)
        await here.done(await _update(here))
        writes = len(here.line.writes)
        outcome = await here.submit(command)
        assert isinstance(outcome, Refused)
        assert [each.kind for each in outcome.problems] == ["stale_revision"]
        assert len(here.line.writes) == writes
        here.intuit.faults.add("stale-token")
        command = Update(resource="invoices", id=command.id, revision="1", changes={"memo": "again"})  # type: ignore[attr-defined]
        outcome = await here.submit(command)
        assert isinstance(outcome, Refused)
        assert [each.kind for each in outcome.problems] == ["stale_revision"]
        assert [each["PrivateNote"] for each in await here.noted("Invoice", NOTE)] == [NOTE]
        await here.close()

    asyncio.run(go())


def test_an_update_leaves_alone_what_it_does_not_name(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        before = (await here.noted("Invoice", SECOND))[0]
        await here.done(
            Update(resource="invoices", id=before["Id"], revision="", changes={"due_date": None, "memo": NOTE})
        )
        after = (await here.noted("Invoice", NOTE))[0]
        for key in ("Line", "CustomerRef", "DocNumber", "TxnDate", "TotalAmt", "BillAddr"):
            assert after.get(key) == before.get(key), key
        await here.close()

    asyncio.run(go())


def test_intuit_that_stays_silent_for_ever_is_told_at_last(house: Make) -> None:
    """No sending is answered or carried out: after the last one it is looked for, and it is not there."""

    async def go() -> None:
        here = house()
        await here.open()
        await here.warm()
        here.intuit.faults.add("timeout-before:5")
        with pytest.raises(Exception, match="did not carry it out"):
            await here.submit(_invoice(), KEY)
        assert len(here.line.writes) == 5
        assert len(set(here.line.writes)) == 1
        assert await here.noted("Invoice", NOTE) == []
        outcome = await here.submit(_invoice(), KEY)
        assert isinstance(outcome, Done), "it was not applied, so that the same key may ask again"
        await here.close()

    asyncio.run(go())


def test_while_intuit_may_be_at_work_nothing_is_concluded(house: Make) -> None:
    """That nothing is there proves nothing for two minutes."""

    async def go() -> None:
        here = house()
        here.pace = structs.replace(here.pace, finish=120)
        await here.open()
        _, connection = await here.caller()
        await here.warm()
        here.intuit.faults.add("timeout-before:5")
        asked = asyncio.create_task(here.submit(_invoice(), KEY))
        for _ in range(100):
            await asyncio.sleep(0.02)
            if len(here.line.writes) == 5:
                break
        await asyncio.sleep(0.2)
        assert [each.state for each in (await here.entries())[-1:]] == ["unknown"]
        assert not asked.done()
        here.clock.pass_by(121)
        here.up.bells.ring(connection.id)
        with pytest.raises(Exception, match="did not carry it out"):
            await asked
        await here.close()

    asyncio.run(go())
