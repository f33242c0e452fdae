"""One office for all tests of this folder, on 2 March 2026; each test brings its own invoices."""

from collections.abc import Iterator

import pytest
from tests.acceptance.chargeover.office import CANADIAN_CONNECTION, Client, Office, office

from counterfoil.core.clock import SetClock

MARCH_2 = 1_772_452_800


@pytest.fixture(scope="session")
def clock() -> SetClock:
    return SetClock(MARCH_2)


@pytest.fixture(scope="session")
def us(tmp_path_factory: pytest.TempPathFactory, clock: SetClock) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("chargeover"), clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def caller(us: Office) -> Client:
    return us.client(us.key())


@pytest.fixture(scope="session")
def canadian(us: Office) -> Client:
    return us.client(us.key(CANADIAN_CONNECTION))
