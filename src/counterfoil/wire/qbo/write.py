"""A resource → Intuit's object, as it is told and as it is asked for."""

from collections.abc import Callable, Iterable
from typing import Any

from counterfoil.model.shape import Resource
from counterfoil.wire.qbo.table import Entity, Json, Known, Row, Tell


def written(rows: Iterable[Row], thing: Any, known: Known) -> Json:
    """The object that some rows make of a thing; what is not there has no key."""
    return _object(rows, thing, known, lambda row: row.told)


def entity_object(entity: Entity, thing: Resource, known: Known) -> Json:
    return written(entity.rows, thing, known)


def requested(rows: Iterable[Row], thing: Any, known: Known) -> Json:
    """The object by which Intuit is asked for a thing: only what a caller may write."""
    return _object((row for row in rows if row.is_asked), thing, known, lambda row: row.asked)


def _object(rows: Iterable[Row], thing: Any, known: Known, way: Callable[[Row], Tell | None]) -> Json:
    answer: Json = {}
    for row in rows:
        compute = way(row)
        value = compute(thing, known) if compute is not None else _plain(row, thing, known)
        if value is not None:
            answer[row.key] = value
    return answer


def _plain(row: Row, thing: Any, known: Known) -> Any:
    """What stands in the row's field; resources that share an entity need not share their fields."""
    value = getattr(thing, row.field, None) if row.field else None
    return row.form.write(value, known) if value is not None and row.form is not None else None
