"""Callers who wait: an answer, or the vendor's timeout error, never silence; and what nobody can prove is told so."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from msgspec import structs
from tests.simulation.desktop.company import AT_FIRST, BOOKS, Held, after, requests
from tests.simulation.desktop.office import cut
from tests.simulation.desktop.troubles import A_WRITE
from tests.simulation.desktop.world import BETWEEN, Template, World, world

from counterfoil.model.command import Create, Update
from counterfoil.model.people import Customer
from counterfoil.storage.company import CompanyFile

Proceed = Callable[[], Awaitable[str]]
SHORT = 1
"""Seconds that these callers wait, the least that a caller may ask for as a whole number."""


def test_a_request_that_has_not_left_is_withdrawn_and_never_carried_out(template: Template, tmp_path: Path) -> None:
    async def check() -> None:
        async with world(template, tmp_path) as run:
            wanted = requests(template.ids)["create"]
            answer = await run.caller.send(wanted.method, wanted.path, wanted.body, SHORT)
            assert (answer.status, answer.outcome) == (504, "not_applied")
            assert answer.body["error"]["code"] == "QBD_REQUEST_TIMEOUT"
            assert [entry.state for entry in await run.entries()] == ["withdrawn"]
            await run.sessions()
            assert await run.office.holds() == AT_FIRST

    asyncio.run(check())


def test_a_request_that_has_left_stays_and_a_later_sending_learns_of_it(template: Template, tmp_path: Path) -> None:
    """The answer is lost, the caller gives up; the next session finds out, and the caller asks once more."""

    async def check() -> None:
        async with world(template, tmp_path) as run:
            wanted = requests(template.ids)["create"]
            asked = await run.ask(wanted, SHORT)
            run.office.hooks["after ProcessRequest"] = cut
            await run.office.session()
            answer = await asked
            assert (answer.status, answer.outcome) == (504, "unknown")
            assert [entry.state for entry in await run.entries()] == ["sent"]
            await run.sessions()
            [record] = await run.records()
            again = await run.caller.send(wanted.method, wanted.path, wanted.body, SHORT, retry=1)
            assert (again.status, again.id) == (200, record.result_id)
            assert await run.office.holds() == after("create")

    asyncio.run(check())


def test_what_was_lost_is_looked_for_at_once_where_the_line_is_held_open(template: Template, tmp_path: Path) -> None:
    """In live mode nothing waits for the end of a held call: with a call held for an hour the answer is there now."""

    async def check() -> None:
        async with world(template, tmp_path) as run:
            await _hold_for_an_hour(run)
            asked = await run.ask(requests(template.ids)["create"])

            async def forgotten(document: str, proceed: Proceed) -> str:
                await cut()
                return ""

            run.office.twists.append((A_WRITE, forgotten))
            await run.office.session()
            stop = asyncio.Event()
            work = asyncio.create_task(run.office.connector.session(stop))
            answer = await asyncio.wait_for(asked, 30)
            stop.set()
            await work
            assert answer.status == 200
            assert await run.office.holds() == after("create")

    asyncio.run(check())


async def _hold_for_an_hour(run: World) -> None:
    await run.house.die()
    run.house.settings = replace(run.house.settings, live_hold=3600, live_idle=3600)
    await run.house.open()


def test_a_change_that_somebody_overwrote_stays_unknown_and_the_lane_goes_on(
    template: Template, tmp_path: Path
) -> None:
    """QuickBooks has lost what it knew of the change, and the object no longer says what was asked."""

    async def check() -> None:
        async with world(template, tmp_path) as run:
            wanted = requests(template.ids)
            await run.ask(wanted["update"], SHORT)
            second = await run.ask(wanted["next"])

            async def overwritten(document: str, proceed: Proceed) -> str:
                await proceed()
                [entry, *_] = await run.entries()
                assert await run.office.forget_sets(entry.details.set_id) == 1
                await run.office.company.change(lambda file: _write_memo(file, template.ids.invoices["B-1"]))
                await cut()
                return ""

            run.office.twists.append((A_WRITE, overwritten))
            for _ in range(8):
                await run.office.session()
                run.clock.pass_by(BETWEEN)
            assert [entry.state for entry in await run.entries()] == ["unknown", "done"]
            assert (await second).status == 200
            answer = await asyncio.wait_for(run.asked[0], 30)
            assert (answer.status, answer.outcome) == (504, "unknown")
            assert await run.office.holds() == _overwritten(after("next"))

    asyncio.run(check())


def test_a_name_that_somebody_else_took_is_refused_after_a_lost_answer(template: Template, tmp_path: Path) -> None:
    """The request never arrived, and meanwhile the bookkeeper has made a customer of that name."""

    async def check() -> None:
        async with world(template, tmp_path) as run:
            asked = await run.ask(requests(template.ids)["customer"])

            async def taken(document: str, proceed: Proceed) -> str:
                draft = Customer(name="Ben")
                await run.office.company.change(
                    lambda file: BOOKS.execute(file, Create(resource="customers", draft=draft))
                )
                await cut()
                return ""

            run.office.twists.append((A_WRITE, taken))
            await run.sessions()
            answer = await asked
            assert answer.status == 502
            assert answer.body["error"]["integrationCode"] == "3100"
            assert [record.state for record in await run.records()] == ["refused"]
            assert await run.office.holds() == after("customer")

    asyncio.run(check())


def _write_memo(file: CompanyFile, identifier: str) -> Any:
    """The bookkeeper writes a memo of his own."""
    entry = file.entry(identifier, "invoices")
    assert entry is not None
    changes = {"memo": "By the back door"}
    return BOOKS.execute(
        file, Update(resource="invoices", id=identifier, revision=entry.thing.revision, changes=changes)
    )


def _overwritten(before: Held) -> Held:
    invoices = tuple((*each[:3], "By the back door") if each[0] == "B-1" else each for each in before.invoices)
    return structs.replace(before, invoices=invoices)
