"""What callers note of a connection itself, beside its books: where to post what concerns it."""

from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.margin import Margin

CONNECTIONS: Final = "connections"
WEBHOOK: Final = "webhook_url"


class ConnectionNotes:
    """The notes of connections, one JSON object each."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    async def webhook(self, connection: ConnectionRecord) -> str | None:
        """Where post goes that names no address of its own."""

        def look(session: Session) -> str | None:
            kept = Margin(session, connection.id, self.clock).kept(CONNECTIONS, [connection.id])
            url: str | None = kept.get(connection.id, {}).get(WEBHOOK)
            return url

        return await self.store.read(look)

    async def set_webhook(self, connection: ConnectionRecord, url: str) -> None:
        def work(session: Session) -> None:
            Margin(session, connection.id, self.clock).keep(CONNECTIONS, connection.id, {WEBHOOK: url})

        await self.store.write(work, connection.id)
