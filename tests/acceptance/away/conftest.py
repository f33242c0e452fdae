"""One installation for all tests of a module, in this process, with a loop that its tests share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from tests.acceptance.away.world import World, world

Told = Callable[[Callable[[World], Awaitable[Any]]], Any]
"""Runs a story in the installation."""


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with asyncio.Runner() as runner:
        opened = world(tmp_path_factory.mktemp("away") / "data")
        there = runner.run(opened.__aenter__())
        yield lambda story: runner.run(_told(story, there))
        runner.run(opened.__aexit__(None, None, None))


async def _told(story: Callable[[World], Awaitable[Any]], there: World) -> Any:
    return await story(there)
