"""Telling a story once for each access that an outage can meet."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from tests.simulation.away.store import Fate, Outage

MOST_ACCESSES: Final = 300
FEWEST_ACCESSES: Final = 6
"""Fewer would say that the outage was not where the story is."""

LONGEST: Final = 30.0
"""Seconds after which a story is taken to hang."""

Tell = Callable[[Path, Outage], Awaitable[None]]


def at_each_access(folder: Path, fate: Fate, tell: Tell, *, after: int = 0, step: int = 1) -> None:
    """Tell the story, in a folder of its own, with an outage at each access that can meet this fate, and at `after`
    more behind it; and once without any. With a `step` only at each so-manieth. What went wrong is told together."""
    wrong: list[str] = []
    for nth in range(1, MOST_ACCESSES, step):
        outage, here = Outage(fate, nth, after), folder / str(nth)
        here.mkdir()
        try:
            asyncio.run(_told(here, outage, tell))
        except Exception as error:
            wrong.append(f"at access {nth}: {type(error).__name__} {error}")
        shutil.rmtree(here)
        if not outage.struck:
            break
    assert FEWEST_ACCESSES < nth < MOST_ACCESSES - step
    assert not wrong, "\n".join(wrong)


async def _told(folder: Path, outage: Outage, tell: Tell) -> None:
    async with asyncio.timeout(LONGEST):
        await tell(folder, outage)
