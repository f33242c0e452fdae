"""The emulated Intuit on a port of this machine, for clients in other processes."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn

from counterfoil.emulators.online.service import OnlineEmulator, held_line

GRACE: Final = 2
"""Seconds that requests in flight are given at the end; a line that is held for a fault would take for ever."""

IDLE_SECONDS: Final = 130
"""For how long a line is kept between two requests: longer than clients keep it, so that none crosses its end."""


class PortTaken(Exception):
    """Somebody else listens at that address."""


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(emulator: OnlineEmulator, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve while the block runs, and give the address (`http://127.0.0.1:8099`). Raises PortTaken."""
    emulator.silence = held_line
    line = _bound(host, port)
    config = uvicorn.Config(
        emulator.app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[line]))
    while not server.started and not task.done():
        await asyncio.sleep(0.005)
    try:
        yield f"http://{host}:{line.getsockname()[1]}"
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await emulator.close()


def _bound(host: str, port: int) -> socket.socket:
    # Named as TCP, so that the event loop turns Nagle's algorithm off: else each answer waits 40 ms for an ACK.
    line = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((host, port))
    except OSError as error:
        line.close()
        raise PortTaken(f"{host}:{port} cannot be listened at ({error.strerror}); try --port 0") from None
    return line
