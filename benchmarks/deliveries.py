"""Delivering webhooks beside a bare loop of httpx that keeps no record, in one run.

    python -m benchmarks.deliveries [--count 5000]

Owes so many deliveries, then lets the sender of a fresh installation on SQLite deliver them to a receiver in a process
of its own: to one endpoint, to ten, and in order over a hundred connections. The bare loop posts the same bodies to the
same receiver, as many at once. Prints deliveries a second, the processor's time for each (of the sender's process
alone), and the ratio of the rates.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import func, select

from benchmarks.installation import free_port, wait_for
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.endpoints import NewEndpoint
from counterfoil.dispatch.events import Happening
from counterfoil.model.people import Customer
from counterfoil.storage.contract import Session
from counterfoil.storage.post import COLUMNS, Delivery, delivery_of
from counterfoil.storage.tables.post import deliveries

BATCH = 500
AT_ONCE = 128
"""What the sender has under way at most."""

EACH = 16
"""To one endpoint."""


class Pace:
    """How fast so many were sent, from when this was made until it is stopped."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.began, self.worked = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        self.rate = self.count / (time.perf_counter() - self.began)
        self.each = (time.process_time() - self.worked) / self.count * 1e6

    def __str__(self) -> str:
        return f"{self.rate:7,.0f}/s {self.each:6,.0f} µs"


async def main(count: int) -> None:
    port = free_port()
    receiver = subprocess.Popen([sys.executable, "-m", "benchmarks.deliveries", "--receive", str(port)])
    try:
        await wait_for(port)
        for name, endpoints, connections, ordered in (
            ("one endpoint", 1, 1, False),
            ("ten endpoints", 10, 1, False),
            ("in order, 100 connections", 1, 100, True),
        ):
            with tempfile.TemporaryDirectory() as folder:
                ours, bodies = await delivered(Path(folder), port, count, endpoints, connections, ordered=ordered)
            bare = await posted(port, bodies, EACH if endpoints == 1 else AT_ONCE)
            print(f"{name:28} {ours}   bare httpx {bare}   ratio {ours.rate / bare.rate:.2f}")
    finally:
        receiver.terminate()
        receiver.wait()


async def delivered(
    folder: Path, port: int, count: int, endpoints: int, connections: int, *, ordered: bool
) -> tuple[Pace, Sequence[bytes]]:
    """How fast they were delivered, and the bodies that were sent."""
    async with installation(Settings(data=folder / "data", allow_private_webhooks=True)) as running:
        made = await _prepared(running, port, endpoints, connections, ordered=ordered)
        await _owe(running, made, count // endpoints)
        bodies = await running.store.read(_bodies)
        pace = Pace(len(bodies))
        task = asyncio.create_task(running.sender.run())
        while await running.store.read(_left):
            await asyncio.sleep(0.02)
        pace.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await running.store.read(_undelivered) == 0
        return pace, bodies


async def posted(port: int, bodies: Sequence[bytes], at_once: int) -> Pace:
    """The bare loop: post each body, look at the status, forget it."""
    waiting = list(bodies)
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)

    async def post(client: httpx.AsyncClient) -> None:
        while waiting:
            answer = await client.post(f"http://127.0.0.1:{port}/", content=waiting.pop())
            assert answer.status_code == 200

    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
        pace = Pace(len(bodies))
        await asyncio.gather(*(post(client) for _ in range(at_once)))
        pace.stop()
        return pace


async def _prepared(running: Running, port: int, endpoints: int, connections: int, *, ordered: bool) -> list[str]:
    account = await running.administration.account(None)
    made = []
    for number in range(connections):
        asked = NewConnection(name=f"Company {number}", books="embedded")
        made.append((await running.administration.create_connection(account, asked)).id)
    for number in range(endpoints):
        url = f"http://127.0.0.1:{port}/{number}"
        await running.post.endpoints.add(account.id, NewEndpoint(url=url, is_ordered=ordered))
    return made


async def _owe(running: Running, connections: Sequence[str], count: int) -> None:
    for start in range(0, count, BATCH):
        await running.store.write(partial(_tell, running, connections, range(start, min(start + BATCH, count))))


def _tell(running: Running, connections: Sequence[str], numbers: Sequence[int], session: Session) -> None:
    events = running.post.events
    for number in numbers:
        connection = connections[number % len(connections)]
        customer = Customer(id=f"{number:X}-1", revision="1", name=f"Customer {number}", full_name=f"Customer {number}")
        happening = Happening(type="customer.created", subject_id=customer.id, resource=customer)
        events.tell(session, connection, events.listeners(session, connection), [happening])


def _bodies(session: Session) -> list[bytes]:
    found: list[Delivery] = [delivery_of(row) for row in session.select(select(*COLUMNS))]
    return [each.body for each in found]


def _left(session: Session) -> int:
    count = select(func.count()).select_from(deliveries).where(deliveries.c.due_at.is_not(None))
    return int(session.select(count)[0][0])


def _undelivered(session: Session) -> int:
    count = select(func.count()).select_from(deliveries).where(deliveries.c.state != "delivered")
    return int(session.select(count)[0][0])


async def receive(port: int) -> None:
    """The receiver: reads a request, answers 200."""

    async def line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(line, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--receive", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(receive(given.receive) if given.receive else main(given.count))
