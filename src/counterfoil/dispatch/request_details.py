"""A request as its page shows it: everything that is kept of it, what it did to the ledger, and what tells of it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Refusal
from counterfoil.dispatch.overview import ConnectionView, Listed, Overview, listed
from counterfoil.dispatch.protocols import Books
from counterfoil.dispatch.recording import Reason, kept_reasons
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.query import Read
from counterfoil.model.sales import Invoice, Sale
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.storage.overview import PostedRow, RequestRow, RequestView, TryRow
from counterfoil.storage.queue import Queue, QueuedRequest
from counterfoil.wire.qbxml.outcomes import items_of, read_responses
from counterfoil.wire.qbxml.tree import parse

LARGEST_READ: Final = 4 * 1024 * 1024
"""Bytes of an answer that is looked into for what it made."""

MOST_JOURNALS: Final = 5


class JournalLine(Struct, frozen=True, kw_only=True):
    """One line of a journal entry, in minor units of the home currency; one of the two is nil."""

    account: str
    debit: int
    credit: int


class Journal(Struct, frozen=True, kw_only=True):
    """What a transaction does to the ledger as it is now."""

    transaction_id: str
    label: str
    lines: tuple[JournalLine, ...]


class Posted(Struct, frozen=True, kw_only=True):
    row: PostedRow
    tries: tuple[TryRow, ...]


class Details(Struct, frozen=True, kw_only=True):
    """`body` is what the caller sent, `outcome` what is kept of the result.

    `sale` is the sale as the books stored it then, or where that `is_of_now` as it is now; `has_changed` where it was
    changed since, or is gone. `invoice_id` is that of the invoice which was made or changed and is still there.

    `entry` is the request's place in the lane, `queued` in QUBE's queue, where it has or had one; one that `is_paged`
    is answered page by page.
    """

    listed: Listed
    company: ConnectionView
    body: bytes | None
    outcome: bytes | None
    idempotency_key: str | None
    reasons: tuple[Reason, ...]
    entry: LaneEntry | None
    queued: QueuedRequest | None
    is_paged: bool
    sale: Sale | None
    is_of_now: bool
    has_changed: bool
    invoice_id: str | None
    journals: tuple[Journal, ...]
    posted: tuple[Posted, ...]

    @property
    def is_document(self) -> bool:
        return self.listed.row.verb == "passthrough"

    @property
    def document(self) -> bytes | None:
        """What left for the books, or would have: the very bytes where they have left."""
        if self.entry is not None:
            return self.entry.sent or self.entry.document
        return self.queued.request if self.queued is not None else None

    @property
    def answer(self) -> bytes | None:
        if self.entry is not None and self.entry.answer is not None:
            return self.entry.answer
        return self.queued.response if self.queued is not None else None

    @property
    def can_discard(self) -> bool:
        """Only what has not left can be taken back."""
        return self.listed.standing == "waiting" and self.entry is not None and self.entry.state == "queued"

    @property
    def can_retry(self) -> bool:
        """A document that was handed in is asked after, and may be asked again. Who sent a command was told at once
        that it failed, and would send it again as well."""
        return self.is_document and self.document is not None and self.listed.standing in ("failed", "withdrawn")


class RequestDetails:
    """Finds everything of a request."""

    def __init__(self, store: Store, books: Mapping[str, Books], overview: Overview, clock: Clock) -> None:
        self.store = store
        self.books = books
        self.overview = overview
        self.clock = clock

    async def find(self, account_id: str, identifier: str) -> Details | None:
        """The request with this id, among all connections of the account."""

        def look(session: Session) -> Details | None:
            for connection in Installation(session).connections(account_id):
                row = RequestView(session, connection.id).find(identifier)
                if row is not None:
                    return self._details(session, connection, row)
            return None

        return await self.store.read(look)

    def _details(self, session: Session, connection: ConnectionRecord, row: RequestRow) -> Details:
        view = RequestView(session, connection.id)
        body, outcome, key = view.kept(row.id)
        entry = Lane(session, connection.id, self.clock).find(row.id)
        queue = Queue(session, connection.id, self.clock)
        queued = queue.find(row.id)
        made = _made(row, queued, entry)
        kept = _kept_sale(row, outcome) or _answered_sale(queued, entry)
        now, journals = kept, tuple[Journal, ...]()
        if connection.books in self.books:
            file = CompanyFile(session, connection.id, self.clock)
            now = self._sale(file, connection, [kept.id] if kept is not None else made)
            journals = tuple(each for made_id in made[:MOST_JOURNALS] if (each := _journal(file, made_id)) is not None)
        return Details(
            listed=listed(row, connection.name),
            company=self.overview.company_in(session, connection),
            body=body,
            outcome=outcome if row.state == "done" else None,
            idempotency_key=key,
            reasons=kept_reasons(outcome) if row.state == "refused" else (),
            entry=entry,
            queued=queued,
            is_paged=queue.last_page(row.id) > 0 or (entry is not None and entry.details.is_paged),
            sale=kept or now,
            is_of_now=kept is None,
            has_changed=_has_changed(row, kept, now),
            invoice_id=now.id or None if isinstance(now, Invoice) else None,
            journals=journals,
            posted=tuple(Posted(row=each, tries=tuple(view.tries(each.id))) for each in view.posted(row.id)),
        )

    def _sale(self, file: CompanyFile, connection: ConnectionRecord, made: list[str]) -> Sale | None:
        """The first sale that was made, as it is now; none where it is gone."""
        for identifier in made[:1]:
            entry = file.entry(identifier)
            if entry is not None and isinstance(entry.thing, Sale):
                read = Read(resource=entry.resource, id=identifier, with_links=False)
                found: Any = self.books[connection.books].read(file, read)
                return found if isinstance(found, Sale) else None
        return None


def _made(row: RequestRow, queued: QueuedRequest | None, entry: LaneEntry | None) -> list[str]:
    """Ids of the transactions that a request made or changed."""
    if row.verb != "passthrough":
        is_transaction = row.resource in CATALOGUE and CATALOGUE[row.resource].is_transaction
        return [row.result_id] if row.result_id is not None and is_transaction else []
    return [thing.id for thing in _answered(queued, entry) if isinstance(thing, Sale) or hasattr(thing, "number")]


def _answered(queued: QueuedRequest | None, entry: LaneEntry | None) -> list[Any]:
    """The objects in an answer to a document that writes; nothing where it cannot be read."""
    answer = queued.response if queued is not None else None
    if answer is None and entry is not None:
        answer = entry.answer
    if answer is None or len(answer) > LARGEST_READ:
        return []
    try:
        responses = read_responses(parse(answer, largest=LARGEST_READ, forgiving=True)).responses
    except Refusal:
        return []
    return [thing for each in responses if not each.name.endswith("QueryRs") for thing in items_of(each)]


def _answered_sale(queued: QueuedRequest | None, entry: LaneEntry | None) -> Sale | None:
    return next((thing for thing in _answered(queued, entry) if isinstance(thing, Sale)), None)


def _has_changed(row: RequestRow, kept: Sale | None, now: Sale | None) -> bool:
    """Whether a sale is another than when the request was settled, by its revision or, in seconds, by its time."""
    if kept is not None:
        return now is None or now.revision != kept.revision
    return now is not None and row.settled_at is not None and now.updated_at > row.settled_at


def _kept_sale(row: RequestRow, outcome: bytes | None) -> Sale | None:
    """The sale that an outcome told of, where it is kept."""
    model = CATALOGUE[row.resource].model if row.resource in CATALOGUE else None
    if row.state != "done" or row.verb not in ("create", "update") or model is None or not issubclass(model, Sale):
        return None
    try:
        kept = msgspec.json.decode(outcome or b"{}", type=dict[str, msgspec.Raw])
        sale: Sale = msgspec.json.decode(kept["result"], type=model)
    except (msgspec.MsgspecError, KeyError):
        return None
    return sale


def _journal(file: CompanyFile, transaction_id: str) -> Journal | None:
    postings = file.postings_of(transaction_id)
    entry = file.entry(transaction_id)
    if not postings or entry is None:
        return None
    lines = []
    for posting in postings:
        account = file.find("accounts", posting.account)
        lines.append(
            JournalLine(
                account=account.label if account is not None else posting.account,
                debit=max(posting.amount, 0),
                credit=max(-posting.amount, 0),
            )
        )
    number: str | None = getattr(entry.thing, "ref_number", None)
    thing = CATALOGUE[entry.resource].thing
    label = f"{thing.capitalize()} {number or transaction_id}"
    return Journal(transaction_id=transaction_id, label=label, lines=tuple(lines))
