"""What commands print: tables for people, JSON for machines, and errors that say what to do."""

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.table import Table

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


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
        table.add_row(*("" if row.get(column) is None else escape(str(row[column])) for column in columns))
    console.print(table)


def failed(message: str, *, json_wanted: bool, code: int = 1) -> NoReturn:
    """End with an error: on stderr for people, as an object on stdout for machines."""
    if json_wanted:
        as_json({"error": message})
    else:
        errors.print(f"[bold red]Not done:[/] {escape(message)}")
    sys.exit(code)
