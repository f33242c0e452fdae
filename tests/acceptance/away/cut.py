"""A store that goes away at one access, of all that serving a request takes, and how it does so."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from tests.support.middle import MiddleStore

from counterfoil.core.errors import StorageAway, StorageFull
from counterfoil.storage.contract import Session
from counterfoil.storage.sqlite import SqliteStore

T = TypeVar("T")
Access = Literal["read", "write"]
Fate = Literal["refused", "full", "gone", "lost", "doubt"]
"""`refused`: this access fails, nothing of it was done; `full`: so, for want of room; `gone`: and so does every later
one. `lost`: a write is done, and its caller told that nobody knows; `doubt`: it is told so, and nothing was done. After
both the database is gone."""

FATES: Final[dict[Access, tuple[Fate, ...]]] = {
    "read": ("refused", "gone"),
    "write": ("refused", "full", "gone", "lost", "doubt"),
}


@dataclass(frozen=True)
class Cut:
    """The access, from nought, at which the database goes away, and how."""

    at: int
    fate: Fate


class CutStore(MiddleStore[SqliteStore]):
    """Notes each access, and fails as it is told to."""

    def __init__(self, inner: SqliteStore) -> None:
        super().__init__(inner)
        self.noted: list[Access] = []
        self.cut: Cut | None = None
        self.has_struck = False

    def meets_nobody(self) -> bool:
        return self._fate("read") is not None

    def plan(self, cut: Cut | None) -> None:
        """Begin to count anew."""
        self.noted, self.cut, self.has_struck = [], cut, False

    def begin(self, work: Callable[[Session], T], lane: str | None = None) -> asyncio.Future[T]:
        fate = self._fate("write")
        if fate is None:
            return self.inner.begin(work, lane)
        return asyncio.ensure_future(self._failed(fate, work, lane))

    async def write(self, work: Callable[[Session], T], lane: str | None = None) -> T:
        return await self.begin(work, lane)

    def _fate(self, access: Access) -> Fate | None:
        number = len(self.noted)
        self.noted.append(access)
        if self.cut is None or number < self.cut.at:
            return None
        if number == self.cut.at:
            self.has_struck = True
            return self.cut.fate
        return None if self.cut.fate in ("refused", "full") else "gone"

    async def _failed(self, fate: Fate, work: Callable[[Session], Any], lane: str | None) -> Any:
        if fate == "lost":
            await self.inner.write(work, lane)
        if fate == "full":
            raise StorageFull
        raise StorageAway(in_commit=fate in ("lost", "doubt"))
