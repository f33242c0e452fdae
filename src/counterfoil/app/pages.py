"""The pages for people, put together; and the command that signs somebody in to them."""

from collections.abc import Callable, Mapping
from typing import Any

from counterfoil.app.online_commands import OnlineCommands
from counterfoil.core.clock import Clock
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.connecting import Connecting
from counterfoil.dispatch.connectors import Connectors
from counterfoil.dispatch.endpoints import Endpoints
from counterfoil.dispatch.grants import ONLINE, Grants
from counterfoil.dispatch.invoices import Invoices
from counterfoil.dispatch.lanes import Bells
from counterfoil.dispatch.overview import Overview
from counterfoil.dispatch.protocols import Books
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.dispatch.request_details import RequestDetails
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.dispatch.tending import Tending
from counterfoil.dispatch.visiting import LOGIN_SECONDS, Visiting
from counterfoil.storage.contract import Store
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.vault import Vault
from counterfoil.web.app import AppPages, Desk
from counterfoil.web.reception import ROOT

LINK_MINUTES = 7 * 24 * 60


class People:
    """What an installation needs for those who look at it. `wake` tells the sender of post that there is some."""

    def __init__(
        self,
        store: Store,
        books: Mapping[str, Books],
        vault: Vault,
        clock: Clock,
        bells: Bells,
        settling: Settling,
        administration: Administration,
        dispatcher: Dispatcher,
        queue: RequestQueue,
        connecting: Connecting,
        connectors: Connectors,
        grants: Grants,
        endpoints: Endpoints,
        online: OnlineCommands,
        address: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        self.administration = administration
        self.connecting = connecting
        self.online = online
        self.address = address
        self.visiting = Visiting(store, clock)
        overview = Overview(store, clock)
        self.desk = Desk(
            visiting=self.visiting,
            overview=overview,
            details=RequestDetails(store, books, overview, clock),
            tending=Tending(store, queue, settling, bells, clock, wake),
            invoices=Invoices(store, dispatcher, books, vault, clock),
            connecting=connecting,
            connectors=connectors,
            grants=grants,
            endpoints=endpoints,
            connect_link=self.connect_link,
            bells=bells,
            clock=clock,
        )

    def pages(self) -> AppPages:
        return AppPages(self.desk, self.address)

    async def login(self, arguments: Mapping[str, Any]) -> Any:
        """A link that signs one browser in to an account, once."""
        account = await self.administration.account(arguments.get("account"))
        secret = await self.visiting.new_login(account)
        return {"url": f"{self.address()}{ROOT}/login/{secret}", "account": account.name, "seconds": LOGIN_SECONDS}

    async def connect_link(self, connection: ConnectionRecord) -> str:
        """A link by which a person connects a company, for seven days."""
        if connection.books == ONLINE:
            url: str = (await self.online.told(connection))["connect_url"]
            return url
        return (await self.connecting.link(connection, LINK_MINUTES)).url
