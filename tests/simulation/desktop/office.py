"""A bookkeeper's office in this process: QuickBooks with one company file, and a Web Connector that can be cut short.

What befalls it is asked for by step (`before ProcessRequest`, `after sendRequestXML`, …), or by what becomes of the
next document that writes.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from tests.simulation.desktop.company import Held, fill, held
from tests.simulation.desktop.house import Wire

from counterfoil.core.clock import SetClock
from counterfoil.emulators.desktop.com import ComError
from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.conversation import FIRST_QUESTIONS
from counterfoil.emulators.desktop.faults import FAULTS, Faults, LineCut
from counterfoil.emulators.desktop.message_sets import MessageSets
from counterfoil.emulators.desktop.processor import Program, RequestProcessor, Session
from counterfoil.emulators.desktop.report import SessionReport
from counterfoil.storage.company import CompanyFile

Proceed = Callable[[], Awaitable[str]]
Twist = Callable[[str, Proceed], Awaitable[str]]
"""What becomes of a document: gets it, and the way to have QuickBooks carry it out. Raises ComError."""

Act = Callable[[], Awaitable[None]]


class Office:
    """QuickBooks and its Web Connector.

    `hooks` are what befalls at a step, `twists` what befalls a document in which a given text stands: each happens
    once. `unkept` are message sets of which QuickBooks says for ever that it has not kept its answer.
    """

    def __init__(self, folder: Path, qwc: bytes, password: str, wire: Wire, clock: SetClock) -> None:
        self.folder, self.qwc, self.password, self.wire, self.clock = folder, qwc, password, wire, clock
        self.hooks: dict[str, Act] = {}
        self.twists: list[tuple[str, Twist]] = []
        self.unkept: set[str] = set()
        self.faults = Faults()
        self.reports: list[SessionReport] = []
        self.steps: list[str] = []
        self.client = httpx.AsyncClient(transport=wire)
        self._start()

    def _start(self) -> None:
        self.company = CompanyFolder(self.folder, fill=fill, clock=self.clock)
        processor = Twisted(self.company, self.twists, self.unkept, self.faults)
        self.connector = WebConnector(self.qwc, self.password, processor, self.client, pace=0, hook=self._hook)

    async def restart(self) -> None:
        """The computer is switched off and on again: all that was not in the company file is gone."""
        await self.company.close()
        self._start()

    async def close(self) -> None:
        await self.company.close()
        await self.client.aclose()

    async def session(self) -> SessionReport:
        """One session; after one that was cut the computer is started afresh."""
        report = await self.connector.session()
        self.reports.append(report)
        if report.ending == "cut":
            await self.restart()
        return report

    async def facts(self, owner_id: str) -> str:
        """What this QuickBooks says of itself when a program with this OwnerID asks."""
        processor = self.connector.processor
        return await (await processor.begin_session()).ask(FIRST_QUESTIONS.format(owner=owner_id))

    async def forget_sets(self, *identifiers: str | None) -> int:
        """QuickBooks loses what it has stored of message sets; tells of how many it had anything."""
        program = Program(name=self.connector.qwc.app_name, id=self.connector.qwc.app_id)

        def work(file: CompanyFile) -> int:
            sets = MessageSets(file, program.key)
            return sum(sets.discard(each) for each in identifiers if each is not None)

        return await self.company.change(work)

    def has_befallen(self) -> bool:
        """Whether everything that was to befall it has."""
        kinds = (name for name, kind in FAULTS.items() if kind.stage != "measured")
        return not self.hooks and not self.twists and not any(self.faults.take(name) for name in kinds)

    async def holds(self) -> Held:
        return await self.company.look(held)

    async def violations(self) -> list[str]:
        return await self.company.violations()

    async def _hook(self, step: str) -> None:
        self.steps.append(step)
        act = self.hooks.pop(step, None)
        if act is not None:
            await act()


async def cut() -> None:
    """The connector's computer goes off."""
    raise LineCut


class Twisted(RequestProcessor):
    """A QuickBooks with which something strange happens to the next document that holds a given text."""

    def __init__(
        self, company: CompanyFolder, twists: list[tuple[str, Twist]], unkept: set[str], faults: Faults
    ) -> None:
        super().__init__(company, faults=faults)
        self.twists = twists
        self.unkept = unkept

    async def begin_session(
        self, program: Program | None = None, path: str = "", *, fault: str | None = None
    ) -> Session:
        begun = await super().begin_session(program, path, fault=fault)
        session = TwistedSession(self, begun.program)
        session.stamps = begun.stamps
        return session


class TwistedSession(Session):
    processor: Twisted

    async def process(self, document: str) -> str:
        twists = self.processor.twists
        for set_id in self.processor.unkept:
            if f'newMessageSetID="{set_id}"' in document:
                return nothing_kept(set_id)
        index = next((index for index, (text, _) in enumerate(twists) if text in document), None)
        if index is None:
            return await super().process(document)
        _, twist = twists.pop(index)
        return await twist(document, lambda: super(TwistedSession, self).process(document))


def nothing_kept(set_id: str) -> str:
    """What QuickBooks says of a set that it knows and whose answer it has not kept (status 9002)."""
    return f'<QBXML><QBXMLMsgsRs newMessageSetID="{set_id}" messageSetStatusCode="9002"></QBXMLMsgsRs></QBXML>'


def fails_before(hresult: str) -> Twist:
    """QuickBooks fails and has done nothing."""

    async def twist(document: str, proceed: Proceed) -> str:
        raise ComError(hresult, "It failed.")

    return twist


def fails_after(hresult: str) -> Twist:
    """QuickBooks does what is asked, and fails before it answers."""

    async def twist(document: str, proceed: Proceed) -> str:
        await proceed()
        raise ComError(hresult, "It failed.")

    return twist


def answers(change: Callable[[str], str]) -> Twist:
    """QuickBooks does what is asked, and its answer arrives changed."""

    async def twist(document: str, proceed: Proceed) -> str:
        return change(await proceed())

    return twist
