"""The order of writes, what runs beside them, Intuit's limits, rests and pauses."""

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
from msgspec import structs
from tests.simulation.online.conftest import STANDING
from tests.simulation.online.house import AT_ONCE, House

from counterfoil.books.online.limits import Limits
from counterfoil.books.online.pace import Pace
from counterfoil.core.errors import BooksAway, BooksRefused, OutcomeUnknown
from counterfoil.model.command import Create
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.people import Customer
from counterfoil.model.query import Read, Select
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

Make = Callable[..., House]
LINES: Final = (SalesLine(item=Ref("1"), quantity=Decimal(1), rate=Decimal("100")),)


def _customer(number: int) -> Create:
    return Create(resource="customers", draft=Customer(name=f"Number {number:02}"))


def test_writes_leave_in_the_order_in_which_they_came(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        await here.warm()
        here.intuit.faults.add("timeout-after-commit:2")
        here.intuit.faults.add("throttled", writes_only=True)
        outcomes = await asyncio.gather(*(here.submit(_customer(number)) for number in range(12)))
        assert all(isinstance(each, Done) for each in outcomes)
        made = [
            each
            for each in await here.find("select * from Customer maxresults 1000")
            if "Number" in each["DisplayName"]
        ]
        by_id = sorted(made, key=lambda each: int(each["Id"]))
        entered = [
            msgspec.json.decode(each.document)["draft"]["name"]
            for each in await here.entries()
            if b"Number" in each.document
        ]
        assert [each["DisplayName"] for each in by_id] == entered
        assert len(entered) == 12
        order = list(dict.fromkeys(here.line.writes))
        assert order == [each.details.set_id for each in await here.entries() if each.details.set_id in order]
        await here.close()

    asyncio.run(go())


def test_one_write_at_a_time_and_reads_beside_it(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        await here.warm()
        _, connection = await here.caller()
        here.line.cut = "before"
        writing = asyncio.create_task(here.submit(_customer(1)))
        await asyncio.wait_for(here.line.reached.wait(), 30)
        second = asyncio.create_task(here.submit(_customer(2)))
        found = await here.up.dispatcher.read(connection, Read(resource="customers", id="1"), 10)
        assert found.id == "1"
        await asyncio.sleep(0.1)
        assert not writing.done()
        assert not second.done()
        assert len(here.line.writes) == 1
        for each in (writing, second):
            each.cancel()
        await asyncio.gather(writing, second, return_exceptions=True)
        await here.close()

    asyncio.run(go())


def test_never_more_than_ten_at_once(house: Make) -> None:
    async def go() -> None:
        here = house(pace=structs.replace(AT_ONCE, at_once=10))
        await here.open()
        await here.warm()
        _, connection = await here.caller()
        under_way, most = 0, 0
        inner = here.line.inner.handle_async_request

        async def slow(request: Any) -> Any:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.02)
            try:
                return await inner(request)
            finally:
                under_way -= 1

        here.line.inner.handle_async_request = slow  # type: ignore[method-assign]
        read = Read(resource="customers", id="1")
        reads = [here.up.dispatcher.read(connection, read, 20) for _ in range(40)]
        writes = [here.submit(_customer(number)) for number in range(3)]
        await asyncio.gather(*reads, *writes)
        assert 5 <= most <= 10
        await here.close()

    asyncio.run(go())


def test_a_withdrawn_write_never_leaves(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        await here.up.online.grants.pause((await here.caller())[1], 3600)
        with pytest.raises(BooksAway) as away:
            await here.submit(_customer(1))
        assert away.value.problems[0].kind == "books_paused"
        await here.up.online.grants.pause((await here.caller())[1], 0)
        here.line.cut = "before"
        first = asyncio.create_task(here.submit(_customer(1)))
        await asyncio.wait_for(here.line.reached.wait(), 30)
        with pytest.raises(OutcomeUnknown) as unknown:
            await here.submit(_customer(2), timeout=0.2)
        assert unknown.value.outcome == "not_applied"
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await here.die()
        await here.open()
        assert isinstance(await here.submit(_customer(3)), Done)
        names = {each["DisplayName"] for each in await here.find("select * from Customer maxresults 1000")}
        assert {"Number 01", "Number 03"} <= names
        assert "Number 02" not in names
        await here.close()

    asyncio.run(go())


def test_after_a_429_intuit_is_left_in_peace_for_a_minute(house: Make) -> None:
    async def go() -> None:
        here = house(pace=structs.replace(AT_ONCE, throttle=60))
        await here.open()
        await here.warm()
        _, connection = await here.caller()
        here.intuit.faults.add("throttled-xml", writes_only=True)
        asked = asyncio.create_task(here.submit(_customer(1)))
        await asyncio.sleep(0.3)
        assert len(here.line.writes) == 1
        seen = len(here.intuit.seen)
        shown = await here.up.perform("connection.show", {"id": connection.id})
        assert (shown["state"], shown["needs"]) == ("throttled", "QBO_THROTTLED")
        with pytest.raises(OutcomeUnknown):
            await here.up.dispatcher.read(connection, Read(resource="customers", id="1"), 0.2)
        assert len(here.intuit.seen) == seen, "nobody asks while Intuit rests"
        here.clock.pass_by(61)
        here.up.bells.ring(connection.id)
        assert isinstance(await asked, Done)
        assert len(set(here.line.writes)) == 1, "a request that was turned away keeps its id"
        shown = await here.up.perform("connection.show", {"id": connection.id})
        assert shown["state"] == "live"
        await here.close()

    asyncio.run(go())


def test_an_intuit_that_goes_on_refusing_is_told_to_callers(house: Make) -> None:
    async def go() -> None:
        here = house(pace=structs.replace(AT_ONCE, throttle=60))
        await here.open()
        _, connection = await here.caller()
        grants = here.up.online.grants
        for _ in range(11):
            await grants.throttle(connection.id, 60)
            here.clock.pass_by(60)
        await grants.throttle(connection.id, 60)
        with pytest.raises(BooksAway) as away:
            await here.submit(_customer(1))
        assert away.value.problems[0].kind == "online_throttled"
        await here.close()

    asyncio.run(go())


def test_the_line_comes_back_and_what_waited_is_sent(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        await here.warm()
        here.line.is_down = True
        asked = asyncio.create_task(here.submit(_customer(1)))
        await asyncio.sleep(0.2)
        assert not asked.done()
        here.line.is_down = False
        assert isinstance(await asked, Done)
        assert len(here.line.writes) == 1
        await here.close()

    asyncio.run(go())


def test_a_refusal_is_told_in_intuits_words_and_ends_it(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        draft = Invoice(customer=Ref("999999"), lines=LINES)
        outcome = await here.submit(Create(resource="invoices", draft=draft), "refused-key")
        assert isinstance(outcome, Refused)
        assert outcome.problems[0].values["intuit_code"] == "2500"
        assert outcome.problems[0].values["intuit_message"] == "Invalid Reference Id"
        entry = (await here.entries())[-1]
        assert entry.state == "done"
        assert (await here.record(entry)).state == "refused"
        await here.close()

    asyncio.run(go())


def test_a_missing_object_is_said_to_be_missing(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        _, connection = await here.caller()
        for id in ("424242", "../customer/1", "1?x=y", "80000001-1234567890", ""):
            with pytest.raises(BooksRefused) as refused:
                await here.up.dispatcher.read(connection, Read(resource="customers", id=id), 10)
            assert [each.kind for each in refused.value.problems] == ["object_missing"]
        assert not any(".." in each.path for each in here.intuit.seen)
        await here.close()

    asyncio.run(go())


@pytest.mark.parametrize(("fault", "told"), [(None, ()), ("other-tax", ("tax_mismatch",))])
def test_an_override_is_exact_or_told(house: Make, fault: str | None, told: tuple[str, ...]) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        await here.warm()
        if fault is not None:
            here.intuit.faults.add(fault)
        draft = Invoice(
            customer=Ref("2"), memo="taxed", lines=LINES, tax_mode="override_total", tax_override=Decimal("5.00")
        )
        done = await here.done(Create(resource="invoices", draft=draft))
        assert done.warnings == told
        stored = (await here.noted("Invoice", "taxed"))[0]["TxnTaxDetail"]["TotalTax"]
        assert (stored == 5) is (fault is None)
        await here.close()

    asyncio.run(go())


def test_what_online_cannot_hold_is_kept_beside_it(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        _, connection = await here.caller()
        line = structs.replace(LINES[0], other_custom_field1="blue", serial_number="S-1")
        plain = SalesLine(item=Ref("2"), quantity=Decimal(1), rate=Decimal("3"))
        draft = Invoice(customer=Ref("2"), memo="beside", purchase_order_number="PO 9", lines=(line, plain))
        done = await here.done(Create(resource="invoices", draft=draft))
        read = Read(resource="invoices", id=done.result.id)
        for found in (done.result, await here.up.dispatcher.read(connection, read, 10)):
            assert isinstance(found, Invoice)
            assert found.purchase_order_number == "PO 9"
            first, second = found.lines
            assert isinstance(first, SalesLine)
            assert isinstance(second, SalesLine)
            assert (first.other_custom_field1, first.serial_number) == ("blue", "S-1")
            assert second.serial_number is None
        assert "PO 9" not in str(await here.noted("Invoice", "beside"))
        page = await here.up.dispatcher.select(connection, Select(resource="invoices", ids=(done.result.id,)), 10)
        assert page.items[0].purchase_order_number == "PO 9"  # type: ignore[attr-defined]
        await here.close()

    asyncio.run(go())


def test_pages_lead_on_to_the_end(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        _, connection = await here.caller()
        for number in range(5):
            await here.done(_customer(number))
        everyone = [each["Id"] for each in await here.find("select * from Customer maxresults 1000")]
        found: list[str] = []
        after: int | None = 0
        while after is not None:
            select = Select(resource="customers", after=after, limit=3, count_up_to=1000)
            page = await here.up.dispatcher.select(connection, select, 10)
            found += [each.id for each in page.items]
            assert page.remaining == len(everyone) - len(found)
            after = page.next
        assert found == sorted(everyone, key=int)
        await here.close()

    asyncio.run(go())


def test_the_limiter_keeps_ten_a_second() -> None:
    async def go() -> None:
        limits, moments = Limits(Pace(per_second=10, per_minute=500)), []

        async def one() -> None:
            async with limits.turn("1"):
                moments.append(time.monotonic())

        await asyncio.gather(*(one() for _ in range(25)))
        for start in moments:
            assert sum(start <= each < start + 0.999 for each in moments) <= 10
        assert moments[-1] - moments[0] >= 1.9

    asyncio.run(go())


def test_companies_do_not_wait_for_one_another() -> None:
    async def go() -> None:
        limits, began = Limits(Pace(per_second=5, per_minute=299)), time.monotonic()

        async def one(realm: str) -> None:
            async with limits.turn(realm):
                pass

        await asyncio.gather(*(one(str(realm)) for realm in range(8) for _ in range(5)))
        assert time.monotonic() - began < 6, "one after the other they take eight seconds"

    asyncio.run(go())


def test_batches_have_a_limit_of_their_own() -> None:
    async def go() -> None:
        limits = Limits(Pace(per_second=1000, per_minute=5000, batches=3))

        async def one(*, is_batch: bool) -> None:
            async with limits.turn("1", is_batch=is_batch):
                pass

        await asyncio.gather(*(one(is_batch=True) for _ in range(3)))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one(is_batch=True), 0.2)
        await asyncio.wait_for(one(is_batch=False), 30)

    asyncio.run(go())


def test_the_standing_invoice_is_there(house: Make) -> None:
    """What the other tests stand on: 100.00 taxed at 9.35 %, and 20.00 that is not."""

    async def go() -> None:
        here = house()
        await here.open(working=False)
        assert [each["Balance"] for each in await here.noted("Invoice", STANDING)] == [pytest.approx(129.35)]
        await here.close()

    asyncio.run(go())
