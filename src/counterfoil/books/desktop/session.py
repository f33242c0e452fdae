"""A session of the Web Connector, call by call: who it is, whose books it has, what it gets, what it brought.

Each call is one transaction, so that a process that dies between two calls has forgotten nothing: another one goes on
with the ticket.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

from msgspec import Struct, structs

from counterfoil.books.desktop.ahead import Ahead
from counterfoil.books.desktop.answers import read_answer
from counterfoil.books.desktop.books import DesktopBooks
from counterfoil.books.desktop.desk import Desk
from counterfoil.books.desktop.ending import end_session
from counterfoil.books.desktop.handing import choose_ahead, next_document
from counterfoil.books.desktop.pace import Pace
from counterfoil.books.desktop.taking import FAILED, progress, take
from counterfoil.core.clock import Clock
from counterfoil.core.ids import random_uuid
from counterfoil.core.secrets import digest, new_ticket
from counterfoil.dispatch.connectors import Admitted, admitted, is_alive, may_work, news_of
from counterfoil.dispatch.lanes import Bells, heard
from counterfoil.dispatch.settle import Settling
from counterfoil.storage.connectors import Connector, ConnectorDesk, SessionRecord, SessionState
from counterfoil.storage.contract import BY_ITSELF, Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.lane import Lane

NO_OP: Final = "NoOp"
DONE: Final = "done"
CLOSED: Final = "OK"
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
    """Who waits at the other end of a call. `hung_up` comes back when they have gone."""

    def __init__(self, hung_up: Callable[[], Awaitable[None]]) -> None:
        self.is_gone = False
        self._hung_up = hung_up

    @asynccontextmanager
    async def watched(self, bell: asyncio.Event) -> AsyncIterator[None]:
        """The bell rings as well when the caller hangs up: a call that is held is not to be answered then."""

        async def watch() -> None:
            await self._hung_up()
            self.is_gone = True
            bell.set()

        watcher = asyncio.create_task(watch())
        try:
            yield
        finally:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher


class Look(Struct, frozen=True, kw_only=True):
    """What a call for work finds: its session, whether it may be handed what was chosen ahead, and whether it is worth
    a transaction that writes."""

    record: SessionRecord
    may_work: bool = True
    is_due: bool = True


class Conversation:
    """The operations that the Web Connector calls."""

    def __init__(
        self,
        store: Store,
        books: DesktopBooks,
        settling: Settling,
        bells: Bells,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self.store = store
        self.books = books
        self.settling = settling
        self.bells = bells
        self.clock = clock
        self.pace = pace
        self._ahead = Ahead()
        self._held: dict[str, int] = {}

    async def authenticate(self, user_name: str, password: str, version: str | None) -> list[str]:
        """A ticket, and which company file to open; `nvu`, `none` or `busy` where there is nothing to open one for."""

        def work(session: Session) -> tuple[str, list[str]]:
            found = admitted(session, user_name, password, self.clock.now())
            if isinstance(found, str):
                self._note_refused(session, user_name, found)
                return user_name, [new_ticket(), "nvu"]
            return found.connection.id, self._opened(session, found, version)

        connection_id, answer = await self.store.write(work, BY_ITSELF)
        self.bells.ring(news_of(connection_id))
        return answer

    async def send_request(self, ticket: str, told: str, company_file: str, *, line: Line) -> str:
        """The next document, held back until there is one; empty where the session is to end.

        `told` is what QuickBooks said of itself, at the first call of a session; `line` tells when the caller has hung
        up.
        """
        until = time.monotonic() + self.pace.hold
        look = await self.store.read(lambda session: self._look(session, ticket))
        if look is None:
            return ""
        document = self._ahead.take(look.record) if look.may_work else None
        if document is None and (told or look.is_due):
            document = await self._next(ticket, told, company_file, final=time.monotonic() >= until)
        if document is None:
            document = await self._held_back(look.record, ticket, company_file, until, line)
        return document

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
            if take(desk, answer, hresult.strip(), message) and self.pace.ahead:
                choose_ahead(desk)
            reached = progress(desk) if desk.record.ended_at is None else FAILED
            desk.keep()
            return reached, desk

        reached, desk = await self.store.write(work, BY_ITSELF)
        if desk is not None and desk.chosen is not None:
            self._ahead.lay(desk.record, desk.chosen)
        self._tell(desk)
        return reached

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
                end_session(desk)
            desk.keep()
            return known if again and known is not None else DONE, desk

        answer, desk = await self.store.write(work, BY_ITSELF)
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
                end_session(desk)
                desk.keep()
            return desk

        self._tell(await self.store.write(work, BY_ITSELF))
        return CLOSED

    async def seen(self, ticket: str, words: str) -> None:
        """Note an error of our own beside the session, so that the Web Connector can be told of it."""

        def work(session: Session) -> None:
            desk = self._desk(session, ticket)
            if desk is not None:
                desk.change(error=words)
                desk.keep()

        await self.store.write(work, BY_ITSELF)

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
            end_session(desk)
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

    def _note_refused(self, session: Session, user_name: str, code: str) -> None:
        """Who knows the name of a connection may not disturb it: only one that is not at work is said to need help."""
        rows, now = ConnectorDesk(session), self.clock.now()
        known = Installation(session).account_of(user_name) is not None
        connector = rows.find(user_name) if known else None
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

    async def _held_back(self, record: SessionRecord, ticket: str, company_file: str, until: float, line: Line) -> str:
        """The call is held until there is something to hand out, or has been held long enough.

        Nothing is written where nothing is found: an idle session costs no more than a look.
        """
        with self._holding(record.id), self.bells.waiting(record.connection_id) as bell:
            async with line.watched(bell):
                while True:
                    final = time.monotonic() >= until
                    look = await self.store.read(lambda session: self._look(session, ticket))
                    if final or look is None or look.is_due:
                        document = await self._next(ticket, "", company_file, final=final)
                        if document is not None:
                            return document
                    elif self.bells.stopped:
                        return NO_OP
                    rest = await self._rest(record.connection_id)
                    await heard(bell, min(max(until - time.monotonic(), 0.01), rest))
                    if line.is_gone:
                        return ""

    @contextmanager
    def _holding(self, session_id: str) -> Iterator[None]:
        """A call of the session is held while the block runs."""
        self._held[session_id] = self._held.get(session_id, 0) + 1
        try:
            yield
        finally:
            self._held[session_id] -= 1
            if not self._held[session_id]:
                del self._held[session_id]

    async def _next(self, ticket: str, told: str, company_file: str, *, final: bool) -> str | None:
        """A document, an empty text that ends the session, or None where there is nothing yet."""

        def work(session: Session) -> tuple[str | None, Desk | None]:
            desk = self._desk(session, ticket)
            if desk is None:
                return "", None
            document = next_document(desk, told, company_file, final=final)
            desk.keep()
            return document, desk

        document, desk = await self.store.write(work, BY_ITSELF)
        self._tell(desk)
        return document

    def _look(self, session: Session, ticket: str) -> Look | None:
        """None where the session is over."""
        desk = self._desk(session, ticket)
        if desk is None:
            return None
        state, may = desk.state, may_work(desk.connector, desk.now)
        is_waiting = state.is_proved and not state.is_over and state.in_flight is None and state.pending is None
        return Look(record=desk.record, may_work=may, is_due=not is_waiting or not may or desk.has_work())

    async def _rest(self, connection_id: str) -> float:
        """Seconds until an entry that met a lock may leave again; where there is none, a long time."""

        def look(session: Session) -> float:
            first = Lane(session, connection_id, self.clock).first("queued")
            return max(first.details.not_before - self.clock.precise(), 0.05) if first is not None else self.pace.hold

        return await self.store.read(look)

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
        return Desk(session, connection, record, self.books, self.settling, self.pace, self.clock, self._ahead)

    def _tell(self, desk: Desk | None) -> None:
        """After the commit: those who wait for an entry, and those who watch the connection."""
        if desk is None:
            return
        for entry_id in desk.settled:
            self.bells.ring(entry_id)
        self.settling.wake()
        self.bells.ring(news_of(desk.connection.id))


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
