"""One server for all tests of this folder."""

from collections.abc import Iterator

import httpx
import pytest
from tests.acceptance.qube.house import House, house
from tests.support.receiver import Receiver


@pytest.fixture(scope="module")
def qube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("qube") / "data") as running:
        yield running


@pytest.fixture
def client(qube: House) -> Iterator[httpx.Client]:
    with qube.client() as connected:
        yield connected


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    built = Receiver()
    yield built
    built.close()
