"""What a document is known by, seen at a glance: it is not read as a whole, and what is not found is left unsaid."""

import re
from html import unescape
from typing import Final

FAR: Final = 65_536
"""Bytes that are looked through: the first object's head is at the beginning."""

_REQUEST = re.compile(rb"<([A-Za-z]{3,60})Rq\b")
_ENVELOPES: Final = (b"QBXMLMsgs", b"SignonMsgs")
_NUMBER = re.compile(rb"<RefNumber>([^<]{1,200})</RefNumber>")
_PARTY = re.compile(
    rb"<(?:Customer|Vendor|Entity)Ref>(?:\s*<ListID>[^<]*</ListID>)?\s*<FullName>([^<]{1,400})</FullName>"
)
_NAME = re.compile(rb"<(?:FullName|Name)>([^<]{1,400})</(?:FullName|Name)>")


def message_of(document: bytes) -> str | None:
    """The first thing that a request document asks for: `InvoiceAdd`."""
    names = (found[1] for found in _REQUEST.finditer(document[:FAR]))
    return next((name.decode() for name in names if name not in _ENVELOPES), None)


def writes(message: str | None) -> bool:
    return message is not None and not message.endswith("Query")


def number_and_party(document: bytes) -> tuple[str | None, str | None]:
    """The first number in a document, and the customer or vendor; of a list's object its name."""
    head = document[:FAR]
    party = _PARTY.search(head) or _NAME.search(head)
    return _text(_NUMBER.search(head)), _text(party)


def _text(found: re.Match[bytes] | None) -> str | None:
    return unescape(found[1].decode("utf-8", "replace")).strip() or None if found is not None else None
