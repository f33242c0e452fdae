"""Rows of the queue: requests that a caller hands in and asks after, with what was answered."""

from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, insert, select, update

from counterfoil.storage.schema import queue
from counterfoil.storage.scope import Scope
from counterfoil.storage.sequences import Sequences
from counterfoil.storage.statements import Statement, value


class QueuedRequest(Struct, frozen=True, kw_only=True):
    """A request as bytes, and what became of it. `error` is JSON; `number` is the place in the queue."""

    id: str
    number: int
    state: str
    request: bytes
    response: bytes | None
    error: bytes | None
    webhook_url: str | None
    webhook_state: str
    webhook_error: str | None
    created_at: int
    updated_at: int


c = queue.c
COLUMNS = tuple(c[name] for name in QueuedRequest.__struct_fields__)
MINE = c.connection_id == value("connection")
ADD = Statement(insert(queue))
ONE = Statement(select(*COLUMNS).where(MINE & (c.id == value("id"))))
OWNER = Statement(select(c.connection_id).where(c.id == value("id")).limit(1))
COUNT = Statement(select(func.count()).select_from(queue).where(MINE))
SET_WEBHOOK = Statement(
    update(queue)
    .where(MINE & (c.id == value("identifier")))
    .values(
        webhook_state=value("new_state"),
        webhook_error=value("new_error"),
        updated_at=value("moment"),
    )
)
SETTLE = Statement(
    update(queue)
    .where(MINE & (c.id == value("identifier")))
    .values(
        state=value("new_state"),
        response=value("new_response"),
        error=value("new_error"),
        updated_at=value("moment"),
    )
)
REMOVE = Statement(delete(queue).where(MINE & (c.id == value("id"))))


class Queue(Sequences, Scope):
    """The queue of a connection."""

    def add(self, request: QueuedRequest) -> None:
        values = {name: getattr(request, name) for name in request.__struct_fields__}
        self.session.run(ADD, connection_id=self.connection_id, **values)

    def find(self, id: str) -> QueuedRequest | None:
        row = self.session.row(ONE, connection=self.connection_id, id=id)
        return _request(row) if row is not None else None

    def page(self, *, by: str, descending: bool, offset: int, limit: int) -> tuple[list[QueuedRequest], int]:
        """A page in the order of `created_at` or `updated_at`, and how many there are in all."""
        column = c[by]
        order = (column.desc(), c.number.desc()) if descending else (column, c.number)
        statement = (
            select(*COLUMNS).where(c.connection_id == self.connection_id).order_by(*order).offset(offset).limit(limit)
        )
        row = self.session.row(COUNT, connection=self.connection_id)
        return [_request(each) for each in self.session.select(statement)], int(row[0]) if row is not None else 0

    def set_webhook(self, id: str, state: str, error: str | None, moment: int) -> None:
        """How the post of a request fared."""
        self.session.run(
            SET_WEBHOOK,
            connection=self.connection_id,
            identifier=id,
            new_state=state,
            new_error=error,
            moment=moment,
        )

    def settle(self, id: str, state: str, response: bytes | None, error: bytes | None, moment: int) -> None:
        """What has become of a request that waited."""
        self.session.run(
            SETTLE,
            connection=self.connection_id,
            identifier=id,
            new_state=state,
            new_response=response,
            new_error=error,
            moment=moment,
        )

    def remove(self, id: str) -> None:
        self.session.run(REMOVE, connection=self.connection_id, id=id)


def _request(row: tuple[Any, ...]) -> QueuedRequest:
    return QueuedRequest(**dict(zip(QueuedRequest.__struct_fields__, row, strict=True)))
