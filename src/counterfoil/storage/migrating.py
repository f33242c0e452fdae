"""Bringing a database to the schema of this version; of a file, with a backup of what was there before."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from counterfoil.core.errors import Broken
from counterfoil.storage.postgres_line import connect, told

HEAD: Final = "0010"
"""The newest migration; a test sees to it that it is the last one of the folder."""

SCRIPTS: Final = str(Path(__file__).parent / "migrations")

MIGRATING: Final = 738_463_645
"""The advisory lock of whoever migrates."""


class NewerSchema(Broken):
    """The database was made by a later version of Counterfoil."""


def migrate(path: Path, *, is_copy: bool = False) -> Path | None:
    """Migrate the database file to HEAD; gives the backup that was made first, if one was needed.

    Runs before anything else opens the file; of one that `is_copy` no backup is made. Raises NewerSchema where this
    version is too old for it, and Broken where it cannot be opened or written; it is as it was then.
    """
    with _hindrances_told(path, HEAD):
        return _migrated(path, is_copy)


@contextmanager
def _hindrances_told(path: Path, revision: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error, CommandError) as error:
        words = error.orig if isinstance(error, DBAPIError) else error
        raise Broken(f"{path} cannot be opened, or not brought to schema {revision}: {words}") from error


def _migrated(path: Path, is_copy: bool) -> Path | None:
    current = revision_of(path)
    if current == HEAD:
        return None
    if current is not None and current > HEAD:
        raise NewerSchema(f"{path} has schema {current}, this version knows {HEAD}: use a newer Counterfoil")
    before = _backup(path, current) if current is not None and not is_copy else None
    with _changing(path) as connection:
        _upgrade(connection, HEAD)
    return before


def make_at(path: Path, revision: str) -> MetaData:
    """Make a database file as the version with this schema had it, without a row in it; gives its tables.

    Raises Broken where it cannot be made.
    """
    tables = MetaData()
    with _hindrances_told(path, revision), _changing(path) as connection:
        _upgrade(connection, revision)
        tables.reflect(connection)
    return tables


@contextmanager
def _changing(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool, connect_args={"isolation_level": None})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # all of it or nothing, even if the process dies
            yield connection
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()


class _InOrderOfBytes(PGTypeCompiler):
    """Text is compared and sorted by its bytes, as in SQLite: ranges of names are ranges of an index."""

    def visit_TEXT(self, type_: Any, **options: Any) -> str:
        return 'TEXT COLLATE "C"' if type_.collation is None else super().visit_TEXT(type_, **options)


def migrate_postgres(address: str) -> None:
    """Migrate a PostgreSQL database to HEAD, all of it or nothing; of several processes one does it.

    Raises NewerSchema where this version is too old for it, StorageAway where the database does not answer, and Broken
    where it does not let its tables be made; it is as it was then.
    """
    line = connect(address)
    line.autocommit = False
    line.cursor_factory = psycopg.Cursor
    engine = create_engine("postgresql+psycopg://", creator=lambda: line, poolclass=StaticPool)
    engine.dialect.type_compiler_instance = engine.dialect.type_compiler = _InOrderOfBytes(engine.dialect)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            current = _revision(connection)
            if current is not None and current > HEAD:
                raise NewerSchema(
                    f"the database has schema {current}, this version knows {HEAD}: use a newer Counterfoil"
                )
            if current != HEAD:
                _upgrade(connection, HEAD)
    except DBAPIError as error:
        raise _hindered(error) from error
    finally:
        engine.dispose()
        line.close()


def _hindered(error: DBAPIError) -> Exception:
    failure = told(error.orig) if error.orig is not None else Broken(str(error))
    if not isinstance(failure, Broken):
        return failure
    mend = "the user of --database must own the database, or be allowed to make tables in it"
    return Broken(f"the database could not be brought to schema {HEAD}: {failure}; {mend}")


def _revision(connection: Connection) -> str | None:
    if connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar() is None:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found is not None else None


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def can_be_migrated(revision: str) -> bool:
    """Whether a schema is one that an older version had."""
    return revision != HEAD and revision in {each.revision for each in ScriptDirectory(SCRIPTS).walk_revisions()}


def revision_of(path: Path) -> str | None:
    """The schema of a database file: None where it is empty or not there. Raises Broken where it is no database."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            raise Broken(f"{path} cannot be read: {error}") from error
    return str(row[0]) if row is not None else None


def is_older(path: Path) -> bool:
    """Whether a database file was made by an older version, which this one can migrate; not where it cannot be read."""
    try:
        revision = revision_of(path)
    except (Broken, sqlite3.Error):
        return False
    return revision is not None and revision < HEAD


def _backup(path: Path, revision: str) -> Path:
    target = path.with_name(f"before-{HEAD}-from-{revision}-{time.strftime('%Y%m%d-%H%M%S')}.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    target.chmod(0o600)
    return target
