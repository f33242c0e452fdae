"""Merging what an update names into what was there."""

from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import Struct, structs

from counterfoil.model.kinds import Nested
from counterfoil.model.shape import fields_of

S = TypeVar("S", bound=Struct)


def merged(old: S, changes: Mapping[str, Any]) -> S:
    """`old` with the named fields changed. A part is given as a mapping of its own changes; None takes it away."""
    values: dict[str, Any] = {}
    fields = fields_of(type(old))
    for name, value in changes.items():
        kind = fields[name].kind
        if isinstance(value, Mapping) and isinstance(kind, Nested):
            before = getattr(old, name)
            values[name] = merged(before if before is not None else kind.struct(), value)
        else:
            values[name] = value
    return structs.replace(old, **values) if values else old
