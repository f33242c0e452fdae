"""The way in for the dialects: callers are admitted, and what they ask goes the way that leads to their books."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Broken, Refusal, Unauthorized
from counterfoil.dispatch.attempts import KEPT_SECONDS, Attempt
from counterfoil.dispatch.callers import Caller, caller_of, connection_of, only_connection
from counterfoil.dispatch.earlier import Aside
from counterfoil.dispatch.gate import Gate, OpenGate
from counterfoil.model.command import Command
from counterfoil.model.outcome import Outcome
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.connectors import ConnectorDesk
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.lane import Lane
from counterfoil.storage.margin import Margin
from counterfoil.storage.post import Post
from counterfoil.storage.queue import Queue
from counterfoil.storage.requests import RequestLog

__all__ = ["Aside", "Dispatcher", "Way"]

T = TypeVar("T")

ANSWER_SECONDS: Final = 3600
"""How long the answers to queries are kept: whoever asked has read them long before."""

ROWS_AT_ONCE: Final = 200
"""Queued requests and pages of their answers that are forgotten in one transaction: an answer may be megabytes."""

PATIENCE: Final = 90.0
"""Seconds for which a query waits for its books, where the dialect does not say."""

NUMBERED_BOOKS: Final = frozenset({"online"})
"""Books whose own ids are whole numbers: there is no second numbering beside them."""


class Way(Protocol):
    """How commands and queries reach one kind of books, and how their answers come back."""

    async def submit(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        timeout: float,
        aside: Aside | None,
    ) -> Outcome: ...

    async def read(self, connection: ConnectionRecord, read: Read, timeout: float) -> Resource: ...

    async def select(self, connection: ConnectionRecord, select: Select, timeout: float) -> Page: ...

    async def deletions(
        self, connection: ConnectionRecord, select: SelectDeleted, timeout: float
    ) -> tuple[Deletion, ...]: ...


class Dispatcher:
    """Takes commands and queries to the books of their connection and brings the answers back.

    `ways` is keyed by the kind of books. Keys that were imported for a vendor's API are admitted only by the dispatcher
    that is `speaking` its dialect. Every caller comes through the `gate`.
    """

    def __init__(
        self,
        store: Store,
        ways: Mapping[str, Way],
        clock: Clock,
        dialect: str | None = None,
        gate: Gate | None = None,
    ) -> None:
        self.store = store
        self.ways = ways
        self.clock = clock
        self.dialect = dialect
        self.gate = gate or OpenGate()

    def speaking(self, dialect: str) -> "Dispatcher":
        """The same for the callers of one dialect."""
        return Dispatcher(self.store, self.ways, self.clock, dialect, self.gate)

    async def admit(self, key: str | None, connection_id: str) -> tuple[Caller, ConnectionRecord]:
        """Prove the key and find the connection in one look. Raises Unauthorized, Forbidden, Unknown or TooOften."""
        return await self._let_in(
            key, lambda session, caller: connection_of(session, caller, connection_id), connection_id
        )

    async def admit_only(self, key: str | None) -> tuple[Caller, ConnectionRecord]:
        """Prove the key and find the connection that it stands for: its own, else the only one of its account.

        Raises Unauthorized and TooOften, and Invalid where an account with several connections has not said which.
        """
        return await self._let_in(key, only_connection)

    async def caller(self, key: str | None) -> Caller:
        """Prove the key. Raises Unauthorized or TooOften."""
        return (await self._let_in(key, lambda session, caller: None))[0]  # noqa: ARG005

    async def _let_in(
        self, key: str | None, find: Callable[[Session, Caller], T], connection_id: str = ""
    ) -> tuple[Caller, T]:
        """The caller behind a key, and what `find` finds for them; a key whose `find` is refused has asked as well."""

        def look(session: Session) -> tuple[Caller, T | Refusal]:
            caller = caller_of(session, key, self.dialect)
            try:
                return caller, find(session, caller)
            except Refusal as refusal:
                return caller, refusal

        self.gate.knock(key)
        try:
            caller, found = await self.store.glance(look, connection_id)
        except Unauthorized:
            self.gate.refused(key)
            raise
        self.gate.proved(key)
        self.gate.enter(caller, found.id if isinstance(found, ConnectionRecord) else caller.connection_id)
        if isinstance(found, Refusal):
            raise found
        return caller, found

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

        Raises Conflict when an idempotency key comes with another request, BooksAway where the books cannot be asked,
        and OutcomeUnknown when they take longer than `timeout` seconds: the command may still be carried out, and a
        re-send will find its outcome. What is said `aside` is kept beside the object that comes of it, in the same
        transaction.
        """
        return await self._way(connection).submit(caller, connection, command, attempt, timeout, aside)

    async def read(self, connection: ConnectionRecord, read: Read, timeout: float = PATIENCE) -> Resource:
        """One object. Raises BooksRefused where there is none."""
        return await self._way(connection).read(connection, read, timeout)

    async def select(self, connection: ConnectionRecord, select: Select, timeout: float = PATIENCE) -> Page:
        """A page of objects. Raises BooksRefused where a named one is missing."""
        return await self._way(connection).select(connection, select, timeout)

    async def deletions(
        self, connection: ConnectionRecord, select: SelectDeleted, timeout: float = PATIENCE
    ) -> tuple[Deletion, ...]:
        return await self._way(connection).deletions(connection, select, timeout)

    async def forget_old(self) -> None:
        """Let go of requests that nobody can repeat any more, their records and answers; connection by connection."""
        before = self.clock.now() - KEPT_SECONDS
        for connection in await self.store.read(lambda session: Installation(session).every_connection()):
            is_more = await self.store.write(partial(self._forget, connection.id, before), connection.id)
            while is_more:
                is_more = await self.store.write(partial(self._forget_queued, connection.id, before), connection.id)

    async def numbers(self, connection: ConnectionRecord, space: str, ids: Iterable[str]) -> dict[str, int]:
        """The whole numbers of objects whose ids are none; made on first sight, the same for ever.

        `space` is a list of the catalogue (`names`, `items`, `terms` …), or `transactions`. In books that number their
        objects themselves an id is its own number, and an id that is none has no number.
        """
        wanted = list(dict.fromkeys(ids))
        if connection.books in NUMBERED_BOOKS:
            return {id: int(id) for id in wanted if id.isascii() and id.isdecimal()}
        known = await self.store.read(lambda session: self._margin(session, connection).numbered(space, wanted))
        if len(known) == len(wanted):
            return known
        return await self.store.write(
            lambda session: self._margin(session, connection).number(space, wanted), connection.id
        )

    async def id_of(self, connection: ConnectionRecord, space: str, number: int) -> str | None:
        """The id behind a number, if the number was ever given; books that number their objects themselves gave them
        all."""
        if connection.books in NUMBERED_BOOKS:
            return str(number)
        return await self.store.read(lambda session: self._margin(session, connection).id_of(space, number))

    async def kept(self, connection: ConnectionRecord, resource: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What is kept beside objects: id → values, for those that have any."""
        wanted = list(ids)
        return await self.store.read(lambda session: self._margin(session, connection).kept(resource, wanted))

    async def by_external_key(self, connection: ConnectionRecord, resource: str, key: str) -> str | None:
        """The id of the object that a caller gave this key."""
        return await self.store.read(lambda session: self._margin(session, connection).by_external_key(resource, key))

    def _way(self, connection: ConnectionRecord) -> Way:
        if connection.books not in self.ways:
            raise Broken(f"nothing leads to books of the kind {connection.books}")
        return self.ways[connection.books]

    def _margin(self, session: Session, connection: ConnectionRecord) -> Margin:
        return Margin(session, connection.id, self.clock)

    def _forget(self, connection_id: str, before: int, session: Session) -> bool:
        """All of a connection that is old; tells whether there may be queued requests left, which go step by step."""
        RequestLog(session).purge(connection_id, before)
        Lane(session, connection_id, self.clock).purge(before, self.clock.now() - ANSWER_SECONDS)
        ConnectorDesk(session).purge_sessions(connection_id, before)
        Post(session).purge(connection_id, before)
        return self._forget_queued(connection_id, before, session)

    def _forget_queued(self, connection_id: str, before: int, session: Session) -> bool:
        return Queue(session, connection_id, self.clock).purge(before, ROWS_AT_ONCE)
