"""The life of one lane by a seed: requests come when they like, and any call may be cut in any way.

Every write is for an object of its own, so that the company file shows of each whether it is there not at all, once, or
twice. After each session nothing may be there that was not asked for, nothing twice, and what was told must be so.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, get_args

from tests.simulation.desktop.company import BOOKS, Request, make_invoice
from tests.simulation.desktop.house import OPEN, Answer, LineTrouble, Strike
from tests.simulation.desktop.office import Proceed, Twist, answers, cut, fails_after, fails_before
from tests.simulation.desktop.troubles import A_WRITE, CALLS, STEPS, set_id_in
from tests.simulation.desktop.world import BETWEEN, MOST_SESSIONS, Template, World, told, world

from counterfoil.model.query import Select
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.lane import LaneEntry

KINDS: Final = ("create", "update", "void", "payment", "customer")
DOCUMENT_FAULTS: Final = ("busy", "internal", "locked", "drop-before-process", "drop-after-process", "modal-dialog")
HRESULTS: Final = ("0x80010105", "0x8004041C", "0x80040402")
CALMS: Final = 0.25
"""The share of sessions in which nothing goes wrong."""


class Wrong(AssertionError):
    """Something is lost, doubled or told wrongly; names the seed, the step and what led to it."""


@dataclass
class Write:
    """A request, and what shows in the company file that it was carried out."""

    kind: str
    name: str
    request: Request
    shows: Callable[["Facts"], int]
    answer: asyncio.Task[Answer] | None = None

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Facts:
    """A company file as these checks read it: how often each number, name and payment is there, and what it says."""

    numbers: Counter[str]
    memos: dict[str, str]
    totals: dict[str, int]
    paid: dict[str, int]
    names: Counter[str]
    payments: Counter[int]


@dataclass
class Report:
    """What a life came to: a digest that the same seed always gives, and how often what happened."""

    trace: str = ""
    done: Counter[str] = field(default_factory=Counter)


def live(seed: int, sessions: int, template: Template, folder: Path) -> Report:
    """Live through so many sessions. Raises Wrong at the first that goes wrong."""
    return asyncio.run(_lived(seed, sessions, template, folder))


async def _lived(seed: int, sessions: int, template: Template, folder: Path) -> Report:
    folder.mkdir(exist_ok=True)
    async with world(template, folder) as run:
        return await Life(seed, run).run(sessions)


class Life:
    def __init__(self, seed: int, run: World) -> None:
        self.seed, self.run_ = seed, run
        self.random = Random(seed)
        self.writes: list[Write] = []
        self.trace = hashlib.sha256()
        self.report = Report()
        self.story: list[str] = []

    async def run(self, sessions: int) -> Report:
        for _ in range(sessions):
            await self._ask_some(self.random.choice((0, 1, 1, 2, 3)))
            await self._befall()
            await self._session()
        await self._settled()
        self.report.trace = self.trace.hexdigest()
        return self.report

    async def _ask_some(self, count: int) -> None:
        for _ in range(count):
            await self._ask()

    async def _ask(self) -> None:
        """One more write, for an object that no other write is for."""
        kind = self.random.choice(KINDS)
        write = self._write(kind, f"{kind[0].upper()}{len(self.writes):03}", *await self._target(kind))
        write.answer = await self.run_.ask(write.request)
        self.writes.append(write)
        self._note(f"asked: {write.label}")

    async def _target(self, kind: str) -> tuple[str, str, str]:
        """Number, id and revision of an invoice of a hundred dollars, made in QuickBooks itself for this write."""
        if kind in ("create", "customer"):
            return "", "", ""
        number = f"T{len(self.writes):03}"
        draft = await self.run_.office.company.change(partial(_invoice_of_hundred, number))
        return number, draft.id, draft.revision

    def _write(self, kind: str, name: str, number: str, identifier: str, revision: str) -> Write:
        ids = self.run_.template.ids
        serial = len(self.writes)
        match kind:
            case "create":
                lines = [{"itemId": ids.item, "amount": f"{serial + 1}.00"}]
                body: dict[str, Any] = {"customerId": ids.customer, "refNumber": name, "lines": lines}
                body["transactionDate"] = "2026-03-02"
                return Write(kind, name, Request("POST", "/invoices", body), lambda facts: facts.numbers[name])
            case "update":
                request = Request("POST", f"/invoices/{identifier}", {"revisionNumber": revision, "memo": name})
                return Write(kind, name, request, lambda facts: facts.memos[number] == name)
            case "void":
                request = Request("POST", f"/invoices/{identifier}/void")
                return Write(kind, name, request, lambda facts: facts.totals[number] == 0)
            case "payment":
                amount = f"{serial // 100 + 1}.{serial % 100:02}"
                body = {"customerId": ids.customer, "transactionDate": "2026-03-02", "totalAmount": amount}
                body["applyToTransactions"] = [{"transactionId": identifier, "paymentAmount": amount}]
                cents = int(amount.replace(".", ""))
                request = Request("POST", "/receive-payments", body)
                return Write(kind, name, request, lambda facts: _paid(facts, number, cents))
        request = Request("POST", "/customers", {"name": name})
        return Write(kind, name, request, lambda facts: facts.names[name])

    async def _befall(self) -> None:
        """Prepare what goes wrong in the next session."""
        office, random = self.run_.office, self.random
        office.hooks.clear()
        office.twists.clear()
        self.run_.wire.strike, self.run_.wire.struck = None, False
        if random.random() < CALMS:
            return
        for act in random.sample((self._cut_line, self._cut_step, self._strange, self._late_request), 2):
            self._note(act())

    def _cut_line(self) -> str:
        call, trouble = self.random.choice(CALLS), self.random.choice(get_args(LineTrouble))
        nth = self.random.choice((1, 1, 2, 3))
        self.run_.wire.strike = Strike(call, trouble, nth)
        return f"{trouble} at {call} {nth}"

    def _cut_step(self) -> str:
        step = f"{self.random.choice(('before', 'after'))} {self.random.choice(STEPS)}"
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "connector dies": cut,
            "server restarts": self.run_.house.restart,
        }
        name = self.random.choice(sorted(acts))
        self.run_.office.hooks[step] = acts[name]
        return f"{name} {step}"

    def _strange(self) -> str:
        """Something strange happens to the next document that writes, or to QuickBooks."""
        if self.random.random() < 0.5:
            fault = self.random.choice(DOCUMENT_FAULTS)
            self.run_.office.faults.add(fault)
            return f"fault {fault}"
        code = self.random.choice(HRESULTS)
        twists: dict[str, Twist] = {
            "truncated": answers(lambda answer: answer[: len(answer) // 2]),
            "empty": answers(lambda _: ""),
            f"{code} after": fails_after(code),
            f"{code} before": fails_before(code),
            "sets lost": self._sets_lost,
            "answer not kept": self._answer_not_kept,
        }
        name = self.random.choice(sorted(twists))
        self.run_.office.twists.append((A_WRITE, twists[name]))
        return f"twist {name}"

    async def _sets_lost(self, document: str, proceed: Proceed) -> str:
        """The work is done or not, the line is cut, and QuickBooks loses all that it has stored."""
        if self.random.random() < 0.5:
            await proceed()
        await self.run_.office.forget_sets(set_id_in(document))
        await cut()
        return ""

    async def _answer_not_kept(self, document: str, proceed: Proceed) -> str:
        """The work is done or not, the line is cut, and QuickBooks says for ever that it has not kept its answer."""
        if self.random.random() < 0.5:
            await proceed()
        self.run_.office.unkept.add(set_id_in(document))
        await cut()
        return ""

    def _late_request(self) -> str:
        """A request comes in the middle of a session."""
        step = f"{self.random.choice(('before', 'after'))} {self.random.choice(('sendRequestXML', 'ProcessRequest'))}"
        self.run_.office.hooks[step] = self._ask
        return f"a request {step}"

    async def _session(self) -> None:
        report = await self.run_.office.session()
        self.run_.clock.pass_by(self.random.choice((1, 5, BETWEEN)))
        self._note(f"session {report.ending}, {report.processed} processed")
        await self._look()

    async def _look(self) -> None:
        """Nothing twice, nothing that was not handed out, and what was told is so."""
        entries, facts = await self.run_.entries(), await self.run_.office.company.look(facts_of)
        if len(entries) != len(self.writes):
            raise self._wrong(f"{len(entries)} entries for {len(self.writes)} requests")
        for entry, write in zip(entries, self.writes, strict=True):
            times = int(write.shows(facts))
            self._note(f"{write.label}: {entry.state}, {times}")
            if times > 1:
                raise self._wrong(f"{write.label} is there {times} times: {told(entry)}")
            if (entry.state == "done") != (times == 1) and entry.state in ("done", "failed", "withdrawn"):
                raise self._wrong(f"{write.label} is {entry.state}, and is there {times} times: {told(entry)}")
            if times and not entry.attempts:
                raise self._wrong(f"{write.label} is there, and was never handed out")
            await self._is_told_rightly(write, entry)
        wrong = await self.run_.office.violations()
        if wrong:
            raise self._wrong("; ".join(wrong))

    async def _is_told_rightly(self, write: Write, entry: LaneEntry) -> None:
        record = await self.run_.house.record(self.run_.connection, entry.id)
        if (record.state == "done") != (entry.state == "done"):
            raise self._wrong(f"{write.label}: its entry is {entry.state}, its record {record.state}")

    async def _settled(self) -> None:
        """Calm sessions until nothing waits; then everything was carried out, and every caller knows it."""
        await self._clear()
        for _ in range(MOST_SESSIONS):
            await self._session()
            if all(entry.state not in OPEN for entry in await self.run_.entries()):
                break
            self.run_.clock.pass_by(BETWEEN)
        for entry, write in zip(await self.run_.entries(), self.writes, strict=True):
            if entry.state != "done":
                raise self._wrong(f"{write.label} came to no good end: {told(entry)}")
            assert write.answer is not None
            answer = await self.run_.answered(write.answer)
            if answer is None or answer.status != 200:
                raise self._wrong(f"the caller of {write.label} was told {answer}")
            self.report.done[write.kind] += 1

    async def _clear(self) -> None:
        self.run_.office.hooks.clear()
        self.run_.office.twists.clear()
        self.run_.wire.strike = None
        self.run_.office.has_befallen()  # takes what is left of the faults

    def _note(self, line: str) -> None:
        self.story.append(line)
        self.trace.update(line.encode())

    def _wrong(self, what: str) -> Wrong:
        return Wrong("\n  ".join([f"seed {self.seed}: {what}", *self.story[-30:]]))


def facts_of(file: CompanyFile) -> Facts:
    invoices: Any = BOOKS.select(file, Select(resource="invoices")).items
    payments: Any = BOOKS.select(file, Select(resource="receive_payments")).items
    customers: Any = BOOKS.select(file, Select(resource="customers")).items
    return Facts(
        numbers=Counter(each.ref_number for each in invoices),
        memos={each.ref_number: each.memo or "" for each in invoices},
        totals={each.ref_number: int(each.total_amount * 100) for each in invoices},
        paid={each.ref_number: int((each.total_amount - each.balance_remaining) * 100) for each in invoices},
        names=Counter(each.full_name for each in customers),
        payments=Counter(int(each.total_amount * 100) for each in payments),
    )


def _paid(facts: Facts, number: str, cents: int) -> int:
    """How often a payment is there; what it pays must have been paid as often."""
    times = facts.payments[cents]
    assert facts.paid[number] == times * cents, f"{number}: paid {facts.paid[number]}, {times} payments of {cents}"
    return times


def _invoice_of_hundred(number: str, file: CompanyFile) -> Any:
    item, customer = file.find_by_name("items", "Labour"), file.find_by_name("names", "Ada")
    assert item is not None
    assert customer is not None
    return make_invoice(file, number, item, customer, 100)
