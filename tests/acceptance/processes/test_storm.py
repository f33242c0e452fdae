"""Three servers, and every few seconds one of them gets `kill -9`: each write is there once, and nobody waits in vain.

In CI three kills; `COUNTERFOIL_MINUTES=2` makes twelve of it, one every ten seconds.
"""

import asyncio
import os
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.processes.quickbooks import QuickBooks
from tests.acceptance.processes.storm import (
    CLIENTS,
    SLACK,
    TIMEOUT,
    Company,
    Storm,
    check_desktop,
    check_embedded,
    check_online,
    connected_online,
    demo_company,
    invoices_before,
    invoices_in,
    keys_of,
    waiting,
)
from tests.support.postgres import database
from tests.support.processes import Fleet, emulated_online, fleet_of, until

MINUTES: Final = float(os.environ.get("COUNTERFOIL_MINUTES", "0"))
EVERY: Final = 10.0 if MINUTES else 3.0
KILLS: Final = round(MINUTES * 60 / EVERY) if MINUTES else 3


class Site:
    """The servers, both QuickBooks, and what clients need to know of them."""

    def __init__(self, fleet: Fleet, intuit: str, quickbooks: QuickBooks, desktop: str, online: str) -> None:
        self.fleet = fleet
        self.intuit = intuit
        self.quickbooks = quickbooks
        self.keys = keys_of(fleet)
        customer, item = quickbooks.ids()
        self.companies = {
            "conductor": demo_company(fleet, self.keys),
            "desktop": Company(desktop, customer, (item,)),
            "online": Company(online, "1", ("1",)),
        }


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        discovery = stack.enter_context(emulated_online(tmp_path / "intuit"))
        address = stack.enter_context(database())
        settings = {"timeout": str(TIMEOUT), "intuit_environment": discovery, "live_hold": "5"}
        fleet = stack.enter_context(fleet_of(3, address, tmp_path / "servers", **settings))
        online = connected_online(fleet)
        made = fleet.perform("connection.create", books="desktop", name="Small")
        quickbooks = QuickBooks(Path(made["qwc"]), made["password"], tmp_path / "company", None)
        stack.enter_context(quickbooks)
        yield Site(fleet, discovery.partition("/.well-known")[0], quickbooks, made["id"], online)


async def kills(fleet: Fleet) -> int:
    """Kill one after the other, and start each again; there is always one left."""
    starting: set[asyncio.Task[None]] = set()
    for number in range(KILLS):
        await asyncio.sleep(EVERY * random.uniform(0.7, 1.3))
        while len(fleet.up()) < 2:
            await asyncio.sleep(0.1)
            for each in starting:
                if each.done():
                    each.result()
        victim = fleet.up()[number % len(fleet.up())]
        await asyncio.to_thread(victim.kill)
        starting.add(asyncio.create_task(asyncio.to_thread(victim.start)))
    await asyncio.gather(*starting)
    await asyncio.sleep(EVERY / 2)
    return KILLS


def test_what_was_acknowledged_is_there_once_whoever_was_killed(site: Site) -> None:
    fleet, before = site.fleet, invoices_before(site.fleet)
    storm = Storm(fleet, site.keys, site.companies, gives_up=False)
    asyncio.run(storm.run(dict(CLIENTS), kills(fleet)))
    tally = storm.tally
    assert tally.acknowledged.keys() == tally.sent.keys()
    assert tally.cut > 0, "no kill met a request"
    until(lambda: waiting(fleet) == 0)
    embedded = check_embedded(fleet, tally, before)
    desktop = check_desktop(tally, site.quickbooks)
    online = check_online(tally, invoices_in(site.intuit))
    assert embedded + desktop + online == len(tally.sent)
    assert min(embedded, desktop, online) > 0
    assert tally.longest < TIMEOUT + SLACK
    assert fleet.complaints() == []
    for each in fleet.processes:
        assert "Traceback" not in each.errors(), each.errors()
    doubted = fleet.rows("SELECT COUNT(*) FROM lane WHERE convert_from(body, 'UTF8')::json->>'was_doubted' = 'true'")
    sys.stdout.write(f"{KILLS} kills; {tally}; {doubted[0][0]} were in doubt and found out about;")
    sys.stdout.write(f" embedded {embedded}, desktop {desktop}, online {online}\n")
