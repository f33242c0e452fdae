"""The lane in front of a QuickBooks that keeps books: what was asked once is in them once."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.unit.books.desktop.house import NOON, Answer, House, Office, Talk, in_house
from tests.unit.emulators.office import count, office

from counterfoil.core.clock import SetClock
from counterfoil.emulators.desktop.com import ComError
from counterfoil.emulators.desktop.processor import RequestProcessor

Scene = Callable[[House, Office, RequestProcessor], Awaitable[None]]


def play(folder: Path, scene: Scene, *, faults: tuple[str, ...] = ()) -> None:
    """Both sides share one clock."""
    clock = SetClock(NOON)

    async def work(house: House) -> None:
        async with office(folder / "company", faults=faults, clock=clock) as quickbooks:
            await scene(house, await house.office(), quickbooks)

    in_house(folder / "data", work, clock=clock)


async def served(talk: Talk, quickbooks: RequestProcessor) -> tuple[str, int]:
    """One document, carried out."""
    document = await talk.ask()
    try:
        return document, await talk.bring(await quickbooks.process(document))
    except ComError as error:
        return document, await talk.bring("", error.hresult, error.message)


async def until_idle(talk: Talk, quickbooks: RequestProcessor) -> list[str]:
    """Serve until there is no more; what was asked, by name."""
    asked: list[str] = []
    while True:
        document, _ = await served(talk, quickbooks)
        found = re.search(r"<(\w+)Rq[ >]", document.partition("<QBXMLMsgsRq")[2])
        if found is None:
            asked.append("")
        elif found[1] == "HostQuery":
            return asked
        else:
            asked.append(found[1])


async def invoice(
    desk: Office, talk: Talk, quickbooks: RequestProcessor, number: str = "77", **headers: str
) -> asyncio.Task[Answer]:
    """An invoice of an hour's labour for Ada, written down; her id and the item's are looked up first."""
    customer = await _first(desk, talk, quickbooks, "customers?fullNames=Ada")
    item = await _first(desk, talk, quickbooks, "service-items?fullNames=Labour")
    body = {"customerId": customer, "refNumber": number, "transactionDate": "2026-03-02", "lines": [{"itemId": item}]}
    return await desk.asked(desk.post("invoices", body, **headers))


async def _first(desk: Office, talk: Talk, quickbooks: RequestProcessor, path: str) -> str:
    call = await desk.asked(desk.get(path))
    await served(talk, quickbooks)
    identifier: str = (await call).json()["data"][0]["id"]
    return identifier


@pytest.mark.parametrize("fault", ["locked", "related-locked", "locked:3"])
def test_what_was_locked_is_there_once_in_the_end(tmp_path: Path, fault: str) -> None:
    async def scene(house: House, desk: Office, quickbooks: RequestProcessor) -> None:
        talk = await desk.proved()
        call = await invoice(desk, talk, quickbooks)
        await served(talk, quickbooks)
        assert await count(quickbooks) == 0, "the first meets the lock"
        for seconds in (2, 8, 30):
            house.clock.pass_by(seconds)
            await until_idle(talk, quickbooks)
        answer = await call
        assert (answer.status_code, answer.json()["refNumber"]) == (200, "77")
        assert await count(quickbooks) == 1

    play(tmp_path, scene, faults=(fault,))


@pytest.mark.parametrize(
    ("fault", "asked"),
    [("internal", ["MessageSet", "InvoiceQuery"]), ("busy", ["InvoiceAdd"])],
)
def test_an_hresult_leaves_one_invoice(tmp_path: Path, fault: str, asked: list[str]) -> None:
    """QuickBooks fails before it begins, or after all is done: the second is asked after and not sent again."""

    async def scene(house: House, desk: Office, quickbooks: RequestProcessor) -> None:
        talk = await desk.proved()
        call = await invoice(desk, talk, quickbooks)
        quickbooks.faults.add(fault)
        await served(talk, quickbooks)
        assert [each if each else "MessageSet" for each in await until_idle(talk, quickbooks)] == asked
        answer = await call
        assert (answer.status_code, answer.json()["refNumber"]) == (200, "77")
        assert await count(quickbooks) == 1

    play(tmp_path, scene)


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_session_that_breaks_off_leaves_one_invoice(tmp_path: Path, carried_out: bool) -> None:
    """Nobody knows whether QuickBooks has seen it; the next session asks before it hands out anything else."""

    async def scene(house: House, desk: Office, quickbooks: RequestProcessor) -> None:
        talk = await desk.proved()
        call = await invoice(desk, talk, quickbooks)
        document = await talk.ask()
        if carried_out:
            await quickbooks.process(document)
        after = await desk.session()
        assert await talk.bring("too late") < 0, "the session before is over"
        asked = await until_idle(after, quickbooks)
        assert asked[0] == "", "the status of the message set comes first"
        assert ("InvoiceAdd" in asked) is not carried_out
        assert (await call).json()["refNumber"] == "77"
        assert await count(quickbooks) == 1

    play(tmp_path, scene)


def test_a_write_that_was_joined_is_made_once(tmp_path: Path) -> None:
    async def scene(house: House, desk: Office, quickbooks: RequestProcessor) -> None:
        talk = await desk.proved()
        key = {"Idempotency-Key": "invoice 77"}
        first = await invoice(desk, talk, quickbooks, **key)
        document = await talk.ask()
        answer = await quickbooks.process(document)
        assert await quickbooks.process(document) == answer, "QuickBooks repeats what it has carried out"
        await talk.bring(answer)
        told = (await first).json()
        repeated = await invoice(desk, talk, quickbooks, **key)
        assert (await repeated).json()["id"] == told["id"]
        assert await count(quickbooks) == 1

    play(tmp_path, scene)
