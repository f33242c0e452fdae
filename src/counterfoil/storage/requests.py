"""Rows of requests: what was asked, by which sending, and what came of it."""

from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, insert, select, update

from counterfoil.core.ids import earliest_uuid
from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.work import requests


class RequestRecord(Struct, frozen=True, kw_only=True):
    """One request. `outcome` is kept where a repetition is told the same; `attempt` is the client's retry count.

    What follows `settled_at` is for people: what was sent where, and what it is known by. States: `queued`, `done`,
    `failed`, `refused`, `withdrawn`.
    """

    connection_id: str
    id: str
    account_id: str
    idempotency_key: str | None
    fingerprint: bytes
    attempt: int | None
    verb: str
    resource: str
    state: str
    result_id: str | None
    outcome: bytes | None
    created_at: int
    settled_at: int | None
    dialect: str | None = None
    address: str | None = None
    number: str | None = None
    about: str | None = None
    body: bytes | None = None


c = requests.c
NAMES = tuple(name for name in RequestRecord.__struct_fields__ if name != "body")
COLUMNS = tuple(c[name] for name in NAMES)
"""Without the body, which only people ask for."""

MINE = c.connection_id == value("connection")
ADD = Statement(insert(requests))
BY_KEY = Statement(
    select(*COLUMNS).where(
        MINE
        & (c.account_id == value("account"))
        & (c.idempotency_key == value("key"))
        & (c.created_at >= value("since"))
    )
)
LATEST = Statement(
    select(*COLUMNS)
    .where(
        MINE
        & (c.fingerprint == value("fingerprint"))
        & (c.attempt <= value("attempt"))
        & (c.created_at >= value("since"))
    )
    .order_by(c.attempt.desc(), c.created_at.desc())
    .limit(1)
)
OVERTAKING = Statement(
    select(*COLUMNS)
    .where(
        MINE
        & (c.fingerprint == value("fingerprint"))
        & (c.attempt > value("attempt"))
        & (c.created_at >= value("since"))
    )
    .order_by(c.created_at)
    .limit(1)
)
JOINED = Statement(update(requests).where(MINE & (c.id == value("identifier"))).values(attempt=value("new_attempt")))
FORGET_KEY = Statement(
    update(requests)
    .where(
        MINE
        & (c.account_id == value("account"))
        & (c.idempotency_key == value("key"))
        & (c.created_at < value("since"))
    )
    .values(idempotency_key=value("nothing"))
)
ONE = Statement(select(*COLUMNS).where(MINE & (c.id == value("identifier"))))
MAKER = Statement(
    select(c.id)
    .where(
        MINE
        & (c.resource == value("resource"))
        & (c.result_id == value("result"))
        & (c.verb == "create")
        & (c.id >= value("earliest"))
    )
    .limit(1)
)
SETTLE = Statement(
    update(requests)
    .where(MINE & (c.id == value("identifier")))
    .values(
        state=value("new_state"),
        result_id=value("new_result_id"),
        outcome=value("new_outcome"),
        settled_at=value("moment"),
        number=func.coalesce(value("new_number"), c.number),
        about=func.coalesce(value("new_about"), c.about),
    )
)
FREE = Statement(
    update(requests)
    .where(MINE & (c.id == value("identifier")))
    .values(
        state=value("new_state"),
        outcome=value("new_outcome"),
        settled_at=value("moment"),
        idempotency_key=value("nothing"),
        attempt=value("nothing"),
    )
)
PURGE = Statement(delete(requests).where(MINE & (c.id < value("earliest"))))


class RequestLog:
    """The record of requests."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, record: RequestRecord) -> None:
        self.session.run(ADD, **{name: getattr(record, name) for name in record.__struct_fields__})

    def by_key(self, account_id: str, connection_id: str, key: str, since: int) -> RequestRecord | None:
        """The request that came with an idempotency key; a key older than `since` is free again."""
        named = {"connection": connection_id, "account": account_id, "key": key, "since": since}
        row = self.session.row(BY_KEY, **named)
        if row is None:
            self.session.run(FORGET_KEY, nothing=None, **named)
            return None
        return _record(row)

    def latest(self, connection_id: str, fingerprint: bytes, attempt: int, since: int) -> RequestRecord | None:
        """The sending of a request with the highest retry count up to this one, not older than `since`.

        Those between it and the one that asks may have met nobody: a server takes longer to start again than a client's
        library waits.
        """
        row = self.session.row(LATEST, connection=connection_id, fingerprint=fingerprint, attempt=attempt, since=since)
        return _record(row) if row is not None else None

    def overtaking(self, connection_id: str, fingerprint: bytes, attempt: int, since: int) -> RequestRecord | None:
        """A sending of a request with a higher retry count than this one, from a moment on: it came later, and was
        quicker."""
        named = {"connection": connection_id, "fingerprint": fingerprint, "attempt": attempt, "since": since}
        row = self.session.row(OVERTAKING, **named)
        return _record(row) if row is not None else None

    def joined(self, record: RequestRecord, attempt: int) -> None:
        """A later sending found this one: the next may find it in turn."""
        self.session.run(JOINED, connection=record.connection_id, identifier=record.id, new_attempt=attempt)

    def find(self, connection_id: str, identifier: str) -> RequestRecord | None:
        row = self.session.row(ONE, connection=connection_id, identifier=identifier)
        return _record(row) if row is not None else None

    def maker_of(self, connection_id: str, resource: str, result_id: str, since: int) -> str | None:
        """The request since a moment that made an object, if one of ours did."""
        named = {"connection": connection_id, "resource": resource, "result": result_id}
        row = self.session.row(MAKER, earliest=earliest_uuid(since), **named)
        return row[0] if row is not None else None

    def settle(
        self,
        connection_id: str,
        identifier: str,
        result_id: str | None,
        outcome: bytes,
        moment: int,
        *,
        state: str = "done",
        number: str | None = None,
        about: str | None = None,
    ) -> None:
        """A request that waited has been carried out, or has `failed`, so that a repetition is told the same."""
        self.session.run(
            SETTLE,
            connection=connection_id,
            identifier=identifier,
            new_state=state,
            new_result_id=result_id,
            new_outcome=outcome,
            moment=moment,
            new_number=number,
            new_about=about,
        )

    def free(self, connection_id: str, identifier: str, state: str, moment: int, outcome: bytes | None = None) -> None:
        """A request that waited was not carried out: another sending of it is a request of its own.

        `outcome` is why, for people.
        """
        self.session.run(
            FREE,
            connection=connection_id,
            identifier=identifier,
            new_state=state,
            new_outcome=outcome,
            moment=moment,
            nothing=None,
        )

    def purge(self, connection_id: str, before: int) -> None:
        """Forget requests from before a moment; their ids are in the order of time."""
        self.session.run(PURGE, connection=connection_id, earliest=earliest_uuid(before))


def _record(row: tuple[Any, ...]) -> RequestRecord:
    return RequestRecord(**dict(zip(NAMES, row, strict=True)))
