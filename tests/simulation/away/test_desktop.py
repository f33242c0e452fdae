"""The database goes away at each access in turn, while an invoice is on its way to QuickBooks Desktop."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

import pytest
from tests.simulation.away.desktop import Story, story
from tests.simulation.away.store import Fate, Outage
from tests.simulation.away.tellings import MOST_SENDINGS, ONCE, Caller, by_outcome, by_words
from tests.simulation.away.walk import at_each_access
from tests.simulation.desktop.company import AT_FIRST, Held, after, requests
from tests.simulation.desktop.world import Template

FATES: Final = get_args(Fate)
NOT_WAITING: Final = ("response_received", "error", "discarded")
Make = Callable[[Template, int], Caller]


def _asked(name: str) -> Make:
    """One of the requests of Conductor's API."""

    def make(template: Template, most: int) -> Caller:
        wanted = requests(template.ids)[name]
        headers = {"Conductor-End-User-Id": template.connection, **_conductor(template, name)}
        path = f"/v1/quickbooks-desktop{wanted.path}"
        return Caller(wanted.method, path, headers, wanted.body or {}, by_outcome, most=most)

    return make


def _passed_through(template: Template, most: int) -> Caller:
    path = f"/v1/end-users/{template.connection}/passthrough/quickbooks-desktop"
    body = {
        "InvoiceAddRq": {
            "InvoiceAdd": {
                "CustomerRef": {"ListID": template.ids.customer},
                "TxnDate": "2026-03-02",
                "RefNumber": "N-1",
                "InvoiceLineAdd": {"ItemRef": {"ListID": template.ids.item}, "Amount": "55.00"},
            }
        }
    }
    return Caller("POST", path, _conductor(template, "document"), body, by_outcome, most=most)


def _queued(path: str) -> Make:
    """A whole document, as QUBE's callers hand it in."""

    def make(template: Template, most: int) -> Caller:
        document = (
            '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq>'
            f"<InvoiceAdd><CustomerRef><ListID>{template.ids.customer}</ListID></CustomerRef>"
            "<TxnDate>2026-03-02</TxnDate><RefNumber>N-1</RefNumber>"
            f"<InvoiceLineAdd><ItemRef><ListID>{template.ids.item}</ListID></ItemRef><Amount>55.00</Amount>"
            "</InvoiceLineAdd></InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"
        )
        return Caller(
            "POST",
            path.format(connection=template.connection),
            {"Idempotency-Key": "document"},
            {"request_xml": document, "webhook_url": "https://example.com/hook"},
            by_words,
            auth=(template.key, ""),
            most=most,
        )

    return make


def _conductor(template: Template, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {template.key}", "Idempotency-Key": key}


INVOICE: Final[dict[str, tuple[Make, str]]] = {
    "conductor": (_asked("create"), "create"),
    "update": (_asked("update"), "update"),
    "passthrough": (_passed_through, "create"),
    "qube": (_queued("/api/v1/connections/{connection}/queued_requests"), "create"),
    "qube-v2": (_queued("/api/v2/connections/{connection}/queued-requests"), "create"),
}
"""How an invoice is asked for, and what the company file holds afterwards, if it was."""


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("way", INVOICE)
def test_who_sends_it_again_gets_it_once(way: str, fate: Fate, desktop: Template, tmp_path: Path) -> None:
    make, name = INVOICE[way]

    async def told(folder: Path, outage: Outage) -> None:
        async with story(desktop, folder, outage) as run:
            first, second = make(desktop, MOST_SENDINGS), _asked("next")(desktop, MOST_SENDINGS)
            await run.told(first, second)
            assert first.has_succeeded, first.told
            assert second.has_succeeded, second.told
            await _holds(run, after("next", after(name)))

    at_each_access(tmp_path, fate, told)


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("way", INVOICE)
def test_who_gives_up_was_told_what_came_of_it(way: str, fate: Fate, desktop: Template, tmp_path: Path) -> None:
    make, name = INVOICE[way]

    async def told(folder: Path, outage: Outage) -> None:
        async with story(desktop, folder, outage) as run:
            caller = make(desktop, ONCE)
            await run.told(caller)
            held = await run.office.holds()
            if caller.was_told_nothing_stored:
                assert held == AT_FIRST, f"something came of it after {caller.told}"
            if caller.has_succeeded:
                assert held == after(name), f"nothing came of it after {caller.told}"
            await _holds(run, AT_FIRST, after(name))

    at_each_access(tmp_path, fate, told)


@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("fate", FATES)
def test_a_document_that_is_taken_back_leaves_nothing_behind(
    fate: Fate, nth: int, desktop: Template, tmp_path: Path
) -> None:
    """Nobody comes for it in the little time that its caller waits; the database goes away before or while it goes."""

    async def told() -> None:
        async with story(desktop, tmp_path, Outage(fate, nth)) as run:
            caller = _passed_through(desktop, ONCE)
            caller.headers["Conductor-Timeout-Seconds"] = "0.1"
            await run.sent(caller)
            assert not caller.has_succeeded
            await run.told()
            held = await run.office.holds()
            if caller.was_told_nothing_stored:
                assert held == AT_FIRST, f"something came of it after {caller.told}"
            await _holds(run, AT_FIRST, after("create"))

    asyncio.run(told())


@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_connection_of_which_is_told_that_nothing_was_stored_is_not_there(
    version: str, fate: Fate, nth: int, desktop: Template, tmp_path: Path
) -> None:
    """It takes several writes: what becomes of the later ones does not undo the first."""
    address = {"v1": "redirect_url", "v2": "webhook_url"}[version]

    async def told() -> None:
        async with story(desktop, tmp_path, Outage(fate, nth)) as run:
            body = {"name": "Another", address: "https://example.com/there"}
            auth = (desktop.key, "")
            caller = Caller("POST", f"/api/{version}/connections", {}, body, by_words, auth=auth, most=ONCE)
            await run.sent(caller)
            made = len(await run.connections()) - 1
            if caller.was_told_nothing_stored:
                assert made == 0, caller.told
            if caller.has_succeeded:
                assert made == 1, caller.told

    asyncio.run(told())


async def _holds(run: Story, *expected: Held) -> None:
    """The company file holds one of these, its ledger is sound, and nothing is left that waits."""
    held = await run.office.holds()
    assert held in expected, held
    assert await run.office.violations() == []
    assert await run.open() == []
    waiting = [each.state for each in await run.queued() if each.state not in NOT_WAITING]
    assert waiting == [], "a queued request waits for ever"
