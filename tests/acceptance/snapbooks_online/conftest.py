"""A pair of twins for each test, copied from one that is made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.snapbooks_online.pair import Pair, copied, opened


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twins") / "made"
    with opened(folder):
        return folder


@pytest.fixture
def pair(twins: Path, tmp_path: Path) -> Iterator[Pair]:
    with opened(copied(twins, tmp_path / "pair")) as found:
        yield found
        assert found.violations() == []
