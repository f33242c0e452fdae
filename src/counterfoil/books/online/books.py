"""The online books: commands and queries as documents that a worker carries out, and its answers as they were kept."""

from counterfoil.books.online.answers import deletions_in, outcome_in, page_in, resource_in
from counterfoil.books.online.asked import written
from counterfoil.books.online.problems import not_in_online
from counterfoil.books.online.questions import check
from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksAway, BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.grants import ONLINE, away_problem
from counterfoil.dispatch.lanes import Bells
from counterfoil.dispatch.protocols import Asked, Posted
from counterfoil.model.command import Command
from counterfoil.model.outcome import Outcome
from counterfoil.model.query import Deletion, Page, Read, Select
from counterfoil.model.shape import Resource
from counterfoil.storage.contract import Session
from counterfoil.storage.grants import Grant, GrantDesk
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import LaneEntry
from counterfoil.wire.qbo.requests import entity_for, refused


class OnlineBooks:
    """Writes down what Intuit is to be asked, and reads what the worker kept of its answers."""

    def __init__(self, clock: Clock, bells: Bells) -> None:
        self.clock = clock
        self.bells = bells

    def open_connection(self, session: Session, connection: ConnectionRecord) -> None:
        """An empty grant: a person is to fill it."""
        GrantDesk(session).put(connection.id, Grant())

    def close_connection(self, session: Session, connection: ConnectionRecord) -> None:
        """What Intuit granted is to be given back."""
        desk = GrantDesk(session)
        grant = desk.find(connection.id)
        if grant is not None and grant.is_granted:
            desk.leave(connection.id)
        else:
            desk.drop(connection.id)

    def connection_closed(self, connection: ConnectionRecord) -> None:  # noqa: ARG002
        self.bells.ring(ONLINE)

    def check_reachable(self, session: Session, connection: ConnectionRecord) -> None:
        problem = away_problem(GrantDesk(session).find(connection.id) or Grant(), self.clock.now())
        if problem is not None:
            raise BooksAway(problem)

    def needed(self, command: Command) -> Read | None:  # noqa: ARG002  the worker reads, merges and writes
        return None

    def completed(self, command: Command, current: Resource) -> Command:  # noqa: ARG002
        return command

    def post(self, session: Session, connection: ConnectionRecord, asked: Asked, request_id: str) -> Posted:  # noqa: ARG002
        """The document. Raises BooksRefused for what Online has no place for, and Invalid for a filter that nobody
        can look at."""
        if isinstance(asked, Select):
            check(asked)
        elif isinstance(asked, Command):
            if entity_for(asked.resource) is None:
                raise BooksRefused(not_in_online(asked.resource))
            problems = refused(asked)
            if problems:
                raise BooksRefused(*problems)
        return Posted(document=written(asked))

    def check_document(self, document: bytes) -> bool:  # noqa: ARG002
        """Online books take no qbXML."""
        detail = "These are the books of QuickBooks Online, which take no qbXML documents."
        raise Invalid(Problem("not_served", (), {"detail": detail}))

    def outcome(self, connection: ConnectionRecord, entry: LaneEntry) -> Outcome:  # noqa: ARG002
        return outcome_in(entry.answer or b"", entry.details.resource)

    def resource(self, connection: ConnectionRecord, entry: LaneEntry, read: Read) -> Resource:  # noqa: ARG002
        return resource_in(entry.answer or b"", read.resource)

    def page(self, connection: ConnectionRecord, entry: LaneEntry, select: Select) -> Page:  # noqa: ARG002
        return page_in(entry.answer or b"", select.resource)

    def deleted(self, connection: ConnectionRecord, entry: LaneEntry) -> tuple[Deletion, ...]:  # noqa: ARG002
        return deletions_in(entry.answer or b"")
