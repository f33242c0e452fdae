"""Three servers on one PostgreSQL for all tests of this folder that kill none of them."""

from collections.abc import Iterator

import pytest
from tests.support.postgres import database, kinds
from tests.support.processes import Fleet, fleet_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These are about PostgreSQL, and about processes that take their time to start."""
    for item in items:
        if "acceptance/processes" in str(item.path):
            item.add_marker(pytest.mark.slow)
            if "postgres" not in kinds():
                item.add_marker(pytest.mark.skip(reason="these are about PostgreSQL"))


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Three servers with the demo companies. A call for work is held for longer than anybody here would wait."""
    settings = {"live_hold": "120", "allow_private_webhooks": "1", "webhook_timeout": "10", "timeout": "60"}
    with database() as address, fleet_of(3, address, tmp_path_factory.mktemp("fleet"), **settings) as fleet:
        yield fleet
        for each in fleet.processes:
            assert "Traceback" not in each.errors(), each.errors()


@pytest.fixture(scope="session")
def key(fleet: Fleet) -> str:
    made: str = fleet.perform("key.create")["key"]
    return made
