"""What a trouble is: one code that QuickBooks, its Web Connector or Counterfoil tells, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from counterfoil.core.problems import Actor

Course = Literal["later", "reread", "final", "unknown", "stop"]

COURSES: Final[Mapping[Course, str]] = {
    "later": "Nothing was applied. It is tried again by itself.",
    "reread": "Nothing was applied. The record changed meanwhile: read it again, then ask anew.",
    "final": "The answer stands, nothing is tried again, and the requests behind it go on.",
    "unknown": "A write may have been applied. It is looked for in the books before anything else is sent.",
    "stop": "Nothing can run until a person has done something. The requests wait, none is lost.",
}
"""How the lane of a connection goes on."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One entry of the catalogue; `steps` are in the order in which to try them, and there is at least one.

    `code` is the code as it is met (`0x80040408`, `QBWC1012`, `3200`, `QBD_OFFLINE`); `name` says what it means, and
    several codes may share it. `bookkeeper` holds no word that only developers know.
    """

    code: str
    name: str
    title: str
    developer: str
    bookkeeper: str
    actor: Actor
    steps: tuple[str, ...]
    course: Course

    @property
    def anchor(self) -> str:
        """Where it stands in `docs/reference/troubles.md`."""
        return self.code.lower()


def alike(trouble: Trouble, *codes: str) -> tuple[Trouble, ...]:
    """The same trouble under its own code and under others."""
    return (trouble, *(replace(trouble, code=code) for code in codes))
