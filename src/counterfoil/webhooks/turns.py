"""A turn of the sender, in one transaction: what became of the tries before, and what is to be tried next."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.core.ids import random_hex, random_uuid
from counterfoil.core.secrets import new_webhook_secret
from counterfoil.dispatch.events import Events, Happening
from counterfoil.storage.claims import Claims, Waiting
from counterfoil.storage.contract import Session
from counterfoil.storage.endpoints import ACTIVE, PAUSED, Endpoint, EndpointDesk, Health
from counterfoil.storage.installation import Installation
from counterfoil.storage.post import Delivery, DeliveryAttempt, Post, SecretRecord
from counterfoil.storage.queue import Queue
from counterfoil.storage.vault import Vault
from counterfoil.webhooks.channels import Channels
from counterfoil.webhooks.schedule import LONGEST_REST, Pace, next_try

GONE: Final = 410
GONE_WORDS: Final = "it answered 410 Gone: it wants no more post"
FAILING_SECONDS: Final = 24 * 3600
"""After how long without a success the other endpoints are told; sooner, where a delivery is given up."""

HEALTH_SECONDS: Final = 60
"""How often, at most, it is noted that an endpoint still takes its post, or still does not."""

LOOK: Final = 256
"""Channels, and connections of an ordered one, that one turn looks at; the next turn goes on from there."""

PER_REQUEST: Final = "qube"
"""The dialect of addresses that come with a request."""

TOLD: Final = {"delivered": "succeeded", "due": "pending", "failed": "failed"}
"""What QUBE's callers are told of the post of their request."""


_log = logging.getLogger(__name__)


class Parcel(Struct, frozen=True, kw_only=True):
    """A delivery that is this process's to try: where to, in whose dialect, and the secrets that sign it."""

    delivery: Delivery
    url: str
    dialect: str
    secrets: tuple[str, ...]


class Tried(Struct, frozen=True, kw_only=True):
    """What became of a try. `is_final` says that the same address can never be tried again."""

    delivery: Delivery
    status: int | None
    answer: str
    retry_after: int | None = None
    is_final: bool = False

    @property
    def is_delivered(self) -> bool:
        """Only 2xx is: a redirection is a failure, because post goes where it was sent and nowhere else."""
        return self.status is not None and 200 <= self.status < 300


class Turn(Struct, frozen=True, kw_only=True):
    """What a turn came to. `ended` tells of each try: `delivered`, `again` or `given_up`; `next_at` is when something
    falls due next, as far as was looked."""

    parcels: tuple[Parcel, ...] = ()
    ended: tuple[str, ...] = ()
    next_at: int | None = None


class Turns:
    """Records and claims. One sender alone uses it: it remembers where it stopped to look."""

    def __init__(self, vault: Vault, events: Events, clock: Clock, pace: Pace, channels: Channels) -> None:
        self.vault = vault
        self.events = events
        self.clock = clock
        self.pace = pace
        self.channels = channels
        self.after = ""
        self.connection_after: dict[str, str] = {}

    def is_due(self, session: Session) -> tuple[bool, int | None]:
        """Whether anything may be claimed now, without writing; else when something falls due."""
        now, next_at = self.clock.now(), None
        found = self.waiting(Claims(session))
        for each in found:
            if each.first_due <= now and self.channels.slots(each.channel, now) > 0:
                if is_open(session, each.channel):
                    return True, None
                continue
            due = max(each.first_due, self.channels.rests_until(each.channel))
            if due > now:
                next_at = min(next_at or due, due)
        if len(found) == LOOK:  # there are more of them to look at
            self.after, next_at = found[-1].channel, now
        return False, next_at

    def take(self, session: Session, tried: Sequence[Tried]) -> Turn:
        ended = Recording(session, self).record(tried)
        turn = Claiming(session, self).claim()
        return structs.replace(turn, ended=ended)

    def end(self, session: Session, tried: Sequence[Tried], left: Iterable[Parcel]) -> None:
        """The last turn: record what was tried, and give back what was claimed and was not."""
        Recording(session, self).record(tried)
        Claims(session).release([each.delivery for each in left], self.clock.now())

    def waiting(self, claims: Claims) -> list[Waiting]:
        """Channels from where the last look stopped, and round to it again."""
        found = claims.waiting(self.after, LOOK)
        if len(found) < LOOK and self.after:
            found += [each for each in claims.waiting("", LOOK - len(found)) if each.channel <= self.after]
        return found


class Recording:
    """What became of tries."""

    def __init__(self, session: Session, turns: Turns) -> None:
        self.session = session
        self.clock = turns.clock
        self.pace = turns.pace
        self.events = turns.events
        self.claims = Claims(session)
        self.desk = EndpointDesk(session)
        self.now = turns.clock.now()

    def record(self, tried: Sequence[Tried]) -> tuple[str, ...]:
        ended: list[str] = []
        of_endpoints: dict[str, list[tuple[Tried, bool]]] = {}
        for each in tried:
            held = self.claims.held(each.delivery)
            if held is None:  # the claim ran out, and somebody else has it
                continue
            state = self._settle(held, each)
            if state == "failed":
                where, tries = held.connection_id, held.tries + 1
                _log.warning("delivery %s of connection %s was given up after %s tries", held.id, where, tries)
            ended.append({"delivered": "delivered", "due": "again"}.get(state, "given_up"))
            if held.endpoint_id is not None:
                of_endpoints.setdefault(held.endpoint_id, []).append((each, state == "failed"))
        for endpoint_id, results in sorted(of_endpoints.items()):
            self._note(endpoint_id, results)
        return tuple(ended)

    def _settle(self, held: Delivery, tried: Tried) -> str:
        """Record a try; gives the state of the delivery. What an endpoint that has gone was owed is kept for it."""
        number = held.tries + 1
        state, due_at = "delivered", None
        if not tried.is_delivered:
            due_at = self._next(held, tried, number - held.spent)
            state = "failed" if due_at is None else "due"
        attempt = DeliveryAttempt(number=number, attempted_at=self.now, status=tried.status, answer=tried.answer)
        self.claims.settle(held, attempt, state, due_at)
        if held.endpoint_id is None and held.request_id is not None:
            error = None if tried.is_delivered else _words(tried)
            queue = Queue(self.session, held.connection_id, self.clock)
            queue.set_webhook(held.request_id, TOLD[state], error, self.now)
        return state

    def _next(self, held: Delivery, tried: Tried, tries: int) -> int | None:
        if held.endpoint_id is None and (tried.is_final or tried.status == GONE):
            return None
        due_at = next_try(self.pace.schedule, held.id, tries, self.now, tried.retry_after)
        if due_at is None and held.endpoint_id is not None and tried.status == GONE:
            return self.now  # it is paused, and has this coming when somebody resumes it
        return due_at

    def _note(self, endpoint_id: str, results: Sequence[tuple[Tried, bool]]) -> None:
        """How an endpoint fares now; the others are told where it is time."""
        found = self.desk.find(endpoint_id)
        if found is None:
            return
        endpoint, before = found
        after = before
        for tried, _ in results:
            after = self._after(after, tried)
        given_up = any(is_given_up for _, is_given_up in results)
        if self._is_to_be_told(before, after, given_up=given_up):
            after = structs.replace(after, reported_at=self.now)
            self._tell(endpoint, after, results[-1][0].delivery.connection_id)
        if after != before:
            self.desk.put_health(endpoint, after)

    def _after(self, health: Health, tried: Tried) -> Health:
        if tried.is_delivered:
            is_noted = health.last_success_at is not None and self.now - health.last_success_at < HEALTH_SECONDS
            if health.failing_since is None and is_noted:
                return health
            return structs.replace(
                health, failing_since=None, last_failure=None, reported_at=None, last_success_at=self.now
            )
        if health.failing_since is None or tried.status == GONE:
            gone = {"state": PAUSED, "why": GONE_WORDS} if tried.status == GONE else {}
            since = health.failing_since if health.failing_since is not None else self.now
            return structs.replace(health, failing_since=since, last_failure=_words(tried), **gone)
        return structs.replace(health, last_failure=_words(tried))

    def _is_to_be_told(self, before: Health, after: Health, *, given_up: bool) -> bool:
        """Once in each spell of failures: when it has gone on for long, a delivery was given up, or it was paused."""
        if after.failing_since is None or after.reported_at is not None:
            return False
        is_paused = after.state == PAUSED and before.state != PAUSED
        return given_up or is_paused or self.now - after.failing_since >= FAILING_SECONDS

    def _tell(self, endpoint: Endpoint, health: Health, connection_id: str) -> None:
        listeners = self.events.listeners(self.session, connection_id)
        others = [each for each in listeners if each.id != endpoint.id]
        details = {
            "url": endpoint.url,
            "state": health.state if health.state == PAUSED else "failing",
            "failing_since": str(health.failing_since),
            "message": health.why or health.last_failure or "",
        }
        told = Happening(type="endpoint.failing", subject_id=endpoint.id, details=details)
        self.events.tell(self.session, connection_id, others, [told])


class Claiming:
    """What is to be tried next, a part of it for each receiver in turn."""

    def __init__(self, session: Session, turns: Turns) -> None:
        self.session = session
        self.turns = turns
        self.channels = turns.channels
        self.claims = Claims(session)
        self.desk = EndpointDesk(session)
        self.now = turns.clock.now()
        self.holder = random_hex(16)
        self.parcels: list[Parcel] = []
        self.next_at: int | None = None
        self._secrets: dict[tuple[str, str | None], tuple[str, ...]] = {}
        self._accounts: dict[str, str | None] = {}

    def claim(self) -> Turn:
        for each in self.turns.waiting(self.claims):
            if self.channels.room <= len(self.parcels):
                break
            self.turns.after = each.channel
            if each.first_due > self.now:
                self._later(each.first_due)
            else:
                self._of_channel(each.channel)
        return Turn(parcels=tuple(self.parcels), next_at=self.next_at)

    def _of_channel(self, channel: str) -> None:
        slots = min(self.channels.slots(channel, self.now), self.channels.room - len(self.parcels))
        if slots <= 0:
            if self.channels.rests_until(channel) > self.now:
                self._later(self.channels.rests_until(channel))
            return
        found = self.desk.find(channel) if is_endpoints(channel) else None
        if found is not None and found[1].state != ACTIVE:
            return
        endpoint = found[0] if found is not None else None
        due = self.claims.due(channel, self.now, slots)
        if endpoint is not None and endpoint.is_ordered:
            due = self._heads(channel, slots)
        for connection_id, identifier in due:
            self._take(connection_id, identifier, endpoint)

    def _heads(self, channel: str, slots: int) -> list[tuple[str, str]]:
        """What may leave of a channel that keeps order: the first of each connection, where it is due."""
        after = self.turns.connection_after.pop(channel, "")
        found = self.claims.heads(channel, after, LOOK)
        if len(found) < LOOK and after:
            rest = self.claims.heads(channel, "", LOOK - len(found))
            found += [each for each in rest if each.connection_id <= after]
        due: list[tuple[str, str]] = []
        for each in found:
            if len(due) >= slots:
                break
            self.turns.connection_after[channel] = each.connection_id
            if each.due_at <= self.now:
                due.append((each.connection_id, each.id))
            else:
                self._later(each.due_at)
        return due

    def _take(self, connection_id: str, identifier: str, endpoint: Endpoint | None) -> None:
        until = self.now + self.turns.pace.lease
        delivery = self.claims.claim(connection_id, identifier, self.holder, self.now, until)
        if delivery is None:
            return
        if endpoint is None and delivery.endpoint_id is not None:
            Post(self.session).withdraw(connection_id, delivery.endpoint_id)  # it was removed meanwhile
            return
        account = endpoint.account_id if endpoint is not None else self._account_of(connection_id)
        self.parcels.append(
            Parcel(
                delivery=delivery,
                url=endpoint.url if endpoint is not None else delivery.url,
                dialect=endpoint.dialect if endpoint is not None else PER_REQUEST,
                secrets=self._signing(account, delivery.endpoint_id),
            )
        )

    def _signing(self, account_id: str | None, endpoint_id: str | None) -> tuple[str, ...]:
        """The secrets that sign just now; an account's first is made with its first post."""
        if account_id is None:
            return ()
        known = self._secrets.get((account_id, endpoint_id))
        if known is None:
            post = Post(self.session)
            records = post.secrets(account_id, endpoint_id)
            living = [each for each in records if each.retired_at is None or each.retired_at > self.now]
            if not living:
                living = [self._first_secret()]
                post.add_secret(account_id, living[0], endpoint_id)
            known = tuple(self.turns.vault.open(each.sealed) for each in living)
            self._secrets[account_id, endpoint_id] = known
        return known

    def _first_secret(self) -> SecretRecord:
        sealed = self.turns.vault.seal(new_webhook_secret())
        return SecretRecord(id=random_uuid(), sealed=sealed, created_at=self.now, retired_at=None)

    def _account_of(self, connection_id: str) -> str | None:
        if connection_id not in self._accounts:
            self._accounts[connection_id] = Installation(self.session).account_of(connection_id)
        return self._accounts[connection_id]

    def _later(self, moment: int) -> None:
        self.next_at = moment if self.next_at is None else min(self.next_at, moment)


def is_endpoints(channel: str) -> bool:
    """Whether a channel is an endpoint's: it bears its id. Others are of addresses, after their connection's id."""
    return " " not in channel


def is_open(session: Session, channel: str) -> bool:
    """Whether what is due in a channel may leave: of an endpoint that is paused, nothing does."""
    found = EndpointDesk(session).find(channel) if is_endpoints(channel) else None
    return found is None or found[1].state == ACTIVE


def rest_until(tried: Tried, now: int) -> int:
    """Until when a receiver wants to be left alone; nil where it did not say."""
    return now + min(tried.retry_after, LONGEST_REST) if tried.retry_after else 0


def _words(tried: Tried) -> str:
    return f"{tried.status if tried.status is not None else ''} {tried.answer}".strip()[:500]
