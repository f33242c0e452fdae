"""The desktop books: commands and queries as qbXML documents, and answers as outcomes, objects and pages."""

from typing import Final

from msgspec import structs

from counterfoil.books.desktop.found import (
    about,
    check_found,
    gone,
    in_order,
    is_named,
    left_of,
    named,
    refusal_of,
    worst_of,
)
from counterfoil.books.desktop.questions import questions_of, root_of
from counterfoil.books.desktop.workers import with_worker
from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksAway, BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import digest, new_password
from counterfoil.dispatch.connectors import away_problem, condition_of
from counterfoil.dispatch.protocols import Asked, Posted
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Delete, Update, Void
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Deleted, Outcome, Refused, Voided
from counterfoil.model.query import Deletion, Page, Read, Select
from counterfoil.model.sales import Sale
from counterfoil.model.shape import Resource
from counterfoil.storage.connectors import Connector, ConnectorDesk
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.wire.qbxml.completed import completed
from counterfoil.wire.qbxml.glimpse import message_of
from counterfoil.wire.qbxml.guids import own_guid
from counterfoil.wire.qbxml.located import located
from counterfoil.wire.qbxml.messages import MESSAGES
from counterfoil.wire.qbxml.outcomes import Response, deletions_of, items_of, outcome_of, page_of, read_responses
from counterfoil.wire.qbxml.paging import Iterator
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.stream import LARGEST_STREAM, stream_objects
from counterfoil.wire.qbxml.table import DEFAULT_VERSION, Map
from counterfoil.wire.qbxml.tree import Document, Node, parse
from counterfoil.wire.qbxml.write import needs_current, request_document, tables_asked, unspoken, with_what_stays
from counterfoil.wire.qbxml.zones import Zone, inward

CUSTOM: Final = ("0",)
"""Whose custom fields are asked for: those that people define in QuickBooks itself."""

ITERATOR_GONE: Final = 3391
"""QuickBooks' status for an iterator of a session that is over."""

VOID: Final = "VOID:"
"""What the memo of a voided transaction begins with."""

MOST_ELEMENTS: Final = 10_000_000
"""Elements of an answer: its bytes are what is held down."""


class DesktopBooks:
    """Writes down what QuickBooks Desktop is to be asked, and reads what it answered."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def open_connection(self, session: Session, connection: ConnectionRecord) -> None:
        """A connector with a password that nobody knows: the connect page, or the command, makes one to be shown."""
        ConnectorDesk(session).put(connection.id, Connector(password=digest(new_password())))

    def close_connection(self, session: Session, connection: ConnectionRecord) -> None:
        """Nothing lies elsewhere: the Web Connector is refused from now on."""

    def connection_closed(self, connection: ConnectionRecord) -> None:
        """Nobody works for it: a call that is held finds out by itself."""

    def check_reachable(self, session: Session, connection: ConnectionRecord) -> None:
        problem = away_problem(condition_of(session, connection.id, self.clock), self.clock.now())
        if problem is not None:
            raise BooksAway(problem)

    def needed(self, command: Command) -> Read | None:
        """The object of which QuickBooks must be told more: of an update each line that stays, of a purchase each
        line's kind, of time who worked it and how long; and of which kind a payment is."""
        if isinstance(command, Update | Void | Delete) and needs_current(command):
            return Read(resource=command.resource, id=command.id, with_links=False)
        return None

    def completed(self, command: Command, current: Resource) -> Command:
        """Raises BooksRefused for a change of what QuickBooks cannot change."""
        try:
            return with_what_stays(command, current)
        except Invalid as invalid:
            raise BooksRefused(*invalid.problems) from None

    def post(self, session: Session, connection: ConnectionRecord, asked: Asked, request_id: str) -> Posted:
        """The document, as yet without a message set.

        What qbXML cannot say is told with places of the model: a command raises BooksRefused, a query Invalid.
        """
        connector = ConnectorDesk(session).find(connection.id) or Connector(password=b"")
        if isinstance(asked, Create | Update):
            _check_spoken(asked)
        tables, iterator = self._turn(session, connection, asked) if isinstance(asked, Select) else ((), None)
        version = connector.qbxml_version or DEFAULT_VERSION
        try:
            written_down = root_of(
                questions_of(asked, _view(asked), tables=tables, iterator=iterator),
                version=version,
                request_id=request_id,
                zone=zone_of(connector),
                text_policy=connector.text_policy,
                own_guid=own_guid(request_id),
            )
        except Invalid as invalid:
            if isinstance(asked, Create | Update):
                raise BooksRefused(*invalid.problems) from None
            raise
        return Posted(document=request_document(written_down.node, version=version), changed=written_down.changed)

    def check_document(self, document: bytes) -> bool:
        """A caller's own document: QuickBooks would refuse it whole where its elements are wrong."""
        asked = read_requests(parse(document))
        if asked.structure:
            raise Invalid(*asked.structure)
        return any(not request.name.endswith("QueryRq") for request in asked.requests)

    def outcome(self, connection: ConnectionRecord, entry: LaneEntry) -> Outcome:  # noqa: ARG002
        """What a command's answer says; what is gone without having been named is named by the request."""
        responses = _answers(entry)
        outcome = outcome_of(responses[0])
        if isinstance(outcome, Refused):
            return _placed(outcome, entry.document)
        result = outcome.result
        if isinstance(result, Voided | Deleted) and not result.id:
            result = structs.replace(result, id=_asked_id(entry.document))
        if isinstance(result, Resource):
            result = with_worker(completed(result), responses)
        warnings = _ignored(entry.document, result)
        return structs.replace(outcome, result=result, warnings=warnings, changed=entry.details.changed)

    def resource(self, connection: ConnectionRecord, entry: LaneEntry, read: Read) -> Resource:  # noqa: ARG002
        responses = _answers(entry)
        own = about(responses, read.resource)
        found = [item for each in own for item in items_of(each)]
        if found:
            return with_worker(completed(found[0]), responses)
        worst = worst_of(own)
        raise BooksRefused(*(refusal_of(worst, read.resource) if worst else (gone(read.resource, read.id),)))

    def page(self, connection: ConnectionRecord, entry: LaneEntry, select: Select) -> Page:  # noqa: ARG002
        """A page of what was found, read object by object; where there is more, the entry leads on to it."""
        model = CATALOGUE[select.resource].model
        responses: list[Response] = []
        items: list[Resource] = []
        beside: list[Resource] = []
        for each in stream_objects(entry.answer or b"", zone=Zone(name=entry.details.zone)):
            if isinstance(each, Response):
                responses.append(each)
            elif isinstance(each, model):
                items.append(completed(each))
            else:
                beside.append(each)
        own = about(responses, select.resource)
        if any(each.status.code == ITERATOR_GONE for each in own):
            raise _expired(select)
        found = tuple(with_worker(each, responses, beside) for each in in_order(items, own, select))
        check_found(found, own, select)
        left = left_of(own)
        return Page(items=found, next=entry.number if left else None, remaining=left)

    def deleted(self, connection: ConnectionRecord, entry: LaneEntry) -> tuple[Deletion, ...]:  # noqa: ARG002
        response = _answers(entry)[0]
        if response.refused:
            refused = page_of(response)
            raise BooksRefused(*(refused.problems if isinstance(refused, Refused) else ()))
        return deletions_of(response)

    def _turn(
        self, session: Session, connection: ConnectionRecord, select: Select
    ) -> tuple[tuple[Map, ...], Iterator | None]:
        """What a list is asked of: page by page the kind whose turn it is, with those after it.

        QuickBooks' iterators live in one session: raises Invalid for one of another.
        """
        tables = tables_asked(select)
        if not MESSAGES[f"{tables[0].name}QueryRq"].paged or select.limit is None or is_named(select):
            return tables, None
        if not select.after:
            return tables, Iterator("Start")
        before = Lane(session, connection.id, self.clock).by_number(select.after)
        if before is None:
            raise _expired(select)
        asked = message_of(before.document)
        place = next((index for index, table in enumerate(tables) if f"{table.name}Query" == asked), 0)
        if before.details.remaining:
            living = {each.id for each in ConnectorDesk(session).open_sessions(connection.id)}
            if before.details.iterator_id is None or before.session_id not in living:
                raise _expired(select)
            return tables[place:], Iterator("Continue", before.details.iterator_id)
        if place + 1 == len(tables):
            raise _expired(select)
        return tables[place + 1 :], Iterator("Start")


def zone_of(connector: Connector) -> Zone:
    return Zone(offset_minutes=connector.utc_offset, name=connector.zone)


def _answers(entry: LaneEntry) -> tuple[Response, ...]:
    """All answers in a document, their times true: the first is to what was asked."""
    root = parse(entry.answer or b"", largest=LARGEST_STREAM, most=MOST_ELEMENTS, forgiving=True).root
    return read_responses(Document(inward(root, Zone(name=entry.details.zone)))).responses


def _expired(select: Select) -> Invalid:
    return Invalid(Problem("cursor_expired", ("cursor",), {"value": select.after}))


def _view(asked: Asked) -> View | None:
    if isinstance(asked, Read | Select):
        return View(lines=True, links=asked.with_links, owners=CUSTOM)
    return None


def _check_spoken(command: Create | Update) -> None:
    """Refuse what qbXML has no element for: it would be lost in silence."""
    problems = [
        Problem("not_enabled", (name,), {"feature": f"`{name}`, which QuickBooks Desktop has no element for,"})
        for name in unspoken(command)
    ]
    if problems:
        raise BooksRefused(*problems)


def _asked(document: bytes) -> Command | None:
    """The command in a document that we wrote."""
    asked = read_requests(parse(document)).requests[0].asked
    return asked if isinstance(asked, Command) else None


def _placed(refused: Refused, document: bytes) -> Refused:
    """What was refused, with its places in the command and the name of what it is about."""
    asked = _asked(document)
    if asked is None:
        return refused
    return Refused(named((located(problem, asked) for problem in refused.problems), asked.resource))


def _ignored(document: bytes, result: Resource | Voided | Deleted) -> tuple[str, ...]:
    """The rates that QuickBooks passed over for the amounts beside them, which it does in silence."""
    if b"</Rate>" not in document or not isinstance(result, Sale):
        return ()
    asked = _asked(document)
    lines = asked.draft.lines if isinstance(asked, Create) and isinstance(asked.draft, Sale) else ()
    return tuple(
        f"lines[{index}].rate"
        for index, (sent, kept) in enumerate(zip(lines, result.lines, strict=False))
        if isinstance(sent, SalesLine) and isinstance(kept, SalesLine) and _passed_over(sent, kept)
    )


def _passed_over(sent: SalesLine, kept: SalesLine) -> bool:
    return sent.rate is not None and sent.amount is not None and sent.rate != kept.rate


def _asked_id(document: bytes) -> str:
    """The id that a deletion or a voiding names."""
    return _id_in(parse(document).root) or ""


def _id_in(node: Node) -> str | None:
    if node.name in ("TxnID", "ListID") and node.text:
        return node.text
    return next((found for child in node.children if (found := _id_in(child)) is not None), None)
