"""One transaction on PostgreSQL for all who wait in a lane: each piece of work stands or falls alone in it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from counterfoil.core.errors import StorageAway
from counterfoil.storage.contract import BY_ITSELF, Session
from counterfoil.storage.postgres_line import Line, is_lost, told
from counterfoil.storage.postgres_memory import Memory
from counterfoil.storage.postgres_pool import Pool
from counterfoil.storage.postgres_writer import WriterSession

Work = Callable[[Session], Any]
Result = tuple[Any, Exception | None]
"""What a piece of work gave, and what it raised."""

TRIES: Final = 3
"""How often work is run that met another process's, or whose connection was lost before its commit."""

FATE_SECONDS: Final = 10.0
"""For how long it is asked what became of a commit whose connection was lost."""

AGAIN: Final = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
"""What may be another's doing: on a second look the other's rows are there to be seen."""


class _Lost(Exception):
    """The connection went away. With a `number` it did so in the commit of the transaction of this number."""

    def __init__(self, cause: psycopg.Error, number: str | None, results: list[Result]) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.number = number
        self.results = results


def write_group(pool: Pool, memory: Memory, lane: str, works: Sequence[Work]) -> list[Result]:
    """Run all these works in one transaction of a lane; gives what each has come to.

    Where the database refuses what they did, each is run once more by itself, to see whose fault it is. Raises what
    concerns all of them: StorageAway, StorageFull or Broken.
    """
    fresh = False
    for tried in range(1, TRIES + 1):
        try:
            with pool.line(fresh=fresh) as line:
                return _transaction(line, memory, lane, works)
        except _Lost as lost:
            fresh = True
            if lost.number is not None and _is_committed(pool, lost):
                return lost.results
            if tried == TRIES:
                raise told(lost.cause) from lost.cause
        except psycopg.Error as error:
            if len(works) > 1 and not isinstance(told(error), StorageAway):
                return [_by_itself(pool, memory, lane, work) for work in works]
            if tried == TRIES or not isinstance(error, AGAIN):
                raise told(error) from error
    raise StorageAway


def _by_itself(pool: Pool, memory: Memory, lane: str, work: Work) -> Result:
    try:
        return write_group(pool, memory, lane, [work])[0]
    except Exception as error:
        return None, error


def _transaction(line: Line, memory: Memory, lane: str, works: Sequence[Work]) -> list[Result]:
    session, number, results = WriterSession(line, memory, is_shared=len(works) > 1), None, []
    try:
        with line.pipeline():
            try:
                session.ask("BEGIN")
                if not lane.startswith(BY_ITSELF):
                    session.lock(lane)
                results = [_result(session, work) for work in works]
                fresh = session.finish()
                number = session.number
                session.ask("COMMIT")
                session.settled()
            except psycopg.Error:
                raise
            except BaseException:
                session.settled()
                raise
    except psycopg.Error as error:
        if is_lost(line, error):
            raise _Lost(error, number, results) from error
        raise
    except _Refused as refused:
        _roll_back(line)
        return [(None, refused.cause)]
    except BaseException:
        _roll_back(line)
        raise
    memory.update(fresh)
    return results


def _result(session: WriterSession, work: Work) -> Result:
    """What the floors above raise concerns one piece of work; what the database says concerns the whole transaction."""
    try:
        return session.attempt(work), None
    except psycopg.Error:
        raise
    except Exception as error:
        if not session.is_shared and session.wrote:
            raise _Refused(error) from error
        return None, error


class _Refused(Exception):
    """The only work of a transaction raised this, after something of it had been sent."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _roll_back(line: Line) -> None:
    if not line.closed and line.info.transaction_status is not TransactionStatus.IDLE:
        with suppress(psycopg.Error):
            line.execute(b"ROLLBACK")


def _is_committed(pool: Pool, lost: _Lost) -> bool:
    """Whether a commit whose answer was lost was carried out. Raises StorageAway where that cannot be found out."""
    until = time.monotonic() + FATE_SECONDS
    while time.monotonic() < until:
        with suppress(StorageAway, psycopg.Error), pool.line(fresh=True) as line:
            row = line.execute(b"SELECT pg_xact_status($1::xid8)", (lost.number,)).fetchone()
            fate = row[0] if row is not None else None
            if fate in ("committed", "aborted"):
                return bool(fate == "committed")
        time.sleep(0.1)
    raise told(lost.cause, in_commit=True) from lost.cause
