"""What connects a QuickBooks Online company, for an operator: the consent link, and in what condition it is."""

from collections.abc import Callable
from typing import Any, Final

from counterfoil.books.online.oauth import Client
from counterfoil.books.online.routes import ROOT
from counterfoil.books.online.service import CALLBACK
from counterfoil.books.online.work import OnlineWork
from counterfoil.core.dates import precise_moment
from counterfoil.core.errors import CounterfoilError
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.grants import ONLINE, Condition, Grants
from counterfoil.storage.installation import ConnectionRecord

LINK_MINUTES: Final = 7 * 24 * 60


class CannotConnectOnline(CounterfoilError):
    """An online connection cannot be set up so; the message says what to change."""


class OnlineCommands:
    """What commands tell of online connections, and change in them."""

    def __init__(
        self,
        administration: Administration,
        grants: Grants,
        client: Client,
        address: Callable[[], str],
        work: OnlineWork,
    ) -> None:
        self.administration = administration
        self.grants = grants
        self.client = client
        self.address = address
        self.work = work

    def check(self, books: str) -> None:
        """Raises CannotConnectOnline where Intuit could not tell who asks."""
        if books == ONLINE and not self.client.is_known:
            raise CannotConnectOnline(
                "Intuit has to know this installation: set COUNTERFOIL_INTUIT_CLIENT_ID and "
                "COUNTERFOIL_INTUIT_CLIENT_SECRET, and name "
                f"{self.address()}{CALLBACK} as a redirect URI at developer.intuit.com"
            )

    async def told(self, connection: ConnectionRecord) -> dict[str, Any]:
        """The link by which a person connects the company; nothing for other books."""
        if connection.books != ONLINE:
            return {}
        self.check(connection.books)
        _, secret = await self.administration.create_auth_session(connection, "", LINK_MINUTES, None)
        return {"connect_url": f"{self.address()}{ROOT}/{secret}"}

    async def condition(self, connection: ConnectionRecord) -> dict[str, Any]:
        if connection.books != ONLINE:
            return {}
        return {"state": (await self.grants.condition(connection)).state}

    async def details(self, connection: ConnectionRecord) -> dict[str, Any]:
        """What was granted and seen, and what a person must mend."""
        if connection.books != ONLINE:
            return {}
        return _details(await self.grants.condition(connection))

    async def pause(self, connection: ConnectionRecord, minutes: int) -> dict[str, Any]:
        await self.grants.pause(connection, minutes * 60)
        return {"id": connection.id} | await self.condition(connection)

    async def give_back(self) -> None:
        """Give back at once what Intuit granted to connections that are gone; what cannot be is tried again later."""
        if await self.grants.leaving():
            await self.work.sweep()


def _details(condition: Condition) -> dict[str, Any]:
    grant = condition.grant
    moments = {
        "granted_at": grant.granted_at,
        "refreshed_at": grant.refreshed_at,
        "access_until": grant.access_until or None,
        "refresh_until": grant.refresh_until,
        "consent_until": grant.final_until,
        "last_success_at": grant.last_success_at,
    }
    return {
        "waiting": condition.waiting,
        "unknown": condition.unknown,
        "needs": condition.code,
        "needs_words": condition.words,
        "realm": grant.realm_id or None,
        "company": grant.company_name,
        "country": grant.country,
        "sales_tax": grant.tax_mode,
        **{name: precise_moment(moment) if moment is not None else None for name, moment in moments.items()},
    }
