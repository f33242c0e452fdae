"""What QuickBooks Desktop can keep of a text: Windows-1252. The rest is respelled, refused or left out.

Which of the three it is a policy says, one for each connection. Whatever the policy, letters and their accents are put
together first (NFC), so that what merely came in pieces counts as kept.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

from counterfoil.wire.qbxml.tree import Node

TextPolicy = Literal["transliterate", "reject", "strip"]
"""Respell what QuickBooks cannot keep, refuse it, or leave it out."""

DEFAULT_POLICY: Final[TextPolicy] = "transliterate"
MOST_SHOWN: Final = 5

_LINE_ENDS: Final = "\t\n\r"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Me"})
"""Controls, formats and lone accents: nothing is put in their place."""

_RESPELLED: Final[Mapping[str, str]] = {
    "\u2028": "\n",
    "\u2029": "\n",
    "\u2032": "'",
    "\u2033": '"',
    "\u2044": "/",
    "\u2212": "-",
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
    "Ħ": "H",
    "ħ": "h",
    "Ŧ": "T",
    "ŧ": "t",
    "ı": "i",
    "ẞ": "SS",
}
_BY_CATEGORY: Final[Mapping[str, str]] = {"Zs": " ", "Pd": "-"}
_DASHES: Final = str.maketrans("–—", "--")


def storable(text: str) -> str:
    """`text` in the characters of Windows-1252, with a question mark for what has no other spelling there."""
    if _is_plain(text):
        return text
    return "".join(map(_storable, unicodedata.normalize("NFC", text)))


def respelled(text: str) -> str:
    """`text` as QuickBooks is given it to keep. Dashes become hyphens, though Windows-1252 has two of them: nothing is
    lost by it, and they too are among the characters that users report as mangled."""
    return storable(text).translate(_DASHES)


def stripped(text: str) -> str:
    """`text` without what QuickBooks cannot keep."""
    if _is_plain(text):
        return text
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if is_kept(letter))


def is_changed(text: str, written: str) -> bool:
    """Whether `written` says anything else than `text`."""
    return text != written and unicodedata.normalize("NFC", text) != written


def unkept(text: str) -> str:
    """The characters of `text` that QuickBooks cannot keep, each once and legible: `№ (U+2116)`."""
    if _is_plain(text):
        return ""
    letters = [each for each in dict.fromkeys(unicodedata.normalize("NFC", text)) if not is_kept(each)]
    told = [_legible(letter) for letter in letters[:MOST_SHOWN]]
    return ", ".join([*told, "…"] if len(letters) > MOST_SHOWN else told)


def is_kept(letter: str) -> bool:
    """Whether QuickBooks keeps this character."""
    if letter.isascii():
        return letter.isprintable() or letter in _LINE_ENDS
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def storable_tree(node: Node) -> Node:
    """The same elements with every text in characters that QuickBooks keeps."""
    return Node(node.name, node.attributes, storable(node.text), tuple(storable_tree(child) for child in node.children))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _storable(letter: str) -> str:
    if is_kept(letter):
        return letter
    if letter in _RESPELLED:
        return _RESPELLED[letter]
    category = unicodedata.category(letter)
    if category in _UNSEEN:
        return ""
    parts = unicodedata.normalize("NFKD", letter)
    if parts != letter:
        return "".join(map(_storable, parts))
    digit = unicodedata.decimal(letter, None)
    return _BY_CATEGORY.get(category, "?") if digit is None else str(digit)


def _legible(letter: str) -> str:
    point = f"U+{ord(letter):04X}"
    return f"{letter} ({point})" if letter.isprintable() else point
