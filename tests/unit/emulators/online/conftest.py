"""One filled sandbox for all tests of the emulated Online; each test works on a copy of its own."""

import asyncio
from pathlib import Path

import pytest
from tests.unit.emulators.online.intuit import Start, fill


@pytest.fixture(scope="session")
def sandbox_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox")
    asyncio.run(fill(folder))
    return folder


@pytest.fixture
def start(sandbox_folder: Path, tmp_path: Path) -> Start:
    return Start(sandbox_folder, tmp_path)
