"""What an installation needs to tell others what happens in it: events, their renderers, the sender, the watch."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from counterfoil.app.renderers import renderers
from counterfoil.app.settings import Settings
from counterfoil.core.clock import Clock
from counterfoil.dispatch.endpoints import Endpoints
from counterfoil.dispatch.events import POST, Events
from counterfoil.dispatch.lanes import Bells
from counterfoil.dispatch.overview import Overview
from counterfoil.dispatch.watch import Watch
from counterfoil.storage.contract import Store
from counterfoil.storage.vault import Vault
from counterfoil.webhooks.line import Guard, Line
from counterfoil.webhooks.schedule import SCHEDULE, Pace
from counterfoil.webhooks.sender import Sender
from counterfoil.webhooks.signing import SOURCE
from counterfoil.webhooks.targets import ForbiddenTarget, checked, networks

TRIES_OF_A_CLAIM: Final = 4
"""How many times as long as a try a claim lasts."""


class PostOffice:
    """Events are written with `events`, delivered by `sender`; `watch` sees what changes with time alone.

    `count` is told of every try what became of it.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        vault: Vault,
        bells: Bells,
        clock: Clock,
        count: Callable[[str], None],
    ) -> None:
        self.guard = Guard(allow_private=settings.allow_private_webhooks, allowed=networks(settings.webhook_networks))
        self.events = Events(clock, renderers(settings.public_url), lambda: bells.ring(POST))
        pace = pace_of(settings)
        line = Line(self.guard, pace.timeout)
        source = urlsplit(settings.public_url or "").hostname or SOURCE
        self.sender = Sender(store, vault, self.events, bells, clock, line, pace, count, source)
        self.endpoints = Endpoints(store, vault, self.events, clock, self.why_no_target)
        self.watch = Watch(store, self.events, Overview(store, clock), clock)

    def why_no_target(self, url: str) -> str | None:
        """Why post may not go to an address; None where it may, as far as its looks tell."""
        try:
            checked(url, allow_private=self.guard.allow_private, allowed=self.guard.allowed)
        except ForbiddenTarget as refusal:
            return str(refusal)
        return None


def pace_of(settings: Settings) -> Pace:
    schedule = settings.webhook_schedule
    return Pace(
        schedule=tuple(int(each) for each in schedule.split(",")) if schedule else SCHEDULE,
        timeout=settings.webhook_timeout,
        lease=TRIES_OF_A_CLAIM * settings.webhook_timeout,
    )
