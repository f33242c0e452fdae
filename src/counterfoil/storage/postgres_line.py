"""Connections to PostgreSQL: how they are opened, and what their errors mean to the floors above."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8BinaryDumper
from psycopg.types.string import StrDumperUnknown

from counterfoil.core.errors import Broken, StorageAway, StorageFull

Line = psycopg.Connection[tuple[Any, ...]]

SECRET: Final = ("password", "passfile", "sslpassword")
OLDEST: Final = 130000
"""PostgreSQL 13. The tests run on the one that they bring, which is newer."""

PREPARED: Final = 1000
"""Prepared statements that a connection keeps."""

KEPT_ALIVE: Final[Mapping[str, str | int]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "counterfoil",
}
"""So that a server that is gone is noticed; what the address says itself goes first."""

PATIENCE: Final = (
    "SELECT set_config('lock_timeout', '20s', false), set_config('idle_in_transaction_session_timeout', '15s', false)"
)
"""A process that hangs in the middle of its work loses its lane, before those who wait for it give up."""

LAST: Final = ("FATAL", "PANIC")
"""With an error so severe the server closes the connection."""

FULL: Final = ("53100",)
AWAY: Final = ("08", "53", "57P", "25006", "55P03")
"""Classes and codes of errors that say: not now. Too many connections, a restart, a server that only reads."""


def without_nul(value: Any) -> Any:
    """PostgreSQL's text holds no U+0000: a column that is searched gets U+FFFD, the document beside it keeps it."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


class _WithoutNul(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(without_nul(obj))


def conninfo(address: str) -> str:
    """The address with what keeps its connections alive. Raises Broken where it is no address."""
    try:
        given = conninfo_to_dict(address)
    except psycopg.Error as error:
        raise Broken(f"this is no PostgreSQL address: {str(error).strip()}") from None
    return make_conninfo(address, **{name: each for name, each in KEPT_ALIVE.items() if name not in given})


def shown(address: str) -> str:
    """The address without its password."""
    given = conninfo_to_dict(address)
    return make_conninfo("", **{name: str(each) for name, each in given.items() if name not in SECRET})


def connect(address: str) -> Line:
    """Open a connection. Raises StorageAway where nobody answers, and Broken where the server will not do."""
    try:
        line: Line = psycopg.connect(conninfo(address), autocommit=True, cursor_factory=psycopg.RawCursor)
    except psycopg.Error as error:
        raise StorageAway(f"the database cannot be reached: {str(error).strip()}") from error
    line.prepare_threshold = 1
    line.prepared_max = PREPARED
    line.adapters.register_dumper(int, Int8BinaryDumper)  # one kind of number, one prepared statement
    line.adapters.register_dumper(str, _WithoutNul)
    try:
        if line.info.server_version < OLDEST:
            raise Broken("PostgreSQL 13 or newer is needed")
        if line.info.parameter_status("server_encoding") != "UTF8":
            raise Broken("the database must be in UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0")
        line.execute(PATIENCE)
    except psycopg.Error as error:
        line.close()
        raise told(error) from error
    except BaseException:
        line.close()
        raise
    return line


def is_lost(line: Line, error: BaseException) -> bool:
    """Whether the connection itself is gone with this error."""
    return line.closed or line.broken or (isinstance(error, psycopg.Error) and error.diag.severity_nonlocalized in LAST)


def told(error: BaseException, *, in_commit: bool = False) -> Exception:
    """The error as the floors above know it; what is no database error is told as it is."""
    if not isinstance(error, psycopg.Error):
        return error if isinstance(error, Exception) else Broken(f"{type(error).__name__}: {error}")
    failure = _family(error, in_commit=in_commit)
    failure.__cause__ = error
    return failure


def _family(error: psycopg.Error, *, in_commit: bool) -> Exception:
    state, words = error.sqlstate, error.diag.message_primary or str(error).strip()  # without the row's values
    if state in FULL:
        return StorageFull("the database's disk is full; nothing of this was stored")
    away = state.startswith(AWAY) if state is not None else isinstance(error, psycopg.OperationalError)
    if away:
        return StorageAway(f"the database is away: {words}", in_commit=in_commit)
    return Broken(f"the database said: {words}")
