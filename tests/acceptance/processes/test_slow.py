"""A process that is slow, and not dead: what it had begun another one has brought to its end meanwhile.

Two installations on one database stand for two processes; where the slow one is held up is the test's to say.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal

import httpx
import psycopg
import pytest
from tests.acceptance.processes.test_leases import connected
from tests.simulation.online.house import AT_ONCE, INTUIT, NOW
from tests.support.postgres import database
from tests.support.processes import PATIENCE, SECRET
from tests.unit.books.desktop.house import House, Office, Talk, answered

from counterfoil.app.online_sandbox import sandbox
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import SetClock
from counterfoil.dispatch import lanes
from counterfoil.dispatch.tenure import LEASE_SECONDS
from counterfoil.emulators.online.service import OnlineEmulator

SET: Final = re.compile(r'(new|old)MessageSetID="(\w+)"')


class SlowLine(httpx.AsyncBaseTransport):
    """A process's line to Intuit. Its first write is held up, before it arrives or when it was answered."""

    def __init__(self, emulator: OnlineEmulator, where: Literal["before", "after"] | None) -> None:
        self.inner = httpx.ASGITransport(emulator.app)
        self.where = where
        self.held, self.let_go = asyncio.Event(), asyncio.Event()
        self.writes: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        identifier = request.url.params.get("requestid")
        if identifier is None:
            return await self.inner.handle_async_request(request)
        self.writes.append(identifier)
        where = self.where if len(self.writes) == 1 else None
        if where == "before":
            await self._hold()
        answer = await self.inner.handle_async_request(request)
        if where == "after":
            await self._hold()
        return answer

    async def _hold(self) -> None:
        self.held.set()
        await self.let_go.wait()


@asynccontextmanager
async def two(
    address: str, folder: Path, clock: SetClock, *lines: SlowLine | None, hold: int = 0
) -> AsyncIterator[list[Running]]:
    async with AsyncExitStack() as stack:
        made = []
        for number, line in enumerate(lines):
            settings = Settings(
                data=folder / str(number),
                database=address,
                secret=SECRET,
                live_hold=hold,
                intuit_environment=f"{INTUIT}/.well-known/openid_sandbox_configuration",
            )
            made.append(
                await stack.enter_async_context(installation(settings, clock, intuit=line, online_pace=AT_ONCE))
            )
        yield made


def told(story: Callable[[str], Awaitable[None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(PATIENCE):
            await story(address)

    with database() as address:
        asyncio.run(run())


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_write_that_another_process_has_taken_over_is_made_and_told_once(
    tmp_path: Path, where: Literal["before", "after"]
) -> None:
    """The slow process is held up on its way to Intuit, or back; its hold on the lane ends meanwhile."""

    async def story(address: str) -> None:
        clock = SetClock(NOW)
        emulator = OnlineEmulator(sandbox(tmp_path / "intuit", clock=clock), clock=clock, auto_consent=True)
        slow, quick = SlowLine(emulator, where), SlowLine(emulator, None)
        async with two(address, tmp_path, clock, slow, quick) as (mine, theirs):
            connection = await connected(mine, _Intuit(emulator))  # type: ignore[arg-type]
            key = (await mine.perform("key.create", {}))["key"]
            works = [asyncio.create_task(mine.online.work.run())]
            body = {"customerId": "1", "transactionDate": "2026-03-02", "lines": [{"itemId": "1", "quantity": 1}]}
            async with _caller(mine, key, connection) as caller:
                standing = await _invoices(caller)
                asked = asyncio.create_task(caller.post("/invoices", json=body))
                await slow.held.wait()
                works.append(asyncio.create_task(theirs.online.work.run()))
                clock.pass_by(LEASE_SECONDS)
                answer = await asked
                assert answer.status_code == 200, answer.text
                before = _kept(address)
                slow.let_go.set()
                following = await caller.post("/invoices", json=body | {"memo": "the next one"})
                assert following.status_code == 200, following.text
            assert slow.writes[0] == quick.writes[0]
            assert len({*slow.writes, *quick.writes}) == 2, "one request id for each of the two"
            after = _kept(address)
            assert after[: len(before)] == before, "what became of it was not written a second time"
            assert [state for _, state, _ in after] == ["done", "done"]
            async with _caller(theirs, key, connection) as caller:
                assert await _invoices(caller) - standing == {answer.json()["id"], following.json()["id"]}
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
        await emulator.close()

    told(story)


@pytest.mark.parametrize("late", ["the answer", "a call for work"])
def test_a_session_that_another_process_has_ended_brings_and_gets_nothing(tmp_path: Path, late: str) -> None:
    """A Web Connector begins anew at another process, while a call of its session before is still on its way."""

    async def story(address: str) -> None:
        clock = SetClock(NOW)
        async with two(address, tmp_path, clock, None, None) as (mine, theirs), AsyncExitStack() as stack:
            here = await _house(stack, mine, clock)
            there = await _house(stack, theirs, clock, here.key)
            office = await here.office()
            other = Office(there, office.connection, office.password)
            talk = await office.proved()
            asked = await office.customer("Acorn")
            document = await talk.ask()
            (handed,) = await office.entries("sent")
            assert ("new", handed.details.set_id) in SET.findall(document)
            again = await other.session()
            assert [each.id for each in await office.entries("unknown")] == [handed.id]
            if late == "the answer":
                assert await talk.bring(answered(document)) < 0
            else:
                assert await talk.ask() == ""
            assert not asked.done()
            question = await again.ask()
            assert "CustomerAdd" not in question, "it is asked after, before it leaves again"
            assert ("old", handed.details.set_id) in SET.findall(question) or (
                "new",
                handed.details.set_id,
            ) in SET.findall(question)
            await _known(again, handed.details.set_id or "", document)
            assert (await asked).json()["name"] == "Acorn"
            assert "HostQueryRq" in await again.ask(), "nothing else waits"

    told(story)


def test_a_notice_that_is_lost_delays_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process hears of any other: whoever waits, for work or for an answer, looks for itself now and then."""

    async def story(address: str) -> None:
        clock = SetClock(NOW)
        emulator = OnlineEmulator(sandbox(tmp_path / "intuit", clock=clock), clock=clock, auto_consent=True)
        line = SlowLine(emulator, None)
        async with two(address, tmp_path, clock, line, line, hold=1) as (mine, theirs), AsyncExitStack() as stack:
            for each in (mine, theirs):
                each.bells.carry = None
            here = await _house(stack, mine, clock)
            office = await here.office()
            there = Office(await _house(stack, theirs, clock, here.key), office.connection, office.password)
            talk = await there.proved()
            work = asyncio.create_task(talk.ask())
            asked = await office.customer("Acorn")
            document = await work
            while "CustomerAdd" not in document:  # the call had come to its end before
                await talk.bring(answered(document))
                document = await talk.ask()
            await talk.bring(answered(document))
            assert (await asked).json()["name"] == "Acorn"

            online = await connected(mine, _Intuit(emulator))  # type: ignore[arg-type]
            working = asyncio.create_task(theirs.online.work.run())
            body = {"customerId": "1", "transactionDate": "2026-03-02", "lines": [{"itemId": "1", "quantity": 1}]}
            async with _caller(mine, here.key, online) as caller:
                answer = await caller.post("/invoices", json=body)
                assert answer.status_code == 200, answer.text
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        await emulator.close()

    monkeypatch.setattr(lanes, "SWEEP", 0.2)
    told(story)


async def _known(talk: Talk, set_id: str, document: str) -> None:
    """QuickBooks still has the answer to the message set, and tells it."""
    told = answered(document).replace("<QBXMLMsgsRs ", f'<QBXMLMsgsRs oldMessageSetID="{set_id}" ', 1)
    assert await talk.bring(told) >= 0


class _Intuit:
    """As the person's browser meets it."""

    def __init__(self, emulator: OnlineEmulator) -> None:
        self.emulator = emulator

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.emulator.app(scope, receive, send)


def _caller(running: Running, key: str, connection: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(running.application()),
        base_url="http://localhost/v1/quickbooks-desktop",
        headers={"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection},
        timeout=PATIENCE,
    )


async def _invoices(caller: httpx.AsyncClient) -> set[str]:
    return {each["id"] for each in (await caller.get("/invoices", params={"limit": 150})).json()["data"]}


def _kept(address: str) -> list[tuple[Any, ...]]:
    """What is written of the writes in the lane."""
    with psycopg.connect(address) as line:
        return line.execute("SELECT id, state, answer FROM lane WHERE is_write ORDER BY number").fetchall()


async def _house(stack: AsyncExitStack, running: Running, clock: SetClock, key: str | None = None) -> House:
    if key is None:
        account = await running.administration.account(None)
        _, key = await running.administration.create_key(account.id, None, "test")
    transport = httpx.ASGITransport(running.application())
    client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://localhost"))
    return House(running, client, clock, key)
