"""Every statement of the storage floor stands on an index, by PostgreSQL's own plan of it.

The plans are made for values that are not known, with whole scans forbidden as far as there is any other way: a scan
that is left has no index to stand on.
"""

import re
from collections.abc import Iterator

import psycopg
import pytest
from tests.contract.storage.statements_read import every_statement
from tests.support.postgres import server

from counterfoil.storage.statements import POSTGRES

WHOLE = re.compile(r"Seq Scan on (\w+)")
MADE_UP = {"walk", "reach"}
"""Tables that a statement itself makes, a row at a time."""

SMALL = {"installation", "accounts", "logins", "visits"}
"""Few rows: asked for whole by commands, or looked through for what is over when somebody signs in."""


@pytest.fixture(scope="module")
def line() -> Iterator[psycopg.Connection]:
    with psycopg.connect(server().database(), autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
        for setting in ("enable_seqscan", "enable_bitmapscan"):
            connection.execute(f"SET {setting} = off".encode())
        yield connection


def plan(line: psycopg.Connection, text: str) -> str:
    return "\n".join(row[0] for row in line.execute(f"EXPLAIN (GENERIC_PLAN) {text}".encode()))


@pytest.mark.parametrize("name", sorted(every_statement()))
def test_a_statement_stands_on_an_index(line: psycopg.Connection, name: str) -> None:
    found = plan(line, every_statement()[name].compiled(POSTGRES).text)
    assert set(WHOLE.findall(found)) <= SMALL | MADE_UP, found


def test_a_statement_without_an_index_is_found(line: psycopg.Connection) -> None:
    assert WHOLE.findall(plan(line, "SELECT id FROM transactions WHERE total = 1")) == ["transactions"]
