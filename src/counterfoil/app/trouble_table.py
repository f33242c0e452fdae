"""`docs/reference/troubles.md`: every code of QuickBooks Desktop and its Web Connector, and what to do about it.

`python -m counterfoil.app.trouble_table` writes the document from the catalogue; `--check` tells by its exit code 1
that the one in the repository is stale.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from counterfoil.wire.troubles.shape import COURSES, Trouble
from counterfoil.wire.troubles.statuses import RANGES
from counterfoil.wire.troubles.trouble import SECTIONS, Section

FILE: Final = Path(__file__).parents[3] / "docs" / "reference" / "troubles.md"

INTRO: Final = """# Troubles with QuickBooks Desktop

<!-- Made by `python -m counterfoil.app.trouble_table`; do not edit. -->

Each code has its own anchor, in lower case: `troubles.md#0x80040414`, `troubles.md#qbwc1012`. On the command line
`counterfoil explain CODE` prints an entry, and `counterfoil qwclog FILE` finds the codes in a log of the Web Connector.

Meanings are those of the vendor's documents, of its sample programs and of answers that people have published; none was
checked against a live QuickBooks. Where codes are alike, the later ones are told under the first.
"""


def document() -> str:
    """The whole of it."""
    lines = [INTRO, "## How it goes on", "", "| course | meaning |", "|---|---|"]
    lines += [f"| `{course}` | {meaning} |" for course, meaning in COURSES.items()]
    lines += ["", *(line for section in SECTIONS for line in _section_lines(section))]
    lines += ["## Statuses that are not listed", "", "| from | to | meaning |", "|---|---|---|"]
    lines += [f"| {low} | {high} | {meaning} |" for low, high, meaning in RANGES]
    return "\n".join(lines) + "\n"


def _section_lines(section: Section) -> Iterator[str]:
    yield from (f"## {section.title}", "", section.about, "")
    for alike in _merged(section.troubles):
        yield from _trouble_lines(alike)


def _merged(troubles: Sequence[Trouble]) -> list[list[Trouble]]:
    """Troubles that say the same, under one heading, where the first of them stands."""
    groups: dict[tuple[str, ...], list[Trouble]] = {}
    for trouble in troubles:
        groups.setdefault((trouble.name, trouble.title, trouble.developer), []).append(trouble)
    return list(groups.values())


def _trouble_lines(alike: Sequence[Trouble]) -> Iterator[str]:
    first = alike[0]
    yield "".join(f'<a id="{trouble.anchor}"></a>' for trouble in alike)
    yield from ("", f"### {', '.join(trouble.code for trouble in alike)}: {first.title}", "")
    name = f"`{first.name}` · " if first.name != first.code else ""
    yield from (f"{name}{first.actor} · `{first.course}`", "")
    yield from (f"**For the bookkeeper.** {first.bookkeeper}", "", f"**For developers.** {first.developer}", "")
    yield from (f"{number}. {step}" for number, step in enumerate(first.steps, 1))
    yield ""


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
