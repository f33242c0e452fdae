"""Bytes ↔ a light tree of elements, safely.

What comes in is decoded here, not by the XML parser: the encodings that QuickBooks and its callers use are known, all
others are refused, and so is every document type declaration, so that no entity can ever be declared. What goes out is
pure ASCII: QuickBooks keeps Windows-1252, and a numeric reference is the one spelling that arrives whatever the way.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree
from msgspec import Struct

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Problem

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a document, unless the caller says otherwise."""

MOST: Final = 500_000
"""Elements of a document, unless the caller says otherwise."""

DEEPEST: Final = 32
"""Levels of elements; qbXML itself has no more than ten."""

NO_ATTRIBUTES: Final[Mapping[str, str]] = {}
HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>'

_ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "latin-1": "latin-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE: Final = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NUMBERED = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,9}));")
_LAST_CODE: Final = 0x10FFFF
_VERSION = re.compile(r"""^qbxml\s+version\s*=\s*["']\s*((?:CA|UK|AU|OE)?\d{1,2}\.\d{1,2})\s*["']\s*$""")
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_QUOTED = _ESCAPES | {ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}

GUARDED: Final[Mapping[str, Any]] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""How the XML parser is set up: it declares nothing, fetches nothing, and expects what was decoded here."""

SMALL: Final = 64 * 1024
"""Bytes up to which a document is read by the one parser that is kept: to make one takes longer than to read a few
kilobytes. A large one has its own, as others would have to wait for its end."""

_READER: Final = etree.XMLParser(**GUARDED)


class Node(Struct, frozen=True):
    """An element: it has either text or elements within."""

    name: str
    attributes: Mapping[str, str] = {}
    text: str = ""
    children: tuple["Node", ...] = ()

    def named(self, name: str) -> Iterator["Node"]:
        return (child for child in self.children if child.name == name)

    def child(self, name: str) -> "Node | None":
        return next(self.named(name), None)

    def text_of(self, name: str) -> str | None:
        child = self.child(name)
        return None if child is None else child.text


class Document(Struct, frozen=True):
    """A root element, and the version that the `qbxml` processing instruction before it names."""

    root: Node
    version: str | None = None


def parse(
    data: bytes, *, largest: int = LARGEST, most: int = MOST, deepest: int = DEEPEST, forgiving: bool = False
) -> Document:
    """The document that `data` holds. Raises Malformed, and never repeats anything of what it was given.

    QuickBooks' own answers are read `forgiving`: people have stored characters in it that XML does not allow, and an
    answer is too dear to be refused for one of them. They are left out, and bytes that are no UTF-8 read as
    Windows-1252.
    """
    if len(data) > largest:
        raise Malformed(Problem("too_large", (), {"limit": largest}))
    text = _decoded(data, "windows-1252" if forgiving else "strict")
    if forgiving:
        text = without_forbidden(text)
    elif FORBIDDEN.search(text):
        raise malformed("it holds characters that XML does not allow")
    if text.count("<") > 2 * most:
        raise malformed(f"it has more than {most} elements")
    start, version = prolog(text)
    encoded = text[start:].encode()
    try:
        root = etree.fromstring(encoded, _READER if len(encoded) <= SMALL else etree.XMLParser(**GUARDED))
    except etree.XMLSyntaxError as error:
        raise ill_formed(error, text.count("\n", 0, start)) from None
    return Document(node_of(root, deepest), version)


def serialize(root: Node, version: str | None = None) -> bytes:
    """A document in pure ASCII; without a version it has no `qbxml` instruction, as QuickBooks' answers have none."""
    parts = [HEAD]
    if version is not None:
        parts.append(f'<?qbxml version="{version}"?>')
    _append(root, parts)
    return "".join(parts).encode("ascii", "xmlcharrefreplace")


def fragment(node: Node) -> str:
    """One element as text, without a head."""
    parts: list[str] = []
    _append(node, parts)
    return "".join(parts).encode("ascii", "xmlcharrefreplace").decode("ascii")


def leaf(name: str, text: str) -> Node:
    return Node(name, {}, text)


def branch(name: str, *children: Node) -> Node:
    return Node(name, {}, "", children)


def without_forbidden(text: str) -> str:
    """Text without the characters that XML does not allow, whether they stand there or are referred to by number."""
    return _NUMBERED.sub(_kept_reference, FORBIDDEN.sub("", text))


def _kept_reference(found: re.Match[str]) -> str:
    code = int(found.group(1), 16) if found.group(1) else int(found.group(2))
    return found.group(0) if code <= _LAST_CODE and not FORBIDDEN.match(chr(code)) else ""


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1


codecs.register_error("windows-1252", _as_windows_1252)


def _decoded(data: bytes, errors: str) -> str:
    encoding, length = encoding_of(data)
    try:
        return data[length:].decode(encoding, errors)
    except UnicodeDecodeError:
        raise malformed(f"its bytes are not {encoding}") from None


def encoding_of(data: bytes) -> tuple[str, int]:
    """How the bytes are to be decoded, and how many of them are a byte order mark, which outranks a declaration."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    for beginning, encoding in _WIDE:
        if data.startswith(beginning):
            return encoding, 0
    declared = _DECLARED.match(data[:400])
    if declared is None:
        return "utf-8", 0
    name = declared.group(1).decode("ascii").lower()
    if name not in _ENCODINGS or name.startswith("utf-16"):
        raise malformed("its encoding is not UTF-8, UTF-16, ISO-8859-1 or Windows-1252")
    return _ENCODINGS[name], 0


def prolog(text: str) -> tuple[int, str | None]:
    """Where the root element begins, and the version that an instruction before it names."""
    place, version = 0, None
    while True:
        place = _after_space(text, place)
        if text.startswith("<?", place):
            end = _end(text, "?>", place)
            found = _VERSION.match(text[place + 2 : end - 2])
            version = found.group(1) if found else version
        elif text.startswith("<!--", place):
            end = _end(text, "-->", place + 4)
        elif text.startswith("<!", place):
            raise malformed("a document type declaration is not allowed")
        else:
            return place, version
        place = end


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _end(text: str, mark: str, place: int) -> int:
    found = text.find(mark, place)
    if found < 0:
        raise malformed("the XML is not well-formed (line 1)")
    return found + len(mark)


def node_of(element: etree._Element, depth: int) -> Node:
    if depth <= 0:
        raise malformed("its elements are nested too deeply")
    found = element.attrib
    attributes = {str(name): str(value) for name, value in found.items()} if found else NO_ATTRIBUTES
    text = element.text or ""
    children: tuple[Node, ...] = ()
    if len(element):
        children = tuple([node_of(child, depth - 1) for child in element])
        if text.strip() or any((child.tail or "").strip() for child in element):
            raise malformed(f"text stands between elements (line {element.sourceline})")
        text = ""
    return Node(str(element.tag), attributes, text, children)


def _append(node: Node, parts: list[str]) -> None:
    attributes = "".join(f' {name}="{_clean(value).translate(_QUOTED)}"' for name, value in node.attributes.items())
    parts.append(f"<{node.name}{attributes}>")
    if node.children:
        for child in node.children:
            _append(child, parts)
    else:
        parts.append(_clean(node.text).translate(_ESCAPES))
    parts.append(f"</{node.name}>")


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return text if text.isprintable() else FORBIDDEN.sub("", text)


def ill_formed(error: etree.XMLSyntaxError, lines_before: int) -> Malformed:
    line = (error.lineno or 1) + lines_before
    return malformed(f"the XML is not well-formed (line {line}, column {error.offset or 0})")


def malformed(detail: str) -> Malformed:
    return Malformed(Problem("malformed", (), {"detail": detail}))
