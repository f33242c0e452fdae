"""The server process killed at the steps of the Web Connector's protocol: each write is in the company file once.

A caller with the vendor's own client has sent a write. The process gets SIGKILL at a step of the session that carries
it, and is started again on the same folder and port. The Web Connector comes back, the client sends again.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import httpx
import pytest
from conductor import AsyncConductor
from tests.acceptance.conftest import PATIENCE, Server, is_sound, rows, run

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.books.embedded.company_file import enter
from counterfoil.books.embedded.references import to
from counterfoil.emulators.desktop.company import CompanyFolder, open_company
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.model.command import Create
from counterfoil.model.company import Company
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.lines import SalesLine
from counterfoil.model.people import Customer
from counterfoil.model.query import Select
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

PACE: Final = 0.02
RETRIES: Final = 8
Write = Literal["create", "update", "void", "payment"]
Moment = Literal["step", "in-flight", "answer-lost"]


@dataclass(frozen=True)
class Point:
    """Where the server is killed: at a step of the emulator, while it has a call in hand, or when it has answered."""

    moment: Moment
    where: str
    write: Write

    @property
    def name(self) -> str:
        return f"{self.write}-{self.moment}-{self.where.replace(' ', '-')}"


POINTS: Final = (
    Point("step", "before authenticate", "create"),
    Point("step", "after authenticate", "update"),
    Point("step", "before sendRequestXML", "void"),
    Point("in-flight", "sendRequestXML", "create"),
    Point("answer-lost", "sendRequestXML", "payment"),
    Point("step", "after sendRequestXML", "create"),
    Point("step", "before ProcessRequest", "payment"),
    Point("step", "after ProcessRequest", "create"),
    Point("step", "after ProcessRequest", "update"),
    Point("in-flight", "receiveResponseXML", "create"),
    Point("in-flight", "receiveResponseXML", "payment"),
    Point("answer-lost", "receiveResponseXML", "create"),
    Point("answer-lost", "receiveResponseXML", "void"),
    Point("step", "after receiveResponseXML", "create"),
)


class Killer(httpx.AsyncBaseTransport):
    """The line to the server, which can kill it over one call: while it has the call, or when it has answered."""

    def __init__(self, kill: Callable[[], Awaitable[None]]) -> None:
        self.kill = kill
        self.wanted: tuple[Moment, str] | None = None
        self.inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        moment, operation = self.wanted or ("step", "")
        if moment == "step" or f'/{operation}"' not in request.headers.get("SOAPAction", ""):
            return await self.inner.handle_async_request(request)
        self.wanted = None
        sending = asyncio.create_task(self.inner.handle_async_request(request))
        await asyncio.wait((sending,), timeout=0.002 if moment == "in-flight" else PATIENCE)
        await self.kill()
        with contextlib.suppress(httpx.TransportError):
            await (await sending).aread()
        raise httpx.ReadError("the server is gone", request=request)

    async def aclose(self) -> None:
        await self.inner.aclose()


class Site:
    """A server on one port, and the company file of its only connection; both outlive every kill."""

    def __init__(self, folder: Path) -> None:
        self.data, self.folder = folder / "data", folder / "company"
        self.server = Server(self.data)
        self.server.start()
        self.server.options = ("--port", self.server.url.rsplit(":", 1)[1])
        words = ("connection", "create", "--books", "desktop", "--name", "Small", "--json")
        here = self.server.url.replace("127.0.0.1", "localhost")
        made = run(self.data, *words, environment={"COUNTERFOIL_PUBLIC_URL": here}).json
        self.connection, self.password, self.qwc = made["id"], made["password"], Path(made["qwc"])
        self.key = run(self.data, "key", "create", "--json").json["key"]
        asyncio.run(self._first_session())

    async def _first_session(self) -> None:
        async with self.office() as office:
            stop = asyncio.Event()
            office.steps["before sendRequestXML"] = lambda: _set(stop)
            await office.connector.session(stop)

    async def restart(self) -> None:
        await asyncio.to_thread(self.server.kill)
        await asyncio.to_thread(self.server.start)

    @asynccontextmanager
    async def office(self) -> "AsyncIterator[Office]":
        async with open_company(self.folder, fill=_fill) as company:
            killer = Killer(self.restart)
            async with httpx.AsyncClient(transport=killer) as client:
                yield Office(self, company, client, killer)

    def conductor(self) -> AsyncConductor:
        return AsyncConductor(api_key=self.key, base_url=f"{self.server.url}/v1", max_retries=RETRIES)

    def waiting(self) -> int:
        found = rows(self.data, "SELECT COUNT(*) FROM lane WHERE kind = 'command' AND settled_at IS NULL")
        return int(found[0][0])


class Office:
    """A QuickBooks with its Web Connector; `steps` are what happens at a step, once each."""

    def __init__(self, site: Site, company: CompanyFolder, client: httpx.AsyncClient, killer: Killer) -> None:
        self.company = company
        self.killer = killer
        self.steps: dict[str, Callable[[], Awaitable[None]]] = {}
        processor = RequestProcessor(company)
        self.connector = WebConnector(site.qwc, site.password, processor, client, pace=PACE, hook=self._hook)

    async def _hook(self, step: str) -> None:
        act = self.steps.pop(step, None)
        if act is not None:
            await act()

    async def invoices(self) -> dict[str, Invoice]:
        """Every invoice by its number; a number that two of them bear fails."""
        found = await self.company.look(lambda file: EmbeddedBooks().select(file, Select(resource="invoices")).items)
        invoices = [each for each in found if isinstance(each, Invoice)]
        numbered = {each.ref_number or "": each for each in invoices}
        assert len(numbered) == len(invoices)
        return numbered

    async def payments(self) -> int:
        found = await self.company.look(
            lambda file: EmbeddedBooks().select(file, Select(resource="receive_payments")).items
        )
        return len(found)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    assert made.server.stop() == 0
    assert made.server.errors() == ""
    assert is_sound(made.data)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_a_server_killed_there_neither_loses_nor_doubles_the_write(point: Point, site: Site) -> None:
    asyncio.run(_survived(point, site))


async def _survived(point: Point, site: Site) -> None:
    async with site.office() as office, site.conductor() as client:
        target = await office.company.change(_old_invoice)
        before, paid = await office.invoices(), await office.payments()
        asked = asyncio.create_task(_asked(client, site, point.write, target))
        while not site.waiting():
            assert not asked.done(), asked.result()
            await asyncio.sleep(0.01)
        killed = asyncio.Event()

        async def kill() -> None:
            await site.restart()
            killed.set()

        office.killer.kill = kill
        if point.moment == "step":
            office.steps[point.where] = kill
        else:
            office.killer.wanted = (point.moment, point.where)
        stop = asyncio.Event()
        work = asyncio.create_task(office.connector.run(stop))
        identifier = await asyncio.wait_for(asked, PATIENCE)
        await asyncio.wait_for(killed.wait(), PATIENCE)
        stop.set()
        await work

        assert site.waiting() == 0
        record = rows(site.data, "SELECT state, result_id FROM requests ORDER BY id DESC LIMIT 1")
        assert record == [("done", identifier)]
        await _is_there_once(office, point.write, target, before, paid, identifier)
        assert await office.company.violations() == []


async def _asked(client: AsyncConductor, site: Site, write: Write, target: Invoice) -> str:
    """Send a write by the vendor's client; the id that it is answered with."""
    user, qbd = site.connection, client.qbd
    customer = _id_of(target.customer)
    if write == "update":
        changed = await qbd.invoices.update(
            target.id, revision_number=target.revision, memo="By the new gate", conductor_end_user_id=user
        )
        return changed.id
    if write == "void":
        voided: Any = await client.post(
            f"/quickbooks-desktop/invoices/{target.id}/void",
            cast_to=httpx.Response,
            options={"headers": {"Conductor-End-User-Id": user}},
        )
        identifier: str = json.loads(voided.content)["id"]
        return identifier
    if write == "payment":
        payment = await qbd.receive_payments.create(
            conductor_end_user_id=user,
            customer_id=customer,
            transaction_date="2026-03-02",
            total_amount="40.00",
            apply_to_transactions=[{"transaction_id": target.id, "payment_amount": "40.00"}],
        )
        return payment.id
    line = target.lines[0]
    assert isinstance(line, SalesLine)
    made = await qbd.invoices.create(
        conductor_end_user_id=user,
        customer_id=customer,
        ref_number=f"N{target.ref_number}",
        transaction_date="2026-03-02",
        lines=[{"item_id": _id_of(line.item), "amount": "55.00"}],
    )
    return made.id


async def _is_there_once(
    office: Office, write: Write, target: Invoice, before: dict[str, Invoice], paid: int, identifier: str
) -> None:
    """The company holds what it held, and the write once: a hundred dollars were owed, forty may be paid of them."""
    after, number = await office.invoices(), target.ref_number or ""
    new = set(after) - set(before)
    assert new == ({f"N{number}"} if write == "create" else set())
    assert await office.payments() == paid + (write == "payment")
    found = after[number]
    balances = {"create": "100", "update": "100", "void": "0", "payment": "60"}
    assert found.balance_remaining == Decimal(balances[write])
    assert (found.revision != target.revision) == (write in ("update", "void"))
    if write == "create":
        assert (after[f"N{number}"].id, after[f"N{number}"].total_amount) == (identifier, Decimal(55))
    elif write == "update":
        assert (found.memo, identifier) == ("By the new gate", found.id)


def _fill(file: CompanyFile, books: EmbeddedBooks) -> None:
    books.open_company(file, Company(company_name="Small & Sons", legal_company_name="Small & Sons"))
    account = file.find_by_name("accounts", "Services")
    assert account is not None
    details = SalesOrPurchase(price=Decimal("1.00"), posting_account=to(account))
    enter(file, ServiceItem(name="Labour", sales_or_purchase=details))
    enter(file, Customer(name="Ada"))


def _old_invoice(file: CompanyFile) -> Invoice:
    """One more invoice of a hundred dollars, made in QuickBooks itself."""
    item, customer = file.find_by_name("items", "Labour"), file.find_by_name("names", "Ada")
    assert item is not None
    assert customer is not None
    count = len(EmbeddedBooks().select(file, Select(resource="invoices")).items)
    line = SalesLine(item=to(item), amount=Decimal(100))
    draft = Invoice(customer=to(customer), ref_number=f"B-{count}", lines=(line,))
    made = EmbeddedBooks().execute(file, Create(resource="invoices", draft=draft)).result
    assert isinstance(made, Invoice)
    return made


def _id_of(reference: Ref | None) -> str:
    assert reference is not None
    assert reference.id is not None
    return reference.id


async def _set(event: asyncio.Event) -> None:
    event.set()
