"""What a thousand, ten thousand, a hundred thousand and a million invoices cost on PostgreSQL.

    python -m benchmarks.postgres_size [--most 1000000] [--seconds 3]

The invoices are copies that the database itself makes of one that was created through the API. Prints, at each size,
creates a second by 16 clients and the time of listing 150 invoices, first and later pages, and the greatest ratio
between two sizes; then checks that the books are sound.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import urllib.parse
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.cloning import multiply_invoice
from benchmarks.database import new_database, postgres
from benchmarks.installation import BASE, CONNECTION, Installation
from benchmarks.load import get, load

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PAGE = 150
LATER = 20
ROUNDS = 3

Rows = list[dict[str, Any]]


async def main(most: int, seconds: float) -> Rows:
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder) / "postgres") as address:
        ours = Installation(Path(folder) / "data", new_database(address, "counterfoil"))
        with ours.server() as port:
            first = ours.ask("/invoices?limit=1")["data"][0]["id"]
            request = ours.invoice_request()
            await load("127.0.0.1", port, request, clients=16, seconds=1)
            held = await _count(ours)
            for size in SIZES:
                if size <= most:
                    multiply_invoice(str(ours.database), CONNECTION, first, size - held)
                    rows.append(await _measured(ours, port, request, size, seconds))
                    held = await _count(ours)
            assert json.loads(ours.command("doctor", "--json"))["ok"]
    for name in ("create", "list", "later"):
        values = [row[name] for row in rows]
        print(f"  {name}: greatest to least of {len(values)} sizes {max(values) / min(values):.2f}")
    return rows


async def _measured(ours: Installation, port: int, request: bytes, size: int, seconds: float) -> dict[str, Any]:
    """Medians of several rounds, since a checkpoint of the database may fall into one of them."""
    creates, lists, laters = [], [], []
    later = _later_page(ours)
    for _ in range(ROUNDS):
        creates.append((await load("127.0.0.1", port, request, clients=16, seconds=seconds)).rate)
        lists.append((await load("127.0.0.1", port, ours.list_request(PAGE), clients=1, seconds=seconds)).median)
        laters.append((await load("127.0.0.1", port, later, clients=1, seconds=seconds)).median)
    row = {
        "invoices": size,
        "create": statistics.median(creates),
        "list": statistics.median(lists),
        "later": statistics.median(laters),
        "memory": ours.memory(),
    }
    print(
        f"{size:9,} invoices   create {row['create']:7,.0f}/s   first {PAGE} {row['list']:6.2f} ms   "
        f"a later {PAGE} {row['later']:6.2f} ms   memory {row['memory'] / 1e6:.0f} MB",
        flush=True,
    )
    return row


async def _count(ours: Installation) -> int:
    """How many invoices the company holds: the place of the last one in its order."""
    with psycopg.connect(str(ours.database)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM transactions WHERE connection_id = %s AND resource = 'invoices'", (CONNECTION,)
        ).fetchone()
    assert found is not None
    return int(found[0])


def _later_page(ours: Installation) -> bytes:
    """The request of a page further on, found by following cursors as far as there are any."""
    path = f"/invoices?limit={PAGE}"
    for _ in range(LATER):
        cursor = ours.ask(path)["nextCursor"]
        if cursor is None:
            break
        path = f"/invoices?limit={PAGE}&cursor={urllib.parse.quote(cursor)}"
    return get(BASE + path, ours.headers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    asyncio.run(main(given.most, given.seconds))
