"""An emulated Intuit for one test: its sandbox company, and a client that is logged in."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx

from counterfoil.app.online_sandbox import CANADIAN_REALM, canadian_sandbox, sandbox
from counterfoil.core.clock import SetClock
from counterfoil.emulators.online.company import US_REALM, OnlineCompany
from counterfoil.emulators.online.faults import Faults
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.wire.qbo.bodies import decoded, encoded

T = TypeVar("T")
Json = dict[str, Any]
NOON = 1_772_452_800
"""2 March 2026, 12:00:00 UTC."""

HERE = "http://intuit.test"
CALLBACK = "https://app.example/callback"


class Intuit:
    """A client of the emulator, with an access token for one realm."""

    def __init__(self, emulator: OnlineEmulator, client: httpx.AsyncClient, clock: SetClock, realm: str) -> None:
        self.emulator = emulator
        self.client = client
        self.clock = clock
        self.realm = realm
        self.token = ""

    @property
    def faults(self) -> Faults:
        return self.emulator.faults

    async def log_in(self) -> None:
        self.token = (await self.tokens({"grant_type": "refresh_token", "refresh_token": "refresh"}))["access_token"]

    async def tokens(self, form: dict[str, str], *, status: int = 200, headers: dict[str, str] | None = None) -> Json:
        answer = await self.client.post(
            "/oauth2/v1/tokens/bearer", data=form, auth=("client", "secret"), headers=headers or {}
        )
        assert answer.status_code == status, answer.text
        told: Json = answer.json()
        return told

    async def ask(self, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        content = encoded(body) if isinstance(body, dict) else body
        address = f"/v3/company/{self.realm}/{path}"
        return await self.client.request(method, address, params=query, headers=headers, content=content)

    async def get(self, path: str, **query: str) -> Json:
        return told(await self.ask("GET", path, **query))

    async def post(self, path: str, body: Any, **query: str) -> Json:
        return told(await self.ask("POST", path, body, **query))

    async def refused(self, path: str, body: Any, **query: str) -> list[Json]:
        """The errors with which a POST is refused; it must be, with 400."""
        answer = await self.ask("POST", path, body, **query)
        assert answer.status_code == 400, answer.text
        errors: list[Json] = exact(answer)["Fault"]["Error"]
        return errors

    async def query(self, text: str) -> Json:
        found: Json = (await self.get("query", query=text))["QueryResponse"]
        return found

    async def invoice(self, *amounts: int, customer: str = "1", taxed: bool = False, **more: Any) -> Json:
        """A new invoice with a line for each amount."""
        body = {"CustomerRef": {"value": customer}, "Line": lines(*amounts, taxed=taxed), **more}
        found: Json = (await self.post("invoice", body))["Invoice"]
        return found


def lines(*amounts: int, taxed: bool = False) -> list[Json]:
    code = "TAX" if taxed else "NON"
    return [
        {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "10"}, "TaxCodeRef": {"value": code}},
        }
        for amount in amounts
    ]


def exact(answer: httpx.Response) -> Json:
    """A body whose numbers with a point are Decimals."""
    body: Json = decoded(answer.content)
    return body


def told(answer: httpx.Response) -> Json:
    assert answer.status_code == 200, answer.text
    body = exact(answer)
    assert "Fault" not in body, body
    return body


def codes(errors: Sequence[Json]) -> list[str]:
    return [error["code"] for error in errors]


def money(text: str) -> Decimal:
    return Decimal(text)


@asynccontextmanager
async def intuit(
    template: Path, folder: Path, *, faults: Sequence[str] = (), realm: str = US_REALM, **more: Any
) -> AsyncIterator[Intuit]:
    """An Intuit while the block runs; the ledgers that it leaves behind are sound."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    clock = SetClock(NOON)
    companies = (sandbox(folder, clock=clock), canadian_sandbox(folder, clock=clock))
    emulator = OnlineEmulator(*companies, faults=Faults(faults), clock=clock, **more)
    transport = httpx.ASGITransport(app=emulator.app)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        try:
            asking = Intuit(emulator, client, clock, realm)
            await asking.log_in()
            yield asking
            assert await emulator.violations() == []
        finally:
            await emulator.close()


async def fill(folder: Path) -> None:
    """The companies that every test begins with."""
    clock = SetClock(NOON - 86_400)
    companies: tuple[OnlineCompany, ...] = (sandbox(folder, clock=clock), canadian_sandbox(folder, clock=clock))
    for company in companies:
        await company.open()
        await company.close()
    assert {company.realm for company in companies} == {US_REALM, CANADIAN_REALM}


class Start:
    """Runs a test's work on an Intuit of its own."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.template = template
        self.folder = folder

    def __call__(self, work: Callable[[Intuit], Awaitable[T]], **more: Any) -> T:
        async def run() -> T:
            async with intuit(self.template, self.folder, **more) as asking:
                return await work(asking)

        return asyncio.run(run())
