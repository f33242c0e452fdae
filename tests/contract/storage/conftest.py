"""A store of each kind, empty and open, and two companies in it. Every test here runs on every kind of store."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.support.postgres import database, kinds

from counterfoil.core.clock import SetClock
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Store
from counterfoil.storage.migrating import migrate
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.sqlite import FILE, SqliteStore

T = TypeVar("T")
MINE = "11111111-1111-4111-8111-111111111111"
THEIRS = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@pytest.fixture(params=kinds())
def store(request: pytest.FixtureRequest, tmp_path: Path, runner: asyncio.Runner) -> Iterator[Store]:
    if request.param == "postgres":
        with database() as address:
            shared = PostgresStore(address)
            yield shared
            runner.run(shared.close())
        return
    migrate(tmp_path / FILE)
    opened = SqliteStore(tmp_path / FILE)
    yield opened
    runner.run(opened.close())


@pytest.fixture
def address() -> Iterator[str]:
    with database() as here:
        yield here


@pytest.fixture
def stores(address: str, runner: asyncio.Runner) -> Iterator[tuple[PostgresStore, PostgresStore]]:
    """Two stores on one database, as two processes have them: nothing is shared but what is stored."""
    both = PostgresStore(address), PostgresStore(address)
    yield both
    for each in both:
        runner.run(each.close())


@pytest.fixture
def write(store: Store, runner: asyncio.Runner, clock: SetClock) -> Callable[..., Any]:
    """Runs a piece of work on a company file, and gives its result when it is stored."""

    def run(work: Callable[[CompanyFile], T], connection: str = MINE) -> T:
        return runner.run(store.write(lambda session: work(CompanyFile(session, connection, clock))))

    return run


@pytest.fixture
def read(store: Store, runner: asyncio.Runner, clock: SetClock) -> Callable[..., Any]:
    """Looks at a company file."""

    def run(work: Callable[[CompanyFile], T], connection: str = MINE) -> T:
        return runner.run(store.read(lambda session: work(CompanyFile(session, connection, clock))))

    return run


@pytest.fixture
def theirs() -> str:
    """The id of another company in the same store."""
    return THEIRS
