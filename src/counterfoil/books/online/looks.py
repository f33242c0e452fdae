"""What became of a write whose answer was lost and which Intuit does not tell again: looked for, and never guessed.

A new transaction is looked for by its number, else among those of its customer that were made since; it is ours where
it says what was sent, and no other request of ours made it. A new object of a list is looked for by its name. A change
is known by the SyncToken that it would have left behind. What cannot be told stays unknown.
"""

from enum import Enum, auto
from typing import Final

from counterfoil.books.online.intuit import Unanswered
from counterfoil.books.online.likeness import amounts, plain
from counterfoil.books.online.problems import missing
from counterfoil.books.online.questions import ANY_ACTIVE, Question, any_of, quoted
from counterfoil.books.online.reads import Reads
from counterfoil.books.online.writes import Carried, Write, Writes
from counterfoil.core.dates import local_moment, moment_from
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Delete, Update
from counterfoil.model.outcome import Refused
from counterfoil.storage.lane import LaneEntry
from counterfoil.storage.requests import RequestLog
from counterfoil.wire.qbo.entities import BY_NAME
from counterfoil.wire.qbo.query import LARGEST_PAGE
from counterfoil.wire.qbo.table import Entity, Json

MARGIN_SECONDS: Final = 600
"""How much Intuit's clock and ours may differ."""

PARTIES: Final = ("CustomerRef", "VendorRef", "EntityRef")
WORKED: Final = ("EmployeeRef", "Hours", "Minutes")
HEADS: Final = (
    *(*PARTIES, "DocNumber", "PaymentRefNum", "TxnDate", "DueDate", "PrivateNote", "CurrencyRef", "TotalAmt"),
    *WORKED,
)
"""What a transaction says of itself beside its lines, as far as Intuit keeps it as it was sent."""


REPEATED: Final = frozenset({"lines", "applications"})
"""What of a change may be another thing when it is made twice: a line that is new would be there two times."""


class Seen(Enum):
    """Where nothing was found: it was not carried out; it was not, and somebody else has changed the object since; or
    it cannot be told."""

    ABSENT = auto()
    MOVED = auto()
    UNCLEAR = auto()


Look = Carried | Refused | Seen


class Looks:
    """Looks for lost writes of one connection. Raises IntuitError where Intuit cannot be asked."""

    def __init__(self, reads: Reads, writes: Writes) -> None:
        self.reads = reads
        self.writes = writes

    async def look(self, command: Command, write: Write, entry: LaneEntry) -> Look:
        entity = BY_NAME[write.entity.casefold()]
        if not isinstance(command, Create):
            return await self._change(entity, command, write)
        if CATALOGUE[command.resource].is_transaction:
            return await self._new_transaction(entity, command, write, entry)
        return await self._new_name(entity, command, write, entry)

    async def _change(self, entity: Entity, command: Command, write: Write) -> Look:
        id = str(getattr(command, "id", ""))
        current = await self.reads.current(entity, id)
        if current is None:
            return await self._gone(entity, command, write, id)
        if str(current.get("SyncToken")) == write.token:
            return Seen.ABSENT
        try:
            carried = await self.writes.carried(command, write, {entity.name: current})
        except Unanswered:
            return Seen.MOVED  # neither void nor gone
        if not isinstance(command, Update) or not carried.done.warnings:
            return carried
        return Seen.MOVED if REPEATED.isdisjoint(command.changes) else Seen.UNCLEAR

    async def _gone(self, entity: Entity, command: Command, write: Write, id: str) -> Look:
        if isinstance(command, Delete):
            return await self.writes.carried(command, write, {entity.name: {"Id": id, "status": "Deleted"}})
        return Refused((missing(command.resource, id),))

    async def _new_transaction(self, entity: Entity, command: Create, write: Write, entry: LaneEntry) -> Look:
        body, since = write.body, entry.created_at - MARGIN_SECONDS
        found = await self.reads.objects(_candidates(entity, body, since), 1, LARGEST_PAGE)
        if len(found) >= LARGEST_PAGE:
            return Seen.UNCLEAR
        alike = [
            each
            for each in found
            if _made_at(each) >= since and _same_head(body, each) and await self._is_free(command, each, entry, since)
        ]
        same = [each for each in alike if amounts(body) == amounts(each)]
        if len(same) == 1:
            return await self.writes.carried(command, write, {entity.name: same[0]})
        return Seen.UNCLEAR if alike else Seen.ABSENT

    async def _new_name(self, entity: Entity, command: Create, write: Write, entry: LaneEntry) -> Look:
        key = "DisplayName" if "DisplayName" in write.body else "Name"
        name, since = str(write.body.get(key, "")), entry.created_at - MARGIN_SECONDS
        question = Question(entity=entity.name, conditions=(f"{key} = {quoted(name)}", ANY_ACTIVE))
        found = await self.reads.objects(question, 1, LARGEST_PAGE)
        named = [each for each in found if str(each.get(key, "")).casefold() == name.casefold()]
        if not named:
            return Seen.ABSENT
        if _made_at(named[0]) >= since and await self._is_free(command, named[0], entry, since):
            return await self.writes.carried(command, write, {entity.name: named[0]})
        return Refused((Problem("name_in_use", ("name",), {"value": name}),))

    async def _is_free(self, command: Create, given: Json, entry: LaneEntry, since: int) -> bool:
        """Whether no other request of ours made an object."""
        connection, id = self.reads.calls.connection_id, str(given.get("Id"))
        maker = await self.reads.store.read(
            lambda session: RequestLog(session).maker_of(connection, command.resource, id, since)
        )
        return maker in (None, entry.id)


def _candidates(entity: Entity, body: Json, since: int) -> Question:
    """Transactions with the number that was sent; without one, those of the same party since a moment."""
    number = body.get("DocNumber")
    if number:
        return Question(entity=entity.name, conditions=(f"DocNumber = {quoted(str(number))}",))
    conditions = [f"MetaData.CreateTime >= {quoted(local_moment(max(since, 0)))}"]
    if isinstance(body.get("CustomerRef"), dict):
        conditions.insert(0, any_of("CustomerRef", [str(body["CustomerRef"].get("value"))]))
    return Question(entity=entity.name, conditions=tuple(conditions))


def _made_at(given: Json) -> int:
    made = (given.get("MetaData") or {}).get("CreateTime")
    return moment_from(made, end_of_day=False) if isinstance(made, str) else 0


def _same_head(sent: Json, given: Json) -> bool:
    return all(plain(sent[key]) == plain(given.get(key)) for key in HEADS if sent.get(key) not in (None, "", 0))
