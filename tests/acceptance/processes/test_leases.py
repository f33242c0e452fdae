"""What one process does at a time: asking one company of Intuit's, renewing its tokens, telling that something changed.

Two installations on one database stand for two processes here: they share nothing else.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import psycopg
from msgspec import structs
from starlette.types import Receive, Scope, Send
from tests.simulation.online.house import HERE, INTUIT
from tests.support.postgres import database
from tests.support.processes import PATIENCE, SECRET

from counterfoil.app.online_sandbox import sandbox
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import SetClock
from counterfoil.dispatch.tenure import LEASE_SECONDS, Superseded, Tenure
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.storage.contract import Session
from counterfoil.storage.grants import GrantDesk

REQUESTS: Final = 12


class Intuit:
    """The emulator, and what reached it: renewals of tokens, and writes by their request ids."""

    def __init__(self, folder: Path) -> None:
        self.emulator = OnlineEmulator(sandbox(folder), auto_consent=True)
        self.refreshes = 0
        self.writes: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope.get("query_string", b"").decode()
        if scope["path"].endswith("/tokens/bearer"):
            self.refreshes += 1
            await asyncio.sleep(0.2)  # long enough for everybody to want it
        if scope["method"] == "POST" and "requestid=" in query:
            self.writes[query.partition("requestid=")[2].partition("&")[0]] += 1
        await self.emulator.app(scope, receive, send)


@asynccontextmanager
async def processes(address: str, folder: Path, intuit: Intuit, count: int) -> AsyncIterator[list[Running]]:
    """So many installations on one database, each with its work for online books."""
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(intuit.emulator.close)
        made = []
        for number in range(count):
            settings = Settings(
                data=folder / str(number),
                database=address,
                secret=SECRET,
                intuit_environment=f"{INTUIT}/.well-known/openid_sandbox_configuration",
                allow_private_webhooks=True,
            )
            running = await stack.enter_async_context(installation(settings, intuit=httpx.ASGITransport(intuit)))
            made.append(running)
            work = asyncio.create_task(running.online.work.run())
            stack.push_async_callback(_ended, work)
        yield made


async def _ended(work: asyncio.Task[None]) -> None:
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def connected(running: Running, intuit: Intuit) -> str:
    """A connection that a person lets into the American company; its id."""
    made = await running.perform("connection.create", {"books": "online", "name": "Sandbox"})
    await let_in(running, intuit, made["connect_url"])
    identifier: str = made["id"]
    return identifier


async def let_in(running: Running, intuit: Intuit, link: str) -> None:
    """What a person does with the link."""
    here, there = httpx.ASGITransport(running.application()), httpx.ASGITransport(intuit)
    async with httpx.AsyncClient(mounts={HERE: here, INTUIT: there}, follow_redirects=True) as browser:
        done = await browser.get(link)
    assert done.status_code == 200, done.text


def lived(folder: Path, story: Callable[[list[Running], Intuit], Awaitable[None]], count: int = 2) -> None:
    async def run() -> None:
        intuit = Intuit(folder / "intuit")
        async with processes(address, folder, intuit, count) as made:
            async with asyncio.timeout(PATIENCE):
                await story(made, intuit)

    with database() as address:
        asyncio.run(run())


def caller_of(running: Running, key: str, connection: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection}
    transport = httpx.ASGITransport(running.application())
    return httpx.AsyncClient(
        transport=transport, base_url=f"{HERE}/v1/quickbooks-desktop", headers=headers, timeout=PATIENCE
    )


def test_tokens_are_renewed_by_one_of_all_processes(tmp_path: Path) -> None:
    async def story(made: list[Running], intuit: Intuit) -> None:
        connection = await connected(made[0], intuit)

        def expire(session: Session) -> None:
            desk = GrantDesk(session)
            grant = desk.find(connection)
            assert grant is not None
            desk.put(connection, structs.replace(grant, access_until=0))

        for turn in range(3):
            await made[0].store.write(expire, connection)
            before = intuit.refreshes
            asked = [each.online.work.tokens.token(connection) for each in made * 6]
            tokens = {token for _, token in await asyncio.gather(*asked)}
            assert (len(tokens), intuit.refreshes - before) == (1, 1), f"round {turn}"

    lived(tmp_path, story, 3)


def test_each_write_reaches_intuit_once_whoever_takes_it_in(tmp_path: Path) -> None:
    async def story(made: list[Running], intuit: Intuit) -> None:
        connection = await connected(made[0], intuit)
        key = (await made[0].perform("key.create", {}))["key"]
        callers = [caller_of(each, key, connection) for each in made]
        body = {"customerId": "1", "transactionDate": "2026-03-02", "lines": [{"itemId": "1", "quantity": 1}]}
        sent = [
            callers[number % len(callers)].post("/invoices", json=body, headers={"Idempotency-Key": f"w{number}"})
            for number in range(REQUESTS)
        ]
        answers = await asyncio.gather(*sent)
        assert [each.status_code for each in answers] == [200] * REQUESTS, [each.text for each in answers]
        assert len({each.json()["id"] for each in answers}) == REQUESTS
        assert list(intuit.writes.values()) == [1] * REQUESTS
        for each in callers:
            await each.aclose()

    lived(tmp_path, story, 3)


def test_a_lane_is_one_processs_until_it_gives_it_up_or_its_time_is_over(tmp_path: Path) -> None:
    async def story(made: list[Running], intuit: Intuit) -> None:
        clock, connection = SetClock(), "a lane"
        mine, theirs = (Tenure(each.store, connection, clock, is_shared=True) for each in made)
        async with mine.held() as rest:
            assert rest == 0
            async with mine.held() as rest:  # several tasks of one process share it
                assert rest == 0
            async with theirs.held() as rest:
                assert rest == LEASE_SECONDS
        async with theirs.held() as rest:
            assert rest == 0, "it was given up"
            clock.pass_by(LEASE_SECONDS)  # and was silent for too long
            async with mine.held() as rest:
                assert rest == 0
                await made[0].store.write(mine.check, connection)
                try:
                    await made[1].store.write(theirs.check, connection)
                except Superseded:
                    pass
                else:
                    raise AssertionError("one whose time is over may write no more")
            async with theirs.held() as rest:
                assert rest == 0

    lived(tmp_path, story)


def test_what_changed_is_told_by_one_of_those_who_see_it(tmp_path: Path) -> None:
    async def story(made: list[Running], intuit: Intuit) -> None:
        await made[0].perform("webhook.add", {"url": "http://127.0.0.1:9/none", "events": ["connection.connected"]})
        link = await made[0].perform("connection.create", {"books": "online", "name": "Sandbox"})
        looks = [each.post.watch.look for each in made * 3]
        await asyncio.gather(*(look() for look in looks))
        await let_in(made[1], intuit, link["connect_url"])
        await asyncio.gather(*(look() for look in looks))
        with psycopg.connect(made[0].settings.database or "") as line:
            assert line.execute("SELECT COUNT(*) FROM deliveries").fetchone() == (1,)

    lived(tmp_path, story, 3)
