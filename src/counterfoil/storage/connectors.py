"""Rows of Web Connectors and of their sessions."""

from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import delete, insert, literal_column, select, update

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, upsert, value
from counterfoil.storage.tables.work import connectors, sessions

TextPolicy = Literal["transliterate", "reject", "strip"]


class Hours(Struct, frozen=True, kw_only=True):
    """When requests may be handed out: from `start` to `end` (`HH:MM`, over midnight where end is earlier) in a zone.

    `days` counts from Monday, 0; an empty one means every day.
    """

    start: str
    end: str
    zone: str
    days: tuple[int, ...] = ()


class Connector(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A desktop connection's Web Connector: its password, its settings, and what was seen of it.

    `attention` is the code of what a person must mend, until a session succeeds. `interval` is the time between polls
    in seconds as it was learnt; `utc_offset` QuickBooks' own, in minutes. `last_set_id` names the message set whose
    answer was last stored here, so that QuickBooks may forget it.
    """

    password: bytes
    old_password: bytes | None = None
    old_until: int = 0
    is_live: bool = True
    text_policy: TextPolicy = "transliterate"
    zone: str | None = None
    hours: Hours | None = None
    paused_until: int = 0
    downloaded_at: int | None = None
    first_seen_at: int | None = None
    last_seen_at: int | None = None
    last_success_at: int | None = None
    last_poll_at: int | None = None
    interval: int | None = None
    connector_version: str | None = None
    product: str | None = None
    product_version: str | None = None
    qbxml_version: str | None = None
    company_name: str | None = None
    company_file: str | None = None
    utc_offset: int | None = None
    attention: str | None = None
    attention_words: str | None = None
    attention_at: int | None = None
    last_set_id: str | None = None


Errand = Literal["entry", "company", "status", "evidence", "fetch", "keepalive"]


class InFlight(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The document that a session has in its hands, and what it is for; its bytes, where no entry holds them.

    What: `entry`; `company` (whose books are these?); `status`, `evidence` and `fetch` (what became of an entry?);
    `keepalive`. `is_ahead` says that it was chosen before it was asked for, and perhaps has not left yet.
    """

    what: Errand
    entry_id: str | None = None
    document: str = ""
    is_last: bool = False
    is_ahead: bool = False


class SessionState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a session has come.

    `pending` is what it is handed next, before anything else. `error` is what `getLastError` is to say; `reconciled`
    are entries that were looked at.
    """

    is_proved: bool = False
    is_over: bool = False
    version: str | None = None
    in_flight: InFlight | None = None
    pending: InFlight | None = None
    error: str = ""
    served: int = 0
    retried: int = 0
    last_call_at: int = 0
    last_work_at: int = 0
    reconciled: tuple[str, ...] = ()
    asked_company: bool = False
    tried_path: bool = False


class SessionRecord(Struct, frozen=True, kw_only=True):
    connection_id: str
    id: str
    ticket: bytes
    opened_at: int
    ended_at: int | None = None
    state: SessionState = SessionState()


n, s = connectors.c, sessions.c
FIND = Statement(select(n.body).where(n.connection_id == value("connection")))
PUT = upsert(connectors, {"connection_id": value("connection"), "body": value("body")}, {"body": value("body")})
COLUMNS: Final = (s.connection_id, s.id, s.ticket, s.opened_at, s.ended_at, s.body)
ADD_SESSION = Statement(insert(sessions))
BY_TICKET = Statement(select(*COLUMNS).where(s.ticket == value("ticket")).limit(literal_column("1")))
OPEN = Statement(
    select(*COLUMNS).where((s.connection_id == value("connection")) & s.ended_at.is_(None)).order_by(s.opened_at)
)
PUT_SESSION = Statement(
    update(sessions)
    .where((s.connection_id == value("connection")) & (s.id == value("identifier")))
    .values(ended_at=value("new_ended_at"), body=value("new_body"))
)

PURGE_SESSIONS = Statement(
    delete(sessions).where(
        (s.connection_id == value("connection")) & s.ended_at.is_not(None) & (s.ended_at < value("before"))
    )
)

_encoder = msgspec.json.Encoder()
_connector = msgspec.json.Decoder(Connector)
_state = msgspec.json.Decoder(SessionState)


class ConnectorDesk:
    """Connectors by connection, and sessions by connection or by the digest of the ticket that is shown.

    The look-up by ticket crosses connections: the connection follows from it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, connection_id: str) -> Connector | None:
        known: Connector | None = self.session.recall(("connector", connection_id))
        if known is not None:
            return known
        row = self.session.row(FIND, connection=connection_id)
        if row is None:
            return None
        found = _connector.decode(row[0])
        self.session.remember(("connector", connection_id), found)
        return found

    def put(self, connection_id: str, connector: Connector) -> Connector:
        self.session.forget(("connector", connection_id))
        self.session.run(PUT, connection=connection_id, body=_encoder.encode(connector))
        return connector

    def open_session(self, record: SessionRecord) -> None:
        self.session.run(
            ADD_SESSION,
            connection_id=record.connection_id,
            id=record.id,
            ticket=record.ticket,
            opened_at=record.opened_at,
            ended_at=record.ended_at,
            body=_encoder.encode(record.state),
        )

    def by_ticket(self, ticket: bytes) -> SessionRecord | None:
        row = self.session.row(BY_TICKET, ticket=ticket)
        if row is not None and self.session.turn_to(row[0]):
            row = self.session.row(BY_TICKET, ticket=ticket)
        return _record(row) if row is not None else None

    def open_sessions(self, connection_id: str) -> list[SessionRecord]:
        return [_record(row) for row in self.session.rows(OPEN, connection=connection_id)]

    def purge_sessions(self, connection_id: str, before: int) -> None:
        """Forget sessions that ended before a moment."""
        self.session.run(PURGE_SESSIONS, connection=connection_id, before=before)

    def put_session(self, record: SessionRecord) -> SessionRecord:
        self.session.run(
            PUT_SESSION,
            connection=record.connection_id,
            identifier=record.id,
            new_ended_at=record.ended_at,
            new_body=_encoder.encode(record.state),
        )
        return record


def _record(row: tuple[Any, ...]) -> SessionRecord:
    connection_id, identifier, ticket, opened_at, ended_at, body = row
    return SessionRecord(
        connection_id=connection_id,
        id=identifier,
        ticket=ticket,
        opened_at=opened_at,
        ended_at=ended_at,
        state=_state.decode(body),
    )
