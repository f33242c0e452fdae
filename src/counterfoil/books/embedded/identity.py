"""Ids, times and revisions as QuickBooks Desktop makes them."""

from typing import Any, TypeVar

from msgspec import structs

from counterfoil.core.errors import BooksRefused
from counterfoil.core.ids import list_id
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import BY_MODEL, resource_of
from counterfoil.model.shape import ListObject, Resource
from counterfoil.storage.company import CompanyFile

T = TypeVar("T", bound=ListObject)
R = TypeVar("R", bound=Resource)


def stamped(file: CompanyFile, thing: T, **changes: Any) -> T:
    """A new list object with the id, times and revision of this moment."""
    now = file.clock.now()
    identifier = list_id(file.take(BY_MODEL[type(thing)].list), now)
    return structs.replace(
        thing, id=thing.id or identifier, created_at=now, updated_at=now, revision=str(now), **changes
    )


def next_revision(file: CompanyFile, revision: str) -> tuple[int, str]:
    """This moment and the revision that it gives; two changes within a second still differ (as in QuickBooks)."""
    now = file.clock.now()
    return now, str(max(now, int(revision or "0") + 1))


def check_revision(thing: Resource, revision: str) -> None:
    """Refuse a change that was made from an older reading."""
    if revision != thing.revision:
        values = {"value": revision, "thing": resource_of(thing).thing, "id": thing.id}
        raise BooksRefused(Problem("stale_revision", ("revision",), values))


def missing(resource_thing: str, identifier: str) -> BooksRefused:
    return BooksRefused(Problem("object_missing", ("id",), {"thing": resource_thing.capitalize(), "value": identifier}))
