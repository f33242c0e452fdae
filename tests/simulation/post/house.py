"""An installation in this process whose clock stands still, and a receiver beside it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import select
from tests.support.hooks import Hooks
from tests.support.stores import settings_of

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import US_CONNECTION
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import SetClock
from counterfoil.dispatch.endpoints import NewEndpoint
from counterfoil.storage.contract import Session
from counterfoil.storage.endpoints import Endpoint
from counterfoil.storage.post import COLUMNS, Delivery, delivery_of
from counterfoil.storage.tables.post import deliveries

T = TypeVar("T")
START = 1_800_000_000
CUSTOMER = "80000001-1234567890"
BASE = "/v1/quickbooks-desktop"
ASKED = 120


@dataclass
class House:
    running: Running
    clock: SetClock
    hooks: Hooks
    account: str
    caller: httpx.AsyncClient

    async def endpoint(self, path: str = "/hook", **asked: Any) -> Endpoint:
        made, _ = await self.running.post.endpoints.add(self.account, NewEndpoint(url=self.hooks.url(path), **asked))
        return made

    async def customer(self, name: str, connection: str = US_CONNECTION) -> dict[str, Any]:
        return await self.asked("POST", "/customers", {"name": name}, connection)

    async def asked(
        self, method: str, path: str, body: Any = None, connection: str = US_CONNECTION, status: int = 200
    ) -> dict[str, Any]:
        headers = {"Conductor-End-User-Id": connection}
        answer = await self.caller.request(method, f"{BASE}{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def post(self) -> int:
        """Try whatever is due now; tells how many tries it took."""
        return await self.running.sender.deliver_due()

    async def owed(self) -> list[Delivery]:
        """Every delivery, the oldest first."""
        ordered = select(*COLUMNS).order_by(deliveries.c.created_at, deliveries.c.number, deliveries.c.id)
        return await self.look(lambda session: [delivery_of(row) for row in session.select(ordered)])

    async def until_next(self) -> int:
        """Let the time pass by until the next try is due; tells how long that was."""
        due = [each.due_at for each in await self.owed() if each.due_at is not None]
        waited = max(min(due) - self.clock.now(), 0)
        self.clock.pass_by(waited)
        return waited

    async def look(self, work: Callable[[Session], T]) -> T:
        return await self.running.store.read(work)

    async def write(self, work: Callable[[Session], T]) -> T:
        return await self.running.store.write(work)

    async def connection(self, name: str, books: str = "embedded") -> str:
        made = await self.running.perform("connection.create", {"name": name, "books": books})
        identifier: str = made["id"]
        return identifier


@asynccontextmanager
async def house(folder: Path, **settings: Any) -> AsyncIterator[House]:
    clock = SetClock(START)
    data = folder / "data"
    given = Settings(data=data, allow_private_webhooks=True, **settings_of(data), **settings)
    async with Hooks() as hooks, installation(given, clock) as running:
        await make_demo_companies(running)
        account = (await running.administration.account(None)).id
        _, key = await running.administration.create_key(account, None, "tests")
        transport = httpx.ASGITransport(running.application(), client=("127.0.0.1", 1))
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as caller:
            yield House(running, clock, hooks, account, caller)


def run(folder: Path, story: Callable[[House], Any], **settings: Any) -> None:
    """Tell a story in a fresh house."""

    async def told() -> None:
        async with asyncio.timeout(ASKED), house(folder, **settings) as one:
            await story(one)

    asyncio.run(told())


def invoice(*, quantity: int = 2) -> dict[str, Any]:
    lines = [{"itemId": "80000002-1234567890", "quantity": quantity, "rate": "10.00"}]
    return {"customerId": CUSTOMER, "transactionDate": "2026-03-02", "lines": lines}


def body_of(delivery: Delivery) -> Any:
    return json.loads(delivery.body)
