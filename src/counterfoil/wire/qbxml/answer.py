"""What the books said → the answer's elements, with status, counts and iterator."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.dates import local_moment
from counterfoil.core.problems import Place, Problem
from counterfoil.model.outcome import Deleted, Done, Refused, Voided
from counterfoil.model.query import Deletion, Page, Select
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.elements import Writing, object_elements
from counterfoil.wire.qbxml.messages import BY_RESOURCE, Message, table_of
from counterfoil.wire.qbxml.paging import Found, Selects, iterator_id
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.serve import Request, RequestSet
from counterfoil.wire.qbxml.slots import Slot, layout_of
from counterfoil.wire.qbxml.status import NOT_PROCESSED, NOTHING_FOUND, OK, Status, status_of
from counterfoil.wire.qbxml.table import Map, Part, Verb, version_of
from counterfoil.wire.qbxml.tree import Node, leaf

Answer = Done | Refused | Page | Found | Resource | tuple[Deletion, ...] | None
"""What a request may be answered with; None ends an iterator."""

_LINES: Final = frozenset({"lines", "expense_lines", "item_lines", "applications"})
_LINKS: Final = frozenset({"linked_transactions"})


def answered(request: Request, answer: Answer = None) -> Node:
    """The answer to a request; one that could not be read is answered with what is wrong with it."""
    if isinstance(request.asked, Refused):
        return _refused(request, request.asked.problems, own=True)
    match answer:
        case Refused(problems=problems):
            return _refused(request, problems, own=False)
        case Done(result=Deleted() | Voided() as gone):
            return _node(request, OK, _removed(request, gone))
        case Done(result=Resource() as thing):
            return _node(request, OK, (_ret(thing, request, whole=True),))
        case Found():
            return _found(request, answer)
        case Page():
            place = (0, answer.next) if answer.next is not None else None
            return _found(request, Found(items=answer.items, place=place, remaining=answer.remaining))
        case tuple():
            return _listed(request, tuple(_deletion(each, request) for each in answer))
        case Resource():
            return _node(request, OK, (_ret(answer, request, whole=False),))
    return _node(request, OK, ())


def not_processed(request: Request) -> Node:
    """The answer to a request after a refused one, in a set that stops on errors."""
    return _node(request, NOT_PROCESSED, ())


def response_root(answers: Sequence[Node], asked: RequestSet, *, message_set_status: int | None = None) -> Node:
    """All answers of a set, in the order of its requests."""
    attributes = {}
    if asked.new_message_set_id is not None:
        attributes["newMessageSetID"] = asked.new_message_set_id
    if message_set_status is not None:
        attributes["messageSetStatusCode"] = str(message_set_status)
    return Node("QBXML", {}, "", (Node("QBXMLMsgsRs", attributes, "", tuple(answers)),))


def _node(request: Request, status: Status, children: tuple[Node, ...], **more: str) -> Node:
    attributes = {} if request.request_id is None else {"requestID": request.request_id}
    attributes.update(status.attributes)
    attributes.update(more)
    return Node(request.name.removesuffix("Rq") + "Rs", attributes, "", children)


def _refused(request: Request, problems: Sequence[Problem], *, own: bool) -> Node:
    message = request.message
    subject = _subject(message, request)
    query = message is not None and message.action in ("query", "query_any")
    fields = () if own or message is None else tuple(_tag(message, problem.place) for problem in problems)
    return _node(request, status_of(problems, subject, query=query, fields=fields), ())


def _subject(message: Message | None, request: Request) -> str:
    if message is None:
        return request.name.removesuffix("Rq")
    return message.maps[0].name if len(message.maps) == 1 else message.name


def _tag(message: Message, place: Place) -> str:
    """The element that a place of the model leads to."""
    verb: Verb = "m" if message.action == "mod" else "a"
    part: Part | None = message.part
    tag = ""
    for index, step in enumerate(place):
        if isinstance(step, int) or part is None:
            continue
        rest = place[index + 1 :]
        layout = layout_of(part, verb, version_of("99.0"))
        fields = message.maps[0].fields_for(step) if part is message.part else (step,)
        slots = [slot for slot in layout.slots if slot.row.field in fields]
        slot = next((slot for slot in slots if _leads_to(slot, rest)), slots[0] if slots else None)
        tag, part = (slot.row.tag, slot.row.part) if slot is not None else (step, None)
    return tag


def _leads_to(slot: Slot, rest: Place) -> bool:
    """Whether what is in an element has the field that the rest of a place names."""
    named = next((step for step in rest if isinstance(step, str)), None)
    return slot.row.part is not None and any(row.field == named for row in slot.row.part.rows)


def _found(request: Request, found: Found) -> Node:
    nodes = tuple(_ret(thing, request, whole=False) for thing in found.items)
    if found.missing:
        status = status_of(found.missing, "", query=True)
        return _node(request, status, nodes, **_counted(request, nodes))
    return _listed(request, nodes, **_iterated(request, found))


def _listed(request: Request, nodes: tuple[Node, ...], **more: str) -> Node:
    status = OK if nodes else NOTHING_FOUND
    shown = () if request.metadata == "MetaDataOnly" else nodes
    return _node(request, status, shown, **_counted(request, nodes), **more)


def _counted(request: Request, nodes: tuple[Node, ...]) -> dict[str, str]:
    return {} if request.metadata == "NoMetaData" else {"retCount": str(len(nodes))}


def _iterated(request: Request, found: Found) -> dict[str, str]:
    asked = request.asked
    if request.iterator is None or request.iterator.action == "Stop" or not isinstance(asked, Select | Selects):
        return {}
    if found.place is None:
        last = {} if request.iterator.id is None else {"iteratorID": request.iterator.id}
        return {"iteratorRemainingCount": "0", **last}
    return {
        "iteratorRemainingCount": str(found.remaining if found.remaining is not None else 1),
        "iteratorID": iterator_id(asked, found.place),
    }


def _ret(thing: Resource, request: Request, *, whole: bool) -> Node:
    """An object as it is told: after a change with its lines, by a query as the query wants it."""
    table = table_of(thing)
    view = request.view
    writing = Writing("r", version_of(request.version), frozenset(view.owners))
    hidden = _hidden(table, view, whole=whole)
    return Node(
        f"{table.name}Ret", {}, "", _seen(object_elements(table.part, table.spoken(thing, "r"), writing), hidden, view)
    )


def _hidden(table: Map, view: View, *, whole: bool) -> frozenset[str]:
    fields = frozenset() if whole or view.lines else _LINES
    if whole or not view.links:
        fields |= _LINKS
    return frozenset(row.tag for row in table.part.rows if row.field in fields and table.key == "TxnID")


def _seen(nodes: tuple[Node, ...], hidden: frozenset[str], view: View) -> tuple[Node, ...]:
    if view.elements:
        return tuple(node for node in nodes if node.name in view.elements and node.name not in hidden)
    return tuple(node for node in nodes if node.name not in hidden) if hidden else nodes


def _removed(request: Request, gone: Struct) -> tuple[Node, ...]:
    """What a deletion or a voiding tells: type and id as they were asked, times, and the label."""
    resource = getattr(request.asked, "resource", "")
    table = BY_RESOURCE[resource]
    type_tag = request.name.removesuffix("Rq") + "Type"
    nodes: list[Node] = [
        leaf(type_tag, request.node.text_of(type_tag) or table.name),
        leaf(table.key, _text(gone, "id")),
    ]
    for tag, field in (("TimeCreated", "created_at"), ("TimeModified", "updated_at"), ("TimeDeleted", "deleted_at")):
        moment: int | None = getattr(gone, field, None)
        if moment is not None:
            nodes.append(leaf(tag, local_moment(moment)))
    label = _text(gone, "label") or _text(gone, "ref_number")
    if label:
        nodes.append(leaf("RefNumber" if table.key == "TxnID" else "FullName", label))
    return tuple(nodes)


def _text(gone: Any, field: str) -> str:
    return getattr(gone, field, None) or ""


def _deletion(each: Deletion, request: Request) -> Node:
    """What is told of something deleted. Of a resource with several tables nobody knows which it was: the one that was
    asked for is told."""
    first = BY_RESOURCE[each.resource]
    stem = "Txn" if first.key == "TxnID" else "List"
    wanted = {node.text for node in request.node.named(f"{stem}DelType")}
    maps = request.message.maps if request.message is not None else ()
    table = next((one for one in maps if one.resource == each.resource and one.name in wanted), first)
    nodes = [
        leaf(f"{stem}DelType", table.name),
        leaf(table.key, each.id),
        leaf("TimeCreated", local_moment(each.created_at)),
        leaf("TimeDeleted", local_moment(each.deleted_at)),
    ]
    if each.label:
        nodes.append(leaf("RefNumber" if stem == "Txn" else "FullName", each.label))
    return Node(f"{stem}DeletedRet", {}, "", _seen(tuple(nodes), frozenset(), request.view))
