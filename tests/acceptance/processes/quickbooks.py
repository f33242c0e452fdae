"""An emulated QuickBooks Desktop with its Web Connector, in a thread, whose server may die under it at any moment."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from tests.support.processes import PATIENCE

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.books.embedded.company_file import enter
from counterfoil.books.embedded.references import to
from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.report import SessionReport
from counterfoil.model.company import Company
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.people import Customer
from counterfoil.model.query import Balance, Select
from counterfoil.model.sales import Invoice
from counterfoil.storage.company import CompanyFile

T = TypeVar("T")
PACE: Final = 0.02
"""The Web Connector's pauses are this much shorter than the real one's."""


class QuickBooks:
    """A company file of its own, and sessions over `transport` until the block ends."""

    def __init__(self, qwc: Path, password: str, folder: Path, transport: httpx.AsyncBaseTransport | None) -> None:
        self.reports: list[SessionReport] = []
        self._qwc = qwc
        self._password = password
        self._folder = folder
        self._transport = transport
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="quickbooks", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._company: CompanyFolder | None = None

    def __enter__(self) -> "QuickBooks":
        self._thread.start()
        assert self._ready.wait(PATIENCE), "no session was opened"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def ids(self) -> tuple[str, str]:
        """The ids of the customer and of the item that the company begins with."""

        def find(file: CompanyFile) -> tuple[str, str]:
            customer, item = file.find_by_name("names", "Ada"), file.find_by_name("items", "Labour")
            assert customer is not None
            assert item is not None
            return customer.id, item.id

        return self.look(find)

    def invoices(self) -> list[Invoice]:
        found = self.look(lambda file: EmbeddedBooks().select(file, Select(resource="invoices", limit=None)).items)
        return [each for each in found if isinstance(each, Invoice)]

    def trial_balance(self) -> dict[str, int]:
        """Each account that has a balance, by name: debits less credits, in cents."""
        found: list[Balance] = self.look(EmbeddedBooks().trial_balance)
        return {balance.name: balance.debit - balance.credit for balance in found}

    def look(self, work: Callable[[CompanyFile], T]) -> T:
        """What `work` finds in the company file."""
        assert self._company is not None
        return self._do(self._company.look(work))

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._company = CompanyFolder(self._folder, fill=_fill)
        limits = httpx.Limits(max_keepalive_connections=0)  # each call may reach another process
        async with httpx.AsyncClient(transport=self._transport, trust_env=False, limits=limits) as client:
            connector = WebConnector(
                self._qwc, self._password, RequestProcessor(self._company), client, pace=PACE, hook=self._hook
            )
            await connector.run(self._stop, self.reports.append)
        await self._company.close()

    async def _hook(self, step: str) -> None:
        if step == "before sendRequestXML":
            self._ready.set()


def _fill(file: CompanyFile, books: EmbeddedBooks) -> None:
    books.open_company(file, Company(company_name="Small & Sons", legal_company_name="Small & Sons"))
    account = file.find_by_name("accounts", "Services")
    assert account is not None
    details = SalesOrPurchase(price=Decimal("1.00"), posting_account=to(account))
    enter(file, ServiceItem(name="Labour", sales_or_purchase=details))
    enter(file, Customer(name="Ada"))
