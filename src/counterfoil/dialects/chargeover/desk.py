"""One request at work on the books of one connection: it reads, turns numbers into ids and back, and submits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from counterfoil.core.clock import Clock
from counterfoil.core.dates import today
from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.chargeover.errors import does_not_exist
from counterfoil.dialects.chargeover.table import Family, Given, ObjectType, Sent
from counterfoil.dialects.chargeover.tokens import number_of, token_of
from counterfoil.dialects.chargeover.values import LARGEST_ID
from counterfoil.dispatch.attempts import Attempt, fingerprint
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.submit import Aside, Dispatcher
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command
from counterfoil.model.kinds import To
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.query import Filter, Read, Select
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.storage.installation import ConnectionRecord

MOST_LISTED = 500
"""Entries of one of the smaller lists that are looked at."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What of a request matters to its commands: which call it is, its bytes, and its idempotency key."""

    call: str
    raw: bytes
    idempotency_key: str | None
    base: str
    timeout: float
    max_lines: int

    @property
    def address(self) -> str:
        """`POST /api/v3/invoice`."""
        method, *words = (word for word in self.call.split("/") if word)
        return f"{method} /api/v3/{'/'.join(words)}"


class Numbers:
    """The numbers of some objects, by space and id."""

    def __init__(self, connection: str, found: Mapping[str, Mapping[str, int]]) -> None:
        self.connection = connection
        self.found = found

    def of(self, space: str, thing: Ref | str | None) -> int | None:
        identifier = thing.id if isinstance(thing, Ref) else thing
        return self.found.get(space, {}).get(identifier) if identifier is not None else None

    def token(self, kind: str, space: str, thing: Ref | str | None) -> str | None:
        number = self.of(space, thing)
        return token_of(self.connection, kind, number) if number is not None else None


class Desk:
    """Everything that the work on one request needs; what it sends to the books counts as one request."""

    def __init__(
        self, dispatcher: Dispatcher, caller: Caller, connection: ConnectionRecord, clock: Clock, asking: Asking
    ) -> None:
        self.dispatcher = dispatcher
        self.caller = caller
        self.connection = connection
        self.clock = clock
        self.asking = asking
        self.replayed = False
        self.has_written = False

    @property
    def today(self) -> date:
        return today(self.clock.now())

    def secret(self, raw: bytes) -> None:
        """From now on the request is remembered by these bytes, which hold no card or account number."""
        self.asking = replace(self.asking, raw=raw)

    async def submit(self, command: Command, aside: Aside | None = None, *, step: int | None = None) -> Done:
        """Carry out a command. Where a request is a sequence of them, each step has a key of its own."""
        asking = self.asking
        key = asking.idempotency_key
        if key is not None and step is not None:
            key = f"{key}/{step}"
        print_ = fingerprint(self.caller.key_id, "POST", f"{self.connection.id} {asking.call}", asking.raw)
        attempt = Attempt(
            fingerprint=print_,
            idempotency_key=key,
            dialect="chargeover",
            address=asking.address,
            body=asking.raw,
        )
        outcome = await self.dispatcher.submit(
            self.caller, self.connection, command, attempt, asking.timeout, aside=aside
        )
        if isinstance(outcome, Refused):
            raise BooksRefused(*outcome.problems)
        self.has_written = True
        self.replayed = self.replayed or outcome.replayed
        return outcome

    async def select(self, select: Select) -> tuple[Resource, ...]:
        return (await self.dispatcher.select(self.connection, select)).items

    async def listed(self, *resources: str, filters: tuple[Filter, ...] = ()) -> list[Any]:
        """All of some smaller lists."""
        found: list[Any] = []
        for resource in resources:
            found += await self.select(Select(resource=resource, filters=filters, limit=MOST_LISTED))
        return found

    async def read(self, resource: str, identifier: str) -> Any:
        return await self.dispatcher.read(self.connection, Read(resource=resource, id=identifier))

    async def number(self, space: str, identifier: str) -> int:
        return (await self.dispatcher.numbers(self.connection, space, [identifier]))[identifier]

    async def numbers(self, wanted: Mapping[str, Iterable[Ref | str | None]]) -> Numbers:
        """The numbers of all these objects; those without one are given one."""
        found = {}
        for space, things in wanted.items():
            ids = [thing.id if isinstance(thing, Ref) else thing for thing in things]
            known = [identifier for identifier in ids if identifier is not None]
            if known:
                found[space] = await self.dispatcher.numbers(self.connection, space, known)
        return Numbers(self.connection.id, found)

    async def id_of(self, space: str, number: int) -> str | None:
        if not 0 < number <= LARGEST_ID:
            return None
        return await self.dispatcher.id_of(self.connection, space, number)

    async def kept(self, things: Sequence[Resource], resources: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is kept beside these objects, by their ids."""
        found: dict[str, dict[str, Any]] = {}
        for resource in resources:
            mine = [thing.id for thing in things if isinstance(thing, CATALOGUE[resource].model)]
            if mine:
                found |= await self.dispatcher.kept(self.connection, resource, mine)
        return found

    async def by_token(self, kind: str, space: str, token: str) -> str | None:
        number = number_of(self.connection.id, kind, token)
        return await self.id_of(space, number) if number is not None else None

    async def by_external_key(self, resources: Iterable[str], key: str) -> str | None:
        for resource in resources:
            found = await self.dispatcher.by_external_key(self.connection, resource, key)
            if found is not None:
                return found
        return None

    async def number_in_address(self, type_: ObjectType, text: str) -> int:
        """The number of the object that an address names: by number, `token:…` or `external_key:…`."""
        word, _, rest = text.partition(":")
        identifier: str | None = None
        if word == "token":
            number = number_of(self.connection.id, type_.name, rest)
            return number if number is not None and number <= LARGEST_ID else self._not_there(type_)
        if word == "external_key" and type_.by_external_key:
            identifier = await self.by_external_key(type_.resources, rest)
            return await self.number(type_.space, identifier) if identifier is not None else self._not_there(type_)
        if text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID)):
            return int(text)
        return self._not_there(type_)

    def _not_there(self, type_: ObjectType) -> int:
        raise does_not_exist(type_.name)

    async def thing(self, family: Family, number: int) -> Any:
        """The object of a family with this number. Raises Unknown where there is none."""
        identifier = await self.id_of(family.space, number)
        if identifier is not None:
            for resource in family.resources:
                try:
                    return await self.read(resource, identifier)
                except BooksRefused as refusal:
                    if any(problem.kind != "object_missing" for problem in refusal.problems):
                        raise
        raise does_not_exist(family.name)

    async def refer(self, rows: Iterable[Sent], given: Given, place: Place) -> list[Problem]:
        """Turn the numbers in a request into references; a number that nobody has is a problem."""
        problems = []
        for row in rows:
            number = given.get(row.name)
            if not isinstance(row.kind, To) or number is None:
                continue
            listed = CATALOGUE[row.kind.resources[0]]
            identifier = await self.id_of(listed.list or "transactions", number)
            if identifier is None:
                values = {"thing": listed.thing, "value": number}
                problems.append(Problem("reference_missing", (*place, row.name), values))
            else:
                given[row.name] = Ref(identifier)
        return problems


def refuse(problems: Sequence[Problem]) -> None:
    """Raise what is wrong with a request, if anything is."""
    if problems:
        raise Invalid(*problems)
