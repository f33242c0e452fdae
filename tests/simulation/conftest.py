"""Desks to try rules at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.simulation.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A fresh company of the United States."""
    made = Desk(tmp_path)
    yield made
    made.close()
