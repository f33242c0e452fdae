"""What is stored stays: through kills, migrations, backups and the way back."""

import asyncio
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine, select

from counterfoil.core.errors import Broken
from counterfoil.model.lists import Class
from counterfoil.model.postings import Posting
from counterfoil.model.query import Filter
from counterfoil.storage import lists, migrating, postings, transactions
from counterfoil.storage.backup import Damaged, back_up, restore
from counterfoil.storage.contract import Store
from counterfoil.storage.migrating import HEAD, NewerSchema, migrate, revision_of
from counterfoil.storage.schema import metadata
from counterfoil.storage.selection import condition
from counterfoil.storage.sqlite import FILE, SqliteStore
from counterfoil.storage.statements import SQLITE, Compiled, Statement, compile_for
from counterfoil.storage.tables import books

Run = Callable[..., Any]
DAY = date(2024, 1, 1)


def thing(name: str) -> Class:
    return Class(id=name, name=name, full_name=name)


@pytest.fixture
def sqlite(store: Store) -> SqliteStore:
    if not isinstance(store, SqliteStore):
        pytest.skip("these keep files")
    return store


WRITER = """
import asyncio, sys
from pathlib import Path
from counterfoil.core.clock import SetClock
from counterfoil.model.lists import Class
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.sqlite import SqliteStore

async def one(store, lane):
    number = 0
    while True:
        number += 1
        name = f"{lane}-{number}"
        await store.write(
            lambda session: CompanyFile(session, "c", SetClock()).add_object(Class(id=name, name=name, full_name=name))
        )
        print(name, flush=True)

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await asyncio.gather(*(one(store, lane) for lane in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 300])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, lines: int) -> None:
    path = tmp_path / FILE
    migrate(path)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        told += [line for line in process.stdout if line.endswith("\n")]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = {row[0] for row in connection.execute("SELECT id FROM objects")}
    assert len(told) >= lines
    assert {name.strip() for name in told} <= stored


def test_the_database_is_for_its_owner_only(sqlite: SqliteStore) -> None:
    assert stat.S_IMODE(sqlite.path.stat().st_mode) == 0o600


def test_migrations_make_the_schema_that_statements_are_written_for(tmp_path: Path) -> None:
    path = tmp_path / FILE
    assert migrate(path) is None
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_head_is_the_last_migration() -> None:
    folder = Path(migrating.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_a_database_of_this_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE
    migrate(path)
    before = path.read_bytes()
    assert migrate(path) is None
    assert path.read_bytes() == before


def test_an_older_database_is_kept_before_it_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / FILE
    migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    monkeypatch.setattr(command, "upgrade", lambda config, head: None)
    before = migrate(path)
    assert before is not None
    assert before.parent == tmp_path
    assert re.match(r"before-.*\.db", before.name)
    assert revision_of(before) == "0000"
    assert stat.S_IMODE(before.stat().st_mode) == 0o600


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / FILE
    upgrade = command.upgrade

    def fail_afterwards(*arguments: Any) -> None:
        upgrade(*arguments)
        raise RuntimeError("power cut")

    monkeypatch.setattr(command, "upgrade", fail_afterwards)
    with pytest.raises(RuntimeError):
        migrate(path)
    assert revision_of(path) is None
    monkeypatch.undo()
    migrate(path)
    assert revision_of(path) == HEAD


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE
    migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(NewerSchema):
        migrate(path)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(Broken):
        migrate(path)


def test_a_backup_is_whole_while_others_write(
    sqlite: SqliteStore, runner: asyncio.Runner, write: Run, read: Run, tmp_path: Path
) -> None:
    write(lambda file: file.add_object(thing("before")))
    target = tmp_path / "copy.db"
    runner.run(back_up(sqlite, target))
    write(lambda file: file.add_object(thing("after")))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("SELECT id FROM objects").fetchall() == [("before",)]
    assert sorted(file.name for file in tmp_path.iterdir() if "copy" in file.name) == ["copy.db"]


def test_restoring_brings_back_what_was_and_keeps_what_is_replaced(
    sqlite: SqliteStore, runner: asyncio.Runner, write: Run, read: Run, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    write(lambda file: file.add_object(thing("old")))
    runner.run(back_up(sqlite, copy))
    write(lambda file: file.add_object(thing("new")))
    assert write(lambda file: file.find("classes", "new")) is not None

    async def while_others_write() -> Path:
        restoring = asyncio.create_task(restore(sqlite, copy))
        await asyncio.gather(*(sqlite.write(lambda _: None) for _ in range(10)))
        return await restoring

    kept = runner.run(while_others_write())
    assert write(lambda file: file.find("classes", "new")) is None
    assert read(lambda file: file.find("classes", "new")) is None
    assert read(lambda file: file.find("classes", "old")) is not None
    second = runner.run(restore(sqlite, kept))
    assert second != kept
    assert read(lambda file: file.find("classes", "new")) is not None
    write(lambda file: file.add_object(thing("newer")))


def damage(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(os.urandom(size // 2))


def another_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()


def out_of_balance(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE postings SET amount = amount + 1 WHERE position = 0")
        connection.commit()


def no_database(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def no_file(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("spoil", [damage, another_schema, out_of_balance, no_database, no_file])
def test_a_bad_backup_is_refused_and_changes_nothing(
    sqlite: SqliteStore,
    runner: asyncio.Runner,
    write: Run,
    read: Run,
    tmp_path: Path,
    spoil: Callable[[Path], None],
) -> None:
    copy = tmp_path / "copy.db"
    write(lambda file: file.post("A1", DAY, (Posting("a", 5), Posting("b", -5))))
    runner.run(back_up(sqlite, copy))
    write(lambda file: file.add_object(thing("new")))
    spoil(copy)
    with pytest.raises(Damaged):
        runner.run(restore(sqlite, copy))
    assert read(lambda file: file.find("classes", "new")) is not None
    assert not list(tmp_path.glob("before-restore*"))


def test_a_backup_that_cannot_be_written_is_told(sqlite: SqliteStore, runner: asyncio.Runner, tmp_path: Path) -> None:
    with pytest.raises(Broken):
        runner.run(back_up(sqlite, tmp_path / "nowhere" / "copy.db"))


def plan(store: SqliteStore, statement: Statement) -> str:
    return plan_of(store, statement.compiled(SQLITE))


def plan_of(store: SqliteStore, compiled: Compiled) -> str:
    rows = store.reader.connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [0] * len(compiled.names))
    return " ".join(str(row[3]) for row in rows)


def test_frequent_statements_have_their_indexes(sqlite: SqliteStore) -> None:
    page = plan(sqlite, transactions.ALL)
    assert "transactions_in_order" in page
    assert "TEMP B-TREE" not in page
    for statement in (transactions.OPEN, transactions.OPEN_IN_ACCOUNT, postings.OPEN_OF_CUSTOMER):
        assert "transactions_open" in plan(sqlite, statement)
    assert "objects_by_parent" in plan(sqlite, lists.CHILDREN)
    assert "COVERING INDEX postings_by_account" in plan(sqlite, postings.BALANCES)
    assert "COVERING INDEX postings_by_account (connection_id=? AND account_id=?)" in plan(sqlite, postings.BY_VENDOR)


def test_conditions_that_look_at_other_tables_look_there_by_an_index(sqlite: SqliteStore) -> None:
    def asked(table: Table, each: Filter) -> str:
        return plan_of(sqlite, compile_for(select(table.c.id).where(condition(table, each)), SQLITE))

    balance = asked(books.objects, Filter("total_balance", ">", 0))
    assert "transactions_open (connection_id=? AND customer_id=?)" in balance
    assert "postings_by_account (connection_id=? AND account_id=? AND vendor_id=?)" in balance
    account = asked(books.transactions, Filter("account_id", "in", ("a",)))
    assert "postings USING PRIMARY KEY (connection_id=? AND transaction_id=?)" in account
