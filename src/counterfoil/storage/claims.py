"""Taking post to deliver it, and giving it back: the sweeps that look at all connections, a bounded part at a time.

A delivery is claimed by moving its `due_at` to the end of the claim: a process that dies lets go of it by dying, and
nobody else can take it before. What is to arrive in order is claimed from the head of its queue alone, so that a claim,
or a try that is still to come, holds back what follows it.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, and_, func, insert, literal, literal_column, select, update
from sqlalchemy.sql.selectable import NamedFromClause

from counterfoil.storage.contract import Session
from counterfoil.storage.post import COLUMNS, THIS, Delivery, DeliveryAttempt, delivery_of
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.post import attempts, deliveries


class Waiting(Struct, frozen=True, kw_only=True):
    """A channel that has something to do, and when the first of it falls due; of an ordered one perhaps later."""

    channel: str
    first_due: int


class Head(Struct, frozen=True, kw_only=True):
    """The first undelivered post of a connection in a channel that keeps order."""

    connection_id: str
    id: str
    due_at: int


d = deliveries.c
ONE_STEP: Final = literal(1, Integer())


def _pending(table: NamedFromClause) -> ColumnElement[bool]:
    return table.c.due_at.is_not(None)


def _in_order(table: NamedFromClause) -> ColumnElement[bool]:
    """Written out as in the index."""
    return and_(table.c.due_at.is_not(None), literal_column(f"{table.name}.is_ordered"))


def _channels() -> Statement:
    """From channel to channel by one step in the index each, however much a channel holds."""
    first, later, due = (deliveries.alias(name) for name in ("first", "later", "due"))
    start = select(func.min(first.c.channel).label("channel"), ONE_STEP.label("step")).where(
        _pending(first), first.c.channel > value("after")
    )
    walk = start.cte("walk", recursive=True)
    following = (
        select(func.min(later.c.channel)).where(_pending(later), later.c.channel > walk.c.channel).scalar_subquery()
    )
    walk = walk.union_all(
        select(following, walk.c.step + ONE_STEP).where(walk.c.channel.is_not(None), walk.c.step < value("most"))
    )
    first_due = select(func.min(due.c.due_at)).where(_pending(due), due.c.channel == walk.c.channel).scalar_subquery()
    return Statement(select(walk.c.channel, first_due).where(walk.c.channel.is_not(None)))


def _heads() -> Statement:
    """From connection to connection of a channel, and the first of each."""
    first, later, head = (deliveries.alias(name) for name in ("first", "later", "head"))
    mine = value("channel")
    start = select(func.min(first.c.connection_id).label("connection_id"), ONE_STEP.label("step")).where(
        _in_order(first), first.c.channel == mine, first.c.connection_id > value("after")
    )
    walk = start.cte("walk", recursive=True)
    following = (
        select(func.min(later.c.connection_id))
        .where(_in_order(later), later.c.channel == mine, later.c.connection_id > walk.c.connection_id)
        .scalar_subquery()
    )
    walk = walk.union_all(
        select(following, walk.c.step + ONE_STEP).where(walk.c.connection_id.is_not(None), walk.c.step < value("most"))
    )
    foremost = _in_order(head), head.c.channel == mine, head.c.connection_id == walk.c.connection_id
    found = (
        select(column).where(*foremost).order_by(head.c.number).limit(literal_column("1")).scalar_subquery()
        for column in (head.c.id, head.c.due_at)
    )
    return Statement(select(walk.c.connection_id, *found).where(walk.c.connection_id.is_not(None)))


CHANNELS = _channels()
HEADS = _heads()
DUE = Statement(
    select(d.connection_id, d.id)
    .where((d.channel == value("channel")) & d.due_at.is_not(None) & (d.due_at <= value("moment")))
    .order_by(d.due_at)
    .limit(value("most"))
)
CLAIM = Statement(
    update(deliveries)
    .where(THIS & (d.due_at <= value("moment")))
    .values(claimed_by=value("holder"), due_at=value("until"))
    .returning(*COLUMNS)
)
HELD = Statement(select(*COLUMNS).where(THIS & (d.claimed_by == value("holder"))))
SETTLE = Statement(
    update(deliveries)
    .where(THIS & (d.claimed_by == value("holder")))
    .values(state=value("new_state"), tries=value("new_tries"), due_at=value("new_due_at"), claimed_by=None)
)
RELEASE = Statement(
    update(deliveries).where(THIS & (d.claimed_by == value("holder"))).values(due_at=value("moment"), claimed_by=None)
)
ADD_ATTEMPT = Statement(insert(attempts))


class Claims:
    """Who delivers what. It is asked for across connections, because one sender serves them all."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def waiting(self, after: str, most: int) -> list[Waiting]:
        """Channels in the order of their names, from after one on: those that have anything to do, now or later."""
        rows = self.session.rows(CHANNELS, after=after, most=most)
        return [Waiting(channel=row[0], first_due=row[1]) for row in rows]

    def due(self, channel: str, moment: int, most: int) -> list[tuple[str, str]]:
        """Connection and id of what is due in a channel, that which has waited longest first."""
        return [(row[0], row[1]) for row in self.session.rows(DUE, channel=channel, moment=moment, most=most)]

    def heads(self, channel: str, after: str, most: int) -> list[Head]:
        """What comes first, connection by connection from after one on, due or not."""
        rows = self.session.rows(HEADS, channel=channel, after=after, most=most)
        return [Head(connection_id=row[0], id=row[1], due_at=row[2]) for row in rows]

    def claim(self, connection_id: str, identifier: str, holder: str, moment: int, until: int) -> Delivery | None:
        """Take a delivery; None where somebody else was quicker."""
        row = self.session.row(
            CLAIM, connection=connection_id, identifier=identifier, holder=holder, moment=moment, until=until
        )
        return delivery_of(row) if row is not None else None

    def held(self, delivery: Delivery) -> Delivery | None:
        """The delivery as it is now; None where the claim on it was lost."""
        row = self.session.row(
            HELD, connection=delivery.connection_id, identifier=delivery.id, holder=delivery.claimed_by
        )
        return delivery_of(row) if row is not None else None

    def settle(self, delivery: Delivery, attempt: DeliveryAttempt, state: str, due_at: int | None) -> None:
        """Record an attempt, and when the next one is due: None where there is none."""
        self.session.run(
            ADD_ATTEMPT,
            connection_id=delivery.connection_id,
            delivery_id=delivery.id,
            **{name: getattr(attempt, name) for name in attempt.__struct_fields__},
        )
        self.session.run(
            SETTLE,
            connection=delivery.connection_id,
            identifier=delivery.id,
            holder=delivery.claimed_by,
            new_state=state,
            new_tries=attempt.number,
            new_due_at=due_at,
        )

    def release(self, claimed: Sequence[Delivery], moment: int) -> None:
        """Give back what was not tried."""
        for each in claimed:
            self.session.run(
                RELEASE, connection=each.connection_id, identifier=each.id, holder=each.claimed_by, moment=moment
            )
