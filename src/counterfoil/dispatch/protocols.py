"""What dispatch asks of books. The three kinds of books fulfil it; `app` hands them in."""

from typing import Protocol

from msgspec import Struct

from counterfoil.model.command import Command
from counterfoil.model.company import Company
from counterfoil.model.outcome import Done
from counterfoil.model.query import Balance, Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile


class Failure(Struct, frozen=True, kw_only=True):
    """The first error among a document's answers: the books' own code and words."""

    code: str
    message: str


class Answered(Struct, frozen=True, kw_only=True):
    """What books made of a qbXML request document: the response document, and the first error in it."""

    document: bytes
    failure: Failure | None = None


class Books(Protocol):
    """Books that answer inside the transaction that asks. They raise Refusal and store nothing when they refuse."""

    def open_company(self, file: CompanyFile, company: Company) -> None:
        """Fill the company file of a new connection."""
        ...

    def execute(self, file: CompanyFile, command: Command) -> Done: ...

    def read(self, file: CompanyFile, read: Read) -> Resource: ...

    def select(self, file: CompanyFile, select: Select) -> Page: ...

    def deletions(self, file: CompanyFile, select: SelectDeleted) -> tuple[Deletion, ...]: ...

    def answer(self, file: CompanyFile, document: bytes) -> Answered:
        """Carry out a qbXML request document, message by message. Raises Malformed or Invalid where it is none."""
        ...

    def trial_balance(self, file: CompanyFile) -> list[Balance]: ...

    def violations(self, file: CompanyFile) -> list[str]:
        """Each invariant of the ledger that does not hold, in a sentence."""
        ...
