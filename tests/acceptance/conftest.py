"""A Counterfoil as its users meet it: a process with a data folder, a command line, and HTTP."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest
from click.testing import CliRunner
from tests.support.server import environment as surroundings
from tests.support.stores import address_of, environment_of, on_postgres

from counterfoil.app.cli.main import counterfoil

DEMO: Final = "123e4567-e89b-12d3-a456-426614174000"
CANADIAN: Final = "123e4567-e89b-12d3-a456-426614174001"
ACME: Final = "80000001-1234567890"
COMMAND: Final = (sys.executable, "-m", "counterfoil.app.cli.main")
PATIENCE: Final = 60
"""Seconds after which a process that says nothing is given up."""


class Server:
    """`counterfoil serve --port 0` on a data folder, started and stopped at will."""

    def __init__(self, data: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.options = options
        self.environment = {
            **surroundings(),
            **environment_of(data),
            **(environment or {}),
        }
        self.errors_file = data.parent / f"{data.name[:40]}.stderr"
        self.url = ""
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start it, wait until it says that it is ready, and give the seconds that it took."""
        self.errors_file.parent.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        with self.errors_file.open("a") as errors:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--port", "0", "--json", "--data", str(self.data), *self.options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=self.environment,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        took = time.perf_counter() - began
        assert line, f"the server did not start: {self.errors()}"
        self.url = json.loads(line)["url"]
        return took

    def errors(self) -> str:
        """Everything that it ever wrote to stderr."""
        return self.errors_file.read_text()

    def kill(self) -> None:
        """SIGKILL: no chance to put anything in order."""
        self._running().kill()
        self._ended()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self._running().send_signal(signal.SIGTERM)
        return self._ended()

    def _running(self) -> "subprocess.Popen[str]":
        assert self.process is not None
        return self.process

    def _ended(self) -> int:
        process = self._running()
        code = process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()
        self.process = None
        return code


class Ran:
    """What became of a command."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        assert self.code == 0, (self.out, self.err)
        return json.loads(self.out)

    @property
    def text(self) -> str:
        return self.out + self.err


def run(data: Path, *words: str, environment: Mapping[str, str] | None = None) -> Ran:
    """Run a command on a data folder.

    In this process, which spares the half second of a start, but for those that run a server. Not for threads.
    """
    if words[0] in ("serve", "demo"):
        return run_process(data, *words)
    of_tests = {name: None for name in os.environ if name.startswith("COUNTERFOIL_")}
    settings = {**of_tests, "COLUMNS": "200", **environment_of(data), **(environment or {})}
    done = CliRunner().invoke(counterfoil, [*words, "--data", str(data)], env=settings)
    trace = ""
    if done.exc_info is not None and not isinstance(done.exception, SystemExit | None):
        trace = "".join(traceback.format_exception(*done.exc_info))
    return Ran(done.exit_code, done.stdout, done.stderr + trace)


def run_process(data: Path, *words: str) -> Ran:
    """Run a command on a data folder, as a process of its own."""
    arguments = [*COMMAND, *words, "--data", str(data)]
    settings = {**surroundings(), "COLUMNS": "200", **environment_of(data)}
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE * 2, env=settings, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def is_sound(data: Path) -> bool:
    """Whether `doctor` finds nothing wrong, but that a PostgreSQL of tests does not wait for its disk."""
    checks = json.loads(run(data, "doctor", "--json").out)["checks"]
    return all(check["ok"] or (on_postgres() and check["name"] == "PostgreSQL") for check in checks)


def new_key(data: Path, *options: str) -> str:
    key: str = run(data, "key", "create", "--json", *options).json["key"]
    return key


def client(url: str, key: str, connection: str = DEMO) -> httpx.Client:
    """A caller of the Conductor dialect."""
    headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection}
    return httpx.Client(base_url=f"{url}/v1/quickbooks-desktop", headers=headers, timeout=PATIENCE)


def goods(caller: httpx.Client) -> dict[str, str]:
    """Name → id of the goods that the demo company sells; all of them are taxable."""
    found = caller.get("/non-inventory-items").json()
    return {each["name"]: each["id"] for each in found["data"]}


def invoice(items: Mapping[str, str], quantities: Sequence[int] = (2, 3, 1)) -> dict[str, Any]:
    """A taxed invoice of three lines."""
    names = ("Paver", "Soil", "Sprinkler")
    lines = [{"itemId": items[name], "quantity": count} for name, count in zip(names, quantities, strict=True)]
    return {"customerId": ACME, "transactionDate": "2026-03-02", "lines": lines}


def rows(data: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What a statement finds in the database, read beside whoever owns it."""
    if on_postgres():
        with psycopg.connect(address_of(data)) as line:
            return line.execute(statement.replace("?", "%s").encode(), values).fetchall()
    address = f"{(data / 'counterfoil.db').resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(statement, values).fetchall()


def counts(data: Path) -> dict[str, int]:
    """Table → number of rows, and beside it all that the books hold in figures."""
    listed = "pg_tables WHERE schemaname = 'public'" if on_postgres() else "sqlite_schema WHERE type = 'table'"
    tables = sorted(name for (name,) in rows(data, f"SELECT {'table' if on_postgres() else ''}name FROM {listed}"))
    found = {table: rows(data, f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in tables}
    # A refusal is written down for people to look at; it is no trace in the books, and no sending can meet it.
    found["requests"] = rows(data, "SELECT COUNT(*) FROM requests WHERE state <> 'refused'")[0][0]
    found["sum of postings"] = rows(data, "SELECT COALESCE(SUM(ABS(amount)), 0) FROM postings")[0][0]
    found["sum open"] = rows(data, "SELECT COALESCE(SUM(open), 0) FROM transactions")[0][0]
    return found


Serve = Callable[..., Server]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers, and stops those that are still up afterwards."""
    started: list[Server] = []

    def start(data: Path, *options: str, environment: Mapping[str, str] | None = None) -> Server:
        server = Server(data, *options, environment=environment)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        if server.process is not None:
            server.kill()
