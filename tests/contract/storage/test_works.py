"""Groups of works of every kind, drawn at random, on every kind of store: each does what a plain dictionary would do.

On PostgreSQL two stores take turns, as two processes do: what one remembers, the other changes.
"""

import asyncio
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.postgres import database, kinds

from counterfoil.core.clock import SetClock
from counterfoil.core.errors import Broken
from counterfoil.model.lists import Class
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.migrating import migrate
from counterfoil.storage.numbers import Numbers
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.sqlite import FILE, SqliteStore

EXAMPLES = int(os.environ.get("WORKS_EXAMPLES", "60"))
CLOCK = SetClock()
NOTHING = "nothing"
"""What a work comes to that raised, or that the database refused; it may have done both, and then tells either."""

Step = tuple[Any, ...]


class Planned(Exception):
    """What a work of these tests fails with."""


class Taken(Exception):
    """The dictionary holds this id already: the database refuses it."""


@dataclass
class Plain:
    """A company file as a dictionary holds it."""

    classes: dict[str, str] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def do(self, step: Step) -> Any:
        return getattr(self, step[0])(*step[1:])

    def add(self, id: str) -> None:
        if id in self.classes:
            raise Taken
        self.classes[id] = f"new {id}"

    def ensure(self, id: str) -> None:
        self.classes.setdefault(id, f"new {id}")

    def rename(self, id: str, name: str) -> None:
        if id in self.classes:
            self.classes[id] = f"{name} {id}"

    def find(self, id: str) -> str | None:
        return self.classes.get(id)

    def named(self, id: str) -> str | None:
        return id if self.classes.get(id) == f"new {id}" else None

    def everything(self) -> list[str]:
        return sorted(self.classes.values())

    def take(self, sequence: str, count: int) -> int:
        self.counters[sequence] = self.counters.get(sequence, 0) + count
        return self.counters[sequence] - count + 1

    def bump(self, sequence: str, at_least: int) -> None:
        self.counters[sequence] = max(self.counters.get(sequence, 0), at_least)

    def note(self, sequence: str, text: str) -> None:
        self.last[sequence] = text

    def noted(self, sequence: str) -> str | None:
        return self.last.get(sequence)

    def number(self, id: str) -> int:
        if id not in self.numbers:
            self.numbers[id] = len(self.numbers) + 1
        return self.numbers[id]

    def fail(self) -> None:
        raise Planned

    def apart(self, steps: list[Step]) -> list[Any] | str:
        before = deepcopy(vars(self))
        try:
            return [self.do(step) for step in steps]
        except Planned:
            vars(self).update(before)
            return "taken back"

    def run(self, steps: list[Step]) -> Any:
        """What a work of these steps comes to: its results, or NOTHING."""
        before = deepcopy(vars(self))
        try:
            return [self.do(step) for step in steps]
        except (Planned, Taken):
            vars(self).update(before)
            return NOTHING


class Stored:
    """The same on a session."""

    def __init__(self, session: Session, connection_id: str) -> None:
        self.session = session
        self.file = CompanyFile(session, connection_id, CLOCK)
        self.numbers = Numbers(session, connection_id, CLOCK)

    def do(self, step: Step) -> Any:
        return getattr(self, step[0])(*step[1:])

    def add(self, id: str) -> None:
        self.file.add_object(Class(id=id, name=f"new {id}", full_name=f"new {id}"))

    def ensure(self, id: str) -> None:
        if self.file.find("classes", id) is None:
            self.add(id)

    def rename(self, id: str, name: str) -> None:
        if self.file.find("classes", id) is not None:
            self.file.replace_object(Class(id=id, name=f"{name} {id}", full_name=f"{name} {id}"))

    def find(self, id: str) -> str | None:
        found = self.file.find("classes", id)
        return found.label if found is not None else None

    def named(self, id: str) -> str | None:
        found = self.file.find_by_name("classes", f"new {id}")
        return found.id if found is not None else None

    def everything(self) -> list[str]:
        return sorted(each.label for each in self.file.objects("classes"))

    def take(self, sequence: str, count: int) -> int:
        return self.file.take(sequence, count)

    def bump(self, sequence: str, at_least: int) -> None:
        self.file.bump(sequence, at_least)

    def note(self, sequence: str, text: str) -> None:
        self.file.set_last_number(sequence, text)

    def noted(self, sequence: str) -> str | None:
        return self.file.last_number(sequence)

    def number(self, id: str) -> int:
        return self.numbers.number("classes", [id])[id]

    def fail(self) -> None:
        raise Planned

    def apart(self, steps: list[Step]) -> list[Any] | str:
        with suppress(Planned):
            return self.session.apart(lambda: [self.do(step) for step in steps])
        return "taken back"


ids, sequences = st.sampled_from("abcd"), st.sampled_from("xy")
adding: st.SearchStrategy[Step] = st.tuples(st.just("add"), ids)
simple: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("ensure"), ids),
    st.tuples(st.just("rename"), ids, st.sampled_from(["red", "blue", "green"])),
    st.tuples(st.just("find"), ids),
    st.tuples(st.just("named"), ids),
    st.tuples(st.just("everything")),
    st.tuples(st.just("take"), sequences, st.integers(1, 5)),
    st.tuples(st.just("bump"), sequences, st.integers(1, 30)),
    st.tuples(st.just("note"), sequences, st.sampled_from(["INV-1", "INV-2", ""])),
    st.tuples(st.just("noted"), sequences),
    st.tuples(st.just("number"), ids),
)
failing: st.SearchStrategy[Step] = st.tuples(st.just("fail"))
parts = st.tuples(st.just("apart"), st.lists(simple | failing, min_size=1, max_size=4))
works = st.lists(st.one_of(simple, simple, simple, adding, parts, failing), min_size=1, max_size=6)
groups = st.lists(st.lists(works, min_size=1, max_size=5), min_size=1, max_size=5)


@contextmanager
def opened(kind: str, folder: Path, runner: asyncio.Runner) -> Iterator[tuple[Store, ...]]:
    """The stores that take turns."""
    if kind == "postgres":
        with database() as address:
            both = PostgresStore(address), PostgresStore(address)
            yield both
            for each in both:
                runner.run(each.close())
        return
    migrate(folder / FILE)
    alone = SqliteStore(folder / FILE)
    yield (alone,)
    runner.run(alone.close())


async def outcomes(store: Store, connection_id: str, group: list[list[Step]]) -> list[Any]:
    """What the works of a group, which wait together, come to."""

    def work(steps: list[Step]) -> Callable[[Session], list[Any]]:
        def run(session: Session) -> list[Any]:
            stored = Stored(session, connection_id)
            return [stored.do(step) for step in steps]

        return run

    writes = (store.write(work(steps), connection_id) for steps in group)
    results = await asyncio.gather(*writes, return_exceptions=True)
    return [_told(each) for each in results]


def _told(result: Any) -> Any:
    if isinstance(result, Planned) or (isinstance(result, Broken) and "unique" in str(result).lower()):
        return NOTHING
    if isinstance(result, BaseException):
        raise result
    return result


@pytest.mark.parametrize("kind", kinds())
def test_works_do_what_a_dictionary_would_do(kind: str, tmp_path: Path, runner: asyncio.Runner) -> None:
    number = itertools.count()

    with opened(kind, tmp_path, runner) as stores:

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
        @given(groups)
        def check(drawn: list[list[list[Step]]]) -> None:
            connection_id, plain = f"company {next(number)}", Plain()
            for turn, group in enumerate(drawn):
                store = stores[turn % len(stores)]
                expected = [plain.run(steps) for steps in group]
                assert runner.run(outcomes(store, connection_id, group)) == expected
                for each in stores:
                    assert runner.run(each.read(lambda session: looked(session, connection_id))) == stands(plain)

        check()


def looked(session: Session, connection_id: str) -> Any:
    stored = Stored(session, connection_id)
    found = [stored.find(id) for id in "abcd"]
    return stored.everything(), found, [stored.noted(each) for each in "xy"], [stored.take(each, 1) for each in "xy"]


def stands(plain: Plain) -> Any:
    found = [plain.find(id) for id in "abcd"]
    free = [plain.counters.get(each, 0) + 1 for each in "xy"]
    return plain.everything(), found, [plain.noted(each) for each in "xy"], free
