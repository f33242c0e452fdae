"""Many Web Connectors at once, each with a company of its own, and callers who keep all of them at work."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from tests.simulation.desktop.company import BOOKS, Ids, Request, fill, ids_of
from tests.support.stores import perform

from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.report import SessionReport
from counterfoil.model.query import Select
from counterfoil.storage.company import CompanyFile

PACE: Final = 0.02
LOGGED_IN: Final = 60.0
"""Seconds within which every connector must have called."""

Figures = Counter[tuple[str, int]]
"""How often an invoice of this number and amount (cents) is in a company file."""


@dataclass
class Branch:
    """One company: its connection, its QuickBooks, and the numbers and amounts that its caller has sent."""

    connection: str
    connector: WebConnector
    ids: Ids
    sent: Figures = field(default_factory=Counter)
    answered: dict[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    logged_in: asyncio.Event = field(default_factory=asyncio.Event)
    reports: list[SessionReport] = field(default_factory=list)

    @property
    def company(self) -> CompanyFolder:
        return self.connector.company

    async def hook(self, step: str) -> None:
        if step == "after authenticate":
            self.logged_in.set()

    async def held(self) -> Figures:
        """What the company file holds, but for what was there at first."""
        return await self.company.look(_figures)

    def request(self, index: int, number: int) -> Request:
        """An invoice whose number and amount say whose it is."""
        label, cents = f"C{index:02}-{number:04}", 100_00 * (index + 1) + number
        self.sent[(label, cents)] += 1
        body: dict[str, Any] = {
            "customerId": self.ids.customer,
            "refNumber": label,
            "transactionDate": "2026-03-02",
            "lines": [{"itemId": self.ids.item, "amount": f"{cents // 100}.{cents % 100:02}"}],
        }
        return Request("POST", "/invoices", body)


class Fleet:
    """Branches of one server, whose data folder is `data`."""

    def __init__(self, url: str, data: Path, key: str, folder: Path) -> None:
        self.url, self.data, self.key, self.folder = url, data, key, folder
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        self.soap = httpx.AsyncClient(limits=limits, trust_env=False, timeout=120)
        self.http = httpx.AsyncClient(
            limits=limits,
            trust_env=False,
            timeout=120,
            base_url=f"{url}/v1/quickbooks-desktop",
            headers={"Authorization": f"Bearer {key}"},
        )
        self.branches: list[Branch] = []
        self.stop = asyncio.Event()
        self._work: list[asyncio.Task[None]] = []

    async def found(self, count: int) -> None:
        """Make connections, each with a company file that is a copy of the first."""
        template = CompanyFolder(self.folder / "template", fill=fill)
        ids = await template.look(ids_of)
        await template.close()
        for index in range(count):
            folder = self.folder / f"{index:02}"
            shutil.copytree(template.folder, folder)
            named = {"name": f"Company {index:02}", "books": "desktop"}
            made = await asyncio.to_thread(perform, self.data, "connection.create", named)
            processor = RequestProcessor(CompanyFolder(folder))
            connector = WebConnector(Path(made["qwc"]), made["password"], processor, self.soap, pace=PACE)
            branch = Branch(made["id"], connector, ids)
            connector.hook = branch.hook
            self.branches.append(branch)

    async def go_live(self) -> None:
        """Every connector logs in, and stays."""
        for branch in self.branches:
            self._work.append(asyncio.create_task(branch.connector.run(self.stop, branch.reports.append)))
        everyone = asyncio.gather(*(branch.logged_in.wait() for branch in self.branches))
        await asyncio.wait_for(everyone, LOGGED_IN)

    async def send(self, requests: int) -> float:
        """Callers of every company send so many invoices, one after the other; the seconds until all is answered."""
        started = time.perf_counter()
        await asyncio.gather(*(self._caller(index, branch, requests) for index, branch in enumerate(self.branches)))
        return time.perf_counter() - started

    async def _caller(self, index: int, branch: Branch, requests: int) -> None:
        for number in range(requests):
            wanted = branch.request(index, number)
            began = time.perf_counter()
            answer = await self.http.request(
                wanted.method,
                wanted.path,
                json=wanted.body,
                headers={"Conductor-End-User-Id": branch.connection},
            )
            branch.times.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text
            told = answer.json()
            branch.answered[told["id"]] = told["refNumber"]

    async def strays(self) -> list[str]:
        """Every company that does not hold exactly its own, or whose ledger is not sound; in sentences."""
        wrong = []
        for index, branch in enumerate(self.branches):
            held = await branch.held()
            if held != branch.sent:
                wrong.append(f"company {index} holds {held - branch.sent} too much and lacks {branch.sent - held}")
            if len(branch.answered) != len(branch.sent):
                wrong.append(f"company {index} was told of {len(branch.answered)} of {len(branch.sent)}")
            wrong += [f"company {index}: {each}" for each in await branch.company.violations()]
        return wrong

    async def close(self) -> None:
        self.stop.set()
        await asyncio.gather(*self._work)
        for branch in self.branches:
            await branch.company.close()
        await self.soap.aclose()
        await self.http.aclose()


@asynccontextmanager
async def fleet(url: str, data: Path, key: str, folder: Path, count: int) -> AsyncIterator[Fleet]:
    """Branches at work while the block runs."""
    made = Fleet(url, data, key, folder)
    try:
        await made.found(count)
        await made.go_live()
        yield made
    finally:
        await made.close()


def percentile(times: Iterable[float], share: float) -> float:
    """The time in milliseconds within which this share of calls was answered."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def _figures(file: CompanyFile) -> Figures:
    invoices: Any = BOOKS.select(file, Select(resource="invoices")).items
    found: Figures = Counter((each.ref_number, int(each.total_amount * 100)) for each in invoices)
    return Counter({key: count for key, count in found.items() if not key[0].startswith("B-")})
