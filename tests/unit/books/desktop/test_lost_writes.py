"""QuickBooks does what is asked, and its answer is lost: what was made is found again, whatever it is, and is not made
twice. Where QuickBooks remembers the message set it tells an id; where it has forgotten it, the company file shows."""

import asyncio
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.unit.books.desktop.house import PATIENCE, House, Office, Talk
from tests.unit.books.desktop.test_with_a_ledger import play, served, until_idle
from tests.unit.emulators.office import document, first, messages

from counterfoil.core.ids import random_uuid
from counterfoil.dispatch.attempts import attempt_of
from counterfoil.dispatch.callers import Caller
from counterfoil.emulators.desktop.message_sets import MessageSets
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.model.activities import TimeActivity
from counterfoil.model.command import Command, Create, Delete, Void
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Done
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Employee
from counterfoil.model.purchases import Bill, PurchaseLine, VendorCredit
from counterfoil.model.receivables import Application
from counterfoil.model.sales import Estimate, SalesReceipt
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref

DAY = date(2026, 3, 2)
STONE, TOOLS, BANK, CARD = (Ref(None, name) for name in ("Stone", "Tools", "Bank", "Card"))
ADA, LABOUR = Ref(None, "Ada"), Ref(None, "Labour")
SPENT = (PurchaseLine(account=TOOLS, amount=Decimal("40.00"), customer=ADA),)

COMPANY = document(
    "<VendorAddRq><VendorAdd><Name>Stone</Name></VendorAdd></VendorAddRq>",
    "<EmployeeAddRq><EmployeeAdd><FirstName>Eve</FirstName></EmployeeAdd></EmployeeAddRq>",
    *(
        f"<AccountAddRq><AccountAdd><Name>{name}</Name><AccountType>{kind}</AccountType></AccountAdd></AccountAddRq>"
        for name, kind in (("Tools", "Expense"), ("Bank", "Bank"), ("Card", "CreditCard"))
    ),
    "<BillAddRq><BillAdd><VendorRef><FullName>Stone</FullName></VendorRef><ExpenseLineAdd><AccountRef>"
    "<FullName>Tools</FullName></AccountRef><Amount>90.00</Amount></ExpenseLineAdd></BillAdd></BillAddRq>",
)


def payment(bill: str, **how: Any) -> BillPayment:
    paid = (Application(transaction_id=bill, payment_amount=Decimal("30.00")),)
    return BillPayment(vendor=STONE, transaction_date=DAY, total_amount=Decimal("30.00"), applications=paid, **how)


WRITES: dict[str, tuple[str, Callable[[str], Resource]]] = {
    "a bill with a customer's expense": ("Bill", lambda _: Bill(vendor=STONE, transaction_date=DAY, lines=SPENT)),
    "a vendor's credit": ("VendorCredit", lambda _: VendorCredit(vendor=STONE, transaction_date=DAY, lines=SPENT)),
    "a payment by check": ("BillPaymentCheck", lambda bill: payment(bill, payment_account=BANK, ref_number="1")),
    "a payment by card": (
        "BillPaymentCreditCard",
        lambda bill: payment(bill, payment_account=CARD, pay_type="credit_card"),
    ),
    "a vendor's time for a customer": (
        "TimeTracking",
        lambda _: TimeActivity(vendor=STONE, transaction_date=DAY, customer=ADA, hours=1, minutes=0),
    ),
    "a sale to nobody": (
        "SalesReceipt",
        lambda _: SalesReceipt(transaction_date=DAY, lines=(SalesLine(item=LABOUR, amount=Decimal("5.00")),)),
    ),
    "an estimate": (
        "Estimate",
        lambda _: Estimate(customer=ADA, transaction_date=DAY, lines=(SalesLine(item=LABOUR, quantity=Decimal(1)),)),
    ),
    "an employee": ("Employee", lambda _: Employee(name="Bo", first_name="Bo")),
}
VENDORS = {"Bill", "VendorCredit", "BillPaymentCheck", "BillPaymentCreditCard", "TimeTracking"}
RESOURCES = {
    "Bill": "bills",
    "VendorCredit": "vendor_credits",
    "BillPaymentCheck": "bill_payments",
    "BillPaymentCreditCard": "bill_payments",
    "TimeTracking": "time_activities",
    "SalesReceipt": "sales_receipts",
    "Estimate": "estimates",
    "Employee": "employees",
}


async def ids_of(quickbooks: RequestProcessor, name: str) -> list[str]:
    answer = await quickbooks.process(document(f"<{name}QueryRq/>"))
    return [each.children[0].text for each in first(answer).children]


async def submitted(house: House, desk: Office, command: Command) -> "asyncio.Task[Any]":
    """A command on its way, once it waits in the lane."""
    caller = Caller(random_uuid(), desk.connection.account_id, None)
    attempt = attempt_of(caller, "POST", "/here", repr(command).encode(), dialect="test", address="/here")
    call: Any = house.running.dispatcher.submit(caller, desk.connection, command, attempt, 20)
    return await desk.asked(call)


async def lost(talk: Talk, quickbooks: RequestProcessor) -> list[str]:
    """The document is carried out and its answer lost; what is asked after that."""
    quickbooks.faults.add("internal")
    await served(talk, quickbooks)
    return [each or "MessageSet" for each in await until_idle(talk, quickbooks)]


@pytest.fixture(params=["remembered", "forgotten"])
def forgotten(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether QuickBooks has nothing stored of any message set."""
    is_forgotten: bool = request.param == "forgotten"
    if is_forgotten:
        monkeypatch.setattr(MessageSets, "find", lambda *_: None)
    return is_forgotten


@pytest.mark.parametrize("case", WRITES)
def test_what_was_made_is_found_again_and_not_made_twice(tmp_path: Path, case: str, forgotten: bool) -> None:
    name, draft = WRITES[case]

    async def scene(house: House, desk: Office, quickbooks: RequestProcessor) -> None:
        answers = messages(await quickbooks.process(COMPANY)).children
        assert [each.attributes["statusCode"] for each in answers] == ["0"] * 6
        before = await ids_of(quickbooks, name)
        talk = await desk.proved()
        bill = answers[-1].children[0].children[0].text
        call = await submitted(house, desk, Create(resource=RESOURCES[name], draft=draft(bill)))
        asked = await lost(talk, quickbooks)
        assert asked == ["MessageSet", *[f"{name}Query"] * (2 if forgotten else 1)]
        (made,) = set(await ids_of(quickbooks, name)) - set(before)
        done = await call
        assert isinstance(done, Done)
        assert done.result.id == made
        vendor = getattr(done.result, "vendor", None)
        assert (vendor.full_name if vendor is not None else None) == ("Stone" if name in VENDORS else None)

    play(tmp_path, scene)


@pytest.mark.parametrize(("verb", "asked"), [(Delete, "TxnDeletedQuery"), (Void, "BillPaymentCreditCardQuery")])
def test_what_was_taken_away_is_known_by_its_kind(tmp_path: Path, verb: Any, asked: str, forgotten: bool) -> None:
    async def scene(house: House, desk: Office, quickbooks: RequestProcessor) -> None:
        bill = messages(await quickbooks.process(COMPANY)).children[-1].children[0].children[0].text
        talk = await desk.proved()
        made = await submitted(
            house,
            desk,
            Create(resource="bill_payments", draft=payment(bill, payment_account=CARD, pay_type="credit_card")),
        )
        await served(talk, quickbooks)
        identifier = (await made).result.id
        call = await submitted(house, desk, verb(resource="bill_payments", id=identifier))
        await served(talk, quickbooks)  # which kind it is
        async with asyncio.timeout(PATIENCE):
            while not await desk.entries("queued"):
                await asyncio.sleep(0.002)
        assert await lost(talk, quickbooks) == ["MessageSet", *([asked] if forgotten else [])]
        done = await call
        assert isinstance(done, Done)
        assert done.result.id == identifier

    play(tmp_path, scene)
