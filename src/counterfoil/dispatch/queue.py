"""Requests that a caller hands in as whole qbXML documents and asks after: carried out, kept, and told by post."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import msgspec
from msgspec import structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Conflict, StorageTrouble, Unknown
from counterfoil.core.ids import random_uuid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.earlier import earlier_attempt
from counterfoil.dispatch.inline import paid_now
from counterfoil.dispatch.lanes import LaneWay
from counterfoil.dispatch.protocols import Answered, Books
from counterfoil.dispatch.recording import document_known_by
from counterfoil.dispatch.settle import Settling, owe
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.lane import Details, Lane, LaneEntry
from counterfoil.storage.post import DeliveryAttempt, Post
from counterfoil.storage.queue import ALL, Queue, QueuedPage, QueuedRequest, Sought
from counterfoil.storage.requests import RequestLog, RequestRecord

WAITING: Final = "waiting"
ENDED: Final = ("response_received", "error")
DISCARDED: Final = "discarded"
HOW_ENDED: Final = {**dict.fromkeys(ENDED, "answered"), DISCARDED: "discarded"}
RECORDED: Final = {WAITING: "queued", "error": "failed"}
"""States of the record of a request that is not simply done."""


class RequestQueue:
    """The queue that QUBE's callers see. Embedded books settle a request in the transaction that takes it in; for
    others it waits in their lane.
    """

    def __init__(
        self,
        store: Store,
        books: Mapping[str, Books],
        lanes: LaneWay,
        settling: Settling,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self.store = store
        self.books = books
        self.lanes = lanes
        self.settling = settling
        self.clock = clock
        self.wake = wake

    async def enter(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        document: bytes,
        attempt: Attempt,
        webhook_url: str | None,
        *,
        at_once: bool = False,
        is_paged: bool = False,
        api_version: str | None = None,
    ) -> QueuedRequest:
        """Take a request in. With an idempotency key that was seen before, the request of that time is told again.

        A document that `is_paged` is one query that begins an iterator: it is asked to the end, and each page is kept,
        and posted, by itself. `api_version` is the version of the vendor's API in which the caller speaks.

        Raises Malformed or Invalid where the document is none that books could be asked, and Conflict where the key
        came with another document; nothing is stored then. A caller who wants the answer `at_once` is told BooksAway
        where nobody would come for the request soon.
        """
        came_at = self.clock.precise()

        def work(session: Session) -> QueuedRequest:
            earlier = self._earlier(session, caller, connection, attempt, self.clock.precise() - came_at)
            if earlier is not None:
                return earlier
            new = self._new(session, connection, document, webhook_url, api_version)
            paid_before = frozenset[str]()
            if self.answers_at_once(connection):
                paid_before = self._paid_before(session, connection, document)
                request = self._settled(session, connection, new, is_paged=is_paged)
            else:
                request = self._waiting(session, connection, new, at_once=at_once, is_paged=is_paged)
            Queue(session, connection.id, self.clock).add(request)
            self._record(session, caller, connection, attempt, request)
            if request.state != WAITING:
                self.settling.settled_at_once(session, connection.id, request, paid_before)
            succeeded = request.state != WAITING
            Installation(session).note_use(connection, request.created_at, succeeded=succeeded)
            return request

        request = await self.store.write(work, connection.id)
        self.lanes.bells.ring(connection.id)
        if webhook_url is not None:
            self.wake()
        self.settling.wake()
        return request

    def answers_at_once(self, connection: ConnectionRecord) -> bool:
        """Whether the books answer in the transaction that asks: Counterfoil's own, which keep what the model does."""
        return connection.books in self.books

    async def answered(self, connection: ConnectionRecord, request: QueuedRequest, timeout: float) -> QueuedRequest:
        """The request when it has been answered. Raises OutcomeUnknown; what has not left by then is withdrawn."""
        if request.state in ENDED:
            return request
        await self.lanes.ended(connection, request.id, timeout, timeout)
        try:
            return await self.find(connection, request.id)
        except StorageTrouble as error:
            raise error.after_a_write() from error

    async def find(self, connection: ConnectionRecord, identifier: str) -> QueuedRequest:
        """Raises Unknown where the connection has no such request."""

        def look(session: Session) -> QueuedRequest | None:
            return Queue(session, connection.id, self.clock).find(identifier)

        found = await self.store.read(look)
        if found is None:
            raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no queued request {identifier}."}))
        return found

    async def find_anywhere(self, caller: Caller, identifier: str) -> tuple[ConnectionRecord, QueuedRequest]:
        """A request by its id alone, among the connections that the caller may use. Raises Unknown."""

        def look(session: Session) -> tuple[ConnectionRecord, QueuedRequest] | None:
            for connection in Installation(session).connections(caller.account_id):
                if caller.connection_id not in (None, connection.id):
                    continue
                found = Queue(session, connection.id, self.clock).find(identifier)
                if found is not None:
                    return connection, found
            return None

        result = await self.store.read(look)
        if result is None:
            raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no queued request {identifier}."}))
        return result

    async def page(
        self,
        connection: ConnectionRecord,
        *,
        by: str,
        descending: bool,
        offset: int,
        limit: int,
        sought: Sought = ALL,
    ) -> tuple[list[QueuedRequest], int]:
        """A page of the requests that are sought, by `created_at` or `updated_at`, and how many there are."""

        def look(session: Session) -> tuple[list[QueuedRequest], int]:
            queue = Queue(session, connection.id, self.clock)
            return queue.page(by=by, descending=descending, offset=offset, limit=limit, sought=sought)

        return await self.store.read(look)

    async def pages(self, connection: ConnectionRecord, identifier: str) -> list[QueuedPage]:
        """The pages of a request that have come, the first one first; none where it is answered as a whole."""
        return await self.store.read(lambda session: Queue(session, connection.id, self.clock).pages(identifier))

    async def attempts(self, connection: ConnectionRecord, identifier: str) -> list[DeliveryAttempt]:
        """Each attempt to tell the caller's webhook of a request."""
        return await self.store.read(lambda session: Post(session).attempts(connection.id, identifier))

    async def attempts_known(self, connection: ConnectionRecord, request: QueuedRequest) -> list[DeliveryAttempt]:
        """The same of a request that was just written: that must be told, whether or not they can be looked up now."""
        with suppress(StorageTrouble):
            return await self.attempts(connection, request.id) if request.webhook_url is not None else []
        return []

    async def withdraw(self, connection: ConnectionRecord, identifier: str) -> None:
        """Take a request back that waits still: also one that waits again, or for its next page.

        Raises Unknown, and Conflict where it has been answered or is with QuickBooks.
        """

        def work(session: Session) -> None:
            self._withdrawn(session, connection, identifier)
            Queue(session, connection.id, self.clock).remove(identifier)

        await self.store.write(work, connection.id)

    async def discard(self, connection: ConnectionRecord, identifier: str) -> QueuedRequest:
        """Take a request back as `withdraw` does, and keep it in the list as `discarded`; nothing is posted of it."""

        def work(session: Session) -> QueuedRequest:
            found = self._withdrawn(session, connection, identifier)
            queue, now = Queue(session, connection.id, self.clock), self.clock.now()
            queue.set_state(identifier, DISCARDED, now)
            queue.set_webhook(identifier, "not_applicable", None, now)
            return structs.replace(found, state=DISCARDED, webhook_state="not_applicable", updated_at=now)

        return await self.store.write(work, connection.id)

    def _withdrawn(self, session: Session, connection: ConnectionRecord, identifier: str) -> QueuedRequest:
        found = Queue(session, connection.id, self.clock).find(identifier)
        if found is None:
            raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no queued request {identifier}."}))
        entry = Lane(session, connection.id, self.clock).find(identifier)
        if found.state in HOW_ENDED or (entry is not None and entry.state != "queued"):
            detail = f"request {identifier} has been {HOW_ENDED.get(found.state, 'handed to QuickBooks')} already"
            raise Conflict(Problem("fixed", ("state",), {"detail": detail}))
        if entry is not None:
            self.settling.withdrawn(session, connection.id, entry)
        return found

    def _earlier(
        self, session: Session, caller: Caller, connection: ConnectionRecord, attempt: Attempt, waited: float
    ) -> QueuedRequest | None:
        found = earlier_attempt(RequestLog(session), caller, connection, attempt, self.clock.now(), waited)
        return Queue(session, connection.id, self.clock).find(found.id) if found is not None else None

    def _new(
        self,
        session: Session,
        connection: ConnectionRecord,
        document: bytes,
        webhook_url: str | None,
        api_version: str | None,
    ) -> QueuedRequest:
        now = self.clock.now()
        return QueuedRequest(
            id=random_uuid(),
            number=Queue(session, connection.id, self.clock).take("queue"),
            state=WAITING,
            request=document,
            response=None,
            error=None,
            webhook_url=webhook_url,
            webhook_state="pending" if webhook_url is not None else "not_applicable",
            webhook_error=None,
            created_at=now,
            updated_at=now,
            api_version=api_version,
        )

    def _waiting(
        self, session: Session, connection: ConnectionRecord, new: QueuedRequest, *, at_once: bool, is_paged: bool
    ) -> QueuedRequest:
        """A request that waits in the lane of its connection."""
        books = self.lanes.books[connection.books]
        is_write = books.check_document(new.request)
        if at_once:
            books.check_reachable(session, connection)
        Lane(session, connection.id, self.clock).add(
            LaneEntry(
                number=0,
                id=new.id,
                kind="document",
                state="queued",
                is_write=is_write,
                document=new.request,
                created_at=new.created_at,
                details=Details(is_paged=is_paged),
            )
        )
        return new

    def _settled(
        self, session: Session, connection: ConnectionRecord, new: QueuedRequest, *, is_paged: bool
    ) -> QueuedRequest:
        """A request that is answered in this transaction, with the post that tells of it; of one that is paged, with
        every page of its answer.
        """
        books, file = self.books[connection.books], CompanyFile(session, connection.id, self.clock)
        if not is_paged:
            request = _answered(new, books.answer(file, new.request), self.clock.now())
            self._owe(session, connection, request)
            return request
        request = new
        for number, answered in enumerate(books.answer_in_pages(file, new.request), 1):
            request = _answered(new, answered, self.clock.now())
            page = QueuedPage(
                request_id=new.id,
                number=number,
                id=random_uuid(),
                response=answered.document,
                remaining=answered.remaining,
                told=(),
                created_at=request.updated_at,
            )
            Queue(session, connection.id, self.clock).add_page(page)
            self._owe(session, connection, request, page)
        return request

    def _paid_before(self, session: Session, connection: ConnectionRecord, document: bytes) -> frozenset[str]:
        """The invoices that what a document is to change shows as paid already: they are not paid once more."""
        asked = self.settling.wants_of(session, connection.id, document)
        file = CompanyFile(session, connection.id, self.clock)
        return paid_now(self.books[connection.books], file, asked)

    def _owe(
        self, session: Session, connection: ConnectionRecord, request: QueuedRequest, page: QueuedPage | None = None
    ) -> None:
        if request.webhook_url is not None:
            owe(session, connection.id, request, request.webhook_url, self.settling.letter(request, page))

    def _record(
        self,
        session: Session,
        caller: Caller,
        connection: ConnectionRecord,
        attempt: Attempt,
        settled: QueuedRequest,
    ) -> None:
        message, number, about = document_known_by(settled.request, settled.response)
        RequestLog(session).add(
            RequestRecord(
                connection_id=connection.id,
                id=settled.id,
                account_id=caller.account_id,
                idempotency_key=attempt.idempotency_key,
                fingerprint=attempt.fingerprint,
                attempt=attempt.retry,
                verb="passthrough",
                resource=message,
                state=RECORDED.get(settled.state, "done"),
                result_id=settled.id,
                outcome=None,
                created_at=settled.created_at,
                settled_at=None if settled.state == WAITING else settled.updated_at,
                dialect=attempt.dialect,
                address=attempt.address,
                number=number,
                about=about,
                body=attempt.body,
            )
        )


def _answered(request: QueuedRequest, answered: Answered, moment: int) -> QueuedRequest:
    """A request with its answer, or with the page of it that came last."""
    failure = answered.failure
    return structs.replace(
        request,
        state="error" if failure is not None else "response_received",
        response=answered.document,
        error=msgspec.json.encode({"code": failure.code, "message": failure.message}) if failure is not None else None,
        updated_at=moment,
    )
