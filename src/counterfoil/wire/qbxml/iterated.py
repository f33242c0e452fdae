"""Queries that are asked for page by page: how one goes on, and which objects a page holds.

QuickBooks gives an iterator one id, which lives as long as its session; the pages of one that is begun again hold the
same objects once more, which are known by their ids.
"""

from collections.abc import Container
from typing import Final

from msgspec import structs

from counterfoil.wire.qbxml.stream import LARGEST_STREAM
from counterfoil.wire.qbxml.tree import Node, parse

IDS: Final = ("ListID", "TxnID")
MOST_ELEMENTS: Final = 10_000_000
"""Elements of a page: its bytes are what is held down."""


def continued(root: Node, iterator_id: str) -> Node:
    """A document with one query that begins an iterator, as one that asks for its next page."""
    (messages,) = root.named("QBXMLMsgsRq")
    (query,) = messages.children
    attributes = {**query.attributes, "iterator": "Continue", "iteratorID": iterator_id}
    asked = structs.replace(messages, children=(structs.replace(query, attributes=attributes),))
    children = tuple(asked if child is messages else child for child in root.children)
    return structs.replace(root, children=children)


def whole(data: bytes) -> Node:
    """The root of an answer, however large."""
    return parse(data, largest=LARGEST_STREAM, most=MOST_ELEMENTS, forgiving=True).root


def ids_in(root: Node) -> tuple[str, ...]:
    """The ids of the objects in an answer, in their order; those without one are passed over."""
    return tuple(found for answer in _answers(root) for each in answer.children if (found := _id_of(each)) is not None)


def without(root: Node, told: Container[str]) -> Node:
    """An answer without the objects of these ids; it counts those that are left."""
    messages = root.child("QBXMLMsgsRs")
    if messages is None:
        return root
    answers = tuple(_without(answer, told) for answer in messages.children)
    children = tuple(
        structs.replace(messages, children=answers) if each is messages else each for each in root.children
    )
    return structs.replace(root, children=children)


def _without(answer: Node, told: Container[str]) -> Node:
    children = tuple(each for each in answer.children if (found := _id_of(each)) is None or found not in told)
    attributes = dict(answer.attributes)
    if "retCount" in attributes:
        attributes["retCount"] = str(sum(each.name.endswith("Ret") for each in children))
    return structs.replace(answer, attributes=attributes, children=children)


def _answers(root: Node) -> tuple[Node, ...]:
    messages = root.child("QBXMLMsgsRs")
    return messages.children if messages is not None else ()


def _id_of(thing: Node) -> str | None:
    """The id of an object; None for what is none."""
    if not thing.name.endswith("Ret"):
        return None
    return next((child.text for child in thing.children if child.name in IDS), None)
