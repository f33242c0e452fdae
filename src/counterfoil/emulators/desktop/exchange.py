"""What all calls of a session share: the hook around each, what it is noted as, and how its answer is taken."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from counterfoil.emulators.desktop.envelope import SoapFailure, Value, text_of
from counterfoil.emulators.desktop.line import CallFailed, SoapLine
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.qwc import Qwc
from counterfoil.emulators.desktop.report import Ending, Event, SessionReport, Tell
from counterfoil.wire.qbxml.tree import Node

R = TypeVar("R")
Hook = Callable[[str], Awaitable[None]]


async def no_hook(_step: str) -> None:
    """Nothing happens between the steps."""


class Connector(Protocol):
    """What a conversation needs of the Web Connector that holds it."""

    qwc: Qwc
    password: str
    processor: RequestProcessor
    pace: float
    hook: Hook
    tell: Tell
    machine: str
    line: SoapLine


class Over(Exception):
    """The session comes to its end here; how is in the notes."""


@dataclass(slots=True)
class Notes:
    """What a session came to so far."""

    ending: Ending = "done"
    calls: list[str] = field(default_factory=list)
    ticket: str = ""
    processed: int = 0
    percent: int | None = None
    code: str | None = None
    error: str | None = None
    closing: str | None = None
    postponed: int | None = None
    minimum_interval: int | None = None


class Exchange:
    """The calls of one session, and what it came to so far."""

    def __init__(self, connector: Connector, stop: asyncio.Event) -> None:
        self.connector = connector
        self.stop = stop
        self.notes = Notes()

    async def close(self) -> None:
        self.notes.closing = await self.said("closeConnection", self.ticket)

    @property
    def ticket(self) -> tuple[str, Value]:
        return ("ticket", self.notes.ticket)

    async def call(self, operation: str, *values: tuple[str, Value]) -> Node | None:
        await self.connector.hook(f"before {operation}")
        self.notes.calls.append(operation)
        result = await self.connector.line.call(operation, values)
        await self.connector.hook(f"after {operation}")
        return result

    async def said(self, operation: str, *values: tuple[str, Value]) -> str:
        result = await self.call(operation, *values)
        return self.taken(operation, lambda: text_of(result))

    async def unless_stopped(self, call: Coroutine[Any, Any, R]) -> R:
        """The result of a call that may take long. Told to stop meanwhile, the session is closed in its place."""
        working = asyncio.create_task(call)
        stopping = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return await working
        finally:
            working.cancel()
            stopping.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
        await self._end_early()
        raise Over

    async def pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stop.wait(), seconds * self.connector.pace)
        except TimeoutError:
            return
        await self._end_early()
        raise Over

    async def _end_early(self) -> None:
        self.notes.ending = "stopped"
        await self.close()

    def taken(self, operation: str, read: Callable[[], R]) -> R:
        """A result as .NET takes it. Raises CallFailed where it would not."""
        try:
            return read()
        except SoapFailure as failure:
            raise CallFailed(operation, str(failure), reached=True) from None

    def ends(self, ending: Ending, code: str, error: str) -> None:
        self.notes.ending, self.notes.code, self.notes.error = ending, code, error

    def tell(self, kind: str, text: str, **values: Any) -> None:
        self.connector.tell(Event(kind=kind, text=text, values=values))

    def report(self) -> SessionReport:
        notes = self.notes
        return SessionReport(
            ending=notes.ending,
            calls=tuple(notes.calls),
            ticket=notes.ticket,
            processed=notes.processed,
            percent=notes.percent,
            code=notes.code,
            error=notes.error,
            closing=notes.closing,
            postponed=notes.postponed,
            minimum_interval=notes.minimum_interval,
        )
