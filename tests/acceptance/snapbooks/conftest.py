"""An office for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.snapbooks.office import Office, opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path / "data") as found:
        yield found
