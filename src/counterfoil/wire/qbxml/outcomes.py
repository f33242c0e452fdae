"""Answers of QuickBooks → outcomes, pages and what else was asked for.

Nothing in an answer is refused for being unknown: QuickBooks' own answers hold values that no schema lists. A refusal
keeps the code and the words of the books in the values of its problem.
"""

import re
from typing import Final

from msgspec import Struct

from counterfoil.core.dates import moment_from
from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Problem
from counterfoil.model.outcome import Deleted, Done, Outcome, Refused, Voided
from counterfoil.model.query import Deletion, Page
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.guids import guid_of
from counterfoil.wire.qbxml.located import SAID
from counterfoil.wire.qbxml.messages import BY_RET, MAPS, MESSAGES
from counterfoil.wire.qbxml.read import returned_object
from counterfoil.wire.qbxml.status import Status
from counterfoil.wire.qbxml.table import Version
from counterfoil.wire.qbxml.tree import Document, Node

LATEST: Final[Version] = (99, 0)
FIRST_ERROR: Final = 1000
"""What is less is carried out: from 500 on it is a warning, but for `MISSING`."""

MISSING: Final = 500
"""A query that names what is not there, which QuickBooks counts among its warnings."""

_Meaning = tuple[int, str, re.Pattern[str]]
MEANINGS: Final[tuple[_Meaning, ...]] = (
    (500, "object_missing", re.compile(r'"(?P<value>[^"]*)"')),
    (3000, "line_missing", re.compile(r'"(?P<value>[^"]*)" in the field "TxnLineID"')),
    (3000, "object_missing", re.compile(r'"(?P<value>[^"]*)" in the field "(?:Txn|List)ID"')),
    (3100, "name_in_use", re.compile(r'The name "(?P<value>[^"]*)" of the list element')),
    (3120, "object_missing", re.compile(r'"(?P<value>[^"]*)"')),
    (3140, "reference_missing", re.compile(r'reference to QuickBooks (?P<thing>[\w ]+) "(?P<value>[^"]*)"')),
    (3200, "stale_revision", re.compile(r'edit sequence (?:"(?P<value>[^"]*)" )?')),
    (3290, "line_order", re.compile(r'item "(?P<value>[^"]*)" is placed')),
)
"""What QuickBooks' codes mean here where its words are the usual ones, which tell what they are about. Everything else
is told in its words alone."""

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Recovered(Struct, frozen=True, kw_only=True):
    """What QuickBooks tells in place of an object that an earlier attempt left: its ids alone (`ErrorRecovery`).

    `external_guid` is in lower case and braces, whether Counterfoil or a caller gave it.
    """

    list_id: str | None = None
    txn_id: str | None = None
    txn_number: int | None = None
    edit_sequence: str | None = None
    external_guid: str | None = None

    @property
    def id(self) -> str:
        return self.txn_id or self.list_id or ""


class Response(Struct, frozen=True, kw_only=True):
    """One answer of a document."""

    name: str
    request_id: str | None
    status: Status
    node: Node
    count: int | None = None
    remaining: int | None = None
    iterator_id: str | None = None
    recovered: Recovered | None = None

    @property
    def refused(self) -> bool:
        """Whether QuickBooks did not do it. A warning is not enough, but for what is not there."""
        return self.status.code >= FIRST_ERROR or self.status.code == MISSING


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
        responses=tuple(response_of(node) for node in messages.children if node.name.endswith("Rs")),
        message_set_status=_whole(messages.attributes.get("messageSetStatusCode")),
        message_set_id=messages.attributes.get("newMessageSetID"),
    )


def outcome_of(response: Response) -> Outcome:
    """What became of a command.

    Of what was made by an earlier attempt QuickBooks may tell the ids alone: the result has then nothing but those, and
    of an object that is not told at all it has not even an id. To know more, it is to be read.
    """
    if response.refused:
        return Refused((_problem(response.status),))
    if response.name in ("TxnDelRs", "ListDelRs", "TxnVoidRs"):
        return Done(result=_gone(response.node))
    items = _items(response.node)
    return Done(result=items[0] if items else _untold(response))


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


def response_of(node: Node) -> Response:
    """One answer by its element (`InvoiceAddRs`). Whose code cannot be read but calls itself an error, is one."""
    attributes = node.attributes
    code = _whole(attributes.get("statusCode"))
    unread = FIRST_ERROR if attributes.get("statusSeverity") == "Error" else 0
    recovery = node.child("ErrorRecovery")
    return Response(
        name=node.name,
        request_id=attributes.get("requestID"),
        status=Status(unread if code is None else code, attributes.get("statusMessage", "")),
        node=node,
        count=_whole(attributes.get("retCount")),
        remaining=_whole(attributes.get("iteratorRemainingCount")),
        iterator_id=attributes.get("iteratorID"),
        recovered=None if recovery is None else _recovered(recovery),
    )


def _recovered(node: Node) -> Recovered:
    return Recovered(
        list_id=node.text_of("ListID") or None,
        txn_id=node.text_of("TxnID") or None,
        txn_number=_whole(node.text_of("TxnNumber")),
        edit_sequence=node.text_of("EditSequence") or None,
        external_guid=guid_of(node),
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None


def _untold(response: Response) -> Resource:
    """An object of which no more is known than what `ErrorRecovery` tells."""
    message = MESSAGES.get(f"{response.name.removesuffix('Rs')}Rq")
    known = response.recovered or Recovered()
    if message is None:
        return Resource(id=known.id, revision=known.edit_sequence or "")
    return message.maps[0].model(id=known.id, revision=known.edit_sequence or "")


def _items(node: Node) -> tuple[Resource, ...]:
    found: list[Resource] = []
    for child in node.children:
        table = BY_RET.get(child.name)
        if table is not None:
            found.append(returned_object(table, child, LATEST))
    return tuple(found)


def _problem(status: Status) -> Problem:
    """The problem that a status tells, with the books' own code and words."""
    own = {"code": status.code, "words": status.message}
    for code, kind, pattern in MEANINGS:
        found = pattern.search(status.message) if code == status.code else None
        if found is not None:
            told = {name: value or "" for name, value in found.groupdict().items()}
            thing = _WORD.sub(" ", told.get("thing") or "Object")
            return Problem(kind, (), own | {"id": ""} | told | {"thing": thing})
    return Problem(SAID, (), own)


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
