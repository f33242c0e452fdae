"""A writer's transaction on PostgreSQL: it locks the lanes that it touches, and serves one piece of work or several.

What the works of a transaction do is kept in two outboxes, that of the works which stand, and that of the one which
runs. A work that fails before anything of it was sent is simply forgotten; only what has been sent needs a savepoint.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg import Cursor

from counterfoil.core.errors import Broken
from counterfoil.storage import counters
from counterfoil.storage.contract import Counter
from counterfoil.storage.counters import Counters
from counterfoil.storage.postgres_line import Line
from counterfoil.storage.postgres_memory import INSTALLATION, Known, Memory, at_version, owner
from counterfoil.storage.postgres_outbox import Deed, Outbox, in_one
from counterfoil.storage.postgres_session import VERSION, PostgresSession
from counterfoil.storage.postgres_turns import BUMP, LOCK, MAKE, Turn, Turns
from counterfoil.storage.statements import POSTGRES, Statement

T = TypeVar("T")


class WriterSession(PostgresSession):
    """A transaction that is to be committed. It locks each lane that it touches before it touches it.

    `is_shared` tells that several pieces of work share it, each of which may fail alone.
    """

    def __init__(self, line: Line, memory: Memory, *, is_shared: bool) -> None:
        super().__init__(line, memory)
        self.is_shared = is_shared
        self.counters = Counters(self._counted)
        self.locked: dict[str, Known] = {}
        self.installation: Known | None = None
        """What is remembered of the installation, as it was once the first lane was locked."""
        self.turns = Turns()
        self.wrote = False
        self._counts: dict[str, Cursor[tuple[Any, ...]] | dict[str, Counter]] = {}
        """Where the counters of locked lanes stood, or the answer that tells it and has not been read yet."""
        self._standing = Outbox()
        self._running = Outbox()
        self._saved: dict[str, Known] | None = None
        """The lanes that were locked at the savepoint of the work that runs, if it has one."""

    def attempt(self, work: Callable[[PostgresSession], T]) -> T:
        """Run a piece of work; if it raises, nothing of it is done. What the database says ends them all."""
        mark = self.counters.mark()
        self._saved = None
        try:
            result = work(self)
        except psycopg.Error:
            raise  # it ends the transaction
        except Exception:
            self._running.clear()
            self.counters.back(mark)
            if self._saved is not None:
                self.ask("ROLLBACK TO SAVEPOINT work")
                self.ask("RELEASE SAVEPOINT work")
                self.locked = self._saved
            raise
        if self._saved is not None:
            self.ask("RELEASE SAVEPOINT work")
        self._standing.absorb(self._running)
        return result

    @property
    def turn(self) -> Turn | None:
        """One of those that this transaction has, by which it can be found out what became of it."""
        return self.turns.of[next(iter(self.locked))] if self.locked else None

    def finish(self) -> dict[str, Known]:
        """Send all that is left to be done. Gives what is to be remembered once it is committed."""
        self._send(self._standing)
        rows = self.counters.rows()
        if rows:
            self.ask(*in_one(counters.PUT, rows))
        lanes = sorted({lane for key in self.changed if (lane := owner(key)) is not None and lane in self.locked})
        for lane in lanes:
            self.ask(BUMP, (lane, self.turns.version))
        return {lane: self._known_then(lane) for lane in lanes}

    def run(self, statement: Statement, /, **values: Any) -> None:
        self.enter(values)
        compiled = statement.compiled(POSTGRES)
        self._do(statement, [compiled.values(values)])

    def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]], /) -> None:
        compiled = statement.compiled(POSTGRES)
        if rows and compiled.names[0] == "connection_id":
            self.enter({"connection_id": rows[0][0]})
        self._do(statement, rows)

    def apart(self, work: Callable[[], T]) -> T:
        self.catch_up(writes=True)
        mark, locked = self.counters.mark(), self.locked.copy()
        try:
            return super().apart(work)
        except BaseException:
            self.counters.back(mark)
            self.locked = locked
            raise

    def drop_unsent(self) -> None:
        self._running.clear()

    def counter(self, connection_id: str, sequence: str) -> Counter:
        self.enter({"connection": connection_id})
        return self.counters.find(connection_id, sequence)

    def set_counter(self, connection_id: str, sequence: str, counter: Counter) -> None:
        self.enter({"connection": connection_id})
        self.counters.put(connection_id, sequence, counter)

    def turn_to(self, connection_id: str) -> bool:
        if connection_id in self.locked:
            return False
        self.lock(connection_id)
        return True

    def forget(self, key: Hashable) -> None:
        lane = owner(key)
        if lane is not None and lane not in self.locked:
            self.lock(lane)
        super().forget(key)

    def enter(self, values: Mapping[str, Any]) -> None:
        lane = values.get("connection") or values.get("connection_id")
        if lane is not None and lane not in self.locked:
            self.lock(lane)

    def lock(self, lane: str) -> None:
        """Wait until nobody else, in whatever process, works on this lane; then it is this transaction's turn.

        The counters and the installation's version are looked at after the wait, in statements of their own: a part of
        the one that waits would see what was there before.
        """
        cursor = self.ask(LOCK, (lane, self.turns.mark))
        counts = self._ask_counts(lane)
        beside = self.ask(VERSION, (INSTALLATION,)) if self.installation is None else None
        row = cursor.fetchone()
        if row is None:
            self.ask(MAKE, (lane,))
            row, counts = self.ask(LOCK, (lane, self.turns.mark)).fetchone(), self._ask_counts(lane)
        if row is None:
            raise Broken(f"lane {lane} is neither there nor can it be made")
        version, turn = row
        self.turns.took(lane, turn)
        self.locked[lane] = at_version(self.memory, lane, version)
        self._counts[lane] = counts
        found = beside.fetchone() if beside is not None else None
        if found is not None:
            self.installation = at_version(self.memory, INSTALLATION, found[0])

    def _ask_counts(self, lane: str) -> Cursor[tuple[Any, ...]]:
        compiled = counters.ALL.compiled(POSTGRES)
        return self.ask(compiled.text, compiled.values({"connection": lane}))

    def _counted(self, connection_id: str, sequence: str) -> Counter:
        """Where a counter stood when its lane was locked: counters change with nearly every write, so that they are
        read anew by each transaction, and leave what else is remembered of the lane alone."""
        stood = self._counts[connection_id]
        if isinstance(stood, Cursor):
            stood = self._counts[connection_id] = {row[0]: Counter(*row[1:]) for row in stood.fetchall()}
        return stood.get(sequence, Counter())

    def known(self, key: Hashable) -> Known | None:
        lane = owner(key)
        known = self.locked.get(lane) if lane is not None else None
        return self.installation if known is None and lane == INSTALLATION else known

    def catch_up(self, tables: Iterable[str] = (), *, writes: bool = False) -> None:
        if writes or self._running.holds(tables):
            self._protect()
            self._send(self._running, tables)
        else:
            self._send(self._standing, tables)

    def _do(self, statement: Statement, rows: Iterable[tuple[Any, ...]]) -> None:
        compiled = statement.compiled(POSTGRES)
        if len(compiled.tables) == 1:
            (table,) = compiled.tables
            for row in rows:
                self._running.add(table, Deed(statement, row))
            return
        self.catch_up(compiled.tables, writes=True)
        for row in rows:
            self.ask(compiled.text, row)

    def _protect(self) -> None:
        """Something of this work is about to be sent: what the works before it did stands whatever becomes of it."""
        self.wrote = True
        if self.is_shared and self._saved is None:
            self._send(self._standing)
            self.ask("SAVEPOINT work")
            self._saved = self.locked.copy()

    def _send(self, outbox: Outbox, tables: Iterable[str] = ()) -> None:
        for text, values in outbox.taken(tables):
            self.wrote = True
            self.ask(text, values)

    def _known_then(self, lane: str) -> Known:
        """What is known of a lane after this transaction, whose version it has then."""
        old = self.locked[lane].things.copy()
        return Known(self.turns.version, {key: value for key, value in old.items() if key not in self.changed})
