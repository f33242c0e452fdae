"""`docs/reference/books.md`: what each kind of books holds of the model's fields.

`python -m counterfoil.app.books_table` writes the document from the tables of `wire/qbxml` and `wire/qbo`; `--check`
tells by its exit code 1 that the one in the repository is stale. With `fields.md`, which tells where each dialect's
field goes in the model, it says of each field of each dialect what becomes of it on each kind of books.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from msgspec import Struct

from counterfoil.app.field_table import refused_by_books
from counterfoil.model.catalogue import RESOURCES, ResourceType
from counterfoil.model.kinds import Kind
from counterfoil.model.lines import SalesLine
from counterfoil.model.sales import Sale
from counterfoil.model.shape import fields_of
from counterfoil.wire.qbo.entities import entity_for
from counterfoil.wire.qbo.held import IN_PART, NOT_SAID, ON_LINES, UNABLE, held_fields
from counterfoil.wire.qbxml.maps.sales import INVOICE_LINE
from counterfoil.wire.qbxml.messages import BY_RESOURCE
from counterfoil.wire.qbxml.table import Part

FILE: Final = Path(__file__).parents[3] / "docs" / "reference" / "books.md"
HELD, ONCE, LATER, PART, BESIDE, REFUSED, NONE = (
    "held",
    "held, given at creation only",
    "held, given by a change only",
    "held in part, kept beside",
    "kept beside",
    "refused",
    "not served",
)
TOTAL: Final = "total_amount"
"""The books add sales up themselves."""

SINGLE: Final = ("company", "preferences")

INTRO: Final = """# Books

<!-- Made by `python -m counterfoil.app.books_table`; do not edit. -->

What becomes of each field of the model on each kind of books; [fields.md](fields.md) tells which field of the model a
field of a dialect goes to. **held**: the books hold it. **kept beside**: the books cannot hold it; it is kept with the
object and told again by the dialects that do so. **refused**: a request that brings it gets an error, and nothing is
stored. **not served**: these books do not have such objects.

What callers of ChargeOver's and SnapBooks' APIs say that no books hold is kept beside on all of them. A tax override
has no element in qbXML: on desktop books it is refused.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A field, and what becomes of it on embedded, desktop and online books."""

    field: str
    outcomes: tuple[str, str, str]


def document() -> str:
    """The whole of it."""
    lines = [INTRO]
    for resource in RESOURCES:
        if resource.name not in SINGLE:
            lines += _section(f"`{resource.name}`", _entries(resource))
    lines += _section("Within `lines` of sales", _line_entries())
    return "\n".join(lines)


def _entries(resource: ResourceType) -> Iterator[Entry]:
    for name, field in fields_of(resource.model).items():
        if (name in NOT_SAID and name not in UNABLE) or (name == TOTAL and issubclass(resource.model, Sale)):
            continue
        yield Entry(name, (_embedded(name, field.kind), _desktop(resource, name), _online(resource, name)))


def _embedded(name: str, kind: Kind) -> str:
    return REFUSED if refused_by_books(name, kind) else HELD


def _desktop(resource: ResourceType, name: str) -> str:
    table = BY_RESOURCE.get(resource.name)
    if table is None or not {"A", "M"} & set(table.verbs):
        return NONE
    return _spoken(table.part, table.fields_for(name), table.verbs)


def _spoken(part: Part, names: tuple[str, ...], verbs: str) -> str:
    """Whether an Add and a Mod have an element for a field, under one of these names."""
    rows = [row for row in part.rows if row.field in names or row.clears in names]
    added = "A" in verbs and any(row.serves("a") for row in rows)
    changed = "M" in verbs and any(row.serves("m") for row in rows)
    if added and "M" in verbs and not changed:
        return ONCE
    if changed and not added:
        return LATER
    return HELD if added else REFUSED


def _online(resource: ResourceType, name: str) -> str:
    entity = entity_for(resource.name)
    if entity is None or resource.name not in entity.made:
        return NONE
    if name in UNABLE:
        return REFUSED
    if name in IN_PART:
        return PART
    return HELD if name in held_fields(entity) else BESIDE


def _line_entries() -> Iterator[Entry]:
    model: type[Struct] = SalesLine
    for name, field in fields_of(model).items():
        if name in NOT_SAID:
            continue
        online = HELD if name in ON_LINES else REFUSED if name == "link_to_transaction_line" else BESIDE
        yield Entry(name, (_embedded(name, field.kind), _spoken(INVOICE_LINE, (name,), "AM"), online))


def _section(title: str, entries: Iterator[Entry]) -> list[str]:
    """Fields of the same outcome stand in one row."""
    gathered = sorted(entries, key=lambda entry: entry.outcomes)
    lines = [f"## {title}", "", "| model | embedded | desktop | online |", "|---|---|---|---|"]
    for outcomes, group in groupby(gathered, lambda entry: entry.outcomes):
        names = ", ".join(f"`{entry.field}`" for entry in group)
        lines.append(f"| {names} | {' | '.join(outcomes)} |")
    return [*lines, ""]


def main(arguments: Sequence[str]) -> int:
    """Write the document, or with `--check` only compare it; the exit code."""
    text = document()
    if "--check" in arguments:
        return 0 if FILE.exists() and FILE.read_text() == text else 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
