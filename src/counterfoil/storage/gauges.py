"""Sweeps over all connections for those who watch an installation: each looks at what is open, and at no more of it
than MOST rows. Nothing here tells of anybody: counts, ages and kinds."""

from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func, literal_column, select

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement
from counterfoil.storage.tables.people import connections
from counterfoil.storage.tables.post import deliveries
from counterfoil.storage.tables.work import lane, sessions

MOST: Final = 10_000
LIMIT: Final[Any] = literal_column(str(MOST))

_waiting = (
    select(lane.c.connection_id, lane.c.state, lane.c.created_at)
    .where(lane.c.settled_at.is_(None))
    .limit(LIMIT)
    .subquery("waiting")
)
LANES: Final = Statement(
    select(connections.c.books, _waiting.c.state, func.count(), func.min(_waiting.c.created_at))
    .select_from(_waiting.join(connections, connections.c.id == _waiting.c.connection_id))
    .group_by(connections.c.books, _waiting.c.state)
)
_due = select(deliveries.c.due_at).where(deliveries.c.due_at.is_not(None)).limit(LIMIT).subquery("due")
DELIVERIES: Final = Statement(select(func.count(), func.min(_due.c.due_at)))
_open = select(sessions.c.opened_at).where(sessions.c.ended_at.is_(None)).limit(LIMIT).subquery("unended")
SESSIONS: Final = Statement(select(func.count()).select_from(_open))

SWEEPS: Final = (LANES, DELIVERIES, SESSIONS)
"""The statements here that cross connections."""


class LaneGauge(Struct, frozen=True):
    """Entries of all lanes to one kind of books that are in one state, and when the oldest of them came."""

    books: str
    state: str
    count: int
    oldest: int


class Gauges(Struct, frozen=True, kw_only=True):
    """What is open in an installation. `due` counts deliveries that are owed, `due_since` is when the first was due."""

    lanes: tuple[LaneGauge, ...]
    due: int
    due_since: int | None
    sessions: int


def gauges(session: Session) -> Gauges:
    """One look at everything that is open."""
    due = session.row(DELIVERIES) or (0, None)
    opened = session.row(SESSIONS) or (0,)
    return Gauges(
        lanes=tuple(LaneGauge(*row) for row in session.rows(LANES)),
        due=due[0],
        due_since=due[1],
        sessions=opened[0],
    )
