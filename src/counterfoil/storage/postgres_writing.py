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
from counterfoil.storage.postgres_turns import LOOK, PATIENCE, Turn
from counterfoil.storage.postgres_writer import WriterSession

Work = Callable[[Session], Any]
Result = tuple[Any, Exception | None]
"""What a piece of work gave, and what it raised."""

COMMIT: Final = b"COMMIT"
TRIES: Final = 3
"""How often work is run that met another process's, or whose connection was lost before its commit."""

FATE_SECONDS: Final = 10.0
"""For how long it is asked what became of a commit whose connection was lost."""

ASK_SECONDS: Final = 0.05
"""How long to wait between: those who are quicker take the lane's turns, of which only the last are kept."""

AGAIN: Final = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
"""What may be another's doing: on a second look the other's rows are there to be seen."""


class _Lost(Exception):
    """The connection went away; `in_commit`, where the commit of the transaction that had this turn had been sent."""

    def __init__(self, cause: psycopg.Error, results: list[Result], turn: Turn | None, *, in_commit: bool) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.results = results
        self.turn = turn
        self.in_commit = in_commit


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
            if lost.in_commit and _is_committed(pool, lost):
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
    """What the server says of the commit itself decides, whatever happens to the connection beside it."""
    session, commit, results = WriterSession(line, memory, is_shared=len(works) > 1), None, []
    try:
        with line.pipeline():
            try:
                session.ask("BEGIN")
                if not lane.startswith(BY_ITSELF):
                    session.lock(lane)
                results = [_result(session, work) for work in works]
                fresh = session.finish()
                commit = line.cursor()  # known before it is sent: also the sending may tell that the line is lost
                commit.execute(COMMIT)
                session.settled()
                if not _is_carried_out(commit):
                    raise psycopg.OperationalError("the database did not say what became of the commit")
            except psycopg.Error:
                raise
            except BaseException:
                session.settled()
                raise
    except psycopg.Error as error:
        if commit is not None and _is_carried_out(commit):
            line.close()  # it was lost after the commit
            return results
        if is_lost(line, error) or (commit is not None and error.sqlstate is None):
            in_commit = commit is not None and (session.turn is not None or session.wrote)
            raise _Lost(error, results, session.turn, in_commit=in_commit) from error
        raise
    except _Refused as refused:
        _roll_back(line)
        return [(None, refused.cause)]
    except BaseException:
        _roll_back(line)
        raise
    memory.update(fresh)
    return results


def _is_carried_out(commit: psycopg.Cursor[tuple[Any, ...]]) -> bool:
    """Whether the database has said so: it answers ROLLBACK to the commit of what has failed."""
    return commit.statusmessage == "COMMIT"


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
    while lost.turn is not None and (left := until - time.monotonic()) > 0:
        with suppress(StorageAway, psycopg.Error), pool.line(fresh=True) as line:
            fate = _fate(line, lost.turn, left)
            if fate is None:
                break
            return fate
        time.sleep(ASK_SECONDS)
    raise told(lost.cause, in_commit=True) from lost.cause


def _fate(line: Line, turn: Turn, seconds: float) -> bool | None:
    with line.transaction():
        line.execute(PATIENCE, (f"{int(seconds * 1000) + 1}ms",))
        row = line.execute(LOOK, (turn.lane,), binary=True).fetchone()
    return turn.was_committed(*row) if row is not None else None
