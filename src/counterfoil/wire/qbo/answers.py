"""What Intuit answered → the model: objects, pages of them, and notes of what was deleted.

Answers are read forgivingly: keys that nobody here knows are passed by. Where a key that is known has not the shape
that it should have, reading raises one of `read.UNREADABLE`.
"""

from typing import Any, Final

from counterfoil.core.dates import moment_from
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.outcome import Deleted
from counterfoil.model.shape import BranchObject, Resource
from counterfoil.wire.qbo.changes import built
from counterfoil.wire.qbo.entities import BY_NAME
from counterfoil.wire.qbo.maps.parts import listed
from counterfoil.wire.qbo.maps.tax_codes import code_called
from counterfoil.wire.qbo.read import heard
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, Entity, Json, Known, space_of_resource

DELETED: Final = "Deleted"
QUERY: Final = "QueryResponse"


def object_of(entity: Entity, given: Json, known: Known, *, resource: str | None = None) -> Resource:
    """The resource that an object of Intuit's is.

    `resource` names the one to take it for where Intuit has one entity for several: a service of Intuit's that was
    asked for as an `other_charge_items`, for instance.
    """
    resource = resource or entity.resource_of(given, known)
    model = CATALOGUE[resource].model
    values = {**heard(entity.rows, given, known), **_head(resource, given, known)}
    if issubclass(model, BranchObject) and not values.get("full_name"):
        values["full_name"] = values.get("name", "")
    return built(model, values)


def _head(resource: str, given: Json, known: Known) -> dict[str, Any]:
    """Id, version and times. What has no id of its own is the only one of its kind."""
    times = given.get("MetaData") or {}
    return {
        "id": _id(resource, str(given.get("Id") or ""), known),
        "revision": str(given.get("SyncToken") or "0"),
        "created_at": _moment(times.get("CreateTime")),
        "updated_at": _moment(times.get("LastUpdatedTime")),
    }


def _id(resource: str, number: str, known: Known) -> str:
    if resource == "sales_tax_codes" and number in (TAXABLE, EXEMPT) and not known.is_canadian:
        return code_called(number, known).id or number
    return known.id(space_of_resource(resource), number)


def _moment(text: Any) -> int:
    """Seconds since 1970; nil where Intuit does not say."""
    return moment_from(str(text), end_of_day=False) if text else 0


def entity_of_answer(body: Json) -> tuple[Entity, Json] | None:
    """The object that an answer holds, and what it is; None where it holds none."""
    for name, value in body.items():
        entity = BY_NAME.get(name.casefold())
        if entity is not None and entity.name == name and isinstance(value, dict):
            return entity, value
    return None


def page_of(body: Json, entity: Entity, known: Known) -> tuple[Resource, ...]:
    """The objects that a query found, in Intuit's order."""
    return tuple(object_of(entity, each, known) for each in rows_of(body, entity))


def rows_of(body: Json, entity: Entity) -> list[Json]:
    """The objects that a query found, as Intuit tells them."""
    return listed((body.get(QUERY) or {}).get(entity.name) or [])


def total_of(body: Json) -> int | None:
    """How many objects there are in all, where the query asked for that."""
    total = (body.get(QUERY) or {}).get("totalCount")
    return int(total) if total is not None else None


def deleted_of(body: Json) -> Deleted | None:
    """The note of a deletion: the answer to one, or the last trace of an object in a list of changes."""
    found = body if body.get("status") == DELETED else next((each for each in body.values() if _is_note(each)), None)
    if found is None:
        return None
    when = (found.get("MetaData") or {}).get("LastUpdatedTime") or body.get("time")
    return Deleted(id=str(found.get("Id") or ""), label=None, deleted_at=_moment(when))


def _is_note(value: Any) -> bool:
    return isinstance(value, dict) and value.get("status") == DELETED
