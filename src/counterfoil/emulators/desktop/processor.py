"""QuickBooks' request processor: sessions with the open company file, and in them documents, one after another."""

import asyncio
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from counterfoil.books.embedded.passthrough import answers_of
from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError
from counterfoil.core.ids import random_uuid
from counterfoil.emulators.desktop.com import BAD_TICKET, INTERNAL, OTHER_COMPANY, UNEXPECTED, failure
from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.emulators.desktop.desk import Desk, Stamps, stamps_in
from counterfoil.emulators.desktop.documents import ENTERPRISE, only_reads, read_document, without_data, written
from counterfoil.emulators.desktop.faults import FAULTS, Faults
from counterfoil.emulators.desktop.iterators import Iterators
from counterfoil.emulators.desktop.message_sets import (
    ID_TOO_LONG,
    NOTHING_KEPT,
    OTHER_CHECKSUM,
    RESTORED,
    Kept,
    MessageSets,
    bare_root,
    checksum_of,
    ids_are_too_long,
    recovery_of,
)
from counterfoil.emulators.desktop.zone import Zone, zone_of
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbxml.answer import response_root
from counterfoil.wire.qbxml.maps.company import Host
from counterfoil.wire.qbxml.serve import RequestSet
from counterfoil.wire.qbxml.tree import Node

CENTRAL: Final = "-06:00"
"""The offset of a company in the middle of the United States."""


class Program(Struct, frozen=True, kw_only=True):
    """Who asks: what a program says of itself when it connects. Message sets belong to it."""

    name: str = "Counterfoil"
    id: str = ""

    @property
    def key(self) -> str:
        return self.id or self.name


class RequestProcessor:
    """A QuickBooks Desktop with one company file open.

    `faults` are those that are still to come; `utc_offset` is the company's standard time (`-06:00`), or the name
    of its time zone.
    """

    def __init__(
        self,
        company: CompanyFolder,
        *,
        faults: Faults | None = None,
        utc_offset: str = CENTRAL,
        host: Host = ENTERPRISE,
    ) -> None:
        self.company = company
        self.faults = faults or Faults()
        self.zone: Zone = zone_of(utc_offset)
        self.host = host

    @property
    def clock(self) -> Clock:
        skew = self.faults.seconds("clock-skew")
        return _Skewed(self.company.clock, int(skew)) if skew else self.company.clock

    async def begin_session(
        self, program: Program | None = None, path: str = "", *, fault: str | None = None
    ) -> "Session":
        """A session with the company file at `path`; an empty path means the one that is open. Raises ComError.

        `fault` is the one that strikes here, if one does.
        """
        if fault is not None and FAULTS[fault].code:
            raise failure(FAULTS[fault].code)
        session = Session(self, program or Program())
        if fault == "wrong-company":
            session.stamps = Stamps(other_file_id=f"{{{random_uuid().upper()}}}")
        await self.company.open()
        if path and path.lower() != self.company.path.lower():
            raise failure(OTHER_COMPANY)
        return session

    async def process(self, document: str) -> str:
        """One document in a session of its own. Raises ComError."""
        session = await self.begin_session(fault=self.faults.struck("opening"))
        try:
            return await session.process(document)
        finally:
            session.end()


class Session:
    """What lies between BeginSession and EndSession: iterators, and who asks."""

    def __init__(self, processor: RequestProcessor, program: Program) -> None:
        self.processor = processor
        self.program = program
        self.stamps = Stamps()
        self.ended = False
        self._iterators = Iterators()

    async def process(self, document: str) -> str:
        """ProcessRequest: the answer to a document. Raises ComError where there is none."""
        if self.ended:
            raise failure(BAD_TICKET)
        faults = self.processor.faults
        await asyncio.sleep(faults.seconds("slow"))
        if faults.take("busy"):
            raise failure(FAULTS["busy"].code)
        answer = await self.ask(document)
        if faults.take("internal"):
            raise failure(INTERNAL)
        return answer

    async def ask(self, document: str) -> str:
        """The answer to a document, without any fault on the way to it. Raises ComError."""
        processor = self.processor
        asked = read_document(document, processor.zone, processor.host)
        run = processor.company.look if only_reads(asked) else processor.company.change
        try:
            return await run(lambda file: self._answer(file, asked), processor.clock)
        except CounterfoilError as error:
            raise failure(UNEXPECTED) from error

    def end(self) -> None:
        self.ended = True

    def _answer(self, file: CompanyFile, asked: RequestSet) -> str:
        """The answer, and in the same transaction all that is to be kept of it."""
        new, old = asked.new_message_set_id, asked.old_message_set_id
        if new is None and old is None:
            return written(response_root(self._answers(file, asked)[0], asked))
        if ids_are_too_long(asked):
            return written(bare_root(asked, ID_TOO_LONG))
        sets = MessageSets(file, self.program.key)
        if old is not None and old == new and not asked.requests:
            kept = sets.find(old)
            return kept.recovery if kept is not None else written(bare_root(asked, NOTHING_KEPT))
        gone = old is not None and old != new and sets.discard(old)
        if new is None:
            answers = self._answers(file, asked)[0]
            return written(bare_root(asked, RESTORED if gone else NOTHING_KEPT, answers))
        return self._kept(file, sets, new, asked)

    def _kept(self, file: CompanyFile, sets: MessageSets, identifier: str, asked: RequestSet) -> str:
        """The answer that is kept under this id; where there is none, the work is done and its answer kept."""
        checksum = checksum_of(asked)
        before = sets.find(identifier)
        if before is not None:
            return before.answer if before.checksum == checksum else written(bare_root(asked, OTHER_CHECKSUM))
        answers, desk = self._answers(file, asked)
        answer = written(response_root(answers, asked, message_set_status=RESTORED))
        recovery = written(bare_root(asked, RESTORED, recovery_of(answers, desk.made, asked)))
        sets.keep(identifier, Kept(checksum=checksum, answer=answer, recovery=recovery))
        return answer

    def _answers(self, file: CompanyFile, asked: RequestSet) -> tuple[Sequence[Node], Desk]:
        processor = self.processor
        stamps = structs.replace(self.stamps, kept=stamps_in(file, asked))
        desk = Desk(processor.company.books, processor.faults, self._iterators, asked, stamps)
        nodes = answers_of(desk, file, self._iterators.resolved(asked), host=processor.host, gate=desk.gate)
        told = [processor.zone.told(node) for node in self._iterators.told(asked, nodes)]
        return (without_data(told) if asked.response_data == "includeNone" else told), desk


class _Skewed:
    """A clock that is wrong by some seconds."""

    def __init__(self, right: Clock, seconds: int) -> None:
        self.right = right
        self.seconds = seconds

    def now(self) -> int:
        return self.right.now() + self.seconds

    def precise(self) -> float:
        return self.right.precise() + self.seconds
