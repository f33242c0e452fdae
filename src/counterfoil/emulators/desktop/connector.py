"""The QuickBooks Web Connector: reads a `.qwc` file, keeps its times, and holds one session after another."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.emulators.desktop.conversation import Conversation
from counterfoil.emulators.desktop.exchange import Hook, no_hook
from counterfoil.emulators.desktop.line import PATIENCE, SoapLine
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.qwc import Qwc, QwcRefused, read_qwc
from counterfoil.emulators.desktop.report import Event, SessionReport, Tell, silent

MACHINE: Final = "COUNTERFOIL-PC"
UNSCHEDULED: Final = 60
"""Seconds between sessions where the file names no interval."""

BREATH: Final = 1.0
"""Seconds that lie at least between the end of a session and the start of the next."""

SUPPORT_ANSWERS: Final = (200, 202)


class WebConnector:
    """A Web Connector with one application in it. Raises QwcRefused for a file that it would not add.

    `qwc` is the file or its bytes. `pace` multiplies every pause, so that tests need not wait. `hook` is awaited before
    and after each step (`before sendRequestXML`, `after ProcessRequest`, …); it cuts the line by raising LineCut.
    """

    def __init__(
        self,
        qwc: bytes | Path,
        password: str,
        processor: RequestProcessor,
        client: httpx.AsyncClient,
        *,
        pace: float = 1.0,
        hook: Hook = no_hook,
        tell: Tell = silent,
        machine: str = MACHINE,
        timeout: float = PATIENCE,
    ) -> None:
        self.qwc: Qwc = read_qwc(qwc if isinstance(qwc, bytes) else qwc.read_bytes())
        self.password = password
        self.processor = processor
        self.client = client
        self.pace = pace
        self.hook = hook
        self.tell = tell
        self.machine = machine
        self.interval = float(self.qwc.interval or UNSCHEDULED)
        self.line = SoapLine(client, self.qwc.app_url, rpc=self.qwc.is_rpc, timeout=timeout)
        self._added = False

    @property
    def company(self) -> CompanyFolder:
        return self.processor.company

    async def add(self) -> None:
        """What happens when a file is added: support must answer, and the company file gets its FileID.

        A file that has the FileID of another connection keeps it; the server will say so. Raises QwcRefused.
        """
        if self._added:
            return
        there = await self.company.file_id(self.qwc.owner_id)
        if there is None:
            await self._check_support()
            there = await self.company.stamp(self.qwc.owner_id, self.qwc.file_id)
        if there != self.qwc.file_id:
            text = "The company file carries the FileID of another connection; the server will refuse it."
            self.tell(Event(kind="foreign_file", text=text, values={"file_id": there}))
        self._added = True

    async def session(self, stop: asyncio.Event | None = None) -> SessionReport:
        """One session from its first call to its last. Raises QwcRefused, and CompanyInUse."""
        await self.add()
        report = await Conversation(self, stop or asyncio.Event()).held()
        if report.minimum_interval is not None:
            self.interval = max(self.interval, float(report.minimum_interval))
        return report

    async def run(self, stop: asyncio.Event, ended: Callable[[SessionReport], None] | None = None) -> None:
        """Sessions until `stop` is set, at the file's interval from start to start; `ended` hears of each."""
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            started = loop.time()
            report = await self.session(stop)
            if ended is not None:
                ended(report)
            due = max(started + self.interval * self.pace - loop.time(), BREATH * self.pace)
            if report.postponed is not None:
                due = report.postponed * self.pace
            await pause(stop, due)

    async def _check_support(self) -> None:
        try:
            answer = await self.client.get(self.qwc.app_support, timeout=self.line.timeout)
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise QwcRefused("QBWC1004", f"AppSupport cannot be reached: {self.qwc.app_support} ({error})") from None
        if answer.status_code not in SUPPORT_ANSWERS:
            detail = f"AppSupport answers {answer.status_code}: {self.qwc.app_support}"
            raise QwcRefused("QBWC1003", detail)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until `stop` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
