"""Opening the database of an installation: a file in its data folder, or a PostgreSQL that several processes share."""

import asyncio
from typing import Final

from counterfoil.app.settings import Settings
from counterfoil.core.errors import CounterfoilError, StorageAway
from counterfoil.core.secrets import same
from counterfoil.storage.addresses import fault_of
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import Installation
from counterfoil.storage.migrating import migrate, migrate_postgres
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.postgres_line import shown
from counterfoil.storage.sqlite import FILE, SqliteStore
from counterfoil.storage.vault import SEALED_UNDER, installation_secret, mark_of

SEEN_TO: Final = (
    "See that PostgreSQL runs there, that the database is made (createdb NAME), and that user and password are right"
)


UNREADABLE: Final = (
    "What is sealed in it (keys for ChargeOver's signatures, secrets of webhooks, QuickBooks Online's tokens) cannot be"
    " read here. Stop the server, bring the secret of the installation that it comes from (its secret.key, or"
    " COUNTERFOIL_SECRET), and start it again. If that is lost: counterfoil restore FILE --secret-lost, of a backup,"
    " then make new keys, add the webhooks anew and connect QuickBooks Online again"
)
"""What it means that a database is sealed under another secret, and what to do. All else works."""


class NoSecret(CounterfoilError):
    """What was sealed can be opened under one secret, and none was given, or another one."""


class NoDatabase(CounterfoilError):
    """What was given is not the address of a database, or nobody answers there."""


async def opened(settings: Settings) -> Store:
    """The database of an installation, migrated first where it is older.

    Raises NoSecret, NoDatabase, also where it does not answer, Broken where it cannot be used, and NewerSchema.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.database is None:
        return await _folder(settings)
    check_address(settings.database)
    if not settings.secret:
        raise NoSecret(
            "Every process on one PostgreSQL needs the same secret, under which keys are sealed: set COUNTERFOIL_SECRET"
            " (to make one: openssl rand -hex 32), and keep it, for without it what was sealed cannot be read"
        )
    try:
        await asyncio.to_thread(migrate_postgres, settings.database)
    except StorageAway as error:
        raise unreachable(error) from error
    return await _marked(PostgresStore(settings.database), settings.secret, is_strict=True)


async def _folder(settings: Settings) -> Store:
    """The database in a data folder. One that was sealed under another secret can still be worked with."""
    path = settings.data / FILE
    migrate(path)
    secret = installation_secret(settings.data, settings.secret)
    return await _marked(SqliteStore(path), secret, is_strict=False)


async def _marked(store: Store, secret: str, *, is_strict: bool) -> Store:
    try:
        if not await is_sealed_under(store, secret) and is_strict:
            raise NoSecret("This COUNTERFOIL_SECRET is not the one with which the database was begun: set that one")
    except BaseException:
        await store.close()
        raise
    return store


def place(settings: Settings) -> str:
    """Where everything is, for people: without a password."""
    return f"data folder: {settings.data}" if settings.database is None else f"database: {shown(settings.database)}"


def check_address(address: str, what: str = "--database") -> None:
    """Raises NoDatabase where it is not the address of a PostgreSQL database; the words hold none of it."""
    fault = fault_of(address)
    if fault is not None:
        raise NoDatabase(f"The address of {what} is none: {fault}")


def unreachable(error: StorageAway) -> NoDatabase:
    """A database that does not answer to whoever wants to open it, with what may be amiss."""
    return NoDatabase(f"{' '.join(str(error).split())}. {SEEN_TO}")


async def leave_mark(address: str, secret: str) -> None:
    """Have a database know its secret before the first process serves from it. Raises NoSecret where it has another."""
    store = await _marked(PostgresStore(address), secret, is_strict=True)
    await store.close()


async def is_sealed_under(store: Store, secret: str) -> bool:
    """Whether a database is sealed under a secret.

    Where it bears no mark of one yet, the mark of this secret is left. As long as there is no account nothing is
    sealed, and another secret may take the place.
    """
    mark = mark_of(secret)
    known = await seal_of(store)
    if known is not None and same(known, mark):
        return True

    def left(session: Session) -> bool:
        installation = Installation(session)
        there = installation.setting(SEALED_UNDER)
        if there is None or not installation.accounts():
            installation.put_setting(SEALED_UNDER, mark)
            return True
        return same(there, mark)

    return await store.write(left)


async def seal(store: Store, mark: bytes) -> None:
    """Have a database bear the mark of another secret: what was sealed before is given up."""
    await store.write(lambda session: Installation(session).put_setting(SEALED_UNDER, mark))


async def seal_of(store: Store) -> bytes | None:
    """The mark of the secret under which a database is sealed."""
    return await store.read(_mark)


def _mark(session: Session) -> bytes | None:
    return Installation(session).setting(SEALED_UNDER)
