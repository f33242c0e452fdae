"""What commands print: tables for people, JSON for machines, and errors that say what to do."""

import json
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDEST = 1000
"""Letters of a table's line where no terminal bounds it: an id that is folded cannot be found or copied."""

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """A text without letters that steer a terminal: names come from programs, which may mean ill."""
    return _STEERING.sub(lambda found: repr(found[0])[1:-1], text)


def as_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def as_table(rows: Sequence[dict[str, Any]], columns: Sequence[str], empty: str) -> None:
    """Rows of a list; where there are none, the command that makes the first."""
    if not rows:
        console.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(column) is None else escape(plain(str(row[column]))) for column in columns))
    wide = console if console.is_terminal else Console(file=console.file, width=WIDEST, highlight=False)
    wide.print(table)


def failed(message: str, *, json_wanted: bool, code: int = 1) -> NoReturn:
    """End with an error: on stderr for people, as an object on stdout for machines."""
    if json_wanted:
        as_json({"error": message})
    else:
        errors.print(f"[bold red]Not done:[/] {escape(plain(message))}")
    sys.exit(code)
