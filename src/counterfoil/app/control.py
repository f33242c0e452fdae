"""How commands reach the server that owns the data folder: a line of JSON each way, over a socket of its owner."""

import asyncio
import contextlib
import fcntl
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from counterfoil.core.errors import CounterfoilError

Perform = Callable[[str, dict[str, Any]], Awaitable[Any]]
LONGEST_LINE = 64 * 1024 * 1024
LONGEST_SOCKET_PATH = 100


class CommandFailed(Exception):
    """A command was understood and refused; the message is for people."""


class FolderInUse(Exception):
    """Another process owns the data folder."""


class OwnerSilent(Exception):
    """The data folder is owned by a process that does not answer."""


class NobodyListens(OwnerSilent):
    """The owner has no socket: it is a command, or a server that is not ready yet."""


@contextmanager
def owned(data: Path) -> Iterator[None]:
    """Own the data folder while the block runs: one process at a time. Raises FolderInUse."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(data / "owner.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(f"{data} is in use by another Counterfoil process") from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _short(data: Path) -> Iterator[str]:
    """The socket's path. The system limits its length, so a long one goes by way of the folder's descriptor."""
    path = str(data / "control.sock")
    if len(path) <= LONGEST_SOCKET_PATH or not Path("/proc/self/fd").exists():
        yield path
        return
    descriptor = os.open(data, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{descriptor}/control.sock"
    finally:
        os.close(descriptor)


@asynccontextmanager
async def listening(data: Path, perform: Perform) -> AsyncIterator[None]:
    """Answer commands while the block runs."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            line = await reader.readline()
            if line:
                writer.write(json.dumps(await _reply(perform, line)).encode() + b"\n")
                await writer.drain()
        writer.close()

    with _short(data) as path:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(answer, path, limit=LONGEST_LINE)
        finally:
            os.umask(before)
        try:
            yield
        finally:
            server.close()
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


async def _reply(perform: Perform, line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
        return {"result": await perform(request["command"], request["arguments"])}
    except (CommandFailed, CounterfoilError) as error:
        return {"refused": str(error)}
    except Exception as error:  # the asker is the operator, on this machine: tell what went wrong
        return {"refused": f"{type(error).__name__}: {error}"}


def ask(data: Path, command: str, arguments: dict[str, Any], *, timeout: float = 600.0) -> Any:
    """Have the owner of the data folder carry a command out. Raises CommandFailed or OwnerSilent."""
    with _short(data) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout)
        try:
            line.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            raise NobodyListens(f"{data} is in use by another Counterfoil process that does not listen") from None
        try:
            line.sendall(json.dumps({"command": command, "arguments": arguments}).encode() + b"\n")
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        except OSError as error:
            raise OwnerSilent(f"the process that owns {data} does not answer ({error})") from None
    if not answer:
        raise OwnerSilent(f"the process that owns {data} closed the line without an answer")
    reply = json.loads(answer)
    if "refused" in reply:
        raise CommandFailed(reply["refused"])
    return reply["result"]
