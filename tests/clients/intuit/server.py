"""The emulated Intuit on a port, in a thread of its own, so that clients that block can ask it."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from counterfoil.app.online_sandbox import canadian_sandbox, sandbox
from counterfoil.emulators.online.company import US_REALM
from counterfoil.emulators.online.faults import Faults
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.emulators.online.serving import served

T = TypeVar("T")


class RunningIntuit:
    """Where it is, and the emulator itself, whose work is done in its own thread."""

    def __init__(self, url: str, emulator: OnlineEmulator, loop: asyncio.AbstractEventLoop) -> None:
        self.url = url
        self.emulator = emulator
        self.loop = loop
        self.realm = US_REALM

    @property
    def faults(self) -> Faults:
        return self.emulator.faults

    @property
    def discovery(self) -> str:
        return f"{self.url}/.well-known/openid_sandbox_configuration"

    def done(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def violations(self) -> list[str]:
        return self.done(self.emulator.violations())


@contextmanager
def running(folder: Path) -> Iterator[RunningIntuit]:
    """An Intuit while the block runs, with both sandbox companies."""
    ready: list[RunningIntuit] = []
    up, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        emulator = OnlineEmulator(sandbox(folder), canadian_sandbox(folder))
        async with served(emulator) as url:
            ready.append(RunningIntuit(url, emulator, asyncio.get_running_loop()))
            up.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert up.wait(30), "the emulator did not start"
    try:
        yield ready[0]
    finally:
        stop.set()
        thread.join(30)
