"""An online story: a caller, a server whose database goes away once, and its workers, which ask an emulated Intuit."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from sqlalchemy import select
from tests.simulation.away.store import AwayStore, Outage
from tests.simulation.away.tellings import Caller
from tests.simulation.online.house import HERE, House
from tests.support.stores import place_in, store_at

from counterfoil.app.wiring import Running
from counterfoil.storage.contract import Session
from counterfoil.storage.grants import Grant, GrantDesk
from counterfoil.storage.lane import OPEN_STATES
from counterfoil.storage.tables.work import lane
from counterfoil.storage.tenures import Hold, Tenures

T = TypeVar("T")
PATIENCE: Final = 10.0
"""Seconds of this machine's time after which a caller is taken to wait in silence."""

AN_HOUR_AND_A_HALF: Final = 5400
"""After which Intuit's access token has to be renewed."""

NOTE: Final = "Once and only once"
SALE: Final = "SalesItemLineDetail"


@dataclass(frozen=True)
class Company:
    """A connected installation, with a key that may use it; closed."""

    folder: Path
    connection: str
    key: str


async def make_company(folder: Path) -> Company:
    house = House(folder)
    await house.open()
    connection = await house.connect()
    key = (await house.up.perform("key.create", {}))["key"]
    await house.close()
    return Company(folder, connection, key)


class AwayHouse(House):
    """A house whose store an outage befalls; its lanes are held as where there are other processes."""

    def __init__(self, folder: Path, outage: Outage) -> None:
        super().__init__(folder)
        self.outage = outage

    async def open(self, *, working: bool = True) -> None:
        self.store = AwayStore(store_at(place_in(self.settings.data)), self.outage)
        self.running = Running(self.settings, self.store, self.clock, intuit=self.line, online_pace=self.pace)
        self.up.online.work.is_shared = True
        if working:
            self._working = asyncio.create_task(self.up.online.work.run())

    async def look(self, work: Callable[[Session], T]) -> T:
        return await self.store.inner.read(work)


class Story:
    """One run, on a copy of the company, an hour and a half after it was connected: its tokens are to be renewed."""

    def __init__(self, company: Company, folder: Path, outage: Outage) -> None:
        self.company = company
        self.outage = outage
        self.house = AwayHouse(folder, outage)
        self.house.clock.pass_by(AN_HOUR_AND_A_HALF)

    async def told(self, caller: Caller) -> None:
        """Let a caller send, and the workers work, until the caller has an answer and nothing waits."""
        await self.house.open(working=False)
        self.outage.armed = True
        self.house._working = asyncio.create_task(self.house.up.online.work.run())
        transport = httpx.ASGITransport(self.house.up.application())
        async with httpx.AsyncClient(transport=transport, base_url=HERE, timeout=None) as client:
            async with asyncio.timeout(PATIENCE):
                asked = asyncio.create_task(caller.run(client))
                try:
                    while not asked.done() or await self.open():
                        self.house.up.bells.hear_all()
                        await asyncio.sleep(0.01)
                    asked.result()
                finally:
                    asked.cancel()
                    await asyncio.gather(asked, return_exceptions=True)

    async def open(self) -> list[str]:
        """The states of what is not settled."""

        def look(session: Session) -> list[str]:
            mine = (lane.c.connection_id == self.company.connection) & lane.c.state.in_(OPEN_STATES)
            return [row[0] for row in session.select(select(lane.c.state).where(mine))]

        return await self.house.look(look)

    async def invoices(self) -> list[Any]:
        """What the lines of each invoice in the books come to that bears the note."""
        found = await self.house.find("select * from Invoice maxresults 1000")
        mine = [each for each in found if NOTE in f"{each.get('PrivateNote')} {each.get('CustomerMemo')}"]
        return [sum(line["Amount"] for line in each["Line"] if line["DetailType"] == SALE) for each in mine]

    async def held(self) -> tuple[Grant | None, Hold]:
        def look(session: Session) -> tuple[Grant | None, Hold]:
            connection = self.company.connection
            return GrantDesk(session).find(connection), Tenures(session, connection, self.house.clock).find()

        return await self.house.look(look)


@asynccontextmanager
async def story(company: Company, folder: Path, outage: Outage) -> AsyncIterator[Story]:
    shutil.copytree(company.folder, folder)
    made = Story(company, folder, outage)
    try:
        yield made
    finally:
        made.outage.armed = False
        await made.house.close()
