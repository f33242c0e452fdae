"""The postman: takes what is due, sends it signed, records every try, and comes again when it was not accepted.

What is under way is claimed in the database, so that several processes share the work and one that dies holds nothing
up for longer than its claims last. Results are written together with the next claims, as many as have come meanwhile.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError
from counterfoil.dispatch.events import POST, Events
from counterfoil.dispatch.lanes import Bells, heard
from counterfoil.storage.contract import Store
from counterfoil.storage.post import Delivery
from counterfoil.storage.vault import Vault
from counterfoil.webhooks import signing
from counterfoil.webhooks.channels import Channels
from counterfoil.webhooks.line import Line, Unanswered
from counterfoil.webhooks.schedule import Pace, retry_after
from counterfoil.webhooks.targets import ForbiddenTarget
from counterfoil.webhooks.turns import Parcel, Tried, Turn, Turns, rest_until

IDLE_SECONDS: Final = 1.0
"""How long it rests at most: another process may have written post that no bell here tells of."""

LEAST_SECONDS: Final = 0.02
TROUBLE_SECONDS: Final = 2.0
"""How long it rests when the database takes nothing."""

_log = logging.getLogger(__name__)


class Sender:
    """Delivers post while it runs. `wake` it when something new is owed.

    `count` is told of every try what became of it: `delivered`, `again` or `given_up`. `source` is what ChargeOver's
    receivers are told of where post comes from.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        events: Events,
        bells: Bells,
        clock: Clock,
        line: Line,
        pace: Pace,
        count: Callable[[str], None] = lambda _: None,
        source: str = signing.SOURCE,
    ) -> None:
        self.store = store
        self.bells = bells
        self.clock = clock
        self.line = line
        self.count = count
        self.source = source
        self.channels = Channels(pace)
        self.turns = Turns(vault, events, clock, pace, self.channels)
        self._under_way: dict[asyncio.Task[None], Parcel] = {}
        self._tried: list[Tried] = []

    def wake(self) -> None:
        self.bells.ring(POST)

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is given back."""
        with self.bells.waiting(POST) as bell:
            async with self.line:
                try:
                    while True:
                        await heard(bell, await self._round(bell))
                finally:
                    await self._stop()

    async def deliver_due(self) -> int:
        """Try once whatever is due now, until nothing more is; tells how many tries it took. For tests."""
        count = 0
        bell = asyncio.Event()
        async with self.line:
            while True:
                turn = await self._turn(bell)
                if not turn.parcels and not self._under_way and not self._tried:
                    return count
                count += len(turn.parcels)
                if self._under_way:
                    await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _round(self, bell: asyncio.Event) -> float:
        """One turn, where there is anything to do: how long to rest afterwards, if no bell rings."""
        try:
            if not self._tried:
                is_due, next_at = await self.store.read(self.turns.is_due)
                if not is_due:
                    return self._rest(next_at)
            turn = await self._turn(bell)
            return LEAST_SECONDS if turn.parcels else self._rest(turn.next_at)
        except CounterfoilError as error:
            _log.error("post waits: %s", error)
            return TROUBLE_SECONDS

    async def _turn(self, bell: asyncio.Event) -> Turn:
        """Record what has come back, claim what may leave, and send it."""
        tried, self._tried = self._tried, []
        try:
            turn = await self.store.write(lambda session: self.turns.take(session, tried))
        except BaseException:
            self._tried = [*tried, *self._tried]
            raise
        for ended in turn.ended:
            self.count(ended)
        for parcel in turn.parcels:
            self.channels.leave(parcel.delivery.channel)
            task = asyncio.create_task(self._try(parcel, bell))
            self._under_way[task] = parcel
            task.add_done_callback(self._under_way.pop)
        return turn

    def _rest(self, next_at: int | None) -> float:
        if next_at is None:
            return IDLE_SECONDS
        return min(max(next_at - self.clock.precise(), LEAST_SECONDS), IDLE_SECONDS)

    async def _try(self, parcel: Parcel, bell: asyncio.Event) -> None:
        channel = parcel.delivery.channel
        try:
            if self._is_late(parcel.delivery):
                return
            tried = await self._sent(parcel)
            if tried.is_delivered:
                self.channels.succeeded(channel)
            else:
                self.channels.failed(channel, rest_until(tried, self.clock.now()))
            self._tried.append(tried)
        finally:
            self.channels.come_back(channel)
            bell.set()

    def _is_late(self, delivery: Delivery) -> bool:
        """Whether the claim has ended before anything was sent, as this process slept: it is another one's by now."""
        return delivery.due_at is not None and delivery.due_at <= self.clock.now()

    async def _sent(self, parcel: Parcel) -> Tried:
        """Send it, signed at this moment; whatever goes wrong is what became of the try."""
        delivery, now = parcel.delivery, self.clock.now()
        body = signing.posted(parcel.dialect, parcel.secrets, delivery.body)
        identifier, source = delivery.message_id, self.source
        headers = signing.headers(parcel.dialect, parcel.secrets, identifier, now, body, source=source)
        try:
            answer = await self.line.post(parcel.url, headers, body)
        except ForbiddenTarget as refusal:
            return Tried(delivery=delivery, status=None, answer=f"not sent: {refusal}", is_final=True)
        except Unanswered as trouble:
            return Tried(delivery=delivery, status=None, answer=str(trouble))
        except Exception as error:
            _log.error("delivery %s could not be tried", delivery.id, exc_info=error)
            return Tried(delivery=delivery, status=None, answer="not sent: an internal error occurred")
        rest = retry_after(answer.retry_after, now) if answer.retry_after is not None else None
        return Tried(delivery=delivery, status=answer.status, answer=answer.start, retry_after=rest)

    async def _stop(self) -> None:
        """Record what was tried, and give back what was not."""
        parcels = list(self._under_way.values())
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        tried, self._tried = self._tried, []
        done = {each.delivery.id for each in tried}
        left = [each for each in parcels if each.delivery.id not in done]
        if not tried and not left:
            return
        try:
            await self.store.write(lambda session: self.turns.end(session, tried, left))
        except CounterfoilError as error:
            _log.error("post that was under way is tried again when its claims have ended: %s", error)
