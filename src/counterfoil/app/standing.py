"""In what condition connections are, noted in the journal when it changes: nobody else would tell of silence."""

import asyncio
from functools import partial
from typing import Final

from counterfoil.app.logs import journal
from counterfoil.core.errors import CounterfoilError
from counterfoil.dispatch.overview import ConnectionView, Overview
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation

EVERY_SECONDS: Final = 60
AWAY_STATES: Final = frozenset({"offline", "needs_attention"})
QUIET_STATES: Final = frozenset({"created", "seen", "late"})
"""States that come and go by themselves, or in which nobody has connected the books yet."""

EMBEDDED: Final = "embedded"


class Standing:
    """What this process has seen of connections whose books are elsewhere: whether they are there, or away and why."""

    def __init__(self, store: Store, overview: Overview) -> None:
        self.store = store
        self.overview = overview
        self._away: dict[str, str] = {}

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            try:
                await self.look()
            except CounterfoilError as error:
                journal.warning("connections could not be looked at", why=str(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Look at each connection once."""
        found = await self.store.read(lambda session: Installation(session).every_connection())
        distant = {each.id: each for each in found if each.books != EMBEDDED}
        self._away = {id: state for id, state in self._away.items() if id in distant}
        for connection in distant.values():
            self._note(await self.store.read(partial(self._view, connection)))
            await asyncio.sleep(0)  # others go first

    def _view(self, connection: ConnectionRecord, session: Session) -> ConnectionView:
        return self.overview.company_in(session, connection)

    def _note(self, view: ConnectionView) -> None:
        id, before = view.connection.id, self._away.get(view.connection.id)
        if view.state in AWAY_STATES and view.state != before:
            self._away[id] = view.state
            journal.warning(f"connection {view.state.replace('_', ' ')}", connection_id=id, code=view.code)
        elif before is not None and view.state not in AWAY_STATES | QUIET_STATES:
            del self._away[id]
            journal.info("connection is back", connection_id=id)
