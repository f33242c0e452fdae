"""One transaction's hold on a session: its connector, its lane, and how far it has come."""

from typing import Any

from msgspec import structs

from counterfoil.books.desktop.ahead import Ahead
from counterfoil.books.desktop.books import DesktopBooks
from counterfoil.books.desktop.pace import Pace
from counterfoil.core.clock import Clock
from counterfoil.dispatch.settle import Settling
from counterfoil.storage.connectors import Connector, ConnectorDesk, InFlight, SessionRecord, SessionState
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.wire.qbxml.table import DEFAULT_VERSION
from counterfoil.wire.troubles.trouble import Trouble, trouble_of


class Desk:
    """What a call of a session works on. Changes are gathered, and written by `keep`.

    `settled` are entries that came to their end here: whoever waits for them is told after the commit. `chosen` is the
    document that was handed out ahead: it is laid ready then.
    """

    def __init__(
        self,
        session: Session,
        connection: ConnectionRecord,
        record: SessionRecord,
        books: DesktopBooks,
        settling: Settling,
        pace: Pace,
        clock: Clock,
        ahead: Ahead,
    ) -> None:
        self.session = session
        self.connection = connection
        self.record = record
        self.books = books
        self.settling = settling
        self.pace = pace
        self.clock = clock
        self.ahead = ahead
        self.now = clock.now()
        self.lane = Lane(session, connection.id, clock)
        self.rows = ConnectorDesk(session)
        self.connector = self.rows.find(connection.id) or Connector(password=b"")
        self.settled: list[str] = []
        self.chosen: str | None = None
        self._connector_before = self.connector

    @property
    def state(self) -> SessionState:
        return self.record.state

    @property
    def version(self) -> str:
        return self.connector.qbxml_version or DEFAULT_VERSION

    def change(self, **changes: Any) -> None:
        """Change how far the session has come."""
        self.record = structs.replace(self.record, state=structs.replace(self.record.state, **changes))

    def note(self, **changes: Any) -> None:
        """Change what is known of the connector."""
        self.connector = structs.replace(self.connector, **changes)

    def keep(self) -> None:
        """Write what has changed; that the session was heard of changes with every call."""
        self.change(last_call_at=self.now)
        self.note(last_seen_at=self.now)
        self.rows.put_session(self.record)
        if self.connector != self._connector_before:
            self.rows.put(self.connection.id, self.connector)

    def hold(self, in_flight: InFlight) -> None:
        """The session has a document in its hands."""
        self.change(in_flight=in_flight, pending=None, retried=0)

    def release(self) -> InFlight | None:
        """The document in the session's hands is answered."""
        held = self.state.in_flight
        self.change(in_flight=None, last_work_at=self._last_work_at(held))
        return held

    def end_with(self, code: str, words: str = "") -> None:
        """The session hands out nothing more, and says why; a person is told where one must act."""
        trouble = trouble_of(code, words)
        self.change(is_over=True, error=_told(trouble))
        self.note(attention=code, attention_words=words or None, attention_at=self.now)

    def attend(self, code: str, words: str) -> None:
        """Note what went wrong; the session goes on."""
        self.note(attention=code, attention_words=words or None, attention_at=self.now)

    def entry(self, entry_id: str | None) -> LaneEntry | None:
        return self.lane.find(entry_id) if entry_id is not None else None

    def put(self, entry: LaneEntry, **changes: Any) -> LaneEntry:
        return self.lane.put(structs.replace(entry, **changes))

    def detail(self, entry: LaneEntry, **changes: Any) -> LaneEntry:
        """The entry with other details; not written yet."""
        return structs.replace(entry, details=structs.replace(entry.details, **changes))

    def take_back(self, entry: LaneEntry) -> None:
        """It has not left after all."""
        self.put(entry, state="queued", sent=None, session_id=None, sent_at=None, attempts=entry.attempts - 1)

    def requeue(self, entry: LaneEntry, *, delay: int = 0) -> None:
        """It was not applied, and leaves again."""
        entry = self.detail(entry, not_before=self.now + delay if delay else 0)
        self.put(entry, state="queued", answer=None, session_id=None)

    def doubt(self, entry: LaneEntry) -> None:
        """Its answer is lost: nobody knows whether it was applied."""
        self.settling.doubted(self.session, self.connection.id, entry)

    def fail(self, entry: LaneEntry, code: str, words: str) -> None:
        self.settling.failed(self.session, self.connection.id, entry, code, words)
        self.settled.append(entry.id)

    def has_work(self) -> bool:
        """Whether something could be handed out now."""
        first = self.lane.first("queued")
        if first is not None and first.details.not_before <= self.now:
            return True
        return any(self.is_recoverable(each) for each in self.lane.in_state("unknown"))

    def is_recoverable(self, entry: LaneEntry) -> bool:
        """Whether this session is still to look for what became of an entry."""
        return entry.id not in self.state.reconciled and entry.details.recovering < self.pace.lookups

    def _last_work_at(self, held: InFlight | None) -> int:
        return self.state.last_work_at if held is None or held.what == "keepalive" else self.now


def _told(trouble: Trouble) -> str:
    """What the Web Connector's window shows: plain words, and what to do."""
    steps = " ".join(f"{number}. {step}" for number, step in enumerate(trouble.steps, 1))
    return f"{trouble.title}. {trouble.bookkeeper} {steps} (Counterfoil {trouble.code})"
