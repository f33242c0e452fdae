"""Working for a lane as the only process that does: for books that have to be called, and not they us.

Whoever finds work in a lane takes it, says again and again that it is still there, and gives it up when nothing is
left to do, so that a lane at rest costs nothing. A process that dies is waited for until its time is over; one that
was only slow finds that its number is no longer the last, and can write nothing more.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError, NotNow
from counterfoil.core.ids import process_name
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.tenures import Hold, Tenures

LEASE_SECONDS: Final = 12
"""After how long a lane is free whose holder said nothing more."""

RENEWED_EVERY: Final = 3.0
_log = logging.getLogger(__name__)


class Superseded(CounterfoilError):
    """Another process holds the lane by now: what this one still wanted to write is not written."""


class Tenure:
    """This process's hold on one lane, which several of its tasks may share.

    Where no other process can be (`is_shared` is false), the lane is always this one's.
    """

    def __init__(self, store: Store, connection_id: str, clock: Clock, *, is_shared: bool) -> None:
        self.store = store
        self.connection_id = connection_id
        self.clock = clock
        self.is_shared = is_shared
        self._name = process_name()
        self._fence = 0
        self._count = 0
        self._turn = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def held(self) -> AsyncIterator[float]:
        """Hold the lane while the block runs: nil, or for how many seconds somebody else has it."""
        rest = await self._entered() if self.is_shared else 0.0
        try:
            yield rest
        finally:
            if self.is_shared and not rest:
                await self._left()

    def check(self, session: Session) -> None:
        """Raises Superseded where the lane is no longer this process's; asked in every transaction that writes."""
        if not self.is_shared:
            return
        hold = self._tenures(session).find()
        if hold.holder != self._name or hold.fence != self._fence:
            raise Superseded(f"the lane of connection {self.connection_id} has gone to another process")

    async def _entered(self) -> float:
        async with self._turn:
            if not self._count:
                rest = await self.store.write(self._taken, self.connection_id)
                if rest:
                    return rest
                self._renewing = asyncio.create_task(self._renewed())
            self._count += 1
            return 0.0

    async def _left(self) -> None:
        async with self._turn:
            self._count -= 1
            if self._count:
                return
            if self._renewing is not None:
                self._renewing.cancel()
                await asyncio.gather(self._renewing, return_exceptions=True)
            with contextlib.suppress(NotNow):  # then it runs out by itself
                await self.store.write(self._given_up, self.connection_id)

    async def _renewed(self) -> None:
        """Say that this process is still there, until cancelled or superseded."""
        while True:
            await asyncio.sleep(RENEWED_EVERY)
            try:
                await self.store.write(self._prolonged, self.connection_id)
            except NotNow as error:
                _log.warning("the hold on connection %s could not be renewed: %s", self.connection_id, error)
            except Superseded:
                return

    def _taken(self, session: Session) -> float:
        """Take the lane; gives for how many seconds somebody else has it."""
        tenures, now = self._tenures(session), self.clock.now()
        hold = tenures.find()
        if hold.holder not in (None, self._name) and hold.until > now:
            return float(hold.until - now)
        self._fence = hold.fence + 1
        tenures.put(Hold(holder=self._name, until=now + LEASE_SECONDS, fence=self._fence))
        return 0.0

    def _prolonged(self, session: Session) -> None:
        self.check(session)
        until = self.clock.now() + LEASE_SECONDS
        self._tenures(session).put(Hold(holder=self._name, until=until, fence=self._fence))

    def _given_up(self, session: Session) -> None:
        tenures = self._tenures(session)
        hold = tenures.find()
        if hold.holder == self._name and hold.fence == self._fence:
            tenures.put(Hold(fence=hold.fence))

    def _tenures(self, session: Session) -> Tenures:
        return Tenures(session, self.connection_id, self.clock)
