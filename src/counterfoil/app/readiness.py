"""What a machine may ask of this process: whether it lives, whether it can work, and what it has counted."""

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from counterfoil.app.logs import journal
from counterfoil.app.metrics import Metrics
from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError, StorageAway, StorageFull
from counterfoil.core.secrets import same
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.gauges import gauges
from counterfoil.storage.installation import Installation
from counterfoil.storage.migrating import HEAD

DATABASE_SECONDS: Final = 2.0
"""How long the database may take over the smallest question."""

LEAST_FREE: Final = 64 * 1024 * 1024
"""Bytes that the disk of the data folder must have left."""

TROUBLE_SECONDS: Final = 15.0
"""For how long a write that found the disk full counts, if none has succeeded since: then another one may try."""

GAUGES_SECONDS: Final = 5.0
"""How old what was found in the database may be when it is told again."""

WATCH_SECONDS: Final = 10.0
FORWARDED: Final = ("x-forwarded-for", "forwarded", "via", "x-real-ip")
"""Headers by which it shows that a request did not begin where it came from."""

PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong, and what to do about it: for whoever runs the server, without a path or a secret."""

    check: str
    what: str
    mend: str


class Readiness:
    """Whether this process can work, told anew at each question. It is the store's watch, too.

    `tasks` are those that run beside the server, by name; `stopping` tells that it is about to stop.
    """

    def __init__(self, store: Store, data: Path, metrics: Metrics, clock: Clock, stopping: Callable[[], bool]) -> None:
        self.store = store
        self.data = data
        self.metrics = metrics
        self.clock = clock
        self.stopping = stopping
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.resting: set[str] = set()
        self._full_at: float | None = None

    def committed(self, works: int, seconds: float) -> None:
        self._full_at = None
        self.metrics.committed(works, seconds)

    def failed(self, error: Exception) -> None:
        kind = "full" if isinstance(error, StorageFull) else "away" if isinstance(error, StorageAway) else "broken"
        self.metrics.failures.labels(kind).inc()
        if kind == "full":
            self._full_at = time.monotonic()

    async def faults(self) -> list[Fault]:
        """Everything that keeps this process from its work; nothing where it is ready."""
        found = [self._stopping(), await self._database(), self._disk(), *self._tasks()]
        faults = [fault for fault in found if fault is not None]
        self.metrics.ready.set(not faults)
        return faults

    async def watch(self) -> None:
        """Note in the journal, until cancelled, when this process ceases to be ready, and when it is ready again."""
        before: tuple[str, ...] = ()
        while True:
            faults = await self.faults()
            checks = tuple(fault.check for fault in faults)
            if checks != before:
                note = journal.warning if faults else journal.info
                note("not ready" if faults else "ready again", what=" ".join(fault.what for fault in faults))
            before = checks
            await asyncio.sleep(WATCH_SECONDS)

    def _stopping(self) -> Fault | None:
        if not self.stopping():
            return None
        return Fault(check="process", what="This process is stopping.", mend="Ask another one.")

    async def _database(self) -> Fault | None:
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                schema = await self.store.read(_schema)
        except TimeoutError:
            what = f"The database did not answer within {DATABASE_SECONDS:.0f} seconds."
            return Fault(check="database", what=what, mend="See how busy it is, and whether it can be reached.")
        except (CounterfoilError, OSError):
            return Fault(check="database", what="The database cannot be read.", mend="See that it runs; see the log.")
        if schema != HEAD:
            what = f"The database has schema {schema}, and this version needs {HEAD}."
            return Fault(check="schema", what=what, mend="Start every process with the same version of Counterfoil.")
        return None

    def _disk(self) -> Fault | None:
        mend = "Make room on the disk of the data folder, or of the database; this goes on by itself then."
        if self._full_at is not None and time.monotonic() - self._full_at < TROUBLE_SECONDS:
            return Fault(check="disk", what="The last write found the disk full, and was not stored.", mend=mend)
        try:
            free = shutil.disk_usage(self.data).free
        except OSError:
            return Fault(check="disk", what="The data folder cannot be looked at.", mend="See that it is mounted.")
        if free < LEAST_FREE:
            return Fault(check="disk", what=f"The disk has only {free // 1024 // 1024} MB left.", mend=mend)
        return None

    def _tasks(self) -> list[Fault | None]:
        return [self._task(name, task) for name, task in self.tasks.items()]

    def _task(self, name: str, task: asyncio.Task[None]) -> Fault | None:
        if not task.done() and name not in self.resting:
            return None
        what = f"The {name} does not run."
        return Fault(check=name, what=what, mend="It is begun again within seconds; if this stays, see the log.")


class Questions:
    """`/health`, `/ready` and `/metrics`. The last answers to this machine alone, or to whoever has its token."""

    def __init__(self, readiness: Readiness, metrics: Metrics, token: str | None) -> None:
        self.readiness = readiness
        self.metrics = metrics
        self.token = token
        self._turn = asyncio.Lock()
        self._looked_at: float | None = None

    def routes(self) -> list[BaseRoute]:
        served: Mapping[str, Any] = {"/health": self._health, "/ready": self._ready, "/metrics": self._metrics}
        return [Route(path, act, methods=["GET"]) for path, act in served.items()]

    async def _health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def _ready(self, _: Request) -> Response:
        faults = await self.readiness.faults()
        told = [{"check": each.check, "what": each.what, "mend": each.mend} for each in faults]
        body = {"status": "not ready", "problems": told} if told else {"status": "ready"}
        return JSONResponse(body, 503 if told else 200, {"Cache-Control": "no-store"})

    async def _metrics(self, request: Request) -> Response:
        if not self._may_read(request):
            detail = "Metrics are for this machine, or for whoever brings COUNTERFOIL_METRICS_TOKEN as a Bearer token."
            return JSONResponse({"detail": detail}, 403)
        await self._look()
        return Response(self.metrics.text(), headers={"Content-Type": PROMETHEUS, "Cache-Control": "no-store"})

    def _may_read(self, request: Request) -> bool:
        if self.token:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            return scheme.lower() == "bearer" and same(given.strip().encode(), self.token.encode())
        if any(name in request.headers for name in FORWARDED) or request.client is None:
            return False
        try:
            return ip_address(request.client.host).is_loopback
        except ValueError:
            return False

    async def _look(self) -> None:
        """Look at the database, at most once in a few seconds; where it cannot be asked, what was known stays."""
        async with self._turn:
            now = time.monotonic()
            if self._looked_at is not None and now - self._looked_at < GAUGES_SECONDS:
                return
            try:
                async with asyncio.timeout(DATABASE_SECONDS):
                    found = await self.readiness.store.read(gauges)
            except (CounterfoilError, TimeoutError):
                return
            self._looked_at = now
            self.metrics.show(found, self.readiness.clock.now())


def _schema(session: Session) -> str:
    return Installation(session).schema()
