"""A desk to try single rules at: one fresh company, and commands sent one after the other."""

import asyncio
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from tests.simulation.checks import digest
from tests.simulation.world import Country, Founder, World
from tests.support.stores import store_at

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import SetClock
from counterfoil.core.errors import BooksRefused
from counterfoil.model.catalogue import RESOURCES, resource_of
from counterfoil.model.command import Command, Create, Delete, LineChange, Update, Void
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.outcome import Done
from counterfoil.model.query import Read
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store

T = TypeVar("T")


class Desk:
    """Sends commands to the books of one company and reads what they hold; nothing here is asynchronous."""

    def __init__(self, folder: Path, country: Country = "US") -> None:
        path = folder / "desk.db"
        self.runner = asyncio.Runner()
        self.books, self.clock = EmbeddedBooks(), SetClock()
        self.world = World(country, "desk")
        self.store = self.runner.run(_opened(path))
        self.write(lambda file: Founder(file, self.books, self.world).found())

    def close(self) -> None:
        self.runner.run(self.store.close())
        self.runner.close()

    def write(self, work: Callable[[CompanyFile], T]) -> T:
        async def later() -> T:
            return await self.store.write(lambda session: work(self._file(session)))

        return self.runner.run(later())

    def look(self, work: Callable[[CompanyFile], T]) -> T:
        async def later() -> T:
            return await self.store.read(lambda session: work(self._file(session)))

        return self.runner.run(later())

    def _file(self, session: Session) -> CompanyFile:
        return CompanyFile(session, self.world.connection, self.clock)

    def ref(self, name: str) -> Ref:
        return self.world.ref(name)

    def send(self, command: Command) -> Done:
        """Carry a command out; the books must be sound afterwards."""
        self.clock.pass_by(1)
        done = self.write(lambda file: self.books.execute(file, command))
        assert self.faults() == []
        return done

    def refusal(self, command: Command) -> list[str]:
        """The kinds of problems that the books have with a command; it must have changed nothing."""
        before = self.digest()
        kinds: list[str] = []
        try:
            self.write(lambda file: self.books.execute(file, command))
        except BooksRefused as refusal:
            kinds = [problem.kind for problem in refusal.problems]
        if kinds:
            assert self.digest() == before
        return kinds

    def digest(self) -> str:
        return self.look(lambda file: digest(file.session, file.connection_id))

    def faults(self) -> list[str]:
        """What the invariants say, and what is open below nil or in no account of the chart."""

        def look(file: CompanyFile) -> list[str]:
            chart = {account.id for account in file.objects("accounts")}
            strays = [f"postings to {account!r}" for account in file.balances() if account not in chart]
            below = [
                f"{entry.thing.id} has {entry.open} open"
                for resource in (each.name for each in RESOURCES if each.is_transaction)
                for entry in file.entries(resource)
                if entry.open < 0
            ]
            return [*self.books.violations(file), *strays, *below]

        return self.look(look)

    def read(self, thing: Resource) -> Any:
        """The object as it is now."""
        resource, identifier = resource_of(thing).name, thing.id
        return self.look(lambda file: self.books.read(file, Read(resource=resource, id=identifier)))

    def create(self, draft: Resource) -> Any:
        return self.send(Create(resource=resource_of(draft).name, draft=draft)).result

    def update(self, thing: Resource, **changes: Any) -> Any:
        return self.send(self.change(thing, **changes)).result

    def change(self, thing: Resource, **changes: Any) -> Update:
        """The command that changes an object, as it is now."""
        revision = self.read(thing).revision
        return Update(resource=resource_of(thing).name, id=thing.id, revision=revision, changes=changes)

    def void(self, thing: Resource) -> None:
        self.send(self.voiding(thing))

    def voiding(self, thing: Resource) -> Void:
        return Void(resource=resource_of(thing).name, id=thing.id)

    def delete(self, thing: Resource) -> None:
        self.send(self.deletion(thing))

    def deletion(self, thing: Resource) -> Delete:
        return Delete(resource=resource_of(thing).name, id=thing.id)

    def line(self, item: str, **fields: Any) -> SalesLine:
        """A line; figures may be written as text."""
        known: dict[str, Any] = {
            name: Decimal(value) if isinstance(value, str) and name != "description" else value
            for name, value in fields.items()
        }
        return SalesLine(item=self.ref(item), **known)

    def line_of(self, item: Resource, amount: str) -> SalesLine:
        return SalesLine(item=Ref(id=item.id), amount=Decimal(amount))

    def line_change(self, line: SalesLine, **changes: Any) -> LineChange:
        return LineChange(id=line.id, changes=changes)

    def kit(self, name: str, quantity: str) -> SalesLineGroup:
        return SalesLineGroup(item_group=self.ref(name), quantity=Decimal(quantity))

    def service(self, name: str, income: Ref) -> Any:
        details = SalesOrPurchase(price=Decimal(1), posting_account=income)
        return self.create(ServiceItem(name=name, sales_or_purchase=details))

    def move_income(self, item: Resource, income: Ref) -> None:
        self.update(item, sales_or_purchase={"posting_account": income})

    def account(self, name: str) -> Any:
        found = self.look(lambda file: file.find_by_name("accounts", name))
        assert found is not None
        return found

    def balance(self, account: str) -> int:
        """Debits less credits of an account, in cents."""
        identifier = self.account(account).id
        return self.look(lambda file: file.balances()).get(identifier, 0)

    def day(self, text: str) -> date:
        return date.fromisoformat(text)

    def invoice(self, *lines: SalesLine, customer: str = "Anna", **fields: Any) -> Any:
        return self.create(Invoice(customer=self.ref(customer), lines=lines, **fields))

    def owed(self, amount: str, customer: str = "Anna", **fields: Any) -> Any:
        """An invoice without tax."""
        return self.invoice(self.line("Work", amount=amount), customer=customer, **fields)

    def credit(self, amount: str, customer: str = "Anna", **fields: Any) -> Any:
        """A credit memo without tax."""
        lines = (self.line("Work", amount=amount),)
        return self.create(CreditMemo(customer=self.ref(customer), lines=lines, **fields))

    def payment(self, amount: str, customer: str = "Anna", **fields: Any) -> Any:
        return self.create(ReceivePayment(customer=self.ref(customer), total_amount=Decimal(amount), **fields))


async def _opened(path: Path) -> Store:
    return store_at(path)
