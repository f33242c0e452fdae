"""Rows of aliases: other names of connections, unique within an account."""

from msgspec import Struct
from sqlalchemy import delete, insert, select

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.people import aliases


class AliasRecord(Struct, frozen=True, kw_only=True):
    account_id: str
    alias: str
    connection_id: str
    created_at: int


a = aliases.c
COLUMNS = tuple(a[name] for name in AliasRecord.__struct_fields__)
ADD = Statement(insert(aliases))
FIND = Statement(select(a.connection_id).where((a.account_id == value("account")) & (a.alias == value("name"))))
OF_ACCOUNT = Statement(select(*COLUMNS).where(a.account_id == value("account")).order_by(a.created_at, a.alias))
OF_CONNECTION = Statement(
    select(*COLUMNS)
    .where((a.account_id == value("account")) & (a.connection_id == value("connection")))
    .order_by(a.created_at, a.alias)
)
REMOVE = Statement(delete(aliases).where((a.account_id == value("account")) & (a.alias == value("name"))))


class Aliases:
    """The aliases of one account's connections."""

    def __init__(self, session: Session, account_id: str) -> None:
        self.session = session
        self.account_id = account_id

    def recalled(self, alias: str) -> str | None:
        """The connection behind an alias, if that is remembered; no statement is run."""
        known: str | None = self.session.recall(("alias", self.account_id, alias))
        return known

    def find(self, alias: str) -> str | None:
        """The connection behind an alias."""
        known = self.recalled(alias)
        if known is not None:
            return known
        row = self.session.row(FIND, account=self.account_id, name=alias)
        if row is None:
            return None
        found: str = row[0]
        self.session.remember(("alias", self.account_id, alias), found)
        return found

    def all(self) -> list[AliasRecord]:
        """Every alias of the account, the oldest first."""
        return [_record(row) for row in self.session.rows(OF_ACCOUNT, account=self.account_id)]

    def of(self, connection_id: str) -> list[AliasRecord]:
        """The aliases of a connection, the oldest first."""
        rows = self.session.rows(OF_CONNECTION, account=self.account_id, connection=connection_id)
        return [_record(row) for row in rows]

    def add(self, alias: str, connection_id: str, moment: int) -> None:
        self.session.forget(("alias", self.account_id, alias))
        self.session.run(ADD, account_id=self.account_id, alias=alias, connection_id=connection_id, created_at=moment)

    def remove(self, alias: str) -> None:
        self.session.forget(("alias", self.account_id, alias))
        self.session.run(REMOVE, account=self.account_id, name=alias)


def _record(row: tuple[str, str, str, int]) -> AliasRecord:
    account_id, alias, connection_id, created_at = row
    return AliasRecord(account_id=account_id, alias=alias, connection_id=connection_id, created_at=created_at)
