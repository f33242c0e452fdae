"""The books of an emulated QuickBooks: a folder with a store of its own, in it the books of one connection.

The folder is laid out as a data folder of Counterfoil, so that `counterfoil doctor --data` and `backup` look after it.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import Clock, SystemClock
from counterfoil.core.errors import CounterfoilError
from counterfoil.core.ids import random_uuid
from counterfoil.model.company import Company
from counterfoil.model.query import Read
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import AccountRecord, ConnectionRecord, Installation
from counterfoil.storage.migrating import migrate
from counterfoil.storage.sqlite import FILE, SqliteStore

T = TypeVar("T")
Fill = Callable[[CompanyFile, EmbeddedBooks], None]
"""Puts a new company's content into its empty file."""

LOCK: Final = "owner.lock"


class CompanyInUse(CounterfoilError):
    """Another process has the company file open."""


class EmulatedCompany:
    """A company file in a folder. It is opened when it is first asked for anything, and filled when it is new."""

    def __init__(self, folder: Path, *, fill: Fill | None = None, clock: Clock | None = None) -> None:
        self.folder = folder
        self.books = EmbeddedBooks()
        self.clock = clock or SystemClock()
        self.name = folder.name
        self._fill = fill or _empty
        self._turn = asyncio.Lock()
        self._store: SqliteStore | None = None
        self._connection = ""
        self._lock = -1

    async def open(self) -> None:
        """Open the file where it is not open yet. Raises CompanyInUse."""
        await self._opened()

    async def look(self, work: Callable[[CompanyFile], T], clock: Clock | None = None) -> T:
        """Run `work` on the file as it is. Raises CompanyInUse."""
        store = await self._opened()
        return await store.read(lambda session: work(self._file(session, clock)))

    async def change(self, work: Callable[[CompanyFile], T], clock: Clock | None = None) -> T:
        """Run `work` in one transaction; its result comes when everything is stored. Raises CompanyInUse."""
        store = await self._opened()
        return await store.write(lambda session: work(self._file(session, clock)))

    async def violations(self) -> list[str]:
        """Every invariant of the ledger that does not hold."""
        return await self.look(self.books.violations)

    async def close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            await store.close()
        self._let_go()

    async def _opened(self) -> SqliteStore:
        if self._store is None:
            async with self._turn:
                if self._store is None:
                    self._store = await self._open()
        return self._store

    async def _open(self) -> SqliteStore:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._own()
        path = self.folder / FILE
        try:
            migrate(path)
            store = SqliteStore(path)
        except BaseException:
            self._let_go()
            raise
        self._connection, self.name = await store.write(self._found_or_made)
        return store

    def _found_or_made(self, session: Session) -> tuple[str, str]:
        """The one connection of the store and its company's name; made and filled where there is none."""
        installation = Installation(session)
        known = installation.every_connection()
        identifier = known[0].id if known else random_uuid()
        file = CompanyFile(session, identifier, self.clock)
        if not known:
            self._fill(file, self.books)
        company = self.books.read(file, Read(resource="company", id=""))
        name = (company.company_name if isinstance(company, Company) else None) or self.folder.name
        if not known:
            now = self.clock.now()
            account = AccountRecord(id=random_uuid(), name="default", created_at=now)
            installation.add_account(account)
            installation.add_connection(
                ConnectionRecord(
                    account_id=account.id, id=identifier, name=name, books="embedded", state="live", created_at=now
                )
            )
        return identifier, name

    def _file(self, session: Session, clock: Clock | None) -> CompanyFile:
        return CompanyFile(session, self._connection, clock or self.clock)

    def _own(self) -> None:
        self._lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._let_go()
            raise CompanyInUse(f"{self.folder} is in use by another Counterfoil process") from None

    def _let_go(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _empty(file: CompanyFile, books: EmbeddedBooks) -> None:
    books.open_company(file, Company(company_name="New Company", legal_company_name="New Company"))
