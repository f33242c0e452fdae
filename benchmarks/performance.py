"""The page of figures, `docs/performance.md`, with its plots: measured, drawn and written by one command.

    python -m benchmarks.performance                     everything (some twenty minutes on two cores)
    python -m benchmarks.performance --only create,size  some parts; the others keep their last figures
    python -m benchmarks.performance --draw              no measuring: the page again from the kept figures

The figures are kept in `docs/performance/figures.json`, so that the page can be checked against them.
"""

import argparse
import asyncio
import datetime
import json
import os
import platform
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks import polling, postgres_create, postgres_size
from benchmarks.performance_page import write_page

FOLDER = Path(__file__).resolve().parents[1] / "docs"
FIGURES = FOLDER / "performance" / "figures.json"

Rows = list[dict[str, Any]]

PARTS: dict[str, Callable[[], Awaitable[Rows]]] = {
    "create": lambda: postgres_create.main(seconds=5),
    "size": lambda: postgres_size.main(most=1_000_000, seconds=3),
    "polling": lambda: polling.main(connections=1_000, seconds=30, sqlite=False),
}


def main(only: list[str], *, draw: bool) -> None:
    figures: dict[str, Any] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for name, measure in PARTS.items():
        if not draw and (not only or name in only):
            print(f"— {name}", flush=True)
            figures[name] = {"rows": asyncio.run(measured(measure)), **circumstances()}
            FIGURES.parent.mkdir(exist_ok=True)
            FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    write_page(figures, FOLDER)
    print(f"written: {FOLDER / 'performance.md'}")


async def measured(measure: Callable[[], Awaitable[Rows]]) -> Rows:
    return await measure()


def circumstances() -> dict[str, Any]:
    """What a reader has to know of the machine, and when it was."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "memory": memory,
        "python": platform.python_version(),
        "load": os.getloadavg()[2],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--draw", action="store_true")
    given = parser.parse_args()
    main([name for name in given.only.split(",") if name], draw=given.draw)
