"""Emulated QuickBooks Desktops for tests: Web Connectors in one thread, each with a company file of its own."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import httpx
from tests.support.stores import perform

from counterfoil.emulators.desktop.company import STAMPS, CompanyFolder, Fill, stamp_of
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.faults import Faults
from counterfoil.emulators.desktop.processor import CENTRAL, RequestProcessor
from counterfoil.emulators.desktop.report import SessionReport
from counterfoil.model.company import Company
from counterfoil.model.query import Balance, Select
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.margin import Margin
from counterfoil.storage.sqlite import FILE

T = TypeVar("T")
PATIENCE: Final = 60.0
"""Seconds: nothing here takes long, even on a machine that is busy."""

PACE: Final = 0.02
"""The Web Connector's pauses are this much shorter than the real one's."""


class Office:
    """A QuickBooks with its company file open, and the Web Connector beside it, at work until it is closed."""

    def __init__(self, offices: "Offices", connector: WebConnector) -> None:
        self.offices = offices
        self.connector = connector
        self.company = connector.company
        self.faults: Faults = connector.processor.faults
        self.reports: list[SessionReport] = []
        self.logged_in = asyncio.Event()
        self._stop = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def look(self, work: Callable[[CompanyFile], T]) -> T:
        """What `work` finds in the company file."""
        return self.offices.do(self.company.look(work))

    def trial_balance(self) -> dict[str, int]:
        """Each account that has a balance, by name: debits less credits, in cents."""
        found: list[Balance] = self.look(self.company.books.trial_balance)
        return {balance.name: balance.debit - balance.credit for balance in found}

    def all(self, resource: str) -> tuple[Resource, ...]:
        """Every object of a resource, as the company file has it."""
        select = Select(resource=resource, with_links=True)
        return self.look(lambda file: self.company.books.select(file, select)).items

    def violations(self) -> list[str]:
        """Whatever is wrong with the company's ledger."""
        wrong = self.look(self.company.books.violations)
        off = sum(self.trial_balance().values())
        return [*wrong, f"the trial balance is off by {off} cents"] if off else wrong

    def pause(self) -> None:
        """QuickBooks and its Web Connector are shut down; the company file stays as it is."""
        self.offices.do(self._paused())

    def resume(self) -> None:
        self.offices.do(self.started())

    def close(self) -> None:
        """Shut it down for good. Its books must be sound, and no session may have ended badly."""
        wrong = self.violations()
        self.pause()
        self.offices.do(self.company.close())
        assert wrong == []
        assert [report for report in self.reports if report.error is not None] == []

    async def started(self) -> None:
        """Begin work, and wait until the server knows that somebody is there."""
        self.logged_in.clear()
        self._stop.clear()
        self._work = asyncio.create_task(self.connector.run(self._stop, self.reports.append))
        waiting = asyncio.create_task(self.logged_in.wait())
        await asyncio.wait((self._work, waiting), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._work.done():
            await self._work
        assert self.logged_in.is_set()

    async def _paused(self) -> None:
        self._stop.set()
        if self._work is not None:
            await self._work

    async def hook(self, step: str) -> None:
        if step == "after authenticate":
            self.logged_in.set()


class Offices:
    """The QuickBooks computers of one server's customers, in a thread of their own.

    `data` is the folder of the server that is running, `folder` where the company files are to be.
    """

    def __init__(self, data: Path, folder: Path) -> None:
        self.data = data
        self.folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="offices", daemon=True)
        self._count = 0
        self._empty: Path | None = None
        self._client: httpx.AsyncClient | None = None

    def __enter__(self) -> "Offices":
        self._thread.start()
        self._client = self.do(_client())
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._client is not None:
            self.do(self._client.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the thread of the offices."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def create(self, name: str, *, fill: Fill | None = None) -> tuple[str, Office]:
        """A new connection, with a company of that name behind it which is new as well, or is filled."""
        made = perform(self.data, "connection.create", {"name": name, "books": "desktop", "account": None})
        identifier: str = made["id"]
        return identifier, self.connect(Path(made["qwc"]), made["password"], fill=fill or _named(name))

    def attach(self, connection_id: str, *, name: str | None = None, company: Path | None = None) -> Office:
        """A QuickBooks for a connection that is there. `company` is a closed company file, of which it gets a copy.

        Without one the company is new; `name` is what it is called.
        """
        made = perform(self.data, "connection.password", {"id": connection_id, "account": None})
        if name is not None:
            return self.connect(Path(made["qwc"]), made["password"], fill=_named(name))
        return self.connect(Path(made["qwc"]), made["password"], company=company or self._new_company())

    def connect(
        self, qwc: Path | bytes, password: str, *, company: Path | None = None, fill: Fill | None = None
    ) -> Office:
        """A QuickBooks whose Web Connector has this file and password, at work when this returns."""
        return self.do(self._connected(qwc, password, company, fill))

    async def _connected(self, qwc: Path | bytes, password: str, company: Path | None, fill: Fill | None) -> Office:
        assert self._client is not None
        self._count += 1
        folder = self.folder / str(self._count)
        if company is not None:
            folder.mkdir(parents=True)
            shutil.copy(company / FILE, folder / FILE)
        processor = RequestProcessor(CompanyFolder(folder, fill=fill), utc_offset=CENTRAL)
        connector = WebConnector(qwc, password, processor, self._client, pace=PACE)
        office = Office(self, connector)
        connector.hook = office.hook
        await processor.company.change(lambda file: _restamp(file, connector.qwc.owner_id, connector.qwc.file_id))
        await office.started()
        return office

    def _new_company(self) -> Path:
        """A company that is new, made once; copying it is faster than making one."""
        if self._empty is None:
            self._empty = self.folder / "new"

            async def made(folder: Path) -> None:
                company = CompanyFolder(folder)
                await company.open()
                await company.close()

            self.do(made(self._empty))
        return self._empty


@contextmanager
def offices(data: Path, folder: Path) -> Iterator[Offices]:
    """Offices for the server with this data folder, while the block runs."""
    with Offices(data, folder) as built:
        yield built


async def _client() -> httpx.AsyncClient:
    """A client whose lines are as many as there are connectors: each holds one."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(trust_env=False, limits=limits)


def _named(name: str) -> Fill:
    return lambda file, books: books.open_company(file, Company(company_name=name, legal_company_name=name))


def _restamp(file: CompanyFile, owner_id: str, file_id: str) -> None:
    """A copied company file belongs to the connection that it is copied for."""
    if stamp_of(file, owner_id) is not None:
        Margin(file.session, file.connection_id, file.clock).keep(STAMPS, owner_id, {"FileID": file_id})
