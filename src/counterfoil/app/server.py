"""The server process: it owns its data folder, listens when it is ready, and stops when what it had begun is done."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from counterfoil.app.cli.output import as_json, console
from counterfoil.app.companies import make_demo_companies
from counterfoil.app.control import listening, owned
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation

HOUR = 3600
GRACE = 30
"""Seconds that requests in flight are given when the server is told to stop."""


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
    with owned(settings.data):
        line = _bound(settings)
        async with installation(settings) as running, listening(settings.data, running.perform):
            running.port = line.getsockname()[1]
            if with_demo:
                await make_demo_companies(running)
            config = uvicorn.Config(
                running.application(),
                loop="none",
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                date_header=False,
                timeout_graceful_shutdown=GRACE,
                lifespan="off",
            )
            uvicorn_server = _Server(config, running.bells.stop)
            task = asyncio.create_task(uvicorn_server.serve(sockets=[line]))
            beside = [asyncio.create_task(_housekeeping(running)), asyncio.create_task(running.sender.run())]
            beside.append(asyncio.create_task(running.online.work.run()))
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
    async with server(settings, with_demo=with_demo) as up:
        if json_wanted:
            as_json({"url": up.url, "data": str(settings.data)})
        else:
            console.print(f"Counterfoil is ready at {up.url} (data folder: {settings.data}; Ctrl-C stops it)")
        await up.until_stopped()


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
