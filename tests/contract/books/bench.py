"""The books side by side: whatever is asked goes to each of them, and they must answer alike.

All have the American demo company and one clock, so that ids, times and revisions are the same as well. The desktop
books are asked through the dispatcher like any other: what is for them waits in a lane, leaves by SOAP, and is carried
out by an emulated QuickBooks, whose company file is looked at apart.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import pytest
from msgspec import structs
from tests.contract.books.alike import unlike
from tests.contract.books.online_differences import FIELDS
from tests.contract.books.online_seat import Wire, closed_online_company, connected, online_company
from tests.contract.books.samples import SAMPLES
from tests.contract.books.spelling import Spelling
from tests.simulation.online.house import AT_ONCE, INTUIT
from tests.support.stores import settings_of

from counterfoil.app.demo_company import US_COMPANY, open_us_company
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import SetClock
from counterfoil.core.errors import BooksRefused
from counterfoil.core.ids import random_uuid
from counterfoil.core.problems import Place, Problem
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.attempts import Attempt, attempt_of
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.connecting import qwc_of
from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.processor import CENTRAL, RequestProcessor
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.query import Balance, Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import AccountRecord, ConnectionRecord, Installation
from counterfoil.storage.sqlite import FILE
from counterfoil.wire.qbo.faults import fault_of
from counterfoil.wire.qbxml.status import CODES, OTHER
from counterfoil.wire.soap.qwc import qwc_document

T = TypeVar("T")
NOON: Final = 1_772_452_800
"""2 March 2026, 12:00:00 UTC."""

PATIENCE: Final = 30.0
SALES: Final = ("invoices", "credit_memos", "estimates", "sales_receipts")
URL: Final = "http://localhost:8484"
Look = Callable[[CompanyFile], Any]
End = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Seat:
    """One kind of books: the connection that leads to them, and a way to look at the company file behind it."""

    name: str
    connection: ConnectionRecord
    look: Callable[[Look], Coroutine[Any, Any, Any]]
    spelling: Spelling | None = None
    """Where these books have ids of their own."""

    def said(self, asked: T) -> T:
        """A command or a query in these books' own ids."""
        found: T = self.spelling.said(asked) if self.spelling is not None else asked
        return found

    def heard(self, first: Any, other: Any) -> Any:
        """An answer of these books in the ids of the first."""
        return self.spelling.heard(first, other) if self.spelling is not None else other


class Bench:
    """The seats of one test. The first is the one that the others are compared with."""

    def __init__(self, house: "House", caller: Caller, seats: Sequence[Seat]) -> None:
        self.house = house
        self.caller = caller
        self.seats = seats
        self.shown: set[str] = set()
        """Of the fields in which online books may differ, those in which they did."""

        self.made: set[str] = set()
        """The samples that were made because others come after them."""

        self.is_unlike = False
        """Whether a difference is what the test is listed for: then the books need not hold the same at its end."""

    def do(self, command: Command, key: str | None = None, *, body: bytes | None = None) -> Any:
        """What a command leaves behind in each of the books, which is the same."""
        done = self.submit(command, key, body=body)
        return done.result

    def submit(self, command: Command, key: str | None = None, *, body: bytes | None = None) -> Done:
        outcomes = self._each(lambda seat: self._submitted(seat, command, key, body))
        for seat, outcome in zip(self.seats, outcomes, strict=True):
            assert isinstance(outcome, Done), (seat.name, outcome)
        self._check(outcomes, type(command).__name__)
        first: Done = outcomes[0]
        return first

    def refused(self, command: Command, key: str | None = None) -> tuple[Problem, ...]:
        """The problems for which the first of the books refuses a command. Each of the others refuses it as well,
        for the first of them at least, and nothing is changed anywhere."""
        before = self._each(lambda seat: seat.look(_everything))
        outcomes = self._each(lambda seat: self._submitted(seat, command, key, None))
        for seat, outcome in zip(self.seats, outcomes, strict=True):
            assert isinstance(outcome, Refused), (seat.name, outcome)
        first: tuple[Problem, ...] = outcomes[0].problems
        for outcome in outcomes[1:]:
            self._check_refusal(first, outcome.problems)
        assert self._each(lambda seat: seat.look(_everything)) == before
        return first

    def named(self, resource: str, name: str) -> Ref:
        """The reference to what a list has by this name, or to the transaction of this number; from the company file
        itself, which costs no asking."""

        def look(file: CompanyFile) -> Ref:
            if not CATALOGUE[resource].is_list:
                (entry,) = EmbeddedBooks().select(file, Select(resource=resource, ref_numbers=(name,))).items
                return Ref(id=entry.id)
            found = file.find_by_name(CATALOGUE[resource].list, name)
            assert found is not None, f"no {resource} called {name}"
            return Ref(id=found.id)

        found: Ref = self.house.run(self.seats[0].look(look))
        return found

    def read(self, resource: str, identifier: str) -> Any:
        read = Read(resource=resource, id=identifier)
        return self._same(lambda seat: self.house.dispatcher.read(seat.connection, seat.said(read), PATIENCE))

    def missing(self, resource: str, identifier: str) -> None:
        """None of the books has it, and each says so."""
        read = Read(resource=resource, id=identifier)
        for seat in self.seats:
            asked = seat.said(read)
            problems = self.house.run(self._refusal(self.house.dispatcher.read(seat.connection, asked, PATIENCE)))
            assert [(problem.kind, problem.values["value"]) for problem in problems] == [("object_missing", asked.id)]

    def select(self, select: Select) -> tuple[Any, ...]:
        """All that a selection finds."""
        pages = self._each(lambda seat: self.house.dispatcher.select(seat.connection, seat.said(select), PATIENCE))
        self._check([page.items for page in pages], f"{select}")
        first: Page = pages[0]
        return first.items

    def refused_select(self, select: Select) -> None:
        """What a selection names and nobody has, each of the books refuses."""
        dispatcher = self.house.dispatcher
        asked = self._each(lambda seat: self._refusal(dispatcher.select(seat.connection, seat.said(select), PATIENCE)))
        for problems in asked:
            assert {problem.kind for problem in problems} == {"object_missing"}

    def pages(self, select: Select) -> list[tuple[tuple[str, ...], int]]:
        """The ids on each page of a selection, page by page, and how many remain."""
        found = self._each(lambda seat: self._paged(seat, select))
        self._check(found, f"{select}")
        first: list[tuple[tuple[str, ...], int]] = found[0]
        return first

    def deletions(self, *resources: str) -> tuple[Deletion, ...]:
        asked = SelectDeleted(resources=resources, since=0, until=4_000_000_000)
        found: Any = self._same(lambda seat: self.house.dispatcher.deletions(seat.connection, asked, PATIENCE))
        return tuple(found)

    def balances(self) -> dict[str, int]:
        """Debits less credits of every account that has a balance, in cents."""
        found: Any = self._same(lambda seat: seat.look(_balances))
        assert sum(found.values()) == 0
        return dict(found)

    def moved(self, before: Mapping[str, int]) -> dict[str, Decimal]:
        """By how much each account has moved since its balances were `before`; those that have not are left out."""
        after = self.balances()
        moves = {name: after.get(name, 0) - before.get(name, 0) for name in after.keys() | before.keys()}
        return {name: Decimal(move) / 100 for name, move in moves.items() if move}

    def check(self) -> None:
        """Every invariant of every ledger holds, and all books hold the same."""
        for seat, wrong in zip(self.seats, self._each(lambda seat: seat.look(_violations)), strict=True):
            assert wrong == [], (seat.name, wrong)
        if not self.is_unlike:
            self.balances()

    def ask_last(self, command: Command) -> Any:
        """What the last of the books alone says to a command."""
        return self.house.run(self._submitted(self.seats[-1], command, None, None))

    def draft(self, resource: str) -> Any:
        """The sample of a resource, with as much in it as all books of this bench can hold. Samples that it comes
        after are made, each once."""
        for name in SAMPLES[resource].after:
            if name not in self.made:
                self.made.add(name)
                self.do(Create(resource=name, draft=self.draft(name)))
        draft: Any = SAMPLES[resource].draft(self.named)
        if self.seats[1].name == "online" and hasattr(draft, "lines") and resource in SALES:
            return structs.replace(draft, lines=tuple(each for each in draft.lines if isinstance(each, SalesLine)))
        return draft

    def _each(self, ask: Callable[[Seat], Coroutine[Any, Any, T]]) -> list[T]:
        return [self.house.run(ask(seat)) for seat in self.seats]

    def _same(self, ask: Callable[[Seat], Coroutine[Any, Any, T]]) -> T:
        found = self._each(ask)
        self._check(found, "")
        return found[0]

    def _check(self, found: Sequence[Any], asked: str) -> None:
        for seat, each in zip(self.seats[1:], found[1:], strict=True):
            differing = list(unlike(found[0], seat.heard(found[0], each), by_id=seat.spelling is not None))
            if seat.spelling is not None:
                self.shown |= {field for field, *_ in differing if field in FIELDS}
                differing = [row for row in differing if row[0] not in FIELDS]
            told = [f"{field} ({place}): {left!r} there, {right!r} here" for field, place, left, right in differing]
            assert told == [], f"{seat.name} books, {asked}: {'; '.join(told)}"

    def _check_refusal(self, first: Sequence[Problem], other: Sequence[Problem]) -> None:
        """The same kind where the books' words are understood, else the code that QuickBooks has for it."""
        kinds = {problem.kind for problem in first}
        told = other[0]
        if "intuit_code" in told.values:
            codes = {fault_of(kind).code for kind in kinds}
            assert told.kind in kinds or told.values["intuit_code"] in codes, told
            return
        if told.kind.startswith("books_said"):
            assert int(str(told.values["code"])) in {CODES.get(kind, OTHER) for kind in kinds}, told
        else:
            assert told.kind in kinds, told
        if told.place:
            assert told.place in {place for problem in first for place in _places(problem)}

    async def _submitted(self, seat: Seat, command: Command, key: str | None, body: bytes | None) -> Any:
        self.house.tick(seat is self.seats[0])
        attempt = self._attempt(seat, command, key, body)
        dispatcher = self.house.dispatcher
        try:
            return await dispatcher.submit(self.caller, seat.connection, seat.said(command), attempt, PATIENCE)
        except BooksRefused as refusal:
            return Refused(refusal.problems)

    def _attempt(self, seat: Seat, command: Command, key: str | None, body: bytes | None) -> Attempt:
        sent = body if body is not None else repr(command).encode()
        path = f"{seat.connection.id} /contract"
        return attempt_of(self.caller, "POST", path, sent, dialect="contract", address="/contract", idempotency_key=key)

    async def _refusal(self, asking: Coroutine[Any, Any, Any]) -> tuple[Problem, ...]:
        with pytest.raises(BooksRefused) as refusal:
            await asking
        return refusal.value.problems

    async def _paged(self, seat: Seat, select: Select) -> list[Any]:
        found: list[Any] = []
        after = 0
        while True:
            asked = structs.replace(seat.said(select), after=after)
            page = await self.house.dispatcher.select(seat.connection, asked, PATIENCE)
            found.append((tuple(thing.id for thing in seat.heard(None, page.items)), page.remaining))
            if page.next is None:
                return found
            after = page.next


class House:
    """An installation in this process, and the emulated QuickBooks computers that call it over SOAP."""

    def __init__(self, runner: asyncio.Runner, running: Running, folder: Path, clock: SetClock, wire: Wire) -> None:
        self.runner = runner
        self.running = running
        self.dispatcher = running.dispatcher
        self.folder = folder
        self.clock = clock
        self.count = 0
        transport = httpx.ASGITransport(app=running.application())
        self.client = httpx.AsyncClient(transport=transport)
        self.wire = wire
        self.template = folder / "template"
        self.online_template = folder / "online template"
        self.run(_closed_company(self.template, clock))
        self.run(closed_online_company(self.online_template, clock))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def tick(self, first: bool) -> None:
        """A second passes before each command, the same for all books."""
        if first:
            self.clock.pass_by(1)

    @contextmanager
    def bench(self, other: str = "desktop") -> Iterator[Bench]:
        """A bench with new companies while the block runs: embedded books and other ones beside them. The books that
        it leaves behind are sound and alike."""
        self.count += 1
        self.clock.moment = NOON
        account = self.run(self.running.administration.account(None))
        embedded = self.run(self._embedded(account))
        opened = self._desktop(account) if other == "desktop" else self._online(account)
        seat, end = self.run(opened)
        bench = Bench(self, Caller(random_uuid(), account.id, None), (embedded, seat))
        try:
            yield bench
            bench.check()
        finally:
            self.run(end())

    async def _embedded(self, account: AccountRecord) -> Seat:
        """As `open_us_company` fills it: the demo company, to the last id."""
        store, clock = self.running.store, self.clock
        connection = ConnectionRecord(
            account_id=account.id,
            id=random_uuid(),
            name=US_COMPANY.company_name or "",
            books="embedded",
            state="live",
            created_at=clock.now(),
        )

        def made(session: Session) -> None:
            Installation(session).add_connection(connection)
            open_us_company(CompanyFile(session, connection.id, clock), EmbeddedBooks())

        await store.write(made)

        async def look(work: Look) -> Any:
            return await store.read(lambda session: work(CompanyFile(session, connection.id, clock)))

        return Seat("embedded", connection, look)

    async def _online(self, account: AccountRecord) -> tuple[Seat, End]:
        company, spelling = await online_company(self.online_template, self.folder / str(self.count), self.clock)
        emulator = OnlineEmulator(company, clock=self.clock)
        self.wire.emulator = emulator
        connection = await connected(self.running, emulator)

        async def end() -> None:
            self.wire.emulator = None
            await emulator.close()

        return Seat("online", connection, company.look, spelling), end

    async def _desktop(self, account: AccountRecord) -> tuple[Seat, End]:
        running = self.running
        asked = NewConnection(name=US_COMPANY.company_name or "", books="desktop")
        connection = await running.administration.create_connection(account, asked)
        password = await running.connectors.new_password(connection)
        folder = self.folder / str(self.count)
        folder.mkdir()
        shutil.copy(self.template / FILE, folder / FILE)
        processor = RequestProcessor(CompanyFolder(folder, clock=self.clock), utc_offset=CENTRAL)
        logged_in, stop = asyncio.Event(), asyncio.Event()

        async def hook(step: str) -> None:
            if step == "after authenticate":
                logged_in.set()

        connector = WebConnector(
            qwc_document(qwc_of(connection, URL)).encode(), password, processor, self.client, pace=0.01, hook=hook
        )
        working = asyncio.create_task(connector.run(stop))
        waiting = asyncio.create_task(logged_in.wait())
        await asyncio.wait((waiting, working), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
        working.add_done_callback(lambda _: None)

        async def end() -> None:
            stop.set()
            await working
            await processor.company.close()

        return Seat("desktop", connection, processor.company.look), end


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """A house while the block runs."""
    clock = SetClock(NOON)
    with asyncio.Runner() as runner:
        wire = Wire()
        settings = Settings(
            data=folder / "data",
            intuit_environment=f"{INTUIT}/.well-known/openid_sandbox_configuration",
            **settings_of(folder / "data"),
        )
        opening = installation(settings, clock, intuit=wire, online_pace=structs.replace(AT_ONCE, sweep=600.0))
        running = runner.run(opening.__aenter__())
        working = runner.get_loop().create_task(running.online.work.run())
        built = House(runner, running, folder, clock, wire)
        try:
            yield built
        finally:
            working.cancel()
            runner.run(_cancelled(working))
            runner.run(built.client.aclose())
            runner.run(opening.__aexit__(None, None, None))


async def _closed_company(folder: Path, clock: SetClock) -> None:
    company = CompanyFolder(folder, fill=open_us_company, clock=clock)
    await company.open()
    await company.close()


async def _cancelled(working: "asyncio.Task[None]") -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await working


def _places(problem: Problem) -> Iterator[Place]:
    """Where a problem is; of two fields that exclude one another, either."""
    yield problem.place
    if problem.kind == "exclusive":
        yield (*problem.place[:-1], str(problem.values["other"]))


def _balances(file: CompanyFile) -> dict[str, int]:
    found: list[Balance] = EmbeddedBooks().trial_balance(file)
    return {balance.name: balance.debit - balance.credit for balance in found}


def _violations(file: CompanyFile) -> list[str]:
    return EmbeddedBooks().violations(file)


def _everything(file: CompanyFile) -> tuple[dict[str, int], list[Resource]]:
    """The balances, and every transaction: what a refusal must not change."""
    books = EmbeddedBooks()
    resources = [name for name in SAMPLES if not CATALOGUE[name].is_list]
    found = [each for name in resources for each in books.select(file, Select(resource=name, with_links=True)).items]
    return _balances(file), found
