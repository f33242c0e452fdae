"""Bytes as a page shows them: JSON and qbXML indented, and only the beginning of what is very long."""

import contextlib
from typing import Final

import msgspec
from msgspec import Struct

from counterfoil.core.errors import Refusal
from counterfoil.wire.qbxml.tree import Node, parse

MOST_SHOWN: Final = 60_000
"""Characters: more than that is downloaded, not read."""

LARGEST_READ: Final = 1024 * 1024


class Shown(Struct, frozen=True, kw_only=True):
    """A text, and how many bytes there are in all; `is_cut` where it is only the beginning."""

    text: str
    size: int
    is_cut: bool


def shown_body(data: bytes | None) -> Shown | None:
    """What was sent as JSON, indented; as it is where it is none."""
    if not data:
        return None
    shown = data[:LARGEST_READ]
    if len(data) <= LARGEST_READ:
        with contextlib.suppress(msgspec.MsgspecError, RecursionError):
            shown = msgspec.json.format(data, indent=2)
    return _cut(shown.decode("utf-8", "replace"), len(data))


def shown_document(data: bytes | None) -> Shown | None:
    """What went to the books or came from them: qbXML, or JSON; as it is where it is neither."""
    if not data:
        return None
    if len(data) <= LARGEST_READ and data.lstrip()[:1] in (b"<", b"\xef"):
        try:
            document = parse(data, forgiving=True)
        except Refusal:
            return _cut(data.decode("utf-8", "replace"), len(data))
        return _cut("\n".join(_lines(document.root, 0)), len(data))
    return shown_body(data)


def _lines(node: Node, depth: int) -> list[str]:
    indent = "  " * depth
    attributes = "".join(f' {name}="{value}"' for name, value in node.attributes.items())
    if not node.children:
        body = f"{indent}<{node.name}{attributes}>{node.text}</{node.name}>"
        return [body if node.text else f"{indent}<{node.name}{attributes}/>"]
    inner = [line for child in node.children for line in _lines(child, depth + 1)]
    return [f"{indent}<{node.name}{attributes}>", *inner, f"{indent}</{node.name}>"]


def _cut(text: str, size: int) -> Shown:
    return Shown(text=text[:MOST_SHOWN], size=size, is_cut=len(text) > MOST_SHOWN)
