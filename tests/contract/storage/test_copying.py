"""An installation moves between databases, and comes back from its backups, whole or not at all."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import apsw
import pytest
from tests.support.postgres import database, kinds

from counterfoil.core.clock import SetClock
from counterfoil.model.lists import Class
from counterfoil.model.postings import Posting
from counterfoil.storage.backup import back_up, restore
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contents import Damaged
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.copying import NotEmpty, Place, copy
from counterfoil.storage.installation import ConnectionRecord, Installation, KeyRecord
from counterfoil.storage.migrating import migrate
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.postgres_line import connect
from counterfoil.storage.sqlite import FILE, SqliteStore

pytestmark = pytest.mark.skipif("postgres" not in kinds(), reason="these are about PostgreSQL")
CLOCK = SetClock()
DAY = date(2024, 1, 1)
ODD = "a\0b"


@pytest.fixture
def address() -> Iterator[str]:
    with database() as here:
        yield here


def fill(session: Session) -> None:
    """Rows of every type: text with what databases stumble over, bytes, flags, numbers, and nothing."""
    file = CompanyFile(session, "c", CLOCK)
    for number, name in enumerate(("plain", "Ünïcödé 🧾", 'tab\tline\nquote"\\N', ODD)):
        file.add_object(Class(id=str(number), name=name, full_name=name, is_active=number != 2))
    file.post("A1", DAY, (Posting("receivable", 9_007_199_254_740_993), Posting("sales", -9_007_199_254_740_993)))
    file.post("A2", DAY, (Posting("receivable", -5), Posting("sales", 2), Posting("tax", 3)))
    installation = Installation(session)
    installation.add_connection(ConnectionRecord(account_id="a", id="c", name="Books", books="embedded", state="live"))
    installation.add_key(
        KeyRecord(
            id="k", account_id="a", connection_id=None, name="", digest=bytes(range(256)), sealed=b"", created_at=1
        )
    )


def seen(session: Session) -> Any:
    """All of it, as the floors above read it."""
    file = CompanyFile(session, "c", CLOCK)
    return (
        [(each.label, each.is_active) for each in file.objects("classes")],
        file.balances(),
        file.postings_of("A2"),
        Installation(session).every_connection(),
        Installation(session).find_key("k"),
    )


async def written(store: Store, work: Callable[[Session], Any]) -> Any:
    try:
        return await store.write(work)
    finally:
        await store.close()


async def looked(store: Store) -> Any:
    try:
        return await store.read(seen)
    finally:
        await store.close()


def opened(place: Place) -> Store:
    return PostgresStore(place) if isinstance(place, str) else SqliteStore(place)


def test_there_and_back_nothing_is_lost(tmp_path: Path, address: str) -> None:
    first, last = tmp_path / FILE, tmp_path / "again.db"
    migrate(first)
    asyncio.run(_filled(first))
    there = copy(first, address)
    assert there.rows["objects"] == 4
    assert there.balances["c", "receivable"] == 9_007_199_254_740_988
    back = copy(address, last)
    assert back.rows == there.rows
    before = asyncio.run(_seen(first))
    assert asyncio.run(_seen(address)) == before
    assert asyncio.run(_seen(last)) == before


async def _filled(place: Place) -> None:
    await written(opened(place), fill)


async def _seen(place: Place) -> Any:
    return await looked(opened(place))


def test_a_copy_goes_into_an_empty_place_only(tmp_path: Path, address: str) -> None:
    first = tmp_path / FILE
    migrate(first)
    asyncio.run(_filled(first))
    copy(first, address)
    with pytest.raises(NotEmpty):
        copy(first, address)
    with pytest.raises(NotEmpty):
        copy(address, first)


def unbalanced(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("UPDATE postings SET amount = amount + 1 WHERE position = 0")


def older(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")


def no_database(path: Path) -> None:
    path.write_bytes(b"nothing of the kind" * 100)


def no_file(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("spoil", [unbalanced, older, no_database, no_file])
def test_what_is_not_sound_is_not_copied(tmp_path: Path, address: str, spoil: Callable[[Path], None]) -> None:
    first = tmp_path / FILE
    migrate(first)
    asyncio.run(_filled(first))
    with closing(apsw.Connection(str(first))) as connection:
        connection.pragma("journal_mode", "delete")
    spoil(first)
    with pytest.raises(Damaged):
        copy(first, address)
    with closing(connect(address)) as line:
        assert line.execute(b"SELECT COUNT(*) FROM objects").fetchone() == (0,)


@pytest.fixture
def filled(address: str, runner: asyncio.Runner) -> Iterator[PostgresStore]:
    store = PostgresStore(address)
    runner.run(store.write(fill))
    yield store
    runner.run(store.close())


def renamed(session: Session) -> None:
    CompanyFile(session, "c", CLOCK).replace_object(Class(id="0", name="changed", full_name="changed"))


def first_label(session: Session) -> str:
    found = CompanyFile(session, "c", CLOCK).find("classes", "0")
    assert found is not None
    return found.label


def test_a_backup_brings_back_what_was_and_keeps_what_is_replaced(
    filled: PostgresStore, runner: asyncio.Runner, tmp_path: Path
) -> None:
    other = PostgresStore(filled.address)
    before = runner.run(filled.read(seen))
    runner.run(back_up(filled, tmp_path / "kept.dump"))
    assert (tmp_path / "kept.dump").stat().st_mode & 0o077 == 0
    runner.run(filled.write(renamed, "c"))
    assert [runner.run(store.read(first_label)) for store in (filled, other)] == ["changed", "changed"]
    replaced = runner.run(restore(filled, tmp_path / "kept.dump"))
    assert runner.run(filled.read(seen)) == before
    assert [runner.run(store.read(first_label)) for store in (filled, other)] == ["plain", "plain"]
    assert runner.run(other.write(first_label, "c")) == "plain"
    runner.run(restore(filled, replaced))
    assert runner.run(other.write(first_label, "c")) == "changed"
    assert not list(tmp_path.glob("*.unfinished"))
    runner.run(other.close())


def test_a_backup_may_be_copied_into_any_place(filled: PostgresStore, runner: asyncio.Runner, tmp_path: Path) -> None:
    runner.run(back_up(filled, tmp_path / "kept.dump"))
    copy(tmp_path / "kept.dump", tmp_path / FILE)
    assert asyncio.run(_seen(tmp_path / FILE)) == runner.run(filled.read(seen))


def lines_of(dump: Path) -> list[bytes]:
    return gzip.decompress(dump.read_bytes()).splitlines(keepends=True)


def cut_short(dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])


def without_its_end(dump: Path) -> None:
    dump.write_bytes(gzip.compress(b"".join(lines_of(dump)[:-1])))


def without_a_row(dump: Path) -> None:
    lines = lines_of(dump)
    row = next(place for place, line in enumerate(lines) if line.startswith(b'["c","classes"'))
    dump.write_bytes(gzip.compress(b"".join(lines[:row] + lines[row + 1 :])))


def another_schema(dump: Path) -> None:
    lines = lines_of(dump)
    lines[0] = b'{"kind":"counterfoil dump","schema":"0001"}\n'
    dump.write_bytes(gzip.compress(b"".join(lines)))


def off_by_a_cent(dump: Path) -> None:
    whole = b"".join(lines_of(dump))
    assert whole.count(b'"receivable",-5,') == 1
    dump.write_bytes(gzip.compress(whole.replace(b'"receivable",-5,', b'"receivable",-4,')))


@pytest.mark.parametrize(
    "spoil", [cut_short, without_its_end, without_a_row, another_schema, off_by_a_cent, no_database, no_file]
)
def test_a_bad_backup_is_refused_and_changes_nothing(
    filled: PostgresStore, runner: asyncio.Runner, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    dump = tmp_path / "kept.dump"
    runner.run(back_up(filled, dump))
    runner.run(filled.write(renamed, "c"))
    spoil(dump)
    with pytest.raises(Damaged):
        runner.run(restore(filled, dump))
    assert runner.run(filled.read(first_label)) == "changed"
    assert not list(tmp_path.glob("before-restore*"))
