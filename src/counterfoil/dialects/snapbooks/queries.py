"""Queries in Intuit's language → the books' own pages, looked through until what is asked for is found."""

from collections.abc import AsyncIterator
from typing import Final

from counterfoil.dialects.snapbooks.assumed import MOST_SCANNED, QUERY_COUNT, QUERY_DATA
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.envelope import Answer, operation
from counterfoil.dialects.snapbooks.fields import QueryRequest
from counterfoil.dialects.snapbooks.lookup import Lookup
from counterfoil.dialects.snapbooks.objects import SHAPES
from counterfoil.dialects.snapbooks.render import completed, told
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.query import Filter, Select
from counterfoil.model.shape import Resource
from counterfoil.wire.qbo import select as selection
from counterfoil.wire.qbo.entities import BY_NAME
from counterfoil.wire.qbo.narrowing import narrowed
from counterfoil.wire.qbo.query import VALIDATION, Condition, Query, QueryFault, parse
from counterfoil.wire.qbo.table import Entity, Json, space_of_resource

PAGE: Final = 200
MOST_COUNTED: Final = 100_000_000
SINGLETONS: Final = frozenset({"company", "preferences"})


class Queries:
    """Answers queries from the books of one connection."""

    def __init__(self, call: Call, lookup: Lookup) -> None:
        self.call = call
        self.lookup = lookup

    async def answer(self, request: QueryRequest) -> Answer:
        """The objects that a query asks for, or how many they are. Raises QueryFault."""
        query = parse(request.query or "")
        entity = BY_NAME.get(query.entity.casefold())
        if entity is None or entity.name not in SHAPES:
            raise QueryFault(VALIDATION, f"entity '{query.entity[:60]}' is not queryable")
        selection.check(entity, query)
        if query.counts and not query.where and not entity.has_active:
            return operation(self.call, **{QUERY_DATA: [], QUERY_COUNT: await self._counted(entity)})
        found = [each async for each in self._fulfilling(entity, query)]
        if query.counts:
            return operation(self.call, **{QUERY_DATA: [], QUERY_COUNT: len(found)})
        page = selection.page(query, selection.ordered(query, found))
        return operation(self.call, **{QUERY_DATA: [completed(entity, each) for each in page]})

    async def _counted(self, entity: Entity) -> int:
        """How many there are of what is never hidden; the books count themselves."""
        total = 0
        for resource in entity.resources:
            if resource in SINGLETONS:
                total += 1
                continue
            asked = Select(resource=resource, limit=1, count_up_to=MOST_COUNTED)
            page = await self.lookup.dispatcher.select(self.call.connection, asked)
            total += len(page.items) + (page.remaining or 0)
        return total

    async def _fulfilling(self, entity: Entity, query: Query) -> AsyncIterator[Json]:
        """What fulfils the query, in the books' own order; no further than is needed where no order is asked for."""
        enough = None if query.orders or query.counts else query.start - 1 + query.limit
        scanned = found = 0
        async for things in self._pages(entity, query):
            known = await self.lookup.known(things)
            kept = await self.lookup.kept(things)
            scanned += len(things)
            for thing in things:
                if entity.shown is not None and not entity.shown(thing, known):
                    continue
                object_ = told(entity, thing, known, kept.get(thing.id, {}))
                if not selection.fulfils(entity, query, object_):
                    continue
                yield object_
                found += 1
                if found == enough:
                    return
            if scanned >= MOST_SCANNED:
                detail = f"the query looks through more than {MOST_SCANNED} objects; narrow it by Id, number or date"
                raise QueryFault(VALIDATION, detail)

    async def _pages(self, entity: Entity, query: Query) -> AsyncIterator[list[Resource]]:
        company = await self.lookup.company()
        for resource in entity.resources_in(company.country):
            if resource in SINGLETONS:
                yield [company if resource == "company" else await self.lookup.preferences()]
                continue
            filters = await self._filters(entity, resource, query)
            after: int | None = 0
            while after is not None:
                asked = Select(
                    resource=resource,
                    filters=filters,
                    after=after,
                    limit=PAGE,
                    with_links=CATALOGUE[resource].is_transaction,
                )
                page = await self.lookup.dispatcher.select(self.call.connection, asked)
                if page.items:
                    yield list(page.items)
                after = page.next

    async def _filters(self, entity: Entity, resource: str, query: Query) -> tuple[Filter, ...]:
        """What the books can sort out themselves; everything is looked at again afterwards."""
        found = [await self._filter(entity, resource, condition) for condition in query.where]
        return tuple(each for each in found if each is not None)

    async def _filter(self, entity: Entity, resource: str, condition: Condition) -> Filter | None:
        name = condition.property.casefold()
        if name == "id" and entity.shown is None and condition.operator in ("=", "in"):
            return await self._by_ids("id", space_of_resource(resource), condition)
        findable = entity.filters.get(name)
        if findable is None:
            return None
        if findable.kind == "names":
            by_customer = condition.operator in ("=", "in")
            return await self._by_ids(findable.field, "names", condition) if by_customer else None
        return narrowed(findable, condition)

    async def _by_ids(self, field: str, space: str, condition: Condition) -> Filter | None:
        numbers = [str(value) for value in condition.values]
        if not all(number.isascii() and number.isdigit() for number in numbers):
            return None
        return Filter(field, "in", [await self.lookup.id_of(space, number) for number in numbers])
