"""The request that is being answered: what the log, the metrics and the limits know of it."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

from counterfoil.dialects.exchanges import new_request_id

_SANE = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
HEADER: Final = b"x-request-id"


class Exchange:
    """One request: its id, the address that it came from, and, once they are proved, its key and its connection."""

    __slots__ = ("connection_id", "key_id", "peer", "request_id")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.request_id = _asked_id(scope) or new_request_id()
        client = scope.get("client")
        self.peer: str | None = client[0] if client else None
        self.key_id: str | None = None
        self.connection_id: str | None = None


current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)
"""The exchange that the running task belongs to, if it answers one."""


def _asked_id(scope: Mapping[str, Any]) -> str | None:
    """The caller's own id, where it is one that a log can hold."""
    for name, value in scope["headers"]:
        if name == HEADER:
            return value.decode("ascii") if _SANE.fullmatch(value) else None
    return None
