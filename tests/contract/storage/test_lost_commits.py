"""PostgreSQL alone: lines that are lost at a commit. What was stored is told as stored, and nothing else is."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, get_args

import psycopg
import pytest
from tests.contract.storage.counting import count_on, file_of
from tests.support.cutting import LAST_WORD, Cutter, Moment, cutter
from tests.support.postgres import kinds

from counterfoil.core.errors import StorageAway
from counterfoil.storage import postgres_writing
from counterfoil.storage.contract import Session
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.postgres_line import connect
from counterfoil.storage.postgres_turns import LOCK, Turns
from counterfoil.storage.postgres_writer import WriterSession

pytestmark = pytest.mark.skipif("postgres" not in kinds(), reason="these are about PostgreSQL")
ROUNDS = 60
TAKE_TURN = LOCK.replace("$1", "%s").replace("$2", "%s").encode()
"""With the mark first, and then the lane."""


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("others", [0, 1, 31, 32, 33])
def test_a_commit_whose_answer_was_lost_is_asked_after(
    address: str,
    stores: tuple[PostgresStore, PostgresStore],
    runner: asyncio.Runner,
    monkeypatch: pytest.MonkeyPatch,
    carried_out: bool,
    others: int,
) -> None:
    """Also where others have worked in the lane since: a lane keeps the marks of its last 32 transactions."""
    lost: list[WriterSession] = []
    settled, is_carried_out = WriterSession.settled, postgres_writing._is_carried_out

    def lose(session: WriterSession) -> None:
        settled(session)
        if lost:
            return
        lost.append(session)
        monkeypatch.setattr(postgres_writing, "COMMIT", b"COMMIT")
        session.line.close()
        with psycopg.connect(address, autocommit=True) as line:
            for number in range(others):
                line.execute(TAKE_TURN, (bytes([number]) * 4, "c"))
        raise psycopg.OperationalError("the line went dead")

    def heard(commit: Any) -> bool:
        return commit.connection is not lost[0].line and is_carried_out(commit)

    def count() -> int:
        return runner.run(stores[0].write(count_on, "c"))

    assert count() == 1
    if not carried_out:
        monkeypatch.setattr(postgres_writing, "COMMIT", b"ROLLBACK")
    monkeypatch.setattr(WriterSession, "settled", lose)
    monkeypatch.setattr(
        postgres_writing,
        "_is_carried_out",
        lambda commit: commit.connection is not lost[0].line and is_carried_out(commit),
    )
    if others < 32 + (not carried_out):
        assert count() == 2
    else:
        with pytest.raises(StorageAway) as away:
            count()
        assert away.value.outcome == "unknown"
    number = runner.run(stores[1].read(lambda session: file_of(session).last_number("invoices")))
    assert number == ("2" if carried_out or others < 33 else "1")


def test_a_fate_is_told_when_the_transaction_is_over(
    address: str, stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner
) -> None:
    """Its connection may be lost here while it still works there."""
    runner.run(stores[0].write(count_on, "c"))
    turns = Turns()
    with psycopg.connect(address) as slow, closing(connect(address)) as asking, ThreadPoolExecutor(1) as beside:
        row = slow.execute(TAKE_TURN, (turns.mark, "c")).fetchone()
        assert row is not None
        turns.took("c", row[1])
        fate = beside.submit(postgres_writing._fate, asking, turns.of["c"], 5.0)
        with pytest.raises(TimeoutError):
            fate.result(0.3)
        slow.commit()
        assert fate.result(5) is True


def test_a_line_that_is_lost_while_the_commit_is_sent_may_have_brought_it(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = psycopg.RawCursor.execute
    sent: list[Any] = []

    def cut(cursor: Any, query: Any, *given: Any, **named: Any) -> Any:
        done = execute(cursor, query, *given, **named)
        if query == b"COMMIT" and not sent:
            sent.append(cursor.connection._pipeline.sync())
            cursor._reset()
            cursor._statusmessage = None
            cursor.connection.close()
            raise psycopg.OperationalError("sending failed: the line went dead")
        return done

    runner.run(stores[0].write(count_on, "c"))
    monkeypatch.setattr(psycopg.RawCursor, "execute", cut)
    assert runner.run(stores[0].write(count_on, "c")) == 2
    assert sent
    assert runner.run(stores[1].write(count_on, "c")) == 3


@pytest.mark.parametrize("together", [1, 3])
def test_a_commit_that_was_answered_is_told_though_its_pipeline_cannot_be_left(
    stores: tuple[PostgresStore, PostgresStore], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """So psycopg fails where the server's processes go after the answer, without a word."""
    left: list[psycopg.Pipeline] = []
    leave = psycopg.Pipeline._exit

    def busy(pipeline: psycopg.Pipeline, error: BaseException | None) -> None:
        if not left:
            left.append(pipeline)
            raise psycopg.OperationalError("cannot exit pipeline mode while busy")
        leave(pipeline, error)

    async def story() -> list[int]:
        return await asyncio.gather(*(stores[0].write(count_on, "c") for _ in range(together)))

    runner.run(stores[0].write(count_on, "c"))
    monkeypatch.setattr(psycopg.Pipeline, "_exit", busy)
    assert runner.run(story()) == list(range(2, 2 + together))
    assert left
    assert runner.run(stores[1].write(count_on, "c")) == 2 + together


@pytest.mark.parametrize("together", [1, 3])
@pytest.mark.parametrize("moment", get_args(Moment))
def test_a_commit_beside_which_the_line_is_cut_is_done_and_told_so(
    address: str, runner: asyncio.Runner, moment: Moment, together: int
) -> None:
    async def story(store: PostgresStore, cutter: Cutter) -> None:
        await store.write(count_on, "c")
        for number in range(4):
            first = 2 + number * together
            cutter.moment = moment
            told = await asyncio.gather(*(store.write(count_on, "c") for _ in range(together)))
            assert cutter.moment is None, "nothing was cut"
            assert told == list(range(first, first + together))

    told_of(story, address, runner)


@pytest.mark.parametrize("last_word", [b"", LAST_WORD], ids=["without a word", "with a last word"])
def test_wherever_a_line_is_cut_what_is_told_is_true(address: str, runner: asyncio.Runner, last_word: bytes) -> None:
    chance, outcomes = random.Random(7), Counter[str]()

    async def story(store: PostgresStore, cutter: Cutter) -> None:
        number = await store.write(count_on, "c")
        for _ in range(ROUNDS):
            cutter.last_word, cutter.left = last_word, chance.randint(1, 700)
            while cutter.left is not None:
                works = [store.write(count_on, "c") for _ in range(chance.choice((1, 1, 4)))]
                told = await asyncio.gather(*works, store.read(last_number), return_exceptions=True)
                assert all(isinstance(each, int | StorageAway) for each in told), told
                counted = Counter(getattr(each, "outcome", "done") for each in told[:-1])
                outcomes.update(counted)
                before, number = number, await store.read(last_number)
                assert counted["done"] <= number - before <= counted["done"] + counted["unknown"]
                assert {each for each in told[:-1] if isinstance(each, int)} <= set(range(before + 1, number + 1))

    told_of(story, address, runner)
    assert outcomes["done"] > ROUNDS


def last_number(session: Session) -> int:
    return int(file_of(session).last_number("invoices") or 0)


def told_of(
    story: Callable[[PostgresStore, Cutter], Coroutine[Any, Any, None]], address: str, runner: asyncio.Runner
) -> None:
    """Tell a story of a store whose lines somebody can cut."""
    with cutter(address) as (cut_off, cuts):
        store = PostgresStore(cut_off)
        try:
            runner.run(story(store, cuts))
        finally:
            runner.run(store.close())
