"""Fields by their names, joined to parts and to whole resources."""

from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import Struct, structs

from counterfoil.model.kinds import Nested
from counterfoil.model.shape import fields_of

S = TypeVar("S", bound=Struct)


def joined(values: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put more fields into `values`; mappings of the same part become one."""
    for name, value in more.items():
        before = values.get(name)
        if isinstance(value, Mapping) and isinstance(before, dict):
            joined(before, value)
        else:
            values[name] = dict(value) if isinstance(value, Mapping) else value


def built(model: type[S], values: Mapping[str, Any]) -> S:
    """A thing of these fields. Those that its class does not have are left out; mappings become parts."""
    return merged(model(), values)


def merged(old: S, changes: Mapping[str, Any]) -> S:
    """`old` with the named fields changed; a mapping in the place of a part changes that part."""
    fields = fields_of(type(old))
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in fields:
            continue
        kind = fields[name].kind
        if isinstance(value, Mapping) and isinstance(kind, Nested):
            before = getattr(old, name)
            value = merged(before if before is not None else kind.struct(), value)
        values[name] = value
    return structs.replace(old, **values) if values else old
