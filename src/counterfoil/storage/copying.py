"""Moving an installation from one place to another that is empty: verified by counts and by every account's balance."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
from counterfoil.storage.migrating import migrate, migrate_postgres
from counterfoil.storage.older import is_older_dump, is_sqlite, mark_in_older, of_this_version
from counterfoil.storage.postgres_line import connect, told
from counterfoil.storage.tables.people import installation

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
    if isinstance(source, Path) and is_older_dump(source):
        return mark_in_older(source)  # there is no need to bring all of it to this version
    with reading(source) as contents:
        return mark_in(contents)


@contextmanager
def reading(source: Place) -> Iterator[Contents]:
    """What a place holds, as it is at one moment. A file of an older version is read as this one has it."""
    with ExitStack() as stack:
        if isinstance(source, str):
            yield stack.enter_context(reading_postgres(source))
        elif not source.is_file():
            raise Damaged(f"{source} is not there")
        else:
            sound = stack.enter_context(of_this_version(source))
            if is_sqlite(sound):
                yield stack.enter_context(reading_sqlite(sound))
            else:
                yield stack.enter_context(reading_dump(sound))


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
