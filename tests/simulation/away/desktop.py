"""A desktop story: callers, a server whose database goes away once, and a Web Connector that comes every minute."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from tests.simulation.away.store import AwayStore, Outage
from tests.simulation.away.tellings import Caller
from tests.simulation.desktop.house import OPEN, URL, House, Wire
from tests.simulation.desktop.office import Office
from tests.simulation.desktop.world import BETWEEN, NOON, Template
from tests.support.stores import place_in, store_at

from counterfoil.app.wiring import Running
from counterfoil.core.clock import SetClock
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.queue import ALL, Queue, QueuedRequest

T = TypeVar("T")
MOST_SESSIONS: Final = 12
ROUNDS: Final = 400


class AwayHouse(House):
    """A house whose store an outage befalls; what tests look at is not a part of it."""

    def __init__(self, data: Path, clock: SetClock, outage: Outage) -> None:
        super().__init__(data, clock)
        self.outage = outage

    async def open(self) -> None:
        self.store = AwayStore(store_at(place_in(self.settings.data)), self.outage)
        self.running = Running(self.settings, self.store, self.clock)
        self._transport = httpx.ASGITransport(self.running.application(), client=("127.0.0.1", 1))
        self.up.set()

    async def look(self, work: Callable[[Session], T]) -> T:
        return await self.store.inner.read(work)


class Story:
    """One run, on a copy of the template. The outage counts from the first sending on."""

    def __init__(self, template: Template, folder: Path, outage: Outage) -> None:
        self.template = template
        self.outage = outage
        self.clock = SetClock(NOON + BETWEEN)
        self.house = AwayHouse(folder / "data", self.clock, outage)
        wire = Wire(self.house)
        self.office = Office(folder / "company", template.qwc, template.password, wire, self.clock)
        self.client = httpx.AsyncClient(transport=Wire(self.house), base_url=URL, timeout=None)

    async def told(self, *callers: Caller) -> None:
        """Let callers send, and the Web Connector come, until everybody has an answer and nothing waits."""
        self.outage.armed = True
        asked = [asyncio.create_task(each.run(self.client)) for each in callers]
        try:
            await self._arrived(asked)
            for _ in range(MOST_SESSIONS):
                await self.office.session()
                self.clock.pass_by(BETWEEN)
                self.ring()
                if asked:
                    await asyncio.wait(asked, timeout=0.02)
                if all(task.done() for task in asked) and not await self.open():
                    break
            for task in asked:
                assert task.done(), "a caller waits in silence"
                task.result()
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    async def sent(self, caller: Caller) -> None:
        """Let a caller send while nobody comes for work."""
        self.outage.armed = True
        await caller.run(self.client)

    def ring(self) -> None:
        """What a bell would have told is looked for, as it is in any case some seconds later."""
        assert self.house.running is not None
        self.house.running.bells.hear_all()

    async def open(self) -> list[str]:
        """The states of what is not settled."""
        entries = await self.house.entries(self.template.connection)
        return [entry.state for entry in entries if entry.state in OPEN]

    async def connections(self) -> list[ConnectionRecord]:
        return await self.house.look(lambda session: Installation(session).every_connection())

    async def queued(self) -> list[QueuedRequest]:
        def look(session: Session) -> list[QueuedRequest]:
            queue = Queue(session, self.template.connection, self.clock)
            return queue.page(by="created_at", descending=False, offset=0, limit=100, sought=ALL)[0]

        return await self.house.look(look)

    async def _arrived(self, asked: list[asyncio.Task[Any]]) -> None:
        """Until each caller's request waits in the lane, or has been answered."""
        for _ in range(ROUNDS):
            entries = await self.house.entries(self.template.connection)
            if len(entries) + sum(task.done() for task in asked) >= len(asked):
                return
            self.ring()
            await asyncio.sleep(0.002)

    async def close(self) -> None:
        await self.client.aclose()
        await self.office.close()
        await self.house.die()


@asynccontextmanager
async def story(template: Template, folder: Path, outage: Outage) -> AsyncIterator[Story]:
    for part in ("data", "company"):
        shutil.copytree(template.folder / part, folder / part)
    made = Story(template, folder, outage)
    await made.house.open()
    try:
        yield made
    finally:
        await made.close()
