"""An emulated QuickBooks with a small company of its own, and qbXML to ask it with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.books.embedded.company_file import enter
from counterfoil.books.embedded.references import to
from counterfoil.core.clock import SetClock
from counterfoil.emulators.desktop.company import open_company
from counterfoil.emulators.desktop.faults import Faults
from counterfoil.emulators.desktop.processor import CENTRAL, RequestProcessor
from counterfoil.model.company import Company
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.people import Customer
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbxml.tree import Node, parse

T = TypeVar("T")
NOON = 1_772_452_800
"""2 March 2026, 12:00:00 UTC."""

CUSTOMERS = ("Ada", "Ben", "Cleo")


def fill(file: CompanyFile, books: EmbeddedBooks) -> None:
    """Three customers, and an hour of labour at 62.50."""
    books.open_company(file, Company(company_name="Small & Sons", legal_company_name="Small & Sons"))
    account = file.find_by_name("accounts", "Services")
    assert account is not None
    details = SalesOrPurchase(description="An hour", price=Decimal("62.50"), posting_account=to(account))
    enter(file, ServiceItem(name="Labour", sales_or_purchase=details))
    for name in CUSTOMERS:
        enter(file, Customer(name=name))


@asynccontextmanager
async def office(
    folder: Path, *, faults: tuple[str, ...] = (), clock: SetClock | None = None, zone: str = CENTRAL
) -> AsyncIterator[RequestProcessor]:
    """A QuickBooks while the block runs; the ledger that it leaves behind is sound."""
    async with open_company(folder, fill=fill, clock=clock or SetClock(NOON)) as company:
        processor = RequestProcessor(company, faults=Faults(faults), utc_offset=zone)
        yield processor
        assert await company.violations() == []


def in_office(folder: Path, work: Callable[[RequestProcessor], Awaitable[T]], *, faults: tuple[str, ...] = ()) -> T:
    """Run `work` in an office of its own."""

    async def run() -> T:
        async with office(folder, faults=faults) as processor:
            return await work(processor)

    return asyncio.run(run())


def document(*requests: str, version: str = "16.0", on_error: str = "stopOnError", **attributes: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inner = "".join(requests)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{version}"?>\n'
        f'<QBXML><QBXMLMsgsRq onError="{on_error}"{more}>{inner}</QBXMLMsgsRq></QBXML>'
    )


def invoice(customer: str = "Ada", amount: str = "100.00", number: str = "77", memo: str = "") -> str:
    """An InvoiceAddRq for one line of labour."""
    told = f"<Memo>{memo}</Memo>" if memo else ""
    return (
        f'<InvoiceAddRq requestID="i"><InvoiceAdd><CustomerRef><FullName>{customer}</FullName></CustomerRef>'
        f"<RefNumber>{number}</RefNumber>{told}<InvoiceLineAdd><ItemRef><FullName>Labour</FullName></ItemRef>"
        f"<Amount>{amount}</Amount></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
    )


def messages(answer: str) -> Node:
    """The `QBXMLMsgsRs` of an answer."""
    found = parse(answer.encode()).root.child("QBXMLMsgsRs")
    assert found is not None
    return found


def first(answer: str) -> Node:
    return messages(answer).children[0]


def code(answer: str) -> str:
    """The status code of the first answer."""
    return first(answer).attributes["statusCode"]


async def count(processor: RequestProcessor) -> int:
    """How many invoices the company holds."""
    answer = await processor.process(document("<InvoiceQueryRq/>"))
    return len(first(answer).children)
