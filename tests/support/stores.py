"""Where the installations of tests keep their data: in their folder, or each in a PostgreSQL database of its own.

`COUNTERFOIL_TEST_STORES=postgres` has everything that is opened here kept in PostgreSQL.
"""

import asyncio
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.postgres import kinds, server

from counterfoil.app.control import ask
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import installation
from counterfoil.storage.contract import Store
from counterfoil.storage.migrating import migrate
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.sqlite import FILE, SqliteStore

SECRET: Final = "the secret of all installations that tests make"
NOTE: Final = "database-of-this-folder"
_databases: dict[Path, str] = {}
_urls: dict[Path, str] = {}


def on_postgres() -> bool:
    return kinds() == ["postgres"]


def address_of(path: Path) -> str:
    """The database that stands for a folder or a file, the same whenever it is opened again.

    A folder bears a note of its database; one that is a copy of another folder gets a copy of that one's database.
    """
    if path not in _databases:
        note = path / NOTE
        _databases[path] = server().copied(note.read_text()) if note.exists() else server().database()
        if path.suffix != ".db":
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            note.write_text(_databases[path])
    return _databases[path]


def settings_of(data: Path) -> dict[str, Any]:
    """The settings by which an installation finds its data, beside its data folder."""
    return {"database": address_of(data), "secret": SECRET} if on_postgres() else {}


def environment_of(data: Path) -> dict[str, str]:
    return {f"COUNTERFOIL_{name.upper()}": value for name, value in settings_of(data).items()}


def found_at(data: Path, url: str) -> None:
    """Note where the server of a data folder is, for the addresses that commands tell."""
    _urls[data] = url


def perform(data: Path, command: str, arguments: dict[str, Any]) -> Any:
    """Carry a command out beside the running server of a data folder, as the command line does, but in this process."""
    if not on_postgres():
        return ask(data, command, arguments)
    return asyncio.run(_performed(data, command, arguments))


async def _performed(data: Path, command: str, arguments: dict[str, Any]) -> Any:
    port = urlsplit(_urls[data]).port if data in _urls else None
    async with installation(Settings(data=data, port=port or 8484, **settings_of(data))) as running:
        return await running.perform(command, arguments)


def place_in(data: Path) -> Path:
    """What `store_at` opens for a data folder."""
    return data if on_postgres() else data / FILE


def remembered_by(store: Store, connection: str) -> dict[Any, Any]:
    """What a store remembers of a connection, and perhaps of others."""
    if isinstance(store, PostgresStore):
        known = store.memory.get(connection)
        return dict(known.things) if known is not None else {}
    assert isinstance(store, SqliteStore)
    return store.writer.known


def store_at(path: Path) -> Store:
    """The store at a file, or in the database that stands for it; of this version."""
    if on_postgres():
        return PostgresStore(address_of(path))
    migrate(path)
    return SqliteStore(path)
