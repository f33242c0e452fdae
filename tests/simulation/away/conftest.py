"""The templates of which every run gets a copy, and waits that are short."""

import asyncio

import pytest
from tests.simulation.away.online import Company, make_company
from tests.simulation.desktop.world import Template, make_template

from counterfoil.books.online import asking, tokens, work
from counterfoil.dispatch import lanes


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return asyncio.run(make_template(tmp_path_factory.mktemp("desktop")))


@pytest.fixture(scope="session")
def online(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return asyncio.run(make_company(tmp_path_factory.mktemp("online")))


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outage here ends with the access that meets it."""
    for module, name in ((lanes, "AWAY_SECONDS"), (work, "AGAIN_SECONDS"), (tokens, "LOOK_AGAIN"), (asking, "BREATH")):
        monkeypatch.setattr(module, name, 0.005)
