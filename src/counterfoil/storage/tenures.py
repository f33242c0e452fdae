"""Who works for a lane: one process at a time, for as long as it says so again and again."""

from typing import Final

from msgspec import Struct
from sqlalchemy import select

from counterfoil.storage.scope import Scope
from counterfoil.storage.statements import Statement, upsert, value
from counterfoil.storage.tables.work import lanes


class Hold(Struct, frozen=True, kw_only=True):
    """The last who held a lane, until when, and how many have held it before and with this one."""

    holder: str | None = None
    until: int = 0
    fence: int = 0


c = lanes.c
FIND: Final = Statement(select(c.holder, c.held_until, c.fence).where(c.connection_id == value("connection")))
PUT: Final = upsert(
    lanes,
    {
        "connection_id": value("connection"),
        "version": value("first_version"),
        "fence": value("fence"),
        "holder": value("holder"),
        "held_until": value("until"),
    },
    {"fence": value("fence"), "holder": value("holder"), "held_until": value("until")},
)


class Tenures(Scope):
    """The hold on one connection's lane."""

    def find(self) -> Hold:
        row = self.session.row(FIND, connection=self.connection_id)
        return Hold(holder=row[0], until=row[1] or 0, fence=row[2]) if row is not None else Hold()

    def put(self, hold: Hold) -> Hold:
        self.session.run(
            PUT,
            connection=self.connection_id,
            first_version=0,
            fence=hold.fence,
            holder=hold.holder,
            until=hold.until,
        )
        return hold
