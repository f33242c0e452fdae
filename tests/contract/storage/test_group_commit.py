"""What waits together is committed together, and yet each piece of work stands or falls alone."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from counterfoil.core.clock import SetClock
from counterfoil.core.errors import Broken, StorageFull
from counterfoil.model.lists import Class
from counterfoil.model.shape import ListObject
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.sqlite import SqliteStore

CLOCK = SetClock()


def file_of(session: Session) -> CompanyFile:
    return CompanyFile(session, "c", CLOCK)


def add(number: int) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        file_of(session).add_object(Class(id=f"{number}", name=f"Class {number}", full_name=f"Class {number}"))
        return number

    return work


def find(identifier: str) -> Callable[[Session], ListObject | None]:
    def work(session: Session) -> ListObject | None:
        return file_of(session).find("classes", identifier)

    return work


def fail(session: Session) -> None:
    add(99)(session)
    raise ValueError("no")


def test_each_caller_gets_its_own_result(store: Store, runner: asyncio.Runner) -> None:
    async def all_at_once() -> list[int]:
        return list(await asyncio.gather(*(store.write(add(number)) for number in range(200))))

    assert runner.run(all_at_once()) == list(range(200))
    assert all(runner.run(store.read(find(str(number)))) is not None for number in range(200))


def test_a_failure_reaches_its_caller_and_leaves_the_neighbours_alone(store: Store, runner: asyncio.Runner) -> None:
    async def together() -> list[Any]:
        works = (add(1), fail, add(2))
        return list(await asyncio.gather(*(store.write(work) for work in works), return_exceptions=True))

    first, failure, second = runner.run(together())
    assert (first, second) == (1, 2)
    assert isinstance(failure, ValueError)
    assert runner.run(store.read(find("99"))) is None
    assert runner.run(store.read(find("2"))) is not None


def test_nothing_is_seen_before_its_commit(store: Store, runner: asyncio.Runner) -> None:
    async def look_meanwhile() -> list[bool]:
        writing = asyncio.create_task(store.write(add(1)))
        seen = []
        while not writing.done():
            there = await store.read(find("1")) is not None
            seen.append(there and not writing.done())
            await asyncio.sleep(0)
        await writing
        return [*seen, await store.read(find("1")) is not None]

    *before, after = runner.run(look_meanwhile())
    assert before
    assert after


def test_work_sees_what_its_group_did_before_it(store: Store, runner: asyncio.Runner) -> None:
    async def together() -> ListObject | None:
        adding = asyncio.create_task(store.write(add(1)))
        finding = asyncio.create_task(store.write(find("1")))
        await adding
        return await finding

    assert runner.run(together()) is not None


def test_a_read_is_one_consistent_state(store: Store, runner: asyncio.Runner) -> None:
    runner.run(store.write(add(1)))

    def twice(session: Session) -> tuple[bool, bool]:
        return find("1")(session) is not None, find("1")(session) is not None

    assert runner.run(store.read(twice)) == (True, True)


def test_what_a_read_changes_is_not_kept(store: Store, runner: asyncio.Runner) -> None:
    runner.run(store.read(add(1)))
    assert runner.run(store.read(find("1"))) is None


def test_an_object_remembered_before_is_not_told_after_it_changed(store: Store, runner: asyncio.Runner) -> None:
    def rename(session: Session) -> None:
        file_of(session).replace_object(Class(id="1", name="New", full_name="New"))

    runner.run(store.write(add(1)))
    runner.run(store.write(find("1")))
    runner.run(store.write(rename))
    found = runner.run(store.write(find("1")))
    assert found is not None
    assert found.label == "New"


def test_a_change_that_was_taken_back_is_not_remembered(store: Store, runner: asyncio.Runner) -> None:
    def change_and_fail(session: Session) -> None:
        file = file_of(session)
        file.find("classes", "1")
        file.replace_object(Class(id="1", name="Never", full_name="Never"))
        changed = file.find("classes", "1")
        assert changed is not None
        assert changed.label == "Never"
        raise ValueError("no")

    async def together() -> list[Any]:
        works = (store.write(change_and_fail), store.write(find("1")))
        return list(await asyncio.gather(*works, return_exceptions=True))

    runner.run(store.write(add(1)))
    runner.run(store.write(find("1")))
    failure, found = runner.run(together())
    assert isinstance(failure, ValueError)
    assert found.label == "Class 1"
    again = runner.run(store.write(find("1")))
    assert again is not None
    assert again.label == "Class 1"


def test_a_work_that_fails_after_it_looked_at_its_own_doing_leaves_nothing(
    store: Store, runner: asyncio.Runner
) -> None:
    def add_look_and_fail(session: Session) -> None:
        add(99)(session)
        assert [each.id for each in file_of(session).objects("classes")] == ["1", "99"]
        file_of(session).take("x", 10)
        raise ValueError("no")

    def add_and_take(number: int) -> Callable[[Session], int]:
        def work(session: Session) -> int:
            add(number)(session)
            return file_of(session).take("x")

        return work

    async def together() -> list[Any]:
        works = (add_and_take(1), add_look_and_fail, add_and_take(2), add_look_and_count)
        return list(await asyncio.gather(*(store.write(work, "c") for work in works), return_exceptions=True))

    def add_look_and_count(session: Session) -> int:
        add(3)(session)
        assert [each.id for each in file_of(session).objects("classes")] == ["1", "2", "3"]
        return file_of(session).take("x")

    first, failure, second, third = runner.run(together())
    assert (first, second, third) == (1, 2, 3)
    assert isinstance(failure, ValueError)
    found = runner.run(store.read(lambda session: list(file_of(session).objects("classes"))))
    assert sorted(each.id for each in found) == ["1", "2", "3"]
    assert runner.run(store.write(lambda session: file_of(session).take("x"), "c")) == 4


def test_counters_stand_where_each_work_left_them(store: Store, runner: asyncio.Runner) -> None:
    def take(count: int) -> Callable[[Session], int]:
        return lambda session: file_of(session).take("x", count)

    def take_and_fail(session: Session) -> None:
        file_of(session).take("x", 5)
        file_of(session).set_last_number("invoices", "never")
        raise ValueError("no")

    def name(session: Session) -> None:
        file_of(session).set_last_number("invoices", "INV-7")
        file_of(session).bump("x", 40)
        file_of(session).bump("x", 3)

    async def together() -> list[Any]:
        works = (take(1), take(3), take_and_fail, take(1), name, take(1))
        return list(await asyncio.gather(*(store.write(work, "c") for work in works), return_exceptions=True))

    results = runner.run(together())
    assert [each for each in results if isinstance(each, int)] == [1, 2, 5, 41]

    def stands(session: Session) -> tuple[int, str | None]:
        return file_of(session).take("x"), file_of(session).last_number("invoices")

    assert runner.run(store.read(stands)) == (42, "INV-7")
    assert runner.run(store.read(stands)) == (42, "INV-7")
    assert runner.run(store.write(stands, "c")) == (42, "INV-7")


def test_a_part_that_is_taken_back_counts_nothing(store: Store, runner: asyncio.Runner) -> None:
    def part(session: Session) -> None:
        file_of(session).take("x", 7)
        add(2)(session)
        raise ValueError("no")

    def whole(session: Session) -> list[int]:
        file = file_of(session)
        first = file.take("x")
        add(1)(session)
        with pytest.raises(ValueError, match="no"):
            session.apart(lambda: part(session))
        session.apart(lambda: add(3)(session))
        return [first, file.take("x")]

    async def together() -> list[Any]:
        return list(await asyncio.gather(*(store.write(work, "c") for work in (whole, add(4)))))

    assert runner.run(together()) == [[1, 2], 4]
    found = runner.run(store.read(lambda session: list(file_of(session).objects("classes"))))
    assert sorted(each.id for each in found) == ["1", "3", "4"]


AWKWARD = (
    "",
    "NULL",
    "null",
    "{a,b}",
    'quo"te',
    "back\\slash\\",
    "a,b",
    " lead",
    "ünï 中 🧾",
    "line\nbreak\ttab",
    "'x'; --",
)


def test_what_is_stored_together_is_stored_as_it_is(store: Store, runner: asyncio.Runner) -> None:
    def note(number: int, text: str) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            thing = Class(id=f"{number} {text}", name=text or "x", full_name=f"{number} {text}")
            file_of(session).add_object(thing)
            file_of(session).set_last_number(text, text)

        return work

    async def together() -> None:
        await asyncio.gather(*(store.write(note(*each), "c") for each in enumerate(AWKWARD)))

    def stored(session: Session) -> list[tuple[str, str, str | None]]:
        file = file_of(session)
        found = [file.find_by_name("classes", f"{number} {text}") for number, text in enumerate(AWKWARD)]
        return [
            (each.id, each.label, file.last_number(text))
            for each, text in zip(found, AWKWARD, strict=True)
            if each is not None
        ]

    runner.run(together())
    expected = [(f"{number} {text}", f"{number} {text}", text) for number, text in enumerate(AWKWARD)]
    assert runner.run(store.read(stored)) == expected
    assert runner.run(store.write(stored, "c")) == expected


def test_a_database_error_is_told_as_one_of_the_family(store: Store, runner: asyncio.Runner) -> None:
    runner.run(store.write(add(1)))
    with pytest.raises(Broken, match=r"(?i)unique"):
        runner.run(store.write(add(1)))
    assert runner.run(store.write(add(2))) == 2


@pytest.mark.parametrize("looks", [False, True])
def test_whom_the_database_refuses_leaves_the_neighbours_alone(
    store: Store, runner: asyncio.Runner, looks: bool
) -> None:
    runner.run(store.write(add(1)))

    def add_and_look(number: int) -> Callable[[Session], int]:
        def work(session: Session) -> int:
            add(number)(session)
            assert not looks or len(list(file_of(session).objects("classes"))) > 1
            return number

        return work

    async def together() -> list[Any]:
        works = (add_and_look(2), add_and_look(1), add_and_look(3))
        return list(await asyncio.gather(*(store.write(work, "c") for work in works), return_exceptions=True))

    first, failure, second = runner.run(together())
    assert (first, second) == (2, 3)
    assert isinstance(failure, Broken)
    found = runner.run(store.read(lambda session: list(file_of(session).objects("classes"))))
    assert sorted(each.id for each in found) == ["1", "2", "3"]


def test_a_full_disk_is_told_to_everyone_whom_it_concerns(store: Store, runner: asyncio.Runner) -> None:
    if not isinstance(store, SqliteStore):
        pytest.skip("only SQLite lets itself be limited so")

    def large(number: int) -> Callable[[Session], int]:
        def work(session: Session) -> int:
            names = [f"{number} {part} " + "x" * 3000 for part in range(60)]
            for name in names:
                file_of(session).add_object(Class(id=name[:20], name=name, full_name=name))
            return number

        return work

    async def together() -> list[Any]:
        works = (store.write((add if number % 2 else large)(number)) for number in range(1, 7))
        return list(await asyncio.wait_for(asyncio.gather(*works, return_exceptions=True), 20))

    connection = store.writer.connection
    connection.pragma("max_page_count", int(connection.pragma("page_count")) + 8)
    results = runner.run(together())
    stored = [result for result in results if isinstance(result, int)]
    refused = [result for result in results if not isinstance(result, int)]
    assert refused
    assert all(isinstance(result, StorageFull) for result in refused)
    for number in (1, 3, 5):
        there = runner.run(store.read(find(str(number)))) is not None
        assert there == (number in stored)
    connection.pragma("max_page_count", 1_000_000)
    assert runner.run(store.write(add(11))) == 11


def test_a_commit_that_fails_stores_nothing_of_its_group(store: Store, runner: asyncio.Runner) -> None:
    if not isinstance(store, SqliteStore):
        pytest.skip("a commit is made to fail by SQLite's own hook")
    connection = store.writer.connection

    async def together() -> list[Any]:
        return list(await asyncio.gather(*(store.write(add(n)) for n in (1, 2)), return_exceptions=True))

    connection.set_commit_hook(lambda: True)
    assert all(isinstance(result, Broken) for result in runner.run(together()))
    connection.set_commit_hook(None)
    assert runner.run(store.write(find("1"))) is None
    assert runner.run(together()) == [1, 2]


def test_close_finishes_what_was_asked(store: Store, runner: asyncio.Runner, tmp_path: Any) -> None:
    if not isinstance(store, SqliteStore):
        pytest.skip("opens the file again")

    async def ask_and_close() -> int:
        asked = asyncio.create_task(store.write(add(1)))
        await asyncio.sleep(0)
        await store.close()
        return await asked

    other = SqliteStore(store.path)
    assert runner.run(ask_and_close()) == 1
    assert runner.run(other.read(find("1"))) is not None
    runner.run(other.close())
