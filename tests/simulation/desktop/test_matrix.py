"""The crash matrix: every step of the protocol cut in every way × everything that can be written.

Each cell puts two writes into the lane, lets the trouble befall the first one, and holds sessions until all is settled.
Then both must be in the company file exactly once, what was told must be so, and the ledger must be sound.
"""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from tests.simulation.desktop.company import AT_FIRST, OPERATIONS, after, requests
from tests.simulation.desktop.troubles import CALLS, SPECIAL, STEPS, TROUBLES, Trouble
from tests.simulation.desktop.world import MOST_SESSIONS, Template, World, told, world

CELLS: Final = [
    pytest.param(operation, trouble, id=f"{operation}-{trouble.name}")
    for operation in OPERATIONS
    for trouble in TROUBLES
]


@pytest.mark.parametrize(("operation", "trouble"), CELLS)
def test_cell(operation: str, trouble: Trouble, template: Template, tmp_path: Path) -> None:
    asyncio.run(_cell(operation, trouble, template, tmp_path))


async def _cell(operation: str, trouble: Trouble, template: Template, folder: Path) -> None:
    async with world(template, folder) as run:
        wanted = requests(template.ids)
        if trouble.name == "strange-tickets":  # it holds a session of its own first
            await trouble.befall(run)
        first, second = await run.ask(wanted[operation]), await run.ask(wanted["next"])
        if trouble.name != "strange-tickets":
            await trouble.befall(run)
        count = await run.sessions()
        states = [told(entry) for entry in await run.entries()]
        assert count < MOST_SESSIONS, states
        assert run.has_befallen()

        expected = after(operation) if trouble.fate == "done" else AT_FIRST
        assert await run.office.holds() == after("next", expected), states
        assert await run.office.violations() == []
        await _told_rightly(run, trouble, states)
        answers = [await run.answered(first), await run.answered(second)]
        assert None not in answers, states
        assert [answer.status for answer in answers if answer] == [200 if trouble.fate == "done" else 502, 200], answers


async def _told_rightly(run: World, trouble: Trouble, states: list[dict[str, object]]) -> None:
    """The records of both requests say what became of them."""
    entries = await run.entries()
    records = [await run.house.record(run.connection, entry.id) for entry in entries]
    assert len(records) == 2, "a re-send made another request"
    assert [record.state for record in records] == ["done" if trouble.fate == "done" else "failed", "done"], states


def test_every_cell_is_there_once() -> None:
    """Six calls cut in five ways, seven steps at which either side dies before or after, and what else goes wrong."""
    names = [cell.id for cell in CELLS]
    assert len(set(names)) == len(names)
    assert len(TROUBLES) == len(CALLS) * 5 + len(STEPS) * 4 + len(SPECIAL)
    assert len(names) == 6 * (30 + 28 + 27)
