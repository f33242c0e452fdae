"""Message sets: how QuickBooks is asked what became of requests whose answer was lost.

A set that is sent with `newMessageSetID` is carried out once: QuickBooks keeps its answer under that id, gives it again
when the same set comes again, and forgets it when the id comes back as `oldMessageSetID`. An id has at most 24
characters; these have 23.
"""

import base64
from typing import Final
from uuid import UUID

from counterfoil.wire.qbxml.table import DEFAULT_VERSION
from counterfoil.wire.qbxml.write import request_document, request_root

SET_ID_LENGTH: Final = 23

NOTHING_STORED: Final = 600
"""`messageSetStatusCode`: QuickBooks knows nothing of the set that `oldMessageSetID` names."""

CHECKSUM_DIFFERS: Final = 9001
"""The id is known, and what was sent with it then was something else."""

ANSWER_NOT_STORED: Final = 9002
ID_TOO_LONG: Final = 9004
CANNOT_STORE: Final = 9005


def message_set_id(request_id: str) -> str:
    """The id of the set that carries the request with this id (a UUID): its base32, cut to 23 characters."""
    return base64.b32encode(UUID(request_id).bytes).decode("ascii")[:SET_ID_LENGTH]


def status_document(set_id: str, version: str = DEFAULT_VERSION) -> bytes:
    """Asks what became of a set: without requests, its id both as the new and as the old one."""
    return request_document(request_root([], new_message_set_id=set_id, old_message_set_id=set_id), version=version)


def discard_document(set_id: str, version: str = DEFAULT_VERSION) -> bytes:
    """Tells QuickBooks to forget a set: without requests, its id as the old one only."""
    return request_document(request_root([], old_message_set_id=set_id), version=version)
