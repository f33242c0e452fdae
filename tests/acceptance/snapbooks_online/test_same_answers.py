"""The same requests to the same company get the same answers from embedded books and from QuickBooks Online."""

import re

import pytest
from tests.acceptance.snapbooks_online.pair import Pair
from tests.acceptance.snapbooks_online.same import PAGE, ROWS, Comparison, page
from tests.acceptance.snapbooks_online.stories import STORIES, Story


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_same_answers(pair: Pair, story: Story) -> None:
    compared = Comparison()
    for method, path, body in story.calls:
        embedded, online = pair.both(method, path, body, country=story.country)
        compared.add(f"{method} {path} {body}", embedded, online, _space(path, body))
    assert compared.wrong == []
    assert compared.shown == story.shows


def test_every_difference_is_shown() -> None:
    assert {name for story in STORIES for name in story.shows} == {row.name for row in ROWS}


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text() == page()


def _space(path: str, body: object) -> str:
    """What the ids in an answer count in: transactions, or one of the lists."""
    entity = re.search(r"FROM (\w+)", str(body)) if path.endswith("/query") else None
    if entity is not None and entity[1] not in ("Invoice", "Payment"):
        return entity[1]
    return "people" if path.endswith(("/customer", "/vendor")) else "transactions"
