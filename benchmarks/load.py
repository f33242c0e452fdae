"""A load of one kind of request over keep-alive connections: as little work per request as Python can do."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: requests a second, and the time of one request in milliseconds (median, 99 %)."""

    rate: float
    median: float
    p99: float


class Wrong(Exception):
    """A server answered something else than success."""


async def load(host: str, port: int, request: bytes, *, clients: int, seconds: float) -> Load:
    """Send the same request again and again from `clients` connections, each waiting for its answer."""
    return await spread(host, [port], [request], clients=clients, seconds=seconds)


async def spread(host: str, ports: Sequence[int], requests: Sequence[bytes], *, clients: int, seconds: float) -> Load:
    """The same from clients that take their server and their request in turn."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    started = time.perf_counter()
    await asyncio.gather(
        *(
            _client(host, ports[number % len(ports)], requests[number % len(requests)], until, times)
            for number in range(clients)
        )
    )
    spent = time.perf_counter() - started
    times.sort()
    return Load(len(times) / spent, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000)


async def send(host: str, port: int, request: bytes, count: int) -> None:
    """Send the same request so many times, one after the other. Raises Wrong unless each is answered with success."""
    reader, writer = await asyncio.open_connection(host, port)
    for _ in range(count):
        writer.write(request)
        await read_answer(reader)
    writer.close()


async def _client(host: str, port: int, request: bytes, until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while (now := time.perf_counter()) < until:
        writer.write(request)
        await read_answer(reader)
        times.append(time.perf_counter() - now)
    writer.close()


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    """The body of one answer. Raises Wrong unless its status is 200 or 201."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise Wrong(f"{head.splitlines()[0].decode()}: {body[:300].decode()}")
    return body


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST request as it goes over the wire."""
    return _request("POST", path, body, headers)


def get(path: str, headers: dict[str, str]) -> bytes:
    return _request("GET", path, b"", headers)


def _request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append("Content-Type: application/json")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
