"""Rows of the queue: requests that a caller hands in and asks after, with what was answered, whole or page by page."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, false, func, insert, literal_column, or_, select, update

from counterfoil.core.ids import earliest_uuid
from counterfoil.storage.scope import Scope
from counterfoil.storage.sequences import Sequences
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.post import deliveries
from counterfoil.storage.tables.work import queue, queue_pages, requests


class QueuedRequest(Struct, frozen=True, kw_only=True):
    """A request as bytes, and what became of it. `error` is JSON; `number` is the place in the queue.

    Of one that is answered page by page, `response` is the page that was told last. `api_version` is the version of
    the vendor's API in which it was handed in; None is its first.
    """

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
    api_version: str | None = None


class QueuedPage(Struct, frozen=True, kw_only=True):
    """A page of an answer: its own id, its number from 1 on, and how many objects come after it.

    `told` are the ids of the objects in it; `response` is None where the books refused to go on.
    """

    request_id: str
    number: int
    id: str
    response: bytes | None
    remaining: int | None
    told: tuple[str, ...]
    created_at: int


class Sought(Struct, frozen=True, kw_only=True):
    """Which requests a list is to hold: all of those fields that are not None. `phrase` is looked for in their ids,
    in the names and numbers of what they are about, and in the name of their message."""

    state: str | None = None
    webhook_state: str | None = None
    phrase: str | None = None


ALL: Final = Sought()
OVER: Final = ("response_received", "error", "discarded")
"""States of a request that nothing becomes of any more, and to which no page is added."""

c = queue.c
COLUMNS = tuple(c[name] for name in QueuedRequest.__struct_fields__)
MINE = c.connection_id == value("connection")
ADD = Statement(insert(queue))
ONE = Statement(select(*COLUMNS).where(MINE & (c.id == value("id"))))
SET_WEBHOOK = Statement(
    update(queue)
    .where(MINE & (c.id == value("identifier")))
    .values(
        webhook_state=value("new_state"),
        webhook_error=value("new_error"),
        updated_at=value("moment"),
    )
)
SET_STATE = Statement(
    update(queue)
    .where(MINE & (c.id == value("identifier")))
    .values(state=value("new_state"), updated_at=value("moment"))
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
OLD = Statement(
    select(c.id)
    .where(
        MINE
        & (c.id < value("earliest"))
        & c.state.in_([literal_column(f"'{state}'") for state in OVER])
        & (c.updated_at < value("before"))
    )
    .order_by(c.id)
    .limit(value("most"))
)

p, r, d = queue_pages.c, requests.c, deliveries.c
PAGE_COLUMNS = tuple(p[name] for name in QueuedPage.__struct_fields__)
OF_REQUEST = (p.connection_id == value("connection")) & (p.request_id == value("request"))
ADD_PAGE = Statement(insert(queue_pages))
PAGES = Statement(select(*PAGE_COLUMNS).where(OF_REQUEST).order_by(p.number))
TOLD = Statement(select(p.told).where(OF_REQUEST).order_by(p.number))
LAST_PAGE = Statement(select(func.max(p.number)).where(OF_REQUEST))
REMOVE_PAGES = Statement(delete(queue_pages).where(OF_REQUEST))
PAGE_NUMBERS = Statement(select(p.number).where(OF_REQUEST).order_by(p.number).limit(value("most")))
REMOVE_PAGES_TO = Statement(delete(queue_pages).where(OF_REQUEST & (p.number <= value("last"))))
_letters = (
    select(func.count())
    .select_from(deliveries)
    .where((d.connection_id == value("connection")) & (d.request_id == value("request")) & d.endpoint_id.is_(None))
)
BESIDE = Statement(
    select(
        select(func.count()).select_from(queue_pages).where(OF_REQUEST).scalar_subquery(),
        c.state,
        c.webhook_error,
        _letters.where(d.state == literal_column("'due'")).scalar_subquery(),
        _letters.where(d.state == literal_column("'delivered'")).scalar_subquery(),
    ).where(MINE & (c.id == value("request")))
)
"""The pages of a request, how far it and its post have come, and how many letters are due and delivered."""


class Queue(Sequences, Scope):
    """The queue of a connection."""

    def add(self, request: QueuedRequest) -> None:
        values = {name: getattr(request, name) for name in request.__struct_fields__}
        self.session.run(ADD, connection_id=self.connection_id, **values)

    def find(self, id: str) -> QueuedRequest | None:
        row = self.session.row(ONE, connection=self.connection_id, id=id)
        return _request(row) if row is not None else None

    def page(
        self, *, by: str, descending: bool, offset: int, limit: int, sought: Sought = ALL
    ) -> tuple[list[QueuedRequest], int]:
        """A page of those that are sought, in the order of `created_at` or `updated_at`, and how many there are."""
        column, conditions = c[by], self._conditions(sought)
        order = (column.desc(), c.number.desc()) if descending else (column, c.number)
        statement = select(*COLUMNS).where(*conditions).order_by(*order).offset(offset).limit(limit)
        count = self.session.select(select(func.count()).select_from(queue).where(*conditions))
        return [_request(each) for each in self.session.select(statement)], int(count[0][0])

    def set_webhook(self, id: str, state: str, error: str | None, moment: int) -> None:
        """How the post of a request fared. Of one that is told page by page, it has not succeeded before all has."""
        if state == "succeeded" and (beside := self._beside(id)) is not None:
            state, error = beside
        self.session.run(
            SET_WEBHOOK,
            connection=self.connection_id,
            identifier=id,
            new_state=state,
            new_error=error,
            moment=moment,
        )

    def set_state(self, id: str, state: str, moment: int) -> None:
        """How far a request has come that is not answered, or not wholly."""
        self.session.run(SET_STATE, connection=self.connection_id, identifier=id, new_state=state, moment=moment)

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
        self.session.run(REMOVE_PAGES, connection=self.connection_id, request=id)

    def purge(self, before: int, most: int) -> bool:
        """Forget requests that were over before a moment, with their pages: `most` rows at once, as they may be large.

        Tells whether there may be more of them.
        """
        named = {"earliest": earliest_uuid(before), "before": before, "most": most}
        left = most
        for (identifier,) in self.session.rows(OLD, connection=self.connection_id, **named):
            left -= self._purge_pages(identifier, left)
            if left <= 0:
                return True
            self.session.run(REMOVE, connection=self.connection_id, id=identifier)
            left -= 1
            if left <= 0:
                return True
        return False

    def add_page(self, page: QueuedPage) -> None:
        values = {name: getattr(page, name) for name in page.__struct_fields__ if name != "told"}
        self.session.run(ADD_PAGE, connection_id=self.connection_id, told="\n".join(page.told).encode(), **values)

    def pages(self, id: str) -> list[QueuedPage]:
        """The pages of a request that have come, in their order; none where it is answered as a whole."""
        return [_page(row) for row in self.session.rows(PAGES, connection=self.connection_id, request=id)]

    def last_page(self, id: str) -> int:
        """The number of the last page that has come, nil before the first."""
        row = self.session.row(LAST_PAGE, connection=self.connection_id, request=id)
        return int(row[0] or 0) if row is not None else 0

    def told(self, id: str) -> set[str]:
        """The ids of all objects that the pages of a request have told so far."""
        rows = self.session.rows(TOLD, connection=self.connection_id, request=id)
        return {each for row in rows for each in _ids(row[0])}

    def _purge_pages(self, id: str, most: int) -> int:
        """Forget so many pages of a request, the first ones first; tells how many there were."""
        named = {"connection": self.connection_id, "request": id}
        numbers = [row[0] for row in self.session.rows(PAGE_NUMBERS, most=most, **named)]
        if numbers:
            self.session.run(REMOVE_PAGES_TO, last=numbers[-1], **named)
        return len(numbers)

    def _beside(self, id: str) -> tuple[str, str | None] | None:
        """What keeps the post of a request from having succeeded: pages that are to come or to be delivered, or given
        up. A page that was given up and sent once more counts as delivered."""
        row = self.session.row(BESIDE, connection=self.connection_id, request=id)
        pages, state, error, due, delivered = row if row is not None else (0, "", None, 0, 0)
        if not pages or (state in OVER and not due and delivered >= pages):
            return None
        return ("pending" if due or state not in OVER else "failed"), error

    def _conditions(self, sought: Sought) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = [c.connection_id == self.connection_id]
        if sought.state is not None:
            conditions.append(c.state == sought.state)
        if sought.webhook_state is not None:
            conditions.append(c.webhook_state == sought.webhook_state)
        if sought.phrase:
            conditions.append(c.id.in_(self._about(sought.phrase)))
        return conditions

    def _about(self, phrase: str) -> Any:
        """The ids of the connection's requests that a phrase is found in."""
        part = "%" + phrase.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = or_(false(), *(column.ilike(part, escape="\\") for column in (r.id, r.number, r.about, r.resource)))
        return select(r.id).where((r.connection_id == self.connection_id) & found)


def _page(row: tuple[Any, ...]) -> QueuedPage:
    values: dict[str, Any] = dict(zip(QueuedPage.__struct_fields__, row, strict=True))
    return QueuedPage(**{**values, "told": tuple(_ids(values["told"]))})


def _ids(told: bytes) -> Sequence[str]:
    return told.decode().split("\n") if told else ()


def _request(row: tuple[Any, ...]) -> QueuedRequest:
    return QueuedRequest(**dict(zip(QueuedRequest.__struct_fields__, row, strict=True)))
