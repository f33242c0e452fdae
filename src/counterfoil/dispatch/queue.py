"""Requests that a caller hands in as whole qbXML documents and asks after: carried out, kept, and told by post."""

from collections.abc import Callable, Mapping

import msgspec

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Conflict, Unknown
from counterfoil.core.ids import random_uuid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.attempts import KEPT_SECONDS, REJOIN_SECONDS, Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.protocols import Books
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.post import Delivery, DeliveryAttempt, Post
from counterfoil.storage.queue import Queue, QueuedRequest
from counterfoil.storage.requests import RequestLog, RequestRecord

Letter = Callable[[QueuedRequest], bytes]
"""What is posted of a settled request, in the dialect's own shape."""


class RequestQueue:
    """The queue that QUBE's callers see. Embedded books settle a request in the transaction that takes it in."""

    def __init__(self, store: Store, books: Mapping[str, Books], clock: Clock, wake: Callable[[], None]) -> None:
        self.store = store
        self.books = books
        self.clock = clock
        self.wake = wake

    async def enter(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        document: bytes,
        attempt: Attempt,
        webhook_url: str | None,
        letter: Letter | None = None,
    ) -> QueuedRequest:
        """Take a request in. With an idempotency key that was seen before, the request of that time is told again.

        Raises Malformed or Invalid where the document is none that books could be asked, and Conflict where the key
        came with another document; nothing is stored then.
        """

        def work(session: Session) -> QueuedRequest:
            earlier = self._earlier(session, caller, connection, attempt)
            if earlier is not None:
                return earlier
            settled = self._settled(session, connection, document, webhook_url)
            Queue(session, connection.id, self.clock).add(settled)
            self._record(session, caller, connection, attempt, settled)
            if webhook_url is not None and letter is not None:
                self._owe(session, connection, settled, webhook_url, letter)
            Installation(session).note_use(connection, settled.created_at)
            return settled

        request = await self.store.write(work)
        if webhook_url is not None:
            self.wake()
        return request

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
        self, connection: ConnectionRecord, *, by: str, descending: bool, offset: int, limit: int
    ) -> tuple[list[QueuedRequest], int]:
        """A page of requests in the order of `created_at` or `updated_at`, and how many there are."""

        def look(session: Session) -> tuple[list[QueuedRequest], int]:
            queue = Queue(session, connection.id, self.clock)
            return queue.page(by=by, descending=descending, offset=offset, limit=limit)

        return await self.store.read(look)

    async def attempts(self, connection: ConnectionRecord, identifier: str) -> list[DeliveryAttempt]:
        """Each attempt to tell the caller's webhook of a request."""
        return await self.store.read(lambda session: Post(session).attempts(connection.id, identifier))

    async def withdraw(self, connection: ConnectionRecord, identifier: str) -> None:
        """Take a request back that waits still. Raises Unknown, and Conflict where it has been answered."""

        def work(session: Session) -> None:
            queue = Queue(session, connection.id, self.clock)
            found = queue.find(identifier)
            if found is None:
                raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no queued request {identifier}."}))
            if found.state != "waiting":
                detail = f"request {identifier} has been answered already"
                raise Conflict(Problem("fixed", ("state",), {"detail": detail}))
            queue.remove(identifier)

        await self.store.write(work)

    def _earlier(
        self, session: Session, caller: Caller, connection: ConnectionRecord, attempt: Attempt
    ) -> QueuedRequest | None:
        log, now = RequestLog(session), self.clock.now()
        if attempt.idempotency_key is not None:
            found = log.by_key(caller.account_id, connection.id, attempt.idempotency_key, now - KEPT_SECONDS)
            if found is not None and found.fingerprint != attempt.fingerprint:
                raise Conflict(Problem("idempotency_reused", (), {"value": attempt.idempotency_key}))
        elif attempt.retry:
            found = log.latest(connection.id, attempt.fingerprint, attempt.retry - 1, now - REJOIN_SECONDS)
            if found is not None:
                log.joined(found, attempt.retry)
        else:
            return None
        return Queue(session, connection.id, self.clock).find(found.result_id or "") if found is not None else None

    def _settled(
        self, session: Session, connection: ConnectionRecord, document: bytes, webhook_url: str | None
    ) -> QueuedRequest:
        file = CompanyFile(session, connection.id, self.clock)
        answered = self.books[connection.books].answer(file, document)
        now = self.clock.now()
        failure = answered.failure
        error = msgspec.json.encode({"code": failure.code, "message": failure.message}) if failure is not None else None
        return QueuedRequest(
            id=random_uuid(),
            number=Queue(session, connection.id, self.clock).take("queue"),
            state="error" if failure is not None else "response_received",
            request=document,
            response=answered.document,
            error=error,
            webhook_url=webhook_url,
            webhook_state="pending" if webhook_url is not None else "not_applicable",
            webhook_error=None,
            created_at=now,
            updated_at=now,
        )

    def _record(
        self,
        session: Session,
        caller: Caller,
        connection: ConnectionRecord,
        attempt: Attempt,
        settled: QueuedRequest,
    ) -> None:
        RequestLog(session).add(
            RequestRecord(
                connection_id=connection.id,
                id=settled.id,
                account_id=caller.account_id,
                idempotency_key=attempt.idempotency_key,
                fingerprint=attempt.fingerprint,
                attempt=attempt.retry,
                verb="passthrough",
                resource="",
                state="done",
                result_id=settled.id,
                outcome=None,
                created_at=settled.created_at,
                settled_at=settled.updated_at,
            )
        )

    def _owe(
        self, session: Session, connection: ConnectionRecord, settled: QueuedRequest, url: str, letter: Letter
    ) -> None:
        Post(session).owe(
            Delivery(
                connection_id=connection.id,
                id=random_uuid(),
                request_id=settled.id,
                url=url,
                body=letter(settled),
                state="due",
                tries=0,
                due_at=settled.created_at,
                created_at=settled.created_at,
            )
        )
