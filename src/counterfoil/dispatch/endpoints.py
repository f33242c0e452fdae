"""Looking after endpoints: who is told of an account's events, how they fare, and sending again what did not arrive."""

import heapq
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError, Unknown
from counterfoil.core.ids import random_uuid
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import new_webhook_secret
from counterfoil.dispatch.administration import ROTATION_SECONDS
from counterfoil.dispatch.events import Events, Happening
from counterfoil.dispatch.happenings import PAID, WHAT
from counterfoil.model.event import RESOURCE_OF
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.endpoints import ACTIVE, PAUSED, Endpoint, EndpointDesk, Health
from counterfoil.storage.installation import Installation
from counterfoil.storage.post import Delivery, DeliveryAttempt, Post, SecretRecord
from counterfoil.storage.vault import Vault

WHATS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(RESOURCE_OF, tuple(WHAT.values())),
    "request": ("succeeded", "failed", "outcome_unknown", "outcome_resolved"),
    "connection": ("connected", "offline", "recovered", "needs_attention", "paused"),
    "endpoint": ("failing", "test"),
}
"""What may be told of each subject; of an invoice also that it is paid."""

TEST: Final = "endpoint.test"
NEWEST: Final = "g"
"""What every id sorts before."""

MOST_SHOWN: Final = 200
_SECRET: Final = re.compile("[!-~]{8,255}")
"""What may stand in a header, as ChargeOver's secrets do, and is no accident."""

BY_HAND: Final = "paused by hand"


class CannotTell(CounterfoilError):
    """An endpoint cannot be set up so; the message says what to change."""


class NewEndpoint(Struct, frozen=True, kw_only=True):
    """What is asked of a new endpoint. `connection` limits it to one, `events` to some types (`invoice.paid`,
    `invoice.*`); a `secret` is brought along by those who have one already."""

    url: str
    dialect: str = "standard"
    connection: str | None = None
    events: tuple[str, ...] = ()
    is_ordered: bool = False
    secret: str | None = None


class EndpointView(Struct, frozen=True, kw_only=True):
    """An endpoint and how it fares: `active`, `failing` (for so long that it was told of) or `paused`."""

    endpoint: Endpoint
    health: Health
    company: str | None = None

    @property
    def state(self) -> str:
        if self.health.state == PAUSED:
            return PAUSED
        return "failing" if self.health.reported_at is not None else ACTIVE


class DeliveryView(Struct, frozen=True, kw_only=True):
    """A delivery, and every try at it."""

    delivery: Delivery
    tries: tuple[DeliveryAttempt, ...]

    @property
    def state(self) -> str:
        """As people call it: what was tried in vain and will be tried again is `retrying`."""
        is_retried = self.delivery.state == "due" and self.delivery.tries > self.delivery.spent
        return "retrying" if is_retried else self.delivery.state


class Endpoints:
    """Endpoints of accounts. `check_target` tells why post may not go to an address, None where it may."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        events: Events,
        clock: Clock,
        check_target: Callable[[str], str | None],
    ) -> None:
        self.store = store
        self.vault = vault
        self.events = events
        self.clock = clock
        self.check_target = check_target

    async def add(self, account_id: str, asked: NewEndpoint) -> tuple[Endpoint, str]:
        """An endpoint and its secret. Raises CannotTell, and Unknown for a connection that is none."""
        self._check(asked)
        secret, now = asked.secret or new_webhook_secret(), self.clock.now()
        record = SecretRecord(id=random_uuid(), sealed=self.vault.seal(secret), created_at=now, retired_at=None)

        def work(session: Session) -> Endpoint:
            endpoint = Endpoint(
                account_id=account_id,
                id=random_uuid(),
                connection_id=_connection_id(session, account_id, asked.connection),
                url=asked.url,
                dialect=asked.dialect,
                events=tuple(dict.fromkeys(asked.events)),
                is_ordered=asked.is_ordered,
                created_at=now,
            )
            EndpointDesk(session).add(endpoint)
            Post(session).add_secret(account_id, record, endpoint.id)
            return endpoint

        return await self.store.write(work), secret

    async def of_account(self, account_id: str) -> tuple[EndpointView, ...]:
        def look(session: Session) -> tuple[EndpointView, ...]:
            names = {each.id: each.name for each in Installation(session).connections(account_id)}
            return tuple(
                EndpointView(endpoint=endpoint, health=health, company=names.get(endpoint.connection_id or ""))
                for endpoint, health in EndpointDesk(session).with_health(account_id)
            )

        return await self.store.read(look)

    async def find(self, account_id: str, identifier: str) -> EndpointView:
        """Raises Unknown."""
        found = next((each for each in await self.of_account(account_id) if each.endpoint.id == identifier), None)
        if found is None:
            raise _unknown(f"There is no endpoint {identifier}.")
        return found

    async def remove(self, account_id: str, identifier: str) -> Endpoint:
        """Take an endpoint away; what it is owed still is withdrawn. Raises Unknown."""

        def work(session: Session) -> Endpoint:
            endpoint, _ = _found(session, account_id, identifier)
            for connection_id in _connections_of(session, endpoint):
                Post(session).withdraw(connection_id, endpoint.id)
            EndpointDesk(session).remove(endpoint)
            return endpoint

        return await self.store.write(work)

    async def pause(self, account_id: str, identifier: str) -> None:
        """Send it nothing for now; what happens meanwhile is kept for it."""
        await self._change(account_id, identifier, state=PAUSED, why=BY_HAND)

    async def resume(self, account_id: str, identifier: str) -> None:
        """Send it everything that it is owed."""
        await self._change(account_id, identifier, state=ACTIVE, why=None, failing_since=None, reported_at=None)

    async def secret(self, account_id: str, identifier: str, *, rotate: bool) -> str:
        """The secret that signs an endpoint's post; a new one on `rotate`, beside which the one before signs on for a
        day. Raises Unknown."""
        fresh, now = new_webhook_secret(), self.clock.now()
        record = SecretRecord(id=random_uuid(), sealed=self.vault.seal(fresh), created_at=now, retired_at=None)

        def work(session: Session) -> bytes:
            endpoint, _ = _found(session, account_id, identifier)
            post = Post(session)
            living = [each for each in post.secrets(account_id, endpoint.id) if each.retired_at is None]
            if living and not rotate:
                return living[-1].sealed
            post.retire_secrets(account_id, now + ROTATION_SECONDS, endpoint.id)
            post.add_secret(account_id, record, endpoint.id)
            return record.sealed

        return self.vault.open(await self.store.write(work))

    async def test(self, account_id: str, identifier: str) -> None:
        """Send it an event that says nothing but that it arrives, whatever it wants to be told of."""

        def work(session: Session) -> None:
            endpoint, _ = _found(session, account_id, identifier)
            connection_id = next(iter(_connections_of(session, endpoint)), None)
            if connection_id is None:
                raise CannotTell("there is no connection yet that it could be told of; make one first")
            happening = Happening(type=TEST, subject_id=endpoint.id, details={"message": "It works."})
            self.events.tell(session, connection_id, [structs.replace(endpoint, events=())], [happening])

        await self.store.write(work)
        self.events.wake()

    async def deliveries(
        self, account_id: str, identifier: str, *, limit: int = 50, before: str = NEWEST, failed: bool = False
    ) -> tuple[DeliveryView, ...]:
        """What an endpoint was or is owed, the newest first, from before an id on; or of it what was given up."""
        most = min(limit, MOST_SHOWN)

        def look(session: Session) -> tuple[DeliveryView, ...]:
            endpoint, _ = _found(session, account_id, identifier)
            post = Post(session)
            parts = (
                post.of_endpoint(each, endpoint.id, before, most, "failed" if failed else None)
                for each in _connections_of(session, endpoint)
            )
            newest = itertools.islice(heapq.merge(*parts, key=lambda each: each.id, reverse=True), most)
            return tuple(
                DeliveryView(delivery=each, tries=tuple(post.tries(each.connection_id, each.id))) for each in newest
            )

        return await self.store.read(look)

    async def replay(self, account_id: str, delivery_id: str) -> Delivery:
        """Send a delivery again, with the same words under the same name, delivered or not. Raises Unknown."""

        def work(session: Session) -> Delivery:
            post = Post(session)
            for connection in Installation(session).connections(account_id):
                found = post.find(connection.id, delivery_id)
                if found is not None and found.state != "withdrawn":
                    if found.endpoint_id is not None and EndpointDesk(session).find(found.endpoint_id) is None:
                        raise _unknown(f"The endpoint of delivery {delivery_id} was removed.")
                    post.send_again(connection.id, delivery_id, self.clock.now())
                    return found
            raise _unknown(f"There is no delivery {delivery_id}.")

        replayed = await self.store.write(work)
        self.events.ring()
        return replayed

    async def recover(self, account_id: str, identifier: str, since: int) -> int:
        """Send again everything since a moment that was given up; tells how much it was. Raises Unknown."""

        def work(session: Session) -> int:
            endpoint, _ = _found(session, account_id, identifier)
            now = self.clock.now()
            connections = _connections_of(session, endpoint)
            return sum(Post(session).recover(each, endpoint.id, since, now) for each in connections)

        count = await self.store.write(work)
        self.events.ring()
        return count

    def _check(self, asked: NewEndpoint) -> None:
        why = self.check_target(asked.url)
        if why is not None:
            raise CannotTell(f"post cannot go to {asked.url}: {why}")
        if asked.dialect not in self.events.renderers:
            known = ", ".join(self.events.renderers)
            raise CannotTell(f"{asked.dialect} is no dialect that endpoints are told in; there are: {known}")
        for each in asked.events:
            check_event(each)
        if asked.secret and not _SECRET.fullmatch(asked.secret):
            raise CannotTell("a secret that is brought along has 8 to 255 letters, digits and signs, and no blank")

    async def _change(self, account_id: str, identifier: str, **changes: object) -> None:
        def work(session: Session) -> None:
            endpoint, health = _found(session, account_id, identifier)
            EndpointDesk(session).put_health(endpoint, structs.replace(health, **changes))

        await self.store.write(work)
        self.events.ring()


def check_event(pattern: str) -> None:
    """Raises CannotTell where nothing of the kind is ever told."""
    subject, _, what = pattern.partition(".")
    if pattern in ("*", PAID) or (subject in WHATS and what in ("*", *WHATS[subject])):
        return
    if subject in WHATS:
        known = ", ".join(f"{subject}.{each}" for each in WHATS[subject])
        raise CannotTell(f"{pattern} is no event; of this there are: {known}, {subject}.*")
    raise CannotTell(f"{pattern} is no event; write one such as invoice.paid, invoice.*, request.failed or *")


def _found(session: Session, account_id: str, identifier: str) -> tuple[Endpoint, Health]:
    found = EndpointDesk(session).find(identifier)
    if found is None or found[0].account_id != account_id:
        raise _unknown(f"There is no endpoint {identifier}.")
    return found


def _connections_of(session: Session, endpoint: Endpoint) -> Sequence[str]:
    """The connections whose events an endpoint is told of."""
    if endpoint.connection_id is not None:
        return (endpoint.connection_id,)
    return [each.id for each in Installation(session).connections(endpoint.account_id)]


def _connection_id(session: Session, account_id: str, identifier: str | None) -> str | None:
    if identifier is None:
        return None
    found = Installation(session).find_connection(account_id, identifier)
    if found is None:
        raise _unknown(f"There is no connection {identifier}.")
    return found.id


def _unknown(detail: str) -> Unknown:
    return Unknown(Problem("unknown_resource", (), {"detail": detail}))
