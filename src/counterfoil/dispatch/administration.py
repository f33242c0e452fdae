"""Looking after an installation: its accounts, connections and keys. Used by commands and by the dialects alike."""

from collections.abc import Callable, Mapping

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Conflict, Unknown
from counterfoil.core.ids import random_hex, random_uuid
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import KEY_ID_LENGTH, digest, key_id, new_key, new_webhook_secret
from counterfoil.dispatch.callers import named_connection
from counterfoil.dispatch.protocols import Books, DistantBooks
from counterfoil.model.company import Company
from counterfoil.storage.aliases import Aliases
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import (
    AccountRecord,
    AuthSessionRecord,
    ConnectionRecord,
    Installation,
    KeyRecord,
)
from counterfoil.storage.post import Post, SecretRecord
from counterfoil.storage.vault import Vault

DEFAULT_ACCOUNT = "default"
ROTATION_SECONDS = 24 * 3600
UNNAMED = "Unnamed company"
"""The name of a connection that was made without one, until its books tell theirs."""


class NewConnection(Struct, frozen=True, kw_only=True):
    """What is asked of a new connection. `id` is for the demo companies alone; others draw one."""

    name: str
    books: str
    source_id: str | None = None
    email: str | None = None
    id: str | None = None


class Administration:
    """Makes, lists and takes away what an installation consists of. Raises Unknown and Conflict."""

    def __init__(
        self,
        store: Store,
        books: Mapping[str, Books],
        distant: Mapping[str, DistantBooks],
        vault: Vault,
        clock: Clock,
    ) -> None:
        self.store = store
        self.books = books
        self.distant = distant
        self.vault = vault
        self.clock = clock

    async def create_account(self, name: str) -> AccountRecord:
        record = AccountRecord(id=random_uuid(), name=name, created_at=self.clock.now())

        def work(session: Session) -> AccountRecord:
            installation = Installation(session)
            if any(account.name == name for account in installation.accounts()):
                raise Conflict(Problem("name_in_use", ("name",), {"value": name}))
            installation.add_account(record)
            return record

        return await self.store.write(work)

    async def accounts(self) -> list[AccountRecord]:
        return await self.store.read(lambda session: Installation(session).accounts())

    async def account(self, name: str | None) -> AccountRecord:
        """The account of this name or id; without one the first, which is made where there is none."""

        def work(session: Session) -> AccountRecord:
            installation = Installation(session)
            known = installation.accounts()
            if name is not None:
                for account in known:
                    if name in (account.name, account.id):
                        return account
                raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no account {name}."}))
            if known:
                return known[0]
            first = AccountRecord(id=random_uuid(), name=DEFAULT_ACCOUNT, created_at=self.clock.now())
            installation.add_account(first)
            return first

        return await self.store.write(work)

    async def create_connection(
        self, account: AccountRecord, asked: NewConnection, company: Company | None = None
    ) -> ConnectionRecord:
        """A connection with books of its own: ready for use, or to be connected by a person."""
        books, distant = self.books.get(asked.books), self.distant.get(asked.books)
        if books is None and distant is None:
            known = ", ".join((*self.books, *self.distant))
            detail = f"There are no books of the kind {asked.books}; there are: {known}."
            raise Unknown(Problem("unknown_resource", (), {"detail": detail}))
        now = self.clock.now()
        record = ConnectionRecord(
            account_id=account.id,
            id=asked.id or random_uuid(),
            name=asked.name,
            books=asked.books,
            state="live" if books is not None else "created",
            source_id=asked.source_id,
            email=asked.email,
            created_at=now,
        )

        def work(session: Session) -> ConnectionRecord:
            installation = Installation(session)
            source = asked.source_id
            if source is not None and installation.connection_by_source(account.id, source) is not None:
                raise Conflict(Problem("external_id_in_use", ("source_id",), {"value": source, "id": "another one"}))
            installation.add_connection(record)
            if distant is not None:
                distant.open_connection(session, record)
            elif books is not None:
                file = CompanyFile(session, record.id, self.clock)
                books.open_company(file, company or Company(company_name=asked.name, legal_company_name=asked.name))
            return record

        return await self.store.write(work)

    async def connections(self, account_id: str) -> list[ConnectionRecord]:
        return await self.store.read(lambda session: Installation(session).connections(account_id))

    async def connection(self, account_id: str, identifier: str) -> ConnectionRecord:
        return await self.store.read(lambda session: _connection(session, account_id, identifier))

    async def known_connections(self, account_id: str, fits: Callable[[str], bool]) -> list[ConnectionRecord]:
        """The connections of an account, each bearing the oldest of its aliases that fits a dialect, if one does."""

        def work(session: Session) -> list[ConnectionRecord]:
            known: dict[str, str] = {}
            for each in Aliases(session, account_id).all():
                if fits(each.alias):
                    known.setdefault(each.connection_id, each.alias)
            found = Installation(session).connections(account_id)
            return [structs.replace(each, alias=known.get(each.id)) for each in found]

        return await self.store.read(work)

    async def rename_connection(self, account_id: str, identifier: str, name: str) -> ConnectionRecord:
        """Call a connection otherwise; its books keep the name that they have."""

        def work(session: Session) -> ConnectionRecord:
            record = _connection(session, account_id, identifier)
            Installation(session).rename_connection(account_id, record.id, name)
            return structs.replace(record, name=name)

        return await self.store.write(work)

    async def delete_connection(self, account_id: str, identifier: str) -> ConnectionRecord:
        def work(session: Session) -> ConnectionRecord:
            record = _connection(session, account_id, identifier)
            Installation(session).delete_connection(account_id, record.id, self.clock.now())
            aliases = Aliases(session, account_id)
            for known in aliases.of(record.id):
                aliases.remove(known.alias)
            distant = self.distant.get(record.books)
            if distant is not None:
                distant.close_connection(session, record)
            return record

        gone = await self.store.write(work)
        distant = self.distant.get(gone.books)
        if distant is not None:
            distant.connection_closed(gone)
        return gone

    async def create_key(self, account_id: str, connection_id: str | None, name: str) -> tuple[KeyRecord, str]:
        """A key and its whole string, which nobody can be shown again."""
        identifier, key = new_key()
        sealed = self.vault.seal(key)

        def work(session: Session) -> KeyRecord:
            bound = _connection(session, account_id, connection_id) if connection_id is not None else None
            record = KeyRecord(
                id=identifier,
                account_id=account_id,
                connection_id=bound.id if bound is not None else None,
                name=name,
                digest=digest(key),
                sealed=sealed,
                created_at=self.clock.now(),
            )
            Installation(session).add_key(record)
            return record

        return await self.store.write(work), key

    async def keys(self, account_id: str) -> list[KeyRecord]:
        return await self.store.read(lambda session: Installation(session).keys(account_id))

    async def revealed_key(self, identifier: str) -> str | None:
        """The whole string of a living key, by its id, or by the name under which an imported one signs.

        For signature schemes, which need the secret itself. None too where nothing of the key is kept but its digest.
        """

        def work(session: Session) -> KeyRecord | None:
            installation = Installation(session)
            return installation.find_key(identifier) or installation.find_key_by_public_key(identifier)

        record = await self.store.read(work)
        if record is None or record.revoked_at is not None or not record.sealed:
            return None
        return self.vault.open(record.sealed)

    async def revoke_key(self, account_id: str, key: str) -> KeyRecord:
        """Revoke a key by its id or its whole string."""
        identifier = key_id(key) or key

        def work(session: Session) -> KeyRecord:
            installation = Installation(session)
            record = installation.find_key(identifier) or installation.find_key_by_digest(digest(key))
            if record is None or record.account_id != account_id:
                named = identifier if len(identifier) == KEY_ID_LENGTH else "of this string"
                raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no key {named}."}))
            installation.revoke_key(account_id, record.id, self.clock.now())
            return record

        return await self.store.write(work)

    async def webhook_secret(self, account_id: str, *, rotate: bool) -> str:
        """The secret that signs an account's webhooks, made where there is none; a new one on `rotate`.

        The one before signs on beside it for a day, so that receivers have time to change theirs.
        """
        now = self.clock.now()
        fresh = new_webhook_secret()
        record = SecretRecord(id=random_uuid(), sealed=self.vault.seal(fresh), created_at=now, retired_at=None)

        def work(session: Session) -> bytes:
            post = Post(session)
            living = [one for one in post.secrets(account_id) if one.retired_at is None]
            if living and not rotate:
                return living[-1].sealed
            post.retire_secrets(account_id, now + ROTATION_SECONDS)
            post.add_secret(account_id, record)
            return record.sealed

        return self.vault.open(await self.store.write(work))

    async def create_auth_session(
        self, connection: ConnectionRecord, publishable_key: str, minutes: int, redirect_url: str | None
    ) -> tuple[AuthSessionRecord, str]:
        """A link that expires, and its secret."""
        secret = random_hex(48)
        now = self.clock.now()
        record = AuthSessionRecord(
            account_id=connection.account_id,
            id=random_hex(32),
            connection_id=connection.id,
            secret_digest=digest(secret),
            publishable_key=publishable_key,
            created_at=now,
            expires_at=now + minutes * 60,
            redirect_url=redirect_url,
        )
        await self.store.write(lambda session: Installation(session).add_auth_session(record))
        return record, secret


def _connection(session: Session, account_id: str, identifier: str) -> ConnectionRecord:
    record = named_connection(session, account_id, identifier)
    if record is None:
        raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no connection {identifier}."}))
    return record
