"""What is counted of work: once, when it is stored, and not at all where it is not."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from counterfoil.app.outcomes import Tally, TallyStore
from counterfoil.core.errors import Broken
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.migrating import migrate
from counterfoil.storage.sqlite import FILE, SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    path = tmp_path / FILE
    migrate(path)
    with asyncio.Runner() as runner:
        made = SqliteStore(path)
        yield made
        runner.run(made.close())


class Twice:
    """A store that runs every work twice, as one does that met another process's."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def write(self, work: Callable[[Session], Any], lane: str | None = None) -> Any:
        def run(session: Session) -> Any:
            work(session)
            return work(session)

        return await self.store.write(run, lane)


def counted(tally: Tally, counts: list[str], name: str) -> Callable[[Session], str]:
    def work(_: Session) -> str:
        tally.note(lambda: counts.append(name))
        return name

    return work


def test_what_is_stored_is_counted_when_it_is_stored(store: SqliteStore) -> None:
    tally, counts = Tally(), list[str]()
    told = TallyStore(store, tally)

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for name in ("one", "two", "three"):
                group.create_task(told.write(counted(tally, counts, name)))
        assert sorted(counts) == ["one", "three", "two"]
        assert await told.begin(counted(tally, counts, "four")) == "four"
        await asyncio.sleep(0)
        assert len(counts) == 4

    asyncio.run(story())


def test_work_that_fails_or_is_not_committed_is_not_counted(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally, counts = Tally(), list[str]()
    told = TallyStore(store, tally)
    execute = store.writer.execute

    def no_commit(text: str, *values: Any) -> Any:
        if text == "COMMIT":
            raise Broken("the disk is on fire")
        return execute(text, *values)

    def fails(session: Session) -> None:
        counted(tally, counts, "failed")(session)
        raise Broken("it will not do")

    async def story() -> None:
        beside = asyncio.gather(told.write(fails), told.write(counted(tally, counts, "beside")), return_exceptions=True)
        assert isinstance((await beside)[0], Broken)
        assert counts == ["beside"], "the other of its group is stored"
        with monkeypatch.context() as patch:
            patch.setattr(store.writer, "execute", no_commit)
            with pytest.raises(Broken):
                await told.write(counted(tally, counts, "again"))
        assert counts == ["beside"]
        await told.write(counted(tally, counts, "again"))
        assert counts == ["beside", "again"]

    asyncio.run(story())


def test_work_that_is_run_again_is_counted_once(store: SqliteStore) -> None:
    tally, counts = Tally(), list[str]()
    asyncio.run(TallyStore(cast(Store, Twice(store)), tally).write(counted(tally, counts, "one")))
    assert counts == ["one"]
