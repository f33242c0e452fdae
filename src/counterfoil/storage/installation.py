"""Rows of the installation itself: accounts, keys, connections, auth sessions and a few settings."""

from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from counterfoil.storage.contract import Session
from counterfoil.storage.schema import accounts, auth_sessions, connections, installation, keys
from counterfoil.storage.statements import Statement, value


class AccountRecord(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    created_at: int


class KeyRecord(Struct, frozen=True, kw_only=True):
    """A key: `digest` proves it, `sealed` is the whole string under the installation's secret."""

    id: str
    account_id: str
    connection_id: str | None
    name: str
    digest: bytes
    sealed: bytes
    created_at: int
    revoked_at: int | None = None


class ConnectionRecord(Struct, frozen=True, kw_only=True):
    """One company's books, as callers know them."""

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
SETTING = Statement(select(installation.c.value).where(installation.c.name == value("setting")))
PUT_SETTING = Statement(
    upsert(installation)
    .values(name=value("setting"), value=value("content"))
    .on_conflict_do_update(index_elements=[installation.c.name], set_={"value": value("content")})
)
SCHEMA = Statement(text("SELECT version_num FROM alembic_version"))
ADD_ACCOUNT = Statement(insert(accounts))
ACCOUNTS = Statement(select(a.id, a.name, a.created_at).order_by(a.created_at, a.id))
ADD_KEY = Statement(insert(keys))
KEY = Statement(select(*(k[name] for name in KeyRecord.__struct_fields__)).where(k.id == value("identifier")))
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
CONNECTION_COLUMNS = tuple(n[name] for name in ConnectionRecord.__struct_fields__)
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
EVERY_CONNECTION = Statement(select(*CONNECTION_COLUMNS).where(LIVING).order_by(n.created_at, n.id))
ACCOUNT_OF = Statement(select(n.account_id).where(n.id == value("identifier")))
DELETE_CONNECTION = Statement(
    update(connections)
    .where((n.account_id == value("account")) & (n.id == value("identifier")) & LIVING)
    .values(deleted_at=value("moment"))
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
        rows = self.session.rows(ACCOUNTS)
        return [AccountRecord(id=row[0], name=row[1], created_at=row[2]) for row in rows]

    def add_key(self, record: KeyRecord) -> None:
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

    def keys(self, account_id: str) -> list[KeyRecord]:
        return [_key(row) for row in self.session.rows(KEYS, account=account_id)]

    def revoke_key(self, account_id: str, identifier: str, moment: int) -> None:
        self.session.forget(("key", identifier))
        self.session.run(REVOKE, account=account_id, identifier=identifier, moment=moment)

    def add_connection(self, record: ConnectionRecord) -> None:
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
        """All connections of all accounts: for `doctor` and for proofs."""
        return [_connection(row) for row in self.session.rows(EVERY_CONNECTION)]

    def account_of(self, connection_id: str) -> str | None:
        """The account that a connection belongs to, gone or not: for post, which is delivered for all of them."""
        row = self.session.row(ACCOUNT_OF, identifier=connection_id)
        return row[0] if row is not None else None

    def delete_connection(self, account_id: str, identifier: str, moment: int) -> None:
        """The connection is gone for every caller, and the keys that were bound to it are revoked."""
        self.session.forget(("connection", account_id, identifier))
        for key in self.keys(account_id):
            self.session.forget(("key", key.id))
        self.session.run(DELETE_CONNECTION, account=account_id, identifier=identifier, moment=moment)
        self.session.run(REVOKE_BOUND, account=account_id, connection=identifier, moment=moment)

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
    return ConnectionRecord(**dict(zip(ConnectionRecord.__struct_fields__, row, strict=True)))
