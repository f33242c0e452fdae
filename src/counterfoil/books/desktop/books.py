"""The desktop books: commands and queries as qbXML documents, and answers as outcomes, objects and pages."""

from collections.abc import Iterable
from typing import Final

from msgspec import structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksAway, BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import digest, new_password
from counterfoil.dispatch.connectors import away_problem, condition_of
from counterfoil.dispatch.protocols import Asked, Posted
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Update
from counterfoil.model.lines import SalesLine
from counterfoil.model.outcome import Deleted, Outcome, Refused, Voided
from counterfoil.model.purchases import Purchase
from counterfoil.model.query import Deletion, Page, Read, Select
from counterfoil.model.sales import Invoice, Sale
from counterfoil.model.shape import Resource
from counterfoil.storage.connectors import Connector, ConnectorDesk
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.wire.qbxml.guids import own_guid
from counterfoil.wire.qbxml.located import located
from counterfoil.wire.qbxml.messages import BY_RESOURCE, MESSAGES
from counterfoil.wire.qbxml.outcomes import Response, deletions_of, outcome_of, page_of, read_responses
from counterfoil.wire.qbxml.paging import Iterator
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.stream import LARGEST_STREAM, stream_objects
from counterfoil.wire.qbxml.table import DEFAULT_VERSION
from counterfoil.wire.qbxml.tree import Document, Node, parse
from counterfoil.wire.qbxml.write import (
    needs_current,
    request_document,
    request_root,
    unspoken,
    with_what_stays,
    written,
)
from counterfoil.wire.qbxml.zones import Zone, inward, outward

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

    def check_reachable(self, session: Session, connection: ConnectionRecord) -> None:
        problem = away_problem(condition_of(session, connection.id, self.clock), self.clock.now())
        if problem is not None:
            raise BooksAway(problem)

    def needed(self, command: Command) -> Read | None:
        """An update of which QuickBooks must be told more: each line that stays, of a purchase each line's kind, and
        of time who worked it and how long."""
        if isinstance(command, Update) and needs_current(command):
            return Read(resource=command.resource, id=command.id, with_links=False)
        return None

    def completed(self, command: Command, current: Resource) -> Command:
        return with_what_stays(command, current) if isinstance(command, Update) else command

    def post(self, session: Session, connection: ConnectionRecord, asked: Asked, request_id: str) -> Posted:
        """The document, as yet without a message set.

        What qbXML cannot say is told with places of the model: a command raises BooksRefused, a query Invalid.
        """
        connector = ConnectorDesk(session).find(connection.id) or Connector(password=b"")
        iterator = None
        if isinstance(asked, Create | Update):
            _check_spoken(asked)
        elif isinstance(asked, Select):
            iterator = self._iterator(session, connection, asked)
        version = connector.qbxml_version or DEFAULT_VERSION
        try:
            written_down = written(
                asked,
                version=version,
                request_id=request_id,
                view=_view(asked),
                iterator=iterator,
                text_policy=connector.text_policy,
                own_guid=own_guid(request_id),
            )
        except Invalid as invalid:
            if isinstance(asked, Create | Update):
                raise BooksRefused(*invalid.problems) from None
            raise
        node = outward(written_down.node, zone_of(connector))
        return Posted(document=request_document(request_root([node]), version=version), changed=written_down.changed)

    def check_document(self, document: bytes) -> bool:
        """A caller's own document: QuickBooks would refuse it whole where its elements are wrong."""
        asked = read_requests(parse(document))
        if asked.structure:
            raise Invalid(*asked.structure)
        return any(not request.name.endswith("QueryRq") for request in asked.requests)

    def outcome(self, connection: ConnectionRecord, entry: LaneEntry) -> Outcome:  # noqa: ARG002
        """What a command's answer says; what is gone without having been named is named by the request."""
        response = _answer(entry)
        outcome = outcome_of(response)
        if isinstance(outcome, Refused):
            return _placed(outcome, entry.document)
        result = outcome.result
        if isinstance(result, Voided | Deleted) and not result.id:
            result = structs.replace(result, id=_asked_id(entry.document))
        if isinstance(result, Resource):
            result = _completed(result)
        warnings = _ignored(entry.document, result)
        return structs.replace(outcome, result=result, warnings=warnings, changed=entry.details.changed)

    def resource(self, connection: ConnectionRecord, entry: LaneEntry, read: Read) -> Resource:  # noqa: ARG002
        page = page_of(_answer(entry))
        if isinstance(page, Refused):
            raise BooksRefused(*_named(page.problems, read.resource))
        if not page.items:
            values = {"thing": CATALOGUE[read.resource].thing.capitalize(), "value": read.id}
            raise BooksRefused(Problem("object_missing", (), values))
        return _completed(page.items[0])

    def page(self, connection: ConnectionRecord, entry: LaneEntry, select: Select) -> Page:  # noqa: ARG002
        """A page of what was found, read object by object; where there is more, the entry leads on to it."""
        items: list[Resource] = []
        for each in stream_objects(entry.answer or b"", zone=Zone(name=entry.details.zone)):
            if not isinstance(each, Response):
                items.append(_completed(each))
            elif each.status.code == ITERATOR_GONE:
                raise _expired(select)
            elif each.refused:
                refused = page_of(each)
                raise BooksRefused(*_named(refused.problems if isinstance(refused, Refused) else (), select.resource))
        remaining = entry.details.remaining
        more = entry.details.iterator_id is not None and bool(remaining)
        return Page(items=tuple(items), next=entry.number if more else None, remaining=remaining if more else 0)

    def deleted(self, connection: ConnectionRecord, entry: LaneEntry) -> tuple[Deletion, ...]:  # noqa: ARG002
        response = _answer(entry)
        if response.refused:
            refused = page_of(response)
            raise BooksRefused(*(refused.problems if isinstance(refused, Refused) else ()))
        return deletions_of(response)

    def _iterator(self, session: Session, connection: ConnectionRecord, select: Select) -> Iterator | None:
        """How a list is asked for page by page. QuickBooks' iterators live in one session: raises Invalid for
        one of another."""
        table = BY_RESOURCE[select.resource]
        if not MESSAGES[f"{table.name}QueryRq"].paged or select.limit is None:
            return None
        if select.ids or select.names or select.ref_numbers:
            return None
        if not select.after:
            return Iterator("Start")
        before = Lane(session, connection.id, self.clock).by_number(select.after)
        living = {each.id for each in ConnectorDesk(session).open_sessions(connection.id)}
        if before is None or before.details.iterator_id is None or before.session_id not in living:
            raise _expired(select)
        return Iterator("Continue", before.details.iterator_id)


def zone_of(connector: Connector) -> Zone:
    return Zone(offset_minutes=connector.utc_offset, name=connector.zone)


def _answer(entry: LaneEntry) -> Response:
    """The one answer of a document that asked one thing, its times true."""
    root = parse(entry.answer or b"", largest=LARGEST_STREAM, most=MOST_ELEMENTS, forgiving=True).root
    return read_responses(Document(inward(root, Zone(name=entry.details.zone)))).responses[0]


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


def _named(problems: Iterable[Problem], resource: str) -> tuple[Problem, ...]:
    """The problems with the name of what was looked for."""
    thing = CATALOGUE[resource].thing.capitalize()
    return tuple(_renamed(problem, thing) for problem in problems)


def _renamed(problem: Problem, thing: str) -> Problem:
    if problem.kind != "object_missing":
        return problem
    return Problem(problem.kind, problem.place, {**problem.values, "thing": thing})


def _asked(document: bytes) -> Command | None:
    """The command in a document that we wrote."""
    asked = read_requests(parse(document)).requests[0].asked
    return asked if isinstance(asked, Command) else None


def _placed(refused: Refused, document: bytes) -> Refused:
    """What was refused, with its places in the command and the name of what it is about."""
    asked = _asked(document)
    if asked is None:
        return refused
    return Refused(_named((located(problem, asked) for problem in refused.problems), asked.resource))


def _completed(thing: Resource) -> Resource:
    """A document with what QuickBooks has no element for: an invoice's total, and that one was voided, for which
    QuickBooks marks the memo and takes all amounts away."""
    if isinstance(thing, Purchase):
        return structs.replace(thing, is_void=not thing.total_amount and (thing.memo or "").startswith(VOID))
    if not isinstance(thing, Sale) or thing.subtotal is None or thing.sales_tax_total is None:
        return thing
    total = thing.subtotal + thing.sales_tax_total
    is_void = not total and (thing.memo or "").startswith(VOID)
    if isinstance(thing, Invoice):
        return structs.replace(thing, total_amount=total, is_void=is_void)
    return structs.replace(thing, is_void=is_void)


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
