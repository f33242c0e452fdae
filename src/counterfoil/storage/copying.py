"""Moving an installation from one place to another that is empty: verified by counts and by every account's balance."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

import apsw
import psycopg

from counterfoil.core.errors import Broken, StorageFull
from counterfoil.storage.contents import (
    TABLES,
    Contents,
    Damaged,
    Tally,
    mark_in,
    postgres_run,
    pour_into_postgres,
    pour_into_sqlite,
    proved,
    reading_postgres,
    reading_sqlite,
    sqlite_run,
    tally_of,
)
from counterfoil.storage.dump import DumpContents, reading_dump
from counterfoil.storage.migrating import is_older, migrate, migrate_postgres
from counterfoil.storage.postgres_line import connect, told
from counterfoil.storage.tables.people import installation

SQLITE_MAGIC: Final = b"SQLite format 3\x00"
CLEARED: Final = f'DELETE FROM "{installation.name}"'  # noqa: S608  a name of ours
"""What is noted of an installation that has no accounts yet gives way."""

Place = str | Path
"""The address of a PostgreSQL database, or a file: of SQLite, or a dump."""


class NotEmpty(Broken):
    """There is something already where everything is to go."""


def copy(source: Place, target: Place) -> Tally:
    """Copy everything, in one transaction of the target; gives what is there now.

    The target is a PostgreSQL database or a SQLite file, and is made or migrated first. Raises Damaged where the
    source is none of this version or the copy is not the same, and NotEmpty where the target holds anything.
    """
    with reading(source) as contents:
        tally = _into_postgres(contents, target) if isinstance(target, str) else _into_sqlite(contents, target)
        if isinstance(contents, DumpContents):
            contents.end(tally)
        return tally


def sealed_under(source: Place) -> bytes | None:
    """The mark of the secret under which a place is sealed, where it bears one. Raises what `copy` does of a source."""
    with reading(source) as contents:
        return mark_in(contents)


@contextmanager
def reading(source: Place) -> Iterator[Contents]:
    """What a place holds, as it is at one moment. A SQLite file of an older version is read as this one has it."""
    with ExitStack() as stack:
        if isinstance(source, str):
            yield stack.enter_context(reading_postgres(source))
        elif not source.is_file():
            raise Damaged(f"{source} is not there")
        elif is_sqlite(source):
            yield stack.enter_context(reading_sqlite(stack.enter_context(of_this_version(source))))
        else:
            yield stack.enter_context(reading_dump(source))


@contextmanager
def of_this_version(source: Path) -> Iterator[Path]:
    """A SQLite file of this version: the source itself, or where that is older, a migrated copy for a while."""
    if not is_sqlite(source) or not is_older(source):
        yield source  # whoever reads it says what is wrong with it
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as folder:
        migrated = Path(folder) / source.name
        try:
            _duplicate(source, migrated)
            migrate(migrated)
        except apsw.Error as error:
            raise Damaged(f"{source} cannot be read: {error}") from None
        except Broken as error:
            raise Damaged(f"{source} is of an older version and cannot be migrated: {error}") from error
        yield migrated


def _duplicate(source: Path, target: Path) -> None:
    with (
        closing(apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)) as origin,
        closing(apsw.Connection(str(target))) as copied,
        copied.backup("main", origin, "main") as work,
    ):
        work.step(-1)


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as SQLite's do."""
    return path.is_file() and _start(path) == SQLITE_MAGIC


def _into_postgres(contents: Contents, address: str) -> Tally:
    migrate_postgres(address)
    line = connect(address)
    try:
        line.execute(b"BEGIN")
        run = postgres_run(line)
        _check_empty(tally_of(run))
        line.execute(CLEARED.encode())
        went_in = pour_into_postgres(contents, line)
        there = tally_of(run)
        proved(went_in, there, "the copy")
        line.execute(b"COMMIT")
        line.execute(b"ANALYZE")
        return there
    except psycopg.Error as error:
        raise told(error) from error
    finally:
        line.close()


def _into_sqlite(contents: Contents, path: Path) -> Tally:
    migrate(path)
    path.chmod(0o600)
    connection = apsw.Connection(str(path))
    try:
        connection.execute("BEGIN IMMEDIATE")
        run = sqlite_run(connection)
        _check_empty(tally_of(run))
        connection.execute(CLEARED)
        went_in = pour_into_sqlite(contents, connection)
        there = tally_of(run)
        proved(went_in, there, str(path))
        connection.execute("COMMIT")
        return there
    except apsw.FullError as error:
        raise StorageFull("the disk has no room for the copy") from error
    except apsw.Error as error:
        raise Broken(f"{path} cannot be filled: {error}") from error
    finally:
        connection.close()


def _check_empty(there: Tally) -> None:
    held = sorted(table.name for table in TABLES if there.rows[table.name])
    if held and held != [installation.name]:
        raise NotEmpty(f"the target is not empty ({', '.join(held)}); copy into a new database or folder")


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC))
