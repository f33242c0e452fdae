"""The entities that the ledger holds: Intuit's JSON → commands of the model, and what the books answer → JSON.

What an object of Intuit's says and the ledger cannot hold is kept beside it and told again; so are the counters that
Intuit calls SyncTokens.
"""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import structs

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import CENT
from counterfoil.core.problems import Problem
from counterfoil.emulators.online.faults import Faults
from counterfoil.emulators.online.known import LedgerKnown, known_of, space_of_resource
from counterfoil.emulators.online.refusals import missing, not_found, stale, unsupported
from counterfoil.emulators.online.shelf import Shelf
from counterfoil.model.catalogue import resource_of
from counterfoil.model.command import Command, Create, Delete, Update, Void
from counterfoil.model.query import Read
from counterfoil.model.sales import Sale
from counterfoil.model.shape import ListObject, Resource, Transaction
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbo.asked import create_of, update_of
from counterfoil.wire.qbo.entities import entity_for
from counterfoil.wire.qbo.maps.company import PREFERENCES
from counterfoil.wire.qbo.table import TRANSACTIONS, Entity, space_of, sync_token
from counterfoil.wire.qbo.write import entity_object

Json = dict[str, Any]
BESIDE: Final = "beside"
DISCOUNT: Final = "DiscountLineDetail"
SINGLETONS: Final = frozenset({"company", "preferences"})
INACTIVE: Final = " (deleted)"
"""What Intuit appends to the name of what is made inactive."""

OURS: Final = frozenset(
    {"Id", "SyncToken", "MetaData", "domain", "sparse", "status", "Line", "TotalAmt", "Balance", "time", "LinkedTxn"}
    | {"CurrentBalance", "CurrentBalanceWithSubAccounts", "BalanceWithJobs", "UnappliedAmt", "FullyQualifiedName"}
    | {"HomeBalance", "HomeTotalAmt", "RemainingCredit", "TxnTaxDetail", "Level", "Classification"}
)
"""Properties that the ledger alone has a say in."""

TOLD_AS_SENT: Final = frozenset({"Type", "PrintOnCheckName", "AgencyRef", "PrintStatus", "Vendor1099"})
"""Properties that are told as they were sent, whatever the ledger makes of them, beside an entity's `extra`."""

PASSED_BY: Final = frozenset(
    {"DeliveryInfo", "InvoiceLink", "RecurDataRef", "TaxExemptionRef", "Level", "Hidden", "CompanyStartDate"}
)
"""Properties that clients send back as they read them, and that are Intuit's alone."""

KEPT_TOO: Final = frozenset(
    {"TaxReportingBasis", "AbatementRate", "ReverseChargeRate", "ServiceType", "UQCDisplayText", "UQCId"}
)
"""Properties of Intuit's that no table of ours has: told as they were sent."""


class Ledger:
    """The entities of one company that its ledger holds, in one transaction."""

    def __init__(self, file: CompanyFile, books: EmbeddedBooks, shelf: Shelf, faults: Faults) -> None:
        self.file = file
        self.books = books
        self.shelf = shelf
        self.faults = faults
        self.known: LedgerKnown = known_of(
            file,
            shelf.margin,
            custom_numbers=self._preference("SalesFormsPrefs", "CustomTxnNumbers"),
            automated=self._preference("TaxPrefs", "PartnerTaxEnabled"),
        )

    def create(self, entity: Entity, given: Json, number: str | None = None) -> Json:
        """Enter a new object; `number` is its id where the caller may choose one. Raises Faulted and Refusal."""
        create = self._unnumbered(create_of(entity, _heeded(given), self.known))
        made = self._whole(self._done(create))
        self.number(made, number)
        self._touch(made)
        return self._after(entity, made, given, {}, token=0)

    def update(self, entity: Entity, given: Json) -> Json:
        """Change an object. Raises Faulted, Refusal and Refused."""
        old = self._asked(entity, given)
        if entity.resources[0] in SINGLETONS:
            return self._rewritten(entity, old, given)
        sparse = given.get("sparse") in (True, "true")
        given = self._hidden(entity, old, given)
        before = self._beside(entity, old)
        said = _heeded(given) | {"SyncToken": sync_token(old)}
        command = _due_again(update_of(entity, said, old, self.known, sparse=sparse), old)
        made = self._whole(self._done(command)) if command.changes else old
        self._touch(old, made)
        rest = {key: each for key, each in before.get("rest", {}).items() if sparse and key not in given}
        return self._after(entity, made, given, rest, token=int(before.get("token", 0)) + 1)

    def void(self, entity: Entity, given: Json) -> Json:
        """Take the amounts of a transaction away. Raises Refused."""
        old = self._asked(entity, given)
        before = self._beside(entity, old)
        self.books.execute(self.file, Void(resource=resource_of(old).name, id=old.id))
        made = self._whole(old)
        self._touch(old, made)
        return self._after(entity, made, {}, before.get("rest", {}), token=int(before.get("token", 0)) + 1)

    def delete(self, entity: Entity, given: Json) -> Json:
        """Take a transaction away. Objects of lists are made inactive instead. Raises Refused."""
        old = self._asked(entity, given)
        if not isinstance(old, Transaction):
            raise unsupported("delete")
        number = self.known.number(space_of(old), old.id)
        self.books.execute(self.file, Delete(resource=resource_of(old).name, id=old.id))
        self._touch(old, None)
        self.shelf.drop(BESIDE, _key(entity, old.id))
        return {"status": "Deleted", "domain": "QBO", "Id": number}

    def read(self, entity: Entity, number: str) -> Json:
        """One object. Raises Refused where there is none."""
        return self.told(entity, self.find(entity, number))

    def find(self, entity: Entity, number: str) -> Resource:
        resources = entity.resources_in(self.known.company.country)
        if resources[0] in SINGLETONS:
            return self.file.singleton(resources[0])
        for resource in resources:
            id = self._id(resource, number)
            try:
                return self.books.read(self.file, Read(resource=resource, id=id))
            except BooksRefused:
                continue
        raise not_found()

    def told(self, entity: Entity, thing: Resource) -> Json:
        """An object as Intuit tells it, with what is kept beside it."""
        beside = self._beside(entity, thing)
        rest: Json = beside.get("rest", {})
        made = entity_object(entity, thing, self.known)
        if entity.resources[0] in SINGLETONS:
            made = _deeply(made, rest)
        else:
            made = _with_percent(made, rest.get(DISCOUNT))
            rest = {key: each for key, each in rest.items() if key != DISCOUNT}
            links = [*(rest.get("LinkedTxn") or ()), *(made.get("LinkedTxn") or ())]
            made = made | rest | ({"LinkedTxn": links} if links else {})
        return made | {"SyncToken": str(beside.get("token", 0)), "domain": "QBO", "sparse": False}

    def rewrite(self, entity: Entity, number: str, changes: Json) -> Json:
        """Write what Intuit itself has to say of an object, beside it."""
        thing = self.find(entity, number)
        before = self._beside(entity, thing)
        rest = {**before.get("rest", {}), **changes}
        self._keep(entity, thing, rest, int(before.get("token", 0)) + 1)
        return self.told(entity, thing)

    def beside(self, thing: Resource, rest: Json) -> None:
        """Keep something beside a new object."""
        entity = entity_for(resource_of(thing).name)
        if entity is None:
            raise TypeError(type(thing).__name__)
        self._keep(entity, thing, rest, 0)

    def _unnumbered(self, create: Create) -> Create:
        """Where people number documents themselves, one without a number stays without."""
        draft = create.draft
        if self.known.custom_numbers and isinstance(draft, Sale) and draft.ref_number is None:
            return structs.replace(create, draft=structs.replace(draft, ref_number=""))
        return create

    def _done(self, command: Command) -> Resource:
        """Carry a command out; where a fault says so, with a tax that is a cent more."""
        try:
            made = self.books.execute(self.file, command).result
        except BooksRefused as refusal:
            raise BooksRefused(*(self._in_numbers(each) for each in refusal.problems)) from refusal
        if not isinstance(made, Resource):
            raise TypeError(type(made).__name__)
        if isinstance(made, Sale) and made.sales_tax_total and self.faults.take("other-tax"):
            changes = {"tax_mode": "override_total", "tax_override": made.sales_tax_total + CENT}
            again = Update(resource=command.resource, id=made.id, revision=made.revision, changes=changes)
            return self._done(again)
        return made

    def _in_numbers(self, problem: Problem) -> Problem:
        """A problem with a transaction that is called as Intuit calls it."""
        id = problem.values.get("id")
        if not isinstance(id, str):
            return problem
        return Problem(problem.kind, problem.place, {**problem.values, "id": self.known.number(TRANSACTIONS, id)})

    def _whole(self, thing: Resource) -> Resource:
        """The object with everything that the books tell of it."""
        return self.books.read(self.file, Read(resource=resource_of(thing).name, id=thing.id))

    def _asked(self, entity: Entity, given: Json) -> Resource:
        """The object that a change names, if its SyncToken is still the right one. Raises Refused."""
        absent = [name for name in ("Id", "SyncToken") if given.get(name) in (None, "")]
        if absent:
            raise missing(*absent)
        found = self.find(entity, str(given["Id"]))
        if str(given["SyncToken"]) != str(self._beside(entity, found).get("token", 0)):
            raise stale()
        return found

    def _rewritten(self, entity: Entity, old: Resource, given: Json) -> Json:
        """The company and its preferences: what is sent is kept as it is, over what the ledger says."""
        before = self._beside(entity, old)
        said = {key: each for key, each in given.items() if key not in OURS}
        self._keep(entity, old, _deeply(before.get("rest", {}), said), int(before.get("token", 0)) + 1)
        return self.told(entity, old)

    def _hidden(self, entity: Entity, old: Resource, given: Json) -> Json:
        """The request with another name for what it makes inactive, so that the object's own is free again."""
        if given.get("Active") in (False, "false") and isinstance(old, ListObject) and old.is_active:
            key = next((key for key in ("DisplayName", "Name") if key.casefold() in entity.keys), None)
            if key is not None:
                own = getattr(old, "name", old.label)
                return {**given, key: f"{own}{INACTIVE}"}
        return given

    def _after(self, entity: Entity, made: Resource, given: Json, rest: Json, *, token: int) -> Json:
        """Keep beside an object what the ledger cannot hold of it, and tell it."""
        told = entity_object(entity, made, self.known)
        as_sent = TOLD_AS_SENT | entity.extra
        for key, value in given.items():
            said = value not in (None, "", [], {}) and key not in OURS | PASSED_BY
            if said and (key not in told or (key in as_sent and told[key] != value)):
                rest = {**rest, key: value}
        if isinstance(given.get("Line"), list):
            rest = {**rest, DISCOUNT: _percent_in(given["Line"])}
        if given.get("LinkedTxn"):
            rest = {**rest, "LinkedTxn": _others(given["LinkedTxn"])}
        self._keep(entity, made, rest, token)
        return self.told(entity, made)

    def _touch(self, *things: Resource | None) -> None:
        """Count on the versions of what is, or was, linked to a transaction whose links may have changed."""
        own = {thing.id for thing in things if thing is not None}
        for id in dict.fromkeys(id for thing in things for id in _linked(thing)):
            entry = self.file.entry(id) if id not in own else None
            entity = entity_for(entry.resource) if entry is not None else None
            if entity is not None:
                key = _key(entity, id)
                before = self.shelf.get(BESIDE, key) or {}
                self.shelf.put(BESIDE, key, before | {"token": int(before.get("token", 0)) + 1})

    def number(self, made: Resource, number: str | None) -> None:
        """Give a new object its number: the one that is asked for, or the next."""
        space = space_of(made)
        if number is not None and number.isdecimal():
            self.shelf.margin.assign(space, made.id, int(number))
        else:
            self.shelf.margin.number(space, [made.id])

    def _id(self, resource: str, number: str) -> str:
        return self.known.id(space_of_resource(resource), number)

    def _beside(self, entity: Entity, thing: Resource) -> Json:
        return self.shelf.get(BESIDE, _key(entity, thing.id)) or {}

    def _keep(self, entity: Entity, thing: Resource, rest: Json, token: int) -> None:
        self.shelf.put(BESIDE, _key(entity, thing.id), {"token": token, "rest": rest})

    def _preference(self, block: str, name: str) -> bool:
        """One of the preferences that are kept beside the ledger's own."""
        kept = self.shelf.get(BESIDE, _key(PREFERENCES, "")) or {}
        found = (kept.get("rest") or {}).get(block) or {}
        return found.get(name) in (True, "true")


def _heeded(given: Json) -> Json:
    """What of a request the tables are to read. A rate of exchange of nil is clients' way of saying none."""
    passed_by = PASSED_BY | KEPT_TOO | ({"ExchangeRate"} if given.get("ExchangeRate") in (0, "0") else set())
    return {key: each for key, each in given.items() if key not in passed_by}


def _due_again(update: Update, old: Resource) -> Update:
    """Where a day on which it is due is taken away, Intuit finds another one by the terms."""
    changes = dict(update.changes)
    if "terms" not in changes and not hasattr(old, "terms"):
        return update
    if "due_date" not in changes or changes["due_date"] is not None:
        return update
    changes.pop("due_date")
    return structs.replace(update, changes={"terms": getattr(old, "terms", None), **changes})


def _key(entity: Entity, id: str) -> str:
    return f"{entity.name}:{id}"


def _linked(thing: Resource | None) -> Iterator[str]:
    """The transactions that one names as linked to it, paid by it or used by it."""
    yield from (link.id for link in getattr(thing, "linked_transactions", ()))
    for application in getattr(thing, "applications", ()):
        yield application.transaction_id
        yield from (credit.id for credit in application.linked_transactions)


def _percent_in(lines: list[Any]) -> Json | None:
    """What a request says of its discount, if that is so many percent: the ledger holds what it comes to."""
    details = (line.get(DISCOUNT) for line in lines if isinstance(line, dict))
    return next((each for each in details if isinstance(each, dict) and each.get("DiscountPercent")), None)


def _with_percent(made: Json, detail: Json | None) -> Json:
    if detail is None:
        return made
    lines = [line | {DISCOUNT: detail} if line.get("DetailType") == DISCOUNT else line for line in made["Line"]]
    return made | {"Line": lines}


def _others(links: Any) -> list[Json]:
    """Links to what is no payment: those the ledger does not know."""
    return [link for link in links if isinstance(link, dict) and link.get("TxnType") not in ("Payment", "CreditMemo")]


def _deeply(below: Json, above: Json) -> Json:
    """One object over another, block by block."""
    result = dict(below)
    for key, value in above.items():
        mine = result.get(key)
        result[key] = _deeply(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return result
