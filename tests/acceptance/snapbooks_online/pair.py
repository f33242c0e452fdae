"""Twins: the same company once in embedded books and once in QuickBooks Online, for an American and a Canadian one.

Each request goes to both, and the answers are laid side by side. Online is emulated, in this very process.
"""

import asyncio
import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from tests.acceptance.snapbooks.office import BASE, MOMENT
from tests.simulation.online.house import AT_ONCE, HERE, INTUIT

from counterfoil.app.online_sandbox import (
    CANADIAN_REALM,
    canadian_sandbox,
    open_canadian_sandbox,
    open_sandbox,
    sandbox,
)
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import SetClock
from counterfoil.core.ids import random_uuid
from counterfoil.emulators.online.company import US_REALM
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord, Installation

Json = dict[str, Any]
COMPANIES: Final = {"US": (US_REALM, open_sandbox), "CA": (CANADIAN_REALM, open_canadian_sandbox)}
ANYBODY: Final = {"Authorization": 'OAuth oauth_token="any"', "Accept": "application/json"}
KEYS: Final = "keys.json"


class Pair:
    """Sends requests as `curl` would, to embedded books or to online books with the same company in them.

    `keys` and `connections` are by books and country: `online US`.
    """

    def __init__(self, runner: asyncio.Runner, running: Running, intuit: OnlineEmulator) -> None:
        self.runner = runner
        self.running = running
        self.intuit = intuit
        self.keys: dict[str, str] = {}
        self.connections: dict[str, str] = {}
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(running.application()), base_url=BASE)
        self.there = httpx.AsyncClient(transport=httpx.ASGITransport(intuit.app), base_url=INTUIT)

    async def begin(self) -> None:
        """The companies on both sides, and a key for each."""
        for country, (realm, fill) in COMPANIES.items():
            await self._embed(country, fill)
            await self._connect(country, realm)
        account = await self.running.administration.account(None)
        for name, connection in self.connections.items():
            _, self.keys[name] = await self.running.administration.create_key(account.id, connection, name)

    async def _embed(self, country: str, fill: Callable[[CompanyFile, EmbeddedBooks], None]) -> None:
        running, id = self.running, random_uuid()
        account = await running.administration.account(None)

        def make(session: Session) -> None:
            record = ConnectionRecord(
                account_id=account.id,
                id=id,
                name=country,
                books="embedded",
                state="live",
                created_at=running.clock.now(),
            )
            Installation(session).add_connection(record)
            fill(CompanyFile(session, id, running.clock), EmbeddedBooks())

        await running.store.write(make)
        self.connections[f"embedded {country}"] = id

    async def _connect(self, country: str, realm: str) -> None:
        """A connection that a person lets into the company of a realm."""
        made = await self.running.perform("connection.create", {"books": "online", "name": country})
        here = httpx.ASGITransport(self.running.application())
        there = httpx.ASGITransport(self.intuit.app)
        async with httpx.AsyncClient(mounts={HERE: here, INTUIT: there}) as browser:
            asked = (await browser.get(made["connect_url"])).headers["location"]
            agreed = await browser.post(asked, data={"decision": "connect", "realm": realm})
            done = await browser.get(agreed.headers["location"])
        assert done.status_code == 200, done.text
        self.connections[f"online {country}"] = made["id"]

    def send(self, method: str, path: str, body: Any = None, *, to: str, **headers: str) -> httpx.Response:
        """One request to SnapBooks; `to` names books and country. A body of text goes as it is."""
        content = body if isinstance(body, str) or body is None else json.dumps(body)
        sent = {"Content-Type": "application/json; charset=utf-8", "X-Api-Key": self.keys[to], **headers}
        return self.runner.run(self.client.request(method, path, content=content, headers=sent))

    def both(self, method: str, path: str, body: Any = None, *, country: str = "US") -> tuple[Json, Json]:
        """The answers of embedded and of online books to one request, each with its status."""
        found = [self.send(method, path, body, to=f"{books} {country}") for books in ("embedded", "online")]
        one, two = ({"status": each.status_code, "body": each.json()} for each in found)
        return one, two

    def online(self, method: str, path: str, body: Any = None, *, country: str = "US") -> Json:
        """The answer of the online books to a request that is expected to be fulfilled."""
        response = self.send(method, path, body, to=f"online {country}")
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer

    def found(self, text: str, country: str = "US") -> list[Json]:
        """What Intuit itself finds by a query."""
        address = f"/v3/company/{COMPANIES[country][0]}/query"
        answer = self.runner.run(self.there.get(address, params={"query": text}, headers=ANYBODY))
        assert answer.status_code == 200, answer.text
        told = json.loads(answer.text, parse_float=str)["QueryResponse"]
        return [each for value in told.values() if isinstance(value, list) for each in value]

    def violations(self) -> list[str]:
        """What is wrong with any ledger: of the embedded books, and of Intuit's companies."""
        books, store, clock = self.running.books["embedded"], self.running.store, self.running.clock
        mine = [id for name, id in self.connections.items() if name.startswith("embedded")]

        def look(session: Session) -> list[str]:
            return [found for id in mine for found in books.violations(CompanyFile(session, id, clock))]

        return [*self.runner.run(store.read(look)), *self.runner.run(self.intuit.violations())]


@contextmanager
def opened(folder: Path) -> Iterator[Pair]:
    """The pair that lives in a folder; made there where the folder is new."""
    clock = SetClock(MOMENT)
    known = folder / KEYS
    with asyncio.Runner() as runner:
        companies = (sandbox(folder / "intuit", clock=clock), canadian_sandbox(folder / "intuit", clock=clock))
        intuit = OnlineEmulator(*companies, clock=clock)
        settings = Settings(
            data=folder / "data", intuit_environment=f"{INTUIT}/.well-known/openid_sandbox_configuration"
        )
        context = installation(settings, clock, intuit=httpx.ASGITransport(intuit.app), online_pace=AT_ONCE)
        pair = Pair(runner, runner.run(context.__aenter__()), intuit)
        work = runner.get_loop().create_task(pair.running.online.work.run())
        try:
            if known.exists():
                pair.keys, pair.connections = json.loads(known.read_text())
            else:
                runner.run(pair.begin())
                known.write_text(json.dumps([pair.keys, pair.connections]))
            yield pair
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                runner.run(_ended(work))
            runner.run(pair.client.aclose())
            runner.run(pair.there.aclose())
            runner.run(context.__aexit__(None, None, None))
            runner.run(intuit.close())


def copied(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder)
    return folder


async def _ended(work: "asyncio.Task[None]") -> None:
    await asyncio.gather(work, return_exceptions=True)
