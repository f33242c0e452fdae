"""A simulation: a seed, some companies one after the other, and every step looked at when it is done."""

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.simulation.act import Act
from tests.simulation.acts import Actor
from tests.simulation.checks import REQUESTS, Auditor, digest, told
from tests.simulation.shadow import Shadow
from tests.simulation.world import Country, Founder, World
from tests.support.stores import store_at

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import SetClock
from counterfoil.core.errors import Conflict
from counterfoil.dispatch.attempts import Attempt, fingerprint
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.events import Events
from counterfoil.dispatch.inline import InlineWay
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.dispatch.usage import Usage
from counterfoil.model.command import Command
from counterfoil.model.outcome import Done, Outcome, Refused
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Store
from counterfoil.storage.installation import ConnectionRecord, Installation

ACCOUNT = "account"
PAPERS = 60
"""A company with more documents than this makes place for a new one: every step reads all of them."""

START = 1_700_000_000
TIMEOUT = 30.0


class Wrong(AssertionError):
    """The books did not do what they should; tells the seed, the step and what led to it."""


@dataclass
class Report:
    """What a simulation did: a number that the same seed always gives, and how often it did what."""

    trace: str = ""
    steps: int = 0
    done: Counter[str] = field(default_factory=Counter)


def simulate(seed: int, steps: int, folder: Path) -> Report:
    """Run a simulation in a fresh database. Raises Wrong at the first step that goes wrong."""
    return asyncio.run(_simulate(seed, steps, folder / f"simulation-{seed}.db"))


async def _simulate(seed: int, steps: int, path: Path) -> Report:
    store = store_at(path)
    try:
        return await Simulation(seed, store).run(steps)
    finally:
        await store.close()


class Simulation:
    """One caller and their companies. Everything random comes from the seed."""

    def __init__(self, seed: int, store: Store) -> None:
        self.seed, self.store = seed, store
        self.random = Random(seed)
        self.clock = SetClock(START)
        self.books = EmbeddedBooks()
        usage = Usage(store, self.clock)
        way = InlineWay(store, {"embedded": self.books}, self.clock, usage, Events(self.clock, {}, lambda: None))
        self.dispatcher = Dispatcher(store, {"embedded": way}, self.clock)
        self.caller = Caller("key", ACCOUNT, None)
        self.trace = hashlib.sha256()
        self.report = Report()
        self.companies = 0
        self.sent = 0

    async def run(self, steps: int) -> Report:
        await self.next_company()
        while self.report.steps < steps:
            if len(self.shadow.papers) > PAPERS:
                await self.next_company()
            await self.step()
        self.report.trace = self.trace.hexdigest()
        return self.report

    async def next_company(self) -> None:
        """A new company, every third of them Canadian; the caller turns to it for good."""
        self.companies += 1
        country: Country = "CA" if self.companies % 3 == 0 else "US"
        self.world = World(country, f"company-{self.companies}")
        self.connection = ConnectionRecord(
            account_id=ACCOUNT, id=self.world.connection, name=self.world.connection, books="embedded", state="live"
        )
        await self.store.write(
            lambda session: Founder(
                CompanyFile(session, self.world.connection, self.clock), self.books, self.world
            ).found()
        )
        await self.store.write(lambda session: Installation(session).add_connection(self.connection))
        self.shadow = Shadow(self.world)
        self.actor = Actor(self.random, self.world, self.shadow)
        self.auditor = Auditor(self.store, self.books, self.clock, self.world.connection)

    async def step(self) -> None:
        """One act, or a few at the same moment; then everything is looked at."""
        self.clock.pass_by(self.random.choice((0, 0, 1, 1, 30, 4000)))
        self.actor.moment = self.clock.now()
        together = self.random.random() < 0.06
        acts = self.actor.independent(self.random.randint(2, 5)) if together else [self.actor.act()]
        before = await self.digest(REQUESTS)
        outcomes = await asyncio.gather(*(self.send(act) for act in acts), return_exceptions=True)
        for act, outcome in zip(acts, outcomes, strict=True):
            self.settle(act, outcome)
        self.note(acts, outcomes)
        if all(isinstance(outcome, Refused) for outcome in outcomes) and await self.digest(REQUESTS) != before:
            raise self.wrong(acts, ["refused, and yet something was stored"])
        await self.look(acts)
        self.report.steps += 1

    async def send(self, act: Act) -> Outcome:
        """Send a command in one of the ways in which callers do, now and then more than once."""
        self.sent += 1
        print_ = fingerprint("key", "POST", "/", f"{self.sent} {act.command!r}".encode())
        way = self.random.choices(("plain", "key", "retry"), (60, 25, 15))[0]
        first = Attempt(print_, idempotency_key=f"K{self.sent}" if way == "key" else None)
        if way == "retry":
            first = Attempt(print_, retry=0)
        outcome = await self.submit(act.command, first)
        if isinstance(outcome, Done) and way != "plain":
            await self.repeat(act, first, outcome)
        return outcome

    async def submit(self, command: Command, attempt: Attempt) -> Outcome:
        return await self.dispatcher.submit(self.caller, self.connection, command, attempt, TIMEOUT)

    async def repeat(self, act: Act, first: Attempt, outcome: Done) -> None:
        """The same request once more tells the same outcome, and does nothing."""
        again = first
        if first.retry is not None:
            again = Attempt(first.fingerprint, retry=first.retry + 1)
        before = await self.digest(REQUESTS)
        repeated = await self.submit(act.command, again)
        if not isinstance(repeated, Done) or not repeated.replayed:
            raise self.wrong([act], [f"repeated, it was not replayed: {repeated}"])
        if told(repeated.result) != told(outcome.result) and first.idempotency_key is not None:
            raise self.wrong([act], ["repeated, it told another result"])
        if first.idempotency_key is not None:
            await self.collide(act, first)
        if await self.digest(REQUESTS) != before:
            raise self.wrong([act], ["repeated, it stored something"])

    async def collide(self, act: Act, first: Attempt) -> None:
        """The key of one request with another request is a conflict."""
        other = Attempt(b"another request", first.idempotency_key)
        try:
            await self.submit(act.command, other)
        except Conflict:
            return
        raise self.wrong([act], ["another request with the same key was no conflict"])

    def settle(self, act: Act, outcome: Outcome | BaseException) -> None:
        """Compare what came with what had to come, and let the shadow follow."""
        if isinstance(outcome, Wrong):
            raise outcome
        if isinstance(outcome, BaseException):
            raise self.wrong([act], [f"broke: {outcome!r}"]) from outcome
        if isinstance(outcome, Refused) and act.taken:
            raise self.wrong([act], [f"refused: {outcome.problems}"])
        if isinstance(outcome, Done):
            if not act.taken:
                raise self.wrong([act], [f"taken, but must be refused: {outcome.result}"])
            act.effect(self.shadow, outcome)
        self.report.done[f"{'+' if act.taken else '-'} {act.name}"] += 1

    def note(self, acts: Sequence[Act], outcomes: Sequence[Outcome | BaseException]) -> None:
        for act, outcome in zip(acts, outcomes, strict=True):
            result = told(outcome.result) if isinstance(outcome, Done) else repr(outcome).encode()
            self.trace.update(f"{act.name} {act.command!r}".encode() + result)

    async def look(self, acts: Sequence[Act]) -> None:
        """The whole company is sound, and one document, of those just touched if any, reads as it should."""
        faults = await self.auditor.faults(self.shadow)
        touched = {identifier for act in acts for identifier in self.papers_of(act)}
        for identifier in sorted(touched):
            if identifier in self.shadow.papers:
                faults += await self.auditor.document(self.shadow, self.shadow.papers[identifier])
        if self.shadow.papers:
            any_paper = self.random.choice(list(self.shadow.papers.values()))
            faults += await self.auditor.document(self.shadow, any_paper)
        if faults:
            raise self.wrong(acts, faults)

    def papers_of(self, act: Act) -> tuple[str, ...]:
        last = list(self.shadow.papers)[-1:] if act.taken else []
        identifier = getattr(act.command, "id", None)
        return (*act.touches, *last, *([identifier] if identifier is not None else []))

    async def digest(self, leave_out: frozenset[str] = frozenset()) -> str:
        return await self.store.read(lambda session: digest(session, self.world.connection, leave_out))

    def wrong(self, acts: Sequence[Act], faults: Sequence[str]) -> Wrong:
        lines = [f"seed {self.seed}, step {self.report.steps}, company {self.world.connection} ({self.world.country})"]
        lines += [f"  {act.name}: {brief(act.command)}" for act in acts]
        return Wrong("\n".join([*lines, *(f"  ! {fault}" for fault in faults)]))


def brief(command: Command) -> str:
    """A command as people can read it: without what it leaves open."""
    return re.sub(r"\w+=(None|''|\(\)|False|0)(, |(?=\)))", "", repr(command))
