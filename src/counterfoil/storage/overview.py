"""What pages show of requests: rows of one connection with what their lane and queue say, searched and filtered.

Ids of requests are in the order of time, so that "newer" and "older" are a matter of the key.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct, structs
from sqlalchemy import ColumnElement, Select, false, func, or_, select

from counterfoil.core.ids import earliest_uuid
from counterfoil.storage.connectors import SessionState
from counterfoil.storage.contract import Session
from counterfoil.storage.post import Delivery, delivery_of
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.post import attempts as tries
from counterfoil.storage.tables.post import deliveries
from counterfoil.storage.tables.work import lane, not_done, queue, requests, sessions

SEARCHED: Final = 20_000
"""The newest requests of a connection that a search looks through: more would keep others waiting."""


HOUR: Final = 3600
FAILING_TRIES: Final = 3
"""Tries in vain after which somebody should look."""

MOST_FAILING: Final = 20
_state = msgspec.json.Decoder(SessionState)


class RequestRow(Struct, frozen=True, kw_only=True):
    """A request in a list. `lane_state` is None where it never waited, `webhook_state` where nobody handed it in."""

    connection_id: str
    id: str
    verb: str
    resource: str
    state: str
    dialect: str | None
    address: str | None
    number: str | None
    about: str | None
    result_id: str | None
    created_at: int
    settled_at: int | None
    lane_state: str | None
    webhook_state: str | None


class Sought(Struct, frozen=True, kw_only=True):
    """What is looked for. `states` are those of records, `lane_state` that of an entry which waits.

    `since` and `until` are moments; `before` is the id of the request after which a page begins.
    """

    text: str = ""
    states: tuple[str, ...] = ()
    lane_state: str | None = None
    dialect: str | None = None
    since: int | None = None
    until: int | None = None
    before: str | None = None
    limit: int = 50


class PostedRow(Struct, frozen=True, kw_only=True):
    """A delivery that tells of a request; `due_at` is None when nothing more is tried.

    `event_type` is what it tells of; None for a webhook that a request itself names.
    """

    id: str
    url: str
    state: str
    due_at: int | None
    created_at: int
    event_type: str | None


class TryRow(Struct, frozen=True, kw_only=True):
    """One try of a delivery: the receiver's status, None where there was none, and the start of what it said."""

    number: int
    attempted_at: int
    status: int | None
    answer: str


class FailingRow(Struct, frozen=True, kw_only=True):
    """An address for which `count` deliveries wait after several tries, the first since `since`; `request_id` is the
    earliest request that one of them tells of."""

    url: str
    count: int
    since: int
    request_id: str | None


class SessionRow(Struct, frozen=True, kw_only=True):
    """A session of a Web Connector."""

    opened_at: int
    ended_at: int | None
    state: SessionState


r, n, q, d, a = requests.c, lane.c, queue.c, deliveries.c, tries.c
OWN: Final = tuple(r[name] for name in RequestRow.__struct_fields__[:12])
JOINED: Final = requests.outerjoin(lane, (n.connection_id == r.connection_id) & (n.id == r.id)).outerjoin(
    queue, (q.connection_id == r.connection_id) & (q.id == r.id)
)
ROW: Final = select(*OWN, n.state, q.webhook_state).select_from(JOINED)
THIS: Final = (r.connection_id == value("connection")) & (r.id == value("request"))
ONE = Statement(ROW.where(THIS))
BODY = Statement(select(r.body, r.outcome, r.idempotency_key).where(THIS))
TWENTY_THOUSANDTH = Statement(
    select(r.id)
    .where(r.connection_id == value("connection"))
    .order_by(r.id.desc())
    .offset(value("searched"))
    .limit(value("one"))
)
POSTED = Statement(
    select(*(d[name] for name in PostedRow.__struct_fields__))
    .where((d.connection_id == value("connection")) & (d.request_id == value("request")))
    .order_by(d.created_at, d.id)
)
DELIVERY = Statement(
    select(*(d[name] for name in Delivery.__struct_fields__)).where(
        (d.connection_id == value("connection")) & (d.request_id == value("request")) & (d.id == value("delivery"))
    )
)
FAILING = Statement(
    select(d.url, func.count(), func.min(d.created_at), func.min(d.request_id))
    .where((d.connection_id == value("connection")) & d.due_at.is_not(None) & (d.tries >= value("least")))
    .group_by(d.url)
    .order_by(func.min(d.created_at))
    .limit(value("most"))
)
_hour = sessions.c.opened_at // value("hour")
CALLS = Statement(
    select(_hour, func.count())
    .where((sessions.c.connection_id == value("connection")) & (sessions.c.opened_at >= value("since")))
    .group_by(_hour)
)
SESSIONS = Statement(
    select(sessions.c.opened_at, sessions.c.ended_at, sessions.c.body)
    .where(sessions.c.connection_id == value("connection"))
    .order_by(sessions.c.opened_at.desc())
    .limit(value("most"))
)
TRIES = Statement(
    select(*(a[name] for name in TryRow.__struct_fields__))
    .where((a.connection_id == value("connection")) & (a.delivery_id == value("delivery")))
    .order_by(a.number)
)


class RequestView:
    """The requests of one connection, to be looked at."""

    def __init__(self, session: Session, connection_id: str) -> None:
        self.session = session
        self.connection_id = connection_id

    def page(self, sought: Sought) -> list[RequestRow]:
        """The newest that are sought, at most `limit` of them, the newest first.

        States are asked for one by one: each stands in its index in the order of time.
        """
        if len(sought.states) > 1:
            found = (each for state in sought.states for each in self.page(structs.replace(sought, states=(state,))))
            return sorted(found, key=lambda row: row.id, reverse=True)[: sought.limit]
        return [_row(each) for each in self.session.select(self._statement(sought))]

    def find(self, id: str) -> RequestRow | None:
        row = self.session.row(ONE, connection=self.connection_id, request=id)
        return _row(row) if row is not None else None

    def kept(self, id: str) -> tuple[bytes | None, bytes | None, str | None]:
        """What was sent, what is kept of the outcome, and the idempotency key."""
        row = self.session.row(BODY, connection=self.connection_id, request=id)
        return (row[0], row[1], row[2]) if row is not None else (None, None, None)

    def posted(self, id: str) -> list[PostedRow]:
        """The post that tells of a request."""
        rows = self.session.rows(POSTED, connection=self.connection_id, request=id)
        return [PostedRow(**dict(zip(PostedRow.__struct_fields__, row, strict=True))) for row in rows]

    def delivery(self, request_id: str, id: str) -> Delivery | None:
        """A delivery that tells of a request."""
        row = self.session.row(DELIVERY, connection=self.connection_id, request=request_id, delivery=id)
        return delivery_of(row) if row is not None else None

    def failing(self) -> list[FailingRow]:
        """Addresses that have not taken their post for some tries, the longest first."""
        rows = self.session.rows(FAILING, connection=self.connection_id, least=FAILING_TRIES, most=MOST_FAILING)
        return [FailingRow(url=row[0], count=row[1], since=row[2], request_id=row[3]) for row in rows]

    def calls(self, since: int) -> dict[int, int]:
        """How many sessions a Web Connector began in each hour (hours since 1970)."""
        rows = self.session.rows(CALLS, connection=self.connection_id, since=since, hour=HOUR)
        return {int(hour): int(count) for hour, count in rows}

    def sessions(self, limit: int) -> list[SessionRow]:
        """A Web Connector's last sessions, the newest first."""
        rows = self.session.rows(SESSIONS, connection=self.connection_id, most=limit)
        return [SessionRow(opened_at=row[0], ended_at=row[1], state=_state.decode(row[2])) for row in rows]

    def tries(self, delivery_id: str) -> list[TryRow]:
        rows = self.session.rows(TRIES, connection=self.connection_id, delivery=delivery_id)
        return [TryRow(**dict(zip(TryRow.__struct_fields__, row, strict=True))) for row in rows]

    def _statement(self, sought: Sought) -> Select[Any]:
        conditions: list[ColumnElement[bool]] = [r.connection_id == self.connection_id]
        if sought.states:
            conditions.append(r.state == sought.states[0])
            if "done" not in sought.states:
                conditions.append(not_done)
        if sought.lane_state is not None:
            conditions.append(n.state == sought.lane_state)
        if sought.dialect is not None:
            conditions.append(r.dialect == sought.dialect)
        if sought.before is not None:
            conditions.append(r.id < sought.before)
        if sought.until is not None:
            conditions.append(r.id < earliest_uuid(sought.until + 1))
        if sought.since is not None:
            conditions.append(r.id >= earliest_uuid(sought.since))
        if sought.text or sought.dialect is not None:
            conditions.append(r.id >= self._oldest_searched())
        if sought.text:
            conditions.append(_matches(sought.text))
        return ROW.where(*conditions).order_by(r.id.desc()).limit(sought.limit)

    def _oldest_searched(self) -> str:
        """From where on a search looks; short of so many requests, at all of them."""
        row = self.session.row(TWENTY_THOUSANDTH, connection=self.connection_id, searched=SEARCHED, one=1)
        return str(row[0]) if row is not None else ""


def _matches(text: str) -> ColumnElement[bool]:
    """A number, name, id or idempotency key; a part of a number or of a name will do."""
    part = f"%{_literal(text)}%"
    return or_(
        false(),
        r.id == text.lower(),
        r.result_id == text,
        r.idempotency_key == text,
        r.number.ilike(part, escape="\\"),
        r.about.ilike(part, escape="\\"),
    )


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _row(row: Sequence[Any]) -> RequestRow:
    return RequestRow(**dict(zip(RequestRow.__struct_fields__, row, strict=True)))
