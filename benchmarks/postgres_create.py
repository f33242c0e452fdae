"""Creating invoices on PostgreSQL, beside a bare reference on the same PostgreSQL and beside SQLite, in one run.

    python -m benchmarks.postgres_create [--seconds 5]

One and two server processes, at 1, 16 and 64 clients, all in one company file and spread over sixteen of them. Prints
invoices a second and the ratio to the reference; then checks that the books are sound.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.cloning import clone_company
from benchmarks.database import new_database, postgres
from benchmarks.installation import CONNECTION, Installation, free_port, wait_for
from benchmarks.load import Load, post, spread

CLIENTS = (1, 16, 64)
COMPANIES = 16
Rows = list[dict[str, Any]]


async def main(seconds: float) -> Rows:
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder) / "postgres") as address:
        body = await _ours(rows, Path(folder), new_database(address, "counterfoil"), seconds)
        await _sqlite(rows, Path(folder) / "sqlite", seconds)
        await _reference(rows, new_database(address, "reference"), body, seconds)
    _compare(rows)
    return rows


async def _ours(rows: Rows, folder: Path, database: str, seconds: float) -> bytes:
    """Our own figures; gives the body of the request, for the reference."""
    body = b""
    for processes in (1, 2):
        with ExitStack() as stack:
            servers = [Installation(folder / f"process-{number}", database) for number in range(processes)]
            ports = [stack.enter_context(each.server()) for each in servers]
            first = servers[0]
            one = first.invoice_request()
            body = one.split(b"\r\n\r\n", 1)[1]
            if processes == 1:
                clone_company(database, CONNECTION, COMPANIES)
            many = [one.replace(CONNECTION.encode(), _clone(number).encode()) for number in range(COMPANIES)]
            await spread("127.0.0.1", ports, [one, *many], clients=16, seconds=1)
            for name, requests in (("one company", [one]), (f"{COMPANIES} companies", many)):
                for clients in CLIENTS:
                    result = await spread("127.0.0.1", ports, requests, clients=clients, seconds=seconds)
                    _note(rows, f"PostgreSQL, {name}", processes, clients, result)
            assert json.loads(first.command("doctor", "--json"))["ok"]
    return body


async def _sqlite(rows: Rows, data: Path, seconds: float) -> None:
    ours = Installation(data)
    with ours.server() as port:
        one = ours.invoice_request()
        await spread("127.0.0.1", [port], [one], clients=16, seconds=1)
        for clients in CLIENTS:
            result = await spread("127.0.0.1", [port], [one], clients=clients, seconds=seconds)
            _note(rows, "SQLite", 1, clients, result)


async def _reference(rows: Rows, database: str, body: bytes, seconds: float) -> None:
    subprocess.run([sys.executable, "-m", "benchmarks.reference_postgres", "tables", database], check=True)
    for processes in (1, 2):
        async with _references(database, processes) as ports:
            request = post("/", body, {})
            await spread("127.0.0.1", ports, [request], clients=16, seconds=1)
            for clients in CLIENTS:
                result = await spread("127.0.0.1", ports, [request], clients=clients, seconds=seconds)
                _note(rows, "reference", processes, clients, result)


@asynccontextmanager
async def _references(database: str, processes: int) -> AsyncIterator[list[int]]:
    ports = [free_port() for _ in range(processes)]
    commands = [[sys.executable, "-m", "benchmarks.reference_postgres", str(port), database] for port in ports]
    running = [subprocess.Popen(command) for command in commands]
    try:
        for port in ports:
            await wait_for(port)
        yield ports
    finally:
        for process in running:
            process.terminate()
            process.wait()


def _clone(number: int) -> str:
    """The id of a copy of the demo company."""
    return f"{CONNECTION[:-4]}{number:04d}"


def _note(rows: Rows, name: str, processes: int, clients: int, result: Load) -> None:
    rows.append(
        {
            "name": name,
            "processes": processes,
            "clients": clients,
            "rate": result.rate,
            "median": result.median,
            "p99": result.p99,
        }
    )
    told = f"{name}, {processes} process{'es' if processes > 1 else ''}, {clients} clients"
    print(f"{told:48} {result.rate:8,.0f}/s   median {result.median:7.2f} ms   99 % {result.p99:7.2f} ms", flush=True)


def _compare(rows: Rows) -> None:
    bare = {(row["processes"], row["clients"]): row["rate"] for row in rows if row["name"] == "reference"}
    for row in rows:
        if row["name"] != "reference":
            row["ratio"] = row["rate"] / bare[row["processes"], row["clients"]]
            print(
                f"  {row['name']}, {row['processes']} × {row['clients']:2} clients: {row['ratio']:.2f} of the reference"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    asyncio.run(main(parser.parse_args().seconds))
