"""Intuit's limits, kept before it has to enforce them: so many requests a second, a minute and at once per company."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from pyrate_limiter import Duration, InMemoryBucket, Limiter, MonotonicClock, Rate, SingleBucketFactory

from counterfoil.books.online.pace import Pace

TIDY_EVERY: Final = 1000
"""Turns after which a company's log of turns is tidied: none older than a minute counts."""


class _Log:
    """The turns that were taken within some spans."""

    def __init__(self, *rates: Rate) -> None:
        self._bucket = InMemoryBucket(list(rates))
        # Tidied here, and not by the library's thread: there is one event loop, and it has the time.
        self._limiter = Limiter(SingleBucketFactory(self._bucket, schedule_leak=False), buffer_ms=5)
        self._clock = MonotonicClock()
        self._turns = 0

    async def turn(self, name: str) -> None:
        await self._limiter.try_acquire_async(name)
        self._turns += 1
        if self._turns % TIDY_EVERY == 0:
            self._bucket.leak(self._clock.now())


class _Gate:
    """The way to one company."""

    def __init__(self, pace: Pace) -> None:
        self.places = asyncio.Semaphore(pace.at_once)
        self.requests = _Log(Rate(pace.per_second, Duration.SECOND), Rate(pace.per_minute, Duration.MINUTE))
        self.batches = _Log(Rate(pace.batches, Duration.MINUTE))


class Limits:
    """The limits of all companies; connections with the same company share them."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def turn(self, realm_id: str, *, is_batch: bool = False) -> AsyncIterator[None]:
        """Wait until the company may be asked, and have one of its places while the block runs."""
        gate = self._gates.get(realm_id)
        if gate is None:
            gate = self._gates[realm_id] = _Gate(self.pace)
        async with gate.places:
            if is_batch:
                await gate.batches.turn(realm_id)
            await gate.requests.turn(realm_id)
            yield
