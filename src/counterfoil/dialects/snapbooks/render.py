"""Intuit's object → the vendor's: every key of its class in order, null where there is nothing, all values as text.

A reference is its id alone, a list of one is its member, an empty list is null; an object of nothing is an empty text,
unless its class is known to have no keys.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from counterfoil.dialects.snapbooks.objects import SHAPES, Shape
from counterfoil.model.shape import Resource
from counterfoil.wire.qbo.table import Entity, Json, Known
from counterfoil.wire.qbo.write import entity_object

KEPT: Final[Mapping[str, Mapping[str, str]]] = {
    "Invoice": {"ship_method": "ShipMethodRef"},
    "Customer": {"tax_exemption_reason": "TaxExemptionReasonId"},
}
"""What is kept beside objects, and the key of each class that tells it where the books themselves say nothing."""

ALIASES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Item": {"id": ("Id",)},
    "Preferences": {"CustomTxnNumbers": ("SalesFormsPrefs", "CustomTxnNumbers")},
}
"""Keys that the vendor's printed fragments have in a place of their own."""


def rendered(entity: Entity, thing: Resource, known: Known, kept: Mapping[str, Any]) -> Json:
    """An object as the vendor's answers hold it."""
    return completed(entity, told(entity, thing, known, kept))


def told(entity: Entity, thing: Resource, known: Known, kept: Mapping[str, Any]) -> Json:
    """An object as Intuit tells it, and with what is kept beside it."""
    answer = entity_object(entity, thing, known)
    for name, key in KEPT.get(entity.name, {}).items():
        if name in kept:
            answer.setdefault(key, kept[name])
    return answer


def completed(entity: Entity, thing: Json) -> Json:
    """What Intuit tells of an object, with every key of its class."""
    answer = shaped(SHAPES[entity.name], thing)
    for key, path in ALIASES.get(entity.name, {}).items():
        value: Any = answer
        for step in path:
            value = value[step] if value is not None else None
        answer[key] = value
    return answer


def shaped(shape: Shape, thing: Mapping[str, Any]) -> Json:
    return {key: _value(thing.get(key), shape.parts.get(key)) for key in shape.keys}


def amount(value: Decimal | None) -> str:
    """Two digits after the point; nil has none."""
    return f"{value:.2f}" if value else "0"


def _value(value: Any, shape: Shape | None) -> Any:
    if value is None or value == []:
        return None
    if isinstance(value, list):
        members = [_value(each, shape) for each in value]
        return members[0] if len(members) == 1 else members
    if isinstance(value, Mapping):
        return shaped(shape, value) if shape is not None else value.get("value", "")
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if value else "0"
    return str(value)
