"""The parts of the online books, put together."""

from collections.abc import Callable

import httpx

from counterfoil.app.online_commands import OnlineCommands
from counterfoil.app.settings import Settings
from counterfoil.books.online.intuit import Intuit
from counterfoil.books.online.limits import Limits
from counterfoil.books.online.oauth import Client, OAuth
from counterfoil.books.online.pace import Pace
from counterfoil.books.online.routes import OnlinePages
from counterfoil.books.online.service import Consents, Told
from counterfoil.books.online.work import OnlineWork
from counterfoil.core.clock import Clock
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.grants import Grants
from counterfoil.dispatch.lanes import Bells
from counterfoil.dispatch.settle import Settling
from counterfoil.storage.contract import Store
from counterfoil.storage.vault import Vault
from counterfoil.web.pages import message_page

CONNECTIONS_KEPT = 100


class Online:
    """What an installation needs for QuickBooks Online. `transport` stands in for the network where one is given; other
    processes work beside this one where the installation `is_shared`."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        vault: Vault,
        clock: Clock,
        bells: Bells,
        settling: Settling,
        administration: Administration,
        address: Callable[[], str],
        root: Callable[[], str],
        transport: httpx.AsyncBaseTransport | None,
        pace: Pace,
        *,
        is_shared: bool,
    ) -> None:
        self.transport = transport
        self.root = root
        client = Client(
            environment=settings.intuit_environment,
            client_id=settings.intuit_client_id,
            client_secret=settings.intuit_client_secret,
            api_base=settings.intuit_api_base,
        )
        self.grants = Grants(store, vault, clock, bells)
        oauth = OAuth(self.http, client, clock, pace)
        intuit = Intuit(self.http, client.base, Limits(pace), pace)
        self.work = OnlineWork(store, settling, bells, clock, pace, intuit, oauth, self.grants, is_shared=is_shared)
        self.consents = Consents(self.grants, oauth, self.work, address)
        self.commands = OnlineCommands(administration, self.grants, client, address, self.work)
        self._http: httpx.AsyncClient | None = None

    def http(self) -> httpx.AsyncClient:
        """The client for everything that Intuit is asked: made when it is first needed, which costs its time."""
        if self._http is None:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS_KEPT)
            self._http = httpx.AsyncClient(
                transport=self.transport, limits=limits, follow_redirects=False, trust_env=True
            )
        return self._http

    def pages(self) -> OnlinePages:
        return OnlinePages(self.consents, self._page)

    async def close(self) -> None:
        """Bring to its end what must not be lost with this process, and let the network go."""
        await self.work.tokens.ended()
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    def _page(self, told: Told) -> str:
        return message_page(self.root(), told.title, told.text, told.steps, told.onward)
