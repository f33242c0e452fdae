"""Turns in a lane: each transaction leaves its mark in the rows of the lanes that it locks, so that it can be found out
later whether it was committed.

PostgreSQL's own `pg_xact_status` does not tell that after a crash or a failover: a transaction that left nothing on the
disk may have its number given to another one, whose fate would be taken for its own.
"""

from dataclasses import dataclass, field
from typing import Final

from counterfoil.core.ids import random_version

MARK: Final = 4
"""Bytes of a mark. It is looked for in one place alone, where one of four thousand million others would do for it."""

KEPT: Final = 128 // MARK
"""How many of them a lane's row keeps, the last one first. Each turn writes the row anew: it had better be short."""

LOCK: Final = (
    "UPDATE lanes SET turn = turn + 1, marks = substring($2::bytea || marks FOR 128)"
    " WHERE connection_id = $1::varchar RETURNING version, turn"
)
"""Waits until nobody else, in whatever process, works on this lane, and takes the next turn."""

MAKE: Final = (
    "INSERT INTO lanes (connection_id, version, fence, turn, marks) VALUES ($1::varchar, 0, 0, 0, '')"
    " ON CONFLICT DO NOTHING"
)
"""No transaction's version is 0: with its own, a new lane's version would outlast its first change."""

BUMP: Final = "UPDATE lanes SET version = $2::bigint WHERE connection_id = $1::varchar"
PATIENCE: Final = b"SELECT set_config('lock_timeout', $1, true)"
LOOK: Final = b"SELECT turn, marks FROM lanes WHERE connection_id = $1::varchar FOR NO KEY UPDATE"
"""Waits for whoever has the lane's row: that may be the very transaction whose fate is asked."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A transaction's turn in a lane, by its number there."""

    lane: str
    number: int
    mark: bytes

    def was_committed(self, turn: int, marks: bytes) -> bool | None:
        """Whether it was, where this is what the lane's row says now; None where its place is kept no more."""
        since = turn - self.number
        if since < 0:
            return False  # nobody had this turn
        if since >= KEPT:
            return None
        return marks[since * MARK : (since + 1) * MARK] == self.mark


@dataclass(slots=True)
class Turns:
    """The turns of one transaction. Its `version` is that of all that it changes: no two have the same one."""

    version: int = field(default_factory=random_version)
    of: dict[str, Turn] = field(default_factory=dict)

    @property
    def mark(self) -> bytes:
        return self.version.to_bytes(8)[-MARK:]

    def took(self, lane: str, number: int) -> None:
        self.of[lane] = Turn(lane, number, self.mark)
