"""The database goes away at each access in turn, while an invoice is on its way to QuickBooks Online."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

import pytest
from tests.simulation.away.online import NOTE, Company, story
from tests.simulation.away.store import Fate, Outage
from tests.simulation.away.tellings import MOST_SENDINGS, ONCE, Caller, by_outcome
from tests.simulation.away.walk import LONGEST, at_each_access

from counterfoil.books.online.lane import OnlineLane
from counterfoil.core.errors import StorageAway

FATES: Final = get_args(Fate)
MADE: Final = [30.0]
Make = Callable[[Company, int], Caller]


def _conductor(company: Company, most: int) -> Caller:
    headers = {
        "Authorization": f"Bearer {company.key}",
        "Conductor-End-User-Id": company.connection,
        "Idempotency-Key": "conductor",
    }
    body = {
        "customerId": "2",
        "transactionDate": "2026-11-19",
        "memo": NOTE,
        "lines": [{"itemId": "1", "quantity": 3, "rate": "10"}],
    }
    return Caller("POST", "/v1/quickbooks-desktop/invoices", headers, body, by_outcome, most=most)


def _snapbooks(company: Company, most: int) -> Caller:
    """An invoice whose number Counterfoil looks for afterwards: the answer takes more than the write."""
    headers = {"X-Api-Key": company.key, "Idempotency-Key": "snapbooks"}
    body = {
        "customerId": "2",
        "invoiceNumber": "AWAY-1",
        "note": NOTE,
        "lineItems": [{"productService": "1", "units": 1, "billAmount": 30}],
    }
    return Caller("POST", "/api/v1/invoice", headers, body, by_outcome, most=most)


WAYS: Final[dict[str, Make]] = {"conductor": _conductor, "snapbooks": _snapbooks}
STEPS: Final = {"conductor": 1, "snapbooks": 4}
"""SnapBooks asks a hundred times for one invoice: it meets an outage at every fourth access."""

SPELLS: Final = (0, 4)
"""How many more accesses are refused after the first one."""


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("spell", SPELLS)
def test_who_sends_it_again_gets_it_once(spell: int, fate: Fate, online: Company, tmp_path: Path) -> None:
    async def told(folder: Path, outage: Outage) -> None:
        async with story(online, folder / "copy", outage) as run:
            caller = _conductor(online, MOST_SENDINGS)
            await run.told(caller)
            assert caller.has_succeeded, caller.told
            assert await run.invoices() == MADE
            assert await run.house.violations() == []

    at_each_access(tmp_path, fate, told, after=spell)


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("way", WAYS)
def test_who_gives_up_was_told_what_came_of_it(way: str, fate: Fate, online: Company, tmp_path: Path) -> None:
    async def told(folder: Path, outage: Outage) -> None:
        async with story(online, folder / "copy", outage) as run:
            caller = WAYS[way](online, ONCE)
            await run.told(caller)
            made = await run.invoices()
            assert made in ([], MADE)
            if caller.was_told_nothing_stored:
                assert made == [], f"something came of it after {caller.told}"
            if caller.has_succeeded:
                assert made == MADE, f"nothing came of it after {caller.told}"

    at_each_access(tmp_path, fate, told, step=STEPS[way])


def test_a_connection_that_is_removed_while_the_database_is_away_is_let_go(
    online: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker is told to end at the very moment at which it meets an error: others must not wait for it for ever."""
    under_way = asyncio.Event()
    met: list[str] = []

    async def work(_: OnlineLane) -> None:
        under_way.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if met:
                raise
            met.append("an outage")
            raise StorageAway from None

    async def told(outage: Outage) -> None:
        monkeypatch.setattr(OnlineLane, "run", work)
        async with story(online, tmp_path / "copy", outage) as run:
            await run.house.open()
            await under_way.wait()
            [worker] = run.house.up.online.work._workers.values()
            account = await run.house.up.administration.account(None)
            await run.house.up.administration.delete_connection(account.id, online.connection)
            async with asyncio.timeout(LONGEST):
                while run.house.up.online.work._workers:
                    await asyncio.sleep(0.01)
            assert met
            assert worker.done()

    asyncio.run(told(Outage("refused", 1)))
