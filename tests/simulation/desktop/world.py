"""One run: a server, an office, a caller, and requests that wait; copied from a template that is made once."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.simulation.desktop.company import Ids, Request, ids_of
from tests.simulation.desktop.house import OPEN, Answer, Caller, House, Wire
from tests.simulation.desktop.office import Office

from counterfoil.core.clock import SetClock
from counterfoil.storage.lane import LaneEntry
from counterfoil.storage.requests import RequestRecord

NOON: Final = 1_772_452_800
"""2 March 2026, 12:00:00 UTC."""

BETWEEN: Final = 61
"""Seconds from one session to the next: more than any lock is waited for."""

MOST_SESSIONS: Final = 12
PATIENCE: Final = 10.0
"""Seconds of this machine's time after which a caller is taken to wait in silence."""


@dataclass(frozen=True)
class Template:
    """A server with a desktop connection that has been proved once, and its company file; both closed."""

    folder: Path
    connection: str
    password: str
    key: str
    qwc: bytes
    ids: Ids


async def make_template(folder: Path, name: str = "Small & Sons") -> Template:
    clock = SetClock(NOON)
    house = House(folder / "data", clock)
    await house.open()
    assert house.running is not None
    made = await house.running.perform("connection.create", {"name": name, "books": "desktop"})
    key = (await house.running.perform("key.create", {}))["key"]
    qwc = Path(made["qwc"]).read_bytes()
    office = Office(folder / "company", qwc, made["password"], Wire(house), clock)
    report = await office.session()
    assert report.is_good, report
    ids = await office.company.look(ids_of)
    await office.close()
    await house.die()
    return Template(folder, made["id"], made["password"], key, qwc, ids)


class World:
    """A run's own copy of the template."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.template = template
        self.clock = SetClock(NOON + BETWEEN)
        self.house = House(folder / "data", self.clock)
        self.wire = Wire(self.house)
        self.office = Office(folder / "company", template.qwc, template.password, self.wire, self.clock)
        self.caller = Caller(self.house, template.key, template.connection)
        self.asked: list[asyncio.Task[Answer]] = []

    @property
    def connection(self) -> str:
        return self.template.connection

    async def ask(self, request: Request, timeout: int = 90) -> asyncio.Task[Answer]:
        """Send a request; back as soon as it waits in the lane."""
        waiting = len(await self.house.commands(self.connection))
        task = asyncio.create_task(self.caller.send(request.method, request.path, request.body, timeout))
        self.asked.append(task)
        while len(await self.house.commands(self.connection)) == waiting:
            assert not task.done(), task.result()
            await asyncio.sleep(0)
        return task

    async def entries(self) -> list[LaneEntry]:
        return await self.house.commands(self.connection)

    async def records(self) -> list[RequestRecord]:
        return [await self.house.record(self.connection, entry.id) for entry in await self.entries()]

    async def sessions(self) -> int:
        """Sessions, a minute apart, until nothing waits any more, and one more; gives their number."""
        for count in range(1, MOST_SESSIONS + 1):
            settled = all(entry.state not in OPEN for entry in await self.entries())
            await self.office.session()
            self.clock.pass_by(BETWEEN)
            if settled:
                return count
        return MOST_SESSIONS

    def has_befallen(self) -> bool:
        """Whether the trouble that was prepared has really come."""
        return self.office.has_befallen() and (self.wire.strike is None or self.wire.struck)

    async def answered(self, task: asyncio.Task[Answer]) -> Answer | None:
        """What a caller was told; None where nobody has told anything so far."""
        for _ in range(200):
            if task.done():
                return task.result()
            await asyncio.sleep(0.001)
        return None

    async def close(self) -> None:
        for task in self.asked:
            task.cancel()
        await asyncio.gather(*self.asked, return_exceptions=True)
        await self.office.close()
        await self.house.die()


@asynccontextmanager
async def world(template: Template, folder: Path) -> AsyncIterator[World]:
    for part in ("data", "company"):
        shutil.copytree(template.folder / part, folder / part)
    made = World(template, folder)
    await made.house.open()
    try:
        yield made
    finally:
        await made.close()


def told(entry: LaneEntry) -> dict[str, Any]:
    """An entry in short, for messages of failed tests."""
    return {"state": entry.state, "attempts": entry.attempts, "recovering": entry.details.recovering}
