"""Files of older versions, backups and dumps, as this version has them: brought to its schema in a SQLite file beside.

No migration knows where its rows came from: the same ones take a SQLite file, a PostgreSQL database and what a dump of
one holds to the same rows. So a dump is taken apart where nobody waits for it and no right in a database is wanted.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import apsw
from sqlalchemy import Table

from counterfoil.core.errors import Broken, StorageFull
from counterfoil.storage.contents import (
    NOT_KEPT,
    Damaged,
    mark_in,
    pour_into_sqlite,
    proved,
    sqlite_run,
    tally_of,
)
from counterfoil.storage.dump import is_dump, reading_dump, schema_of_dump
from counterfoil.storage.migrating import HEAD, can_be_migrated, is_older, make_at, migrate
from counterfoil.storage.sqlite import FILE

SQLITE_MAGIC: Final = b"SQLite format 3\x00"
PREFIX: Final = "counterfoil-"


@contextmanager
def of_this_version(source: Path, folder: Path | None = None) -> Iterator[Path]:
    """A file of this version: the source itself, or where that is older, a SQLite file for a while, in `folder`.

    Without a folder it is where temporary files are. Raises Damaged where what is older cannot be brought here, and
    StorageFull where there is no room to do so; a source of which nothing can be told is left to whoever reads it.
    """
    if is_sqlite(source) and is_older(source):
        bring = _duplicate
    elif is_older_dump(source):
        bring = _unpack
    else:
        yield source
        return
    with _scratch(folder) as scratch:
        there = scratch / FILE
        try:
            bring(source, there)
        except apsw.FullError as error:
            raise StorageFull(f"the disk has no room in {scratch.parent} to bring {source} to this version") from error
        except apsw.Error as error:
            raise Damaged(f"{source} cannot be read: {error}") from None
        except Damaged:
            raise
        except Broken as error:
            raise Damaged(f"{source} is of an older version and cannot be brought to schema {HEAD}: {error}") from error
        yield there


def is_older_dump(path: Path) -> bool:
    """Whether an older version made this dump, of whose schema this one knows the way; not where it cannot be read."""
    try:
        return is_dump(path) and can_be_migrated(schema_of_dump(path))
    except Damaged:
        return False


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as SQLite's do."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def mark_in_older(source: Path) -> bytes | None:
    """The mark of the secret under which a dump of an older version was sealed, where it bears one."""
    schema = schema_of_dump(source)
    with _scratch(None) as scratch:
        known = _tables(scratch / FILE, schema)
    with reading_dump(source, schema) as contents:
        return mark_in(contents, contents.tables_among(known))


@contextmanager
def _scratch(folder: Path | None) -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder)
    except OSError as error:
        raise Broken(f"no folder can be made in {folder or tempfile.gettempdir()}: {error.strerror}") from error
    with made as path:
        yield Path(path)


def _duplicate(source: Path, target: Path) -> None:
    with (
        closing(apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)) as origin,
        closing(apsw.Connection(str(target))) as copied,
        copied.backup("main", origin, "main") as work,
    ):
        work.step(-1)
    migrate(target, is_copy=True)


def _unpack(source: Path, target: Path) -> None:
    """All of a dump into a new file; proved by its counts, and before and after the migration by every balance."""
    schema = schema_of_dump(source)
    known = _tables(target, schema)
    with closing(apsw.Connection(str(target))) as connection:
        connection.pragma("synchronous", "off")  # a file that is thrown away if anything fails
        connection.execute("BEGIN IMMEDIATE")
        with reading_dump(source, schema) as contents:
            went_in = pour_into_sqlite(contents, connection, contents.tables_among(known))
            contents.end(went_in)
        proved(went_in, tally_of(sqlite_run(connection), known.values()), str(source))
        connection.execute("COMMIT")
    migrate(target, is_copy=True)
    with closing(apsw.Connection(str(target))) as connection:
        there = tally_of(sqlite_run(connection))
    if not there.balances_as(went_in):
        raise Damaged(f"{source}: a migration to schema {HEAD} would change balances")


def _tables(path: Path, schema: str) -> Mapping[str, Table]:
    """The tables of an older version's dumps, made in a new file."""
    return {name: table for name, table in make_at(path, schema).tables.items() if name not in NOT_KEPT}
