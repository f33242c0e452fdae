"""PostgreSQL stopped and started under load: clear errors, nothing lost, nothing doubled, and no server restarted.

It is shut down as an operator does it (fast), and killed; with `COUNTERFOIL_MINUTES` set it is also shut down without a
word to anybody (immediate). What it has committed it keeps: only the wait for the disk is left out.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest
from tests.acceptance.processes.quickbooks import QuickBooks
from tests.acceptance.processes.storm import (
    CLIENTS,
    SLACK,
    TIMEOUT,
    Company,
    Storm,
    check_desktop,
    check_embedded,
    check_online,
    connected_online,
    demo_company,
    invoices_before,
    invoices_in,
    keys_of,
    waiting,
)
from tests.support.postgres import TestServer
from tests.support.processes import Fleet, emulated_online, fleet_of, until

LONG: Final = "COUNTERFOIL_MINUTES" in os.environ
STOPS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL) if LONG else (signal.SIGINT, signal.SIGKILL)
"""How PostgreSQL's first process is told: fast, immediate, and not at all."""

AWAY_SECONDS: Final = 1.0
BACK_SECONDS: Final = 2.0


class Database:
    """A PostgreSQL of its own that keeps what it has committed, whatever happens to its processes."""

    def __init__(self) -> None:
        self.server = TestServer()
        self.address = self.server.database()
        with psycopg.connect(self.address, autocommit=True) as line:
            name = line.info.dbname
            line.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on'.encode())

    def stop(self, number: signal.Signals) -> None:
        """Tell its first process, and wait until it is gone."""
        pid = int((self.server.folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, number)
        until(lambda: not Path(f"/proc/{pid}").exists() or _is_dead(pid))

    def start(self) -> None:
        """Until it takes connections; what the one before has left behind may take it a moment."""
        until(self._is_started, pause=0.3)

    def _is_started(self) -> bool:
        try:
            self.server.start()
            with psycopg.connect(self.address, connect_timeout=5):
                return True
        except Exception:
            return False


def _is_dead(pid: int) -> bool:
    """A process that has ended, and whose parent has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture(scope="module")
def base() -> Iterator[Database]:
    made = Database()
    yield made
    made.server.remove()


@pytest.fixture(scope="module")
def intuit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulated_online(tmp_path_factory.mktemp("intuit")) as discovery:
        yield discovery.partition("/.well-known")[0]


@pytest.fixture(scope="module")
def fleet(base: Database, intuit: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    settings = {
        "timeout": str(TIMEOUT),
        "live_hold": "5",
        "intuit_environment": f"{intuit}/.well-known/openid_sandbox_configuration",
    }
    with fleet_of(2, base.address, tmp_path_factory.mktemp("away"), **settings) as made:
        yield made


def test_a_database_that_goes_and_comes_back_under_load(
    base: Database, intuit: str, fleet: Fleet, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        before, keys = invoices_before(fleet), keys_of(fleet)
        made = fleet.perform("connection.create", books="desktop", name="Small")
        quickbooks = stack.enter_context(QuickBooks(Path(made["qwc"]), made["password"], tmp_path / "company", None))
        customer, item = quickbooks.ids()
        companies = {
            "conductor": demo_company(fleet, keys),
            "online": Company(connected_online(fleet), "1", ("1",)),
            "desktop": Company(made["id"], customer, (item,)),
        }
        pids = [each.pid for each in fleet.processes]
        storm = Storm(fleet, keys, companies, gives_up=True)
        asyncio.run(storm.run(dict(CLIENTS), troubles(base, fleet)))
        tally = storm.tally
        assert tally.acknowledged.keys() | tally.refused == tally.sent.keys()
        assert tally.away > 0, "nobody was told"
        assert tally.cut == 0, "no server went away"
        assert [each.pid for each in fleet.up()] == pids
        until(lambda: waiting(fleet) == 0)
        embedded = check_embedded(fleet, tally, before)
        desktop = check_desktop(tally, quickbooks)
        online = check_online(tally, invoices_in(intuit))
        assert embedded + desktop + online == len(tally.sent) - len(tally.refused)
        assert tally.longest < TIMEOUT + SLACK
        assert fleet.complaints() == []
        for each in fleet.processes:
            assert "Traceback" not in each.errors(), each.errors()
        sys.stdout.write(f"{len(STOPS)} stops; {tally}; embedded {embedded}, desktop {desktop}, online {online}\n")


async def troubles(base: Database, fleet: Fleet) -> None:
    """Each way to stop once; while it is away every server says so, and each is ready again by itself."""
    await asyncio.sleep(BACK_SECONDS)
    async with httpx.AsyncClient(timeout=SLACK, trust_env=False) as http:
        for number in STOPS:
            await asyncio.to_thread(base.stop, number)
            await asyncio.sleep(AWAY_SECONDS)
            for process in fleet.processes:
                answer = await http.get(f"{process.url}/ready")
                assert answer.status_code == 503, answer.text
                assert "database" in {each["check"] for each in answer.json()["problems"]}
                assert (await http.get(f"{process.url}/health")).status_code == 200
            await asyncio.to_thread(base.start)
            async with asyncio.timeout(SLACK):
                for process in fleet.processes:
                    while (await http.get(f"{process.url}/ready")).status_code != 200:
                        await asyncio.sleep(0.2)
            await asyncio.sleep(BACK_SECONDS)
