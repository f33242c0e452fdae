"""Two accounts in one installation: what the first one keeps bears canaries, which nobody else may ever see."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import msgspec
from starlette.routing import Router

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import CANADIAN_CONNECTION, US_CONNECTION
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.submit import Aside
from counterfoil.model.activities import Attachable, TimeActivity
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Create, Delete
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.lines import SalesLine
from counterfoil.model.lists import Class, CustomerType, Department
from counterfoil.model.outcome import Done
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Customer, Employee, Vendor
from counterfoil.model.purchases import Bill, PurchaseLine, VendorCredit
from counterfoil.model.query import Select
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Estimate, Invoice, RefundReceipt, SalesReceipt
from counterfoil.model.shape import Resource
from counterfoil.model.terms import StandardTerm
from counterfoil.model.values import Ref
from counterfoil.storage.installation import ConnectionRecord

T = TypeVar("T")

CANARY: Final = "Heliotrope"
PRICE: Final = Decimal("7319.37")
TAX: Final = Decimal("613.29")
CANARIES: Final = (CANARY.lower(), "7319.37", "7,319.37", "7932.66", "613.29")
"""What no stranger may read: a word, a price, and what an invoice with it comes to."""

NUMBER: Final = "R-20771"
"""The number of the invoice; strangers know it, and ask for it."""

KEY_OF_INVOICE: Final = "order-20771"
DAY: Final = date(2026, 3, 2)
DOCUMENT: Final = (
    "<?xml version='1.0'?><?qbxml version='13.0'?><QBXML><QBXMLMsgsRq onError='stopOnError'>"
    f"<CustomerQueryRq requestID='1'><FullName>{CANARY}</FullName></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
)


@dataclass(frozen=True)
class Things:
    """Real ids of what the first account keeps: by resource, by number within a space, and of a queued request."""

    ids: Mapping[str, str]
    revisions: Mapping[str, str]
    numbers: Mapping[str, int]
    queued: str


@dataclass(frozen=True)
class Caller:
    """Who asks: a key or none, and the connection that is the caller's own, if there is one."""

    key: str | None
    own: str | None = None
    is_admitted: bool = True


class World:
    """The installation, whoever asks it, and what the first account keeps in it."""

    def __init__(self, runner: asyncio.Runner, running: Running) -> None:
        self.runner = runner
        self.running = running
        self.application = running.application()
        self.router: Router = running.router()
        transport = httpx.ASGITransport(self.application)
        self.client = httpx.AsyncClient(transport=transport, base_url="https://counterfoil.example")
        self.callers: dict[str, Caller] = {}
        self.first = US_CONNECTION
        self.account_id = ""
        self.things = Things({}, {}, {}, "")

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def settle(self) -> None:
        """Make the accounts, their keys, and everything that bears a canary."""
        await make_demo_companies(self.running)
        administration = self.running.administration
        account = await administration.account(None)
        self.account_id = account.id
        connection = await administration.connection(account.id, self.first)
        owner = await self._key(account.id, self.first)
        revoked = await self._key(account.id, self.first)
        await administration.revoke_key(account.id, revoked)
        other = await administration.create_account("another")
        theirs = await administration.create_connection(other, NewConnection(name="Wren", books="embedded"))
        self.callers = {
            "owner": Caller(owner, self.first),
            "another account": Caller(await self._key(other.id, None), theirs.id),
            "another account's connection": Caller(await self._key(other.id, theirs.id), theirs.id),
            "another connection": Caller(await self._key(account.id, CANADIAN_CONNECTION), CANADIAN_CONNECTION),
            "nobody": Caller(None, is_admitted=False),
            "a revoked key": Caller(revoked, is_admitted=False),
            "a wrong secret": Caller(owner[:-4] + "".join(reversed(owner[-4:])) + "0", is_admitted=False),
        }
        self.things = await _Keeping(self.running, connection, owner).things()

    async def _key(self, account_id: str, connection_id: str | None) -> str:
        return (await self.running.administration.create_key(account_id, connection_id, "test"))[1]

    def kept(self) -> dict[str, bytes]:
        """Everything that the first account keeps, to be compared with itself later."""

        async def look() -> dict[str, bytes]:
            connection = await self.running.administration.connection(self.account_id, self.first)
            found = {name: await _listed(self.running, connection, name) for name in CATALOGUE}
            keys = await self.running.administration.keys(self.account_id)
            asides = await self.running.dispatcher.kept(connection, "invoices", [self.things.ids["invoices"]])
            told = {name: msgspec.json.encode(things) for name, things in found.items()}
            told["keys"] = msgspec.json.encode([(key.id, key.revoked_at) for key in keys])
            told["beside"] = msgspec.json.encode(asides)
            told["connection"] = msgspec.json.encode((connection.id, connection.name, connection.state))
            return told

        return self.do(look())


class _Keeping:
    """Fills the books of the first account's connection."""

    def __init__(self, running: Running, connection: ConnectionRecord, key: str) -> None:
        self.running = running
        self.connection = connection
        self.key = key
        self.made: dict[str, Resource] = {}

    async def things(self) -> Things:
        await self._lists()
        await self._sales()
        await self._beside()
        await self._purchases()
        await self._gone()
        found = {name: await self._one(name) for name in CATALOGUE}
        numbers = {name: await self._number(name, thing.id) for name, thing in found.items()}
        return Things(
            ids={name: thing.id or name for name, thing in found.items()},
            revisions={name: thing.revision for name, thing in found.items()},
            numbers=numbers,
            queued=await self._queued(),
        )

    async def _lists(self) -> None:
        income = Ref(full_name="Sales")
        await self._make("classes", Class(name=CANARY))
        await self._make("customer_types", CustomerType(name=CANARY))
        await self._make("standard_terms", StandardTerm(name=CANARY, due_days=9))
        await self._make("vendors", Vendor(name=f"{CANARY} Nursery"))
        await self._make("employees", Employee(name=f"{CANARY} Platt"))
        await self._make("departments", Department(name=CANARY))
        await self._make("customers", Customer(name=CANARY, email=f"{CANARY}@example.org", note=CANARY))
        details = SalesOrPurchase(description=CANARY, price=PRICE, posting_account=income)
        await self._make("service_items", ServiceItem(name=CANARY, sales_or_purchase=details))

    async def _sales(self) -> None:
        customer, line = self._ref("customers"), SalesLine(item=self._ref("service_items"), amount=PRICE)
        said = {"memo": CANARY, "transaction_date": DAY, "customer": customer, "lines": (line,)}
        taxed = {"tax_mode": "override_total", "tax_override": TAX}
        beside = Aside({"custom_1": CANARY, "tags": [CANARY], "company": CANARY}, KEY_OF_INVOICE)
        await self._make("invoices", Invoice(**said, **taxed, ref_number=NUMBER, customer_note=CANARY), beside)  # type: ignore[arg-type]
        await self._make("credit_memos", CreditMemo(**said))  # type: ignore[arg-type]
        use = Application(transaction_id=self.made["invoices"].id, payment_amount=Decimal(1))
        draft = ReceivePayment(
            customer=customer, transaction_date=DAY, total_amount=PRICE, memo=CANARY, applications=(use,)
        )
        await self._make("receive_payments", draft)

    async def _beside(self) -> None:
        """Sales that nobody owes, time and papers."""
        line = SalesLine(item=self._ref("service_items"), amount=PRICE)
        for resource, model in (
            ("estimates", Estimate),
            ("sales_receipts", SalesReceipt),
            ("refund_receipts", RefundReceipt),
        ):
            draft = model(customer=self._ref("customers"), transaction_date=DAY, memo=CANARY, lines=(line,))
            await self._make(resource, draft)
        time = TimeActivity(employee=self._ref("employees"), hours=2, transaction_date=DAY, description=CANARY)
        await self._make("time_activities", time)
        await self._make("attachables", Attachable(file_name=f"{CANARY}.pdf", note=CANARY))

    async def _purchases(self) -> None:
        vendor, line = self._ref("vendors"), PurchaseLine(account=Ref(full_name="Office Supplies"), amount=PRICE)
        await self._make("bills", Bill(vendor=vendor, transaction_date=DAY, memo=CANARY, lines=(line,)))
        await self._make("vendor_credits", VendorCredit(vendor=vendor, transaction_date=DAY, lines=(line,)))
        paid = Application(transaction_id=self.made["bills"].id, payment_amount=Decimal(1))
        draft = BillPayment(
            vendor=vendor,
            transaction_date=DAY,
            total_amount=Decimal(1),
            payment_account=Ref(full_name="Checking"),
            memo=CANARY,
            applications=(paid,),
        )
        await self._make("bill_payments", draft)

    async def _gone(self) -> None:
        """What the lists of deleted objects tell."""
        kept = self.made["classes"]
        for resource, draft in (
            ("classes", Class(name=f"{CANARY} gone")),
            ("credit_memos", CreditMemo(customer=self._ref("customers"), transaction_date=DAY, ref_number=CANARY[:11])),
        ):
            done = await self._submit(Create(resource=resource, draft=self._with_line(draft)))
            await self._submit(Delete(resource=resource, id=done.result.id))
        self.made["classes"] = kept

    def _with_line(self, draft: Resource) -> Resource:
        if not isinstance(draft, CreditMemo):
            return draft
        return msgspec.structs.replace(draft, lines=(SalesLine(item=self._ref("service_items"), amount=PRICE),))

    async def _make(self, resource: str, draft: Resource, aside: Aside | None = None) -> None:
        done = await self._submit(Create(resource=resource, draft=draft), aside)
        assert isinstance(done.result, Resource)
        self.made[resource] = done.result

    async def _submit(self, command: Create | Delete, aside: Aside | None = None) -> Done:
        dispatcher = self.running.dispatcher
        caller, connection = await dispatcher.admit_only(self.key)
        outcome = await dispatcher.submit(caller, connection, command, Attempt(b""), 30, aside)
        assert isinstance(outcome, Done), (command, outcome)
        return outcome

    def _ref(self, resource: str) -> Ref:
        return Ref(self.made[resource].id)

    async def _one(self, resource: str) -> Resource:
        """What was made of a resource, else the first that the demo company has."""
        made = self.made.get(resource)
        if made is not None:
            return made
        found = await _listed(self.running, self.connection, resource)
        assert found, f"the first account has none of {resource}: make one here"
        return found[0]

    async def _number(self, resource: str, identifier: str) -> int:
        space = CATALOGUE[resource].list or "transactions"
        return (await self.running.dispatcher.numbers(self.connection, space, [identifier]))[identifier]

    async def _queued(self) -> str:
        running = self.running
        caller, connection = await running.dispatcher.admit_only(self.key)
        entered = await running.queue.enter(caller, connection, DOCUMENT.encode(), Attempt(b""), None)
        return entered.id


async def _listed(running: Running, connection: ConnectionRecord, resource: str) -> tuple[Resource, ...]:
    return (await running.dispatcher.select(connection, Select(resource=resource, limit=500))).items


@contextmanager
def settled(data: Path) -> Iterator[World]:
    """A world in a data folder, for as long as it is needed."""
    with asyncio.Runner() as runner:
        context = installation(Settings(data=data, guess_limit=0))
        world = World(runner, runner.run(context.__aenter__()))
        try:
            runner.run(world.settle())
            yield world
        finally:
            runner.run(world.client.aclose())
            runner.run(context.__aexit__(None, None, None))
