"""What dispatch asks of books. The three kinds of books fulfil it; `app` hands them in."""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from counterfoil.model.command import Command
from counterfoil.model.company import Company
from counterfoil.model.outcome import Done, Outcome
from counterfoil.model.query import Balance, Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import LaneEntry


class Failure(Struct, frozen=True, kw_only=True):
    """The first error among a document's answers: the books' own code and words."""

    code: str
    message: str


class Answered(Struct, frozen=True, kw_only=True):
    """What books made of a qbXML request document: the response document, and the first error in it.

    `remaining` is of a page of an answer: how many objects come after it.
    """

    document: bytes
    failure: Failure | None = None
    remaining: int | None = None


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

    def answer_in_pages(self, file: CompanyFile, document: bytes) -> Iterator[Answered]:
        """The pages of a document that is one query and begins an iterator, to the last one. Raises as `answer`."""
        ...

    def trial_balance(self, file: CompanyFile) -> list[Balance]: ...

    def violations(self, file: CompanyFile) -> list[str]:
        """Each invariant of the ledger that does not hold, in a sentence."""
        ...


Asked = Command | Read | Select | SelectDeleted


class Posted(Struct, frozen=True, kw_only=True):
    """A document for books that answer later, and the places whose text they cannot keep as it is."""

    document: bytes
    changed: tuple[str, ...] = ()


class DistantBooks(Protocol):
    """Books that answer when they next can: what is for them waits in the lane of its connection.

    Documents are the books' own; nobody else reads them.
    """

    def open_connection(self, session: Session, connection: ConnectionRecord) -> None:
        """Make what a new connection needs before anybody can call for its work."""
        ...

    def close_connection(self, session: Session, connection: ConnectionRecord) -> None:
        """A connection is being deleted: let go of what lies elsewhere for it, or write down that it is to be."""
        ...

    def connection_closed(self, connection: ConnectionRecord) -> None:
        """That is stored for good: wake whoever works for the connection, or has to let go of something."""
        ...

    def check_reachable(self, session: Session, connection: ConnectionRecord) -> None:
        """Raises BooksAway where nobody would come for work soon."""
        ...

    def needed(self, command: Command) -> Read | None:
        """What has to be read before the command can be written down."""
        ...

    def completed(self, command: Command, current: Resource) -> Command:
        """The command, with what it needs of the object as it is now."""
        ...

    def post(self, session: Session, connection: ConnectionRecord, asked: Asked, request_id: str) -> Posted:
        """The document that asks. Raises Refusal for what these books cannot be asked."""
        ...

    def check_document(self, document: bytes) -> bool:
        """Whether a caller's own document writes. Raises Malformed or Invalid where it is none."""
        ...

    def outcome(self, connection: ConnectionRecord, entry: LaneEntry) -> Outcome:
        """What became of a command that was answered."""
        ...

    def resource(self, connection: ConnectionRecord, entry: LaneEntry, read: Read) -> Resource:
        """The object that was asked for. Raises BooksRefused."""
        ...

    def page(self, connection: ConnectionRecord, entry: LaneEntry, select: Select) -> Page: ...

    def deleted(self, connection: ConnectionRecord, entry: LaneEntry) -> tuple[Deletion, ...]: ...
