"""A store between those who use one and the one that keeps: what befalls an access is for who inherits from it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from counterfoil.core.errors import StorageAway
from counterfoil.storage.contract import Session, Store, Watch

T = TypeVar("T")
Keeper = TypeVar("Keeper", bound=Store)


class MiddleStore(Generic[Keeper]):
    """Passes reads on, but for those that find the database away. `inner` is what tests look at: nothing befalls it."""

    def __init__(self, inner: Keeper) -> None:
        self.inner = inner

    @property
    def watch(self) -> Watch:
        return self.inner.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self.inner.watch = watch

    def meets_nobody(self) -> bool:
        """Whether the read at hand finds the database away; counts it."""
        raise NotImplementedError

    async def read(self, work: Callable[[Session], T]) -> T:
        if self.meets_nobody():
            raise StorageAway
        return await self.inner.read(work)

    async def glance(self, work: Callable[[Session], T], lane: str) -> T:
        if self.meets_nobody():
            raise StorageAway
        return await self.inner.glance(work, lane)

    async def close(self) -> None:
        await self.inner.close()
