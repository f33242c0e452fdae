"""What every dialect shares with the server around it: the id of a request, and the report of what nobody foresaw."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from counterfoil.core.errors import Broken, CounterfoilError
from counterfoil.core.ids import random_hex

REQUEST_ID: Final = "counterfoil.request_id"
"""Where the server leaves the id under which its log knows a request, in the ASGI scope."""

_log = logging.getLogger(__name__)


def new_request_id() -> str:
    return f"req_{random_hex(32)}"


def request_id(scope: Mapping[str, Any]) -> str:
    """The id of a request; a new one where no server has given it any."""
    given: str | None = scope.get(REQUEST_ID)
    return given or new_request_id()


def report(error: Exception) -> None:
    """Write down what is nobody's mistake but ours, with its traceback: the caller is told no detail of it."""
    if isinstance(error, Broken) or not isinstance(error, CounterfoilError):
        _log.error("a request met an error of our own", exc_info=error)
