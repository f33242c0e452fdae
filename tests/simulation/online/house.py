"""A Counterfoil in this process with an emulated Intuit beside it: the line between them can be cut, and the
Counterfoil can die at any step.

To die is to throw away everything but the data folder. Intuit lives on.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import httpx
from tests.support.stores import place_in, settings_of, store_at

from counterfoil.app.online_sandbox import sandbox
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running
from counterfoil.books.online.pace import Pace
from counterfoil.core.clock import SetClock
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.emulators.online.company import REQUESTS, US_REALM
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.emulators.online.shelf import Shelf
from counterfoil.model.command import Command
from counterfoil.model.outcome import Done, Outcome
from counterfoil.model.query import Read
from counterfoil.storage.contract import Session
from counterfoil.storage.grants import Grant
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.storage.requests import RequestLog, RequestRecord

T = TypeVar("T")
NOW: Final = 1_795_000_000
INTUIT: Final = "http://intuit.test"
HERE: Final = "http://localhost:8484"
AT_ONCE: Final = Pace(delays=(0.0,), throttle=0, finish=0, sweep=0.2, per_second=10_000, per_minute=100_000)
"""Nothing is waited for: what the clock would have to pass for, the tests move it by."""

Cut = Literal["before", "after"]
Json = dict[str, Any]


class Line(httpx.AsyncBaseTransport):
    """The line to Intuit. Where it is `cut`, the next write hangs, before it has arrived or when it was answered."""

    def __init__(self, emulator: OnlineEmulator) -> None:
        self.inner = httpx.ASGITransport(emulator.app)
        self.cut: Cut | None = None
        self.is_down = False
        self.reached = asyncio.Event()
        self.writes: list[str] = []
        self.at_token: Callable[[httpx.Request], None] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("nobody listens", request=request)
        if self.at_token is not None and request.url.path.endswith("/tokens/bearer"):
            self.at_token(request)
        request_id = request.url.params.get("requestid")
        if request.method != "POST" or request_id is None:
            return await self.inner.handle_async_request(request)
        self.writes.append(request_id)
        if self.cut == "before":
            await self._hang()
        try:
            return await self.inner.handle_async_request(request)
        finally:
            if self.cut == "after":
                await self._hang()

    async def _hang(self) -> None:
        self.cut = None
        self.reached.set()
        await asyncio.Event().wait()


class House:
    """A Counterfoil with one online connection, and the company in its Intuit."""

    def __init__(
        self, folder: Path, *, clock: SetClock | None = None, pace: Pace = AT_ONCE, rotate_after: int = 0
    ) -> None:
        self.clock = clock or SetClock(NOW)
        self.pace = pace
        self.settings = Settings(
            data=folder / "data",
            intuit_environment=f"{INTUIT}/.well-known/openid_sandbox_configuration",
            **settings_of(folder / "data"),
        )
        self.company = sandbox(folder / "intuit", clock=self.clock)
        self.intuit = OnlineEmulator(self.company, clock=self.clock, rotate_after=rotate_after)
        self.line = Line(self.intuit)
        self.running: Running | None = None
        self._working: asyncio.Task[None] | None = None

    @property
    def up(self) -> Running:
        assert self.running is not None
        return self.running

    async def open(self, *, working: bool = True) -> None:
        path = place_in(self.settings.data)
        self.settings.data.mkdir(parents=True, exist_ok=True)
        store = store_at(path)
        self.running = Running(self.settings, store, self.clock, intuit=self.line, online_pace=self.pace)
        if working:
            self._working = asyncio.create_task(self.up.online.work.run())

    async def die(self) -> None:
        """Whatever is under way is gone; what was stored is there."""
        working, self._working = self._working, None
        if working is not None:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
        running, self.running = self.running, None
        if running is not None:
            await running.store.close()
        self.line.cut = None
        self.line.reached.clear()

    async def close(self) -> None:
        await self.die()
        await self.intuit.close()

    async def connect(self) -> str:
        """A new connection, connected by a person; its id."""
        made = await self.up.perform("connection.create", {"books": "online", "name": "Online"})
        answer = await self.walk(made["connect_url"])
        assert answer.status_code == 200, answer.text
        return str(made["id"])

    async def walk(self, url: str) -> httpx.Response:
        """Open an address as a person's browser does, from here to Intuit and back."""
        here = httpx.ASGITransport(self.up.application())
        there = httpx.ASGITransport(self.intuit.app)
        async with httpx.AsyncClient(mounts={HERE: here, INTUIT: there}, follow_redirects=True) as browser:
            return await browser.get(url)

    async def caller(self) -> tuple[Caller, ConnectionRecord]:
        """The one connection that there is, and somebody who may use it."""
        key = await self.up.perform("key.create", {})
        found = await self.up.perform("connection.list", {})
        return await self.up.dispatcher.admit(key["key"], found["data"][0]["id"])

    async def submit(self, command: Command, key: str | None = None, timeout: float = 20) -> Outcome:
        """Ask for something; the same `key` asks for the same thing again."""
        caller, connection = await self.caller()
        attempt = Attempt(repr(command).encode(), key)
        return await self.up.dispatcher.submit(caller, connection, command, attempt, timeout)

    async def warm(self) -> None:
        """Let it learn what it must know of the company, so that the next thing that Intuit is asked is the write."""
        _, connection = await self.caller()
        await self.up.dispatcher.read(connection, Read(resource="company", id="company"), 20)

    async def done(self, command: Command, key: str | None = None) -> Done:
        outcome = await self.submit(command, key)
        assert isinstance(outcome, Done), outcome
        return outcome

    async def look(self, work: Callable[[Session], T]) -> T:
        return await self.up.store.read(work)

    async def entries(self) -> list[LaneEntry]:
        """The writes in the lane, in their order."""
        _, connection = await self.caller()

        def work(session: Session) -> list[LaneEntry]:
            lane, found = Lane(session, connection.id, self.clock), []
            number = 1
            while (entry := lane.by_number(number)) is not None:
                found.append(entry)
                number += 1
            return [each for each in found if each.is_write]

        return await self.look(work)

    async def record(self, entry: LaneEntry) -> RequestRecord:
        _, connection = await self.caller()
        found = await self.look(lambda session: RequestLog(session).find(connection.id, entry.id))
        assert found is not None
        return found

    async def grant(self) -> Grant:
        _, connection = await self.caller()
        found = await self.up.online.grants.find(connection.id)
        assert found is not None
        return found

    # Intuit's side, as anybody may look at it who signs as clients did before OAuth 2.

    async def ask(self, path: str, **query: str) -> Json:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.intuit.app), base_url=INTUIT) as client:
            headers = {"Authorization": 'OAuth oauth_token="any"', "Accept": "application/json"}
            answer = await client.get(f"/v3/company/{US_REALM}/{path}", params=query, headers=headers)
            assert answer.status_code == 200, answer.text
            told: Json = answer.json()
            return told

    async def find(self, text: str) -> list[Json]:
        """What a query in Intuit's language finds."""
        told = (await self.ask("query", query=text))["QueryResponse"]
        return [each for value in told.values() if isinstance(value, list) for each in value]

    async def noted(self, entity: str, note: str) -> list[Json]:
        """The transactions that bear this note."""
        found = await self.find(f"select * from {entity} maxresults 1000")
        return [each for each in found if note in str(each.get("PrivateNote", ""))]

    async def forget_requests(self) -> None:
        """Intuit has forgotten all request ids."""

        def work(file: Any) -> None:
            shelf = Shelf(file)
            for id in list(shelf.every(REQUESTS)):
                shelf.drop(REQUESTS, id)

        await self.company.change(work)

    async def violations(self) -> list[str]:
        return await self.intuit.violations()


def value_of(told: Json, *path: str) -> Any:
    found: Any = told
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
