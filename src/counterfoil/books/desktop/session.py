"""A session of the Web Connector, call by call: who it is, whose books it has, what it gets, what it brought.

Each call is one transaction, so that a process that dies between two calls has forgotten nothing: another one goes on
with the ticket.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from msgspec import structs

from counterfoil.books.desktop import entries, recovery
from counterfoil.books.desktop.answers import Answer, read_answer
from counterfoil.books.desktop.books import DesktopBooks
from counterfoil.books.desktop.desk import Desk
from counterfoil.books.desktop.evidence import asking, looked_for
from counterfoil.books.desktop.pace import Pace
from counterfoil.books.desktop.proof import (
    UNPROVED,
    WRONG,
    Facts,
    company_question,
    facts_of,
    keepalive_question,
    learnt,
    verdict,
)
from counterfoil.core.clock import Clock
from counterfoil.core.ids import random_uuid
from counterfoil.core.secrets import digest, new_ticket
from counterfoil.dispatch.connectors import Admitted, admitted, is_alive, may_work, news_of
from counterfoil.dispatch.lanes import Bells, heard
from counterfoil.dispatch.settle import Settling
from counterfoil.storage.connectors import Connector, ConnectorDesk, InFlight, SessionRecord, SessionState
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.lane import Lane, LaneEntry

OVER: Final = 100
FAILED: Final = -1
NO_OP: Final = "NoOp"
DONE: Final = "done"
CLOSED: Final = "OK"
OF_SESSIONS: Final = ("", "0", "1", "2", "company", "host")
"""The ids of questions that belong to a session, and to no entry."""

SHORT_SESSION: Final = 30
"""Seconds: the time between two polls is learnt where the session before it was no longer than this."""

LONGEST_INTERVAL: Final = 24 * 3600
LONG_ANSWER: Final = 200_000
"""Characters from which an answer is read beside the loop, so that others are not kept waiting."""

NO_SESSION: Final = (
    "This session is over: another one has begun, or the connection was removed. "
    "Nothing is lost; press 'Update Selected' to go on."
)
INCIDENT: Final = "Counterfoil met an error of its own. Nothing was lost; it will go on with the next session."


class Line:
    """Who waits at the other end of a call that is held."""

    def __init__(self) -> None:
        self.is_gone = False
        self.bell: asyncio.Event | None = None

    def hang_up(self) -> None:
        self.is_gone = True
        if self.bell is not None:
            self.bell.set()


class Conversation:
    """The operations that the Web Connector calls. `wake` tells the sender of post that something may be owed."""

    def __init__(
        self,
        store: Store,
        books: DesktopBooks,
        settling: Settling,
        bells: Bells,
        clock: Clock,
        pace: Pace,
        wake: Callable[[], None],
    ) -> None:
        self.store = store
        self.books = books
        self.settling = settling
        self.bells = bells
        self.clock = clock
        self.pace = pace
        self.wake = wake
        self._held: dict[str, int] = {}

    async def authenticate(self, user_name: str, password: str, version: str | None) -> list[str]:
        """A ticket, and which company file to open; `nvu`, `none` or `busy` where there is nothing to open one for."""

        def work(session: Session) -> tuple[str, list[str]]:
            found = admitted(session, user_name, password, self.clock.now())
            if isinstance(found, str):
                self._note_refused(session, user_name, found)
                return user_name, [new_ticket(), "nvu"]
            return found.connection.id, self._opened(session, found, version)

        connection_id, answer = await self.store.write(work)
        self.bells.ring(news_of(connection_id))
        return answer

    async def send_request(self, ticket: str, told: str, company_file: str, *, line: Line) -> str:
        """The next document, held back until there is one; empty where the session is to end.

        `told` is what QuickBooks said of itself, at the first call of a session; `line` tells when the caller has hung
        up.
        """
        record = await self.store.read(lambda session: ConnectorDesk(session).by_ticket(digest(ticket)))
        if record is None or record.ended_at is not None:
            return ""
        connection_id = record.connection_id
        self._held[record.id] = self._held.get(record.id, 0) + 1
        try:
            with self.bells.waiting(connection_id) as bell:
                line.bell = bell
                until = time.monotonic() + self.pace.hold
                while True:
                    document = await self._next(ticket, told, company_file, final=time.monotonic() >= until)
                    if document is not None:
                        return document
                    told = ""
                    await heard(bell, min(max(until - time.monotonic(), 0.01), await self._rest(connection_id)))
                    if line.is_gone:
                        return ""
        finally:
            self._held[record.id] -= 1
            if not self._held[record.id]:
                del self._held[record.id]

    async def receive(self, ticket: str, response: str, hresult: str, message: str) -> int:
        """How far the session is, in per cent; 100 ends it, and less than nil ends it with an error."""
        if len(response) <= LONG_ANSWER:
            answer = read_answer(response)
        elif await self.store.read(lambda session: self._desk(session, ticket)) is None:
            return FAILED  # nobody is known to have sent it: it is not worth the reading
        else:
            answer = await asyncio.to_thread(read_answer, response)

        def work(session: Session) -> tuple[int, Desk | None]:
            desk = self._desk(session, ticket)
            if desk is None:
                return FAILED, None
            self._received(desk, answer, hresult.strip(), message)
            progress = self._progress(desk) if desk.record.ended_at is None else FAILED
            desk.keep()
            return progress, desk

        progress, desk = await self.store.write(work)
        self._tell(desk)
        return progress

    async def connection_error(self, ticket: str, hresult: str, message: str) -> str:
        """QuickBooks could not be opened: another path to try, once, or `done`."""

        def work(session: Session) -> tuple[str, Desk | None]:
            desk = self._desk(session, ticket)
            if desk is None:
                return DONE, None
            desk.attend(hresult.strip(), message)
            known = desk.connector.company_file
            again = known is not None and not desk.state.tried_path
            desk.change(tried_path=True)
            if not again:
                self._end(desk)
            desk.keep()
            return known if again and known is not None else DONE, desk

        answer, desk = await self.store.write(work)
        self._tell(desk)
        return answer

    async def last_error(self, ticket: str) -> str:
        """Why the session was ended, in a bookkeeper's words; `NoOp` has the Web Connector wait five seconds."""

        def look(session: Session) -> str:
            desk = self._desk(session, ticket)
            return NO_SESSION if desk is None else desk.state.error or NO_OP

        return await self.store.read(look)

    async def close(self, ticket: str) -> str:
        def work(session: Session) -> Desk | None:
            desk = self._desk(session, ticket)
            if desk is not None:
                self._end(desk)
                desk.keep()
            return desk

        self._tell(await self.store.write(work))
        return CLOSED

    async def seen(self, ticket: str, words: str) -> None:
        """Note an error of our own beside the session, so that the Web Connector can be told of it."""

        def work(session: Session) -> None:
            desk = self._desk(session, ticket)
            if desk is not None:
                desk.change(error=words)
                desk.keep()

        await self.store.write(work)

    # Opening and ending.

    def _opened(self, session: Session, found: Admitted, version: str | None) -> list[str]:
        rows, now = ConnectorDesk(session), self.clock.now()
        connection, before = found.connection, found.connector
        others = rows.open_sessions(connection.id)
        connector = _polled(before, others, now, version)
        if any(self._held.get(each.id) for each in others):
            rows.put(connection.id, connector)
            return [new_ticket(), "busy"]
        for each in others:
            desk = self._desk_of(session, connection, each)
            self._end(desk)
            desk.keep()
            connector = structs.replace(_polled(desk.connector, others, now, version), last_seen_at=now)
        rows.put(connection.id, connector)
        ticket = new_ticket()
        record = SessionRecord(
            connection_id=connection.id,
            id=random_uuid(),
            ticket=digest(ticket),
            opened_at=now,
            state=SessionState(last_call_at=now, last_work_at=now),
        )
        desk = self._desk_of(session, connection, record)
        if not self._is_wanted(desk):
            return [ticket, "none"]
        rows.open_session(record)
        return [ticket, connector.company_file or ""]

    def _is_wanted(self, desk: Desk) -> bool:
        """Whether QuickBooks is to be opened: for work, for live mode, and once to see whose books these are."""
        if not may_work(desk.connector, desk.now):
            return False
        return desk.connector.is_live or desk.connector.last_success_at is None or desk.has_work()

    def _end(self, desk: Desk) -> None:
        """The session is over: what it has in its hands is lost with it."""
        held = desk.release()
        if held is not None and held.entry_id is not None:
            entry = desk.entry(held.entry_id)
            if entry is not None and entry.settled_at is None:
                if held.what == "entry":
                    entries.lost(desk, entry)
                else:
                    desk.doubt(entry)
        desk.record = structs.replace(desk.record, ended_at=desk.now)

    def _note_refused(self, session: Session, user_name: str, code: str) -> None:
        """Who knows the name of a connection may not disturb it: only one that is not at work is said to need help."""
        rows, now = ConnectorDesk(session), self.clock.now()
        connector = rows.find(user_name)
        if connector is None or any(is_alive(each, now) for each in rows.open_sessions(user_name)):
            return
        changed = structs.replace(
            connector,
            first_seen_at=connector.first_seen_at or now,
            last_seen_at=now,
            attention=code,
            attention_words=None,
            attention_at=now,
        )
        rows.put(user_name, changed)

    # Handing out.

    async def _next(self, ticket: str, told: str, company_file: str, *, final: bool) -> str | None:
        """A document, an empty text that ends the session, or None where there is nothing yet.

        Nothing is written where nothing is found: an idle session costs no more than a look.
        """
        if not told and not final and not await self.store.read(lambda session: self._is_due(session, ticket)):
            return NO_OP if self.bells.stopped else None

        def work(session: Session) -> tuple[str | None, Desk | None]:
            desk = self._desk(session, ticket)
            if desk is None:
                return "", None
            document = self._handed(desk, told, company_file, final=final)
            desk.keep()
            return document, desk

        document, desk = await self.store.write(work)
        self._tell(desk)
        return document

    def _is_due(self, session: Session, ticket: str) -> bool:
        """Whether a look is worth a transaction that writes."""
        desk = self._desk(session, ticket)
        if desk is None or not desk.state.is_proved or desk.state.is_over:
            return True
        if desk.state.in_flight is not None or desk.state.pending is not None:
            return True
        return desk.has_work() or not may_work(desk.connector, desk.now)

    def _handed(self, desk: Desk, told: str, company_file: str, *, final: bool) -> str | None:
        if desk.state.in_flight is not None:
            return self._again(desk, desk.state.in_flight)
        if desk.state.is_over:
            return ""
        if desk.state.pending is not None:
            desk.hold(desk.state.pending)
            return desk.state.in_flight.document if desk.state.in_flight is not None else ""
        if not desk.state.is_proved:
            question = self._prove(desk, facts_of(told, desk.connection.account_id), company_file)
            if question is not None:
                return question
        if not may_work(desk.connector, desk.now):
            return self._keepalive(desk, is_last=True)
        lost = next((each for each in desk.lane.in_state("unknown") if desk.is_recoverable(each)), None)
        if lost is not None:
            return recovery.begin(desk, lost)
        entry = desk.lane.first("queued")
        if entry is not None and entry.details.not_before <= desk.now:
            return entries.hand(desk, entry)
        if not desk.connector.is_live and entry is None:
            return self._keepalive(desk, is_last=True)
        if not final:
            return None
        return self._keepalive(desk, is_last=desk.now - desk.state.last_work_at >= self.pace.idle)

    def _prove(self, desk: Desk, facts: Facts, company_file: str) -> str | None:
        """Whose books are these? Gives a question, or an empty text for the wrong ones; None where they are right."""
        found = verdict(facts, desk.connection.id)
        if found == "right":
            desk.note(**_of(learnt(desk.connector, facts, company_file, desk.now)))
            desk.change(is_proved=True)
            return None
        if found == "wrong":
            there = facts.company_name or "another company"
            known = desk.connector.company_name or desk.connection.name
            desk.end_with(WRONG, f"QuickBooks has {there} open; this connection belongs to {known}.")
            return ""
        if desk.state.asked_company:
            desk.end_with(UNPROVED, facts.company_name or "")
            return ""
        desk.change(asked_company=True)
        document = company_question(desk.connection.account_id, desk.version)
        desk.hold(InFlight(what="company", document=document))
        if company_file:
            desk.note(company_file=company_file)
        return document

    def _again(self, desk: Desk, held: InFlight) -> str:
        """The call before was not heard: the very same bytes, which QuickBooks knows by their message set."""
        if desk.state.retried >= self.pace.repeats:
            self._end(desk)
            return ""
        desk.change(retried=desk.state.retried + 1)
        if held.what != "entry":
            return held.document
        entry = desk.entry(held.entry_id)
        if entry is None or entry.sent is None:
            desk.release()
            return self._keepalive(desk, is_last=False)
        return entry.sent.decode()

    def _keepalive(self, desk: Desk, *, is_last: bool) -> str:
        document = keepalive_question(desk.version)
        desk.hold(InFlight(what="keepalive", document=document, is_last=is_last))
        return document

    async def _rest(self, connection_id: str) -> float:
        """Seconds until an entry that met a lock may leave again; where there is none, a long time."""

        def look(session: Session) -> float:
            first = Lane(session, connection_id, self.clock).first("queued")
            return max(first.details.not_before - self.clock.precise(), 0.05) if first is not None else self.pace.hold

        return await self.store.read(look)

    # Taking back.

    def _received(self, desk: Desk, answer: Answer, hresult: str, message: str) -> None:
        held = desk.state.in_flight
        if held is None:
            return  # posted twice: it was settled by the first
        entry = desk.entry(held.entry_id)
        if entry is not None and not _belongs(held, answer, entry):
            if not _is_of_lane(desk, answer):
                self._end(desk)  # the answer of another connection's document: tickets were mixed up
            return  # or that of an earlier document, posted once more
        desk.release()
        desk.change(served=desk.state.served + 1)
        if answer.utc_offset is not None and answer.utc_offset != desk.connector.utc_offset:
            desk.note(utc_offset=answer.utc_offset)
        if held.what == "company":
            self._company_told(desk, answer)
        elif held.what == "keepalive":
            desk.change(is_over=held.is_last and not (may_work(desk.connector, desk.now) and desk.has_work()))
        elif entry is None or entry.settled_at is not None:
            return
        elif held.what == "entry":
            self._entry_told(desk, entry, answer, hresult, message)
        else:
            self._recovery_told(desk, held, entry, answer, hresult)

    def _company_told(self, desk: Desk, answer: Answer) -> None:
        facts = facts_of(answer.data.decode("utf-8", "replace"), desk.connection.account_id)
        self._prove(desk, facts, "")

    def _entry_told(self, desk: Desk, entry: LaneEntry, answer: Answer, hresult: str, message: str) -> None:
        """An entry that leaves twice in a session, and is lost twice, is looked for twice."""
        desk.change(reconciled=tuple(each for each in desk.state.reconciled if each != entry.id))
        if hresult:
            entries.failed(desk, entry, hresult, message)
        else:
            entries.answered(desk, entry, answer)

    def _recovery_told(self, desk: Desk, held: InFlight, entry: LaneEntry, answer: Answer, hresult: str) -> None:
        if hresult:
            answer = structs.replace(answer, responses=None)
        if held.what == "status":
            recovery.status_told(desk, entry, answer)
        elif held.what == "evidence":
            recovery.evidence_told(desk, entry, answer)
        else:
            recovery.fetched(desk, entry, answer)

    def _progress(self, desk: Desk) -> int:
        """Never 100 before the end: the Web Connector would stop."""
        state = desk.state
        if state.is_over:
            return FAILED if state.error else OVER
        waiting = desk.lane.count("queued")
        if not desk.connector.is_live and state.is_proved and state.pending is None and not desk.has_work():
            return OVER
        return min(99, 100 * state.served // (state.served + waiting + 1))

    # What calls stand on.

    def _desk(self, session: Session, ticket: str) -> Desk | None:
        """The session behind a ticket; None where there is none any more."""
        record = ConnectorDesk(session).by_ticket(digest(ticket))
        if record is None or record.ended_at is not None:
            return None
        connection = self._connection(session, record.connection_id)
        return self._desk_of(session, connection, record) if connection is not None else None

    def _connection(self, session: Session, connection_id: str) -> ConnectionRecord | None:
        installation = Installation(session)
        account = installation.account_of(connection_id)
        return installation.find_connection(account, connection_id) if account is not None else None

    def _desk_of(self, session: Session, connection: ConnectionRecord, record: SessionRecord) -> Desk:
        return Desk(session, connection, record, self.books, self.settling, self.pace, self.clock)

    def _tell(self, desk: Desk | None) -> None:
        """After the commit: those who wait for an entry, and those who watch the connection."""
        if desk is None:
            return
        for entry_id in desk.settled:
            self.bells.ring(entry_id)
        if desk.settled:
            self.wake()
        self.bells.ring(news_of(desk.connection.id))


def _of(connector: Connector) -> dict[str, object]:
    return {name: getattr(connector, name) for name in connector.__struct_fields__}


def _belongs(held: InFlight, answer: Answer, entry: LaneEntry) -> bool:
    """Whether an answer is that of the document at hand; one that names neither set nor request is taken as such."""
    told = answer.responses
    if told is None:
        return True
    asked_set = entry.details.set_id if held.what in ("entry", "status") else None
    if told.message_set_id is not None and asked_set is not None:
        return told.message_set_id == asked_set
    request_id = told.responses[0].request_id if told.responses else None
    if held.what in ("evidence", "fetch"):
        return not request_id or request_id == asking(entry)
    return entry.kind == "document" or not request_id or request_id == entry.id


def _is_of_lane(desk: Desk, answer: Answer) -> bool:
    """Whether an answer is that of anything that this connection was asked."""
    told = answer.responses
    if told is None or (told.message_set_id is not None and told.message_set_id == desk.connector.last_set_id):
        return True
    request_id = (told.responses[0].request_id if told.responses else None) or ""
    return request_id in OF_SESSIONS or desk.entry(looked_for(request_id)) is not None


def _polled(connector: Connector, others: list[SessionRecord], now: int, version: str | None) -> Connector:
    """The connector has called: when, how long after the time before, and in which version."""
    interval = connector.interval
    last, seen = connector.last_poll_at, connector.last_seen_at
    if last is not None and seen is not None and not others and seen - last <= SHORT_SESSION:
        interval = now - last if 0 < now - last <= LONGEST_INTERVAL else interval
    return structs.replace(
        connector,
        first_seen_at=connector.first_seen_at or now,
        last_seen_at=now,
        last_poll_at=now,
        interval=interval,
        connector_version=version or connector.connector_version,
    )
