"""The postman: takes what is due, sends it signed, records the attempt, and comes again when it was not accepted.

Retries are few for now; the seam is here where a fuller schedule will stand.
"""

import asyncio
import contextlib
from typing import Final

import httpx

from counterfoil.core.clock import Clock
from counterfoil.core.ids import random_uuid
from counterfoil.core.secrets import new_webhook_secret
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import Installation
from counterfoil.storage.post import Delivery, DeliveryAttempt, Post, SecretRecord
from counterfoil.storage.queue import Queue
from counterfoil.storage.vault import Vault
from counterfoil.webhooks.signing import QUBE_HEADER, qube_signature
from counterfoil.webhooks.targets import ForbiddenTarget, Target, resolved

SCHEDULE: Final = (5, 60, 300, 1800)
"""Seconds from one failed attempt to the next; after the last one the delivery has failed."""

AT_ONCE: Final = 16
TIMEOUT: Final = httpx.Timeout(15.0, connect=5.0)
KEPT_ANSWER: Final = 2048
IDLE_SECONDS: Final = 5.0


class Sender:
    """Delivers post while it runs. `wake` it when something new is owed."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, *, allow_private: bool) -> None:
        self.store = store
        self.vault = vault
        self.clock = clock
        self.allow_private = allow_private
        self._news = asyncio.Event()

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            while True:
                self._news.clear()
                due = await self.store.read(lambda session: Post(session).due(self.clock.now(), AT_ONCE))
                if due:
                    await asyncio.gather(*(self._deliver(client, delivery) for delivery in due))
                    continue
                pause = await self._pause()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):  # `wait_for` may lose a cancellation that comes with the news
                        await self._news.wait()

    async def _pause(self) -> float:
        """Until the next delivery is due, at most a few seconds."""
        next_due = await self.store.read(lambda session: Post(session).next_due())
        return IDLE_SECONDS if next_due is None else min(max(next_due - self.clock.now(), 0.05), IDLE_SECONDS)

    async def _deliver(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        try:
            target = await resolved(delivery.url, allow_private=self.allow_private)
        except ForbiddenTarget as refusal:
            await self._settle(delivery, None, f"not sent: {refusal}", final=True)
            return
        try:
            status, answer = await self._send(client, delivery, target)
        except httpx.HTTPError as error:
            await self._settle(delivery, None, f"no answer: {type(error).__name__}", final=False)
            return
        await self._settle(delivery, status, answer, final=False)

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery, target: Target) -> tuple[int, str]:
        """Connect to the address that was looked at, and ask it for the host that was named."""
        secrets = await self.store.write(lambda session: self._secrets(session, delivery))
        headers = {
            "Host": target.host if target.port in (80, 443) else f"{target.host}:{target.port}",
            "Content-Type": "application/json",
            QUBE_HEADER: qube_signature(secrets, self.clock.now(), delivery.body),
        }
        host = f"[{target.ip}]" if ":" in target.ip else target.ip
        url = f"{target.scheme}://{host}:{target.port}{target.path}"
        extensions = {"sni_hostname": target.host}
        async with client.stream("POST", url, content=delivery.body, headers=headers, extensions=extensions) as answer:
            kept = b""
            async for chunk in answer.aiter_raw(KEPT_ANSWER):
                kept += chunk
                if len(kept) >= KEPT_ANSWER:
                    break
            return answer.status_code, kept[:KEPT_ANSWER].decode("utf-8", "replace")

    def _secrets(self, session: Session, delivery: Delivery) -> list[str]:
        """The secrets that sign for this delivery's account just now; its first is made with its first post."""
        now = self.clock.now()
        account = Installation(session).account_of(delivery.connection_id)
        if account is None:
            return []
        post = Post(session)
        living = [one for one in post.secrets(account) if one.retired_at is None or one.retired_at > now]
        if not living:
            sealed = self.vault.seal(new_webhook_secret())
            living = [SecretRecord(id=random_uuid(), sealed=sealed, created_at=now, retired_at=None)]
            post.add_secret(account, living[0])
        return [self.vault.open(one.sealed) for one in living]

    async def _settle(self, delivery: Delivery, status: int | None, answer: str, *, final: bool) -> None:
        tries = delivery.tries + 1
        delivered = status is not None and 200 <= status < 300
        again = None if delivered or final or tries > len(SCHEDULE) else self.clock.now() + SCHEDULE[tries - 1]
        state = "delivered" if delivered else ("due" if again is not None else "failed")
        attempt = DeliveryAttempt(number=tries, attempted_at=self.clock.now(), status=status, answer=answer)

        def work(session: Session) -> None:
            Post(session).settle(delivery, attempt, state, again)
            if delivery.request_id is not None:
                told = {"delivered": "succeeded", "due": "pending", "failed": "failed"}[state]
                error = None if delivered else f"{status if status is not None else ''} {answer}".strip()[:500]
                queue = Queue(session, delivery.connection_id, self.clock)
                queue.set_webhook(delivery.request_id, told, error, self.clock.now())

        await self.store.write(work)
