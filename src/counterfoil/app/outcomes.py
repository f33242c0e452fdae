"""How commands end, counted on their way back."""

from typing import Any, Final

from counterfoil.app.logs import journal
from counterfoil.app.metrics import Metrics
from counterfoil.core.errors import OutcomeUnknown
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.earlier import Aside
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.submit import Way
from counterfoil.model.command import Command
from counterfoil.model.outcome import Done, Outcome
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import LaneEntry

INLINE, LANE = "inline", "lane"
QUERY: Final = "query"
UNKNOWN: Final = "unknown"


class CountedWay:
    """A way to books. Where they answer at once their outcomes are counted here; else only that a caller was told
    `unknown`, for the outcome itself comes by the lane."""

    def __init__(self, way: Way, metrics: Metrics, name: str) -> None:
        self.way = way
        self.metrics = metrics
        self.name = name

    async def submit(
        self,
        caller: Caller,
        connection: ConnectionRecord,
        command: Command,
        attempt: Attempt,
        timeout: float,
        aside: Aside | None,
    ) -> Outcome:
        try:
            outcome = await self.way.submit(caller, connection, command, attempt, timeout, aside)
        except OutcomeUnknown as error:
            if not error.withdrawn:
                self.metrics.ended(self.name, UNKNOWN)
            raise
        if self.name == INLINE:
            self.metrics.ended(INLINE, "done" if isinstance(outcome, Done) else "refused")
        return outcome

    async def read(self, connection: ConnectionRecord, read: Read, timeout: float) -> Resource:
        return await self.way.read(connection, read, timeout)

    async def select(self, connection: ConnectionRecord, select: Select, timeout: float) -> Page:
        return await self.way.select(connection, select, timeout)

    async def deletions(
        self, connection: ConnectionRecord, select: SelectDeleted, timeout: float
    ) -> tuple[Deletion, ...]:
        return await self.way.deletions(connection, select, timeout)


class CountedSettling(Settling):
    """Writes ends, and counts them when they are written: one whose transaction is not stored is counted again."""

    def __init__(self, metrics: Metrics, *parts: Any) -> None:
        super().__init__(*parts)
        self.metrics = metrics

    def answered(
        self, session: Session, connection_id: str, entry: LaneEntry, answer: bytes, **beside: Any
    ) -> LaneEntry:
        refused = beside.get("failure") is not None or not isinstance(beside.get("outcome"), Done | None)
        self._count(connection_id, entry, "refused" if refused else "done")
        return super().answered(session, connection_id, entry, answer, **beside)

    def failed(self, session: Session, connection_id: str, entry: LaneEntry, code: str, words: str) -> LaneEntry:
        self._count(connection_id, entry, "failed")
        return super().failed(session, connection_id, entry, code, words)

    def withdrawn(self, session: Session, connection_id: str, entry: LaneEntry) -> LaneEntry:
        self._count(connection_id, entry, "withdrawn")
        return super().withdrawn(session, connection_id, entry)

    def _count(self, connection_id: str, entry: LaneEntry, outcome: str) -> None:
        if entry.kind == QUERY:
            return
        self.metrics.ended(LANE, outcome)
        if entry.state == UNKNOWN or entry.details.recovering:
            self.metrics.ended(LANE, "reconciled")
            journal.info("reconciled", request=entry.id, connection_id=connection_id, outcome=outcome)
