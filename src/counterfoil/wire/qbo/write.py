"""A resource → Intuit's object."""

from collections.abc import Iterable
from typing import Any

from counterfoil.model.shape import Resource
from counterfoil.wire.qbo.table import Entity, Json, Known, Row


def written(rows: Iterable[Row], thing: Any, known: Known) -> Json:
    """The object that some rows make of a thing; what is not there has no key."""
    answer: Json = {}
    for row in rows:
        value = _value(row, thing, known)
        if value is not None:
            answer[row.key] = value
    return answer


def entity_object(entity: Entity, thing: Resource, known: Known) -> Json:
    return written(entity.rows, thing, known)


def _value(row: Row, thing: Any, known: Known) -> Any:
    if row.told is not None:
        return row.told(thing, known)
    value = getattr(thing, row.field)
    return row.form.write(value, known) if value is not None and row.form is not None else None
