"""Faults on demand: what can go wrong between Counterfoil and QuickBooks, each by its name.

A fault is given as `NAME`, or `NAME:COUNT` where it is to happen more than once; those that are measured take seconds
in the place of a count and hold for good (`slow:2.5`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from counterfoil.emulators.desktop import com

Stage = Literal["opening", "processing", "writing", "line", "measured"]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """Where a fault strikes, what happens, and its HRESULT or its status code where it has one."""

    stage: Stage
    explanation: str
    code: str = ""


FAULTS: Final[Mapping[str, FaultKind]] = {
    "modal-dialog": FaultKind("opening", "a dialog is open in QuickBooks", com.MODAL_DIALOG),
    "closed": FaultKind("opening", "QuickBooks cannot be started", com.NOT_STARTED),
    "renamed-file": FaultKind("opening", "the company file is no longer where it was", com.NOT_OPENED),
    "access-denied": FaultKind("opening", "nobody has granted access to the company file", com.NEVER_ACCESSED),
    "auto-login": FaultKind("opening", "access is granted only while QuickBooks is open", com.NO_AUTO_LOGIN),
    "wrong-company": FaultKind("opening", "another company file is open: its FileID differs"),
    "busy": FaultKind("processing", "QuickBooks cannot lock what it needs; nothing is done", com.NOT_LOCKED),
    "internal": FaultKind("processing", "QuickBooks does what is asked and fails before it answers", com.INTERNAL),
    "locked": FaultKind("writing", "the transaction is open on somebody's screen", "3175"),
    "list-locked": FaultKind("writing", "somebody has changed the list at the same time", "3170"),
    "related-locked": FaultKind("writing", "a related object cannot be locked", "3176"),
    "drop-before-process": FaultKind("line", "the line is cut before QuickBooks sees the request"),
    "drop-after-process": FaultKind("line", "the line is cut after QuickBooks has done what was asked"),
    "truncated-answer": FaultKind("line", "the second half of QuickBooks' answer is lost"),
    "duplicate-session": FaultKind("line", "a second Web Connector logs in while the first is at work"),
    "slow": FaultKind("measured", "QuickBooks takes that many seconds for each document"),
    "clock-skew": FaultKind("measured", "the computer's clock is wrong by that many seconds"),
}


class UnknownFault(ValueError):
    """There is no fault of that name, or what stands behind its name is no number."""


class LineCut(Exception):
    """The line is gone: the Web Connector makes no further call of this session."""


class Faults:
    """The faults that are still to come. Each that strikes is counted down; what is measured stays."""

    def __init__(self, wanted: Iterable[str] = ()) -> None:
        self._left: dict[str, int] = {}
        self._seconds: dict[str, float] = {}
        for each in wanted:
            self.add(each)

    def add(self, wanted: str) -> None:
        """One more fault, `NAME` or `NAME:NUMBER`. Raises UnknownFault."""
        name, _, number = wanted.partition(":")
        kind = FAULTS.get(name)
        if kind is None:
            raise UnknownFault(f"there is no fault {name!r}; there are: {', '.join(FAULTS)}")
        try:
            if kind.stage == "measured":
                self._seconds[name] = float(number)
            else:
                self._left[name] = self._left.get(name, 0) + int(number or "1")
        except ValueError:
            unit = "seconds" if kind.stage == "measured" else "a count"
            raise UnknownFault(f"{name} takes {unit}, as in {name}:2") from None

    def take(self, name: str) -> bool:
        """Whether the fault strikes now."""
        left = self._left.get(name, 0)
        if left > 0:
            self._left[name] = left - 1
        return left > 0

    def struck(self, stage: Stage) -> str | None:
        """The first fault of this stage that strikes now."""
        return next((name for name, kind in FAULTS.items() if kind.stage == stage and self.take(name)), None)

    def seconds(self, name: str) -> float:
        return self._seconds.get(name, 0.0)
