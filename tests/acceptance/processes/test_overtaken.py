"""A request that waits in a slow process while its caller, who has given it up, is served by another one.

Two installations on one database stand for two processes here. The slow one is held up where it begins its work on the
database, so that the order of things is the test's to say.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import httpx
from tests.acceptance.conftest import ACME, DEMO
from tests.support.postgres import database
from tests.support.processes import PATIENCE, SECRET

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import SetClock
from counterfoil.storage.contract import Session

MINUTE: Final = 60


class Caller:
    """A program that uses Conductor's library: it says how often it has sent a request before."""

    def __init__(self, running: Running, key: str) -> None:
        self.running = running
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(running.application()),
            base_url="http://localhost/v1/quickbooks-desktop",
            headers={"Authorization": f"Bearer {key}", "Conductor-End-User-Id": DEMO},
            timeout=PATIENCE,
        )

    async def send(self, body: dict[str, Any], retry: int) -> str:
        """Make an invoice; its id."""
        answer = await self.http.post("/invoices", json=body, headers={"x-stainless-retry-count": str(retry)})
        assert answer.status_code == 200, answer.text
        identifier: str = answer.json()["id"]
        return identifier

    async def invoices(self) -> int:
        return len((await self.http.get("/invoices", params={"limit": 150})).json()["data"])

    async def body(self) -> dict[str, Any]:
        items = (await self.http.get("/non-inventory-items")).json()["data"]
        item = next(each["id"] for each in items if each["name"] == "Paver")
        return {"customerId": ACME, "transactionDate": "2026-03-02", "lines": [{"itemId": item, "quantity": 1}]}


class SlowStart:
    """Holds up what a process writes for the demo company, until it is let go."""

    def __init__(self, running: Running) -> None:
        self.begin = running.store.begin
        self.let_go = asyncio.Event()
        self.came = asyncio.Semaphore(0)
        running.store.begin = self._begin  # type: ignore[method-assign]

    def _begin(self, work: Callable[[Session], Any], lane: str | None = None) -> asyncio.Future[Any]:
        return asyncio.ensure_future(self._begun(work, lane))

    async def _begun(self, work: Callable[[Session], Any], lane: str | None) -> Any:
        if lane == DEMO:
            self.came.release()
            await self.let_go.wait()
        return await self.begin(work, lane)


def lived(folder: Path, story: Callable[[Caller, Caller, SetClock], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = SetClock(1_772_452_800)
        async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
            made = [
                await stack.enter_async_context(
                    installation(Settings(data=folder / name, database=address, secret=SECRET), clock)
                )
                for name in ("slow", "quick")
            ]
            await make_demo_companies(made[0])
            key = (await made[0].perform("key.create", {}))["key"]
            slow, quick = (Caller(each, key) for each in made)
            await story(slow, quick, clock)
            await slow.http.aclose()
            await quick.http.aclose()

    with database() as address:
        asyncio.run(run())


def test_a_first_sending_that_comes_after_its_repetition_joins_it(tmp_path: Path) -> None:
    async def story(slow: Caller, quick: Caller, clock: SetClock) -> None:
        body, before = await slow.body(), await slow.invoices()
        hold = SlowStart(slow.running)
        first = asyncio.create_task(slow.send(body, 0))
        await hold.came.acquire()
        clock.pass_by(MINUTE)  # the library's patience is over
        second = await quick.send(body, 1)
        clock.pass_by(1)
        hold.let_go.set()
        assert await first == second
        assert await quick.invoices() == before + 1
        assert await quick.send(body, 2) == second, "and so does the next one"
        assert await quick.invoices() == before + 1

    lived(tmp_path, story)


def test_a_second_sending_that_comes_after_the_third_joins_it(tmp_path: Path) -> None:
    async def story(slow: Caller, quick: Caller, clock: SetClock) -> None:
        body, before = await slow.body(), await slow.invoices()
        hold = SlowStart(slow.running)
        second = asyncio.create_task(slow.send(body, 1))
        await hold.came.acquire()
        clock.pass_by(MINUTE)
        third = await quick.send(body, 2)
        hold.let_go.set()
        assert await second == third
        assert await quick.invoices() == before + 1

    lived(tmp_path, story)


def test_two_alike_that_are_both_meant_are_both_made(tmp_path: Path) -> None:
    """Neither is marked as a repetition; what was repeated before a request came is none of its own either."""

    async def story(slow: Caller, quick: Caller, clock: SetClock) -> None:
        body, before = await slow.body(), await slow.invoices()
        repeated = await quick.send(body, 1)
        clock.pass_by(2)
        hold = SlowStart(slow.running)
        one = asyncio.create_task(slow.send(body, 0))
        await hold.came.acquire()
        clock.pass_by(MINUTE)
        other = await quick.send(body, 0)
        hold.let_go.set()
        assert len({repeated, await one, other}) == 3
        assert await quick.invoices() == before + 3

    lived(tmp_path, story)
