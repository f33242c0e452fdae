"""The server process: it owns its data folder, listens when it is ready, and stops when what it had begun is done."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from counterfoil import __version__
from counterfoil.app.bounds import IDLE_SECONDS, Bounded
from counterfoil.app.cli.output import as_json, console
from counterfoil.app.companies import make_demo_companies
from counterfoil.app.control import listening, owned
from counterfoil.app.logs import journal, logged
from counterfoil.app.settings import Settings
from counterfoil.app.stores import place
from counterfoil.app.wiring import Running, installation
from counterfoil.core.errors import NotNow
from counterfoil.storage.migrating import HEAD

HOUR = 3600
AGAIN_SECONDS = 5
"""After how long what runs beside the server is begun again when it failed: while its database is away, say."""

GRACE = 30
"""Seconds that requests in flight are given when the server is told to stop."""


_log = logging.getLogger(__name__)


class PortTaken(Exception):
    """Somebody else listens at that address."""


class _Server(uvicorn.Server):
    """Stops on a signal and leaves the process to end by itself, with its own exit code.

    `on_stop` lets go of the calls that are held open for work, which would keep it from stopping.
    """

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_stop = on_stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = True
        self.on_stop()


class Serving:
    """A server that is up: where it is, and what it serves."""

    def __init__(self, running: Running, url: str, server: uvicorn.Server, task: asyncio.Task[None]) -> None:
        self.running = running
        self.url = url
        self.server = server
        self.task = task

    async def until_stopped(self) -> None:
        await self.task

    def stop(self) -> None:
        self.server.should_exit = True
        self.running.bells.stop()


@asynccontextmanager
async def server(settings: Settings, *, with_demo: bool) -> AsyncIterator[Serving]:
    """Run a server while the block runs. Raises FolderInUse or PortTaken."""
    with _owned(settings):
        line = _bound(settings)
        async with installation(settings) as running, _commanded(settings, running):
            running.port = line.getsockname()[1]
            if with_demo:
                await make_demo_companies(running)
            config = uvicorn.Config(
                running.application(),
                http=Bounded,
                ws="none",
                loop="none",
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies or None,
                date_header=False,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=GRACE,
                lifespan="off",
            )
            uvicorn_server = _Server(config, running.bells.stop)
            task = asyncio.create_task(uvicorn_server.serve(sockets=[line]))
            parts = {
                "housekeeping": lambda: _housekeeping(running),
                "delivery of webhooks": running.sender.run,
                "watch over connections": running.post.watch.run,
                "work for online books": running.online.work.run,
                "watch over this process": running.readiness.watch,
                "journal of connections": running.standing.run,
            }
            beside = [_tended(running, name, work) for name, work in parts.items()]
            while not uvicorn_server.started and not task.done():
                await asyncio.sleep(0.005)
            host, port = line.getsockname()[:2]
            serving = Serving(running, f"http://{_shown(host)}:{port}", uvicorn_server, task)
            try:
                yield serving
            finally:
                serving.stop()
                await task
                await _ended(beside)


@contextmanager
def _owned(settings: Settings) -> Iterator[None]:
    """Own the data folder while the block runs, where the database lies in it."""
    with owned(settings.data) if settings.database is None else contextlib.nullcontext():
        yield


@asynccontextmanager
async def _commanded(settings: Settings, running: Running) -> AsyncIterator[None]:
    """Answer commands while the block runs; those of an installation on PostgreSQL go to the database themselves."""
    async with listening(settings.data, running.perform) if settings.database is None else contextlib.nullcontext():
        yield


def _tended(running: Running, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    """Work that goes on beside the server. Where it fails it rests a little, and is begun again."""

    async def tended() -> None:
        while True:
            try:
                running.readiness.resting.discard(name)
                await work()
            except Exception as error:
                running.readiness.resting.add(name)
                _log.warning("the %s stopped, and is begun again", name, exc_info=_unless_passing(error))
                await asyncio.sleep(AGAIN_SECONDS)

    running.readiness.tasks[name] = task = asyncio.create_task(tended())
    return task


def _unless_passing(error: Exception) -> Exception | None:
    return None if isinstance(error, NotNow) else error


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    """Stop what ran beside the server, wherever it is; what it owes is in the database.

    A cancellation may be lost within a task, so that those that have not ended are told once more.
    """
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=1)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _housekeeping(running: Running) -> None:
    """What is to be done every hour, for as long as the server runs."""
    while True:
        await running.dispatcher.forget_old()
        await asyncio.sleep(HOUR)


async def serving(settings: Settings, *, with_demo: bool, json_wanted: bool) -> None:
    """`counterfoil serve`: say where it is once it is ready, then serve until told to stop."""
    with logged(settings) as log:
        async with server(settings, with_demo=with_demo) as up:
            up.running.log = log
            journal.info("started", url=up.url, version=__version__, schema=HEAD)
            if json_wanted:
                as_json({"url": up.url, "data": str(settings.data)})
            else:
                console.print(f"Counterfoil is ready at {up.url} ({place(settings)}; Ctrl-C stops it)")
            await up.until_stopped()
            journal.info("stopping")
        journal.info("stopped")


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a server's work on the fastest event loop that this system has."""
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop="auto").get_loop_factory()) as runner:
        runner.run(work)


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named as TCP, so that the event loop turns Nagle's algorithm off: else each answer waits 40 ms for an ACK.
    line = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((settings.host, settings.port))
    except OSError as error:
        line.close()
        raise PortTaken(
            f"{settings.host}:{settings.port} cannot be listened at ({error.strerror}); try --port 0"
        ) from None
    return line


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
