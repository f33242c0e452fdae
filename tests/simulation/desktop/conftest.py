"""The template of which every run gets a copy."""

import asyncio

import pytest
from tests.simulation.desktop.world import Template, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return asyncio.run(make_template(tmp_path_factory.mktemp("template")))
