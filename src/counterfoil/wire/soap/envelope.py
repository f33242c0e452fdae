"""SOAP 1.1 as the Web Connector speaks it: calls are read by local names alone, answers are compact.

Any prefix, the RPC style with its types and its bare parameters, and the envelope of SOAP 1.2 are tolerated; a document
type declaration is not. White space within a result breaks the Web Connector, so that there is none.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree
from msgspec import Struct

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Problem
from counterfoil.wire.qbxml.tree import FORBIDDEN, GUARDED, prolog
from counterfoil.wire.soap.operations import NAMESPACE, OPERATIONS, Operation

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a call: an answer of QuickBooks travels in it, escaped."""

MOST_ELEMENTS: Final = 100
"""Of a whole envelope, and of the parameters in it."""

PIECE: Final = 64 * 1024
"""Bytes that are read at once."""

CONTENT_TYPE: Final = "text/xml; charset=utf-8"

_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
)
_TAIL: Final = "</soap:Body></soap:Envelope>"
_PARSER: Final[Mapping[str, Any]] = {**GUARDED, "huge_tree": True}
"""Texts of more than ten megabytes are read: their size is held down here, and nothing can be declared."""

_READER: Final = etree.XMLParser(**_PARSER)
"""Made once: to make a parser takes longer than to read a small envelope."""

_ENCODED = re.compile(rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']utf-16""", re.IGNORECASE)
_BARE = re.compile("\r\n?")


class Call(Struct, frozen=True):
    """One call: what of it is not there is an empty text."""

    operation: Operation
    arguments: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.arguments.get(name, "")

    def number(self, name: str) -> int:
        """A whole number; nil where it is none."""
        given = self.text(name).strip()
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def read_call(data: bytes, *, largest: int = LARGEST) -> Call:
    """The call in an envelope. Raises Malformed, and repeats nothing of what it was given."""
    if len(data) > largest:
        raise Malformed(Problem("too_large", (), {"limit": largest}))
    body = _child(_root(_text(data)), "Body")
    called = next(iter(body), None) if body is not None else None
    if called is None:
        raise _malformed("it is no SOAP envelope with a call in it")
    operation = OPERATIONS.get(_local(called))
    if operation is None:
        raise _malformed("it calls an operation that this service does not have")
    arguments: dict[str, str] = {}
    for count, child in enumerate(called):
        if count > MOST_ELEMENTS or len(child):
            raise _malformed("its parameters are no plain texts")
        arguments.setdefault(_local(child), child.text or "")
    return Call(operation, arguments)


def write_answer(operation: Operation, result: str | int | Sequence[str]) -> bytes:
    """The answer to a call, to the byte as the Web Connector likes it."""
    name = operation.name
    if isinstance(result, str | int):
        inner = _escaped(str(result))
    else:
        inner = "".join(f"<string>{_escaped(each)}</string>" for each in result)
    text = f'<{name}Response xmlns="{NAMESPACE}"><{name}Result>{inner}</{name}Result></{name}Response>'
    return f"{_HEAD}{text}{_TAIL}".encode()


def write_fault(words: str) -> bytes:
    """A fault: for what is no call of this service at all."""
    inner = f"<faultcode>soap:Client</faultcode><faultstring>{_escaped(words)}</faultstring>"
    return f"{_HEAD}<soap:Fault>{inner}</soap:Fault>{_TAIL}".encode()


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif _ENCODED.match(data[:300]):
        raise _malformed("its encoding is not the one that it declares")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _malformed("its bytes are not UTF-8") from None


def _root(text: str) -> Any:
    if FORBIDDEN.search(text):
        raise _malformed("it holds characters that XML does not allow")
    start, _ = prolog(text)
    try:
        root = _tree(text[start:].encode())
    except etree.XMLSyntaxError:
        raise _malformed("the XML is not well-formed") from None
    if _local(root) != "Envelope":
        raise _malformed("it is no SOAP envelope")
    return root


def _tree(data: bytes) -> Any:
    """The root element. A large body is read piece by piece, and given up where it has more elements than any call:
    millions of them would take seconds, and a gigabyte of memory."""
    if len(data) <= PIECE:
        return etree.fromstring(data, _READER)
    parser = etree.XMLPullParser(events=("start",), **_PARSER)
    count = 0
    for place in range(0, len(data), PIECE):
        parser.feed(data[place : place + PIECE])
        count += sum(1 for _ in parser.read_events())
        if count > MOST_ELEMENTS:
            raise _malformed("it has more elements than any call")
    return parser.close()


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if _local(child) == name), None)


def _local(element: Any) -> str:
    name: str = element.tag
    return name.rpartition("}")[2]


def _escaped(text: str) -> str:
    return escape(FORBIDDEN.sub("", _BARE.sub("\n", text)))


def _malformed(detail: str) -> Malformed:
    return Malformed(Problem("malformed", (), {"detail": detail}))
