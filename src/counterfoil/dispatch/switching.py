"""Coming from a vendor: keys that callers have already, and the names by which they know their connections."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Conflict, Invalid, Unknown
from counterfoil.core.ids import random_hex
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import KEY_ID_LENGTH, digest, key_id, weakness
from counterfoil.dispatch.callers import named_connection
from counterfoil.storage.aliases import Aliases, AliasRecord
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation, KeyRecord
from counterfoil.storage.vault import Vault

_ALIAS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~@-]{2,127}")
_PUBLIC: Final = re.compile(r"[!-9;-~]{8,128}")
"""What goes before the colon of HTTP Basic."""


@dataclass(frozen=True, slots=True)
class Custom:
    """How a vendor's keys travel: as a pair `public:private`, or as one string that may have no colon in it."""

    is_pair: bool = False
    is_user_name: bool = False


CUSTOMS: Final[Mapping[str, Custom]] = {
    "conductor": Custom(),
    "qube": Custom(is_user_name=True),
    "chargeover": Custom(is_pair=True),
    "snapbooks": Custom(),
}
"""By dialect. A pair is proved as a whole, and sealed, because its private half also signs requests."""


@dataclass(frozen=True, slots=True)
class ImportedKey:
    """A key string as it was handed in, of which no more is shown to anybody."""

    dialect: str
    text: str
    name: str = ""
    connection: str | None = None
    again: bool = False


class Switching:
    """Takes in keys and aliases. Raises Invalid, Conflict and Unknown."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self.store = store
        self.vault = vault
        self.clock = clock

    async def import_key(self, account_id: str, asked: ImportedKey) -> KeyRecord:
        """Let a vendor's key open this account. One that was revoked is only taken `again` where that is said."""
        custom = _custom(asked.dialect)
        public = _checked(asked.text, custom)
        proof = digest(asked.text)
        sealed = self.vault.seal(asked.text) if custom.is_pair else b""

        def work(session: Session) -> KeyRecord:
            installation = Installation(session)
            bound = _bound(session, account_id, asked.connection)
            if installation.find_key_by_digest(proof) is not None:
                raise _known("This key is known already; `counterfoil key list` shows those of an account.")
            if not asked.again and any(key.digest == proof for key in installation.keys(account_id)):
                raise _known("This key was revoked here. To take it back into use nonetheless, say --again.")
            if public is not None and (
                installation.find_key(public) is not None or installation.find_key_by_public_key(public) is not None
            ):
                raise _known("A key with this public half is known already; revoke it first.")
            record = KeyRecord(
                id=random_hex(KEY_ID_LENGTH),
                account_id=account_id,
                connection_id=bound.id if bound is not None else None,
                name=asked.name,
                digest=proof,
                sealed=sealed,
                created_at=self.clock.now(),
                dialect=asked.dialect,
                public_key=public,
            )
            installation.add_key(record)
            return record

        return await self.store.write(work)

    async def add_alias(self, account_id: str, connection: str, alias: str) -> AliasRecord:
        """Let a connection be found by another name too. Adding one that is there already changes nothing."""
        if not _ALIAS.fullmatch(alias):
            expected = "3 to 128 letters, digits, and . _ ~ @ -, the first of them a letter or digit"
            raise Invalid(Problem("wrong_type", ("alias",), {"expected": expected, "received": alias[:60]}))

        def work(session: Session) -> AliasRecord:
            record = _connection(session, account_id, connection)
            known = named_connection(session, account_id, alias)
            aliases = Aliases(session, account_id)
            if known is not None and known.id != record.id:
                raise _known(_taken(alias, known))
            if known is None:
                aliases.add(alias, record.id, self.clock.now())
            return AliasRecord(account_id=account_id, alias=alias, connection_id=record.id, created_at=self.clock.now())

        return await self.store.write(work)

    async def remove_alias(self, account_id: str, connection: str, alias: str) -> None:
        """Let a connection no longer be found by this name."""

        def work(session: Session) -> None:
            record = _connection(session, account_id, connection)
            aliases = Aliases(session, account_id)
            if aliases.find(alias) != record.id:
                raise Unknown(Problem("unknown_resource", (), {"detail": f"{connection} has no alias {alias[:60]}."}))
            aliases.remove(alias)

        await self.store.write(work)

    async def aliases(self, connection: ConnectionRecord) -> list[str]:
        """The aliases of a connection, the oldest first."""

        def work(session: Session) -> list[str]:
            return [known.alias for known in Aliases(session, connection.account_id).of(connection.id)]

        return await self.store.read(work)


def _custom(dialect: str) -> Custom:
    if dialect not in CUSTOMS:
        detail = f"There is no dialect {dialect}; there are: {', '.join(CUSTOMS)}."
        raise Unknown(Problem("unknown_resource", (), {"detail": detail}))
    return CUSTOMS[dialect]


def _checked(text: str, custom: Custom) -> str | None:
    """The public half of a key that may be imported, if it has one. Raises Invalid; the key is never in the words."""
    public, colon, private = text.partition(":") if custom.is_pair else ("", ":", text)
    if custom.is_pair and (not colon or not _PUBLIC.fullmatch(public)):
        raise _unfit("this vendor's keys are pairs: send both as public:private, the public half of 8 to 128 letters")
    if custom.is_user_name and ":" in text:
        raise _unfit("a user name of HTTP Basic holds no colon")
    if key_id(private) is not None:
        raise _unfit("it has the shape of Counterfoil's own keys: make one with `counterfoil key create`")
    weak = weakness(private)
    if weak is not None:
        raise _unfit(weak)
    return public or None


def _unfit(why: str) -> Invalid:
    return Invalid(Problem("not_served", (), {"detail": f"This key is not imported: {why}."}))


def _known(detail: str) -> Conflict:
    return Conflict(Problem("not_served", (), {"detail": detail}))


def _taken(alias: str, known: ConnectionRecord) -> str:
    """That a name is another connection's, and where it can be taken away."""
    if known.alias is None:
        return f"{alias} is the id of another connection."
    return f"{alias} is a name of connection {known.id}: counterfoil connection alias {known.id} {alias} --remove"


def _bound(session: Session, account_id: str, connection: str | None) -> ConnectionRecord | None:
    return _connection(session, account_id, connection) if connection is not None else None


def _connection(session: Session, account_id: str, identifier: str) -> ConnectionRecord:
    record = named_connection(session, account_id, identifier)
    if record is None:
        raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no connection {identifier[:60]}."}))
    return record
