"""Iterators as QuickBooks has them: one id from the first page to the last, which dies with its session.

The books' own iterators need no memory, and their ids say where they are; a session gives each a name of its own.
"""

from collections.abc import Sequence

from msgspec import structs

from counterfoil.core.ids import random_uuid
from counterfoil.wire.qbxml.serve import Request, RequestSet, read_request
from counterfoil.wire.qbxml.tree import Node


class Iterators:
    """The iterators of one session that have not come to their end."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}

    def is_invalid(self, request: Request) -> bool:
        """Whether the request goes on with an iterator that this session has not, or no longer."""
        iterator = request.iterator
        return iterator is not None and iterator.action != "Start" and iterator.id not in self._places

    def resolved(self, asked: RequestSet) -> RequestSet:
        """The same set with the books' own ids in the place of ours."""
        if all(request.iterator is None for request in asked.requests):
            return asked
        requests = tuple(self._resolved(request, index) for index, request in enumerate(asked.requests))
        return structs.replace(asked, requests=requests)

    def told(self, asked: RequestSet, answers: Sequence[Node]) -> list[Node]:
        """The answers with our ids; what they say of where their iterators are is remembered."""
        return [self._told(request, node) for request, node in zip(asked.requests, answers, strict=True)]

    def _resolved(self, request: Request, index: int) -> Request:
        iterator = request.iterator
        if iterator is None or iterator.id not in self._places:
            return request
        attributes = {**request.node.attributes, "iteratorID": self._places[iterator.id]}
        node = structs.replace(request.node, attributes=attributes)
        return read_request(node, request.version, place=(request.name, index))

    def _told(self, request: Request, node: Node) -> Node:
        iterator = request.iterator
        remaining = node.attributes.get("iteratorRemainingCount")
        if iterator is None or remaining is None:
            if iterator is not None and iterator.action == "Stop":
                self._places.pop(iterator.id or "", None)
            return node
        name = iterator.id if iterator.action == "Continue" and iterator.id else f"{{{random_uuid()}}}"
        if remaining == "0":
            self._places.pop(name, None)
        else:
            self._places[name] = node.attributes.get("iteratorID", "")
        return structs.replace(node, attributes={**node.attributes, "iteratorID": name})
