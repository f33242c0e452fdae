"""Large answers, object by object: what has been told is forgotten before the next is read.

The bytes are held to what `tree.parse` holds answers to, forgiving: the same encodings, no document type, the same
depth.
"""

import codecs
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Problem
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.messages import BY_RET
from counterfoil.wire.qbxml.outcomes import LATEST, Response, response_of
from counterfoil.wire.qbxml.read import returned_object
from counterfoil.wire.qbxml.tree import (
    DEEPEST,
    GUARDED,
    Node,
    encoding_of,
    ill_formed,
    malformed,
    node_of,
    prolog,
    without_forbidden,
)
from counterfoil.wire.qbxml.zones import UNKNOWN, Zone, inward

LARGEST_STREAM: Final = 256 * 1024 * 1024
"""Bytes of an answer, unless the caller says otherwise."""

_CHUNK: Final = 64 * 1024
_LONGEST_REFERENCE: Final = 16
_SET: Final = ("QBXML", "QBXMLMsgsRs")
_ANSWER_DEPTH: Final = 3
_OBJECT_DEPTH: Final = 4


def stream_objects(
    data: bytes, *, largest: int = LARGEST_STREAM, zone: Zone = UNKNOWN
) -> Iterator[Response | Resource]:
    """Each answer of a document, without its elements, and after it the objects that it holds (those of `items_of`).

    Raises Malformed, once it comes to it: what was told before holds, and is not all.
    """
    depth, found, within = 0, False, False
    for action, element in _events(data, largest):
        if action == "end":
            if within and depth == _OBJECT_DEPTH:
                thing = _object(element, zone)
                _forget(element)
                if thing is not None:
                    yield thing
            depth -= 1
            continue
        depth += 1
        if depth > DEEPEST:
            raise malformed("its elements are nested too deeply")
        if depth == _ANSWER_DEPTH - 1:
            found = found or _way(element) == _SET
        elif depth == _ANSWER_DEPTH:
            within = _way(element.getparent()) == _SET and str(element.tag).endswith("Rs")
            if within:
                yield response_of(_head(element))
    if not found:
        raise malformed("it has no `QBXMLMsgsRs` in a `QBXML`")


def _events(data: bytes, largest: int) -> Iterator[tuple[str, Any]]:
    """What the parser meets, piece by piece."""
    parser: Any = etree.XMLPullParser(events=("start", "end"), **GUARDED)
    try:
        for text in _texts(data, largest):
            parser.feed(text.encode())
            yield from parser.read_events()
        parser.close()
    except etree.XMLSyntaxError as error:
        raise ill_formed(error, 0) from None
    yield from parser.read_events()


def _texts(data: bytes, largest: int) -> Iterator[str]:
    """The document from its root element on, in pieces, decoded and without what XML does not allow.

    What may be the beginning of a reference waits for the next piece.
    """
    if len(data) > largest:
        raise Malformed(Problem("too_large", (), {"limit": largest}))
    encoding, begin = encoding_of(data)
    decoder = codecs.getincrementaldecoder(encoding)("windows-1252")
    held = ""
    for place in range(begin, max(len(data), begin + 1), _CHUNK):
        last = place + _CHUNK >= len(data)
        try:
            text = held + decoder.decode(data[place : place + _CHUNK], last)
        except UnicodeDecodeError:
            raise malformed(f"its bytes are not {encoding}") from None
        cut = len(text) if last else _before_reference(text)
        text, held = without_forbidden(text[:cut]), text[cut:]
        yield _from_root(text, last=last) if place == begin else text


def _before_reference(text: str) -> int:
    """Where a reference begins that the end of the text cuts in two; the end, where none does."""
    begin = text.rfind("&", -_LONGEST_REFERENCE)
    return begin if begin >= 0 and ";" not in text[begin:] else len(text)


def _from_root(text: str, *, last: bool) -> str:
    """The first piece without what stands before the root element, which may not fill it."""
    start, _ = prolog(text)
    if start + 2 > len(text) and not last:
        raise malformed("its root element begins too late")
    return text[start:]


def _way(element: Any) -> tuple[str, str]:
    return str(element.getparent().tag), str(element.tag)


def _head(element: Any) -> Node:
    return Node(str(element.tag), {str(name): str(value) for name, value in element.attrib.items()})


def _object(element: Any, zone: Zone) -> Resource | None:
    table = BY_RET.get(str(element.tag))
    if table is None:
        return None
    node = node_of(element, DEEPEST - _OBJECT_DEPTH + 1)
    return returned_object(table, inward(node, zone), LATEST)


def _forget(element: Any) -> None:
    """Empty an element that was read, and take away those before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
