"""How the figures are shown: a Markdown page with a table and a plot for each part."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot

matplotlib.use("svg")

HEAD = """# Performance

Measured by `python -m benchmarks.performance`, which also wrote this page; the figures are in
[performance/figures.json](performance/figures.json). Everything of one table ran in one run on one machine: the server
processes, PostgreSQL, the emulated connectors and the callers share its cores, so that ratios say more than rates. Each
commit waits for the disk (`fsync` on, `synchronous = FULL`).
"""

Part = dict[str, Any]


def write_page(figures: dict[str, Part], folder: Path) -> None:
    """Write `performance.md` and its plots. A part without figures is left out."""
    writers = {"create": _create, "size": _size, "polling": _polling}
    pieces = [HEAD]
    for name, writer in writers.items():
        if name in figures:
            pieces.append("\n".join([*writer(figures[name]["rows"], folder / "performance"), "", _when(figures[name])]))
    (folder / "performance.md").write_text("\n".join(pieces))


def _when(part: Part) -> str:
    return (
        f"*{part['day']}: {part['cores']} cores, {part['memory'] / 2**30:.0f} GiB, Python {part['python']}; "
        f"load of the fifteen minutes before the end {part['load']:.1f}.*\n"
    )


def _create(rows: list[Part], folder: Path) -> Iterator[str]:
    yield "## Creating invoices\n"
    yield "Three lines, two of them taxed by two agencies, through the Conductor dialect. The reference does next to"
    yield "nothing: JSON in, eight rows in a pipelined transaction, JSON out (`benchmarks/reference_postgres.py`)."
    yield "Writes of one company file go one after another, wherever they arrive, as its numbers do.\n"
    yield "| books | processes | clients | invoices/s | median ms | 99 % ms | of the reference |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        ratio = f"{row['ratio']:.2f}" if "ratio" in row else ""
        yield (
            f"| {row['name']} | {row['processes']} | {row['clients']} | {row['rate']:,.0f} | {row['median']:.1f} "
            f"| {row['p99']:.1f} | {ratio} |"
        )
    _bars(rows, folder / "create.svg")
    yield "\n![Invoices a second by clients](performance/create.svg)"


def _bars(rows: list[Part], path: Path) -> None:
    kinds = list(dict.fromkeys((row["name"], row["processes"]) for row in rows))
    clients = sorted({row["clients"] for row in rows})
    rates = {(row["name"], row["processes"], row["clients"]): row["rate"] for row in rows}
    figure, axes = pyplot.subplots(figsize=(9, 4.5))
    width = 0.8 / len(kinds)
    for place, (name, processes) in enumerate(kinds):
        heights = [rates.get((name, processes, count), 0) for count in clients]
        label = f"{name}, {processes} process{'es' if processes > 1 else ''}"
        axes.bar([at + place * width for at in range(len(clients))], heights, width, label=label)
    axes.set_xticks([at + 0.4 - width / 2 for at in range(len(clients))], [f"{count} clients" for count in clients])
    axes.set_ylabel("invoices a second")
    axes.legend(fontsize=8)
    _save(figure, path)


def _size(rows: list[Part], folder: Path) -> Iterator[str]:
    yield "## A growing company file\n"
    yield "On PostgreSQL, one process; the invoices are copies that the database made of one created through the API."
    yield "Medians of three rounds.\n"
    yield "| invoices | create/s, 16 clients | first 150, ms | a later 150, ms | memory MB |"
    yield "|--:|--:|--:|--:|--:|"
    for row in rows:
        yield (
            f"| {row['invoices']:,} | {row['create']:,.0f} | {row['list']:.2f} | {row['later']:.2f} "
            f"| {row['memory'] / 1e6:.0f} |"
        )
    told = {"create": "creates", "list": "first pages", "later": "later pages"}
    spread = {name: max(row[name] for row in rows) / min(row[name] for row in rows) for name in told}
    yield "\nGreatest to least: " + ", ".join(f"{told[name]} {ratio:.2f} ×" for name, ratio in spread.items()) + "."
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.5))
    sizes = [row["invoices"] for row in rows]
    left.semilogx(sizes, [row["create"] for row in rows], marker="o")
    left.set(ylim=0, xlabel="invoices", ylabel="creates a second, 16 clients")
    right.semilogx(sizes, [row["list"] for row in rows], marker="o", label="first 150")
    right.semilogx(sizes, [row["later"] for row in rows], marker="o", label="a later 150")
    right.set(ylim=0, xlabel="invoices", ylabel="milliseconds")
    right.legend()
    _save(figure, folder / "size.svg")
    yield "\n![Creates and lists by the number of invoices](performance/size.svg)"


def _polling(rows: list[Part], folder: Path) -> Iterator[str]:
    yield "## Web Connectors that wait for work\n"
    yield "Live mode, each with a session and a call held open, on one process and PostgreSQL. A query goes through the"
    yield "API to a connector taken at random, and its answer comes back the same way.\n"
    yield "| connectors | calls/s while idle | processor, of a core | memory MB | query, median ms | query, 95 % ms |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        yield (
            f"| {row['connections']:,} | {row['calls']:.1f} | {row['processor']:.1%} | {row['memory'] / 1e6:.0f} "
            f"| {row['median']:.1f} | {row['p95']:.1f} |"
        )


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
