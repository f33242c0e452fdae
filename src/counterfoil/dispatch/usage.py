"""When a connection was last used: noted in the database now and then, not at every look."""

import contextlib
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.errors import NotNow
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation

TOUCH_SECONDS: Final = 60
"""How often, at most, a connection notes that it was used."""


class Usage:
    """Notes the use of connections."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._touched: dict[tuple[str, bool], int] = {}

    async def touch(self, connection: ConnectionRecord, *, succeeded: bool = True) -> None:
        """Note it, where the last note is old enough. What cannot be noted now keeps nobody from an answer."""
        now = self.clock.now()
        if self._is_due(connection, now, succeeded):
            with contextlib.suppress(NotNow):
                await self.store.write(
                    lambda session: self.note(session, connection, now, succeeded=succeeded), connection.id
                )

    def note(self, session: Session, connection: ConnectionRecord, now: int, *, succeeded: bool = True) -> None:
        """Note it in the transaction at hand, where the last note is old enough. Distant books succeed later."""
        if self._is_due(connection, now, succeeded):
            self._touched[connection.id, succeeded] = now
            Installation(session).note_use(connection, now, succeeded=succeeded)

    def _is_due(self, connection: ConnectionRecord, now: int, succeeded: bool) -> bool:
        return now - self._touched.get((connection.id, succeeded), 0) >= TOUCH_SECONDS
