"""A Counterfoil in this process that can die at any step, and the line to it, which can be cut at any step.

To die is to throw away everything but the data folder: what was not committed is gone, and whoever waited for an answer
gets none. It is opened again at once, at the same address.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import httpx
from sqlalchemy import select
from tests.support.stores import place_in, settings_of, store_at

from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running
from counterfoil.core.clock import SetClock
from counterfoil.storage.contract import Session
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.storage.requests import RequestLog, RequestRecord
from counterfoil.storage.tables.work import lane

T = TypeVar("T")
URL: Final = "http://localhost:8484"
OPERATION: Final = re.compile(r'"http://developer\.intuit\.com/(\w+)"')
OPEN: Final = ("queued", "sent", "unknown")

LineTrouble = Literal["request-lost", "answer-lost", "server-dies-before", "server-dies-after", "doubled"]
"""What can befall one call: it never arrives; its answer never arrives; the server dies before it has begun to work, or
when it has committed and not yet answered; the call arrives twice."""


class House:
    """The server. `live_hold` and `live_idle` are nil, so that a session without work is over at once."""

    def __init__(self, data: Path, clock: SetClock) -> None:
        self.settings = Settings(data=data, live_hold=0, live_idle=0, **settings_of(data))
        self.clock = clock
        self.running: Running | None = None
        self.up = asyncio.Event()
        self.deaths = 0
        self._transport: httpx.ASGITransport | None = None
        self._under_way: set[asyncio.Task[httpx.Response]] = set()

    async def open(self) -> None:
        path = place_in(self.settings.data)
        self.settings.data.mkdir(parents=True, exist_ok=True)
        self.running = Running(self.settings, store_at(path), self.clock)
        self._transport = httpx.ASGITransport(self.running.application(), client=("127.0.0.1", 1))
        self.up.set()

    async def die(self) -> None:
        """Whoever is being answered gets nothing; the objects are forgotten, the folder stays."""
        self.deaths += 1
        self.up.clear()
        running, self.running, self._transport = self.running, None, None
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if running is not None:
            await running.store.close()

    async def restart(self) -> None:
        await self.die()
        await self.open()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """What the server answers. Raises httpx.ReadError where it dies over it, and ConnectError where it is down."""
        if self._transport is None:
            raise httpx.ConnectError("nobody listens", request=request)
        death = self.deaths
        task = asyncio.create_task(self._transport.handle_async_request(request))
        self._under_way.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self.deaths == death:
                raise
            raise httpx.ReadError("the server is gone", request=request) from None
        finally:
            self._under_way.discard(task)

    async def look(self, work: Callable[[Session], T]) -> T:
        assert self.running is not None
        return await self.running.store.read(work)

    async def entries(self, connection: str) -> list[LaneEntry]:
        """The lane of a connection as it is, in its order."""

        def work(session: Session) -> list[LaneEntry]:
            rows = session.select(
                select(lane.c.number).where(lane.c.connection_id == connection).order_by(lane.c.number)
            )
            found = (Lane(session, connection, self.clock).by_number(row[0]) for row in rows)
            return [entry for entry in found if entry is not None]

        return await self.look(work)

    async def commands(self, connection: str) -> list[LaneEntry]:
        return [entry for entry in await self.entries(connection) if entry.kind != "query"]

    async def record(self, connection: str, identifier: str) -> RequestRecord:
        found = await self.look(lambda session: RequestLog(session).find(connection, identifier))
        assert found is not None
        return found


@dataclass
class Strike:
    """Where the line is to be cut: at the so-manieth call of an operation."""

    operation: str
    trouble: LineTrouble
    nth: int = 1


class Wire(httpx.AsyncBaseTransport):
    """The line to a house. `answers` are the bodies of the calls of each operation that came back, in their order."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.strike: Strike | None = None
        self.struck = False
        self.answers: list[tuple[str, bytes]] = []
        self.requests: list[tuple[str, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        operation = operation_of(request)
        trouble = self._trouble(operation)
        body = await request.aread()
        self.requests.append((operation, body))
        if trouble == "request-lost":
            raise httpx.ConnectError("the request is lost", request=request)
        if trouble == "server-dies-before":
            await self.house.restart()
            raise httpx.ReadError("the server is gone", request=request)
        if trouble == "doubled":
            await self._answered(operation, _again(request, body))
        answer = await self._answered(operation, _again(request, body))
        if trouble == "answer-lost":
            raise httpx.ReadError("the answer is lost", request=request)
        if trouble == "server-dies-after":
            await self.house.restart()
            raise httpx.ReadError("the server is gone", request=request)
        return answer

    async def _answered(self, operation: str, request: httpx.Request) -> httpx.Response:
        answer = await self.house.answer(request)
        content = await answer.aread()
        self.answers.append((operation, content))
        return httpx.Response(answer.status_code, headers=answer.headers, content=content, request=request)

    def _trouble(self, operation: str) -> LineTrouble | None:
        strike = self.strike
        if strike is None or self.struck or strike.operation != operation:
            return None
        strike.nth -= 1
        self.struck = strike.nth <= 0
        return strike.trouble if self.struck else None


class Caller:
    """A program that sends Conductor's requests and sends each again until it is answered, as the vendor's client does.

    Every other sending meets nobody, as when a server takes its time to start again.
    """

    def __init__(self, house: House, key: str, connection: str) -> None:
        self.house = house
        headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection}
        base = f"{URL}/v1/quickbooks-desktop"
        self.client = httpx.AsyncClient(transport=Wire(house), base_url=base, headers=headers)
        self.sendings = 0

    async def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, timeout: int = 90, *, retry: int = 0
    ) -> "Answer":
        """The answer to a request. It is sent again, and says so, while the line is cut before there is one.

        `retry` is how often it was sent before.
        """
        headers = {"Conductor-Timeout-Seconds": str(timeout)}
        for count in range(retry, 100, 2):
            await self.house.up.wait()
            self.sendings += 1
            with contextlib.suppress(httpx.TransportError):
                headers["x-stainless-retry-count"] = str(count)
                response = await self.client.request(method, path, json=body, headers=headers, timeout=None)
                return Answer(response.status_code, response.json())
        raise AssertionError(f"{method} {path} was never answered")


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]

    @property
    def id(self) -> str:
        identifier: str = self.body["id"]
        return identifier

    @property
    def outcome(self) -> str:
        """What an error says became of the write: `not_applied`, `unknown` …"""
        told: str = self.body["error"]["outcome"]
        return told


def operation_of(request: httpx.Request) -> str:
    """The operation of a SOAP call; the method for anything else."""
    found = OPERATION.fullmatch(request.headers.get("SOAPAction", ""))
    return found[1] if found is not None else request.method


def _again(request: httpx.Request, body: bytes) -> httpx.Request:
    return httpx.Request(
        request.method, request.url, headers=request.headers, content=body, extensions=request.extensions
    )
