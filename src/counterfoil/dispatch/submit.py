"""The way of a request: admitted, looked up among earlier attempts, carried out, recorded, all in one transaction."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksRefused, Conflict, OutcomeUnknown
from counterfoil.core.ids import random_uuid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.attempts import KEPT_SECONDS, REJOIN_SECONDS, Attempt
from counterfoil.dispatch.callers import Caller, caller_of, connection_of, only_connection
from counterfoil.dispatch.protocols import Books
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Delete
from counterfoil.model.outcome import Deleted, Done, Outcome, Refused, Voided
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.margin import Margin
from counterfoil.storage.requests import RequestLog, RequestRecord


@dataclass(frozen=True, slots=True)
class Aside:
    """What a caller says of an object and its books cannot hold. None takes a value away.

    `external_key` is the caller's own name for the object: no two of a resource may have the same.
    """

    values: Mapping[str, Any]
    external_key: str | None = None


TOUCH_SECONDS = 60
"""How often, at most, a connection notes that it was used."""


class Dispatcher:
    """Takes commands and queries to the books of their connection and brings the answers back."""

    def __init__(self, store: Store, books: Mapping[str, Books], clock: Clock) -> None:
        self.store = store
        self.books = books
        self.clock = clock
        self._touched: dict[str, int] = {}

    async def admit(self, key: str | None, connection_id: str) -> tuple[Caller, ConnectionRecord]:
        """Prove the key and find the connection in one look. Raises Unauthorized, Forbidden or Unknown."""

        def look(session: Session) -> tuple[Caller, ConnectionRecord]:
            caller = caller_of(session, key)
            return caller, connection_of(session, caller, connection_id)

        return await self.store.read(look)

    async def admit_only(self, key: str | None) -> tuple[Caller, ConnectionRecord]:
        """Prove the key and find the connection that it stands for: its own, else the only one of its account.

        Raises Unauthorized, and Invalid where an account with several connections has not said which.
        """

        def look(session: Session) -> tuple[Caller, ConnectionRecord]:
            caller = caller_of(session, key)
            return caller, only_connection(session, caller)

        return await self.store.read(look)

    async def caller(self, key: str | None) -> Caller:
        return await self.store.read(lambda session: caller_of(session, key))

    async def submit(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        timeout: float,
        aside: Aside | None = None,
    ) -> Outcome:
        """Carry a command out exactly once, however often it is sent.

        Raises Conflict when an idempotency key comes with another request, and OutcomeUnknown when the books take
        longer than `timeout` seconds: the command may still be carried out, and a re-send will find its outcome.
        What is said `aside` is kept beside the object that comes of it, in the same transaction.
        """
        request_id = random_uuid()

        def work(session: Session) -> Outcome:
            return self._carry_out(session, caller, connection, command, attempt, request_id, aside)

        outcome = self.store.begin(work)
        done, _ = await asyncio.wait((outcome,), timeout=timeout)
        if not done:
            outcome.add_done_callback(_overheard)
            raise OutcomeUnknown(request_id, int(timeout))
        try:
            return outcome.result()
        except BooksRefused as refusal:
            return Refused(refusal.problems)

    async def read(self, connection: ConnectionRecord, read: Read) -> Resource:
        """One object. Raises BooksRefused where there is none."""
        await self._touch(connection)
        books = self.books[connection.books]
        return await self.store.read(lambda session: books.read(self._file(session, connection), read))

    async def select(self, connection: ConnectionRecord, select: Select) -> Page:
        """A page of objects. Raises BooksRefused where a named one is missing."""
        await self._touch(connection)
        books = self.books[connection.books]
        return await self.store.read(lambda session: books.select(self._file(session, connection), select))

    async def deletions(self, connection: ConnectionRecord, select: SelectDeleted) -> tuple[Deletion, ...]:
        await self._touch(connection)
        books = self.books[connection.books]
        return await self.store.read(lambda session: books.deletions(self._file(session, connection), select))

    async def forget_old(self) -> None:
        """Let go of the records of requests that nobody can repeat any more; connection by connection."""
        before = self.clock.now() - KEPT_SECONDS
        for connection in await self.store.read(lambda session: Installation(session).every_connection()):
            await self.store.write(partial(_forget, connection.id, before))

    async def numbers(self, connection: ConnectionRecord, space: str, ids: Iterable[str]) -> dict[str, int]:
        """The whole numbers of objects whose ids are none; made on first sight, the same for ever.

        `space` is a list of the catalogue (`names`, `items`, `terms` …), or `transactions`.
        """
        wanted = list(dict.fromkeys(ids))
        known = await self.store.read(lambda session: self._margin(session, connection).numbered(space, wanted))
        if len(known) == len(wanted):
            return known
        return await self.store.write(lambda session: self._margin(session, connection).number(space, wanted))

    async def id_of(self, connection: ConnectionRecord, space: str, number: int) -> str | None:
        """The id behind a number, if the number was ever given."""
        return await self.store.read(lambda session: self._margin(session, connection).id_of(space, number))

    async def kept(self, connection: ConnectionRecord, resource: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What is kept beside objects: id → values, for those that have any."""
        wanted = list(ids)
        return await self.store.read(lambda session: self._margin(session, connection).kept(resource, wanted))

    async def by_external_key(self, connection: ConnectionRecord, resource: str, key: str) -> str | None:
        """The id of the object that a caller gave this key."""
        return await self.store.read(lambda session: self._margin(session, connection).by_external_key(resource, key))

    def _margin(self, session: Session, connection: ConnectionRecord) -> Margin:
        return Margin(session, connection.id, self.clock)

    def _carry_out(
        self,
        session: Session,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        request_id: str,
        aside: Aside | None,
    ) -> Done:
        log = RequestLog(session)
        books, file = self.books[connection.books], self._file(session, connection)
        earlier = self._earlier(log, caller, connection, attempt)
        if earlier is not None:
            return _again(earlier, books, file)
        done = books.execute(file, command)
        _write_aside(Margin(session, connection.id, self.clock), command, done, aside)
        now = self.clock.now()
        log.add(
            RequestRecord(
                connection_id=connection.id,
                id=request_id,
                account_id=caller.account_id,
                idempotency_key=attempt.idempotency_key,
                fingerprint=attempt.fingerprint,
                attempt=attempt.retry,
                verb=type(command).__name__.lower(),
                resource=command.resource,
                state="done",
                result_id=done.result.id,
                outcome=_kept(done, attempt),
                created_at=now,
                settled_at=now,
            )
        )
        self._note_use(session, connection, now)
        return done

    def _earlier(
        self, log: RequestLog, caller: Caller, connection: ConnectionRecord, attempt: Attempt
    ) -> RequestRecord | None:
        """The attempt that this one repeats, if it repeats one."""
        now = self.clock.now()
        if attempt.idempotency_key is not None:
            found = log.by_key(caller.account_id, connection.id, attempt.idempotency_key, now - KEPT_SECONDS)
            if found is not None and found.fingerprint != attempt.fingerprint:
                raise Conflict(Problem("idempotency_reused", (), {"value": attempt.idempotency_key}))
            return found
        if not attempt.retry:
            return None
        found = log.latest(connection.id, attempt.fingerprint, attempt.retry - 1, now - REJOIN_SECONDS)
        if found is not None:
            log.joined(found, attempt.retry)
        return found

    async def _touch(self, connection: ConnectionRecord) -> None:
        now = self.clock.now()
        if now - self._touched.get(connection.id, 0) >= TOUCH_SECONDS:
            await self.store.write(lambda session: self._note_use(session, connection, now))

    def _note_use(self, session: Session, connection: ConnectionRecord, now: int) -> None:
        if now - self._touched.get(connection.id, 0) >= TOUCH_SECONDS:
            self._touched[connection.id] = now
            Installation(session).note_use(connection, now)

    def _file(self, session: Session, connection: ConnectionRecord) -> CompanyFile:
        return CompanyFile(session, connection.id, self.clock)


_json = msgspec.json.Encoder()


def _forget(connection_id: str, before: int, session: Session) -> None:
    RequestLog(session).purge(connection_id, before)


def _overheard(outcome: asyncio.Future[Outcome]) -> None:
    """Nobody waits any more: a refusal that comes now is not an error that was forgotten."""
    if not outcome.cancelled():
        outcome.exception()


def _write_aside(margin: Margin, command: Command, done: Done, aside: Aside | None) -> None:
    """Keep what was said aside, under a key that no other object of the resource may have."""
    if isinstance(command, Delete):
        margin.drop(command.resource, command.id)
    if aside is None:
        return
    key = aside.external_key
    owner = margin.by_external_key(command.resource, key) if key is not None else None
    if owner is not None and owner != done.result.id:
        raise BooksRefused(Problem("external_id_in_use", ("external_key",), {"value": key, "id": owner}))
    margin.keep(command.resource, done.result.id, aside.values, key)


def _kept(done: Done, attempt: Attempt) -> bytes | None:
    """What is stored of an outcome: with an idempotency key the whole of it; of what is gone, what was said of it.

    A re-send without a key finds its object in the books, so that an ordinary create is not stored twice.
    """
    if attempt.idempotency_key is not None or isinstance(done.result, Voided | Deleted):
        return _json.encode({"warnings": done.warnings, "result": done.result})
    return None


def _again(earlier: RequestRecord, books: Books, file: CompanyFile) -> Done:
    """The outcome of an earlier attempt, told once more."""
    if earlier.outcome is None:
        found = books.read(file, Read(resource=earlier.resource, id=earlier.result_id or "", with_links=False))
        return Done(result=found, replayed=True)
    model = {"void": Voided, "delete": Deleted}.get(earlier.verb, CATALOGUE[earlier.resource].model)
    kept = msgspec.json.decode(earlier.outcome, type=dict[str, msgspec.Raw])
    return Done(
        result=msgspec.json.decode(kept["result"], type=model),
        warnings=tuple(msgspec.json.decode(kept["warnings"], type=list[str])),
        replayed=True,
    )
