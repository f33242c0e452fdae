"""The access token of a connection: renewed by one of all who need it, and stored before it is used.

A refresh token may serve once. So what was begun with one is brought to its end, whatever becomes of whoever asked for
it: a renewal is a task of its own, and goes on trying to store what Intuit has given.
"""

import asyncio
import contextlib
import logging
from typing import Any, Final

from counterfoil.books.online.intuit import NotGranted, Unsent
from counterfoil.books.online.oauth import GrantRefused, OAuth, OAuthAway
from counterfoil.core.errors import NotNow
from counterfoil.core.ids import random_hex
from counterfoil.dispatch.grants import CLIENT, RECONNECT, TROUBLES, Grants, Tokens, is_stopped, refreshed_bell
from counterfoil.dispatch.lanes import heard
from counterfoil.storage.grants import Grant

LOOK_AGAIN: Final = 1.0
"""Seconds after which one who waits for another's refresh looks for itself: the other may be in another process. Also
those after which it is tried again to store what was refreshed."""

LET_GO_TRIES: Final = 10
LONGEST_WAIT: Final = 120.0
LAST_SECONDS: Final = 60.0
"""How long a process that stops waits for renewals that are under way."""

_log = logging.getLogger(__name__)


class AccessTokens:
    """Gives out access tokens."""

    def __init__(self, grants: Grants, oauth: OAuth) -> None:
        self.grants = grants
        self.oauth = oauth
        self._renewals: set[asyncio.Task[bool]] = set()

    async def token(self, connection_id: str, rejected: str | None = None) -> tuple[Grant, str]:
        """The grant and a token that Intuit should take: another one than `rejected`, which it did not.

        Raises NotGranted where a person must act, and Unsent where Intuit's OAuth is away.
        """
        holder, until = random_hex(16), asyncio.get_running_loop().time() + LONGEST_WAIT
        with self.grants.bells.waiting(refreshed_bell(connection_id)) as bell:
            while (left := until - asyncio.get_running_loop().time()) > 0:
                grant = await self._grant(connection_id)
                if self.grants.is_fresh(grant):
                    token = self.grants.opened(grant.access)
                    if token != rejected:
                        return grant, token
                if not await self._begun(connection_id, holder, grant, left):
                    await heard(bell, LOOK_AGAIN)
        raise Unsent("the access token is being renewed, and that has not come to an end")

    async def ended(self) -> None:
        """Wait for the renewals that are under way: what Intuit has given must not be lost."""
        under_way = set(self._renewals)
        if under_way:
            _, under_way = await asyncio.wait(under_way, timeout=LAST_SECONDS)
        for each in under_way:
            _log.error("tokens were being renewed, and are not stored: a person may have to connect again")
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _begun(self, connection_id: str, holder: str, grant: Grant, seconds: float) -> bool:
        """Renew the tokens, where nobody else does: whether it was done. Who asks may go before it is."""
        renewal = asyncio.create_task(self._renewed(connection_id, holder, grant))
        self._renewals.add(renewal)
        renewal.add_done_callback(self._renewals.discard)
        renewal.add_done_callback(_overheard)
        await asyncio.wait((renewal,), timeout=seconds)
        return renewal.done() and renewal.result()

    async def _grant(self, connection_id: str) -> Grant:
        grant = await self.grants.find(connection_id)
        if grant is None or not grant.is_granted:
            raise NotGranted("nobody has connected the company yet")
        if is_stopped(grant, self.grants.clock.now()):
            raise NotGranted(grant.attention_words or "", grant.attention or "")
        return grant

    async def _renewed(self, connection_id: str, holder: str, grant: Grant) -> bool:
        """Spend the refresh token as the one who holds the lease; False where somebody else does, or has.

        With new tokens the lease is given up, whoever stores them; without, also one of which nobody knows whether it
        was taken.
        """
        try:
            if not await self.grants.hold(connection_id, holder, grant.generation):
                return False
            await self._spent(connection_id, grant)
        except Exception as error:
            await self._let_go(connection_id, holder)
            if isinstance(error, OAuthAway):
                raise Unsent(str(error)) from error
            raise
        return True

    async def _let_go(self, connection_id: str, holder: str) -> None:
        """Give the lease up. Where the database stays away it runs out by itself, which takes longer."""
        for _ in range(LET_GO_TRIES):
            with contextlib.suppress(NotNow):
                await self.grants.let_go(connection_id, holder)
                return
            await asyncio.sleep(LOOK_AGAIN)

    async def _spent(self, connection_id: str, grant: Grant) -> None:
        """A token that is refused is read once more from the database: somebody may have stored another one."""
        try:
            tokens = await self.oauth.refresh(self.grants.opened(grant.refresh))
        except GrantRefused as refusal:
            if refusal.is_ours:
                await self._stopped(connection_id, grant, refusal)
                return
            before, grant = grant, await self._grant(connection_id)
            if grant.generation != before.generation:
                return
            try:
                tokens = await self.oauth.refresh(self.grants.opened(grant.refresh))
            except GrantRefused as again:
                await self._stopped(connection_id, grant, again)
                return
        await self._stored(connection_id, grant, tokens)

    async def _stopped(self, connection_id: str, grant: Grant, refusal: GrantRefused) -> None:
        """Raises NotGranted, where what was refused is what the connection still has."""
        code = CLIENT if refusal.is_ours else RECONNECT
        if not await self.grants.attend(connection_id, code, f"{TROUBLES[code]} ({refusal})", grant.generation):
            return
        _log.warning("connection %s needs a person: %s (%s)", connection_id, code, refusal)
        raise NotGranted(str(refusal), code) from refusal

    async def _stored(self, connection_id: str, grant: Grant, tokens: Tokens) -> None:
        """Store what there is nowhere else, as often as it takes while the database is away."""
        while True:
            try:
                await self.grants.renew(connection_id, grant.generation, tokens)
                return
            except NotNow as error:
                _log.warning("connection %s: the renewed tokens cannot be stored yet: %s", connection_id, error)
                await asyncio.sleep(LOOK_AGAIN)


def _overheard(renewal: asyncio.Task[Any]) -> None:
    """Nobody may wait any more: an error that comes now is not one that was forgotten."""
    if not renewal.cancelled():
        renewal.exception()
