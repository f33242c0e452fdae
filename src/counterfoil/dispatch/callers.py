"""Who asks: a key string becomes a caller, or an error that says no more than it must."""

from dataclasses import dataclass

from msgspec import structs

from counterfoil.core.errors import Forbidden, Invalid, Unauthorized, Unknown
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import NOBODY, digest, key_id, same
from counterfoil.storage.aliases import Aliases
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord, Installation


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that was proved: the account it acts for, and the one connection that it is bound to, if it is."""

    key_id: str
    account_id: str
    connection_id: str | None


def caller_of(session: Session, key: str | None, dialect: str | None = None) -> Caller:
    """The caller behind a key string. Raises Unauthorized; a wrong id takes as long as a wrong secret.

    An own key tells its id; a string without one may be a key that was imported for the `dialect` that is spoken, and
    is looked up by its digest.
    """
    if not key:
        raise Unauthorized(Problem("unauthorized", (), {"detail": "No key was sent."}))
    installation, identifier, shown = Installation(session), key_id(key), digest(key)
    record = installation.find_key(identifier) if identifier is not None else installation.find_key_by_digest(shown)
    proved = same(shown, record.digest if record is not None else NOBODY)
    if record is None or not proved or record.revoked_at is not None:
        raise Unauthorized(Problem("unauthorized", (), {"detail": "The key is not valid, or it has been revoked."}))
    if record.dialect is not None and record.dialect != dialect:
        detail = f"This key was imported for the dialect {record.dialect}, and works in no other."
        raise Unauthorized(Problem("unauthorized", (), {"detail": detail}))
    return Caller(record.id, record.account_id, record.connection_id)


def connection_of(session: Session, caller: Caller, identifier: str) -> ConnectionRecord:
    """A connection that this caller may use, by its id or an alias.

    One of another account is as unknown as one that never was.
    """
    record = named_connection(session, caller.account_id, identifier)
    if record is None:
        raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no connection {identifier[:60]}."}))
    if caller.connection_id is not None and caller.connection_id != record.id:
        raise Forbidden(Problem("forbidden", (), {"detail": f"This key is not for connection {identifier[:60]}."}))
    return record


def named_connection(session: Session, account_id: str, identifier: str) -> ConnectionRecord | None:
    """An account's connection by its id or by an alias, which it then bears.

    Ids are looked for first, so that whoever has no aliases is spared a statement.
    """
    installation, aliases = Installation(session), Aliases(session, account_id)
    target = aliases.recalled(identifier)
    if target is None:
        record = installation.find_connection(account_id, identifier)
        if record is not None:
            return record
        target = aliases.find(identifier)
    record = installation.find_connection(account_id, target) if target is not None else None
    return structs.replace(record, alias=identifier) if record is not None else None


def only_connection(session: Session, caller: Caller) -> ConnectionRecord:
    """The connection that a key stands for where the dialect has no way to name one."""
    if caller.connection_id is not None:
        return connection_of(session, caller, caller.connection_id)
    found = Installation(session).connections(caller.account_id)
    if len(found) == 1:
        return found[0]
    detail = (
        f"This key may use {len(found)} connections, and this API has no way to say which; "
        "make a key that is bound to one: counterfoil key create --connection ID"
    )
    raise Invalid(Problem("not_served", (), {"detail": detail}))
