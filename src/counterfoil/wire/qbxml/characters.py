"""What QuickBooks Desktop can keep of a text: Windows-1252. The rest is respelled, or becomes a question mark."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from counterfoil.wire.qbxml.tree import Node

_RESPELLED: Final[Mapping[str, str]] = {
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2015": "-",
    "\u2212": "-",
    "\u2032": "'",
    "\u2033": '"',
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u200b": "",
    "\ufeff": "",
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
}


def storable(text: str) -> str:
    """`text` in the characters of Windows-1252."""
    if text.isascii():
        return text
    return "".join(letter if letter.isascii() else _storable(letter) for letter in text)


def storable_tree(node: Node) -> Node:
    """The same elements with every text in characters that QuickBooks keeps."""
    return Node(node.name, node.attributes, storable(node.text), tuple(storable_tree(child) for child in node.children))


def _storable(letter: str) -> str:
    if letter in _RESPELLED:
        return _RESPELLED[letter]
    if _kept(letter):
        return letter
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return plain if plain and plain != letter and all(_kept(part) for part in plain) else "?"


def _kept(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
