"""A server in a process of its own, started, asked and stopped as an operator would: by the command line alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.stores import environment_of, found_at

COMMAND = (sys.executable, "-m", "counterfoil.app.cli.main")
STOPS_WITHIN = 45
"""Seconds: the server gives requests in flight thirty."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it is, and the folder by which commands find it."""

    url: str
    data: Path

    def command(self, *words: str) -> dict[str, Any]:
        """What a command prints for machines; it must succeed."""
        done = subprocess.run(
            [*COMMAND, *words, "--data", str(self.data), "--json"],
            env=environment() | environment_of(self.data),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def faults(self) -> list[dict[str, Any]]:
        """What the doctor finds wrong; but for a PostgreSQL of tests, which does not wait for its disk."""
        done = subprocess.run(
            [*COMMAND, "doctor", "--data", str(self.data), "--json"],
            env=environment() | environment_of(self.data),
            capture_output=True,
            text=True,
            check=False,
        )
        checks = json.loads(done.stdout)["checks"]
        return [check for check in checks if not check["ok"] and check["name"] != "PostgreSQL"]

    def new_connection(self, name: str, *options: str) -> str:
        """The id of a company with books of its own."""
        identifier: str = self.command("connection", "create", "--name", name, *options)["id"]
        return identifier

    def new_key(self, *options: str) -> str:
        key: str = self.command("key", "create", *options)["key"]
        return key


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[Server]:
    """A server while the block runs. It must stop on SIGTERM with exit code 0, and have nothing to complain of.

    `settings` are those that it gets in its environment, by their names in small letters.
    """
    complaints = data.with_suffix(".stderr")
    with complaints.open("w") as stderr, _started(data, stderr.fileno(), settings) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"the server did not start: {complaints.read_text()}"
            ready = json.loads(line)
            assert Path(ready["data"]) == data
            found_at(data, ready["url"])
            yield Server(ready["url"], data)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(STOPS_WITHIN)
    assert code == 0, f"exit code {code}: {complaints.read_text()}"
    assert complaints.read_text() == ""


def _started(data: Path, stderr: int, settings: Mapping[str, str]) -> subprocess.Popen[str]:
    named = {f"COUNTERFOIL_{name.upper()}": value for name, value in settings.items()}
    return subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--data", str(data), "--json"],
        env=environment() | environment_of(data) | named,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def environment() -> dict[str, str]:
    """The environment without anybody's settings of Counterfoil, our own COUNTERFOIL_RECORD among them.

    The log is to hold complaints alone, so that one that is empty means that there were none: a connection that is
    offline is worth a warning, and nothing to complain of.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    return own | {"COUNTERFOIL_LOG_LEVEL": "error"}
