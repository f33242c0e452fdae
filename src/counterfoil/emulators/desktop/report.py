"""What a session of the Web Connector came to, and what is told while it goes on."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

Ending = Literal[
    "done",
    "no work",
    "invalid user",
    "busy",
    "postponed",
    "upgrade needed",
    "company not reached",
    "error",
    "unreachable",
    "cut",
    "stopped",
]
"""How a session may end:

- `done`: at 100 %, or at an empty request where getLastError says nothing
- `no work`, `invalid user`, `busy`, `postponed`: at authenticate
- `upgrade needed`: at clientVersion
- `company not reached`: BeginSession failed, and the server gave up
- `error`: with what getLastError said, or with a code of the Web Connector
- `unreachable`: no call arrived at all
- `cut`: by a fault; `stopped`: by whoever runs it
"""


class SessionReport(Struct, frozen=True, kw_only=True):
    """One session: `calls` by name in their order, `processed` documents, and what was shown to the user.

    `code` is the Web Connector's (`QBWC1042`) or QuickBooks' (`0x80040414`). `postponed` and `minimum_interval` are
    the seconds that authenticate asked for.
    """

    ending: Ending
    calls: tuple[str, ...] = ()
    ticket: str = ""
    processed: int = 0
    percent: int | None = None
    code: str | None = None
    error: str | None = None
    closing: str | None = None
    postponed: int | None = None
    minimum_interval: int | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong in it."""
        return self.ending in ("done", "no work", "postponed", "stopped") and self.error is None


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened, in a sentence for people and in values for machines."""

    kind: str
    text: str
    values: Mapping[str, Any] = {}


Tell = Callable[[Event], None]


def silent(_event: Event) -> None:
    """Tells nobody."""
