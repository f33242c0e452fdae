"""The only place that reads the time. Tests and simulations pass a clock of their own."""

import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Whole seconds since 1970, UTC."""
        ...

    def precise(self) -> float:
        """Seconds since 1970 with a fraction: for spans, never for money."""
        ...


class SystemClock:
    def now(self) -> int:
        return int(time.time())

    def precise(self) -> float:
        return time.time()


class SetClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, moment: int = 1_700_000_000) -> None:
        self.moment = moment

    def now(self) -> int:
        return self.moment

    def precise(self) -> float:
        return float(self.moment)

    def pass_by(self, seconds: int) -> None:
        self.moment += seconds
