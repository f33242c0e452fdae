"""Lanes through random lives: nothing is lost, nothing is doubled, and what was told is so.

`COUNTERFOIL_SEEDS=200` lives that many lives instead of twenty; `COUNTERFOIL_FIRST_SEED` says where they begin.
"""

import os
from pathlib import Path

import pytest
from tests.simulation.desktop.life import live
from tests.simulation.desktop.world import Template

FIRST = int(os.environ.get("COUNTERFOIL_FIRST_SEED", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("COUNTERFOIL_SEEDS", "20")))
SESSIONS = 15


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_nothing_doubled(seed: int, template: Template, tmp_path: Path) -> None:
    assert live(seed, SESSIONS, template, tmp_path).done.total() > 0


def test_the_same_seed_takes_the_same_course(template: Template, tmp_path: Path) -> None:
    one, other = (live(90, 12, template, tmp_path / name) for name in ("one", "other"))
    assert (one.trace, one.done) == (other.trace, other.done)
    assert live(91, 12, template, tmp_path / "third").trace != one.trace
