"""What this process knows of receivers: how much is under way to each, and which of them do not answer well."""

from collections import Counter
from typing import Final

from counterfoil.webhooks.schedule import Pace

KNOWN: Final = 10_000


class Channels:
    """Shares out what may be under way, so that a receiver that fails or hangs slows nobody else."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.under_way: Counter[str] = Counter()
        self._failures: dict[str, int] = {}
        self._resting: dict[str, int] = {}

    @property
    def room(self) -> int:
        """How much more may be under way in all."""
        return self.pace.at_once - self.under_way.total()

    def slots(self, channel: str, now: int) -> int:
        """How much more may be under way to a receiver."""
        if self.rests_until(channel) > now:
            return 0
        if self._is_troubled(channel):
            return min(1 - self.under_way[channel], self.pace.troubled - self._under_way_to_troubled())
        return min(self.pace.each - self.under_way[channel], self.room)

    def rests_until(self, channel: str) -> int:
        """Until when a receiver wants to be left alone."""
        return self._resting.get(channel, 0)

    def leave(self, channel: str) -> None:
        self.under_way[channel] += 1

    def come_back(self, channel: str) -> None:
        self.under_way[channel] -= 1
        if self.under_way[channel] <= 0:
            del self.under_way[channel]

    def succeeded(self, channel: str) -> None:
        self._failures.pop(channel, None)
        self._resting.pop(channel, None)

    def failed(self, channel: str, rest_until: int = 0) -> None:
        """A try in vain; `rest_until` is when the receiver wants to be asked again, where it said so."""
        if len(self._failures) >= KNOWN:
            self._failures.clear()
            self._resting.clear()
        self._failures[channel] = self._failures.get(channel, 0) + 1
        if rest_until:
            self._resting[channel] = rest_until

    def _is_troubled(self, channel: str) -> bool:
        return self._failures.get(channel, 0) >= self.pace.patience

    def _under_way_to_troubled(self) -> int:
        return sum(count for channel, count in list(self.under_way.items()) if self._is_troubled(channel))
