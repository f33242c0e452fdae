"""Conductor's passthrough: a qbXML request as JSON, element names as they are, and its answer the same way.

An object's keys are elements in their order, `@` begins an attribute, an array repeats its element.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.protocols import Failure
from counterfoil.wire.qbxml.as_json import response_json
from counterfoil.wire.qbxml.tree import Node, parse, serialize

VERSION: Final = "13.0"


def document_of(body: Mapping[str, Any]) -> bytes:
    """The request document that a body stands for. Raises Invalid where it names nothing to ask."""
    if not body:
        raise Invalid(Problem("required", ("a qbXML request, such as CustomerQueryRq",)))
    requests = tuple(_nodes(body))
    messages = Node("QBXMLMsgsRq", {"onError": "stopOnError"}, "", requests)
    return serialize(Node("QBXML", {}, "", (messages,)), VERSION)


def answer_of(document: bytes, failure: Failure | None) -> Mapping[str, Any]:
    """The answer by element names. What the books refused is raised, with their own code and words."""
    if failure is not None:
        raise BooksRefused(Problem("books_said", (), {"code": failure.code, "words": failure.message}))
    told: Mapping[str, Any] = response_json(parse(document))[0]["QBXMLMsgsRs"]
    return told


def _nodes(body: Mapping[str, Any]) -> Iterator[Node]:
    for name, value in body.items():
        if name.startswith("@"):
            continue
        for each in value if isinstance(value, list) else (value,):
            yield _node(name, each)


def _node(name: str, value: Any) -> Node:
    if isinstance(value, dict):
        attributes = {key[1:]: _text(each) for key, each in value.items() if key.startswith("@")}
        return Node(name, attributes, "", tuple(_nodes(value)))
    return Node(name, {}, _text(value), ())


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
