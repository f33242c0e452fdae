"""Queries: objects, pages and notes of what was deleted, read from Intuit and completed by what is kept beside it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import structs

from counterfoil.books.online.answers import kept_deletions, kept_page, kept_refusal, kept_resource
from counterfoil.books.online.beside import completed
from counterfoil.books.online.calls import Calls
from counterfoil.books.online.facts import Facts
from counterfoil.books.online.intuit import Refused, Request
from counterfoil.books.online.problems import missing, problems_of
from counterfoil.books.online.questions import (
    Question,
    exact_questions,
    found_by_id,
    found_by_name,
    found_by_number,
    holds,
    is_id,
    question_of,
)
from counterfoil.core.clock import Clock
from counterfoil.core.dates import local_moment, moment_from
from counterfoil.core.problems import Problem
from counterfoil.dispatch.protocols import Asked
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.contract import Store
from counterfoil.storage.margin import Margin
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.maps.lists import charges_several
from counterfoil.wire.qbo.query import LARGEST_PAGE
from counterfoil.wire.qbo.requests import entity_for
from counterfoil.wire.qbo.table import Entity, Json, Known

SINGLETONS: Final = frozenset({"company", "preferences"})
NEVER: Final = frozenset({"other_charge_items"})
"""What can be made at Intuit only as something else, so that there are never any."""

GROUPS: Final = "sales_tax_group_items"
"""In Canada those of Intuit's tax codes that charge several rates; each is a code of the company as well."""

SCANNED: Final = 5 * LARGEST_PAGE
"""Objects that one page looks through; where few of them are what was asked for, the page is short and leads on."""

LOOK_BACK: Final = 30 * 24 * 3600
"""How far back Intuit tells of changes (reference 1.7)."""


class Reads:
    """Answers queries of one connection. Every method raises IntuitError where Intuit does not answer."""

    def __init__(self, calls: Calls, facts: Facts, store: Store, clock: Clock) -> None:
        self.calls = calls
        self.facts = facts
        self.store = store
        self.clock = clock

    async def answer(self, asked: Asked) -> bytes:
        """What the lane keeps of the answer to a query; a refusal is one."""
        try:
            match asked:
                case Read():
                    return kept_resource(await self.resource(asked))
                case Select():
                    return kept_page(await self.page(asked))
                case SelectDeleted():
                    return kept_deletions(await self.deletions(asked))
        except NotThere as refusal:
            return kept_refusal(refusal.problems)
        except Refused as refusal:
            resource = getattr(asked, "resource", "") or "company"
            return kept_refusal(problems_of(refusal.fault, resource, getattr(asked, "id", "")))
        raise TypeError(type(asked).__name__)

    async def resource(self, read: Read) -> Resource:
        """Raises NotThere."""
        known = await self.facts.known()
        if read.resource in SINGLETONS:
            return known.company if read.resource == "company" else known.preferences
        entity = entity_for(read.resource)
        given = await self.current(entity, read.id) if entity is not None else None
        if entity is None or given is None:
            raise NotThere(missing(read.resource, read.id))
        things = await self._things(entity, [given], read.resource, with_links=read.with_links)
        if not things:
            raise NotThere(missing(read.resource, read.id))
        return things[0]

    async def current(self, entity: Entity, id: str) -> Json | None:
        """Intuit's object as it is now; None where there is none. What was deleted is not there."""
        if not is_id(id):
            return None
        try:
            answer = await self.calls.ask(Request(path=f"{entity.name.lower()}/{id}"))
        except Refused as refusal:
            if refusal.fault.kind == "not_found":
                return None
            raise
        given = answer.get(entity.name)
        return given if isinstance(given, dict) and given.get("status") != "Deleted" else None

    async def page(self, select: Select) -> Page:
        """Raises NotThere where an object that is named is not there."""
        known = await self.facts.known()
        entity = entity_for(select.resource)
        if select.ids or select.names or select.ref_numbers:
            return await self._named(entity, select)
        if select.resource in SINGLETONS:
            thing = known.company if select.resource == "company" else known.preferences
            return Page(items=(thing,), remaining=0)
        if entity is None or select.resource in NEVER:
            return Page(items=(), remaining=0)
        if select.resource == "sales_tax_codes" and not select.filters and not select.after and select.limit is None:
            return Page(items=tuple(known.tax_codes.values()), remaining=0)
        return await self._listed(entity, select)

    async def deletions(self, select: SelectDeleted) -> tuple[Deletion, ...]:
        """What was deleted between two moments, as far as Intuit looks back. Lists are never deleted from there."""
        since = max(select.since, self.clock.now() - LOOK_BACK + 60)
        entities = {
            entity.name: (resource, entity)
            for resource in select.resources
            if CATALOGUE[resource].is_transaction and (entity := entity_for(resource)) is not None
        }
        if not entities or since > select.until:
            return ()
        query = {"entities": ",".join(entities), "changedSince": local_moment(since)}
        answer = await self.calls.ask(Request(path="cdc", query=query))
        found = [
            deletion
            for name, given in _changed(answer)
            if name in entities and (deletion := _deletion(entities[name][0], given)) is not None
        ]
        wanted = [each for each in found if select.since <= each.deleted_at <= select.until]
        return tuple(sorted(wanted, key=lambda each: (each.deleted_at, each.id)))

    async def objects(self, question: Question, start: int, limit: int) -> list[Json]:
        """Intuit's objects from one place on."""
        answer = await self.calls.query(question.text(start, limit))
        found = answer.get(question.entity)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    async def _listed(self, entity: Entity, select: Select) -> Page:
        question = question_of(entity, select)
        limit = select.limit if select.limit is not None else 2**31
        items: list[Resource] = []
        offset = scanned = select.after
        while True:
            wanted = min(LARGEST_PAGE, limit - len(items) + 1 if not select.filters else LARGEST_PAGE)
            given = await self.objects(question, offset + 1, wanted)
            for place, thing in await self._placed(entity, given, select):
                if len(items) == limit:
                    return await self._partial(question, select, items, offset + place)
                items.append(thing)
            offset += len(given)
            if len(given) < wanted:
                return Page(items=tuple(items), remaining=0)
            if select.limit is not None and offset - scanned >= SCANNED:
                return await self._partial(question, select, items, offset)

    async def _placed(self, entity: Entity, given: Sequence[Json], select: Select) -> list[tuple[int, Resource]]:
        """Those of some objects that were asked for, each with its place among them."""
        places = {str(each.get("Id")): place for place, each in enumerate(given)}
        things = await self._things(entity, given, select.resource, with_links=select.with_links)
        return [
            (places.get(thing.id, place), thing)
            for place, thing in enumerate(things)
            if all(holds(thing, each) for each in select.filters)
        ]

    async def _partial(self, question: Question, select: Select, items: list[Resource], offset: int) -> Page:
        """A page after which there is more, counted where Intuit can count it."""
        remaining = None
        if select.count_up_to and question.is_whole:
            total = (await self.calls.query(question.count_text())).get("totalCount")
            left = int(total) - offset if total is not None else None
            remaining = left if left is not None and left <= select.count_up_to else None
        return Page(items=tuple(items), next=offset, remaining=remaining)

    async def _named(self, entity: Entity | None, select: Select) -> Page:
        """Those that are named, in the order in which they are named. Raises NotThere for all that are missing."""
        find, wanted = _naming(select)
        things: list[Resource] = []
        for question in exact_questions(entity, select) if entity is not None else ():
            given = await self.objects(question, 1, LARGEST_PAGE)
            if entity is not None:
                things += await self._things(entity, given, select.resource, with_links=select.with_links)
        found, gone = find(things, wanted)
        if gone:
            raise NotThere(*(missing(select.resource, each) for each in gone))
        return Page(items=tuple(found), remaining=0)

    async def _things(
        self, entity: Entity, given: Sequence[Json], resource: str, *, with_links: bool
    ) -> list[Resource]:
        """Those of Intuit's objects that are of a resource, with what is kept beside them."""
        known = await self.facts.known()
        model = CATALOGUE[resource].model
        things = [thing for thing in (_heard(entity, each, known, resource) for each in given) if type(thing) is model]
        kept = await self.kept(resource, [each.id for each in things])
        things = [completed(each, kept.get(each.id, {})) for each in things]
        return things if with_links else [_without_links(each) for each in things]

    async def kept(self, resource: str, ids: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        wanted = list(ids)
        connection = self.calls.connection_id
        return await self.store.read(lambda session: Margin(session, connection, self.clock).kept(resource, wanted))


class NotThere(Exception):
    """Objects that were asked for are not there."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


def _heard(entity: Entity, given: Json, known: Known, resource: str) -> Resource | None:
    """An object of Intuit's in the model; None where it is none of this resource."""
    if known.is_canadian and resource == GROUPS:
        return object_of(entity, given, known, resource=resource) if charges_several(given) else None
    if entity.which is not None and resource in entity.resources and entity.resource_of(given, known) != resource:
        return None
    return object_of(entity, given, known, resource=resource)


def _without_links(thing: Resource) -> Resource:
    return structs.replace(thing, linked_transactions=()) if getattr(thing, "linked_transactions", ()) else thing


def _naming(
    select: Select,
) -> tuple[Callable[[Sequence[Resource], Sequence[str]], tuple[list[Resource], list[str]]], Sequence[str]]:
    if select.ids:
        return found_by_id, select.ids
    return (found_by_name, select.names) if select.names else (found_by_number, select.ref_numbers)


def _changed(answer: Json) -> Iterable[tuple[str, Json]]:
    """Entity and object of everything that a change data capture tells."""
    for response in answer.get("CDCResponse") or ():
        for part in response.get("QueryResponse") or ():
            for name, things in part.items():
                if isinstance(things, list):
                    yield from ((name, each) for each in things if isinstance(each, dict))


def _deletion(resource: str, given: Json) -> Deletion | None:
    if given.get("status") != "Deleted":
        return None
    times = given.get("MetaData") or {}
    deleted = times.get("LastUpdatedTime")
    moment = moment_from(deleted, end_of_day=False) if isinstance(deleted, str) else 0
    label = given.get("DocNumber")
    return Deletion(resource=resource, id=str(given.get("Id")), label=label, created_at=0, deleted_at=moment)
