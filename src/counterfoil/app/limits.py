"""How often a key may ask, and how often an address may guess. Kept in memory: each process counts for itself."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from counterfoil.app.exchange import current
from counterfoil.core.errors import TooOften
from counterfoil.dispatch.callers import Caller

GUESSES: Final = 20
"""Wrong keys, passwords and links that an address may bring at once, where no setting says otherwise."""

GUESSES_A_SECOND: Final = 0.2
"""How many more each second after that: one in five seconds."""

ROUNDING: Final = 1e-6
"""Seconds: what sums of intervals may be off by."""

MOST_KEPT: Final = 20_000
SECRETS: Final = frozenset({"secret", "token"})
"""What routes call the parts of their addresses that nobody may guess."""

GONE: Final = frozenset({401, 403, 404, 410})
"""How pages answer a link whose secret is wrong or over."""

Now = Callable[[], float]
"""Seconds of a clock that only goes forward."""


class Pace:
    """So many turns a second, and `burst` at once, for each name (the generic cell rate algorithm).

    Of each name only the moment is kept at which its turns would be used up; who has been quiet is forgotten.
    """

    def __init__(self, rate: float, burst: int, now: Now = time.monotonic) -> None:
        self.interval = 1 / rate
        self.slack = self.interval * (max(burst, 1) - 1) + ROUNDING
        self.now = now
        self._due: dict[str, float] = {}

    def wait(self, name: str) -> float:
        """Seconds until this name may have a turn; nil or less where it may now. Takes none."""
        due = self._due.get(name)
        return 0.0 if due is None else due - self.now() - self.slack

    def take(self, name: str) -> float:
        """Take a turn, if there is one. Gives the seconds until there is; nil where it was taken."""
        now = self.now()
        due = max(self._due.get(name, now), now)
        if due - now > self.slack:
            return due - now - self.slack
        if len(self._due) >= MOST_KEPT and name not in self._due:
            self._forget(now)
        self._due[name] = due + self.interval
        return 0.0

    def _forget(self, now: float) -> None:
        """Make room: those go who have all their turns again, and if nobody has, the one that was first."""
        self._due = {name: due for name, due in self._due.items() if due > now}
        if len(self._due) >= MOST_KEPT:
            del self._due[next(iter(self._due))]


class Gatekeeper:
    """The gate of a server: `rate` requests a second for each key and `burst` at once; a rate of nil sets no limit,
    and without a `burst` it is what three seconds allow. `turned_away` is told which limit met a request.

    An address that brought too many wrong secrets is kept waiting, but for secrets that have proved right before: who
    shares it with a guesser, behind a proxy or at home, works on.
    """

    def __init__(
        self,
        rate: int,
        burst: int | None = None,
        now: Now = time.monotonic,
        turned_away: Callable[[str], None] = lambda limit: None,  # noqa: ARG005
        guesses: int = GUESSES,
    ) -> None:
        self.turned_away = turned_away
        self.keys = Pace(rate, burst or 3 * rate, now) if rate > 0 else None
        self.guesses = Pace(GUESSES_A_SECOND, guesses, now) if guesses > 0 else None
        self._proved: set[int] = set()

    def knock(self, secret: str | None) -> None:
        exchange = current.get()
        if self.guesses is None or not secret or exchange is None or exchange.peer is None:
            return
        if hash(secret) in self._proved:
            return
        wait = self.guesses.wait(_neighbourhood(exchange.peer))
        if wait > 0:
            self.turned_away("guesses")
            raise TooOften(wait)

    def refused(self, secret: str | None) -> None:
        exchange = current.get()
        if self.guesses is not None and secret and exchange is not None and exchange.peer is not None:
            self.guesses.take(_neighbourhood(exchange.peer))

    def proved(self, secret: str | None) -> None:
        if secret:
            if len(self._proved) >= MOST_KEPT:
                self._proved.clear()
            self._proved.add(hash(secret))  # seeded anew by each process: it tells nothing, and nobody can aim at one

    def enter(self, caller: Caller, connection_id: str | None) -> None:
        exchange = current.get()
        if exchange is None:
            return
        exchange.key_id, exchange.connection_id = caller.key_id, connection_id
        if self.keys is not None:
            wait = self.keys.take(caller.key_id)
            if wait > 0:
                self.turned_away("requests")
                raise TooOften(wait)


def _neighbourhood(peer: str) -> str:
    """The address itself; of the sixth version the /64 that it lies in, all of which one machine may have."""
    if ":" not in peer:
        return peer
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return address.exploded[:19]
    return peer


def guard_secrets(routes: list[BaseRoute], gatekeeper: Gatekeeper) -> list[BaseRoute]:
    """The same pages; those whose address holds a secret let nobody try too many."""
    for route in routes:
        if isinstance(route, Route) and not SECRETS.isdisjoint(route.param_convertors):
            route.app = _Guarded(route.app, gatekeeper)
    return routes


class _Guarded:
    """A page behind a secret."""

    def __init__(self, app: ASGIApp, gatekeeper: Gatekeeper) -> None:
        self.app = app
        self.gatekeeper = gatekeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        secret = next(str(value) for name, value in scope["path_params"].items() if name in SECRETS)
        try:
            self.gatekeeper.knock(secret)
        except TooOften as error:
            await _wait_page(error)(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and Request(scope).method != "HEAD":
                settle = self.gatekeeper.refused if message["status"] in GONE else self.gatekeeper.proved
                settle(secret)
            await send(message)

        await self.app(scope, receive, sent)


def _wait_page(error: TooOften) -> HTMLResponse:
    text = f"<!doctype html><title>Too many wrong links</title><p>{error.problem.what('')} Nothing was changed.</p>"
    return HTMLResponse(text, 429, {"Retry-After": str(error.retry_after), "Cache-Control": "no-store"})
