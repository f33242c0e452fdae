"""Ids, times and revisions as QuickBooks Desktop makes them."""

from typing import Any, TypeVar

from msgspec import structs

from counterfoil.books.embedded.references import References
from counterfoil.core.errors import BooksRefused
from counterfoil.core.ids import list_id, transaction_id
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import BY_MODEL, resource_of
from counterfoil.model.shape import ListObject, Resource, Transaction
from counterfoil.storage.company import CompanyFile

T = TypeVar("T", bound=ListObject)
X = TypeVar("X", bound=Transaction)


def stamped(file: CompanyFile, thing: T, **changes: Any) -> T:
    """A new list object with the id, times and revision of this moment."""
    now = file.clock.now()
    identifier = list_id(file.take(BY_MODEL[type(thing)].list), now)
    return structs.replace(
        thing, id=thing.id or identifier, created_at=now, updated_at=now, revision=str(now), **changes
    )


def entered(file: CompanyFile, thing: X, lines: int = 0) -> tuple[X, int]:
    """A new transaction with its id, number, times and revision, and the number from which its `lines` are named."""
    now = file.clock.now()
    first = file.take("transactions", 1 + lines)
    made = structs.replace(
        thing,
        id=transaction_id(first, now),
        number=file.take("transaction_numbers"),
        created_at=now,
        updated_at=now,
        revision=str(now),
    )
    return made, first + 1


def check_external_id(file: CompanyFile, references: References, thing: Transaction) -> None:
    """An id of the caller's own belongs to one transaction of a resource."""
    external = thing.external_id
    owner = file.by_external_id(BY_MODEL[type(thing)].name, external) if external is not None else None
    if owner is not None:
        references.problems.append(Problem("external_id_in_use", ("external_id",), {"value": external, "id": owner}))


def check_not_void(thing: Transaction) -> None:
    """What has been voided stays as it is."""
    if thing.is_void:
        name = "The " + resource_of(thing).thing
        raise BooksRefused(Problem("voided", ("id",), {"thing": name, "value": thing.id}))


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
