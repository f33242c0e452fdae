"""Fifty Web Connectors at once: each company holds exactly its own, whoever mixes up tickets."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import pytest
from tests.simulation.desktop.fleet import Fleet, fleet, percentile
from tests.support.server import serving

CONNECTORS: Final = 50
REQUESTS: Final = 20


@pytest.mark.slow
def test_each_company_holds_exactly_its_own(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        asyncio.run(_filled(server.url, server.data, server.new_key(), tmp_path / "companies"))


async def _filled(url: str, data: Path, key: str, folder: Path) -> None:
    async with fleet(url, data, key, folder, CONNECTORS) as branches:
        seconds = await branches.send(REQUESTS)
        _tell(branches, seconds)
        assert await branches.strays() == []
        assert sum(branch.sent.total() for branch in branches.branches) == CONNECTORS * REQUESTS


def _tell(branches: Fleet, seconds: float) -> None:
    times = [each for branch in branches.branches for each in branch.times]
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    sys.stdout.write(f"{len(times)} invoices in {seconds:.1f} s; p50 {p50:.0f} ms, p95 {p95:.0f} ms\n")
