"""Copies of a database that is in use, and the way back: both proved by the ledger before they count."""

import asyncio
import os
import time
from pathlib import Path
from typing import Final

import apsw

from counterfoil.core.errors import Broken, StorageFull
from counterfoil.storage.contents import Damaged, check_schema
from counterfoil.storage.contract import Store
from counterfoil.storage.dump import is_dump
from counterfoil.storage.older import is_sqlite, of_this_version
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.postgres_backup import dump_postgres, restore_postgres
from counterfoil.storage.sqlite import SqliteStore

__all__ = ["Damaged", "back_up", "check_kind", "prove", "restore"]

TO_ANOTHER: Final = "it goes into an empty place of the other kind: counterfoil copy --from FILE"


async def back_up(store: Store, target: Path) -> None:
    """Copy everything into `target` while work goes on; only a copy that was proved takes that name.

    The copy is the database as it was at one moment: writers are not kept waiting, and what they do meanwhile is not
    in it. Of SQLite it is a database file, of PostgreSQL a dump file. Raises StorageFull where there is no room for it.
    """
    if isinstance(store, PostgresStore):
        await asyncio.to_thread(dump_postgres, store.address, target)
    else:
        await asyncio.to_thread(_proved_copy, _sqlite(store).path, target)


async def restore(store: Store, source: Path, folder: Path | None = None) -> Path:
    """Take everything back from `source`; gives the file that holds what was there before, which is in `folder`.

    Without a folder, it is where the database is, or where `source` is.
    Writers wait until it is done, readers see either state whole. Raises Damaged, and changes nothing, where `source`
    is no sound backup of this kind of database. One of an older version is migrated on its way.
    """
    check_kind(store, source)
    if isinstance(store, PostgresStore):
        before = _before(folder or source.parent, "dump")
        await asyncio.to_thread(restore_postgres, store.address, source, before)
        return before
    sqlite = _sqlite(store)
    with of_this_version(source) as sound:
        await asyncio.to_thread(prove, sound)
        return await sqlite.exclusively(lambda: _exchange(sqlite, sound, folder or sqlite.path.parent))


def check_kind(store: Store, source: Path) -> None:
    """Raises Damaged where a backup is one of another kind of database, and says how it gets into this one."""
    if isinstance(store, PostgresStore) and is_sqlite(source):
        raise Damaged(f"{source} is no Counterfoil dump but a SQLite file; {TO_ANOTHER} --to postgresql://…")
    if isinstance(store, SqliteStore) and is_dump(source):
        raise Damaged(f"{source} is no SQLite file but a dump of a PostgreSQL; {TO_ANOTHER} --to FOLDER")


def _sqlite(store: Store) -> SqliteStore:
    if not isinstance(store, SqliteStore):
        raise Broken("this kind of database cannot be backed up")
    return store


def _before(folder: Path, ending: str) -> Path:
    return _unused(folder / f"before-restore-{time.strftime('%Y%m%d-%H%M%S')}.{ending}")


def _exchange(store: SqliteStore, source: Path, folder: Path) -> Path:
    before = _before(folder, "db")
    _proved_copy(store.path, before)
    origin = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        _pour(origin, store.writer.connection)
    finally:
        origin.close()
    return before


def _unused(path: Path) -> Path:
    """A name that no file has yet, so that no older backup is lost."""
    others = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 1000))
    return path if not path.exists() else next(other for other in others if not other.exists())


def prove(path: Path) -> None:
    """Raises Damaged unless the file is whole, has this version's schema, and every journal in it balances."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error as error:
        raise Damaged(f"{path} cannot be opened: {error}") from None
    try:
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchall()[0][0]
        if verdict != "ok":
            raise Damaged(f"{path} is damaged: {verdict}")
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchall()[0][0]
        check_schema(str(path), str(revision))
        off = connection.execute(
            "SELECT connection_id FROM postings GROUP BY connection_id HAVING SUM(amount) <> 0"
        ).fetchall()
        if off:
            raise Damaged(f"{path}: the trial balance of connection {off[0][0]} is not nil")
    except apsw.Error as error:
        raise Damaged(f"{path} is no Counterfoil backup: {error}") from None
    finally:
        connection.close()


def _proved_copy(source: Path, target: Path) -> None:
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(source, unfinished)
        prove(unfinished)
        unfinished.replace(target)
    except OSError as error:
        raise Broken(f"{target} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    origin = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    copy = apsw.Connection(str(target))
    try:
        _pour(origin, copy)
        copy.pragma("journal_mode", "delete")  # one file that needs no others beside it
    finally:
        copy.close()
        origin.close()


def _pour(origin: apsw.Connection, copy: apsw.Connection) -> None:
    """All pages in one step, which sees one state of the origin however busy it is."""
    try:
        with copy.backup("main", origin, "main") as backup:
            backup.step(-1)
    except apsw.FullError as error:
        raise StorageFull("the disk has no room for the copy") from error
    except apsw.Error as error:
        raise Broken(f"the database could not be copied: {error}") from error
