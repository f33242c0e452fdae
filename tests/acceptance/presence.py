"""A whole server in this process, for tests that look behind it: asked over ASGI, from any address they like."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.secrets import key_id

DEMO: Final = "123e4567-e89b-12d3-a456-426614174000"
ACME, PAVER = "80000001-1234567890", "80000002-1234567890"
FILLING: Final = "and what there is to say of it " * 50
"""Something to store."""


@dataclass(frozen=True)
class Ask:
    """How one dialect is asked: how a key travels, and something that is stored, as often as it is asked."""

    dialect: str
    headers: Callable[[str], dict[str, str]]
    method: str
    path: str
    body: Callable[[int], Any]

    async def write(self, client: httpx.AsyncClient, key: str, number: int = 1, **headers: str) -> httpx.Response:
        """Ask for the write of this number; each is a thing of its own."""
        return await client.request(
            self.method, self.path, headers={**self.headers(key), **headers}, json=self.body(number)
        )


def basic(user: str, password: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


ASKS: Final = (
    Ask(
        "conductor",
        lambda key: {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": DEMO},
        "POST",
        "/v1/quickbooks-desktop/invoices",
        lambda number: {
            "customerId": ACME,
            "transactionDate": "2026-03-02",
            "memo": f"number {number} {FILLING}",
            "lines": [{"itemId": PAVER, "quantity": number}],
        },
    ),
    Ask(
        "qube",
        lambda key: basic(key),
        "GET",
        f"/api/v1/connections/{DEMO}/customers",
        lambda number: None,
    ),
    Ask(
        "chargeover",
        lambda key: basic(key_id(key) or "", key),
        "POST",
        "/api/v3/customer",
        lambda number: {"company": f"Wren {number}", "superuser_email": "wren@books.example"},
    ),
    Ask(
        "snapbooks",
        lambda key: {"X-Api-Key": key},
        "POST",
        "/api/v1/invoice",
        lambda number: {
            "invoiceNumber": f"W-{number}",
            "customerId": 59,
            "invoiceDate": "1/5/2024",
            "lineItems": [{"productService": 21, "billAmount": 10, "description": FILLING}],
        },
    ),
)


class Presence:
    """The installation, its application, and a key of the demo company."""

    def __init__(self, running: Running, key: str, identifier: str) -> None:
        self.running = running
        self.application = running.application()
        self.key = key
        self.key_id = identifier

    def client(self, peer: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.application, client=(peer, 40000), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://books.example", headers=headers)

    async def new_key(self, connection: str | None = DEMO) -> str:
        account = await self.running.administration.account(None)
        return (await self.running.administration.create_key(account.id, connection, "another"))[1]


@asynccontextmanager
async def presence(data: Path, **settings: Any) -> AsyncIterator[Presence]:
    """A server with the demo companies, while the block runs."""
    async with installation(Settings(data=data, **settings)) as running:
        await make_demo_companies(running)
        account = await running.administration.account(None)
        record, key = await running.administration.create_key(account.id, DEMO, "tests")
        yield Presence(running, key, record.id)


def lived(data: Path, story: Callable[[Presence], Awaitable[None]], **settings: Any) -> None:
    """Run a story on a server of its own."""

    async def told() -> None:
        async with presence(data, **settings) as there:
            await story(there)

    asyncio.run(told())
