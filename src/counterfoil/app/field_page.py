"""How the page of fields is written: a table for each resource of each dialect, and what each dialect leaves open."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

SAME: Final = "the same name, in snake case"
SHORTEST_RUN: Final = 3

INTRO: Final = """# Fields

<!-- Made by `python -m counterfoil.app.field_table`; do not edit. -->

**held**: it goes into the embedded books, or decides what they do. **kept beside**: the books cannot hold it; it is
kept with the object and told again. **refused**: a request that brings it gets an error. **ignored**: no effect.
**assumed**: the vendor does not document the field or what it means, and we chose; in brackets, the choice.

Only fields that a request may send are listed; what answers add is in each dialect's `/openapi` description. What the
books themselves assume is in [decision 0005](../decisions/0005-assumed-behaviour.md).
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a request: how it is spelled, where it goes in the model, what becomes of it, and by which choice."""

    field: str
    where: str
    outcome: str
    assumption: str | None = None

    @property
    def cells(self) -> tuple[str, str, str]:
        """As they are written; an empty assumption has no name of its own."""
        choice = "" if self.assumption is None else ", assumed" + (f" ({self.assumption})" if self.assumption else "")
        return self.field, self.where, self.outcome + choice


@dataclass(frozen=True, slots=True)
class Section:
    """A resource, or a part that several resources have."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    name: str
    sections: tuple[Section, ...]
    assumptions: Mapping[str, str]
    remark: str = ""


def page_of(dialects: Iterable[Dialect]) -> str:
    """The whole page."""
    return "\n".join([INTRO, *(line for dialect in dialects for line in _dialect_lines(dialect))])


def _dialect_lines(dialect: Dialect) -> Iterator[str]:
    yield from (f"## {dialect.name}", "")
    if dialect.remark:
        yield from (dialect.remark, "")
    for section in _merged(dialect.sections):
        yield from (f"### {section.title}", "", "| request | model | embedded books |", "|---|---|---|")
        yield from (f"| {' | '.join(entry.cells)} |" for entry in _runs(section.entries))
        yield ""
    if dialect.assumptions:
        yield from (f"### What {dialect.name} leaves open, and we chose", "")
        yield from (f"- **{name}**: {text}" for name, text in dialect.assumptions.items())
        yield ""


def _merged(sections: Iterable[Section]) -> list[Section]:
    """Sections that say the same become one."""
    titles: dict[tuple[Entry, ...], list[str]] = {}
    for section in sections:
        titles.setdefault(section.entries, []).append(section.title)
    return [Section(", ".join(names), entries) for entries, names in titles.items()]


def _runs(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Fields under their own names are one row; so are numbered ones: `custom_1`, `custom_2` …"""
    entries = tuple(entries)
    plain = [entry for entry in entries if entry.where == SAME]
    if plain:
        yield replace(plain[0], field=", ".join(entry.field for entry in plain))
    others = (entry for entry in entries if entry.where != SAME)
    for _, group in groupby(others, lambda entry: (re.sub(r"\d+`$", "`", entry.field), *entry.cells[1:])):
        same = tuple(group)
        if len(same) < SHORTEST_RUN:
            yield from same
        else:
            yield replace(same[0], field=f"{same[0].field} to {same[-1].field}")
