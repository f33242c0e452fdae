"""What was seen of a Web Connector → the ticks, the step and the help that a bookkeeper is shown."""

from typing import Any

import pytest

from counterfoil.dispatch.connectors import Condition, State
from counterfoil.storage.connectors import Connector
from counterfoil.web.progress import Progress, progress_of

LINK = 1_000_000
"""When the link was made."""


def seen(state: State, **facts: Any) -> Progress:
    return progress_of(Condition(state=state, connector=Connector(password=b"", **facts)), LINK)


def marks(progress: Progress) -> str:
    """The marks of the six ticks, a letter each: done, now, waiting, wrong."""
    letters = {"done": "d", "now": "n", "waiting": ".", "wrong": "!"}
    return "".join(letters[tick.mark] for tick in progress.ticks)


def test_nothing_was_seen_yet() -> None:
    progress = seen("created")
    assert (marks(progress), progress.step, progress.is_connected) == ("n.....", 1, False)
    assert progress.trouble is None


@pytest.mark.parametrize(
    ("facts", "expected", "step"),
    [
        ({"downloaded_at": 5}, "dn....", 2),
        ({"last_seen_at": 6}, "ddn...", 3),
        ({"downloaded_at": 5, "last_seen_at": 6}, "ddn...", 3),
        ({"last_seen_at": 6, "last_poll_at": 6}, "dddn..", 3),
        ({"last_seen_at": 7, "last_poll_at": 6, "last_success_at": 7}, "dddddd", 5),
    ],
)
def test_each_thing_seen_ticks_all_that_comes_before_it(facts: dict[str, int], expected: str, step: int) -> None:
    progress = seen("seen", **{name: LINK + seconds for name, seconds in facts.items()})
    assert (marks(progress), progress.step) == (expected, step)


def test_a_connection_that_works_tells_what_it_is_connected_to() -> None:
    progress = seen(
        "live",
        last_seen_at=LINK + 9,
        last_poll_at=LINK + 9,
        last_success_at=LINK + 9,
        connector_version="2.3.0.198",
        company_name="Acme",
        product="QuickBooks Enterprise",
        product_version="34.0",
    )
    assert progress.is_connected
    assert (progress.company, progress.product) == ("Acme", "QuickBooks Enterprise 34.0")
    assert {tick.name: tick.detail for tick in progress.ticks if tick.detail} == {
        "reached": "version 2.3.0.198",
        "opened": "Acme",
    }
    assert progress.last_seen_at == "1970-01-12T13:46:49.000Z"


@pytest.mark.parametrize(("state", "expected"), [("polling", "dddddd"), ("late", "dddddd"), ("offline", "n.....")])
def test_a_new_link_begins_anew_only_where_the_connection_is_no_longer_heard_of(state: State, expected: str) -> None:
    before = LINK - 100
    progress = seen(state, downloaded_at=before, last_seen_at=before, last_poll_at=before, last_success_at=before)
    assert marks(progress) == expected


def test_an_offline_connection_is_told_with_steps() -> None:
    progress = seen("offline", last_seen_at=LINK, last_poll_at=LINK, last_success_at=LINK)
    assert progress.trouble is not None
    assert progress.trouble.code == "QBD_OFFLINE"
    assert progress.trouble.steps
    assert progress.last_seen_at is not None


@pytest.mark.parametrize("code", ["QBWC_PASSWORD_WRONG", "QBWC_PASSWORD_ROTATED"])
def test_a_wrong_password_has_reached_us_and_offers_another(code: str) -> None:
    progress = seen("needs_attention", first_seen_at=LINK, last_seen_at=LINK, attention=code, attention_at=LINK)
    assert marks(progress) == "dd!..."
    assert progress.trouble is not None
    assert progress.trouble.offers_password
    assert progress.trouble.title.startswith("The Web Connector reached us but ")


def test_a_wrong_password_is_forgotten_when_a_right_one_comes_after_it() -> None:
    noted = {"attention": "QBWC_PASSWORD_WRONG", "attention_at": LINK + 5, "last_seen_at": LINK + 5}
    assert seen("needs_attention", **noted, last_poll_at=LINK + 4).trouble is not None
    after = seen("needs_attention", **noted, last_poll_at=LINK + 6)
    assert after.trouble is None
    assert marks(after) == "dddn.."


def test_a_wrong_company_is_told_in_the_words_that_name_both() -> None:
    words = "QuickBooks has Beta open; this connection belongs to Acme."
    progress = seen(
        "needs_attention",
        last_seen_at=LINK,
        last_poll_at=LINK,
        company_name="Acme",
        attention="QBD_WRONG_COMPANY_FILE",
        attention_words=words,
        attention_at=LINK,
    )
    assert marks(progress) == "dddd!."
    assert progress.trouble is not None
    assert progress.trouble.title == words
    assert not progress.trouble.offers_password
    assert progress.ticks[4].label == "The company that is open cannot be used"
    assert all(tick.detail != "Acme" for tick in progress.ticks), "it is not the company that is open"
    assert progress.company is None


@pytest.mark.parametrize("code", ["0x80040420", "0x8004041D", "0x80040418", "0x80040408", "0x80040414"])
def test_what_keeps_quickbooks_from_opening_stops_at_that_tick(code: str) -> None:
    progress = seen("seen", last_seen_at=LINK, last_poll_at=LINK, attention=code, attention_at=LINK)
    assert marks(progress) == "ddd!.."
    assert progress.trouble is not None
    assert progress.trouble.steps


def test_a_dialog_that_is_open_for_a_moment_does_not_undo_a_connection() -> None:
    facts = {"last_seen_at": LINK + 9, "last_poll_at": LINK + 9, "last_success_at": LINK + 1}
    passing = seen("polling", **facts, attention="0x80040414", attention_at=LINK + 9)
    assert passing.is_connected
    assert passing.trouble is not None
    denied = seen("needs_attention", **facts, attention="0x80040420", attention_at=LINK + 9)
    assert not denied.is_connected


def test_a_pause_tells_its_end() -> None:
    facts = {"last_seen_at": LINK, "last_poll_at": LINK, "last_success_at": LINK}
    assert seen("paused", **facts, paused_until=LINK + 900).paused_until == "1970-01-12T14:01:40.000Z"
    assert seen("polling", **facts, paused_until=LINK - 900).paused_until is None
