"""Online books for the bench: an emulated QuickBooks Online in this process, with the demo company in it."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import httpx
from tests.contract.books.spelling import Spelling
from tests.simulation.online.house import HERE, INTUIT

from counterfoil.app.demo_company import open_us_company
from counterfoil.app.online_sandbox import PREFERENCES_TOLD
from counterfoil.app.wiring import Running
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import SetClock
from counterfoil.core.errors import Unknown
from counterfoil.emulators.online.company import OnlineCompany
from counterfoil.emulators.online.desk import Desk
from counterfoil.emulators.online.known import furnish, number_everything
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.model.catalogue import RESOURCES
from counterfoil.model.lists import Currency
from counterfoil.model.query import Select
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.margin import Margin
from counterfoil.storage.sqlite import FILE

REALM: Final = "9130000000000007"
TRANSACTIONS: Final = ("invoices", "credit_memos", "receive_payments")
TAXED: Final = {"Tax": "TAX", "Non": "NON"}
"""What Intuit calls by letters in every American company."""


class Wire(httpx.AsyncBaseTransport):
    """The line to whatever Intuit there is just now: each bench has one of its own."""

    def __init__(self) -> None:
        self.emulator: OnlineEmulator | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.emulator is None:
            raise httpx.ConnectError("nobody listens", request=request)
        return await httpx.ASGITransport(self.emulator.app).handle_async_request(request)


def open_company(file: CompanyFile, books: EmbeddedBooks) -> None:
    """The demo company as Intuit keeps it: with automated sales tax, and a number for everything."""
    open_us_company(file, books)
    furnish(file, income="Shipping and Delivery Income", discounts="Sales Discounts")
    desk = Desk(file, books)
    desk.ledger.beside(file.singleton("preferences"), PREFERENCES_TOLD)
    number_everything(file, desk.shelf.margin)
    for resource in TRANSACTIONS:
        desk.shelf.margin.number("transactions", _ids(books.select(file, Select(resource=resource)).items))


async def closed_online_company(folder: Path, clock: SetClock) -> None:
    company = OnlineCompany(folder, REALM, fill=open_company, clock=clock)
    await company.open()
    await company.close()


async def online_company(template: Path, folder: Path, clock: SetClock) -> tuple[OnlineCompany, Spelling]:
    """A copy of the company, and how its objects are called there."""
    folder.mkdir()
    shutil.copy(template / FILE, folder / FILE)
    company = OnlineCompany(folder, f"{REALM}{folder.name}", clock=clock)
    return company, Spelling(await company.look(_known))


async def connected(running: Running, emulator: OnlineEmulator) -> ConnectionRecord:
    """A connection that a person has let into the company."""
    made = await running.perform("connection.create", {"books": "online", "name": "Larkspur Landscaping"})
    here, there = httpx.ASGITransport(running.application()), httpx.ASGITransport(emulator.app)
    async with httpx.AsyncClient(mounts={HERE: here, INTUIT: there}, follow_redirects=True) as browser:
        answer = await browser.get(made["connect_url"])
    if answer.status_code != 200:
        raise Unknown()
    account = await running.administration.account(None)
    return await running.administration.connection(account.id, made["id"])


def _known(file: CompanyFile) -> dict[str, dict[str, str]]:
    """The numbers of all that is there, by space and the id that it has in the embedded books too."""
    margin, books = Margin(file.session, file.connection_id, file.clock), EmbeddedBooks()
    found: dict[str, dict[str, str]] = {}
    for each in RESOURCES:
        things: tuple[Any, ...] = tuple(file.objects(each.name)) if each.is_list else ()
        if each.name in TRANSACTIONS:
            things = tuple(books.select(file, Select(resource=each.name)).items)
        space = each.list or "transactions"
        numbers = margin.numbered(space, _ids(things))
        found.setdefault(space, {}).update({id: str(number) for id, number in numbers.items()})
        if each.name == "sales_tax_codes":
            found[space].update({thing.id: TAXED[thing.name] for thing in things if thing.name in TAXED})
        if each.name == "currencies":
            found[space].update({thing.id: thing.currency_code for thing in things if isinstance(thing, Currency)})
    return found


def _ids(things: Iterable[Any]) -> list[str]:
    return [each.id for each in things]
