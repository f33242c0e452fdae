"""Rows of the lane: what waits for books that answer later, strictly in order within a connection."""

from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import delete, func, insert, literal_column, select, update

from counterfoil.storage.scope import Scope
from counterfoil.storage.sequences import Sequences
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.work import lane

OPEN_STATES: Final = ("queued", "sent", "unknown")


class Details(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of an entry beside its documents.

    `changed` are places of the model whose text the books cannot keep as it was; `aside` is what the caller said that
    the books cannot hold. `set_id` names the message set in which it left last, `is_spent` says that the name cannot
    serve again; `not_before` is when it may leave again. `zone` is the one by which the answer's times are read.
    `recovering` counts how often an answer that was lost has been looked for; `was_doubted` tells that one was lost.

    `is_paged` marks a caller's query that is answered page by page, `is_restarted` that its iterator was begun again;
    `losses` counts how often it was lost since its last page was told.
    """

    changed: tuple[str, ...] = ()
    aside: dict[str, Any] | None = None
    external_key: str | None = None
    resource: str = ""
    verb: str = ""
    code: str | None = None
    words: str | None = None
    set_id: str | None = None
    is_spent: bool = False
    not_before: int = 0
    recovering: int = 0
    was_doubted: bool = False
    iterator_id: str | None = None
    remaining: int | None = None
    zone: str | None = None
    is_paged: bool = False
    is_restarted: bool = False
    losses: int = 0


class LaneEntry(Struct, frozen=True, kw_only=True):
    """One document that is for the books.

    Kinds: `command`, `query`, `document` (a caller's own qbXML). States: `queued`; `sent` (handed out, not answered);
    `unknown` (handed out, and its session was lost: to be reconciled); and those in which it stays, `done` (answered,
    whatever the answer says), `failed` (given up, with the reason in `details`), `withdrawn` (never left).
    """

    number: int
    id: str
    kind: str
    state: str
    is_write: bool
    document: bytes
    sent: bytes | None = None
    answer: bytes | None = None
    session_id: str | None = None
    attempts: int = 0
    created_at: int
    sent_at: int | None = None
    settled_at: int | None = None
    details: Details = Details()


COLUMNS: Final = (*(name for name in LaneEntry.__struct_fields__ if name != "details"), "body")
CHANGING: Final = (
    "state",
    "document",
    "sent",
    "answer",
    "session_id",
    "attempts",
    "sent_at",
    "settled_at",
    "body",
)
c = lane.c
SELECTED = tuple(c[name] for name in COLUMNS)
MINE = c.connection_id == value("connection")
UNSETTLED = c.settled_at.is_(None)
ADD = Statement(insert(lane))
ONE = Statement(select(*SELECTED).where(MINE & (c.id == value("id"))))
BY_NUMBER = Statement(select(*SELECTED).where(MINE & (c.number == value("number"))))
FIRST = Statement(
    select(*SELECTED)
    .where(MINE & (c.state == value("state")) & UNSETTLED)
    .order_by(c.number)
    .limit(literal_column("1"))
)
FIRST_WRITE = Statement(
    select(*SELECTED)
    .where(MINE & (c.state == value("state")) & UNSETTLED & c.is_write)
    .order_by(c.number)
    .limit(literal_column("1"))
)
QUERIES = Statement(
    select(*SELECTED)
    .where(MINE & (c.state == value("state")) & UNSETTLED & ~c.is_write)
    .order_by(c.number)
    .limit(literal_column("100"))
)
IN_STATE = Statement(select(*SELECTED).where(MINE & (c.state == value("state")) & UNSETTLED).order_by(c.number))
COUNT = Statement(select(func.count()).select_from(lane).where(MINE & (c.state == value("state")) & UNSETTLED))
PUT = Statement(
    update(lane)
    .where(MINE & (c.number == value("number_of")))
    .values(**{name: value(f"new_{name}") for name in CHANGING})
)
MOVE = Statement(update(lane).where(MINE & (c.number == value("number_of"))).values(number=value("new_number")))
PURGE_QUERIES = Statement(
    delete(lane).where(
        MINE & c.settled_at.is_not(None) & (c.settled_at < value("before")) & (c.kind == literal_column("'query'"))
    )
)
PURGE = Statement(delete(lane).where(MINE & c.settled_at.is_not(None) & (c.settled_at < value("before"))))

_encoder = msgspec.json.Encoder()
_details = msgspec.json.Decoder(Details)


class Lane(Sequences, Scope):
    """The lane of a connection."""

    def add(self, entry: LaneEntry) -> LaneEntry:
        """Put an entry at the end; gives it with its number."""
        entry = msgspec.structs.replace(entry, number=self.take("lane"))
        values = {name: getattr(entry, name) for name in COLUMNS if name != "body"}
        self.session.run(ADD, connection_id=self.connection_id, body=_encoder.encode(entry.details), **values)
        return entry

    def find(self, id: str) -> LaneEntry | None:
        return self._entry(self.session.row(ONE, connection=self.connection_id, id=id))

    def by_number(self, number: int) -> LaneEntry | None:
        return self._entry(self.session.row(BY_NUMBER, connection=self.connection_id, number=number))

    def first(self, state: str) -> LaneEntry | None:
        """The oldest entry in one of the states in which entries do not stay."""
        return self._entry(self.session.row(FIRST, connection=self.connection_id, state=state))

    def first_write(self, state: str) -> LaneEntry | None:
        """The oldest entry that writes, in one of those states."""
        return self._entry(self.session.row(FIRST_WRITE, connection=self.connection_id, state=state))

    def queries(self) -> list[LaneEntry]:
        """The oldest questions that wait: books that can answer several at once take them beside the writes."""
        rows = self.session.rows(QUERIES, connection=self.connection_id, state="queued")
        return [entry for row in rows if (entry := self._entry(row)) is not None]

    def in_state(self, state: str) -> list[LaneEntry]:
        rows = self.session.rows(IN_STATE, connection=self.connection_id, state=state)
        return [entry for row in rows if (entry := self._entry(row)) is not None]

    def count(self, state: str) -> int:
        row = self.session.row(COUNT, connection=self.connection_id, state=state)
        return int(row[0]) if row is not None else 0

    def put(self, entry: LaneEntry) -> LaneEntry:
        """Write what has become of an entry."""
        self.session.run(
            PUT,
            connection=self.connection_id,
            number_of=entry.number,
            new_state=entry.state,
            new_document=entry.document,
            new_sent=entry.sent,
            new_answer=entry.answer,
            new_session_id=entry.session_id,
            new_attempts=entry.attempts,
            new_sent_at=entry.sent_at,
            new_settled_at=entry.settled_at,
            new_body=_encoder.encode(entry.details),
        )
        return entry

    def to_end(self, entry: LaneEntry) -> LaneEntry:
        """Let an entry wait behind all others; gives it with its new number."""
        moved = msgspec.structs.replace(entry, number=self.take("lane"))
        self.session.run(MOVE, connection=self.connection_id, number_of=entry.number, new_number=moved.number)
        return moved

    def purge(self, before: int, queries_before: int) -> None:
        """Forget what was settled before a moment; of queries, whose answers are large, before another one."""
        self.session.run(PURGE, connection=self.connection_id, before=before)
        self.session.run(PURGE_QUERIES, connection=self.connection_id, before=queries_before)

    def _entry(self, row: tuple[Any, ...] | None) -> LaneEntry | None:
        if row is None:
            return None
        values = dict(zip(COLUMNS, row, strict=True))
        body = values.pop("body")
        values["is_write"] = bool(values["is_write"])
        return LaneEntry(**values, details=_details.decode(body))
