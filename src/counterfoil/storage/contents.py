"""Everything that a database holds, table by table: read from one place as a stream, and poured into another.

A place is a SQLite file, a PostgreSQL database or a dump file (`dump.py`). What is read is one state of the database;
what is poured is checked by counts and by the balance of every account before it counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import apsw
import psycopg
from sqlalchemy import Boolean, LargeBinary, Table, Text

from counterfoil.core.errors import Broken
from counterfoil.storage.migrating import HEAD
from counterfoil.storage.postgres_line import Line, connect, told, without_nul
from counterfoil.storage.schema import metadata
from counterfoil.storage.tables.people import installation
from counterfoil.storage.tables.work import lanes
from counterfoil.storage.vault import SEALED_UNDER

Row = Sequence[Any]
TABLES: Final[tuple[Table, ...]] = tuple(table for table in metadata.sorted_tables if table is not lanes)
"""All of them but the lanes, which say only what processes are about."""

NOT_KEPT: Final = (str(lanes.name), "alembic_version")
"""What a database has beside them, in this version and in those before."""

POSTINGS: Final = "postings"


class Damaged(Broken):
    """A file is no sound Counterfoil backup."""


class Tally:
    """What was counted: the rows of each table, and the balance of each account of each connection."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.balances: Counter[tuple[str, str]] = Counter()

    def counted(self, table: Table, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, counted as they pass."""
        names = [column.name for column in table.columns]
        connection, account, amount = (
            (names.index(name) for name in ("connection_id", "account_id", "amount"))
            if table.name == POSTINGS
            else (0, 0, 0)
        )
        for row in rows:
            self.rows[table.name] += 1
            if table.name == POSTINGS:
                self.balances[row[connection], row[account]] += row[amount]
            yield row

    def off(self) -> str | None:
        """A connection whose debits are not its credits, if there is one."""
        sums: Counter[str] = Counter()
        for (connection, _), amount in self.balances.items():
            sums[connection] += amount
        return next((connection for connection, amount in sums.items() if amount), None)

    def same(self, other: "Tally") -> bool:
        return _without_nil(self.rows) == _without_nil(other.rows) and self.balances_as(other)

    def balances_as(self, other: "Tally") -> bool:
        """Whether every account has the same balance."""
        return _without_nil(self.balances) == _without_nil(other.balances)


class Contents(Protocol):
    """A place that is read."""

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows of a table, in the order of its columns; tables are asked for in the order of TABLES."""
        ...


class SqliteContents:
    """A SQLite file, as it is at one moment. Raises Damaged where it is none of this version."""

    def __init__(self, connection: apsw.Connection, name: str) -> None:
        self.connection = connection
        check_schema(name, str(connection.execute("SELECT version_num FROM alembic_version").fetchall()[0][0]))

    def rows(self, table: Table) -> Iterator[Row]:
        flags = [place for place, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
        for row in self.connection.execute(f"SELECT {_columns(table)} FROM {_name(table)}"):  # noqa: S608  names of ours
            values = list(row)
            for place in flags:
                values[place] = bool(values[place])
            yield values


class PostgresContents:
    """A PostgreSQL database within a transaction that the caller has begun."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def rows(self, table: Table) -> Iterator[Row]:
        with self.line.cursor().copy(
            f"COPY {_name(table)} ({_columns(table)}) TO STDOUT (FORMAT BINARY)".encode()
        ) as copy:
            copy.set_types([_type(column.type) for column in table.columns])
            yield from copy.rows()


@contextmanager
def reading_sqlite(path: Path) -> Iterator[SqliteContents]:
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error as error:
        raise Damaged(f"{path} cannot be opened: {error}") from None
    try:
        connection.execute("BEGIN")
        yield SqliteContents(connection, str(path))
    except apsw.Error as error:
        raise Damaged(f"{path} is no Counterfoil database: {error}") from None
    finally:
        connection.close()


@contextmanager
def reading_postgres(address: str) -> Iterator[PostgresContents]:
    line = connect(address)
    try:
        line.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        check_schema("the database", postgres_revision(line))
        yield PostgresContents(line)
    except psycopg.Error as error:
        raise told(error) from error
    finally:
        line.close()


def pour_into_sqlite(contents: Contents, connection: apsw.Connection, tables: Iterable[Table] = TABLES) -> Tally:
    """Everything into the tables of an open transaction, which are empty; gives what went in."""
    tally = Tally()
    for table in tables:
        marks = ", ".join("?" for _ in table.columns)
        text = f"INSERT INTO {_name(table)} ({_columns(table)}) VALUES ({marks})"  # noqa: S608  names of ours
        connection.executemany(text, (tuple(row) for row in tally.counted(table, contents.rows(table))))
    return tally


def pour_into_postgres(contents: Contents, line: Line) -> Tally:
    """Everything into the tables of an open transaction, which are empty; gives what went in."""
    tally = Tally()
    for table in TABLES:
        with line.cursor().copy(f"COPY {_name(table)} ({_columns(table)}) FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.set_types([_type(column.type) for column in table.columns])
            for row in tally.counted(table, contents.rows(table)):
                copy.write_row([without_nul(value) for value in row])
    return tally


def tally_of(run: Any, tables: Iterable[Table] = TABLES) -> Tally:
    """What a database itself counts. `run` gives the rows of a statement's text."""
    tally = Tally()
    for table in tables:
        tally.rows[table.name] = run(f"SELECT COUNT(*) FROM {_name(table)}")[0][0]  # noqa: S608  names of ours
    for connection, account, amount in run(
        "SELECT connection_id, account_id, SUM(amount) FROM postings GROUP BY connection_id, account_id"
    ):
        tally.balances[connection, account] = int(amount)
    return tally


def proved(went_in: Tally, there: Tally, name: str) -> None:
    """Raises Damaged unless what is there is what went in, and every connection balances."""
    if not went_in.same(there):
        raise Damaged(f"{name}: what is there now is not what went in")
    off = there.off()
    if off is not None:
        raise Damaged(f"{name}: the trial balance of connection {off} is not nil")


def mark_in(contents: Contents, tables: Iterable[Table] = TABLES) -> bytes | None:
    """The mark of the secret under which what is read was sealed, where it bears one."""
    for table in tables:
        rows = contents.rows(table)
        if table.name == installation.name:
            names = [column.name for column in table.columns]
            noted = [dict(zip(names, row, strict=True)) for row in rows]
            return next((bytes(each["value"]) for each in noted if each["name"] == SEALED_UNDER), None)
        for _ in rows:
            pass  # a dump is read from its beginning
    return None


def check_schema(name: str, revision: str | None) -> None:
    """Raises Damaged where something was not made by this version, and says which one is to take it."""
    if revision == HEAD:
        return
    if revision is None:
        raise Damaged(f"{name} holds no Counterfoil installation")
    mend = (
        "use a newer Counterfoil"
        if revision > HEAD
        else "use the Counterfoil that made it, then start this one on the same database, which migrates it"
    )
    raise Damaged(f"{name} has schema {revision}, this version knows {HEAD}: {mend}")


def postgres_revision(line: Line) -> str | None:
    there = line.execute(b"SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return None
    row = line.execute(b"SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row is not None else None


def postgres_run(line: Line) -> Any:
    return lambda text: line.execute(text.encode()).fetchall()


def sqlite_run(connection: apsw.Connection) -> Any:
    return lambda text: connection.execute(text).fetchall()


def _without_nil(counts: Counter[Any]) -> dict[Any, int]:
    return {each: count for each, count in counts.items() if count}


def _name(table: Table) -> str:
    return f'"{table.name}"'


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


def _type(kind: Any) -> str:
    if isinstance(kind, LargeBinary):
        return "bytea"
    if isinstance(kind, Boolean):
        return "bool"
    if isinstance(kind, Text):
        return "text"
    return "int8" if kind.__visit_name__ == "big_integer" else "int4"
