"""Books that answer at once: a command is looked up, carried out and recorded in one transaction."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksRefused, OutcomeUnknown
from counterfoil.core.ids import random_uuid
from counterfoil.dispatch import happenings
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.earlier import Aside, earlier_attempt, kept_outcome, told_again, write_aside
from counterfoil.dispatch.events import Events, Happening
from counterfoil.dispatch.paying import Given, paid_by
from counterfoil.dispatch.protocols import Books
from counterfoil.dispatch.recording import command_record, known_by, told_reasons, verb_of
from counterfoil.dispatch.usage import Usage
from counterfoil.model.command import Command, Update
from counterfoil.model.outcome import Deleted, Done, Outcome, Refused, Voided
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.margin import Margin
from counterfoil.storage.requests import RequestLog, RequestRecord

PAYING: Final = ("invoices", "receive_payments")
"""Resources whose change may pay an invoice."""

NONE_PAID: Final = frozenset[str]()


class InlineWay:
    """The way to books that live in this database."""

    def __init__(self, store: Store, books: Mapping[str, Books], clock: Clock, usage: Usage, events: Events) -> None:
        self.store = store
        self.books = books
        self.clock = clock
        self.usage = usage
        self.events = events

    async def submit(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        timeout: float,
        aside: Aside | None,
    ) -> Outcome:
        """Carry a command out. A refusal is an outcome; raises OutcomeUnknown after `timeout` seconds."""
        request_id, came_at = random_uuid(), self.clock.precise()

        def work(session: Session) -> Outcome:
            return self._carry_out(session, caller, connection, command, attempt, request_id, aside, came_at)

        outcome = self.store.begin(work, connection.id)
        done, _ = await asyncio.wait((outcome,), timeout=timeout)
        if not done:
            outcome.add_done_callback(_overheard)
            raise OutcomeUnknown(request_id, int(timeout))
        try:
            result = outcome.result()
            self.events.wake()
            return result
        except BooksRefused as refusal:
            self._note_refusal(caller, connection, command, attempt, request_id, refusal)
            return Refused(refusal.problems)

    async def read(self, connection: ConnectionRecord, read: Read, timeout: float) -> Resource:  # noqa: ARG002
        await self.usage.touch(connection)
        books = self.books[connection.books]
        return await self.store.read(lambda session: books.read(self._file(session, connection), read))

    async def select(self, connection: ConnectionRecord, select: Select, timeout: float) -> Page:  # noqa: ARG002
        await self.usage.touch(connection)
        books = self.books[connection.books]
        return await self.store.read(lambda session: books.select(self._file(session, connection), select))

    async def deletions(
        self,
        connection: ConnectionRecord,
        select: SelectDeleted,
        timeout: float,  # noqa: ARG002  they answer at once
    ) -> tuple[Deletion, ...]:
        await self.usage.touch(connection)
        books = self.books[connection.books]
        return await self.store.read(lambda session: books.deletions(self._file(session, connection), select))

    def _carry_out(
        self,
        session: Session,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        request_id: str,
        aside: Aside | None,
        came_at: float,
    ) -> Done:
        log, now = RequestLog(session), self.clock.now()
        books, file = self.books[connection.books], self._file(session, connection)
        earlier = earlier_attempt(log, caller, connection, attempt, now, self.clock.precise() - came_at)
        if earlier is not None:
            return _again(earlier, books, file)
        listeners = self.events.listeners(session, connection.id)
        paid_before = _paid_before(books, file, command) if listeners else NONE_PAID
        done = books.execute(file, command)
        write_aside(Margin(session, connection.id, self.clock), verb_of(command), command.resource, done, aside)
        now = self.clock.now()
        number, about = known_by(done.result)
        log.add(
            RequestRecord(
                connection_id=connection.id,
                id=request_id,
                account_id=caller.account_id,
                idempotency_key=attempt.idempotency_key,
                fingerprint=attempt.fingerprint,
                attempt=attempt.retry,
                verb=verb_of(command),
                resource=command.resource,
                state="done",
                result_id=done.result.id,
                outcome=_kept(done, attempt),
                created_at=now,
                settled_at=now,
                dialect=attempt.dialect,
                address=attempt.address,
                number=number,
                about=about,
                body=attempt.body,
            )
        )
        self.usage.note(session, connection, now)
        if listeners:
            told = _told(books, file, command, done, request_id, paid_before)
            self.events.tell(session, connection.id, listeners, told)
        return done

    def _note_refusal(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        request_id: str,
        refusal: BooksRefused,
    ) -> None:
        """Write down for people what was refused, and why. The caller does not wait for it: nothing hangs on it."""
        now = self.clock.now()
        record = structs.replace(
            command_record(caller, connection, command, attempt, request_id, now),
            idempotency_key=None,
            attempt=None,
            state="refused",
            outcome=told_reasons(refusal.problems),
            settled_at=now,
        )

        def work(session: Session) -> None:
            RequestLog(session).add(record)
            listeners = self.events.listeners(session, connection.id)
            if listeners:
                asked = {"verb": record.verb, "resource": record.resource}
                told = happenings.refused(request_id, asked, refusal.problems)
                self.events.tell(session, connection.id, listeners, [told])

        noted = self.store.begin(work, connection.id)
        noted.add_done_callback(_overheard)
        noted.add_done_callback(lambda _: self.events.wake())

    def _file(self, session: Session, connection: ConnectionRecord) -> CompanyFile:
        return CompanyFile(session, connection.id, self.clock)


def _paid_before(books: Books, file: CompanyFile, command: Command) -> frozenset[str]:
    """The invoices that what is about to change shows as paid already: they are not paid once more."""
    if not isinstance(command, Update) or command.resource not in PAYING:
        return NONE_PAID
    return paid_now(books, file, [(command.resource, command.id)])


def paid_now(books: Books, file: CompanyFile, asked: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The invoices that these objects, named by resource and id, show as paid; what is not there shows none."""
    paid: frozenset[str] = NONE_PAID
    for resource, id in asked:
        with suppress(BooksRefused):
            paid |= paid_by(books.read(file, Read(resource=resource, id=id, with_links=False)))
    return paid


def _told(
    books: Books, file: CompanyFile, command: Command, done: Done, request_id: str, paid_before: frozenset[str]
) -> list[Happening]:
    """What a command that was carried out has to tell."""
    verb, resource = verb_of(command), command.resource

    def find(id: str) -> Resource:
        return books.read(file, Read(resource="invoices", id=id, with_links=False))

    told = happenings.of_command(verb, resource, done, request_id, knowledge=Given(paid_before), find=find)
    asked = {"verb": verb, "resource": resource, "result_id": done.result.id}
    return [*told, happenings.succeeded(request_id, asked)]


def _overheard(outcome: asyncio.Future[Any]) -> None:
    """Nobody waits, or waits any more: an error that comes now is not one that was forgotten."""
    if not outcome.cancelled():
        outcome.exception()


def _kept(done: Done, attempt: Attempt) -> bytes | None:
    """What is stored of an outcome: with an idempotency key the whole of it; of what is gone, what was said of it.

    A re-send without a key finds its object in the books, so that an ordinary create is not stored twice.
    """
    if attempt.idempotency_key is not None or isinstance(done.result, Voided | Deleted):
        return kept_outcome(done)
    return None


def _again(earlier: RequestRecord, books: Books, file: CompanyFile) -> Done:
    """The outcome of an earlier attempt, told once more."""
    if earlier.outcome is None:
        found = books.read(file, Read(resource=earlier.resource, id=earlier.result_id or "", with_links=False))
        return Done(result=found, replayed=True)
    return told_again(earlier)
