"""A process dies with a lane in its hands: another one goes on with it, and nothing is carried out twice."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.support.postgres import database
from tests.support.processes import PATIENCE, Fleet, fleet_of

from counterfoil.app.online_sandbox import sandbox
from counterfoil.emulators.online.company import US_REALM
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.emulators.online.serving import served

ANYBODY: Final = {"Authorization": 'OAuth oauth_token="any"', "Accept": "application/json"}
NOTE: Final = "moved"


class Lost:
    """Intuit's front: the answer to the first write is never given, though it is carried out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.carried_out = threading.Event()
        self.request_ids: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope.get("query_string", b"").decode()
        if scope["type"] != "http" or scope["method"] != "POST" or "requestid=" not in query:
            await self.app(scope, receive, send)
            return
        self.request_ids.append(query.partition("requestid=")[2].partition("&")[0])
        if len(self.request_ids) > 1:
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _nobody)
        self.carried_out.set()
        while (await receive())["type"] != "http.disconnect":
            pass


class Intuit(OnlineEmulator):
    """An emulated Intuit in a thread, behind that front."""

    def __init__(self, folder: Path) -> None:
        super().__init__(sandbox(folder))
        self.url = ""
        self.front = Lost(super().app)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None

    def __enter__(self) -> "Intuit":
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)

    @property
    def app(self) -> ASGIApp:
        return self.front

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with served(self) as self.url:
            self._ready.set()
            await self._over.wait()

    def noted(self) -> list[dict[str, Any]]:
        """The invoices that bear the note of this test."""
        query = {"query": "select * from Invoice maxresults 1000"}
        address = f"{self.url}/v3/company/{US_REALM}/query"
        found = httpx.get(address, params=query, headers=ANYBODY, timeout=PATIENCE).json()["QueryResponse"]
        return [each for each in found.get("Invoice", []) if each.get("PrivateNote") == NOTE]


async def _nobody(_: object) -> None:
    """Where an answer goes that nobody gets."""


@pytest.fixture
def intuit(tmp_path: Path) -> Iterator[Intuit]:
    with Intuit(tmp_path / "intuit") as made:
        yield made


@pytest.fixture
def fleet(intuit: Intuit, tmp_path: Path) -> Iterator[Fleet]:
    discovery = f"{intuit.url}/.well-known/openid_sandbox_configuration"
    with (
        database() as address,
        fleet_of(2, address, tmp_path / "servers", intuit_environment=discovery) as made,
    ):
        yield made


def test_another_process_goes_on_with_the_lane_of_one_that_died(intuit: Intuit, fleet: Fleet) -> None:
    made = fleet.perform("connection.create", books="online", name="Sandbox")
    assert httpx.get(made["connect_url"], follow_redirects=True, timeout=PATIENCE).status_code == 200
    key = fleet.perform("key.create")["key"]
    headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": made["id"], "Idempotency-Key": "one"}
    line = {"itemId": "1", "quantity": 3, "rate": "10.00"}
    body = {"customerId": "1", "transactionDate": "2026-03-02", "memo": NOTE, "lines": [line]}

    async def asked() -> httpx.Response:
        """Whoever dies, the caller asks until there is an answer."""
        async with httpx.AsyncClient(timeout=PATIENCE, headers=headers) as http:
            while True:
                with suppress(httpx.NetworkError, httpx.ProtocolError):
                    return await http.post(f"{fleet.url()}/v1/quickbooks-desktop/invoices", json=body)
                await asyncio.sleep(0.1)

    async def story() -> httpx.Response:
        asking = asyncio.create_task(asked())
        assert await asyncio.to_thread(intuit.front.carried_out.wait, PATIENCE)
        holder, fence = _hold(fleet, made["id"])
        victim = next(each for each in fleet.processes if str(each.pid) == holder.split()[-2])
        await asyncio.to_thread(victim.kill)
        answer = await asking
        after = _hold(fleet, made["id"])
        assert after[1] > fence, "the lane has the same holder still"
        return answer

    answer = asyncio.run(story())
    assert answer.status_code == 200, answer.text
    assert len(fleet.up()) == 1
    assert [each["Id"] for each in intuit.noted()] == [answer.json()["id"]]
    assert len(intuit.front.request_ids) == 2
    assert len(set(intuit.front.request_ids)) == 1, "each sending bears the same request id"
    doubted = fleet.rows("SELECT COUNT(*) FROM lane WHERE is_write AND settled_at IS NULL")
    assert doubted == [(0,)]


def _hold(fleet: Fleet, connection: str) -> tuple[str, int]:
    (row,) = fleet.rows("SELECT COALESCE(holder, ''), fence FROM lanes WHERE connection_id = %s", connection)
    return row[0], row[1]
