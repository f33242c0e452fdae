"""Transactions on PostgreSQL as the floors above see them: sessions that ask without waiting where they may.

Statements travel in a pipeline: those that only do something are sent with the next that wants an answer. What is
remembered belongs to a lane and to the lane's version, which is read under the lane's lock, or within the reader's own
snapshot: so it is right in every process, whoever changed the rows.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import psycopg
from psycopg import Pipeline
from sqlalchemy import Executable

from counterfoil.core.errors import Broken
from counterfoil.storage.postgres_line import Line
from counterfoil.storage.statements import POSTGRES, Statement, compile_for

T = TypeVar("T")

LOCK: Final = (
    "SELECT version, pg_current_xact_id()::text FROM lanes WHERE connection_id = $1::varchar FOR NO KEY UPDATE"
)
MAKE: Final = (
    "INSERT INTO lanes (connection_id, version, fence) VALUES ($1::varchar, pg_current_xact_id()::text::bigint, 0)"
    " ON CONFLICT DO NOTHING"
)
VERSION: Final = "SELECT version FROM lanes WHERE connection_id = $1::varchar"
BUMP: Final = (
    "UPDATE lanes SET version = pg_current_xact_id()::text::bigint WHERE connection_id = $1::varchar RETURNING version"
)
"""Transactions' numbers serve as versions: no two changes have the same one."""

INSTALLATION: Final = ""
"""The lane of what belongs to no connection."""

MOST_KNOWN: Final = 5_000
"""What is remembered of one lane."""

MOST_LANES: Final = 500
"""Lanes that a process remembers something of."""


@dataclass(slots=True)
class Known:
    """What is remembered of a lane, as it is at this version of it."""

    version: int
    things: dict[Hashable, Any] = field(default_factory=dict)

    def keep(self, key: Hashable, value: Any) -> None:
        if len(self.things) >= MOST_KNOWN:
            self.things.clear()
        self.things[key] = value


Memory = dict[str, Known]
"""What a process remembers, by lane. Each new version has a memory of its own: readers may go on with theirs."""


OF_INSTALLATION: Final = ("key", "key by digest", "connection", "endpoints")
"""What keys of remembered things begin with that belong to no lane: they are remembered for one transaction only."""


def owner(key: Hashable) -> str | None:
    """The lane that a remembered thing may belong to: things of a connection begin with its id."""
    if not isinstance(key, tuple) or not key or key[0] in OF_INSTALLATION:
        return None
    return str(key[1] if key[0] == "connector" else key[0])


class PostgresSession:
    """A transaction on one connection, which is in pipeline mode while work runs."""

    def __init__(self, line: Line, memory: Memory) -> None:
        self.line = line
        self.memory = memory
        self.own: dict[Hashable, Any] = {}
        self.changed: set[Hashable] = set()

    def ask(self, text: str, values: Sequence[Any] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
        """Send a statement; its answer has not come yet."""
        return self.line.cursor().execute(text.encode(), values, binary=True)

    def rows(self, statement: Statement, /, **values: Any) -> list[tuple[Any, ...]]:
        self.enter(values)
        compiled = statement.compiled(POSTGRES)
        return self.ask(compiled.text, compiled.values(values)).fetchall()

    def row(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        self.enter(values)
        compiled = statement.compiled(POSTGRES)
        return self.ask(compiled.text, compiled.values(values)).fetchone()

    def run(self, statement: Statement, /, **values: Any) -> None:
        self.enter(values)
        compiled = statement.compiled(POSTGRES)
        self.ask(compiled.text, compiled.values(values))

    def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]], /) -> None:
        compiled = statement.compiled(POSTGRES)
        if rows and compiled.names[0] == "connection_id":
            self.enter({"connection_id": rows[0][0]})
        for row in rows:
            self.ask(compiled.text, row)

    def apart(self, work: Callable[[], T]) -> T:
        self.ask("SAVEPOINT apart")
        try:
            result = work()
            self.settled()
        except BaseException:
            self.recovered()
            self.ask("ROLLBACK TO SAVEPOINT apart")
            self.ask("RELEASE SAVEPOINT apart")
            raise
        self.ask("RELEASE SAVEPOINT apart")
        return result

    def select(self, expression: Executable) -> list[tuple[Any, ...]]:
        compiled = compile_for(expression, POSTGRES)
        return self.ask(compiled.text, compiled.values({})).fetchall()

    def turn_to(self, connection_id: str) -> bool:  # noqa: ARG002  a snapshot does not change
        return False

    def recall(self, key: Hashable) -> Any | None:
        if key in self.own:
            return self.own[key]
        known = self.known(key)
        return known.things.get(key) if known is not None and key not in self.changed else None

    def remember(self, key: Hashable, value: Any) -> None:
        if key in self.changed:
            return
        known = self.known(key)
        if known is not None:
            known.keep(key, value)
        else:
            self.own[key] = value

    def forget(self, key: Hashable) -> None:
        self.changed.add(key)
        self.own.pop(key, None)

    def enter(self, values: Mapping[str, Any]) -> None:
        """See to the lane that a statement with these values touches."""

    def known(self, key: Hashable) -> Known | None:
        """What is remembered of the lane that this belongs to, and still holds."""
        raise NotImplementedError

    def settled(self) -> None:
        """Wait until everything that was sent is done. Raises what went wrong."""
        pipeline(self.line).sync()

    def recovered(self) -> None:
        """Go on after a failure: what was sent after it is not done. Raises where the connection is gone."""
        try:
            pipeline(self.line).sync()
        except psycopg.Error:
            if self.line.closed:
                raise


class ReaderSession(PostgresSession):
    """A reader's transaction, on one snapshot. What it changes is never committed, and it then remembers nothing."""

    def __init__(self, line: Line, memory: Memory) -> None:
        super().__init__(line, memory)
        self.looked: dict[str, Known | None] = {}

    def known(self, key: Hashable) -> Known | None:
        lane = owner(key)
        if lane is None or self.changed:
            return None
        if lane not in self.looked:
            row = self.ask(VERSION, (lane,)).fetchone()
            self.looked[lane] = self._seen(lane, int(row[0])) if row is not None else None
        return self.looked[lane]

    def _seen(self, lane: str, version: int) -> Known:
        """A snapshot may be older than what is remembered by now: then it has a memory of its own."""
        known = self.memory.get(lane)
        return _at(self.memory, lane, version) if known is None or known.version == version else Known(version)


class WriterSession(PostgresSession):
    """A transaction that is to be committed. It locks each lane that it touches before it touches it."""

    def __init__(self, line: Line, memory: Memory) -> None:
        super().__init__(line, memory)
        self.locked: dict[str, Known] = {}
        self.number: str | None = None
        """The transaction's own, by which can be found out what became of it."""

    def enter(self, values: Mapping[str, Any]) -> None:
        lane = values.get("connection") or values.get("connection_id")
        if lane is not None and lane not in self.locked:
            self.lock(lane)

    def turn_to(self, connection_id: str) -> bool:
        if connection_id in self.locked:
            return False
        self.lock(connection_id)
        return True

    def lock(self, lane: str) -> None:
        """Wait until nobody else, in whatever process, works on this lane; then it is this transaction's."""
        row = self.ask(LOCK, (lane,)).fetchone()
        if row is None:
            self.ask(MAKE, (lane,))
            row = self.ask(LOCK, (lane,)).fetchone()
        if row is None:
            raise Broken(f"lane {lane} is neither there nor can it be made")
        self.number = row[1]
        self.locked[lane] = _at(self.memory, lane, row[0])

    def known(self, key: Hashable) -> Known | None:
        lane = owner(key)
        return self.locked.get(lane) if lane is not None else None

    def bump(self) -> dict[str, Known]:
        """Give the lanes of what was changed their new versions; what is to be remembered once that is committed."""
        lanes = sorted({lane for key in self.changed if (lane := owner(key)) in self.locked and lane is not None})
        asked = {lane: self.ask(BUMP, (lane,)) for lane in lanes}
        fresh = {}
        for lane, cursor in asked.items():
            row = cursor.fetchone()
            if row is not None:
                old = self.locked[lane].things.copy()
                kept = {key: value for key, value in old.items() if key not in self.changed}
                fresh[lane] = Known(int(row[0]), kept)
        return fresh


def pipeline(line: Line) -> Pipeline:
    current = line._pipeline  # the one that `with line.pipeline()` has begun
    if current is None:
        raise Broken("work on the database runs in a pipeline")
    return current


def _at(memory: Memory, lane: str, version: int) -> Known:
    """What is remembered of a lane at this version, which is the present one; else room to remember it."""
    known = memory.get(lane)
    if known is None or known.version != version:
        if len(memory) >= MOST_LANES:
            memory.clear()
        known = memory[lane] = Known(version)
    return known
