"""Opening the database of an installation: a file in its data folder, or a PostgreSQL that several processes share."""

import asyncio
from hashlib import sha256
from typing import Final

from counterfoil.app.settings import Settings
from counterfoil.core.errors import CounterfoilError
from counterfoil.core.secrets import same
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import Installation
from counterfoil.storage.migrating import migrate, migrate_postgres
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.postgres_line import shown
from counterfoil.storage.sqlite import FILE, SqliteStore

SEALED_UNDER: Final = "sealed_under"
SCHEMES: Final = ("postgresql://", "postgres://")


class NoSecret(CounterfoilError):
    """Processes that share a database have to share a secret, and were given none, or another one."""


class NoDatabase(CounterfoilError):
    """What was given is not the address of a database."""


async def opened(settings: Settings) -> Store:
    """The database of an installation, migrated first where it is older.

    Raises NoSecret, NoDatabase, StorageAway where the database does not answer, and NewerSchema.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.database is None:
        path = settings.data / FILE
        migrate(path)
        return SqliteStore(path)
    check_address(settings.database)
    if not settings.secret:
        raise NoSecret(
            "Every process on one PostgreSQL needs the same secret, under which keys are sealed: set COUNTERFOIL_SECRET"
            " (to make one: openssl rand -hex 32), and keep it, for without it what was sealed cannot be read"
        )
    await asyncio.to_thread(migrate_postgres, settings.database)
    store = PostgresStore(settings.database)
    try:
        await _check_secret(store, settings.secret)
    except BaseException:
        await store.close()
        raise
    return store


def place(settings: Settings) -> str:
    """Where everything is, for people: without a password."""
    return f"data folder: {settings.data}" if settings.database is None else f"database: {shown(settings.database)}"


def check_address(address: str) -> None:
    """Raises NoDatabase where it is not the address of a PostgreSQL database."""
    if not address.startswith(SCHEMES):
        raise NoDatabase("--database takes an address such as postgresql://user:password@host/name")


async def leave_mark(address: str, secret: str) -> None:
    """Have a database know its secret before the first process serves from it. Raises NoSecret where it has another."""
    store = PostgresStore(address)
    try:
        await _check_secret(store, secret)
    finally:
        await store.close()


def secret_mark(secret: str) -> bytes:
    """What tells one secret from another, and nothing else."""
    return sha256(b"counterfoil secret check\0" + secret.encode()).hexdigest().encode()


async def _check_secret(store: Store, secret: str) -> None:
    """The first process leaves a mark of its secret in the database; all others have to bring the same one."""
    mark = secret_mark(secret)

    def found(session: Session) -> bytes:
        installation = Installation(session)
        there = installation.setting(SEALED_UNDER)
        if there is None:
            installation.put_setting(SEALED_UNDER, mark)
        return there if there is not None else mark

    if not same(await store.write(found), mark):
        raise NoSecret("This COUNTERFOIL_SECRET is not the one with which the database was begun")
