"""Error recovery by message sets: what a program was answered is kept until the program lets it go.

A document with a `newMessageSetID` leaves its answer in the company file, in the transaction of the work itself. Sent
again, it is answered with what is kept, and nothing is carried out. `oldMessageSetID` lets an earlier one go.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.model.catalogue import resource_of
from counterfoil.model.outcome import Done
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.margin import Margin
from counterfoil.wire.qbxml.serve import RequestSet
from counterfoil.wire.qbxml.tree import Node, branch, fragment, leaf

KEPT_AS: Final = "message_sets"
LONGEST_ID: Final = 24

RESTORED: Final = 0
NOTHING_KEPT: Final = 600
OTHER_CHECKSUM: Final = 9001
ID_TOO_LONG: Final = 9004


class Kept(Struct, frozen=True, kw_only=True):
    """What a message set left behind: the digest of its requests, its answer, and the answer that recovery gives."""

    checksum: str
    answer: str
    recovery: str


class MessageSets:
    """The message sets that one program has left in a company file."""

    def __init__(self, file: CompanyFile, program: str) -> None:
        self._margin = Margin(file.session, file.connection_id, file.clock)
        self._program = program

    def find(self, identifier: str) -> Kept | None:
        key = self._key(identifier)
        found: dict[str, Any] = self._margin.kept(KEPT_AS, [key]).get(key, {})
        return Kept(**found) if found else None

    def keep(self, identifier: str, kept: Kept) -> None:
        self._margin.keep(KEPT_AS, self._key(identifier), structs.asdict(kept))

    def discard(self, identifier: str) -> bool:
        """Let a set go; whether there was one."""
        there = self.find(identifier) is not None
        if there:
            self._margin.drop(KEPT_AS, self._key(identifier))
        return there

    def _key(self, identifier: str) -> str:
        return f"{self._program}/{identifier}"


def checksum_of(asked: RequestSet) -> str:
    """A digest of the requests. The attributes of their set are not part of it: a repetition may let another set go."""
    digest = hashlib.sha256()
    for request in asked.requests:
        digest.update(fragment(request.node).encode())
    return digest.hexdigest()


def ids_are_too_long(asked: RequestSet) -> bool:
    return any(len(each or "") > LONGEST_ID for each in (asked.new_message_set_id, asked.old_message_set_id))


def bare_root(asked: RequestSet, code: int, answers: Sequence[Node] = ()) -> Node:
    """An answer that tells of the message set alone."""
    attributes = {"messageSetStatusCode": str(code)}
    if asked.new_message_set_id is not None:
        attributes = {"newMessageSetID": asked.new_message_set_id, **attributes}
    return Node("QBXML", {}, "", (Node("QBXMLMsgsRs", attributes, "", tuple(answers)),))


def recovery_of(answers: Sequence[Node], made: Mapping[int, Done], asked: RequestSet) -> list[Node]:
    """The same answers with the means to find each object in the place of the object itself."""
    found = []
    for index, node in enumerate(answers):
        done = made.get(index)
        children = () if done is None else (_recovery(done, asked.requests[index].name),)
        found.append(structs.replace(node, text="", children=children))
    return found


def _recovery(done: Done, request: str) -> Node:
    thing = done.result
    if not isinstance(thing, Resource):
        return branch("ErrorRecovery", leaf("TxnID" if request.startswith("Txn") else "ListID", thing.id))
    is_transaction = resource_of(thing).is_transaction
    nodes = [leaf("TxnID" if is_transaction else "ListID", thing.id)]
    number: int = getattr(thing, "number", 0)
    external_id: str | None = getattr(thing, "external_id", None)
    if is_transaction and number:
        nodes.append(leaf("TxnNumber", str(number)))
    nodes.append(leaf("EditSequence", thing.revision))
    if external_id:
        nodes.append(leaf("ExternalGUID", f"{{{external_id.strip('{}')}}}"))
    return branch("ErrorRecovery", *nodes)
