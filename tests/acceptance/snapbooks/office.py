"""An installation in this very process, with the demo companies, and somebody who asks it over HTTP."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.routing import Router

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import CANADIAN_CONNECTION, US_CONNECTION
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import SetClock
from counterfoil.dialects.snapbooks.routes import Limits, SnapBooksApi
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.attempts import Attempt
from counterfoil.model.command import Create
from counterfoil.model.items import ServiceItem
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session

MOMENT: Final = 1_790_000_000
LIMITS: Final = Limits(max_body=1024 * 1024, max_lines=500, timeout=30)
BASE: Final = "https://counterfoil.example"


class Office:
    """Sends requests as `curl` would, with the key of the American or of the Canadian demo company."""

    def __init__(self, runner: asyncio.Runner, running: Running, limits: Limits) -> None:
        self.runner = runner
        self.running = running
        self.clock = running.clock
        routes = SnapBooksApi(running.dispatcher, limits).routes()
        transport = httpx.ASGITransport(Router(routes, redirect_slashes=False))
        self.client = httpx.AsyncClient(transport=transport, base_url=BASE)
        self.keys: dict[str, str] = {}

    async def open(self) -> None:
        """Make the demo companies, number them as the printed requests do, and make a key for each."""
        running = self.running
        await make_demo_companies(running)
        account = await running.administration.account(None)
        for country, connection in (("US", US_CONNECTION), ("CA", CANADIAN_CONNECTION)):
            _, self.keys[country] = await running.administration.create_key(account.id, connection, country)
        _, self.keys["none"] = await running.administration.create_key(account.id, None, "unbound")

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        company: str = "US",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One request. A body of text or bytes goes as it is."""
        content = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        key = {"X-Api-Key": self.keys[company]} if company else {}
        sent = {"Content-Type": "application/json; charset=utf-8", **key, **(headers or {})}
        return self.runner.run(self.client.request(method, path, content=content, headers=sent))

    def told(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        """The answer to a request that is expected to be fulfilled."""
        response = self.send(method, path, body, **options)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        assert answer["success"] is True
        return answer

    def query(self, text: str, **options: Any) -> list[dict[str, Any]]:
        data: list[dict[str, Any]] = self.told("POST", "/api/v1/query", {"query": text}, **options)["data"]
        return data

    def begin(self, name: str, item: ServiceItem) -> None:
        """A company of its own with one item in it, and a key for it."""

        async def make() -> None:
            administration, dispatcher = self.running.administration, self.running.dispatcher
            account = await administration.account(None)
            connection = await administration.create_connection(account, NewConnection(name=name, books="embedded"))
            _, self.keys[name] = await administration.create_key(account.id, connection.id, name)
            caller, connection = await dispatcher.admit_only(self.keys[name])
            command = Create(resource="service_items", draft=item)
            await dispatcher.submit(caller, connection, command, Attempt(b""), 30)

        self.runner.run(make())

    def violations(self) -> list[str]:
        """What is wrong with the ledgers of both companies."""
        books, store, clock = self.running.books["embedded"], self.running.store, self.running.clock

        def look(session: Session) -> list[str]:
            files = [CompanyFile(session, each, clock) for each in (US_CONNECTION, CANADIAN_CONNECTION)]
            return [found for file in files for found in books.violations(file)]

        return self.runner.run(store.read(look))


@contextmanager
def opened(data: Path, limits: Limits = LIMITS) -> Iterator[Office]:
    """An office in a data folder, for as long as it is needed."""
    with asyncio.Runner() as runner:
        context = installation(Settings(data=data), SetClock(MOMENT))
        office = Office(runner, runner.run(context.__aenter__()), limits)
        try:
            runner.run(office.open())
            yield office
        finally:
            runner.run(office.client.aclose())
            runner.run(context.__aexit__(None, None, None))
