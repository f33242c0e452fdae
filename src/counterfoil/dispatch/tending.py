"""What people do to requests by hand: take one back, hand one in again, have a webhook told once more."""

from collections.abc import Callable

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Conflict, Unknown
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import digest
from counterfoil.dispatch.attempts import Attempt
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.lanes import Bells
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.dispatch.request_details import Details
from counterfoil.dispatch.settle import Settling
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane
from counterfoil.storage.overview import RequestView
from counterfoil.storage.post import Post
from counterfoil.storage.queue import Queue

PAGES = "pages"
"""Who asks, where it is a person at a page and no key."""


class Tending:
    """Does these things. `wake` tells the sender that there is post."""

    def __init__(
        self,
        store: Store,
        queue: RequestQueue,
        settling: Settling,
        bells: Bells,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self.store = store
        self.queue = queue
        self.settling = settling
        self.bells = bells
        self.clock = clock
        self.wake = wake

    async def discard(self, connection: ConnectionRecord, identifier: str) -> None:
        """Take a request back that has not left. Raises Conflict where it has."""

        def work(session: Session) -> None:
            entry = Lane(session, connection.id, self.clock).find(identifier)
            if entry is None or entry.state != "queued":
                raise Conflict(Problem("fixed", ("state",), {"detail": "it has left already, or is answered"}))
            self.settling.withdrawn(session, connection.id, entry)
            if entry.kind == "document":
                Queue(session, connection.id, self.clock).remove(identifier)

        await self.store.write(work, connection.id)
        self.bells.ring(identifier)
        self.bells.ring(connection.id)

    async def retry(self, account_id: str, details: Details) -> str:
        """Hand a document in again that failed or was taken back: the id of the new request.

        Once: who presses twice, or has an old page before them, is shown the request that it has become.
        """
        if not details.can_retry or details.document is None:
            raise Conflict(
                Problem("fixed", ("state",), {"detail": "only a document that failed can be handed in again"})
            )
        row, document = details.listed.row, details.document
        if details.entry is not None:
            document = details.entry.document  # as it was asked, without the message set in which it left
        once = f"again {row.id}"
        attempt = Attempt(digest(once), once, None, row.dialect, row.address, details.body)
        webhook = details.queued.webhook_url if details.queued is not None else None
        caller = Caller(PAGES, account_id, None)
        made = await self.queue.enter(
            caller,
            details.company.connection,
            document,
            attempt,
            webhook,
            is_paged=details.is_paged,
            api_version=details.queued.api_version if details.queued is not None else None,
        )
        return made.id

    async def replay(self, connection: ConnectionRecord, request_id: str, delivery_id: str) -> None:
        """Have a webhook told of a request once more, now, with the same words. Raises Unknown."""
        now = self.clock.now()

        def work(session: Session) -> None:
            view = RequestView(session, connection.id)
            found = view.delivery(request_id, delivery_id)
            if found is None:
                raise Unknown(Problem("unknown_resource", (), {"detail": "There is no such delivery."}))
            Post(session).send_again(connection.id, found.id, now)

        await self.store.write(work, connection.id)
        self.wake()
