"""What becomes of an entry of the lane, written in one transaction: its answer, the request's record, what is owed."""

from collections.abc import Callable

import msgspec
from msgspec import structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksRefused
from counterfoil.core.ids import random_uuid
from counterfoil.dispatch.earlier import Aside, kept_outcome, write_aside
from counterfoil.dispatch.protocols import Failure
from counterfoil.dispatch.recording import document_known_by, known_by, told_reasons
from counterfoil.model.outcome import Done, Outcome
from counterfoil.storage.contract import Session
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.storage.margin import Margin
from counterfoil.storage.post import Delivery, Post
from counterfoil.storage.queue import Queue, QueuedRequest
from counterfoil.storage.requests import RequestLog

Letter = Callable[[QueuedRequest], bytes]
"""What is posted of a settled request, in the dialect's own shape."""


class Settling:
    """Writes ends. `letter` makes the post that tells of a queued request."""

    def __init__(self, clock: Clock, letter: Letter) -> None:
        self.clock = clock
        self.letter = letter

    def answered(
        self,
        session: Session,
        connection_id: str,
        entry: LaneEntry,
        answer: bytes,
        *,
        outcome: Outcome | None = None,
        failure: Failure | None = None,
    ) -> LaneEntry:
        """The books answered; `outcome` is what that means for a command, `failure` the first error in a document."""
        if entry.kind == "command" and outcome is not None:
            self._record(session, connection_id, entry, outcome)
        elif entry.kind == "document":
            self._answer_queued(session, connection_id, entry, answer, failure)
        return self._end(session, connection_id, entry, "done", answer=answer)

    def failed(self, session: Session, connection_id: str, entry: LaneEntry, code: str, words: str) -> LaneEntry:
        """The entry is given up and was not applied: the books' code and words say why."""
        now = self.clock.now()
        if entry.kind == "command":
            RequestLog(session).free(connection_id, entry.id, "failed", now)
        elif entry.kind == "document":
            self._answer_queued(session, connection_id, entry, None, Failure(code=code, message=words))
        entry = structs.replace(entry, details=structs.replace(entry.details, code=code, words=words))
        return self._end(session, connection_id, entry, "failed")

    def withdrawn(self, session: Session, connection_id: str, entry: LaneEntry) -> LaneEntry:
        """The entry has not left, and never will."""
        if entry.kind != "query":
            RequestLog(session).free(connection_id, entry.id, "withdrawn", self.clock.now())
        return self._end(session, connection_id, entry, "withdrawn")

    def handed(self, session: Session, connection_id: str, entry: LaneEntry) -> None:
        """The entry has left: who asks after a queued request is told so."""
        if entry.kind == "document":
            queue = Queue(session, connection_id, self.clock)
            queue.settle(entry.id, "processing", None, None, self.clock.now())

    def _end(
        self, session: Session, connection_id: str, entry: LaneEntry, state: str, *, answer: bytes | None = None
    ) -> LaneEntry:
        ended = structs.replace(entry, state=state, answer=answer, settled_at=self.clock.now())
        return Lane(session, connection_id, self.clock).put(ended)

    def _record(self, session: Session, connection_id: str, entry: LaneEntry, outcome: Outcome) -> None:
        log, now = RequestLog(session), self.clock.now()
        if not isinstance(outcome, Done):
            log.free(connection_id, entry.id, "refused", now, told_reasons(outcome.problems))
            return
        details = entry.details
        done = structs.replace(outcome, changed=details.changed)
        if details.aside is not None or details.verb == "delete":
            aside = Aside(details.aside, details.external_key) if details.aside is not None else None
            self._keep_aside(session, connection_id, entry, done, aside)
        number, about = known_by(done.result)
        log.settle(connection_id, entry.id, done.result.id, kept_outcome(done), now, number=number, about=about)

    def _keep_aside(
        self, session: Session, connection_id: str, entry: LaneEntry, done: Done, aside: Aside | None
    ) -> None:
        """The write is in the books already: a key that another object took meanwhile is left with that one."""
        margin, details = Margin(session, connection_id, self.clock), entry.details
        try:
            write_aside(margin, details.verb, details.resource, done, aside)
        except BooksRefused:
            write_aside(margin, details.verb, details.resource, done, Aside(aside.values if aside else {}))

    def _answer_queued(
        self, session: Session, connection_id: str, entry: LaneEntry, answer: bytes | None, failure: Failure | None
    ) -> None:
        queue, now = Queue(session, connection_id, self.clock), self.clock.now()
        error = msgspec.json.encode({"code": failure.code, "message": failure.message}) if failure is not None else None
        queue.settle(entry.id, "error" if failure is not None else "response_received", answer, error, now)
        state = "failed" if failure is not None else "done"
        _, number, about = document_known_by(entry.document, answer)
        RequestLog(session).settle(connection_id, entry.id, entry.id, b"", now, state=state, number=number, about=about)
        request = queue.find(entry.id)
        if request is not None and request.webhook_url is not None:
            owe(session, connection_id, request, request.webhook_url, self.letter(request))


def owe(session: Session, connection_id: str, request: QueuedRequest, url: str, body: bytes) -> None:
    """Write down that a settled request is to be told of."""
    Post(session).owe(
        Delivery(
            connection_id=connection_id,
            id=random_uuid(),
            request_id=request.id,
            url=url,
            body=body,
            state="due",
            tries=0,
            due_at=request.updated_at,
            created_at=request.updated_at,
        )
    )
