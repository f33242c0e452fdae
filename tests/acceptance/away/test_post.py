"""The database goes away at any access of whoever delivers post: what is owed arrives nonetheless, at least once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final

import pytest
from tests.acceptance.away.conftest import Told
from tests.acceptance.away.cut import FATES, Cut
from tests.acceptance.away.test_conductor import ROOT
from tests.acceptance.away.test_qube import V1, invoice
from tests.acceptance.away.world import World
from tests.support.hooks import Hooks

from counterfoil.webhooks import sender

PATIENCE: Final = 20
LEASE: Final = 120
"""More seconds than a claim lasts."""

LOOKS: Final = 5
"""Looks one after another that find the same: what was just claimed is about to leave."""


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """It rests for a moment only."""
    for name in ("IDLE_SECONDS", "LEAST_SECONDS", "TROUBLE_SECONDS"):
        monkeypatch.setattr(sender, name, 0.002)


@asynccontextmanager
async def delivering(there: World) -> AsyncIterator[None]:
    task = asyncio.create_task(there.running.sender.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def owed(there: World, hooks: Hooks, number: int) -> list[str]:
    """What happens here, by the names that its post bears: two customers for an endpoint, and a queued request."""
    there.store.plan(None)
    for each in ("a", "b"):
        await there.ask("conductor", "POST", f"{ROOT}/customers", {"name": f"Post {number} {each}"})
    queued = await there.ask("qube", "POST", f"{V1}/invoices?webhook_url={hooks.url('/queued')}", invoice(number))
    return [f"Post {number} a", f"Post {number} b", queued["data"]["id"]]


def arrived(hooks: Hooks) -> list[str]:
    """In the order in which they came."""
    return [name_of(each.json) for each in hooks.accepted]


def has_all(hooks: Hooks, names: Sequence[str]) -> bool:
    return set(names) <= set(arrived(hooks))


def name_of(body: dict[str, Any]) -> str:
    name: str = body["data"]["object"]["name"] if "data" in body else body["id"]
    return name


async def until(there: World, is_so: Callable[[], bool]) -> None:
    """Where something is claimed and nothing under way, the turn that claimed it is lost: time passes to its end."""
    looks = 0
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.002)
            is_lost = count_of(there, "claimed_by IS NOT NULL") and not there.running.sender._under_way
            looks = looks + 1 if is_lost else 0
            if looks == LOOKS:
                looks = 0
                there.clock.pass_by(LEASE)


def count_of(there: World, condition: str) -> int:
    """How many deliveries there are of which this is so."""
    found: int = there.rows(f"SELECT COUNT(*) FROM deliveries WHERE {condition}")[0][0]
    return found


async def delivered(there: World, *, is_ordered: bool) -> None:
    """The first time with nothing amiss, to see what it takes; then with each trouble."""
    first = 100 if is_ordered else 0
    there.store.plan(None)
    for each in (await there.running.perform("webhook.list", {}))["data"]:
        await there.running.perform("webhook.pause", {"id": each["id"]})
    async with Hooks() as hooks:
        added = {"url": hooks.url("/told"), "events": ["customer.created"], "ordered": is_ordered}
        await there.running.perform("webhook.add", added)
        names = await owed(there, hooks, first)
        async with delivering(there):
            await until(there, partial(has_all, hooks, names))
        accesses = list(there.store.noted)
        cuts = [Cut(at, fate) for at, access in enumerate(accesses[:MOST]) for fate in FATES[access]]
        assert {each.fate for each in cuts} == {"refused", "full", "gone", "lost", "doubt"}
        for number, cut in enumerate(cuts, first + 1):
            names = await owed(there, hooks, number)
            there.store.plan(cut)
            async with delivering(there):
                async with asyncio.timeout(PATIENCE):
                    while not there.store.has_struck or len(there.store.noted) < cut.at + 3:
                        await asyncio.sleep(0.002)
                there.store.plan(None)
                await until(there, partial(has_all, hooks, names))
            if is_ordered:
                mine = [each for each in arrived(hooks) if each in names[:2]]
                assert mine.index(names[0]) < mine.index(names[1])
        there.clock.pass_by(LEASE)
        async with delivering(there):
            await until(there, lambda: not count_of(there, f"state = 'due' AND url LIKE '{hooks.url('/')}%'"))


MOST: Final = 8
"""Accesses of the sender at which it is cut off: by then it has looked, claimed, sent, recorded, and looked again."""


@pytest.mark.parametrize("is_ordered", [False, True], ids=["as it comes", "in order"])
def test_what_is_owed_arrives_once_the_database_is_back(is_ordered: bool, tell: Told) -> None:
    tell(lambda there: delivered(there, is_ordered=is_ordered))
