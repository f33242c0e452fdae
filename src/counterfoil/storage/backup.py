"""Copies of a database that is in use, and the way back: both proved by the ledger before they count."""

import time
from pathlib import Path

import apsw

from counterfoil.core.errors import Broken
from counterfoil.storage.migrating import HEAD
from counterfoil.storage.sqlite import SqliteStore

PAGES = 4096
"""Copied at a time, so that the writer is never kept waiting for long."""


class Damaged(Broken):
    """A file is no sound Counterfoil backup."""


async def back_up(store: SqliteStore, target: Path) -> None:
    """Copy everything into `target` while work goes on; only a copy that was proved takes that name."""
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    await store.exclusively(lambda: _copy(store.path, unfinished))
    prove(unfinished)
    unfinished.replace(target)


async def restore(store: SqliteStore, source: Path) -> Path:
    """Take everything back from `source`; gives the file that holds what was there before."""
    prove(source)
    before = store.path.with_name(f"before-restore-{time.strftime('%Y%m%d-%H%M%S')}.db")
    await back_up(store, before)
    await store.exclusively(lambda: _overwrite(store, source))
    return before


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
        if revision != HEAD:
            raise Damaged(f"{path} has schema {revision}, this version knows {HEAD}")
        off = connection.execute(
            "SELECT connection_id FROM postings GROUP BY connection_id HAVING SUM(amount) <> 0"
        ).fetchall()
        if off:
            raise Damaged(f"{path}: the trial balance of connection {off[0][0]} is not nil")
    except apsw.Error as error:
        raise Damaged(f"{path} is no Counterfoil backup: {error}") from None
    finally:
        connection.close()


def _copy(source: Path, target: Path) -> None:
    origin = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    copy = apsw.Connection(str(target))
    try:
        with copy.backup("main", origin, "main") as backup:
            while not backup.done:
                backup.step(PAGES)
    finally:
        copy.close()
        origin.close()


def _overwrite(store: SqliteStore, source: Path) -> None:
    origin = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        with store.writer.connection.backup("main", origin, "main") as backup:
            while not backup.done:
                backup.step(-1)
    finally:
        origin.close()
