"""Post to a receiver that fails, hangs and is killed, from a server that is killed: nothing is lost, order is kept.

In CI over ten connections; `POST_CONNECTIONS=100 POST_EVENTS=50` makes ten thousand deliveries of it.
"""

import asyncio
import itertools
import os
import random
import socket
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.conftest import PATIENCE, Serve, Server, new_key, rows, run

CONNECTIONS: Final = int(os.environ.get("POST_CONNECTIONS", "10"))
EVENTS: Final = int(os.environ.get("POST_EVENTS", "20"))
"""Of each connection; each event goes to two endpoints, one of which keeps order."""

CALLERS: Final = 16
WITHIN: Final = 600
ENVIRONMENT: Final = {
    "COUNTERFOIL_ALLOW_PRIVATE_WEBHOOKS": "1",
    "COUNTERFOIL_WEBHOOK_TIMEOUT": "1",
    "COUNTERFOIL_WEBHOOK_SCHEDULE": ",".join(["0", "0", *["1"] * 28]),
    "COUNTERFOIL_RATE_LIMIT": "0",
}
MAY_GROW: Final = 48 * 1024 * 1024
"""Bytes by which the server may grow while it delivers: far less than the bodies that go through it, and room for what
an allocator keeps."""

RECEIVER: Final = Path(__file__).parents[1] / "support" / "hook_server.py"


@dataclass(frozen=True)
class Said:
    """A line of the receiver's record."""

    is_accepted: bool
    path: str
    id: str
    connection: str
    name: str


class Receiver:
    """The process that is told."""

    def __init__(self, record: Path) -> None:
        self.record = record
        self.port = _free_port()
        self.seeds = itertools.count(1)
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, str(RECEIVER), str(self.port), str(self.record), str(next(self.seeds))]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            assert self.process.stdout is not None
            self.process.stdout.close()
        self.process = None

    def said(self) -> list[Said]:
        if not self.record.exists():
            return []
        lines = (line.split("\t") for line in self.record.read_text().splitlines())
        return [Said(word == "accepted", *rest) for word, *rest in lines]

    def accepted(self) -> int:
        return sum(each.is_accepted for each in self.said())


class Story:
    """Callers make customers, the server tells of them, and now and then somebody is killed."""

    def __init__(self, server: Server, receiver: Receiver, key: str) -> None:
        self.server = server
        self.receiver = receiver
        self.key = key
        self.up = asyncio.Event()

    async def tell(self, connections: list[str]) -> None:
        """Make the customers of all connections, those of each in their order, while the server is killed twice."""
        self.up.set()
        waiting = list(connections)
        made = asyncio.gather(*(self._caller(waiting) for _ in range(CALLERS)))
        for _ in range(2):
            await asyncio.sleep(random.uniform(0.5, 1.5))
            await self._killed_server()
        await made

    async def _caller(self, waiting: list[str]) -> None:
        async with httpx.AsyncClient(timeout=30) as http:
            while waiting:
                connection = waiting.pop()
                for number in range(EVENTS):
                    await self._customer(http, connection, f"Customer {number:04d}")

    async def _customer(self, http: httpx.AsyncClient, connection: str, name: str) -> None:
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Conductor-End-User-Id": connection,
            "Idempotency-Key": f"{connection} {name}",
        }
        while True:
            await self.up.wait()
            with suppress(httpx.TransportError):
                url = f"{self.server.url}/v1/quickbooks-desktop/customers"
                answer = await http.post(url, json={"name": name}, headers=headers)
                assert answer.status_code == 200, answer.text
                return
            await asyncio.sleep(0.02)

    async def _killed_server(self) -> None:
        self.up.clear()
        await asyncio.to_thread(self.server.kill)
        await asyncio.to_thread(self.server.start)
        self.up.set()

    async def killed_receiver(self) -> None:
        await asyncio.to_thread(self.receiver.kill)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(self.receiver.start)


@pytest.mark.slow
def test_ten_thousand_deliveries_through_kills_arrive_at_least_once_and_in_order_where_asked(
    serve: Serve, data: Path, tmp_path: Path
) -> None:
    receiver = Receiver(tmp_path / "record")
    receiver.start()
    try:
        server = serve(data, environment=ENVIRONMENT)
        key = new_key(data)
        connections = asyncio.run(_connections(server, key))
        for path, options in (("/ordered", ["--ordered"]), ("/loose", [])):
            url = f"http://127.0.0.1:{receiver.port}{path}"
            made = run(
                data, "webhook", "add", url, "--event", "customer.created", *options, "--json", environment=ENVIRONMENT
            )
            assert made.json["secret"].startswith("whsec_")
        story = Story(server, receiver, key)
        began = time.perf_counter()
        asyncio.run(story.tell(connections))
        growth = asyncio.run(_until_all_arrived(story, data))
        spent = time.perf_counter() - began
    finally:
        receiver.kill()
    said = receiver.said()
    check_nothing_is_lost(said, connections)
    check_order(said)
    tries = len(said)
    sys.stdout.write(f"{2 * len(connections) * EVENTS} deliveries in {tries} tries that arrived, {spent:.0f} s\n")
    sys.stdout.write(f"the server grew by {growth / 1e6:.1f} MB while it delivered\n")
    assert growth < MAY_GROW
    assert server.stop() == 0


async def _connections(server: Server, key: str) -> list[str]:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30) as http:
        made = []
        for number in range(CONNECTIONS):
            asked = {"companyName": f"Company {number}", "sourceId": f"c{number}", "email": "books@example.com"}
            answer = await http.post(f"{server.url}/v1/end-users", json=asked)
            assert answer.status_code in (200, 201), answer.text
            made.append(answer.json()["id"])
        return made


async def _until_all_arrived(story: Story, data: Path) -> int:
    """Kill the receiver twice while it is told, and wait for the end; gives by how much the server grew."""
    first = _memory(story.server)
    most = first
    wanted = 2 * CONNECTIONS * EVENTS
    kills = [wanted // 2, wanted * 3 // 4]
    until = time.monotonic() + WITHIN
    while _open(data):
        assert time.monotonic() < until, f"{_open(data)} deliveries are left"
        if kills and wanted - _open(data) >= kills[0]:
            kills.pop(0)
            await story.killed_receiver()
        await asyncio.sleep(0.1)
        most = max(most, _memory(story.server))
    assert kills == [], "it was over before the receiver could be killed twice"
    assert rows(data, "SELECT COUNT(*) FROM deliveries WHERE state = 'delivered'") == [(wanted,)]
    return most - first


def check_nothing_is_lost(said: list[Said], connections: list[str]) -> None:
    wanted = {f"Customer {number:04d}" for number in range(EVENTS)}
    got: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in said:
        if each.is_accepted:
            got[each.path, each.connection].add(each.name)
    assert len(got) == 2 * len(connections)
    assert all(names == wanted for names in got.values())
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in said:
        ids[each.connection, each.name].add(each.id)
    assert {len(each) for each in ids.values()} == {1}, "an event has one name, at every try and every endpoint"
    assert any(not each.is_accepted for each in said)


def check_order(said: list[Said]) -> None:
    """At the endpoint that keeps order an event is not even tried before the one ahead of it was accepted."""
    accepted: dict[str, int] = defaultdict(int)
    for each in said:
        if each.path != "/ordered":
            continue
        number = int(each.name.split()[1])
        assert number <= accepted[each.connection], f"{each} came before the one ahead of it had arrived"
        if each.is_accepted and number == accepted[each.connection]:
            accepted[each.connection] += 1


def _open(data: Path) -> int:
    found: Any = rows(data, "SELECT COUNT(*) FROM deliveries WHERE due_at IS NOT NULL")[0][0]
    return int(found)


def _memory(server: Server) -> int:
    """Resident bytes of the server."""
    assert server.process is not None
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port
