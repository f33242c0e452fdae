"""Rows of the installation itself: accounts, keys, connections, auth sessions and a few settings."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from sqlalchemy import insert, literal_column, select, text, update

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, upsert, value
from counterfoil.storage.tables.people import accounts, auth_sessions, connections, installation, keys


class AccountRecord(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    created_at: int


class KeyRecord(Struct, frozen=True, kw_only=True):
    """A key: `digest` proves it, `sealed` is the whole string under the installation's secret.

    One that was imported works in its `dialect` alone, and is sealed only where it signs, under the name `public_key`.
    """

    id: str
    account_id: str
    connection_id: str | None
    name: str
    digest: bytes
    sealed: bytes
    created_at: int
    revoked_at: int | None = None
    dialect: str | None = None
    public_key: str | None = None


class ConnectionRecord(Struct, frozen=True, kw_only=True):
    """One company's books, as callers know them. `alias` is the name by which one was asked for, if it is not `id`."""

    account_id: str
    id: str
    name: str
    books: str
    state: str
    source_id: str | None = None
    email: str | None = None
    created_at: int = 0
    deleted_at: int | None = None
    last_request_at: int | None = None
    last_success_at: int | None = None
    alias: str | None = None

    @property
    def known_as(self) -> str:
        """The id by which whoever asks knows this connection."""
        return self.alias or self.id


class AuthSessionRecord(Struct, frozen=True, kw_only=True):
    """A link by which someone may connect a company; only its secret's digest is kept."""

    account_id: str
    id: str
    connection_id: str
    secret_digest: bytes
    publishable_key: str
    created_at: int
    expires_at: int
    redirect_url: str | None = None


a, k, n = accounts.c, keys.c, connections.c
AT_ONCE = 500
"""Rows that are read at a time, where all connections or accounts are asked for."""

SETTING = Statement(select(installation.c.value).where(installation.c.name == value("setting")))
PUT_SETTING = upsert(installation, {"name": value("setting"), "value": value("content")}, {"value": value("content")})
SCHEMA = Statement(text("SELECT version_num FROM alembic_version"))
ADD_ACCOUNT = Statement(insert(accounts))
ACCOUNTS = Statement(
    select(a.id, a.name, a.created_at).where(a.id > value("after")).order_by(a.id).limit(literal_column(str(AT_ONCE)))
)
ADD_KEY = Statement(insert(keys))
KEY = Statement(select(*(k[name] for name in KeyRecord.__struct_fields__)).where(k.id == value("identifier")))
KEY_BY_DIGEST = Statement(
    select(*(k[name] for name in KeyRecord.__struct_fields__)).where(
        (k.digest == value("digest")) & k.revoked_at.is_(None)
    )
)
KEY_BY_PUBLIC_KEY = Statement(
    select(*(k[name] for name in KeyRecord.__struct_fields__)).where(
        (k.public_key == value("public")) & k.public_key.is_not(None) & k.revoked_at.is_(None)
    )
)
KEYS = Statement(
    select(*(k[name] for name in KeyRecord.__struct_fields__))
    .where(k.account_id == value("account"))
    .order_by(k.created_at, k.id)
)
REVOKE = Statement(
    update(keys)
    .where((k.account_id == value("account")) & (k.id == value("identifier")) & k.revoked_at.is_(None))
    .values(revoked_at=value("moment"))
)
REVOKE_BOUND = Statement(
    update(keys)
    .where((k.account_id == value("account")) & (k.connection_id == value("connection")) & k.revoked_at.is_(None))
    .values(revoked_at=value("moment"))
)
CONNECTION_FIELDS = tuple(name for name in ConnectionRecord.__struct_fields__ if name != "alias")
ID_PLACE = CONNECTION_FIELDS.index("id")
CONNECTION_COLUMNS = tuple(n[name] for name in CONNECTION_FIELDS)
LIVING = n.deleted_at.is_(None)
ADD_CONNECTION = Statement(insert(connections))
CONNECTION = Statement(
    select(*CONNECTION_COLUMNS).where((n.account_id == value("account")) & (n.id == value("identifier")) & LIVING)
)
CONNECTION_BY_SOURCE = Statement(
    select(*CONNECTION_COLUMNS).where((n.account_id == value("account")) & (n.source_id == value("source")) & LIVING)
)
CONNECTIONS = Statement(
    select(*CONNECTION_COLUMNS).where((n.account_id == value("account")) & LIVING).order_by(n.created_at, n.id)
)
EVERY_CONNECTION = Statement(
    select(*CONNECTION_COLUMNS)
    .where(LIVING & (n.id > value("after")))
    .order_by(n.id)
    .limit(literal_column(str(AT_ONCE)))
)
ACCOUNT_OF = Statement(select(n.account_id).where(n.id == value("identifier")))
DELETE_CONNECTION = Statement(
    update(connections)
    .where((n.account_id == value("account")) & (n.id == value("identifier")) & LIVING)
    .values(deleted_at=value("moment"))
)
RENAME = Statement(
    update(connections)
    .where((n.account_id == value("account")) & (n.id == value("identifier")) & LIVING)
    .values(name=value("new_name"))
)
NOTE_USE = Statement(
    update(connections)
    .where((n.account_id == value("account")) & (n.id == value("identifier")))
    .values(last_request_at=value("moment"), last_success_at=value("moment"))
)
NOTE_REQUEST = Statement(
    update(connections)
    .where((n.account_id == value("account")) & (n.id == value("identifier")))
    .values(last_request_at=value("moment"))
)
ADD_AUTH_SESSION = Statement(insert(auth_sessions))
AUTH_SESSION = Statement(
    select(*(auth_sessions.c[name] for name in AuthSessionRecord.__struct_fields__)).where(
        auth_sessions.c.secret_digest == value("digest")
    )
)


class Installation:
    """What belongs to no one company. Everything is asked for by account, but for the look-up of a key."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def setting(self, name: str) -> bytes | None:
        row = self.session.row(SETTING, setting=name)
        return row[0] if row is not None else None

    def put_setting(self, name: str, content: bytes) -> None:
        self.session.run(PUT_SETTING, setting=name, content=content)

    def schema(self) -> str:
        """The migration at which the database stands."""
        row = self.session.row(SCHEMA)
        return str(row[0]) if row is not None else ""

    def add_account(self, record: AccountRecord) -> None:
        self.session.run(ADD_ACCOUNT, **_columns(record))

    def accounts(self) -> list[AccountRecord]:
        """All accounts, the oldest first."""
        found = [
            AccountRecord(id=row[0], name=row[1], created_at=row[2]) for row in self._all(ACCOUNTS, lambda row: row[0])
        ]
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def add_key(self, record: KeyRecord) -> None:
        self._forget_key(record)
        self.session.run(ADD_KEY, **_columns(record))

    def find_key(self, identifier: str) -> KeyRecord | None:
        """The key with this id, whoever's it is: what it may do follows from it."""
        known: KeyRecord | None = self.session.recall(("key", identifier))
        if known is not None:
            return known
        row = self.session.row(KEY, identifier=identifier)
        if row is None:
            return None
        found = _key(row)
        self.session.remember(("key", identifier), found)
        return found

    def find_key_by_digest(self, digest: bytes) -> KeyRecord | None:
        """The living key with this digest, whoever's it is: for keys that do not tell their id."""
        known: KeyRecord | None = self.session.recall(("key by digest", digest))
        if known is not None:
            return known
        row = self.session.row(KEY_BY_DIGEST, digest=digest)
        if row is None:
            return None
        found = _key(row)
        self.session.remember(("key by digest", digest), found)
        return found

    def find_key_by_public_key(self, public: str) -> KeyRecord | None:
        """The living key that signs under this name."""
        row = self.session.row(KEY_BY_PUBLIC_KEY, public=public)
        return _key(row) if row is not None else None

    def keys(self, account_id: str) -> list[KeyRecord]:
        return [_key(row) for row in self.session.rows(KEYS, account=account_id)]

    def revoke_key(self, account_id: str, identifier: str, moment: int) -> None:
        record = self.find_key(identifier)
        if record is not None:
            self._forget_key(record)
        self.session.run(REVOKE, account=account_id, identifier=identifier, moment=moment)

    def _forget_key(self, record: KeyRecord) -> None:
        self.session.forget(("key", record.id))
        self.session.forget(("key by digest", record.digest))

    def add_connection(self, record: ConnectionRecord) -> None:
        self.session.forget(("connection", record.account_id, record.id))
        self.session.run(ADD_CONNECTION, **_columns(record))

    def find_connection(self, account_id: str, identifier: str) -> ConnectionRecord | None:
        known: ConnectionRecord | None = self.session.recall(("connection", account_id, identifier))
        if known is not None:
            return known
        row = self.session.row(CONNECTION, account=account_id, identifier=identifier)
        if row is None:
            return None
        found = _connection(row)
        self.session.remember(("connection", account_id, identifier), found)
        return found

    def connection_by_source(self, account_id: str, source_id: str) -> ConnectionRecord | None:
        row = self.session.row(CONNECTION_BY_SOURCE, account=account_id, source=source_id)
        return _connection(row) if row is not None else None

    def connections(self, account_id: str) -> list[ConnectionRecord]:
        return [_connection(row) for row in self.session.rows(CONNECTIONS, account=account_id)]

    def every_connection(self) -> list[ConnectionRecord]:
        """All connections of all accounts, the oldest first: for `doctor`, for proofs, and for what is done hourly."""
        found = [_connection(row) for row in self._all(EVERY_CONNECTION, lambda row: row[ID_PLACE])]
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def _all(self, statement: Statement, id_of: Callable[[tuple[Any, ...]], str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement that crosses accounts, a bounded part at a time."""
        after = ""
        while rows := self.session.rows(statement, after=after):
            yield from rows
            after = id_of(rows[-1])

    def account_of(self, connection_id: str) -> str | None:
        """The account that a connection belongs to, gone or not: for post, which is delivered for all of them."""
        known: str | None = self.session.recall(("account of", connection_id))
        if known is not None:
            return known
        row = self.session.row(ACCOUNT_OF, identifier=connection_id)
        if row is None:
            return None
        found: str = row[0]
        self.session.remember(("account of", connection_id), found)  # connections never change hands
        return found

    def delete_connection(self, account_id: str, identifier: str, moment: int) -> None:
        """The connection is gone for every caller, and the keys that were bound to it are revoked."""
        self.session.forget(("connection", account_id, identifier))
        for key in self.keys(account_id):
            self._forget_key(key)
        self.session.run(DELETE_CONNECTION, account=account_id, identifier=identifier, moment=moment)
        self.session.run(REVOKE_BOUND, account=account_id, connection=identifier, moment=moment)

    def rename_connection(self, account_id: str, identifier: str, name: str) -> None:
        self.session.forget(("connection", account_id, identifier))
        self.session.run(RENAME, account=account_id, identifier=identifier, new_name=name)

    def note_use(self, record: ConnectionRecord, moment: int, *, succeeded: bool = True) -> None:
        """The connection was asked something, and has answered it or is yet to."""
        self.session.forget(("connection", record.account_id, record.id))
        self.session.run(
            NOTE_USE if succeeded else NOTE_REQUEST, account=record.account_id, identifier=record.id, moment=moment
        )

    def add_auth_session(self, record: AuthSessionRecord) -> None:
        self.session.run(ADD_AUTH_SESSION, **_columns(record))

    def find_auth_session(self, secret_digest: bytes) -> AuthSessionRecord | None:
        """The link with this secret, whoever's it is: what it may do follows from it."""
        row = self.session.row(AUTH_SESSION, digest=secret_digest)
        return AuthSessionRecord(**dict(zip(AuthSessionRecord.__struct_fields__, row, strict=True))) if row else None


def _columns(record: Struct) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def _key(row: tuple[Any, ...]) -> KeyRecord:
    return KeyRecord(**dict(zip(KeyRecord.__struct_fields__, row, strict=True)))


def _connection(row: tuple[Any, ...]) -> ConnectionRecord:
    return ConnectionRecord(**dict(zip(CONNECTION_FIELDS, row, strict=True)))
