"""Queued requests are forgotten a while after they are over, with their pages, a bounded part at a time."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from counterfoil.core.clock import SetClock
from counterfoil.core.ids import earliest_uuid
from counterfoil.storage.queue import Queue, QueuedPage, QueuedRequest

Run = Callable[..., Any]
NOW: Final = 1_790_000_000
WEEK: Final = 7 * 24 * 3600
LONG_AGO: Final = NOW - 3 * WEEK
BEFORE: Final = NOW - WEEK
MANY: Final = 1000


def named(moment: int, name: str) -> str:
    """An id as one that is made at a moment begins."""
    return f"{earliest_uuid(moment)}-{name:0>4}"


def request(name: str, state: str, *, made: int = LONG_AGO, ended: int = LONG_AGO) -> QueuedRequest:
    return QueuedRequest(
        id=named(made, name),
        number=int(name),
        state=state,
        request=b"<q/>",
        response=b"<a/>",
        error=None,
        webhook_url=None,
        webhook_state="not_applicable",
        webhook_error=None,
        created_at=made,
        updated_at=ended,
    )


def page(of: QueuedRequest, number: int) -> QueuedPage:
    return QueuedPage(
        request_id=of.id,
        number=number,
        id=f"{of.id}-{number}",
        response=b"<a/>",
        remaining=0,
        told=(),
        created_at=of.created_at,
    )


@pytest.fixture
def queue(write: Run, clock: SetClock) -> Run:
    """Runs something on the queue of my connection, or of another one."""

    def run(work: Callable[[Queue], Any], *connection: str) -> Any:
        return write(lambda file: work(Queue(file.session, file.connection_id, clock)), *connection)

    return run


def entered(queue: Run, asked: QueuedRequest, pages: int = 0, *connection: str) -> QueuedRequest:
    queue(lambda mine: mine.add(asked), *connection)
    for number in range(1, pages + 1):
        queue(lambda mine, number=number: mine.add_page(page(asked, number)), *connection)
    return asked


def left(queue: Run, asked: QueuedRequest, *connection: str) -> tuple[bool, int]:
    """Whether a request is there still, and how many pages of it are."""
    told: tuple[bool, int] = queue(
        lambda mine: (mine.find(asked.id) is not None, len(mine.pages(asked.id))), *connection
    )
    return told


@pytest.mark.parametrize("state", ["response_received", "error", "discarded"])
def test_what_is_over_goes_with_its_pages(queue: Run, state: str) -> None:
    gone = entered(queue, request("1", state), pages=3)
    assert queue(lambda mine: mine.purge(BEFORE, MANY)) is False
    assert left(queue, gone) == (False, 0)


@pytest.mark.parametrize("state", ["waiting", "processing"])
def test_what_is_not_over_stays_however_old_it_is(queue: Run, state: str) -> None:
    kept = entered(queue, request("1", state), pages=3)
    queue(lambda mine: mine.purge(BEFORE, MANY))
    assert left(queue, kept) == (True, 3)


def test_the_time_counts_from_the_end_of_a_request(queue: Run) -> None:
    """One that waited for weeks can be asked after as long as one that was answered at once."""
    late = entered(queue, request("1", "response_received", ended=BEFORE), pages=1)
    young = entered(queue, request("2", "response_received", made=NOW, ended=NOW), pages=1)
    queue(lambda mine: mine.purge(BEFORE, MANY))
    assert (left(queue, late), left(queue, young)) == ((True, 1), (True, 1))
    queue(lambda mine: mine.purge(BEFORE + 1, MANY))
    assert (left(queue, late), left(queue, young)) == ((False, 0), (True, 1))


def test_a_step_takes_no_more_rows_than_it_may(queue: Run) -> None:
    """A request stays until its last page is gone, so that no page is left that belongs to nothing."""
    first = entered(queue, request("1", "response_received"), pages=5)
    second = entered(queue, request("2", "response_received"), pages=1)
    assert queue(lambda mine: mine.purge(BEFORE, 2)) is True
    assert (left(queue, first), left(queue, second)) == ((True, 3), (True, 1))
    assert queue(lambda mine: mine.purge(BEFORE, 2)) is True
    assert (left(queue, first), left(queue, second)) == ((True, 1), (True, 1))
    assert queue(lambda mine: mine.purge(BEFORE, 2)) is True
    assert (left(queue, first), left(queue, second)) == ((False, 0), (True, 1))
    while queue(lambda mine: mine.purge(BEFORE, 2)):
        pass
    assert left(queue, second) == (False, 0)


def test_another_connections_requests_are_left_alone(queue: Run, theirs: str) -> None:
    other = entered(queue, request("1", "response_received"), 2, theirs)
    entered(queue, request("1", "response_received"), pages=2)
    queue(lambda mine: mine.purge(BEFORE, MANY))
    assert left(queue, other, theirs) == (True, 2)
