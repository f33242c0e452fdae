"""The embedded books under thousands of random commands: sound after each of them, and as the rules say.

`COUNTERFOIL_SEEDS=20` runs that many seeds instead of three; `COUNTERFOIL_FIRST_SEED` says where they begin.
"""

import os
from pathlib import Path

import pytest
from tests.simulation.run import simulate

FIRST = int(os.environ.get("COUNTERFOIL_FIRST_SEED", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("COUNTERFOIL_SEEDS", "3")))
STEPS = 400


@pytest.mark.parametrize("seed", SEEDS)
def test_the_books_stay_sound_and_do_what_the_rules_say(seed: int, tmp_path: Path) -> None:
    assert simulate(seed, STEPS, tmp_path).steps == STEPS


def test_the_same_seed_takes_the_same_course(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one, other = simulate(90, 60, first), simulate(90, 60, second)
    assert (one.trace, one.done) == (other.trace, other.done)
    assert simulate(91, 10, tmp_path).trace != one.trace


@pytest.mark.slow
def test_a_long_life(tmp_path: Path) -> None:
    report = simulate(1000, 3000, tmp_path)
    assert report.steps == 3000
