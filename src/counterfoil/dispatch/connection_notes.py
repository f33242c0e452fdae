"""What callers note of a connection itself, beside its books: where post goes, and where its connect page leads."""

from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.endpoints import EndpointDesk
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.margin import Margin

CONNECTIONS: Final = "connections"
WEBHOOK: Final = "webhook_url"
REDIRECT: Final = "redirect_url"
NEW: Final = "new"
"""The state of a connection that nothing was heard of yet."""

UNTOLD: Final = ""
"""The state of one that was there before anybody wanted to be told of it."""


class ConnectionNotes:
    """The notes of connections, one JSON object each."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    async def webhook(self, connection: ConnectionRecord) -> str | None:
        """Where post goes that names no address of its own."""
        return await self.store.read(lambda session: noted_webhook(session, connection.id, self.clock))

    async def redirect(self, connection: ConnectionRecord) -> str | None:
        """Where the connect page leads afterwards, whichever link opened it."""
        return await self.store.read(lambda session: _noted(session, connection.id, self.clock, REDIRECT))

    async def set_redirect(self, connection: ConnectionRecord, url: str) -> None:
        def work(session: Session) -> None:
            Margin(session, connection.id, self.clock).keep(CONNECTIONS, connection.id, {REDIRECT: url})

        await self.store.write(work, connection.id)

    async def set_webhook(self, connection: ConnectionRecord, url: str, *, is_new: bool = False) -> None:
        """Note the address, which is told from now on what becomes of the connection; `is_new` of one just made."""

        def work(session: Session) -> None:
            Margin(session, connection.id, self.clock).keep(CONNECTIONS, connection.id, {WEBHOOK: url})
            EndpointDesk(session).watch(connection.id, NEW if is_new else UNTOLD, self.clock.now())

        await self.store.write(work, connection.id)


def noted_webhook(session: Session, connection_id: str, clock: Clock) -> str | None:
    """The address that callers noted of a connection."""
    return _noted(session, connection_id, clock, WEBHOOK)


def _noted(session: Session, connection_id: str, clock: Clock, what: str) -> str | None:
    kept = Margin(session, connection_id, clock).kept(CONNECTIONS, [connection_id])
    url: str | None = kept.get(connection_id, {}).get(what)
    return url
