"""The access token of a connection: renewed by one of all who need it, and stored before it is used."""

import asyncio
import logging
from typing import Final

from counterfoil.books.online.intuit import NotGranted, Unsent
from counterfoil.books.online.oauth import GrantRefused, OAuth, OAuthAway
from counterfoil.core.ids import random_hex
from counterfoil.dispatch.grants import CLIENT, RECONNECT, TROUBLES, Grants, is_stopped, refreshed_bell
from counterfoil.dispatch.lanes import heard
from counterfoil.storage.grants import Grant

LOOK_AGAIN: Final = 1.0
"""Seconds after which one who waits for another's refresh looks for itself: the other may be in another process."""

LONGEST_WAIT: Final = 120.0
_log = logging.getLogger(__name__)


class AccessTokens:
    """Gives out access tokens."""

    def __init__(self, grants: Grants, oauth: OAuth) -> None:
        self.grants = grants
        self.oauth = oauth

    async def token(self, connection_id: str, rejected: str | None = None) -> tuple[Grant, str]:
        """The grant and a token that Intuit should take: another one than `rejected`, which it did not.

        Raises NotGranted where a person must act, and Unsent where Intuit's OAuth is away.
        """
        holder, until = random_hex(16), asyncio.get_running_loop().time() + LONGEST_WAIT
        with self.grants.bells.waiting(refreshed_bell(connection_id)) as bell:
            while asyncio.get_running_loop().time() < until:
                grant = await self._grant(connection_id)
                if self.grants.is_fresh(grant):
                    token = self.grants.opened(grant.access)
                    if token != rejected:
                        return grant, token
                if await self.grants.hold(connection_id, holder, grant.generation):
                    await self._renewed(connection_id, holder, grant)
                else:
                    await heard(bell, LOOK_AGAIN)
        raise Unsent("another process is renewing the access token, and has not come to an end")

    async def _grant(self, connection_id: str) -> Grant:
        grant = await self.grants.find(connection_id)
        if grant is None or not grant.is_granted:
            raise NotGranted("nobody has connected the company yet")
        if is_stopped(grant, self.grants.clock.now()):
            raise NotGranted(grant.attention_words or "", grant.attention or "")
        return grant

    async def _renewed(self, connection_id: str, holder: str, grant: Grant) -> None:
        """Spend the refresh token, as the one who holds the lease."""
        try:
            await self._spent(connection_id, grant)
        except OAuthAway as error:
            raise Unsent(str(error)) from error
        except GrantRefused as refusal:
            code = CLIENT if refusal.is_ours else RECONNECT
            _log.warning("connection %s needs a person: %s (%s)", connection_id, code, refusal)
            await self.grants.attend(connection_id, code, f"{TROUBLES[code]} ({refusal})")
            raise NotGranted(str(refusal), code) from refusal
        finally:
            await self.grants.let_go(connection_id, holder)

    async def _spent(self, connection_id: str, grant: Grant) -> None:
        """A token that is refused is read once more from the database: somebody may have stored another one."""
        try:
            tokens = await self.oauth.refresh(self.grants.opened(grant.refresh))
        except GrantRefused as refusal:
            if refusal.is_ours:
                raise
            grant = await self._grant(connection_id)
            tokens = await self.oauth.refresh(self.grants.opened(grant.refresh))
        await self.grants.renew(connection_id, grant.generation, tokens)
