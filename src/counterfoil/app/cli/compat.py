"""`counterfoil compat`: would a program's calls be served here?"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import click
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from counterfoil.app.cli.options import anywhere
from counterfoil.app.cli.output import as_json, console, errors, failed
from counterfoil.app.compatibility import Report
from counterfoil.app.descriptions import Directory
from counterfoil.app.recordings import SHAPES, NoRecording, recorded_calls
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Addresses, installation

STEP: Final = 100
"""Calls between two looks at the bar."""

MOST_SHOWN: Final = 6


@click.command()
@click.option(
    "--from",
    "recording",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="A HAR file, or a file with a line of JSON for each call.",
)
@click.option("--host", "hosts", multiple=True, help="Look only at calls to this host; may be said several times.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON for machines.")
@anywhere
def compat(recording: Path, hosts: tuple[str, ...], json_wanted: bool) -> None:
    """Tell which of the calls that a program made to its vendor would be served here. Exits 1 if one would not be.

    Needs no server and no data folder. Of the recording only names and numbers are shown, never a value.
    """
    report = Report(Directory(asyncio.run(_addresses())), hosts)
    try:
        _read(recording, report)
    except (NoRecording, OSError) as error:
        failed(str(error), json_wanted=json_wanted)
    found = report.as_json()
    if not found["calls"]:
        failed(_nothing(recording, found), json_wanted=json_wanted)
    if json_wanted:
        as_json(found)
    else:
        _print(found)
    sys.exit(0 if report.is_fine else 1)


def _nothing(recording: Path, found: dict[str, Any]) -> str:
    """Why there is nothing to report on."""
    if found["other_hosts"]:
        return f"{recording} holds no call to that host; it holds {found['other_hosts']:,} to others"
    return f"{recording} holds no call that could be looked at; it must be {SHAPES}"


async def _addresses() -> Addresses:
    """The addresses of an installation, which is made for this and thrown away."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as folder:
        async with installation(Settings(data=Path(folder))) as running:
            return running.addresses()


def _read(recording: Path, report: Report) -> None:
    columns = (TextColumn("Reading"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("read", total=None)
        steps = 0

        def progress(done: int, total: int) -> None:
            nonlocal steps
            steps += 1
            if steps % STEP == 1 or done == total:
                bar.update(task, completed=done, total=total)

        for call in recorded_calls(recording, progress):
            report.note(call)


def _print(found: dict[str, Any]) -> None:
    """For people: what is not served first, each with the reason."""
    for row in found["addresses"]:
        mark = "[green]served[/]" if row["served"] else "[bold red]not served[/]"
        who = row["dialect"] or "nobody"
        console.print(f"{mark}  {row['calls']:>7,} ×  {who}  {row['method']} {escape(row['address'])}")
        for words in _notes(row):
            console.print(f"                {escape(words)}")
    if found["connections"]:
        console.print("\nConnections that are named (each wants an alias, unless it is an id of this installation):")
        for each in found["connections"]:
            console.print(f"  counterfoil connection alias ID {each['id']}   ({each['calls']:,} calls)", markup=False)
    told = f"\n{found['calls']:,} calls: {found['served']:,} would be served, {found['not_served']:,} would not."
    if found["unreadable"]:
        told += f" {found['unreadable']:,} could not be read."
    if found["other_hosts"]:
        told += f" {found['other_hosts']:,} to other hosts were left out."
    console.print(told, markup=False)


def _notes(row: dict[str, Any]) -> list[str]:
    notes = [words for words in (row["why"], row["instead"]) if words]
    for what in ("parameters", "fields"):
        unknown = [each["name"] for each in row[f"unknown_{what}"]]
        if unknown:
            more = f" and {len(unknown) - MOST_SHOWN} more" if len(unknown) > MOST_SHOWN else ""
            notes.append(f"unknown {what}: {', '.join(unknown[:MOST_SHOWN])}{more}")
    if row["other_statuses"]:
        notes.append(f"recorded and not described here: status {', '.join(map(str, row['other_statuses']))}")
    if row["served"] and not row["described"]:
        notes.append("not described: parameters and fields were not looked at")
    return notes
