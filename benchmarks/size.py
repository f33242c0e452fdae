"""What a hundred thousand invoices cost: listing, memory, and the time from start to ready.

    python -m benchmarks.size [--invoices 100000] [--seconds 3]

Everything is created through the API. Prints the time of listing 150 invoices when there are 1,000 and when there are
many, the first page and one in the middle, and the ratio; then memory, size on disk, and the start with those books.
"""

import argparse
import asyncio
import json
import tempfile
import urllib.parse
from pathlib import Path

from benchmarks.installation import BASE, Installation
from benchmarks.load import Load, get, load

FEW = 1_000
PAGE = 150


async def main(invoices: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = Installation(Path(folder))
        with ours.server() as port:
            print(f"ready in {ours.ready_in:.2f} s on an empty folder, demo companies made")
            await fill(ours, port, FEW)
            few = await load("127.0.0.1", port, ours.list_request(PAGE), clients=1, seconds=seconds)
            line(f"first {PAGE} of {FEW:,}", few)
            print(f"memory with {FEW:,} invoices: {ours.memory() / 1e6:.0f} MB")
            await fill(ours, port, invoices - FEW)
            many = await load("127.0.0.1", port, ours.list_request(PAGE), clients=1, seconds=seconds)
            line(f"first {PAGE} of {invoices:,}", many)
            print(f"  times of many to few: {many.median / few.median:.2f}")
            middle = await load("127.0.0.1", port, middle_page(ours), clients=1, seconds=seconds)
            line(f"a later {PAGE} of {invoices:,}", middle)
            print(f"memory with {invoices:,} invoices: {ours.memory() / 1e6:.0f} MB")
        print(f"database: {(Path(folder) / 'counterfoil.db').stat().st_size / 1e6:.0f} MB")
        with ours.server():
            print(f"ready in {ours.ready_in:.2f} s with {invoices:,} invoices")
            assert json.loads(ours.command("doctor", "--json"))["ok"]


async def fill(ours: Installation, port: int, count: int) -> None:
    """Create invoices through the API until there are `count` more."""
    request = ours.invoice_request()
    made = 0
    while made < count:
        result = await load("127.0.0.1", port, request, clients=16, seconds=0.2 if count <= FEW else 5)
        made += round(result.rate * (0.2 if count <= FEW else 5))
        print(f"\r{made:,} of {count:,} invoices, {result.rate:,.0f}/s ", end="", flush=True)
    print()


def middle_page(ours: Installation) -> bytes:
    """The request of a page further on, found by following cursors."""
    path = f"/invoices?limit={PAGE}"
    for _ in range(20):
        cursor = urllib.parse.quote(ours.ask(path)["nextCursor"])
        path = f"/invoices?limit={PAGE}&cursor={cursor}"
    return get(BASE + path, ours.headers)


def line(name: str, result: Load) -> None:
    print(f"{name:24} median {result.median:6.2f} ms   99 % {result.p99:6.2f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    asyncio.run(main(given.invoices, given.seconds))
