"""The embedded books as QuickBooks hands them out: with the Web Connector's stamps on the company, and with faults."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, structs

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import Clock
from counterfoil.emulators.desktop.company import stamp_of
from counterfoil.emulators.desktop.documents import is_write
from counterfoil.emulators.desktop.faults import FAULTS, Faults
from counterfoil.emulators.desktop.iterators import Iterators
from counterfoil.model.addresses import CustomField
from counterfoil.model.command import Command, Delete, Update, Void
from counterfoil.model.company import Company
from counterfoil.model.outcome import Done
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbxml.serve import Request, RequestSet
from counterfoil.wire.qbxml.status import Status
from counterfoil.wire.qbxml.tree import Node

INVALID_ITERATOR: Final = 3391
TICKS_BEFORE_1970: Final = 621_355_968_000_000_000
"""What .NET counts in tenths of a microsecond from the year 1 to 1970."""

IN_USE: Final[Mapping[str, str]] = {
    "locked": "There was an error adding, modifying or deleting {id} because it is already in use.  QuickBooks error "
    "message: The transaction could not be locked.  It is in use by another user.",
    "list-locked": "There was an error when modifying {id}.  QuickBooks error message: This list has been modified by "
    "another user.",
    "related-locked": "There was an error adding, modifying or deleting {id} because it is already in use.  QuickBooks "
    "error message: The application failed to acquire the lock.",
}
"""QuickBooks' words for what somebody else holds."""


class Stamps(Struct, frozen=True, kw_only=True):
    """What the Web Connector has written into the company file, by OwnerID; `lock` names the session at work.

    Where another company file is open, every program finds `other_file_id` in it.
    """

    kept: Mapping[str, str] = {}
    lock: str | None = None
    other_file_id: str | None = None

    @property
    def fields(self) -> tuple[CustomField, ...]:
        found = []
        for owner_id, file_id in self.kept.items():
            found.append(CustomField(owner_id=owner_id, name="FileID", value=self.other_file_id or file_id))
            if self.lock is not None:
                found.append(CustomField(owner_id=owner_id, name="AppLock", value=self.lock))
        return tuple(found)


class Desk:
    """Carries the requests of one document out; `made` is what each of them left behind, by its place."""

    def __init__(
        self, books: EmbeddedBooks, faults: Faults, iterators: Iterators, asked: RequestSet, stamps: Stamps
    ) -> None:
        self.books = books
        self.faults = faults
        self.iterators = iterators
        self.asked = asked
        self.stamps = stamps
        self.made: dict[int, Done] = {}
        self._index = 0

    def gate(self, index: int, request: Request) -> Node | None:
        """What keeps a request from being carried out: somebody else's lock, or an iterator that is none."""
        self._index = index
        if self.iterators.is_invalid(self.asked.requests[index]):
            identifier = self.asked.requests[index].node.attributes.get("iteratorID", "")
            return _stated(request, Status(INVALID_ITERATOR, f'The iteratorID "{identifier}" is not valid.'))
        fault = self.faults.struck("writing") if is_write(request) else None
        if fault is None:
            return None
        subject = request.asked.id if isinstance(request.asked, Update | Void | Delete) else "the object"
        return _stated(request, Status(int(FAULTS[fault].code), IN_USE[fault].format(id=subject)))

    def execute(self, file: CompanyFile, command: Command) -> Done:
        done = self.books.execute(file, command)
        self.made[self._index] = done
        return done

    def read(self, file: CompanyFile, read: Read) -> Resource:
        thing = self.books.read(file, read)
        return structs.replace(thing, custom_fields=self.stamps.fields) if isinstance(thing, Company) else thing

    def select(self, file: CompanyFile, select: Select) -> Page:
        return self.books.select(file, select)

    def deletions(self, file: CompanyFile, select: SelectDeleted) -> tuple[Deletion, ...]:
        return self.books.deletions(file, select)


def stamps_in(file: CompanyFile, asked: RequestSet) -> dict[str, str]:
    """The FileIDs that the file holds for the programs whose OwnerIDs the requests name."""
    owners = {owner.upper() for request in asked.requests for owner in request.view.owners}
    found = ((owner, stamp_of(file, owner)) for owner in sorted(owners))
    return {owner: file_id for owner, file_id in found if file_id is not None}


def app_lock(machine: str, clock: Clock) -> str:
    """What the Web Connector writes into the file while a session lasts: `LOCKED:<machine>:<.NET ticks>`."""
    return f"LOCKED:{machine}:{TICKS_BEFORE_1970 + int(clock.precise() * 10_000_000)}"


def _stated(request: Request, status: Status) -> Node:
    attributes = {} if request.request_id is None else {"requestID": request.request_id}
    return Node(request.name.removesuffix("Rq") + "Rs", {**attributes, **status.attributes})
