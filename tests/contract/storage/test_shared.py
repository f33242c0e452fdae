"""PostgreSQL alone: what holds when several processes share a database, and when it goes away and comes back."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, literal_column, select
from tests.contract.storage.counting import count_on, file_of
from tests.support.postgres import TestServer, kinds, server

from counterfoil.core.clock import SetClock
from counterfoil.core.errors import Broken, StorageAway, StorageFull
from counterfoil.model.lists import Class
from counterfoil.storage.aliases import Aliases
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import BY_ITSELF, Session
from counterfoil.storage.endpoints import Endpoint, EndpointDesk
from counterfoil.storage.installation import AccountRecord, ConnectionRecord, Installation, KeyRecord
from counterfoil.storage.migrating import NewerSchema, migrate_postgres
from counterfoil.storage.notices import Notices
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.postgres_line import connect, shown
from counterfoil.storage.postgres_writer import WriterSession
from counterfoil.storage.schema import metadata

pytestmark = pytest.mark.skipif("postgres" not in kinds(), reason="these are about PostgreSQL")
CLOCK = SetClock()


def named(name: str) -> Class:
    return Class(id="1", name=name, full_name=name)


def label(session: Session) -> str | None:
    found = file_of(session).find("classes", "1")
    return found.label if found is not None else None


def test_what_one_process_remembers_another_may_change(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    mine, theirs = stores
    runner.run(mine.write(lambda session: file_of(session).add_object(named("old")), "c"))
    for store in stores:
        assert runner.run(store.write(label, "c")) == "old"
        assert runner.run(store.read(label)) == "old"
    for name in ("new", "newer"):
        runner.run(theirs.write(lambda session, name=name: file_of(session).replace_object(named(name)), "c"))  # type: ignore[misc]
        assert runner.run(mine.read(label)) == name
        assert runner.run(mine.write(label, "c")) == name


def test_a_new_lane_has_another_version_after_its_first_change(
    address: str, stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    """Else what was remembered before the change would pass for what is there after it."""
    versions: list[int] = []

    def first(session: Session) -> None:
        assert isinstance(session, WriterSession)
        file_of(session).add_object(named("new"))
        versions.append(session.locked["c"].version)

    runner.run(stores[0].write(first, BY_ITSELF))
    with psycopg.connect(address, autocommit=True) as line:
        row = line.execute("SELECT version FROM lanes WHERE connection_id = 'c'").fetchone()
    assert row is not None
    assert row[0] not in versions


def test_a_change_that_is_taken_back_is_remembered_nowhere(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    mine, theirs = stores
    runner.run(mine.write(lambda session: file_of(session).add_object(named("old")), "c"))
    runner.run(mine.read(label))

    def change_and_fail(session: Session) -> None:
        file_of(session).replace_object(named("never"))
        assert label(session) == "never"
        raise ValueError

    with pytest.raises(ValueError):
        runner.run(mine.write(change_and_fail, "c"))
    assert [runner.run(store.read(label)) for store in stores] == ["old", "old"]
    assert [runner.run(store.write(label, "c")) for store in (theirs, mine)] == ["old", "old"]


@pytest.mark.parametrize("lane", ["c", None, BY_ITSELF])
def test_a_lane_is_serial_in_all_processes(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner, lane: str | None
) -> None:
    async def all_at_once() -> list[int]:
        return list(await asyncio.gather(*(stores[turn % 2].write(count_on, lane) for turn in range(80))))

    assert sorted(runner.run(all_at_once())) == list(range(1, 81))


def test_lanes_run_beside_each_other(stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner) -> None:
    held, let_go = threading.Event(), threading.Event()

    def hold(session: Session) -> str:
        file_of(session, "slow").take("x")
        held.set()
        assert let_go.wait(20)
        return "slow"

    async def run() -> list[str]:
        order: list[str] = []
        slow = stores[0].begin(hold, "slow")
        slow.add_done_callback(lambda done: order.append(done.result()))
        await asyncio.to_thread(held.wait, 20)
        behind = stores[1].begin(lambda session: file_of(session, "slow").take("x"), "slow")
        await stores[1].write(lambda session: file_of(session, "quick").take("x"), "quick")
        order.append("quick")
        assert not behind.done()
        let_go.set()
        assert await behind == 2
        await slow
        return order

    assert runner.run(run()) == ["quick", "slow"]


def test_works_that_lock_each_other_out_are_run_again(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    meeting = threading.Barrier(2)

    def crossing(first: str, second: str) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            file_of(session, first).take("x")
            with suppress(threading.BrokenBarrierError):
                meeting.wait(5)
            file_of(session, second).take("x")

        return work

    async def both() -> None:
        await asyncio.gather(
            stores[0].write(crossing("a", "b"), BY_ITSELF), stores[1].write(crossing("b", "a"), BY_ITSELF)
        )
        meeting.abort()

    runner.run(both())
    for lane in ("a", "b"):
        assert runner.run(stores[0].write(lambda session, lane=lane: file_of(session, lane).take("x"))) == 3  # type: ignore[misc]


ENDPOINT = Endpoint(
    account_id="a",
    id="e",
    connection_id=None,
    url="https://example.com/",
    dialect="conductor",
    events=("*",),
    is_ordered=False,
    created_at=1,
)


def account_with_key(session: Session) -> None:
    installation = Installation(session)
    installation.add_account(AccountRecord(id="a", name="a", created_at=1))
    key = KeyRecord(id="k", account_id="a", connection_id=None, name="", digest=b"d", sealed=b"s", created_at=1)
    connection = ConnectionRecord(
        account_id="a",
        id="c",
        name="First",
        books="embedded",
        state="active",
        source_id=None,
        email=None,
        created_at=1,
    )
    installation.add_key(key)
    installation.add_connection(connection)
    CompanyFile(session, "c", CLOCK).take("x")


def test_who_is_let_in_is_what_every_process_has_stored(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    mine, theirs = stores
    runner.run(mine.write(account_with_key))

    def look(session: Session) -> tuple[int | None, str | None, str | None]:
        installation = Installation(session)
        key, named = installation.find_key("k"), installation.find_connection("a", "c")
        return (
            key.revoked_at if key is not None else -1,
            named.name if named is not None else None,
            Aliases(session, "a").find("old id"),
        )

    def twice() -> tuple[int | None, str | None, str | None]:
        first, second = runner.run(mine.glance(look, "c")), runner.run(mine.glance(look, "c"))
        assert first == second
        return second

    assert twice() == (None, "First", None)
    runner.run(theirs.write(lambda session: Installation(session).rename_connection("a", "c", "Second")))
    assert twice() == (None, "Second", None)
    runner.run(theirs.write(lambda session: Aliases(session, "a").add("old id", "c", 1)))
    assert twice() == (None, "Second", "c")
    runner.run(theirs.write(lambda session: Aliases(session, "a").remove("old id")))
    assert twice() == (None, "Second", None)
    runner.run(theirs.write(lambda session: Installation(session).revoke_key("a", "k", 9)))
    assert twice() == (9, "Second", None)
    runner.run(theirs.write(lambda session: Installation(session).delete_connection("a", "c", 10)))
    assert twice() == (9, None, None)


def test_what_is_remembered_is_told_without_a_transaction(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stores[0]
    runner.run(store.write(account_with_key))

    def look(session: Session) -> str:
        found = Installation(session).find_connection("a", "c")
        return found.name if found is not None and Installation(session).find_key("k") is not None else ""

    assert runner.run(store.glance(look, "c")) == "First"

    async def unwanted(_: Callable[[Session], Any]) -> Any:
        raise AssertionError("a transaction was begun")

    monkeypatch.setattr(store, "read", unwanted)
    assert runner.run(store.glance(look, "c")) == "First"
    assert runner.run(store.glance(look, "some alias")) == "First"

    async def many() -> list[str]:
        return list(await asyncio.gather(*(store.glance(look, "c") for _ in range(50))))

    assert runner.run(many()) == ["First"] * 50


def test_endpoints_of_another_process_are_seen_by_the_next_writer(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    mine, theirs = stores
    runner.run(mine.write(account_with_key))

    def seen(session: Session) -> int:
        CompanyFile(session, "c", CLOCK).take("x")
        return len(EndpointDesk(session).of_account("a"))

    def twice() -> list[int]:
        return [runner.run(mine.write(seen, "c")) for _ in range(2)]

    assert twice() == [0, 0]
    runner.run(theirs.write(lambda session: EndpointDesk(session).add(ENDPOINT)))
    assert twice() == [1, 1]
    runner.run(theirs.write(lambda session: EndpointDesk(session).remove(ENDPOINT)))
    assert twice() == [0, 0]


def test_who_waited_for_a_lane_knows_what_was_changed_meanwhile(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    mine, theirs = stores
    runner.run(mine.write(account_with_key))
    held, let_go = threading.Event(), threading.Event()

    def seen(session: Session) -> int:
        return len(EndpointDesk(session).of_account("a"))

    def hold(session: Session) -> None:
        file_of(session).take("x")
        held.set()
        assert let_go.wait(20)

    async def run() -> int:
        assert await mine.write(seen, "c") == 0
        holding = theirs.begin(hold, "c")
        await asyncio.to_thread(held.wait, 20)
        waiting = mine.begin(seen, "c")
        await asyncio.sleep(0.2)
        await theirs.write(lambda session: EndpointDesk(session).add(ENDPOINT))
        let_go.set()
        await holding
        return await waiting

    assert runner.run(run()) == 1


def test_a_read_stays_on_its_snapshot(stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner) -> None:
    mine, theirs = stores
    runner.run(mine.write(lambda session: file_of(session).add_object(named("old")), "c"))
    looked, changed = threading.Event(), threading.Event()

    def twice(session: Session) -> tuple[str | None, list[Any]]:
        first = label(session)
        looked.set()
        assert changed.wait(20)
        return first, list(file_of(session).objects("classes"))

    async def run() -> tuple[str | None, list[Any]]:
        reading = asyncio.create_task(mine.read(twice))
        await asyncio.to_thread(looked.wait, 20)
        await theirs.write(lambda session: file_of(session).replace_object(named("new")), "c")
        changed.set()
        return await reading

    first, objects = runner.run(run())
    assert (first, [each.label for each in objects]) == ("old", ["old"])
    assert runner.run(mine.read(label)) == "new"


def cut(address: str) -> None:
    """Cut every other connection to a database."""
    with psycopg.connect(address, autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_connections_that_are_cut_are_replaced(
    address: str, stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    store, runs = stores[0], []
    runner.run(store.write(count_on, "c"))
    runner.run(store.read(label))
    cut(address)
    assert runner.run(store.read(lambda session: file_of(session).last_number("invoices"))) == "1"
    cut(address)

    def interrupted(session: Session) -> int:
        number = count_on(session)
        runs.append(number)
        if len(runs) == 1:
            cut(address)
        return number

    assert runner.run(store.write(interrupted, "c")) == 2
    assert runs == [2, 2]


@pytest.mark.parametrize("writes", [True, False])
def test_a_connection_that_met_a_refusal_is_not_used_again(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner, writes: bool
) -> None:
    """Within a pipeline the driver may have lost count of what it has prepared there."""

    def refused(session: Session) -> None:
        session.select(select(literal_column("1 / 0")))

    def process(session: Session) -> int:
        (row,) = session.select(select(func.pg_backend_pid()))
        return int(row[0])

    async def ask(work: Callable[[Session], Any]) -> Any:
        return await (stores[0].write(work, "c") if writes else stores[0].read(work))

    before = runner.run(ask(process))
    assert runner.run(ask(process)) == before
    with pytest.raises(Broken, match="division by zero"):
        runner.run(ask(refused))
    assert runner.run(ask(process)) != before


def test_a_full_disk_is_told_and_got_over(
    address: str, stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    with psycopg.connect(address, autocommit=True) as line:
        line.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$;"
            " CREATE TRIGGER full_disk BEFORE INSERT ON objects FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
        with pytest.raises(StorageFull):
            runner.run(stores[0].write(lambda session: file_of(session).add_object(named("x")), "c"))
        line.execute("DROP TRIGGER full_disk ON objects; DROP FUNCTION full_disk()")
    runner.run(stores[0].write(lambda session: file_of(session).add_object(named("x")), "c"))
    assert runner.run(stores[0].read(label)) == "x"


def test_a_database_that_stops_is_told_and_found_again(runner: asyncio.Runner) -> None:
    own = TestServer()
    store = PostgresStore(own.database())
    try:
        assert runner.run(store.write(count_on, "c")) == 1
        own.stop()
        with pytest.raises(StorageAway) as away:
            runner.run(store.write(count_on, "c"))
        assert away.value.outcome == "not_applied"
        with pytest.raises(StorageAway):
            runner.run(store.read(label))
        own.start()
        assert runner.run(store.write(count_on, "c")) == 2
        assert runner.run(store.read(label)) is None
    finally:
        runner.run(store.close())
        own.remove()


def test_text_that_no_postgres_holds_is_stored_in_its_document(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    def add_two(session: Session) -> None:
        """Both leave in one statement."""
        file_of(session).add_object(named("a\0b"))
        file_of(session).add_object(Class(id="2", name="c\0d", full_name="c\0d"))

    runner.run(stores[0].write(add_two, "c"))
    assert runner.run(stores[1].read(label)) == "a\0b"
    for name in ("A\0B", "C\0D"):
        found = runner.run(stores[1].read(lambda session, name=name: file_of(session).find_by_name("classes", name)))  # type: ignore[misc]
        assert found is not None
        assert found.label == name.lower()


def test_news_reach_the_other_processes(address: str) -> None:
    mine, theirs = Notices(address), Notices(address)
    heard: list[str] = []
    enough, listening = threading.Event(), threading.Event()

    def hear(name: str) -> None:
        heard.append(name)
        if len(heard) == 500:
            enough.set()

    own: list[str] = []
    theirs.listen(hear, listening.set)
    mine.listen(own.append, lambda: None)
    try:
        assert listening.wait(20)
        for number in range(500):
            mine.tell(f"{number:036}")
        assert enough.wait(20)
    finally:
        mine.close()
        theirs.close()
    assert sorted(heard) == [f"{number:036}" for number in range(500)]
    assert own == []


def test_news_whose_line_is_lost_reaches_the_others_over_another(address: str) -> None:
    mine, theirs = Notices(address), Notices(address)
    heard: queue.Queue[str] = queue.Queue()
    listening = threading.Event()
    theirs.listen(heard.put, listening.set)
    try:
        assert listening.wait(20)
        mine.tell("first")
        assert heard.get(timeout=20) == "first"
        with psycopg.connect(address, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE '%pg_notify(%' AND pid <> pg_backend_pid()"
            )
        for name in ("second", "third"):
            mine.tell(name)
        assert {heard.get(timeout=20), heard.get(timeout=20)} == {"second", "third"}
    finally:
        mine.close()
        theirs.close()


def test_migrations_make_the_schema_that_statements_are_written_for(address: str) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(address))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        told = "SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'text'"
        texts = set(connection.exec_driver_sql(f"{told} AND table_schema = 'public'").fetchall())
        in_bytes = set(connection.exec_driver_sql(f"{told} AND collation_name = 'C'").fetchall())
    engine.dispose()
    assert ("objects", "name_key") in texts
    assert texts <= in_bytes


def test_of_several_processes_one_migrates() -> None:
    empty = server().empty("raced")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate_postgres, [empty] * 4))
    with psycopg.connect(empty) as line:
        assert line.execute("SELECT COUNT(*) FROM alembic_version").fetchone() == (1,)


def test_a_newer_database_is_refused() -> None:
    newer = server().database()
    with psycopg.connect(newer) as line:
        line.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchema):
        migrate_postgres(newer)


def test_where_nobody_answers_it_is_told() -> None:
    with pytest.raises(StorageAway):
        connect("postgresql://nobody@127.0.0.1:1/nowhere")
    with pytest.raises(Broken, match="address"):
        connect("postgresql://[")


def test_a_password_is_never_shown() -> None:
    told = shown("postgresql://user:pa55word@db.example/books?sslmode=require")
    assert "pa55word" not in told
    assert "db.example" in told
