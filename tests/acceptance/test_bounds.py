"""What a connection may bring besides bodies, and how long it may take over the head of a request."""

import asyncio
import contextlib
import http.client
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from tests.support.server import serving

from counterfoil.app import bounds

PIECE = b"x" * 50_000
START = b"POST /here HTTP/1.1\r\nHost: x\r\n"
CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n"


async def counting(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers with how long a body was."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    body = b"%d" % length
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Server(uvicorn.Server):
    """Leaves the signals of the tests' process alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def asked(story: Callable[[int], Awaitable[Any]]) -> Any:
    """What came of a story that is told a port, at which the application answers."""

    async def told() -> Any:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            config = uvicorn.Config(counting, http=bounds.Bounded, ws="none", lifespan="off", log_level="critical")
            server = _Server(config)
            task = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                return await story(listening.getsockname()[1])
            finally:
                server.should_exit = True
                await task

    return asyncio.run(told())


@asynccontextmanager
async def line(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def sent(port: int, *pieces: bytes) -> bytes:
    """What is answered to pieces that are sent one after the other, until the line is closed."""
    async with line(port) as (reader, writer):
        answer = asyncio.create_task(reader.read())
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)  # so that they arrive as pieces
        with contextlib.suppress(ConnectionError):  # who goes on sending to a closed line may not get to read it
            return await answer
    return b""


LAST = b"Connection: close\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        (START, b"X-Long: ", *[PIECE] * 4),
        (START, *[b"X-Many: y\r\n" * 3000] * 8),
        (b"GET /", *[PIECE] * 4),
        (CHUNKED, b"1\r\na\r\n0\r\n", b"X-Trailer: ", *[PIECE] * 4),
        (CHUNKED, b"1;", *[PIECE] * 4),
    ],
    ids=["a header", "headers", "an address", "a trailer", "a chunk's extension"],
)
def test_what_has_no_end_is_cut_off(pieces: tuple[bytes, ...]) -> None:
    answer = asked(lambda port: sent(port, *pieces))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    ("pieces", "length"),
    [
        ((START, b"X-Long: " + PIECE + b"\r\n", LAST), 0),
        ((START, b"Content-Length: 400000\r\n", LAST, *[PIECE] * 8), 400_000),
        ((START, b"Transfer-Encoding: chunked\r\n", LAST, *[b"C350\r\n" + PIECE + b"\r\n"] * 4, b"0\r\n\r\n"), 200_000),
        ((START + b"Content-Length: 60000\r\n\r\n" + PIECE, PIECE[:10_000] + START[:9], START[9:], LAST), 60_000),
    ],
    ids=["a long header", "a long body", "a long body in chunks", "a second request behind a body"],
)
def test_what_is_within_bounds_is_answered(pieces: tuple[bytes, ...], length: int) -> None:
    answer = asked(lambda port: sent(port, *pieces))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"\r\n\r\n%d" % length in answer


@pytest.mark.parametrize("pieces", [(), (START,), (START, b"X-Slow: ")], ids=["nothing", "a line", "half a header"])
def test_a_head_that_never_comes_holds_no_connection(
    pieces: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.05)
    assert asked(lambda port: sent(port, *pieces)) == b""


def test_what_comes_between_two_requests_begins_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.05)

    async def story(port: int) -> bytes:
        async with line(port) as (reader, writer):
            writer.write(START + b"Content-Length: 0\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n0")
            await asyncio.sleep(0.2)
            writer.write(b"\r\n")
            return await asyncio.wait_for(reader.read(), 30)

    assert asked(story) == b""


def test_who_is_slow_with_a_body_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.05)

    async def story(port: int) -> bytes:
        async with line(port) as (reader, writer):
            writer.write(START + b"Content-Length: 2\r\n" + LAST + b"a")
            await asyncio.sleep(0.2)
            writer.write(b"b")
            return await reader.read()

    assert asked(story).startswith(b"HTTP/1.1 200 OK")


def test_a_line_is_kept_longer_than_clients_keep_it(tmp_path: Path) -> None:
    """Conductor's client lets go of a line after five seconds; a server that does so too cuts what is being sent."""
    with serving(tmp_path) as server:
        host, _, port = server.url.rpartition("//")[2].partition(":")
        with contextlib.closing(http.client.HTTPConnection(host, int(port))) as line:
            line.connect()
            line.auto_open = False
            for pause in (6, 0):
                line.request("GET", "/health")
                assert line.getresponse().read()
                time.sleep(pause)
