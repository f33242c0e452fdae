"""Commands that explain troubles with QuickBooks Desktop: one code, or a whole log. They need no data folder."""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import click
from rich.markup import escape

from counterfoil.app.cli.options import anywhere
from counterfoil.app.cli.output import as_json, console, failed
from counterfoil.wire.troubles.qwclog import Mark, decoded, explained, marked
from counterfoil.wire.troubles.trouble import COURSES, TROUBLES, Trouble, normal, trouble_of

ACTORS: Final = {
    "developer": "the developer of the program that sends the requests",
    "bookkeeper": "the bookkeeper, at the computer with QuickBooks",
    "operator": "whoever runs this Counterfoil",
}
MOST_LINES: Final = 200
"""Lines of a log that are shown to people; machines get all of them."""

_LIKE_A_CODE = re.compile(r"0x[0-9A-F]{8}|QBWC\d{4}|\d{1,5}")
_json = click.option("--json", "json_wanted", is_flag=True, help="Print JSON for machines.")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("code")
@click.option("--words", default="", help="What QuickBooks said beside the code.")
@_json
@anywhere
def explain(code: str, words: str, json_wanted: bool) -> None:
    """Explain CODE, such as 0x80040408, QBWC1012, 3200 or QBD_OFFLINE: what it means, who can mend it, and how."""
    trouble = trouble_of(code, words)
    is_known = trouble.code in TROUBLES
    if not is_known and not _LIKE_A_CODE.fullmatch(normal(code)):
        hint = "Codes look like 0x80040408, QBWC1012, 3200 or QBD_OFFLINE; all are in docs/reference/troubles.md."
        failed(f"There is no code {normal(code)}. {hint}", json_wanted=json_wanted)
    if json_wanted:
        as_json(_told(trouble) | {"known": is_known})
    else:
        _print(trouble)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_json
@anywhere
def qwclog(file: Path, json_wanted: bool) -> None:
    r"""Find what went wrong in FILE, a QWCLog.txt of the Web Connector ('-' reads standard input), and explain it.

    The Web Connector keeps it in C:\ProgramData\Intuit\QBWebConnector\log. Passwords and tickets are never shown.
    """
    try:
        log = decoded(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except OSError as error:
        failed(f"{file} cannot be read ({error.strerror}).", json_wanted=json_wanted)
    marks = marked(log)
    if json_wanted:
        lines = [_line(mark) for mark in marks]
        as_json({"lines": lines, "troubles": [_told(trouble) for trouble in explained(marks)]})
    elif not marks:
        console.print("No trouble is told in this log. If it is short: set the log level of the row to Verbose, press")
        console.print("'Update Selected' in the Web Connector, and look again.")
    else:
        _print_log(marks)


def _print_log(marks: tuple[Mark, ...]) -> None:
    if len(marks) > MOST_LINES:
        console.print(f"The last {MOST_LINES} of {len(marks)} lines that tell of trouble:\n")
    for mark in marks[-MOST_LINES:]:
        codes = " ".join(mark.codes)
        console.print(f"[bold]{mark.number:>6}[/]  {mark.time or '':20}  [bold red]{codes}[/]  {escape(mark.text)}")
    times = Counter(code for mark in marks for code in mark.codes)
    for trouble in explained(marks):
        console.print(f"\n[dim]{'─' * 60}[/]")
        _print(trouble, f" (told {times[trouble.code]} times)" if times[trouble.code] > 1 else "")


def _print(trouble: Trouble, remark: str = "") -> None:
    name = f" · {trouble.name}" if trouble.name != trouble.code else ""
    console.print(f"[bold]{escape(trouble.title)}[/]")
    console.print(f"{trouble.code}{name}{remark}\n", markup=False)
    console.print(f"For the bookkeeper: {trouble.bookkeeper}", markup=False)
    console.print(f"For developers: {trouble.developer}", markup=False)
    console.print(f"How it goes on: {COURSES[trouble.course]}", markup=False)
    console.print(f"Who can act: {ACTORS[trouble.actor]}", markup=False)
    for number, step in enumerate(trouble.steps, 1):
        console.print(f"  {number}. {step}", markup=False)


def _told(trouble: Trouble) -> dict[str, Any]:
    return {
        "code": trouble.code,
        "name": trouble.name,
        "title": trouble.title,
        "developer": trouble.developer,
        "bookkeeper": trouble.bookkeeper,
        "actor": trouble.actor,
        "steps": list(trouble.steps),
        "course": trouble.course,
    }


def _line(mark: Mark) -> dict[str, Any]:
    return {"line": mark.number, "time": mark.time, "where": mark.where, "text": mark.text, "codes": list(mark.codes)}
