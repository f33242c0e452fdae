"""What shows in the company file that a write was carried out, where QuickBooks no longer tells its answer.

What was made bears the ExternalGUID of its request. What was changed has another edit sequence, and says what the
request says. What was voided says so; what was deleted stands among the deletions. Where neither this nor its contrary
shows, nothing is concluded.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from msgspec import Struct

from counterfoil.books.desktop.answers import Answer
from counterfoil.books.desktop.books import zone_of
from counterfoil.books.desktop.desk import Desk
from counterfoil.books.desktop.questions import questions_of, root_of
from counterfoil.core.dates import LAST_MOMENT
from counterfoil.core.errors import Malformed
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.query import Filter, Read, Select, SelectDeleted
from counterfoil.storage.lane import LaneEntry
from counterfoil.wire.qbxml.guids import guid_of
from counterfoil.wire.qbxml.outcomes import MISSING, Recovered, Response
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.stream import LARGEST_STREAM
from counterfoil.wire.qbxml.tree import Node, parse, serialize
from counterfoil.wire.qbxml.write import request_document

MOST_CANDIDATES: Final = 500
"""Objects of the last two days that are looked through; of more, nothing is concluded."""

NOTHING_FOUND: Final = 1
LOOK: Final = "look-"

MARGIN_SECONDS: Final = 24 * 3600
"""How much earlier than it was sent an object may be dated by a clock that goes wrong."""

VOIDED: Final = "VOID"
"""How the memo of what was voided begins."""

NEW_LINE: Final = "-1"
PARTIES: Final[Mapping[str, str]] = {
    "EntityRef": "worker",
    "VendorRef": "vendor",
    "PayeeEntityRef": "vendor",
    "CustomerRef": "customer",
}
"""Whose a transaction is, and the filter by which those of the same are found. Of time that is whoever worked it."""

_OF_THE_REQUEST: Final = ("EditSequence",)


class Evidence(Struct, frozen=True, kw_only=True):
    """`absent`: it was not carried out. `made`: it left the object that `recovered` names. `answered`: it was carried
    out, and `data` is an answer that says so. `unclear`: nobody can tell.
    """

    what: Literal["absent", "made", "answered", "unclear"]
    recovered: Recovered = Recovered()
    data: bytes = b""


ABSENT: Final = Evidence(what="absent")
UNCLEAR: Final = Evidence(what="unclear")


def question_of(desk: Desk, entry: LaneEntry) -> str | None:
    """The document that asks for evidence; None where there can be none."""
    asked = _sought(entry)
    return _look_up(desk, entry, asked) if asked is not None else None


def object_question(desk: Desk, entry: LaneEntry, identifier: str) -> str:
    """The document that asks for the object that the request left."""
    return _look_up(desk, entry, Read(resource=entry.details.resource, id=identifier, with_links=False))


def _look_up(desk: Desk, entry: LaneEntry, asked: Read | Select | SelectDeleted) -> str:
    """The document that asks for something, of the same kind as the request is about."""
    elements = ("TxnID", "ListID", "ExternalGUID") if isinstance(asked, Select) else ()
    table = read_requests(parse(entry.document)).requests[0].table
    questions = questions_of(
        asked,
        View(lines=isinstance(asked, Read), elements=elements),
        tables=(table,) if table is not None else (),
    )
    root = root_of(questions, version=desk.version, request_id=asking(entry), zone=zone_of(desk.connector)).node
    return request_document(root, version=desk.version).decode()


def evidence_in(entry: LaneEntry, answer: Answer) -> Evidence:
    """What the answer to that question shows."""
    nodes = _objects(answer, entry)
    if nodes is None or len(nodes) >= MOST_CANDIDATES:
        return UNCLEAR
    request = parse(entry.document).root
    match entry.details.verb:
        case "create":
            return _of_create(request, nodes)
        case "update":
            return _of_update(request, nodes, answer)
        case "void":
            return _of_void(request, nodes, entry)
        case _:
            return _of_delete(request, nodes, entry)


def asking(entry: LaneEntry) -> str:
    """The request id of a look-up: its answer is not to be taken for that of the request itself."""
    return f"{LOOK}{entry.id}"


def looked_for(request_id: str) -> str:
    """The entry that a look-up is about; any other request's id as it is."""
    return request_id.removeprefix(LOOK)


def look_up_in(answer: Answer, entry: LaneEntry) -> Response | None:
    """The answer to a look-up; None where it is not one, or cannot be read."""
    told = answer.responses
    if told is None or not told.responses or told.responses[0].request_id != asking(entry):
        return None
    return told.responses[0]


def _sought(entry: LaneEntry) -> Select | Read | SelectDeleted | None:
    """What to look for: what was made since a day before the request was sent, or the object that was to change.

    Of transactions only those of the same customer, vendor or worker are looked through, where the request names one.
    Lists that bear no GUID need no evidence before a create leaves again: QuickBooks refuses a name that is there
    already.
    """
    details, root = entry.details, parse(entry.document).root
    since = (entry.sent_at or entry.created_at) - MARGIN_SECONDS
    if details.verb == "delete":
        return SelectDeleted(resources=(details.resource,), since=since, until=LAST_MOMENT)
    if details.verb in ("update", "void"):
        return Read(resource=details.resource, id=_target(root), with_links=False)
    if details.verb != "create" or _mark(root) is None:
        return None
    recent = Filter("updated_at", ">=", since)
    if not CATALOGUE[details.resource].is_transaction:
        return Select(resource=details.resource, filters=(recent,), limit=MOST_CANDIDATES)
    party = _party(_change_in(root))
    filters = (recent, party) if party is not None else (recent,)
    return Select(resource=details.resource, filters=filters, limit=MOST_CANDIDATES)


def _of_create(request: Node, nodes: list[Node]) -> Evidence:
    mark = _mark(request)
    found = next((node for node in nodes if guid_of(node) == mark), None)
    if found is None:
        return ABSENT
    return Evidence(what="made", recovered=Recovered(txn_id=found.text_of("TxnID"), list_id=found.text_of("ListID")))


def _of_update(request: Node, nodes: list[Node], answer: Answer) -> Evidence:
    """An edit sequence that has moved on may be somebody else's doing: then the object does not say what was asked."""
    if not nodes:
        return ABSENT  # what is not there is not changed: QuickBooks will say so
    asked = _change_in(request)
    if nodes[0].text_of("EditSequence") == asked.text_of("EditSequence"):
        return ABSENT
    return Evidence(what="answered", data=answer.data) if _says(asked, nodes[0]) else UNCLEAR


def _of_void(request: Node, nodes: list[Node], entry: LaneEntry) -> Evidence:
    if not nodes or not (nodes[0].text_of("Memo") or "").upper().startswith(VOIDED):
        return ABSENT
    return _answered("TxnVoidRs", entry, request, nodes[0], ("TimeCreated", "TimeModified", "RefNumber"))


def _of_delete(request: Node, nodes: list[Node], entry: LaneEntry) -> Evidence:
    target = _target(request)
    found = next((node for node in nodes if target in (node.text_of("TxnID"), node.text_of("ListID"))), None)
    if found is None:
        return ABSENT
    name = "TxnDelRs" if found.child("TxnID") is not None else "ListDelRs"
    return _answered(name, entry, request, found, ("TimeCreated", "TimeDeleted", "RefNumber", "FullName"))


def _answered(name: str, entry: LaneEntry, request: Node, found: Node, told: tuple[str, ...]) -> Evidence:
    """The answer that QuickBooks must have given: what the request names, and what it says of that now."""
    attributes = {
        "requestID": entry.id,
        "statusCode": "0",
        "statusSeverity": "Info",
        "statusMessage": "Status OK",
    }
    named = tuple(child for each in _all(request, f"{name.removesuffix('Rs')}Rq") for child in each.children)
    answer = Node(name, attributes, "", (*named, *(child for child in found.children if child.name in told)))
    root = Node("QBXML", {}, "", (Node("QBXMLMsgsRs", {}, "", (answer,)),))
    return Evidence(what="answered", data=serialize(root))


def _change_in(request: Node) -> Node:
    """The `…Mod` of a request that changes something."""
    messages = request.children[0]
    return messages.children[0].children[0]


def _says(asked: Node, found: Node) -> bool:
    """Whether an object says all that a change asked for; lines by their ids, new ones by what they say."""
    return all(_is_said(child, found) for child in asked.children if child.name not in _OF_THE_REQUEST)


def _is_said(asked: Node, found: Node) -> bool:
    if not asked.children:
        if asked.name == "TxnLineID" and asked.text == NEW_LINE:
            return True
        return _same(asked.text, found.text_of(asked.name) or "")
    name = f"{asked.name.removesuffix('Mod')}Ret" if asked.name.endswith("Mod") else asked.name
    return any(_says(asked, each) for each in found.named(name))


def _same(one: str, other: str) -> bool:
    """Texts that say the same; amounts and quantities as numbers."""
    if one.strip() == other.strip():
        return True
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def _party(asked: Node) -> Filter | None:
    """Whose the transaction is that a request makes; others may be named in its lines."""
    for reference in asked.children:
        subject = PARTIES.get(reference.name)
        if subject is not None and (identifier := reference.text_of("ListID")):
            return Filter(f"{subject}_id", "in", (identifier,))
        if subject is not None and (name := reference.text_of("FullName")):
            return Filter(f"{subject}_name", "in", (name,))
    return None


def _target(root: Node) -> str:
    """The object that a change, a voiding or a deletion names: a transaction by its own id, of all that it mentions."""
    named = [*_all(root, "TxnID"), *_all(root, "ListID")]
    return named[0].text if named else ""


def _mark(root: Node) -> str | None:
    """The ExternalGUID with which the request was sent: the caller's own, or the one that it was given here."""
    marks = _all(root, "ExternalGUID")
    return guid_of(Node("", {}, "", (marks[0],))) if marks else None


def _all(node: Node, name: str) -> list[Node]:
    found = [node] if node.name == name else []
    for child in node.children:
        found += _all(child, name)
    return found


def _objects(answer: Answer, entry: LaneEntry) -> list[Node] | None:
    """The objects that a look-up found; None where it was refused or cannot be read."""
    first = look_up_in(answer, entry)
    if first is None or first.status.code not in (0, NOTHING_FOUND, MISSING):
        return None
    try:
        messages = parse(answer.data, largest=LARGEST_STREAM, forgiving=True).root.child("QBXMLMsgsRs")
    except Malformed:
        return None
    answers = messages.children if messages is not None else ()
    return [child for child in (answers[0].children if answers else ()) if child.name.endswith("Ret")]
