"""One installation for all tests of this folder; for each test the books side by side, with new companies."""

from collections.abc import Iterator

import pytest
from tests.contract.books.bench import Bench, House, house


@pytest.fixture(scope="session")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("contract")) as built:
        yield built


@pytest.fixture
def bench(premises: House) -> Iterator[Bench]:
    with premises.bench() as built:
        yield built
