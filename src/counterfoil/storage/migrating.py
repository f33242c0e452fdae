"""Bringing a database to the schema of this version, with a backup of what was there before."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from counterfoil.core.errors import Broken

HEAD: Final = "0005"
"""The newest migration; a test sees to it that it is the last one of the folder."""


class NewerSchema(Broken):
    """The database was made by a later version of Counterfoil."""


def migrate(path: Path) -> Path | None:
    """Migrate the database file to HEAD; gives the backup that was made first, if one was needed.

    Runs before anything else opens the file. Raises NewerSchema where this version is too old for it.
    """
    current = revision_of(path)
    if current == HEAD:
        return None
    if current is not None and current > HEAD:
        raise NewerSchema(f"{path} has schema {current}, this version knows {HEAD}: use a newer Counterfoil")
    before = _backup(path, current) if current is not None else None
    engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool, connect_args={"isolation_level": None})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # all of it or nothing, even if the process dies
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()
    return before


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


def _backup(path: Path, revision: str) -> Path:
    target = path.with_name(f"before-{HEAD}-from-{revision}-{time.strftime('%Y%m%d-%H%M%S')}.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    target.chmod(0o600)
    return target
