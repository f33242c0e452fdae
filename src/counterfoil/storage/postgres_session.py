"""Transactions on PostgreSQL as the floors above see them: sessions that ask without waiting where they may.

Statements travel in a pipeline. A writer keeps what only does something until somebody looks at its table, or until the
commit: then what several pieces of work did leaves together.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import psycopg
from psycopg import Pipeline
from sqlalchemy import Executable

from counterfoil.core.errors import Broken
from counterfoil.storage import counters
from counterfoil.storage.contract import Counter
from counterfoil.storage.postgres_line import Line
from counterfoil.storage.postgres_memory import Known, Memory, Remembering, at_version, owner
from counterfoil.storage.statements import POSTGRES, Statement, compile_for

T = TypeVar("T")

VERSION: Final = "SELECT version FROM lanes WHERE connection_id = $1::varchar"


class PostgresSession(Remembering):
    """A transaction on one connection, which is in pipeline mode while work runs."""

    def __init__(self, line: Line, memory: Memory) -> None:
        super().__init__(memory)
        self.line = line

    def ask(self, text: str, values: Sequence[Any] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
        """Send a statement; its answer has not come yet."""
        return self.line.cursor().execute(text.encode(), values, binary=True)

    def rows(self, statement: Statement, /, **values: Any) -> list[tuple[Any, ...]]:
        self.enter(values)
        compiled = statement.compiled(POSTGRES)
        self.catch_up(compiled.tables, writes=statement.writes)
        return self.ask(compiled.text, compiled.values(values)).fetchall()

    def row(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        self.enter(values)
        compiled = statement.compiled(POSTGRES)
        self.catch_up(compiled.tables, writes=statement.writes)
        return self.ask(compiled.text, compiled.values(values)).fetchone()

    def run(self, statement: Statement, /, **values: Any) -> None:
        self.enter(values)
        compiled = statement.compiled(POSTGRES)
        self.ask(compiled.text, compiled.values(values))

    def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]], /) -> None:
        compiled = statement.compiled(POSTGRES)
        for row in rows:
            self.ask(compiled.text, row)

    def apart(self, work: Callable[[], T]) -> T:
        """What the database refuses ends the whole transaction all the same: nobody takes that for an answer."""
        self.ask("SAVEPOINT apart")
        try:
            result = work()
            self.catch_up()
            self.settled()
        except psycopg.Error:
            raise
        except BaseException:
            self.drop_unsent()
            self.settled()
            self.ask("ROLLBACK TO SAVEPOINT apart")
            self.ask("RELEASE SAVEPOINT apart")
            raise
        self.ask("RELEASE SAVEPOINT apart")
        return result

    def select(self, expression: Executable) -> list[tuple[Any, ...]]:
        compiled = compile_for(expression, POSTGRES)
        self.catch_up()
        return self.ask(compiled.text, compiled.values({})).fetchall()

    def counter(self, connection_id: str, sequence: str) -> Counter:
        return counters.found(self, connection_id, sequence)

    def set_counter(self, connection_id: str, sequence: str, counter: Counter) -> None:
        counters.put(self, connection_id, sequence, counter)

    def turn_to(self, connection_id: str) -> bool:  # noqa: ARG002  a snapshot does not change
        return False

    def enter(self, values: Mapping[str, Any]) -> None:
        """See to the lane that a statement with these values touches."""

    def catch_up(self, tables: Iterable[str] = (), *, writes: bool = False) -> None:
        """Send what was kept about these tables, or all of it, before somebody looks at them or `writes` there."""

    def drop_unsent(self) -> None:
        """Forget what was kept of the work that runs."""

    def settled(self) -> None:
        """Wait until everything that was sent is done. Raises what went wrong."""
        pipeline(self.line).sync()


class ReaderSession(PostgresSession):
    """A reader's transaction, on one snapshot. What it changes is never committed, and it then remembers nothing."""

    def __init__(self, line: Line, memory: Memory) -> None:
        super().__init__(line, memory)
        self.looked: dict[str, Known | None] = {}
        self.wrote = False

    def run(self, statement: Statement, /, **values: Any) -> None:
        self.wrote = True
        super().run(statement, **values)

    def run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]], /) -> None:
        self.wrote = True
        super().run_many(statement, rows)

    def catch_up(self, tables: Iterable[str] = (), *, writes: bool = False) -> None:  # noqa: ARG002  nothing is kept
        self.wrote = self.wrote or writes

    def end(self) -> None:
        """After a rollback the driver prepares all its statements anew: it is for those who need one."""
        self.ask("ROLLBACK" if self.wrote else "COMMIT")

    def known(self, key: Hashable) -> Known | None:
        lane = owner(key)
        if lane is None or self.changed:
            return None
        if lane not in self.looked:
            row = self.ask(VERSION, (lane,)).fetchone()
            self.looked[lane] = at_version(self.memory, lane, int(row[0])) if row is not None else None
        return self.looked[lane]


def pipeline(line: Line) -> Pipeline:
    current = line._pipeline  # the one that `with line.pipeline()` has begun
    if current is None:
        raise Broken("work on the database runs in a pipeline")
    return current
