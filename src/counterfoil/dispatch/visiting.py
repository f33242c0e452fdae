"""Signing people in: a link that serves once, and a cookie that lasts for some days. An account at a time."""

import secrets
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.core.secrets import SECRET_BYTES, digest
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import AccountRecord, Installation
from counterfoil.storage.visits import Login, Visit, VisitDesk

LOGIN_SECONDS: Final = 600
"""How long a link may wait to be used."""

VISIT_SECONDS: Final = 7 * 24 * 3600
"""How long a browser stays signed in."""


class Visiting:
    """Links and visits. Secrets are random and long; the database holds their digests alone."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    async def new_login(self, account: AccountRecord) -> str:
        """The secret of a link that signs one browser in to this account, once, within ten minutes."""
        secret, now = secrets.token_urlsafe(SECRET_BYTES), self.clock.now()
        login = Login(account_id=account.id, digest=digest(secret), created_at=now, expires_at=now + LOGIN_SECONDS)

        def work(session: Session) -> None:
            desk = VisitDesk(session)
            desk.purge(now)
            desk.add_login(login)

        await self.store.write(work)
        return secret

    async def invited(self, secret: str) -> AccountRecord | None:
        """The account that a link would sign in to; None where it does not work, or no longer."""

        def look(session: Session) -> AccountRecord | None:
            login = self._usable(session, secret)
            return _account(session, login.account_id) if login is not None else None

        return await self.store.read(look)

    async def sign_in(self, secret: str) -> str | None:
        """Use a link up: the secret of the visit that begins with it, or None where the link does not work."""
        fresh, now = secrets.token_urlsafe(SECRET_BYTES), self.clock.now()

        def work(session: Session) -> str | None:
            login = self._usable(session, secret)
            if login is None:
                return None
            desk = VisitDesk(session)
            desk.use_login(login.digest, now)
            desk.add_visit(
                Visit(
                    account_id=login.account_id,
                    digest=digest(fresh),
                    created_at=now,
                    expires_at=now + VISIT_SECONDS,
                )
            )
            return fresh

        return await self.store.write(work)

    async def visitor(self, secret: str) -> AccountRecord | None:
        """The account that a browser with this secret is signed in to."""

        def look(session: Session) -> AccountRecord | None:
            visit = VisitDesk(session).find_visit(digest(secret))
            if visit is None or visit.expires_at <= self.clock.now():
                return None
            return _account(session, visit.account_id)

        return await self.store.read(look)

    async def sign_out(self, secret: str) -> None:
        await self.store.write(lambda session: VisitDesk(session).end_visit(digest(secret)))

    def _usable(self, session: Session, secret: str) -> Login | None:
        login = VisitDesk(session).find_login(digest(secret))
        if login is None or login.used_at is not None or login.expires_at <= self.clock.now():
            return None
        return login


def _account(session: Session, identifier: str) -> AccountRecord | None:
    return next((each for each in Installation(session).accounts() if each.id == identifier), None)
