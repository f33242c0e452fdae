"""A server killed in the middle of its work, over and over: what was acknowledged is there once, the rest not half."""

import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.conftest import (
    CANADIAN,
    DEMO,
    Serve,
    Server,
    client,
    goods,
    invoice,
    is_sound,
    new_key,
    rows,
    run,
    run_process,
)

ROUNDS: Final = 10
CLIENTS: Final = 16
READY_WITHIN: Final = 15.0
"""Seconds, on a machine that other tests keep busy; on a quiet one it is about one (`benchmarks.size` measures it)."""

PRICES: Final = (475, 620, 1899)
"""Cents: what the demo company takes for a paver, a bag of soil, a sprinkler head."""

STATE_TAX, CITY_TAX = 625, 200
"""Hundredths of a percent, each rounded by itself."""


class Storm:
    """Sixteen clients that go on creating invoices. Each key is sent until it is answered, across every restart."""

    def __init__(self, server: Server, key: str, items: dict[str, str]) -> None:
        self.server = server
        self.key = key
        self.items = items
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.sent: dict[str, dict[str, Any]] = {}
        self.repeated = 0
        self.replayed = 0
        self.serial = itertools.count()
        self.up = asyncio.Event()
        self.over = False

    async def client(self) -> None:
        while not self.over:
            await self._until_answered(f"invoice-{next(self.serial)}")

    async def _until_answered(self, key: str) -> None:
        body = invoice(self.items, [random.randint(1, 9) for _ in PRICES])
        self.sent[key] = body
        for attempt in itertools.count():
            await self.up.wait()
            self.repeated += attempt > 0
            with suppress(httpx.TransportError):
                answer = await self._send(key, body)
                assert answer.status_code == 200, answer.text
                self.acknowledged[key] = answer.json()
                self.replayed += "Idempotent-Replayed" in answer.headers
                return
            await asyncio.sleep(0.01)

    async def _send(self, key: str, body: dict[str, Any]) -> httpx.Response:
        return await self.http.post(
            f"{self.server.url}/v1/quickbooks-desktop/invoices",
            json=body,
            headers={
                "Authorization": f"Bearer {self.key}",
                "Conductor-End-User-Id": DEMO,
                "Idempotency-Key": key,
            },
        )

    async def run(self, rounds: int) -> list[float]:
        """Let the clients work, kill the server at a random moment, start it again; the seconds until it was ready."""
        readiness = []
        async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=CLIENTS)) as self.http:
            clients = [asyncio.create_task(self.client()) for _ in range(CLIENTS)]
            for _ in range(rounds):
                self.up.set()
                await asyncio.sleep(random.uniform(0.05, 1.0))
                self.up.clear()
                await asyncio.to_thread(self.server.kill)
                readiness.append(await asyncio.to_thread(self.server.start))
            self.up.set()
            self.over = True
            await asyncio.gather(*clients)
        return readiness


@pytest.fixture
def storm(serve: Serve, data: Path) -> Storm:
    server = serve(data)
    key = new_key(data)
    with client(server.url, key) as caller:
        items = goods(caller)
    return Storm(server, key, items)


def stored(data: Path) -> dict[str, dict[str, Any]]:
    """Id → document of each invoice that the demo company has."""
    found = rows(data, "SELECT id, body FROM transactions WHERE connection_id = ? AND resource = 'invoices'", DEMO)
    return {identifier: json.loads(body) for identifier, body in found}


def expected_total(body: dict[str, Any]) -> int:
    """Cents, by hand: what is on the lines, and each tax on all of it, rounded half up by itself."""
    subtotal = sum(price * line["quantity"] for price, line in zip(PRICES, body["lines"], strict=True))
    taxes: int = sum((subtotal * rate + 5000) // 10000 for rate in (STATE_TAX, CITY_TAX))
    return int(subtotal) + taxes


def cents(text: str) -> int:
    return int(text.replace(".", ""))


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_and_nothing_is_there_half(storm: Storm, data: Path) -> None:
    before = stored(data)
    readiness = asyncio.run(storm.run(ROUNDS))
    sys.stdout.write(f"ready after each kill, seconds: {' '.join(f'{each:.2f}' for each in readiness)}\n")
    sys.stdout.write(f"{len(storm.sent)} invoices; {storm.repeated} sent again, {storm.replayed} of them were stored\n")
    assert storm.repeated > 0, "no kill met a request"
    assert storm.acknowledged.keys() == storm.sent.keys()

    made = {identifier: body for identifier, body in stored(data).items() if identifier not in before}
    assert Counter(answer["id"] for answer in storm.acknowledged.values()) == Counter(made.keys())
    numbers = Counter(answer["refNumber"] for answer in storm.acknowledged.values())
    assert numbers.most_common(1)[0][1] == 1
    keys = rows(data, "SELECT idempotency_key, COUNT(*) FROM requests WHERE connection_id = ? GROUP BY 1", DEMO)
    assert dict(keys) == dict.fromkeys(storm.sent, 1)

    check_each_is_whole(storm, data, made)
    with client(storm.server.url, storm.key) as caller:
        check_answers(storm, caller)
    assert is_sound(data)
    assert storm.server.stop() == 0
    assert is_sound(data)
    assert max(readiness) < READY_WITHIN


def check_each_is_whole(storm: Storm, data: Path, made: dict[str, dict[str, Any]]) -> None:
    """Lines, totals, open amounts and postings of every invoice, against figures of our own."""
    columns = rows(data, "SELECT id, total, open FROM transactions WHERE connection_id = ?", DEMO)
    totals = {identifier: (total, left) for identifier, total, left in columns}
    sums = "SELECT transaction_id, SUM(amount), SUM((amount + ABS(amount)) / 2), COUNT(*) FROM postings"
    sums += " WHERE connection_id = ?"
    postings = {row[0]: row[1:] for row in rows(data, f"{sums} GROUP BY 1", DEMO)}
    for key, answer in storm.acknowledged.items():
        identifier, total = answer["id"], expected_total(storm.sent[key])
        assert len(made[identifier]["lines"]) == 3
        assert totals[identifier] == (total, total)
        nil, debits, count = postings[identifier]
        assert (nil, debits) == (0, total)
        assert count >= 4, "receivables, income and two taxes"
    of_nobody = "SELECT COUNT(*) FROM postings AS p WHERE connection_id = ? AND NOT EXISTS "
    of_nobody += "(SELECT 1 FROM transactions AS t WHERE t.connection_id = p.connection_id AND t.id = p.transaction_id)"
    assert rows(data, of_nobody, DEMO) == [(0,)]


def check_answers(storm: Storm, caller: httpx.Client) -> None:
    """What the API tells now is what it told when it acknowledged, and repeating a key makes nothing."""
    for key, answer in random.sample(sorted(storm.acknowledged.items()), k=min(50, len(storm.acknowledged))):
        now = caller.get(f"/invoices/{answer['id']}").json()
        assert {**now, "updatedAt": ""} == {**answer, "updatedAt": ""}
        assert cents(now["balanceRemaining"]) == expected_total(storm.sent[key])
        again = caller.post("/invoices", json=storm.sent[key], headers={"Idempotency-Key": key})
        assert again.json()["id"] == answer["id"]


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.15, 0.3, 0.4, 0.5, 0.6])
def test_a_server_killed_while_it_makes_its_first_companies_makes_them_when_it_comes_back(
    data: Path, pause: float
) -> None:
    """The very first start is cut at a moment of its half second."""
    server = Server(data)
    _killed_after(server, pause)
    try:
        assert server.start() < READY_WITHIN
        found = [each["id"] for each in run(data, "connection", "list", "--json").json["data"]]
        assert found == [DEMO, CANADIAN]
        assert is_sound(data)
    finally:
        server.kill()


def _killed_after(server: Server, pause: float) -> None:
    """Start it, and kill it after a while without waiting for it to be ready."""

    async def race() -> None:
        starting = asyncio.create_task(asyncio.to_thread(server.start))
        began = time.perf_counter()
        while server.process is None:
            await asyncio.sleep(0.001)
        process = server.process
        await asyncio.sleep(max(0.0, pause - (time.perf_counter() - began)))
        process.kill()
        with suppress(AssertionError):
            await starting
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    asyncio.run(race())


@pytest.mark.slow
def test_a_kill_during_a_backup_leaves_no_file_that_looks_like_one(storm: Storm, data: Path, tmp_path: Path) -> None:
    """A backup has its name only when it is proved."""
    target = tmp_path / "copy.db"

    async def race() -> None:
        asking = asyncio.create_task(asyncio.to_thread(run_process, data, "backup", str(target)))
        await asyncio.sleep(0.45)
        storm.server.kill()
        await asking

    asyncio.run(race())
    storm.server.start()
    if target.exists():
        assert run(data, "restore", str(target)).code == 0
    assert is_sound(data)
    assert run(data, "backup", str(target)).code == 0
