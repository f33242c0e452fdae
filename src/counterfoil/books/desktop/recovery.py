"""What became of a write whose answer was lost: asked of QuickBooks, and never guessed.

QuickBooks keeps the answer of a message set under the set's id. The way is: ask for the *status* of the set; where
QuickBooks tells ids alone, *fetch* the object; where it has nothing stored, or cannot tell, look for *evidence*: a
transaction that bears the ExternalGUID of this very request. Only what is proved not to be there leaves again. What
cannot be proved stays unknown, and the lane goes on without it.
"""

from typing import Final

from msgspec import structs

from counterfoil.books.desktop.answers import Answer
from counterfoil.books.desktop.books import zone_of
from counterfoil.books.desktop.desk import Desk
from counterfoil.books.desktop.entries import settle_answered
from counterfoil.core.errors import Malformed
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.query import Filter, Read, Select
from counterfoil.storage.connectors import InFlight
from counterfoil.storage.lane import LaneEntry
from counterfoil.wire.qbxml.guids import guid_of
from counterfoil.wire.qbxml.message_sets import NOTHING_STORED, status_document
from counterfoil.wire.qbxml.outcomes import Recovered, Response
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.stream import LARGEST_STREAM
from counterfoil.wire.qbxml.tree import Node, parse
from counterfoil.wire.qbxml.write import request_document, request_node, request_root
from counterfoil.wire.qbxml.zones import outward

MOST_CANDIDATES: Final = 500
"""Transactions of one customer within two days that are looked through; of more, nothing is concluded."""

NOTHING_FOUND: Final = 1

MARGIN_SECONDS: Final = 24 * 3600
"""How much earlier than it was sent a transaction may be dated by a clock that goes wrong."""


def begin(desk: Desk, entry: LaneEntry) -> str:
    """The question after the status of the entry's message set."""
    entry = desk.detail(entry, recovering=entry.details.recovering + 1)
    desk.put(entry)
    desk.change(reconciled=(*desk.state.reconciled, entry.id))
    document = status_document(entry.details.set_id or "", desk.version).decode()
    desk.hold(InFlight(what="status", entry_id=entry.id, document=document))
    return document


def status_told(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """What QuickBooks says of the set: its answers, that it has nothing, or that it cannot tell."""
    told = answer.responses
    if told is not None and told.responses:
        _stored(desk, entry, answer, told.responses)
    elif told is not None and told.message_set_status == NOTHING_STORED:
        _look_or(desk, entry, resend=True)
    else:
        _look_or(desk, entry, resend=False)


def evidence_told(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """Whether a transaction bears the mark of this request."""
    nodes, mark = _objects(answer, entry), _mark(entry)
    if nodes is None or mark is None or len(nodes) >= MOST_CANDIDATES:
        desk.doubt(entry)
        return
    found = next((node for node in nodes if guid_of(node) == mark), None)
    if found is None:
        desk.requeue(entry)
        return
    _fetch(desk, entry, Recovered(txn_id=found.text_of("TxnID"), list_id=found.text_of("ListID")))


def fetched(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """The object that the write left behind. Where it is gone again, what was told of it before is all there is."""
    first = _first(answer, entry)
    if first is not None and not first.refused:
        settle_answered(desk, entry, answer)
    elif entry.answer is not None:
        settle_answered(desk, entry, structs.replace(answer, data=entry.answer))
    else:
        desk.doubt(entry)


def _stored(desk: Desk, entry: LaneEntry, answer: Answer, responses: tuple[Response, ...]) -> None:
    """QuickBooks has answered this set before. Of what it made it may tell the ids alone."""
    first = responses[0]
    if entry.kind == "command" and not first.refused and first.recovered is not None and _is_made(entry):
        _fetch(desk, desk.put(entry, answer=answer.data), first.recovered)
        return
    settle_answered(desk, entry, answer)


def _is_made(entry: LaneEntry) -> bool:
    return entry.details.verb in ("create", "update")


def _look_or(desk: Desk, entry: LaneEntry, *, resend: bool) -> None:
    """Look for evidence where there can be some; else what is known decides: `resend`, or it stays unknown."""
    if not resend:
        entry = desk.put(desk.detail(entry, is_spent=True))
    question = _evidence(desk, entry)
    if question is not None:
        desk.change(pending=InFlight(what="evidence", entry_id=entry.id, document=question))
    elif resend:
        desk.requeue(entry)
    else:
        desk.doubt(entry)


def _fetch(desk: Desk, entry: LaneEntry, recovered: Recovered) -> None:
    read = Read(resource=entry.details.resource, id=recovered.id, with_links=False)
    node = request_node(read, version=desk.version, request_id=_asking(entry), view=View(lines=True))
    document = request_document(request_root([node]), version=desk.version).decode()
    desk.change(pending=InFlight(what="fetch", entry_id=entry.id, document=document))


def _evidence(desk: Desk, entry: LaneEntry) -> str | None:
    """Asks for the transactions that a create could have left: those of its customer, since a day before it was sent.

    Lists need none: QuickBooks refuses a name that is there already. Neither do changes: it refuses an edit sequence
    that has moved on.
    """
    details = entry.details
    if details.verb != "create" or not CATALOGUE[details.resource].is_transaction:
        return None
    customer = _customer(parse(entry.document).root)
    if customer is None:
        return None
    since = (entry.sent_at or entry.created_at) - MARGIN_SECONDS
    select = Select(
        resource=details.resource,
        filters=(Filter("updated_at", ">=", since), customer),
        limit=MOST_CANDIDATES,
    )
    view = View(lines=False, elements=("TxnID", "ExternalGUID"))
    node = request_node(select, version=desk.version, request_id=_asking(entry), view=view)
    return request_document(request_root([outward(node, zone_of(desk.connector))]), version=desk.version).decode()


def _customer(root: Node) -> Filter | None:
    """The customer of the transaction in a request."""
    for reference in _all(root, "CustomerRef"):
        if identifier := reference.text_of("ListID"):
            return Filter("customer_id", "in", (identifier,))
        if name := reference.text_of("FullName"):
            return Filter("customer_name", "in", (name,))
    return None


def _all(node: Node, name: str) -> list[Node]:
    found = [node] if node.name == name else []
    for child in node.children:
        found += _all(child, name)
    return found


def _mark(entry: LaneEntry) -> str | None:
    """The ExternalGUID with which the request was sent: the caller's own, or the one that it was given here."""
    marks = _all(parse(entry.document).root, "ExternalGUID")
    return guid_of(Node("", {}, "", (marks[0],))) if marks else None


def _asking(entry: LaneEntry) -> str:
    """The request id of a look-up: its answer is not to be taken for that of the request itself."""
    return f"look-{entry.id}"


def _first(answer: Answer, entry: LaneEntry) -> Response | None:
    """The answer to a look-up; None where it is not one, or cannot be read."""
    told = answer.responses
    if told is None or not told.responses or told.responses[0].request_id != _asking(entry):
        return None
    return told.responses[0]


def _objects(answer: Answer, entry: LaneEntry) -> list[Node] | None:
    """The objects that a look-up found; None where it was refused or cannot be read."""
    first = _first(answer, entry)
    if first is None or first.status.code not in (0, NOTHING_FOUND):
        return None
    try:
        messages = parse(answer.data, largest=LARGEST_STREAM, forgiving=True).root.child("QBXMLMsgsRs")
    except Malformed:
        return None
    answers = messages.children if messages is not None else ()
    return [child for child in (answers[0].children if answers else ()) if child.name.endswith("Ret")]
