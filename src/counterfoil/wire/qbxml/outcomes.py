"""Answers of QuickBooks → outcomes, pages and what else was asked for.

Nothing in an answer is refused for being unknown: QuickBooks' own answers hold values that no schema lists. A refusal
keeps the code and the words of the books in the values of its problem.
"""

import re
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.dates import moment_from
from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Problem
from counterfoil.model.outcome import Deleted, Done, Outcome, Refused, Voided
from counterfoil.model.query import Deletion, Page
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.messages import BY_RET, MAPS
from counterfoil.wire.qbxml.read import returned
from counterfoil.wire.qbxml.status import NOTHING_FOUND, Status
from counterfoil.wire.qbxml.table import Version
from counterfoil.wire.qbxml.tree import Document, Node

LATEST: Final[Version] = (99, 0)
FIRST_ERROR: Final = 500

KINDS: Final = {
    500: "object_missing",
    3100: "name_in_use",
    3120: "object_missing",
    3200: "stale_revision",
}
"""What QuickBooks' codes mean here; what is not in here is told in QuickBooks' words alone."""

SAID: Final = "not_served"
"""The kind whose words are those in its values: the books said no."""

_QUOTED = re.compile(r'"([^"]*)"')


class Response(Struct, frozen=True, kw_only=True):
    """One answer of a document."""

    name: str
    request_id: str | None
    status: Status
    node: Node
    count: int | None = None
    remaining: int | None = None
    iterator_id: str | None = None

    @property
    def refused(self) -> bool:
        return self.status.code >= FIRST_ERROR


class ResponseSet(Struct, frozen=True, kw_only=True):
    """All answers of a document, in their order."""

    responses: tuple[Response, ...]
    message_set_status: int | None = None
    message_set_id: str | None = None


def read_responses(document: Document) -> ResponseSet:
    """The answers that a document holds. Raises Malformed where it is no qbXML answer at all."""
    root = document.root
    messages = root.child("QBXMLMsgsRs") if root.name == "QBXML" else None
    if messages is None:
        raise Malformed(Problem("malformed", (), {"detail": "it has no `QBXMLMsgsRs` in a `QBXML`"}))
    return ResponseSet(
        responses=tuple(_response(node) for node in messages.children),
        message_set_status=_whole(messages.attributes.get("messageSetStatusCode")),
        message_set_id=messages.attributes.get("newMessageSetID"),
    )


def outcome_of(response: Response) -> Outcome:
    """What became of a command."""
    if response.refused:
        return Refused((_problem(response.status),))
    if response.name in ("TxnDelRs", "ListDelRs", "TxnVoidRs"):
        return Done(result=_gone(response.node))
    items = _items(response.node)
    return Done(result=items[0]) if items else Refused((_problem(response.status),))


def page_of(response: Response) -> Page | Refused:
    """What a query found; of names or ids that are not there, one problem, and what else was found is in `items_of`."""
    if response.refused:
        return Refused((_problem(response.status),))
    return Page(items=_items(response.node), remaining=response.remaining)


def items_of(response: Response) -> tuple[Resource, ...]:
    """Every object in an answer, whatever its status."""
    return _items(response.node)


def deletions_of(response: Response) -> tuple[Deletion, ...]:
    """What a query of deletions found, of the resources that are known here."""
    found = (_deletion(node) for node in response.node.children if node.name in ("TxnDeletedRet", "ListDeletedRet"))
    return tuple(each for each in found if each is not None)


def _response(node: Node) -> Response:
    attributes = node.attributes
    code = _whole(attributes.get("statusCode"))
    return Response(
        name=node.name,
        request_id=attributes.get("requestID"),
        status=Status(0 if code is None else code, attributes.get("statusMessage", "")),
        node=node,
        count=_whole(attributes.get("retCount")),
        remaining=_whole(attributes.get("iteratorRemainingCount")),
        iterator_id=attributes.get("iteratorID"),
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None


def _items(node: Node) -> tuple[Resource, ...]:
    found: list[Resource] = []
    for child in node.children:
        table = BY_RET.get(child.name)
        if table is not None:
            thing: Any = returned(table.part, child, LATEST)
            found.append(thing)
    return tuple(found)


def _problem(status: Status) -> Problem:
    """The problem that a status tells, with the books' own code and words."""
    own = {"code": status.code, "words": status.message, "detail": status.message}
    kind = KINDS.get(status.code, SAID)
    quoted = _QUOTED.findall(status.message)
    if kind == SAID or (kind != "stale_revision" and not quoted) or status.code == NOTHING_FOUND.code:
        return Problem(SAID, (), own)
    return Problem(kind, (), own | {"thing": "Object", "value": quoted[0] if quoted else "", "id": ""})


def _gone(node: Node) -> Voided | Deleted:
    identifier = node.text_of("TxnID") or node.text_of("ListID") or ""
    label = node.text_of("RefNumber") or node.text_of("FullName") or None
    if node.name == "TxnVoidRs":
        created, updated = _moment(node.text_of("TimeCreated")), _moment(node.text_of("TimeModified"))
        return Voided(id=identifier, ref_number=label, created_at=created, updated_at=updated)
    return Deleted(id=identifier, label=label, deleted_at=_moment(node.text_of("TimeDeleted")))


def _deletion(node: Node) -> Deletion | None:
    name = node.text_of("TxnDelType") or node.text_of("ListDelType")
    table = next((each for each in MAPS if each.name == name), None)
    if table is None:
        return None
    return Deletion(
        resource=table.resource,
        id=node.text_of("TxnID") or node.text_of("ListID") or "",
        label=node.text_of("RefNumber") or node.text_of("FullName") or None,
        created_at=_moment(node.text_of("TimeCreated")),
        deleted_at=_moment(node.text_of("TimeDeleted")),
    )


def _moment(text: str | None) -> int:
    try:
        return moment_from(text or "", end_of_day=False)
    except (ValueError, OverflowError):
        return 0
