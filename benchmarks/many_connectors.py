"""Fifty Web Connectors at once, each with a company of its own: how fast, and whether each company holds its own.

    python -m benchmarks.many_connectors [--connectors 50] [--requests 200]

The server is a process of its own; the emulated QuickBooks and their callers share another one, which is the slower of
the two. Beside it, in the same run, the same number of invoices by one connector alone.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from tests.simulation.desktop.fleet import Fleet, fleet, percentile

from benchmarks.installation import Installation


async def main(connectors: int, requests: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = Installation(Path(folder) / "counterfoil")
        with ours.server():
            alone = await sent(ours, Path(folder) / "one", 1, requests)
            many = await sent(ours, Path(folder) / "many", connectors, requests)
            assert json.loads(ours.command("doctor", "--json"))["ok"]
    print(f"  ratio of {connectors} to 1: {many / alone:.2f}")


async def sent(ours: Installation, folder: Path, connectors: int, requests: int) -> float:
    """Invoices a second; every company must hold exactly its own afterwards."""
    async with fleet(ours.url, ours.data, ours.key, folder, connectors) as branches:
        seconds = await branches.send(requests)
        wrong = await branches.strays()
        if wrong:
            raise SystemExit("\n".join(wrong))
        return told(branches, seconds)


def told(branches: Fleet, seconds: float) -> float:
    times = [each for branch in branches.branches for each in branch.times]
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    rate = len(times) / seconds
    print(
        f"{len(branches.branches):3} connectors {len(times):6,} invoices {rate:6,.0f}/s   "
        f"p50 {p50:6.0f} ms   p95 {p95:6.0f} ms   p99 {p99:6.0f} ms   each company holds its own"
    )
    return rate


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connectors", type=int, default=50)
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    asyncio.run(main(given.connectors, given.requests))
