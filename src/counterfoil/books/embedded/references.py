"""References: found by id, else by name; refused when missing, of the wrong kind or inactive, all of them together."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TypeVar

from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import Place, Problem
from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.kinds import To
from counterfoil.model.shape import ListObject, Resource, fields_of
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

T = TypeVar("T", bound=ListObject)


def to(thing: ListObject) -> Ref:
    """A reference to an object, with the name that it has now."""
    return Ref(thing.id, thing.label)


class References:
    """Finds what a request refers to, and collects what it cannot find."""

    def __init__(self, file: CompanyFile) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def find(self, ref: Ref, resources: Sequence[str], place: Place, *, old: bool = False) -> ListObject | None:
        """The object, or None beside a new problem. What an update leaves as it was (`old`) may be inactive."""
        found = self._look(ref, resources)
        if found is None:
            self._missing(ref, resources, place)
            return None
        resource = BY_MODEL[type(found)]
        if resource.name not in resources:
            self.problems.append(
                Problem(
                    "reference_wrong",
                    place,
                    {"value": written(ref), "found": article(resource.thing), "expected": things(resources)},
                )
            )
            return None
        if not found.is_active and not old:
            self.problems.append(
                Problem("reference_inactive", place, {"value": written(ref), "thing": resource.thing.capitalize()})
            )
            return None
        return found

    def _look(self, ref: Ref, resources: Sequence[str]) -> ListObject | None:
        for name in dict.fromkeys(CATALOGUE[resource].list for resource in resources if resource in CATALOGUE):
            if ref.id is not None:
                found = self.file.find(name, ref.id)
            else:
                found = self.file.find_by_name(name, ref.full_name or "")
            if found is not None:
                return found
        return None

    def _missing(self, ref: Ref, resources: Sequence[str], place: Place) -> None:
        self.problems.append(Problem("reference_missing", place, {"value": written(ref), "thing": things(resources)}))

    def header(self, thing: Resource, *, changed: AbstractSet[str] | None = None) -> dict[str, ListObject]:
        """What a document's header refers to, by field.

        `changed` names what an update brings: only that must be active. A document's currency is never a caller's
        choice, and so is not looked up here.
        """
        given: dict[str, ListObject] = {}
        for name, resources in _header_of(type(thing)):
            ref: Ref | None = getattr(thing, name)
            if ref is not None:
                found = self.find(ref, resources, (name,), old=changed is not None and name not in changed)
                if found is not None:
                    given[name] = found
        return given

    def refuse(self) -> None:
        """Raise what was collected, if anything was."""
        if self.problems:
            raise BooksRefused(*self.problems)


@cache
def _header_of(model: type[Resource]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The references in the header of such a document, and what each may refer to."""
    return tuple(
        (name, field.kind.resources)
        for name, field in fields_of(model).items()
        if isinstance(field.kind, To) and name != "currency"
    )


def written(ref: Ref) -> str:
    return ref.id if ref.id is not None else ref.full_name or ""


def article(thing: str) -> str:
    return f"an {thing}" if thing[0] in "aeiou" else f"a {thing}"


def things(resources: Sequence[str]) -> str:
    """What may be referred to, in a sentence; the many kinds of items are simply items."""
    if len(resources) > 3:
        return "item"
    return " or ".join(
        CATALOGUE[resource].thing if resource in CATALOGUE else resource.replace("_", " ").removesuffix("s")
        for resource in resources
    )
