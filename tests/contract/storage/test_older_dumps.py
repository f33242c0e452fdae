"""Dumps that older versions made come into this one, whole or not at all.

What is to be there afterwards is what PostgreSQL has when the older database is migrated in place.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import apsw
import psycopg
import pytest
from tests.support.older import LARGE, MARK, ODD, dumped, everything, lines_of, made_at, write_lines
from tests.support.postgres import kinds, server

from counterfoil.core.errors import Broken
from counterfoil.storage.backup import back_up, restore
from counterfoil.storage.contents import Damaged
from counterfoil.storage.copying import copy, sealed_under
from counterfoil.storage.migrating import HEAD, migrate, migrate_postgres
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.sqlite import FILE

pytestmark = pytest.mark.skipif("postgres" not in kinds(), reason="these are about PostgreSQL")
REVISIONS: Final = ("0008", "0009")
Older = tuple[Path, dict[str, Any]]
"""A dump of an older version, and everything that is to be there when it is restored."""


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Older]:
    """By revision: a dump, and everything that the same database holds once it is migrated in place."""
    found = {}
    for revision in REVISIONS:
        address = made_at(revision)
        dump = dumped(address, revision, tmp_path_factory.mktemp(revision) / "kept.dump")
        migrate_postgres(address)
        found[revision] = dump, everything(address)
    return found


@pytest.fixture(params=REVISIONS)
def dump(request: pytest.FixtureRequest, older: dict[str, Older], tmp_path: Path) -> Older:
    original, expected = older[request.param]
    mine = tmp_path / "kept.dump"
    mine.write_bytes(original.read_bytes())
    return mine, expected


@pytest.fixture
def path(older: dict[str, Older], tmp_path: Path) -> Path:
    """A dump of schema 0009, to be spoilt."""
    mine = tmp_path / "kept.dump"
    mine.write_bytes(older["0009"][0].read_bytes())
    return mine


@pytest.fixture
def target(address: str, runner: asyncio.Runner) -> Iterator[PostgresStore]:
    """A store that holds something already."""
    with psycopg.connect(address) as line:
        line.execute("INSERT INTO accounts VALUES ('mine', 'before', 1)")
        line.execute("INSERT INTO lanes (connection_id, version, fence) VALUES ('c', 7, 0)")
    opened = PostgresStore(address)
    yield opened
    runner.run(opened.close())


def test_a_dump_of_an_older_version_is_restored(
    target: PostgresStore, runner: asyncio.Runner, tmp_path: Path, dump: Older
) -> None:
    path, expected = dump
    before = everything(target.address)
    bytes_before = path.read_bytes()
    replaced = runner.run(restore(target, path))
    there = everything(target.address)
    assert there == expected
    assert all(rows for table, rows in there.items() if table != "aliases")
    with psycopg.connect(target.address) as line:
        balances = line.execute("SELECT account_id, SUM(amount) FROM postings GROUP BY 1 ORDER BY 1").fetchall()
        assert balances == [("receivable", LARGE - 500), ("sales", 500 - LARGE)]
        assert line.execute("SELECT version <> 7 FROM lanes").fetchall() == [(True,)]
    assert path.read_bytes() == bytes_before
    assert sorted(tmp_path.iterdir()) == sorted([path, replaced])
    runner.run(restore(target, replaced))
    assert everything(target.address) == before


def test_columns_that_came_since_have_what_a_migration_gives_them(
    target: PostgresStore, runner: asyncio.Runner, older: dict[str, Older], tmp_path: Path
) -> None:
    runner.run(restore(target, older["0008"][0], tmp_path))
    with psycopg.connect(target.address) as line:
        assert line.execute("SELECT dialect, public_key FROM keys").fetchall() == [(None, None)] * 2
        assert line.execute("SELECT * FROM aliases").fetchall() == []


def test_what_was_restored_is_dumped_as_this_version_does(
    target: PostgresStore, runner: asyncio.Runner, tmp_path: Path, dump: Older
) -> None:
    path, expected = dump
    runner.run(restore(target, path))
    runner.run(back_up(target, tmp_path / "new.dump"))
    assert lines_of(tmp_path / "new.dump")[0]["schema"] == HEAD
    runner.run(restore(target, tmp_path / "new.dump"))
    assert everything(target.address) == expected


def test_the_order_of_tables_and_columns_may_have_been_another(
    target: PostgresStore, runner: asyncio.Runner, dump: Older
) -> None:
    path, expected = dump
    head, *lines, end = lines_of(path)
    turned: list[list[Any]] = []
    for line in lines:
        if isinstance(line, dict):
            turned.insert(0, [line | {"columns": line["columns"][::-1]}])
        else:
            turned[0].append(line[::-1])
    write_lines(path, [head, *(line for part in turned for line in part), end])
    runner.run(restore(target, path))
    assert everything(target.address) == expected


def test_a_dump_of_an_older_version_is_copied_into_any_place(tmp_path: Path, dump: Older) -> None:
    path, expected = dump
    assert sealed_under(path) == MARK
    here = server()
    address = here.empty(f"older{next(here.count)}")
    copy(path, address)
    assert everything(address) == expected
    counts = copy(path, tmp_path / FILE).rows
    assert {table: count for table, count in counts.items() if count} == {
        table: len(rows) for table, rows in expected.items() if rows
    }
    with closing(apsw.Connection(str(tmp_path / FILE))) as connection:
        assert list(connection.execute("SELECT name, sealed FROM keys ORDER BY name")) == [
            (ODD, bytes(range(256))),
            (ODD + "1", bytes(range(256)) + b"1"),
        ]


def test_no_right_in_the_database_is_wanted_but_over_the_tables(runner: asyncio.Runner, dump: Older) -> None:
    path, expected = dump
    here = server()
    number = next(here.count)
    address = here.empty(f"older{number}")
    with psycopg.connect(address, autocommit=True) as line:
        line.execute(f"CREATE ROLE keeper{number} LOGIN".encode())
        line.execute(f"CREATE SCHEMA kept AUTHORIZATION keeper{number}".encode())
        line.execute(f"REVOKE ALL ON DATABASE older{number} FROM PUBLIC".encode())
        line.execute(f"GRANT CONNECT ON DATABASE older{number} TO keeper{number}".encode())
    mine = address.replace("postgres@", f"keeper{number}@") + "&options=-csearch_path%3Dkept"
    with psycopg.connect(mine) as line, pytest.raises(psycopg.errors.InsufficientPrivilege):
        line.execute("CREATE TEMPORARY TABLE scratch (id text)")
    migrate_postgres(mine)
    opened = PostgresStore(mine)
    runner.run(restore(opened, path))
    runner.run(opened.close())
    assert everything(mine) == expected


def row_in(lines: list[Any], table: str) -> int:
    """The place of the first row of a table."""
    return next(place for place, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == table) + 1


def off_by_a_cent(lines: list[Any]) -> None:
    lines[row_in(lines, "postings")][4] += 1


def without_a_row(lines: list[Any]) -> None:
    del lines[row_in(lines, "transactions")]


def with_a_row_twice(lines: list[Any]) -> None:
    place = row_in(lines, "transactions")
    lines.insert(place, lines[place])
    lines[-1]["end"]["transactions"] += 1


def without_a_table(lines: list[Any]) -> None:
    place = row_in(lines, "visits")
    del lines[place - 1 : place + 2]
    del lines[-1]["end"]["visits"]


def with_an_unknown_table(lines: list[Any]) -> None:
    lines[row_in(lines, "visits") - 1]["table"] = "guests"


def with_another_column(lines: list[Any]) -> None:
    lines[row_in(lines, "visits") - 1]["columns"][0] = "guest_id"


def with_columns_that_are_none(lines: list[Any]) -> None:
    lines[row_in(lines, "visits") - 1]["columns"] = "account_id"


def with_a_word_for_a_number(lines: list[Any]) -> None:
    lines[row_in(lines, "postings")][4] = "much"


def with_nothing_for_a_word(lines: list[Any]) -> None:
    lines[row_in(lines, "transactions")][1] = None


def with_too_large_a_number(lines: list[Any]) -> None:
    lines[row_in(lines, "transactions")][3] = 2**63


def with_a_row_that_is_short(lines: list[Any]) -> None:
    lines[row_in(lines, "transactions")].pop()


def without_an_end(lines: list[Any]) -> None:
    lines.pop()


def of_another_older_schema(lines: list[Any]) -> None:
    lines[0]["schema"] = "0008"


def of_a_schema_that_never_was(lines: list[Any]) -> None:
    lines[0]["schema"] = "0000"


def of_no_schema(lines: list[Any]) -> None:
    del lines[0]["schema"]


def with_an_end_in_the_middle(lines: list[Any]) -> None:
    lines.insert(row_in(lines, "postings") - 1, lines[-1])


SPOILT: Final = (
    off_by_a_cent,
    without_a_row,
    with_a_row_twice,
    without_a_table,
    with_an_unknown_table,
    with_another_column,
    with_columns_that_are_none,
    with_a_word_for_a_number,
    with_nothing_for_a_word,
    with_too_large_a_number,
    with_a_row_that_is_short,
    without_an_end,
    of_another_older_schema,
    of_a_schema_that_never_was,
    of_no_schema,
    with_an_end_in_the_middle,
)


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_damaged_dump_changes_nothing(
    target: PostgresStore,
    runner: asyncio.Runner,
    tmp_path: Path,
    path: Path,
    spoil: Callable[[list[Any]], None],
) -> None:
    lines = lines_of(path)
    spoil(lines)
    write_lines(path, lines)
    before = everything(target.address)
    with pytest.raises(Damaged, match=r"kept\.dump"):
        runner.run(restore(target, path))
    assert everything(target.address) == before
    assert list(tmp_path.iterdir()) == [path]
    migrate(tmp_path / FILE)
    with pytest.raises(Damaged, match=r"kept\.dump"):
        copy(path, tmp_path / FILE)
    with closing(apsw.Connection(str(tmp_path / FILE))) as connection:
        assert list(connection.execute("SELECT COUNT(*) FROM transactions")) == [(0,)]


def test_a_dump_that_is_cut_short_changes_nothing(
    target: PostgresStore, runner: asyncio.Runner, tmp_path: Path, path: Path
) -> None:
    path.write_bytes(path.read_bytes()[:-40])
    before = everything(target.address)
    with pytest.raises(Damaged):
        runner.run(restore(target, path))
    assert everything(target.address) == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_the_database_does_not_take_changes_nothing(
    target: PostgresStore, runner: asyncio.Runner, tmp_path: Path, path: Path
) -> None:
    """Two names that are one where there is no U+0000: this comes to light in the database only."""
    lines = lines_of(path)
    place = row_in(lines, "accounts")
    for line, name in zip(lines[place : place + 2], ("a\0", "a\ufffd"), strict=True):
        line[1] = name
    write_lines(path, lines)
    before = everything(target.address)
    with pytest.raises(Broken, match="accounts_by_name"):
        runner.run(restore(target, path))
    assert everything(target.address) == before
    assert not list(tmp_path.glob("counterfoil-*"))


@pytest.mark.parametrize("schema", ["0011", "9999"])
def test_a_dump_of_a_newer_version_is_refused_with_what_to_do(
    target: PostgresStore, runner: asyncio.Runner, tmp_path: Path, path: Path, schema: str
) -> None:
    lines = lines_of(path)
    lines[0]["schema"] = schema
    write_lines(path, lines)
    before = everything(target.address)
    for attempt in (lambda: runner.run(restore(target, path)), lambda: sealed_under(path)):
        with pytest.raises(Damaged, match=f"schema {schema}, this version knows {HEAD}: use a newer Counterfoil"):
            attempt()
    assert everything(target.address) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_takes_no_file_is_told(
    target: PostgresStore, runner: asyncio.Runner, tmp_path: Path, path: Path
) -> None:
    with pytest.raises(Broken, match="nowhere"):
        runner.run(restore(target, path, tmp_path / "nowhere"))
