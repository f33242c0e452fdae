"""What becomes of an entry of the lane, written in one transaction: its answer, the request's record, what is owed."""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

import msgspec
from msgspec import structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksRefused
from counterfoil.core.ids import random_uuid
from counterfoil.dispatch import happenings
from counterfoil.dispatch.earlier import Aside, kept_outcome, write_aside
from counterfoil.dispatch.events import Events, Happening, channel_to
from counterfoil.dispatch.paying import Given, Knowledge, Seen
from counterfoil.dispatch.protocols import Failure
from counterfoil.dispatch.recording import document_known_by, known_by, told_reasons
from counterfoil.model.outcome import Done, Outcome, Refused
from counterfoil.model.shape import Resource
from counterfoil.storage.balances import Balances
from counterfoil.storage.contract import Session
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.storage.margin import Margin
from counterfoil.storage.post import Delivery, Post
from counterfoil.storage.queue import Queue, QueuedPage, QueuedRequest
from counterfoil.storage.requests import RequestLog
from counterfoil.wire.qbxml.glimpse import message_of
from counterfoil.wire.qbxml.zones import Zone

WITHDRAWN: Final = "withdrawn"
PASSTHROUGH: Final = "passthrough"


class Letter(Protocol):
    """What is posted of a settled request, or of one page of its answer, in the dialect's own shape."""

    def __call__(self, request: QueuedRequest, page: QueuedPage | None = None) -> bytes: ...


class Settling:
    """Writes ends. `letter` makes the post that tells of a queued request, `events` that of everything else.

    Whoever has committed what was written here rings with `wake`.
    """

    def __init__(self, clock: Clock, letter: Letter, events: Events) -> None:
        self.clock = clock
        self.letter = letter
        self.events = events
        self.wake = events.wake

    def answered(
        self,
        session: Session,
        connection_id: str,
        entry: LaneEntry,
        answer: bytes,
        *,
        outcome: Outcome | None = None,
        failure: Failure | None = None,
        told: tuple[str, ...] = (),
        seen: Callable[[], Iterable[Resource]] = tuple,
    ) -> LaneEntry:
        """The books answered; `outcome` is what that means for a command, `failure` the first error in a document.

        Of a query that is answered page by page this was the last page; `told` are the ids of the objects in it.
        `seen` gives the objects that a query of our own showed.
        """
        if entry.kind == "command" and outcome is not None:
            self._record(session, connection_id, entry, outcome)
        elif entry.kind == "document":
            self._answer_queued(session, connection_id, entry, answer, failure, told)
        if entry.kind == "query":
            self._look(session, connection_id, lambda knowledge: happenings.of_query([*seen()], None, knowledge))
        else:
            knowledge = self._knowledge(session, connection_id)
            self._announce(
                session, connection_id, entry, lambda: _of_answer(entry, answer, outcome, failure, knowledge)
            )
        return self._end(session, connection_id, entry, "done", answer=answer)

    def paged(
        self, session: Session, connection_id: str, entry: LaneEntry, answer: bytes, told: tuple[str, ...]
    ) -> None:
        """The books answered with a page, and there are more; `told` are the ids of the objects in it."""
        queue, now = Queue(session, connection_id, self.clock), self.clock.now()
        queue.settle(entry.id, "processing", answer, None, now)
        page = self._page(queue, entry, answer, told)
        self._tell(session, connection_id, queue.find(entry.id), page)
        zone = Zone(name=entry.details.zone)
        self._look(
            session,
            connection_id,
            lambda knowledge: happenings.of_document(answer, entry.id, zone=zone, knowledge=knowledge),
        )

    def failed(self, session: Session, connection_id: str, entry: LaneEntry, code: str, words: str) -> LaneEntry:
        """The entry is given up and was not applied: the books' code and words say why."""
        now = self.clock.now()
        if entry.kind == "command":
            RequestLog(session).free(connection_id, entry.id, "failed", now)
        elif entry.kind == "document":
            self._answer_queued(session, connection_id, entry, None, Failure(code=code, message=words), ())
        entry = structs.replace(entry, details=structs.replace(entry.details, code=code, words=words))
        self._announce(session, connection_id, entry, lambda: _of_end(entry, code, words))
        return self._end(session, connection_id, entry, "failed")

    def doubted(self, session: Session, connection_id: str, entry: LaneEntry) -> LaneEntry:
        """Its answer is lost: nobody knows whether it was applied. Told once, however often it is looked for."""
        if not entry.details.was_doubted:
            self._announce(session, connection_id, entry, lambda: [happenings.in_doubt(entry.id, _about(entry))])
        details = structs.replace(entry.details, was_doubted=True)
        return Lane(session, connection_id, self.clock).put(structs.replace(entry, state="unknown", details=details))

    def withdrawn(self, session: Session, connection_id: str, entry: LaneEntry) -> LaneEntry:
        """The entry has not left, and never will."""
        if entry.kind != "query":
            RequestLog(session).free(connection_id, entry.id, "withdrawn", self.clock.now())
        self._announce(session, connection_id, entry, lambda: _of_end(entry, WITHDRAWN, "it was taken back, unsent"))
        return self._end(session, connection_id, entry, "withdrawn")

    def settled_at_once(
        self, session: Session, connection_id: str, request: QueuedRequest, paid_before: frozenset[str]
    ) -> None:
        """A document was carried out in the transaction that took it in."""
        listeners = self.events.listeners(session, connection_id)
        if listeners:
            self.events.tell(session, connection_id, listeners, _of_document(request, Given(paid_before)))

    def wants_of(self, session: Session, connection_id: str, document: bytes) -> list[tuple[str, str]]:
        """What is to be looked at, by resource and id, before books carry a document out in this transaction."""
        return happenings.changed_by(document) if self._paid_is_wanted(session, connection_id) else []

    def handed(self, session: Session, connection_id: str, entry: LaneEntry) -> None:
        """The entry has left: who asks after a queued request is told so."""
        if entry.kind == "document":
            Queue(session, connection_id, self.clock).set_state(entry.id, "processing", self.clock.now())

    def _announce(
        self, session: Session, connection_id: str, entry: LaneEntry, told: Callable[[], list[Happening]]
    ) -> None:
        """Tell endpoints, where there are any: of questions nothing is told."""
        if entry.kind == "query":
            return
        listeners = self.events.listeners(session, connection_id)
        if listeners:
            self.events.tell(session, connection_id, listeners, told())

    def _look(self, session: Session, connection_id: str, found: Callable[[Knowledge], list[Happening]]) -> None:
        """Tell what a query brought to light, where anybody wants to be told."""
        if self._paid_is_wanted(session, connection_id):
            told = found(self._knowledge(session, connection_id))
            self.events.tell(session, connection_id, self.events.listeners(session, connection_id), told)

    def _knowledge(self, session: Session, connection_id: str) -> Knowledge:
        """What is known of invoices; nothing is kept of them where nobody wants to be told."""
        if not self._paid_is_wanted(session, connection_id):
            return happenings.NOTHING
        return Seen(Balances(session, connection_id, self.clock))

    def _paid_is_wanted(self, session: Session, connection_id: str) -> bool:
        listeners = self.events.listeners(session, connection_id)
        return any(each.wants(happenings.PAID, connection_id) for each in listeners)

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
        self,
        session: Session,
        connection_id: str,
        entry: LaneEntry,
        answer: bytes | None,
        failure: Failure | None,
        told: tuple[str, ...],
    ) -> None:
        queue, now = Queue(session, connection_id, self.clock), self.clock.now()
        error = msgspec.json.encode({"code": failure.code, "message": failure.message}) if failure is not None else None
        queue.settle(entry.id, "error" if failure is not None else "response_received", answer, error, now)
        state = "failed" if failure is not None else "done"
        _, number, about = document_known_by(entry.document, answer)
        RequestLog(session).settle(connection_id, entry.id, entry.id, b"", now, state=state, number=number, about=about)
        page = self._page(queue, entry, answer, told) if entry.details.is_paged else None
        self._tell(session, connection_id, queue.find(entry.id), page)

    def _page(self, queue: Queue, entry: LaneEntry, answer: bytes | None, told: tuple[str, ...]) -> QueuedPage:
        page = QueuedPage(
            request_id=entry.id,
            number=queue.last_page(entry.id) + 1,
            id=random_uuid(),
            response=answer,
            remaining=entry.details.remaining,
            told=told,
            created_at=self.clock.now(),
        )
        queue.add_page(page)
        return page

    def _tell(
        self, session: Session, connection_id: str, request: QueuedRequest | None, page: QueuedPage | None
    ) -> None:
        if request is not None and request.webhook_url is not None:
            owe(session, connection_id, request, request.webhook_url, self.letter(request, page))
            self.events.note()


def _of_answer(
    entry: LaneEntry, answer: bytes, outcome: Outcome | None, failure: Failure | None, knowledge: Knowledge
) -> list[Happening]:
    """What the answer to a command or a document has to tell."""
    about = _about(entry)
    if isinstance(outcome, Refused):
        ended, applied = happenings.refused(entry.id, about, outcome.problems), False
    else:
        ended, applied = happenings.ended(entry.id, about, failure), failure is None
    told = _of_doubt(entry, "applied" if applied else "not_applied")
    if isinstance(outcome, Done):
        verb, resource = entry.details.verb, entry.details.resource
        told += happenings.of_command(verb, resource, outcome, entry.id, knowledge=knowledge)
    elif entry.kind == "document":
        zone = Zone(name=entry.details.zone)
        told += happenings.of_document(answer, entry.id, zone=zone, knowledge=knowledge)
    return [*told, ended]


def _of_document(request: QueuedRequest, knowledge: Knowledge) -> list[Happening]:
    """What a document has to tell that was carried out as it came."""
    about = {"verb": PASSTHROUGH, "resource": message_of(request.request) or ""}
    failure = msgspec.json.decode(request.error, type=Failure) if request.error is not None else None
    ended = happenings.ended(request.id, about, failure)
    return [*happenings.of_document(request.response, request.id, knowledge=knowledge), ended]


def _of_end(entry: LaneEntry, code: str, words: str) -> list[Happening]:
    """What an entry has to tell that was not applied, and never will be."""
    return [*_of_doubt(entry, "not_applied"), happenings.failed(entry.id, _about(entry), code, words)]


def _of_doubt(entry: LaneEntry, outcome: str) -> list[Happening]:
    return [happenings.resolved(entry.id, _about(entry), outcome)] if entry.details.was_doubted else []


def _about(entry: LaneEntry) -> dict[str, str]:
    """What a request was, for those who are told of it."""
    if entry.kind == "document":
        return {"verb": PASSTHROUGH, "resource": message_of(entry.document) or ""}
    return {"verb": entry.details.verb, "resource": entry.details.resource}


def owe(session: Session, connection_id: str, request: QueuedRequest, url: str, body: bytes) -> None:
    """Write down that a settled request is to be told of, at the address that came with it."""
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
            channel=channel_to(connection_id, url),
        )
    )
