"""What is told to endpoints: an event is rendered and owed in the transaction that made it, once for each of them."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, runtime_checkable

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.core.ids import random_uuid
from counterfoil.dispatch.submit import NUMBERED_BOOKS
from counterfoil.model.event import Event
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.shape import Resource
from counterfoil.storage.aliases import Aliases
from counterfoil.storage.contract import Session
from counterfoil.storage.endpoints import Endpoint, EndpointDesk
from counterfoil.storage.installation import Installation
from counterfoil.storage.margin import Margin
from counterfoil.storage.post import Delivery, Post
from counterfoil.storage.sequences import Sequences

POST: Final = "post"
"""The bell of whoever delivers post, and the counter of each connection's events."""

NOTED: Final = "qube"
"""The dialect of addresses that are no endpoint's: those of a request, and those noted of a connection."""

KNOWN: Final = 20_000
Numbers = Mapping[str, Mapping[str, int]]
"""Numbers of objects, by space of ids and by id."""

Beside = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What is kept beside objects, by resource and id."""

_log = logging.getLogger(__name__)


class Renderer(Protocol):
    """One dialect's words for an event. The wiring gives one for each dialect that an endpoint may speak."""

    def body(self, event: Event) -> bytes:
        """The dialect's own JSON, the same bytes for the same event. Never raises, whatever the resource."""
        ...

    def bare(self, event: Event) -> bytes:
        """Ids and types alone."""
        ...


@runtime_checkable
class NumberingRenderer(Protocol):
    """The words of a dialect that calls objects by numbers."""

    def mentions(self, event: Event) -> Mapping[str, Sequence[str]]:
        """The ids, by space, whose numbers a body tells."""
        ...

    def body(self, event: Event, numbers: Numbers) -> bytes: ...

    def bare(self, event: Event) -> bytes: ...


@runtime_checkable
class KeepingRenderer(Protocol):
    """The words of a dialect that also tells what callers said of objects and the books cannot hold."""

    def keeps(self, event: Event) -> Mapping[str, Sequence[str]]:
        """The ids, by resource, of the objects of which that is told."""
        ...


class Happening(Struct, frozen=True, kw_only=True):
    """What is to be told: an event without its names. See `Event` for the fields."""

    type: str
    subject_id: str
    resource: Resource | Voided | Deleted | None = None
    request_id: str | None = None
    details: Mapping[str, str] = {}


class Events:
    """Writes down what endpoints are to be told. `renderers` are keyed by dialect; `ring` tells the sender."""

    def __init__(self, clock: Clock, renderers: Mapping[str, Renderer], ring: Callable[[], None]) -> None:
        self.clock = clock
        self.renderers = renderers
        self.ring = ring
        self._accounts: dict[str, str] = {}
        self._is_news = False

    def wake(self) -> None:
        """What was written is committed: the sender is told, if there was any post in it.

        Should another transaction's news be told too early so, the sender finds it a moment later by itself.
        """
        if self._is_news:
            self._is_news = False
            self.ring()

    def note(self) -> None:
        """There is post in what is being written."""
        self._is_news = True

    def listeners(self, session: Session, connection_id: str) -> tuple[Endpoint, ...]:
        """Who may want to be told of a connection. Where the account has no endpoint, that is known without a look."""
        account = self._account_of(session, connection_id)
        if account is None:
            return ()
        found = EndpointDesk(session).of_account(account)
        return tuple(each for each in found if each.connection_id in (None, connection_id)) if found else ()

    def tell(
        self,
        session: Session,
        connection_id: str,
        listeners: Sequence[Endpoint],
        happenings: Iterable[Happening],
    ) -> None:
        """Write what happened down for each endpoint that wants it: the body as it will be sent, at every try."""
        for happening in happenings:
            wanting = [each for each in listeners if each.wants(happening.type, connection_id)]
            if wanting:
                self._owe(session, connection_id, wanting, happening)

    def post(self, session: Session, connection_id: str, url: str, happening: Happening) -> None:
        """Write what happened down for an address that callers noted of a connection: it is signed as the post of
        queued requests is, and speaks their dialect.
        """
        account_id = self._account_of(session, connection_id)
        if account_id is None:
            return
        event = self._event(session, account_id, connection_id, happening)
        self.note()
        Post(session).owe(
            Delivery(
                connection_id=connection_id,
                id=random_uuid(),
                request_id=None,
                url=url,
                body=self._body(session, NOTED, event),
                state="due",
                tries=0,
                due_at=event.at,
                created_at=event.at,
                channel=channel_to(connection_id, url),
                event_id=event.id,
                event_type=event.type,
            )
        )

    def _owe(self, session: Session, connection_id: str, endpoints: Sequence[Endpoint], happening: Happening) -> None:
        event = self._event(session, endpoints[0].account_id, connection_id, happening)
        number = Sequences(session, connection_id, self.clock).take(POST)
        self.note()
        bodies: dict[str, bytes] = {}
        for endpoint in endpoints:
            if endpoint.dialect not in bodies:
                bodies[endpoint.dialect] = self._body(session, endpoint.dialect, event)
            Post(session).owe(_delivery(event, endpoint, number, bodies[endpoint.dialect]))

    def _event(self, session: Session, account_id: str, connection_id: str, happening: Happening) -> Event:
        return Event(
            id=random_uuid(),
            type=happening.type,
            account_id=account_id,
            connection_id=connection_id,
            subject_id=happening.subject_id,
            at=self.clock.now(),
            resource=happening.resource,
            request_id=happening.request_id,
            details=happening.details,
            aliases=_aliases(session, account_id, connection_id),
        )

    def _body(self, session: Session, dialect: str, event: Event) -> bytes:
        """An event that cannot be rendered must not undo what it tells of: it is told by its ids alone."""
        renderer = self.renderers[dialect]
        try:
            if isinstance(renderer, KeepingRenderer):
                event = structs.replace(event, beside=self._beside(session, event, renderer.keeps(event)))
            if isinstance(renderer, NumberingRenderer):
                return renderer.body(event, self._numbers(session, event, renderer.mentions(event)))
            return renderer.body(event)
        except Exception as error:
            _log.error("%s %s could not be rendered for %s", event.type, event.id, dialect, exc_info=error)
            return renderer.bare(event)

    def _numbers(self, session: Session, event: Event, mentioned: Mapping[str, Sequence[str]]) -> Numbers:
        connection = Installation(session).find_connection(event.account_id, event.connection_id)
        if connection is not None and connection.books in NUMBERED_BOOKS:
            return {space: {id: int(id) for id in ids if _is_number(id)} for space, ids in mentioned.items()}
        margin = Margin(session, event.connection_id, self.clock)
        return {space: margin.number(space, list(ids)) for space, ids in mentioned.items() if ids}

    def _beside(self, session: Session, event: Event, asked: Mapping[str, Sequence[str]]) -> Beside:
        margin = Margin(session, event.connection_id, self.clock)
        return {resource: margin.kept(resource, ids) for resource, ids in asked.items()}

    def _account_of(self, session: Session, connection_id: str) -> str | None:
        """Connections never change hands."""
        known = self._accounts.get(connection_id)
        if known is None:
            known = Installation(session).account_of(connection_id)
            if known is None:
                return None
            if len(self._accounts) >= KNOWN:
                self._accounts.clear()
            self._accounts[connection_id] = known
        return known


def _aliases(session: Session, account_id: str, connection_id: str) -> tuple[str, ...]:
    return tuple(each.alias for each in Aliases(session, account_id).of(connection_id))


def channel_to(connection_id: str, url: str) -> str:
    """The channel of post to an address that is no endpoint's: what goes to one host shares it, so that a host that
    does not answer holds up no other.
    """
    return f"{connection_id} {'/'.join(url.split('/', 3)[:3])}"


def _delivery(event: Event, endpoint: Endpoint, number: int, body: bytes) -> Delivery:
    return Delivery(
        connection_id=event.connection_id,
        id=random_uuid(),
        request_id=event.request_id,
        url=endpoint.url,
        body=body,
        state="due",
        tries=0,
        due_at=event.at,
        created_at=event.at,
        endpoint_id=endpoint.id,
        channel=endpoint.id,
        number=number,
        is_ordered=endpoint.is_ordered,
        event_id=event.id,
        event_type=event.type,
    )


def _is_number(id: str) -> bool:
    return id.isascii() and id.isdecimal()
