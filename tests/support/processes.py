"""Several `counterfoil serve` on one PostgreSQL, a front before them, and who asks them: all to be killed at will."""

import asyncio
import itertools
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from tests.support.server import COMMAND, environment

from counterfoil.app.settings import from_environment
from counterfoil.app.wiring import installation

SECRET: Final = "what all these processes seal with"
PATIENCE: Final = 120
"""Seconds after which a process that says nothing is given up, on a machine that has much else to do."""


class Process:
    """One `counterfoil serve`, with a data folder of its own and the database of all."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.name = name
        self.data = folder / name
        self.settings = settings
        self.errors_file = folder / f"{name}.stderr"
        self.url = ""
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.url.rpartition("//")[2].rpartition(":")
        return host, int(port)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_up(self) -> bool:
        return bool(self.url)

    def begin(self) -> None:
        """Start it, without waiting for it to be ready."""
        with self.errors_file.open("a") as errors:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--port", "0", "--json", "--data", str(self.data)],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment() | dict(self.settings),
            )

    def await_ready(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"{self.name} did not start: {self.errors()}"
        self.url = json.loads(line)["url"]

    def start(self) -> None:
        self.begin()
        self.await_ready()

    def kill(self) -> None:
        """SIGKILL: no chance to put anything in order."""
        self.url = ""
        if self.process is not None:
            self.process.kill()
            self._ended()

    def tell_to_stop(self) -> None:
        """SIGTERM, once."""
        self.url = ""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def stopped(self) -> int:
        """The exit code of a process that was told to stop."""
        return self._ended()

    def errors(self) -> str:
        """Everything that it ever wrote to stderr."""
        return self.errors_file.read_text() if self.errors_file.exists() else ""

    def _ended(self) -> int:
        assert self.process is not None
        code = self.process.wait(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return code


class Fleet:
    """Processes on one database, and the front by which the outside world reaches whichever of them is up."""

    def __init__(self, database: str, folder: Path, front: "Front", count: int, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = database
        self.front = front
        self.settings = {
            "COUNTERFOIL_DATABASE": database,
            "COUNTERFOIL_SECRET": SECRET,
            "COUNTERFOIL_PUBLIC_URL": front.url,
            "COUNTERFOIL_RATE_LIMIT": "0",
            **{f"COUNTERFOIL_{name.upper()}": value for name, value in settings.items()},
        }
        self.folder = folder
        self.processes = [Process(f"server-{number}", folder, self.settings) for number in range(1, count + 1)]
        front.fleet = self
        self._turn = itertools.count()

    def start(self) -> None:
        for each in self.processes:
            each.begin()
        for each in self.processes:
            each.await_ready()

    def up(self) -> list[Process]:
        return [each for each in self.processes if each.is_up]

    def next(self) -> Process | None:
        """The process whose turn it is, of those that are up."""
        up = self.up()
        return up[next(self._turn) % len(up)] if up else None

    def url(self) -> str:
        """Where the next request goes; with nobody there, to an address at which nobody listens."""
        process = self.next()
        return process.url if process is not None else "http://127.0.0.1:1"

    def command(self, *words: str) -> Any:
        """What a command prints for machines; it must succeed. It is a process of its own, with the same database."""
        done = self._run(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def perform(self, command: str, **arguments: Any) -> Any:
        """What a command comes to, without the second in which a process for it would start. Not for coroutines."""

        async def performed() -> Any:
            settings = replace(from_environment(self.settings), data=self.folder / "commands")
            async with installation(settings) as running:
                return await running.perform(command, arguments)

        return asyncio.run(performed())

    def complaints(self) -> list[Any]:
        """What `doctor` finds wrong, but for the settings of a PostgreSQL that is there for tests."""
        checks = json.loads(self._run("doctor").stdout)["checks"]
        assert len(checks) > 5, checks
        return [each for each in checks if not each["ok"] and each["name"] != "PostgreSQL"]

    def _run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *words, "--data", str(self.folder / "commands"), "--json"],
            env=environment() | self.settings,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a statement finds in the database."""
        with psycopg.connect(self.database) as line:
            return line.execute(statement.encode(), values).fetchall()

    def stop(self) -> list[int]:
        """Stop all that are up; their exit codes."""
        running = [each for each in self.processes if each.process is not None]
        for each in running:
            each.tell_to_stop()
        return [each.stopped() for each in running]

    def kill(self) -> None:
        for each in self.processes:
            each.kill()


class Front:
    """A plain load balancer in a thread: each new connection goes to the next process that is up.

    It is cut with the process at its other end, as those of real ones are.
    """

    def __init__(self) -> None:
        self.fleet: Fleet | None = None
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="front", daemon=True)

    def __enter__(self) -> "Front":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "localhost", 0, family=socket.AF_INET)
        self.url = f"http://localhost:{self._server.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        self._server.close()
        mine = asyncio.current_task()
        tasks = [each for each in asyncio.all_tasks() if each is not mine]
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        process = self.fleet.next() if self.fleet is not None else None
        try:
            if process is None:
                return
            there_reader, there_writer = await asyncio.open_connection(*process.address)
            ways = (_piped(reader, there_writer), _piped(there_reader, writer))
            tasks = [asyncio.create_task(way) for way in ways]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in tasks:
                    each.cancel()
                there_writer.close()
        except (OSError, ValueError):  # it died a moment ago
            pass
        finally:
            writer.close()


async def _piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


class Rotating(httpx.AsyncBaseTransport):
    """A line on which each request goes to another process than the one before; `went` tells where."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.went: list[tuple[str, str]] = []
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        process = self.fleet.next()
        if process is None:
            raise httpx.ConnectError("nobody is up", request=request)
        host, port = process.address
        request.url = request.url.copy_with(host=host, port=port)
        action = request.headers.get("SOAPAction", "").strip('"').rpartition("/")[2]
        self.went.append((action or request.url.path, process.name))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextmanager
def fleet_of(count: int, database: str, folder: Path, **settings: str) -> Iterator[Fleet]:
    """So many servers while the block runs. They must stop when they are told to."""
    with ExitStack() as stack:
        front = stack.enter_context(Front())
        fleet = Fleet(database, folder, front, count, **settings)
        stack.callback(fleet.kill)
        fleet.start()
        yield fleet
        codes = fleet.stop()
        assert codes == [0] * len(codes), (codes, [each.errors() for each in fleet.processes])


@contextmanager
def emulated_online(folder: Path) -> Iterator[str]:
    """`counterfoil emulate online` while the block runs; the address of its discovery document."""
    process = subprocess.Popen(
        [*COMMAND, "emulate", "online", "--port", "0", "--companies", str(folder), "--auto-consent", "--json"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["discovery_url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def until(what: Any, seconds: float = PATIENCE, pause: float = 0.1) -> None:
    """Wait until `what` gives something true."""
    over = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < over, "it did not come to pass"
        time.sleep(pause)
