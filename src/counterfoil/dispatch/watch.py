"""Watching connections: their state follows from what was heard of them and from time, so somebody has to look.

Of the connections of accounts that have endpoints, and of those with an address of their own, each is looked at in
turn; what changed since it was told last is told once, whichever process looks.
"""

import asyncio
import logging
from functools import partial
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError
from counterfoil.dispatch.connection_notes import NEW, noted_webhook
from counterfoil.dispatch.events import Events, Happening
from counterfoil.dispatch.overview import ConnectionView, Overview
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.endpoints import Endpoint, EndpointDesk
from counterfoil.storage.installation import ConnectionRecord, Installation

EVERY_SECONDS: Final = 15

UP, OFFLINE, ATTENTION, PAUSED = "up", "offline", "needs_attention", "paused"
STATES: Final = {
    "created": NEW,
    "seen": NEW,
    "live": UP,
    "polling": UP,
    "late": UP,
    "throttled": UP,
    "offline": OFFLINE,
    "needs_attention": ATTENTION,
    "paused": PAUSED,
}
"""Of the states of connections, what endpoints are told apart."""

_log = logging.getLogger(__name__)


class Watch:
    """Looks at connections, and tells what changed."""

    def __init__(self, store: Store, events: Events, overview: Overview, clock: Clock) -> None:
        self.store = store
        self.events = events
        self.overview = overview
        self.clock = clock

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            try:
                await self.look()
            except CounterfoilError as error:
                _log.error("connections could not be looked at: %s", error)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Look at every connection that anybody is told of, once."""
        accounts = await self.store.read(lambda session: EndpointDesk(session).accounts())
        for account_id in accounts:
            for connection in await self.store.read(partial(_connections, account_id)):
                await self._look_at(connection)
        for identifier in await self.store.read(lambda session: EndpointDesk(session).watched()):
            noted = await self.store.read(partial(_connection, identifier))
            if noted is not None and noted.account_id not in accounts:
                await self._look_at(noted)

    async def _look_at(self, connection: ConnectionRecord) -> None:
        if await self.store.read(partial(self._has_changed, connection)):
            await self.store.write(partial(self._tell, connection))
            self.events.wake()
        await asyncio.sleep(0)  # others go first

    def _has_changed(self, connection: ConnectionRecord, session: Session) -> bool:
        view = self.overview.company_in(session, connection)
        return STATES[view.state] != EndpointDesk(session).told(connection.id)

    def _tell(self, connection: ConnectionRecord, session: Session) -> None:
        """Note the state, and tell of it; of two who see the same change one tells it."""
        view, desk = self.overview.company_in(session, connection), EndpointDesk(session)
        state, before = STATES[view.state], desk.told(connection.id)
        if state == before or not desk.tell(connection.id, state, self.clock.now()):
            return
        listeners = self.events.listeners(session, connection.id)
        if not before:
            before = _before(listeners, connection)
        what = _what(before, state)
        if what is not None:
            happening = Happening(type=f"connection.{what}", subject_id=connection.id, details=_details(view, before))
            self.events.tell(session, connection.id, listeners, [happening])
            url = noted_webhook(session, connection.id, self.clock)
            if url is not None:
                self.events.post(session, connection.id, url, happening)


def _before(listeners: tuple[Endpoint, ...], connection: ConnectionRecord) -> str | None:
    """What endpoints knew of a connection that they were never told of: one younger than they are was new to them."""
    is_younger = any(each.created_at < connection.created_at for each in listeners)
    return NEW if is_younger else None


def _what(before: str | None, state: str) -> str | None:
    """What happened to a connection; None where it is looked at for the first time, or nothing is to be told."""
    if before is None or state == NEW:
        return None
    if state == UP:
        return "connected" if before == NEW else "recovered"
    return {OFFLINE: "offline", ATTENTION: "needs_attention", PAUSED: "paused"}[state]


def _details(view: ConnectionView, before: str | None) -> dict[str, str]:
    told = {"name": view.connection.name, "books": view.connection.books, "state": view.state, "before": before or ""}
    if view.code is not None:
        told["code"] = view.code
    if view.words is not None:
        told["message"] = view.words
    return told


def _connection(identifier: str, session: Session) -> ConnectionRecord | None:
    """A connection by its id; None where it is gone."""
    account_id = Installation(session).account_of(identifier)
    return Installation(session).find_connection(account_id, identifier) if account_id is not None else None


def _connections(account_id: str, session: Session) -> list[ConnectionRecord]:
    return Installation(session).connections(account_id)
