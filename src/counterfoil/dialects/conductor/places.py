"""Places in the model → places in a request, as its sender spelled them."""

from msgspec import Struct

from counterfoil.core.problems import Place
from counterfoil.dialects.conductor.table import Row, Table, is_shared


def sent_place(table: Table | None, place: Place, plain_lines: int) -> Place:
    """The vendor's spelling of a place: `("customer",)` is `customerId`, and so on.

    The model counts lines and groups of lines together, lines first; a request with `plain_lines` lines has its
    groups apart.
    """
    if table is None:
        return place
    rows: tuple[Row, ...] = table.rows
    model: type[Struct] = table.model
    sent: list[str | int] = []
    steps = list(place)
    while steps:
        step = steps.pop(0)
        found = [] if isinstance(step, int) else _rows_of(step, rows)
        if not found:
            sent.append(step if isinstance(step, int) else camel(step))
            continue
        row = found[0]
        if is_shared(row, model) and steps and isinstance(steps[0], int):
            index = steps.pop(0)
            row, index = _apart(found, int(index), plain_lines)
            sent += (row.sent, index)
        else:
            sent.append(row.sent)
        rows, model = (row.table.rows, row.table.model) if row.table else ((), model)
    return tuple(sent)


def _rows_of(field: str, rows: tuple[Row, ...]) -> list[Row]:
    """The rows of a field: those that can be sent, if there are such."""
    found = [row for row in rows if row.field == field]
    return [row for row in found if row.in_body("c") or row.in_body("u")] or found


def _apart(rows: list[Row], index: int, plain_lines: int) -> tuple[Row, int]:
    return (rows[0], index) if index < plain_lines else (rows[1], index - plain_lines)


def camel(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in others)
