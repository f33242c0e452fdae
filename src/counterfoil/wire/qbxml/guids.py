"""ExternalGUIDs: those that Counterfoil writes to find its own work again, told from those that callers give.

QuickBooks keeps one GUID with an object. Where the caller gives none, a write carries one that follows from its
request's id, so that after a cut session the object can be recognised. It is a UUID of version 8 (RFC 9562): ten bytes
of a digest of the id, and six that check them, so that nothing needs to be remembered to tell it from anybody else's.
"""

import hashlib
import re
from typing import Final
from uuid import UUID

from counterfoil.wire.qbxml.tree import Node

_LABEL: Final = b"counterfoil ExternalGUID "
_HEAD_BYTES: Final = 10
_CHECK_BYTES: Final = 6
_GUID: Final = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")


def own_guid(request_id: str) -> str:
    """The ExternalGUID of what the request with this id (a UUID) makes: lower case, in braces."""
    head = bytearray(hashlib.sha256(_LABEL + UUID(request_id).bytes).digest()[:_HEAD_BYTES])
    head[6] = head[6] & 0x0F | 0x80
    head[8] = head[8] & 0x3F | 0x80
    return f"{{{UUID(bytes=bytes(head) + _check(bytes(head)))}}}"


def is_own_guid(text: str) -> bool:
    """Whether this GUID, with or without braces, is one that `own_guid` makes."""
    found = _GUID.fullmatch(text.strip())
    if found is None:
        return False
    value = UUID(found.group(1))
    return value.version == 8 and value.bytes[_HEAD_BYTES:] == _check(value.bytes[:_HEAD_BYTES])


def guid_of(node: Node) -> str | None:
    """The ExternalGUID that an object of an answer bears, ours or another's: lower case, in braces."""
    found = _GUID.fullmatch((node.text_of("ExternalGUID") or "").strip())
    return None if found is None else f"{{{found.group(1).lower()}}}"


def _check(head: bytes) -> bytes:
    return hashlib.sha256(_LABEL + b"check " + head).digest()[:_CHECK_BYTES]
