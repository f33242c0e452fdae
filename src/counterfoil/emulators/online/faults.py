"""Faults on demand: what can go wrong between Counterfoil and Intuit, each by its name.

A fault is given as `NAME`, or `NAME:COUNT` where it is to happen more than once. Each strikes the next request of its
stage and is counted down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Stage = Literal["token", "request", "write", "answer"]
"""Where a fault strikes: at the token endpoint, at any request, before a write is carried out, or after it."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    stage: Stage
    explanation: str


FAULTS: Final[Mapping[str, FaultKind]] = {
    "invalid-grant": FaultKind("token", "the refresh token is refused"),
    "refresh-lost": FaultKind("token", "the tokens are renewed, and the answer with the new ones never arrives"),
    "expired-token": FaultKind("request", "401: the access token has expired"),
    "throttled": FaultKind("request", "429: too many requests, told in JSON"),
    "throttled-xml": FaultKind("request", "429: too many requests, told in XML"),
    "server-error": FaultKind("request", "500: Intuit fails before it does anything"),
    "unavailable": FaultKind("request", "503: Intuit is being maintained"),
    "timeout-before": FaultKind("write", "nothing is done, and no answer comes"),
    "stale-token": FaultKind("write", "5010: somebody else has just changed the object"),
    "fault-in-200": FaultKind("write", "200, and in it a Fault: nothing is done"),
    "dropped-lines": FaultKind("write", "the last line of what is sent is not stored"),
    "other-tax": FaultKind("write", "the tax is worked out anew, and comes to a cent more than was asked"),
    "timeout-after-commit": FaultKind("answer", "everything is done, and no answer comes"),
    "error-after-commit": FaultKind("answer", "everything is done, and the answer is 500"),
}


class UnknownFault(ValueError):
    """There is no fault of that name, or what stands behind its name is no number."""


class Faults:
    """The faults that are still to come.

    Those of the stage `request` that are added with `writes_only` let reads and queries pass.
    """

    def __init__(self, wanted: Iterable[str] = ()) -> None:
        self._left: dict[str, int] = {}
        self._writes_only: set[str] = set()
        for each in wanted:
            self.add(each)

    def add(self, wanted: str, *, writes_only: bool = False) -> None:
        """One more fault, `NAME` or `NAME:COUNT`. Raises UnknownFault."""
        name, _, number = wanted.partition(":")
        if name not in FAULTS:
            raise UnknownFault(f"there is no fault {name!r}; there are: {', '.join(FAULTS)}")
        try:
            count = int(number or "1")
        except ValueError:
            raise UnknownFault(f"{name} takes a count, as in {name}:2") from None
        self._left[name] = self._left.get(name, 0) + count
        (self._writes_only.add if writes_only else self._writes_only.discard)(name)

    def clear(self) -> None:
        self._left.clear()
        self._writes_only.clear()

    @property
    def left(self) -> Mapping[str, int]:
        """What is still to come, by name."""
        return {name: count for name, count in self._left.items() if count > 0}

    def take(self, name: str, *, writes: bool = True) -> bool:
        """Whether the fault strikes now."""
        left = self._left.get(name, 0)
        if left <= 0 or (name in self._writes_only and not writes):
            return False
        self._left[name] = left - 1
        return True

    def struck(self, stage: Stage, *, writes: bool = True) -> str | None:
        """The first fault of this stage that strikes now."""
        names = (name for name, kind in FAULTS.items() if kind.stage == stage)
        return next((name for name in names if self.take(name, writes=writes)), None)
