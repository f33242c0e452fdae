"""What Online cannot hold, kept beside its objects: written when a write settles, put back when an object is read.

Values lie in the margin of the connection under `model.` and the field's name; those of lines under the line's own id.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct, structs

from counterfoil.books.online.asked import tagged, untagged
from counterfoil.model.command import Command, Create, LineChange, Update
from counterfoil.model.shape import Resource

PREFIX: Final = "model."
LINES: Final = "model.lines"


def held_back(command: Command, names: tuple[str, ...], stored: Resource) -> dict[str, Any]:
    """What of a command is to be kept beside the object that was stored; None takes a value away.

    `names` are the fields that Online cannot hold: `is_pending`, `lines.serial_number`. Lines are told apart by their
    places; where Online stored another number of them, nothing is known of any.
    """
    if not isinstance(command, Create | Update):
        return {}
    found: dict[str, Any] = {}
    if isinstance(command, Update):
        found |= {PREFIX + name: None for name, value in command.changes.items() if value is None}
    found |= {PREFIX + name: _tagged(_given(command, name)) for name in names if not name.startswith("lines.")}
    within = tuple(name.partition(".")[2] for name in names if name.startswith("lines."))
    lines = _lines(command, within, stored) if within else {}
    return found | ({LINES: lines} if lines else {})


def completed(thing: Resource, kept: Mapping[str, Any]) -> Resource:
    """The object with what is kept beside it."""
    said = {
        name.removeprefix(PREFIX): untagged(value)
        for name, value in kept.items()
        if name.startswith(PREFIX) and name != LINES and value is not None
    }
    known = {name: value for name, value in said.items() if name in thing.__struct_fields__}
    for name, value in said.items():
        whole, dot, part = name.partition(".")
        inner = known.get(whole, getattr(thing, whole, None)) if dot else None
        if isinstance(inner, Struct) and part in inner.__struct_fields__:
            known[whole] = structs.replace(inner, **{part: value})
    lines = _completed_lines(thing, kept.get(LINES) or {})
    if lines is not None:
        known["lines"] = lines
    return structs.replace(thing, **known) if known else thing


def _given(command: Create | Update, name: str) -> Any:
    """The value of a field, or of a field within one (`billing_address.note`)."""
    whole, _, part = name.partition(".")
    value = getattr(command.draft, whole, None) if isinstance(command, Create) else command.changes.get(whole)
    if not part:
        return value
    return value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)


def _tagged(value: Any) -> Any:
    """A value as it is kept; an empty one takes what was kept before away."""
    return tagged(value) if value not in (None, (), "") else None


def _lines(command: Create | Update, names: tuple[str, ...], stored: Resource) -> dict[str, dict[str, Any]]:
    asked = _given(command, "lines") or ()
    there = getattr(stored, "lines", ())
    if len(asked) != len(there):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for line, other in zip(asked, there, strict=True):
        said = line.changes if isinstance(line, LineChange) else structs.asdict(line)
        values = {name: _tagged(said.get(name)) for name in names}
        values = {name: value for name, value in values.items() if value is not None}
        if values and other.id:
            found[other.id] = values
    return found


def _completed_lines(thing: Resource, kept: Mapping[str, Mapping[str, Any]]) -> tuple[Struct, ...] | None:
    lines: tuple[Any, ...] = getattr(thing, "lines", ())
    if not kept or not any(line.id in kept for line in lines):
        return None
    return tuple(_completed_line(line, kept.get(line.id) or {}) for line in lines)


def _completed_line(line: Any, kept: Mapping[str, Any]) -> Any:
    values = {name: untagged(value) for name, value in kept.items() if name in line.__struct_fields__}
    return msgspec.structs.replace(line, **values) if values else line
