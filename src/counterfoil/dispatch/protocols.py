"""What dispatch asks of books. The three kinds of books fulfil it; `app` hands them in."""

from typing import Protocol

from counterfoil.model.command import Command
from counterfoil.model.company import Company
from counterfoil.model.outcome import Done
from counterfoil.model.query import Balance, Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile


class Books(Protocol):
    """Books that answer inside the transaction that asks. They raise Refusal and store nothing when they refuse."""

    def open_company(self, file: CompanyFile, company: Company) -> None:
        """Fill the company file of a new connection."""
        ...

    def execute(self, file: CompanyFile, command: Command) -> Done: ...

    def read(self, file: CompanyFile, read: Read) -> Resource: ...

    def select(self, file: CompanyFile, select: Select) -> Page: ...

    def deletions(self, file: CompanyFile, select: SelectDeleted) -> tuple[Deletion, ...]: ...

    def trial_balance(self, file: CompanyFile) -> list[Balance]: ...

    def violations(self, file: CompanyFile) -> list[str]:
        """Each invariant of the ledger that does not hold, in a sentence."""
        ...
