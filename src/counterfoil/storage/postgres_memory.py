"""What a process remembers of the rows on PostgreSQL, by lane and by the lane's version.

A version is read under the lane's lock, or within a reader's own snapshot: so what is remembered at it is right in
every process, whoever changed the rows.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Final

INSTALLATION: Final = ""
"""The lane of what belongs to no connection."""

OF_INSTALLATION: Final = ("key", "key by digest", "alias", "endpoints")
"""What keys of remembered things begin with that belong to it."""

PLACE_OF_LANE: Final = {"connection": 2, "connector": 1, "account of": 1}
"""Where in the key of a remembered thing its connection's id stands, if not at the beginning."""

MOST_KNOWN: Final = 5_000
"""What is remembered of one lane."""

MOST_LANES: Final = 500
"""Lanes that a process remembers something of."""


@dataclass(slots=True)
class Known:
    """What is remembered of a lane, as it is at this version of it."""

    version: int
    things: dict[Hashable, Any] = field(default_factory=dict)

    def keep(self, key: Hashable, value: Any) -> None:
        if len(self.things) >= MOST_KNOWN:
            self.things.clear()
        self.things[key] = value


Memory = dict[str, Known]
"""What a process remembers, by lane. Each new version has a memory of its own: readers may go on with theirs."""


def owner(key: Hashable) -> str | None:
    """The lane that a remembered thing belongs to: things of a connection begin with its id, or tell it later."""
    if not isinstance(key, tuple) or not key:
        return None
    if key[0] in OF_INSTALLATION:
        return INSTALLATION
    return str(key[PLACE_OF_LANE.get(key[0], 0)])


def at_version(memory: Memory, lane: str, version: int) -> Known:
    """What is remembered of a lane at this version, which is the present one; else room to remember it."""
    known = memory.get(lane)
    if known is None or known.version != version:
        if len(memory) >= MOST_LANES:
            memory.clear()
        known = memory[lane] = Known(version)
    return known


class Remembering:
    """The part of a session that remembers: for its lanes, and for itself where it knows no lane's version."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.own: dict[Hashable, Any] = {}
        self.changed: set[Hashable] = set()

    def recall(self, key: Hashable) -> Any | None:
        if key in self.own:
            return self.own[key]
        known = self.known(key)
        return known.things.get(key) if known is not None and key not in self.changed else None

    def remember(self, key: Hashable, value: Any) -> None:
        if key in self.changed:
            return
        known = self.known(key)
        if known is not None:
            known.keep(key, value)
        else:
            self.own[key] = value

    def forget(self, key: Hashable) -> None:
        self.changed.add(key)
        self.own.pop(key, None)

    def known(self, key: Hashable) -> Known | None:
        """What is remembered of the lane that this belongs to, and still holds."""
        raise NotImplementedError
