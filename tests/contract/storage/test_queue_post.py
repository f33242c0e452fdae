"""How the post of a request fared that is answered page by page: by all its letters, not by the one that came last."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from counterfoil.core.clock import SetClock
from counterfoil.storage.post import Delivery, Post
from counterfoil.storage.queue import Queue, QueuedPage, QueuedRequest

Run = Callable[..., Any]
NOW: Final = 1_790_000_000
ID: Final = "01a00000-0000-7000-8000-000000000001"


def request(state: str) -> QueuedRequest:
    return QueuedRequest(
        id=ID,
        number=1,
        state=state,
        request=b"<q/>",
        response=b"<a/>",
        error=None,
        webhook_url="https://example.com/hook",
        webhook_state="pending",
        webhook_error=None,
        created_at=NOW,
        updated_at=NOW,
    )


def page(number: int) -> QueuedPage:
    return QueuedPage(
        request_id=ID, number=number, id=f"page {number}", response=b"<a/>", remaining=0, told=(), created_at=NOW
    )


def letter(connection: str, number: int, state: str) -> Delivery:
    return Delivery(
        connection_id=connection,
        id=f"letter {number}",
        request_id=ID,
        url="https://example.com/hook",
        body=b"{}",
        state=state,
        tries=1,
        due_at=NOW if state == "due" else None,
        created_at=NOW,
    )


@pytest.mark.parametrize(
    ("state", "letters", "expected"),
    [
        ("response_received", ["delivered", "delivered"], "succeeded"),
        ("response_received", ["delivered", "due"], "pending"),
        ("response_received", ["delivered", "failed"], "failed"),
        ("processing", ["delivered", "delivered"], "pending"),
        ("error", ["delivered", "delivered"], "succeeded"),
        ("discarded", ["delivered", "delivered"], "succeeded"),
        ("discarded", ["delivered", "due"], "pending"),
    ],
)
def test_post_has_succeeded_when_every_page_is_delivered(
    write: Run, clock: SetClock, state: str, letters: list[str], expected: str
) -> None:
    """One that was discarded between two pages gets no more of them: what was told is all there is to tell."""

    def work(file: Any) -> str | None:
        queue = Queue(file.session, file.connection_id, clock)
        queue.add(request(state))
        for number, each in enumerate(letters, 1):
            queue.add_page(page(number))
            Post(file.session).owe(letter(file.connection_id, number, each))
        queue.set_webhook(ID, "succeeded", None, NOW)
        found = queue.find(ID)
        return found.webhook_state if found is not None else None

    assert write(work) == expected
