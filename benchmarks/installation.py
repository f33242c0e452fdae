"""A Counterfoil server in a process of its own, for benchmarks to talk to."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.load import get, post

CONNECTION = "123e4567-e89b-12d3-a456-426614174000"
BASE = "/v1/quickbooks-desktop"
SECRET = "a secret of the benchmarks, which guard nothing"


class Installation:
    """A data folder, the server on it, and requests for it; on PostgreSQL where a database is given.

    `settings` are further ones of the server, by their names in small letters.
    """

    def __init__(self, data: Path, database: str | None = None, **settings: str) -> None:
        self.data = data
        self.database = database
        self.settings = {f"COUNTERFOIL_{name.upper()}": text for name, text in settings.items()}
        self.key = ""
        self.url = ""
        self.process: subprocess.Popen[str] | None = None
        self.ready_in = 0.0

    @contextmanager
    def server(self) -> Iterator[int]:
        """Run the server; gives its port. `ready_in` is the time from start to ready in seconds.

        Its log, with a line for each request as in real life, goes to a file beside the data folder.
        """
        started, words = time.perf_counter(), self._words("serve", "--port", "0", "--json")
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self.data.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(
                words, env=self._environment(), stdout=subprocess.PIPE, stderr=log, text=True
            )
        try:
            assert self.process.stdout is not None
            self.url = json.loads(self.process.stdout.readline())["url"]
            self.ready_in = time.perf_counter() - started
            if not self.key:
                self.key = json.loads(self.command("key", "create", "--json"))["key"]
            yield int(self.url.rsplit(":", 1)[1])
        finally:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            self._words(*arguments), env=self._environment(), check=True, capture_output=True, text=True
        )
        return done.stdout

    def _words(self, *arguments: str) -> list[str]:
        where = ["--data", str(self.data)]
        if self.database is not None:
            where += ["--database", self.database]
        return [sys.executable, "-m", "counterfoil.app.cli.main", *arguments, *where]

    def _environment(self) -> dict[str, str]:
        """No limit of requests a key, and a secret that every process on one database shares."""
        secret = {"COUNTERFOIL_SECRET": SECRET} if self.database is not None else {}
        return {**os.environ, "COUNTERFOIL_RATE_LIMIT": "0", **secret, **self.settings}

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Conductor-End-User-Id": CONNECTION}

    def ask(self, path: str) -> Any:
        request = urllib.request.Request(f"{self.url}{BASE}{path}", headers=self.headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def ids(self, path: str) -> dict[str, str]:
        return {each["name"]: each["id"] for each in self.ask(f"/{path}")["data"]}

    def invoice_request(self) -> bytes:
        """An invoice of three lines, two of them taxed by two agencies."""
        goods, customers = self.ids("non-inventory-items"), self.ids("customers")
        body = {
            "customerId": customers["Acme Corporation"],
            "transactionDate": "2026-06-01",
            "lines": [
                {"itemId": goods["Paver"], "quantity": 12, "description": "Concrete paver"},
                {"itemId": goods["Soil"], "quantity": 3, "rate": "6.35"},
                {"itemId": self.ids("service-items")["Labour"], "quantity": 1.5},
            ],
        }
        return post(f"{BASE}/invoices", json.dumps(body).encode(), self.headers)

    def list_request(self, limit: int) -> bytes:
        return get(f"{BASE}/invoices?limit={limit}", self.headers)

    def memory(self) -> int:
        """Resident bytes of the server process."""
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


async def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise TimeoutError(port)
