"""What must be looked up in the books: objects by the caller's numbers, and what an answer needs to be told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from counterfoil.core.errors import BooksRefused, Unknown
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.snapbooks.assumed import INTUITS_BOOKS, LARGEST_NUMBER, SHIPPING_ITEM
from counterfoil.dialects.snapbooks.errors import Ambiguous
from counterfoil.dialects.snapbooks.render import rendered
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.model.catalogue import resource_of
from counterfoil.model.company import Company, Preferences
from counterfoil.model.items import SalesTaxGroupItem, SalesTaxItem
from counterfoil.model.lists import Currency, SalesTaxCode
from counterfoil.model.query import Filter, Read, Select
from counterfoil.model.sales import Invoice, Sale
from counterfoil.model.shape import NamedObject, Resource
from counterfoil.model.values import Ref
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.wire.qbo.mentioned import SPACES, mentioned
from counterfoil.wire.qbo.table import TRANSACTIONS, Entity, Json, Known, space_of

R = TypeVar("R", bound=Resource)
ON_LINES: Final = (
    "service_items",
    "non_inventory_items",
    "other_charge_items",
    "discount_items",
    "subtotal_items",
)
INTUITS_ON_LINES: Final = ("service_items", "non_inventory_items")
"""The items that Intuit has of those; each list costs a request."""

TAXES: Final = ("sales_tax_items", "sales_tax_group_items")
MOST_IDS: Final = 500
MOST_TWINS: Final = 50


class Lookup:
    """Looks into the books of one connection, for the length of one request.

    `called` notes the number behind which each object was found. What one request cannot change is read once.
    """

    def __init__(
        self, dispatcher: Dispatcher, connection: ConnectionRecord, called: dict[str, str], custom_numbers: bool
    ) -> None:
        self.dispatcher = dispatcher
        self.connection = connection
        self.called = called
        self.custom_numbers = custom_numbers
        self._ids: dict[tuple[str, str], str] = {}
        self._once: dict[str, Any] = {}

    async def company(self) -> Company:
        return self._of(Company, await self._only("company"))

    async def preferences(self) -> Preferences:
        return self._of(Preferences, await self._only("preferences"))

    async def id_of(self, space: str, number: str) -> str:
        """The id behind a number; a number that was never given is taken for an id of the books themselves."""
        found = self._ids.get((space, number))
        if found is None and int(number) < LARGEST_NUMBER:
            found = await self.dispatcher.id_of(self.connection, space, int(number))
        found = found or number
        self._ids[space, number] = found
        self.called[found] = number
        return found

    async def ref(self, space: str, number: str | None) -> Ref | None:
        return Ref(await self.id_of(space, number)) if number is not None else None

    @property
    def is_intuits(self) -> bool:
        """Whether the books are QuickBooks Online's: what Intuit calls things is what the books call them."""
        return self.connection.books in INTUITS_BOOKS

    async def numbers(self, space: str, ids: Iterable[str]) -> dict[str, str]:
        """The numbers of objects; an id of digits alone is its own, and so is every id of Intuit's."""
        wanted = list(dict.fromkeys(ids))
        own = {id: id for id in wanted if id.isdecimal() or self.is_intuits}
        others = [id for id in wanted if id not in own]
        found = await self.dispatcher.numbers(self.connection, space, others) if others else {}
        return own | {id: str(number) for id, number in found.items()}

    async def number(self, thing: Resource) -> str:
        space = space_of(thing)
        return (await self.numbers(space, [thing.id]))[thing.id]

    async def find(self, model: type[R], resource: str, identifier: str) -> R | None:
        """An object by the books' own id, if it is there."""
        try:
            return self._of(model, await self._read(resource, identifier))
        except BooksRefused:
            return None

    async def find_by_name(self, model: type[R], resource: str, name: str) -> R | None:
        """The object of this full name, if there is one."""
        try:
            page = await self.dispatcher.select(self.connection, Select(resource=resource, names=(name,)))
        except BooksRefused:
            return None
        return next((thing for thing in page.items if isinstance(thing, model)), None)

    async def named(self, resource: str, name: str) -> Ref | None:
        """A reference to an object by its own name."""
        for thing in await self.those(resource, (Filter("name", "=", name),), 1):
            if isinstance(thing, NamedObject):
                return Ref(thing.id, thing.label)
        return None

    async def item(self, name: str, place: Place) -> Ref:
        """A reference to the item of this full name. Intuit knows no references by name, so that it is looked for.

        Raises BooksRefused.
        """
        if not self.is_intuits:
            return Ref(full_name=name)
        for resource in INTUITS_ON_LINES:
            found = await self.find_by_name(Resource, resource, name)
            if found is not None:
                return Ref(found.id, name)
        raise BooksRefused(Problem("reference_missing", place, {"thing": "item", "value": name}))

    async def those(self, resource: str, filters: tuple[Filter, ...] = (), limit: int | None = None) -> Sequence[Any]:
        select = Select(resource=resource, filters=filters, limit=limit)
        return (await self.dispatcher.select(self.connection, select)).items

    async def invoice(self, number: str | None, id: str | None, key: str = "invoiceNumber") -> Invoice:
        """The invoice that a request names, its number by `key`.

        Raises Unknown, and Ambiguous where several have its number.
        """
        if id is not None:
            found = await self.find(Invoice, "invoices", await self.id_of(TRANSACTIONS, id))
            if found is None:
                raise no_invoice(id, "id")
            return found
        twins = await self.invoices(number or "")
        if not twins:
            raise no_invoice(number or "", key)
        if len(twins) > 1:
            known = await self.numbers(TRANSACTIONS, [each.id for each in twins])
            raise Ambiguous(number or "", list(known.values()))
        if number is not None:
            self.called[twins[0].id] = number
        return twins[0]

    async def invoices(self, number: str) -> list[Invoice]:
        """The invoices of this number."""
        found = await self.those("invoices", (Filter("ref_number", "=", number),), MOST_TWINS)
        return [each for each in found if isinstance(each, Invoice)]

    async def known(self, things: Sequence[Resource]) -> Known:
        """All that is needed to tell these objects."""
        items = await self._items(things)
        ids: dict[str, list[str]] = {}
        for thing in (*things, *items.values()):
            for space, id in mentioned(thing):
                ids.setdefault(space, []).append(id)
        return Known(
            company=await self.company(),
            preferences=await self.preferences(),
            numbers={space: await self.numbers(space, ids[space]) for space in sorted(SPACES & ids.keys())},
            items=items,
            tax_codes={code.id: code for code in await self.tax_codes()},
            rates=await self.rates() if any(isinstance(thing, SalesTaxCode) for thing in things) else {},
            currencies={each.id: each.currency_code for each in await self._all("currencies", Currency)},
            shipping_item=SHIPPING_ITEM,
            custom_numbers=self.custom_numbers,
        )

    async def rendered(self, entity: Entity, things: Sequence[Resource]) -> list[Json]:
        """Objects as the vendor's answers hold them."""
        known = await self.known(things)
        kept = await self.kept(things)
        return [rendered(entity, thing, known, kept.get(thing.id, {})) for thing in things]

    async def kept(self, things: Sequence[Resource]) -> Mapping[str, Mapping[str, Any]]:
        """What is kept beside objects of one resource."""
        if not things:
            return {}
        return await self.dispatcher.kept(self.connection, resource_of(things[0]).name, [each.id for each in things])

    async def _items(self, things: Sequence[Resource]) -> dict[str, Resource]:
        """The items on the lines of sales, and behind tax codes."""
        resources: tuple[str, ...] = ()
        if any(isinstance(thing, Sale) for thing in things):
            resources = INTUITS_ON_LINES if self.is_intuits else ON_LINES
        elif any(isinstance(thing, SalesTaxCode) for thing in things):
            resources = TAXES
        wanted = list(dict.fromkeys(id for thing in things for space, id in mentioned(thing) if space == "items"))
        found: dict[str, Resource] = {}
        for start in range(0, len(wanted), MOST_IDS):
            some = (Filter("id", "in", wanted[start : start + MOST_IDS]),)
            for resource in resources:
                found.update((item.id, item) for item in await self.those(resource, some))
        return found

    async def tax_codes(self) -> Sequence[SalesTaxCode]:
        return await self._all("sales_tax_codes", SalesTaxCode)

    async def rates(self) -> Mapping[str, tuple[SalesTaxItem, ...]]:
        """The rates that each tax code charges, by the code's id.

        Where a code refers to an id of its own, it is a group itself: Intuit's codes and rates may have the same ids.
        """
        rates = {each.id: each for each in await self._all("sales_tax_items", SalesTaxItem)}
        groups = {each.id: each for each in await self._all("sales_tax_group_items", SalesTaxGroupItem)}
        found = {}
        for code in await self.tax_codes():
            behind = (code.sales_tax_item.id or "") if code.sales_tax_item is not None else ""
            group = groups.get(behind) if behind == code.id or behind not in rates else None
            refs = [ref.id or "" for ref in group.sales_tax_items] if group is not None else [behind]
            found[code.id] = tuple(rates[id] for id in refs if id in rates)
        return found

    async def _all(self, resource: str, model: type[R]) -> Sequence[R]:
        """A whole short list."""
        if resource not in self._once:
            self._once[resource] = [each for each in await self.those(resource) if isinstance(each, model)]
        found: Sequence[R] = self._once[resource]
        return found

    async def _only(self, resource: str) -> Resource:
        """What there is one of."""
        if resource not in self._once:
            self._once[resource] = await self._read(resource, resource)
        found: Resource = self._once[resource]
        return found

    async def _read(self, resource: str, identifier: str) -> Resource:
        return await self.dispatcher.read(self.connection, Read(resource=resource, id=identifier))

    @staticmethod
    def _of(model: type[R], thing: Resource) -> R:
        if not isinstance(thing, model):
            raise TypeError(type(thing).__name__)
        return thing


def no_invoice(number: str, key: str) -> Unknown:
    return Unknown(Problem("object_missing", (key,), {"thing": "Invoice", "value": number}))
