"""Databases of older versions and their dumps: made by the migrations, filled by SQL, and dumped line by line as those
versions did it.
"""

import gzip
import json
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from psycopg.sql import SQL, Identifier
from sqlalchemy import create_engine
from tests.support.postgres import server

from counterfoil.storage import migrating

MARK: Final = b"\x00\xffmark"
LARGE: Final = 9_007_199_254_740_993
ODD: Final = 'Ünïcödé 🧾\ttab "quote" \\N'
NOT_DUMPED: Final = ("alembic_version", "lanes")
Tables = dict[str, dict[str, str]]
"""The columns of each table in the database's order, with their types, which end in ? where nothing may be in them."""


def made_at(revision: str) -> str:
    """The address of a new database as the version with this schema left it, with rows in every table."""
    here = server()
    address = here.empty(f"older{next(here.count)}")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(address))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with psycopg.connect(address) as line:
        for table, columns in tables_of(line).items():
            for row in rows_for(table, columns):
                marks = SQL(", ").join([SQL("%s")] * len(row))
                line.execute(SQL("INSERT INTO {} VALUES ({})").format(Identifier(table), marks), row)
    return address


def tables_of(line: psycopg.Connection[Any]) -> Tables:
    found: Tables = {}
    for table, column, kind in line.execute(
        "SELECT table_name, column_name, data_type || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END"
        " FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    ):
        if table not in NOT_DUMPED:
            found.setdefault(table, {})[column] = kind
    return found


def rows_for(table: str, columns: dict[str, str]) -> list[list[Any]]:
    """Two rows of each table, with nothing in the second where that may be; the postings are two that balance."""
    values: dict[str, Any] = {
        "text": ODD,
        "bigint": LARGE,
        "integer": 200,
        "boolean": True,
        "bytea": bytes(range(256)),
    }
    if table == "postings":
        return [
            ["c", transaction, position, account, amount, None, None, None, "2024-01-01"]
            for transaction, amounts in (("A1", (LARGE, -LARGE)), ("A2", (-500, 500)))
            for position, (account, amount) in enumerate(zip(("receivable", "sales"), amounts, strict=True))
        ]
    if table == "installation":
        return [["other", b""], ["sealed_under", MARK]]
    return [
        [values[kind.rstrip("?")] for kind in columns.values()],
        [None if kind.endswith("?") else _another(values[kind]) for kind in columns.values()],
    ]


def _another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + {int: 1, str: "1", bytes: b"1"}[type(value)]


def dumped(address: str, revision: str, path: Path) -> Path:
    """A dump as the version with this schema wrote it."""
    lines: list[Any] = [{"kind": "counterfoil dump", "schema": revision}]
    counts = {}
    with psycopg.connect(address) as line:
        for table, columns in tables_of(line).items():
            lines.append({"table": table, "columns": list(columns)})
            rows = line.execute(SQL("SELECT * FROM {}").format(Identifier(table))).fetchall()
            lines += [[b64encode(each).decode() if isinstance(each, bytes) else each for each in row] for row in rows]
            counts[table] = len(rows)
    write_lines(path, [*lines, {"end": counts}])
    return path


def write_lines(path: Path, lines: list[Any]) -> None:
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def everything(address: str) -> dict[str, Any]:
    """Every row of every table, by the names of its columns."""
    with psycopg.connect(address) as line:
        return {
            table: sorted(
                [
                    sorted(zip(columns, map(repr, row), strict=True))
                    for row in line.execute(SQL("SELECT * FROM {}").format(Identifier(table)))
                ]
            )
            for table, columns in tables_of(line).items()
        }
