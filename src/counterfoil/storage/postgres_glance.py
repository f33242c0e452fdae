"""Reading what is remembered, on PostgreSQL: only the versions of lanes are asked for, of many readers at once.

All the versions that one statement gives are of one moment, and so is what is remembered at them. So a request whose
key and connection are remembered is let in without a transaction of its own.
"""

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, NoReturn

from counterfoil.storage.postgres_line import Line
from counterfoil.storage.postgres_memory import Known, Memory, Remembering, owner
from counterfoil.storage.postgres_pool import Pool

VERSIONS: Final = b"SELECT connection_id, version FROM lanes WHERE connection_id = ANY($1::varchar[])"

Found = Mapping[str, int]
"""Versions of those lanes that there are."""


class Unremembered(Exception):
    """The work wants to know something that is not remembered."""


class OtherLane(Exception):
    """The work is about a lane whose version was not asked for."""

    def __init__(self, lane: str) -> None:
        super().__init__(lane)
        self.lane = lane


class Versions:
    """Asks for versions; who asks while somebody else's answer is under way is answered with the next."""

    def __init__(self, readers: Pool) -> None:
        self.readers = readers
        self._waiting: list[tuple[frozenset[str], asyncio.Future[Found]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def of(self, lanes: Iterable[str]) -> Found:
        """The versions of these lanes, and maybe of others, at one moment after this call. Raises StorageAway."""
        future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((frozenset(lanes), future))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await future

    async def _ask(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            lanes = sorted(set().union(*(each for each, _ in waiting)))
            answer = await asyncio.gather(self._found(lanes), return_exceptions=True)
            for _, future in waiting:
                _settle(future, answer[0])

    async def _found(self, lanes: list[str]) -> Found:
        return await self.readers.run(lambda: self.readers.ask(lambda line: _versions(line, lanes)))


def _versions(line: Line, lanes: list[str]) -> Found:
    return dict(line.execute(VERSIONS, (lanes,), binary=True).fetchall())


def _settle(future: asyncio.Future[Found], answer: Found | BaseException) -> None:
    if future.done():
        return
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)


class GlanceSession(Remembering):
    """In the place of a transaction: what is remembered of these lanes at these versions, and nothing else."""

    def __init__(self, memory: Memory, lanes: Iterable[str], versions: Found) -> None:
        super().__init__(memory)
        self.looked = {lane: self._at(lane, versions.get(lane)) for lane in lanes}

    def known(self, key: Hashable) -> Known | None:
        lane = owner(key)
        if lane is not None and lane not in self.looked:
            raise OtherLane(lane)
        return self.looked[lane] if lane is not None else None

    def _at(self, lane: str, version: int | None) -> Known | None:
        known = self.memory.get(lane)
        return known if known is not None and known.version == version else None

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise Unremembered

    rows = row = run = run_many = select = apart = _refuse
    counter = set_counter = turn_to = _refuse
