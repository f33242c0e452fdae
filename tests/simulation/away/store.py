"""A store whose database goes away at one access, as seen from the floors above: nothing of it is about SQL.

Of a write that is `refused` nothing was begun; one that is `lost` in its commit was stored (`lost-stored`) or was not
(`lost-undone`), and whoever asked is not told which. A read is always `refused`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from tests.support.middle import MiddleStore

from counterfoil.core.errors import StorageAway
from counterfoil.storage.contract import Session, Store

T = TypeVar("T")
Fate = Literal["refused", "lost-stored", "lost-undone"]


@dataclass
class Outage:
    """What befalls the `nth` access that can meet this fate, counted from one; the `after` next ones are refused.

    It counts while it is `armed`. Where `struck` stays false there was no such access.
    """

    fate: Fate
    nth: int
    after: int = 0
    armed: bool = False
    struck: bool = False

    def of_read(self) -> Fate | None:
        if self.struck:
            return self._still()
        return self._next() if self.fate == "refused" else None

    def of_write(self) -> Fate | None:
        return self._still() if self.struck else self._next()

    def _next(self) -> Fate | None:
        if not self.armed:
            return None
        self.nth -= 1
        self.struck = self.nth <= 0
        return self.fate if self.struck else None

    def _still(self) -> Fate | None:
        self.after -= 1
        return "refused" if self.after >= 0 else None


class _Undone(Exception):
    """Takes a piece of work back that has run."""


class AwayStore(MiddleStore[Store]):
    """A store that an outage befalls."""

    def __init__(self, inner: Store, outage: Outage) -> None:
        super().__init__(inner)
        self.outage = outage

    def meets_nobody(self) -> bool:
        return self.outage.of_read() is not None

    def begin(self, work: Callable[[Session], T], lane: str | None = None) -> asyncio.Future[T]:
        return asyncio.ensure_future(self.write(work, lane))

    async def write(self, work: Callable[[Session], T], lane: str | None = None) -> T:
        fate = self.outage.of_write()
        if fate is None:
            return await self.inner.write(work, lane)
        if fate == "refused":
            raise StorageAway
        await (self.inner.write(work, lane) if fate == "lost-stored" else self._undone(work, lane))
        raise StorageAway(in_commit=True)

    async def _undone(self, work: Callable[[Session], T], lane: str | None) -> None:
        def run(session: Session) -> None:
            work(session)
            raise _Undone

        try:
            await self.inner.write(run, lane)
        except _Undone:
            return
