"""The composition root: here, and only here, the parts of an installation are put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from counterfoil import __version__
from counterfoil.app.commands import Commands
from counterfoil.app.desktop_commands import DesktopCommands
from counterfoil.app.online import Online
from counterfoil.app.pages import People
from counterfoil.app.settings import Settings
from counterfoil.books.desktop.books import DesktopBooks
from counterfoil.books.desktop.pace import Pace
from counterfoil.books.desktop.routes import WebConnectorService
from counterfoil.books.desktop.session import Conversation
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.books.online.books import OnlineBooks
from counterfoil.books.online.pace import Pace as OnlinePace
from counterfoil.core.clock import Clock, SystemClock
from counterfoil.dialects.chargeover.routes import ChargeOverApi
from counterfoil.dialects.chargeover.routes import Limits as ChargeOverLimits
from counterfoil.dialects.conductor.end_users import EndUsers
from counterfoil.dialects.conductor.routes import ConductorApi, Limits
from counterfoil.dialects.qube.routes import Limits as QubeLimits
from counterfoil.dialects.qube.routes import QubeApi
from counterfoil.dialects.qube.told import letter
from counterfoil.dialects.snapbooks.routes import Limits as SnapBooksLimits
from counterfoil.dialects.snapbooks.routes import SnapBooksApi
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.connecting import Connecting
from counterfoil.dispatch.connectors import Connectors
from counterfoil.dispatch.inline import InlineWay
from counterfoil.dispatch.lanes import Bells, LaneWay
from counterfoil.dispatch.protocols import Books, DistantBooks
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.dispatch.usage import Usage
from counterfoil.storage.migrating import migrate
from counterfoil.storage.sqlite import FILE, SqliteStore
from counterfoil.storage.vault import Vault, installation_secret
from counterfoil.web.connect import ConnectPages
from counterfoil.web.pages import reachable_page
from counterfoil.webhooks.sender import Sender
from counterfoil.webhooks.targets import ForbiddenTarget, checked


class Running:
    """An installation at work: its database is open, and everything that needs it is at hand."""

    def __init__(
        self,
        settings: Settings,
        store: SqliteStore,
        clock: Clock,
        *,
        intuit: httpx.AsyncBaseTransport | None = None,
        online_pace: OnlinePace | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.books: Mapping[str, Books] = {"embedded": EmbeddedBooks()}
        self.vault = Vault(installation_secret(settings.data, settings.secret))
        self.port = settings.port
        self.bells = Bells()
        desktop = DesktopBooks(clock)
        distant: Mapping[str, DistantBooks] = {"desktop": desktop, "online": OnlineBooks(clock, self.bells)}
        self.administration = Administration(store, self.books, distant, self.vault, clock)
        usage, settling = Usage(store, clock), Settling(clock, letter)
        inline = InlineWay(store, self.books, clock, usage)
        lanes = LaneWay(store, distant, clock, settling, self.bells, usage)
        self.dispatcher = Dispatcher(store, {"embedded": inline, "desktop": lanes, "online": lanes}, clock)
        self.sender = Sender(store, self.vault, clock, allow_private=settings.allow_private_webhooks)
        self.queue = RequestQueue(store, self.books, lanes, settling, clock, self.sender.wake)
        self.connectors = Connectors(store, clock, self.bells)
        pace = Pace(hold=settings.live_hold, idle=settings.live_idle)
        self.conversation = Conversation(store, desktop, settling, self.bells, clock, pace, self.sender.wake)
        self.connecting = Connecting(self.administration, self.connectors, self.address)
        self.online = Online(
            settings,
            store,
            self.vault,
            clock,
            self.bells,
            settling,
            self.administration,
            self.address,
            self.root,
            intuit,
            online_pace or OnlinePace(),
        )
        commands = DesktopCommands(settings.data, self.connecting, self.connectors)
        self.people = People(
            store,
            self.books,
            self.vault,
            clock,
            self.bells,
            settling,
            self.administration,
            self.dispatcher,
            self.queue,
            self.connecting,
            self.connectors,
            self.online.grants,
            self.online.commands,
            self.address,
            self.sender.wake,
        )
        self.commands = Commands(
            settings.data, store, self.books, self.administration, commands, self.online.commands, self.people, clock
        )

    def address(self) -> str:
        """How the outside world reaches this server; a Web Connector on this machine knows it as localhost."""
        return (self.settings.public_url or f"http://localhost:{self.port}").rstrip("/")

    def root(self) -> str:
        """The path of that address, below which a proxy may serve this server."""
        return urlsplit(self.address()).path.rstrip("/")

    async def perform(self, command: str, arguments: dict[str, Any]) -> Any:
        return await self.commands.perform(command, arguments)

    def application(self) -> ASGIApp:
        """The HTTP side of it: the dialects at one root, which their vendors' addresses share without meeting."""
        conductor = self._conductor()
        pages = (self._connect_pages(), self.online.pages(), self.people.pages())
        others = (self._qube(), self._snapbooks(), self._chargeover(), *pages)
        often = self._web_connector()
        routes = [*often.routes(), Route("/", _index), *conductor.routes()]
        routes += [route for each in others for route in each.routes()]
        return Router(routes, redirect_slashes=False, default=conductor.nowhere())

    def _web_connector(self) -> WebConnectorService:
        return WebConnectorService(self.conversation, self.address, reachable_page)

    def _connect_pages(self) -> ConnectPages:
        return ConnectPages(self.connectors, self.address)

    def _conductor(self) -> ConductorApi:
        settings = self.settings
        limits = Limits(settings.max_body, settings.max_lines, settings.timeout)
        end_users = EndUsers(self.administration, settings.default_books, settings.public_url)
        return ConductorApi(self.dispatcher, self.queue, limits, end_users)

    def _snapbooks(self) -> SnapBooksApi:
        settings = self.settings
        return SnapBooksApi(self.dispatcher, SnapBooksLimits(settings.max_body, settings.max_lines, settings.timeout))

    def _qube(self) -> QubeApi:
        settings = self.settings
        return QubeApi(
            self.dispatcher,
            self.administration,
            self.queue,
            self.connecting,
            QubeLimits(settings.max_body, settings.max_lines),
            check_target=self._why_no_target,
            default_books=settings.default_books,
            public_url=settings.public_url,
        )

    def _chargeover(self) -> ChargeOverApi:
        settings = self.settings
        limits = ChargeOverLimits(settings.max_body, settings.max_lines, settings.timeout)
        return ChargeOverApi(self.dispatcher, self.administration, limits, settings.public_url, self.clock)

    def _why_no_target(self, url: str) -> str | None:
        """Why post may not go to an address; None where it may, as far as its looks tell."""
        try:
            checked(url, allow_private=self.settings.allow_private_webhooks)
        except ForbiddenTarget as refusal:
            return str(refusal)
        return None


@asynccontextmanager
async def installation(
    settings: Settings,
    clock: Clock | None = None,
    *,
    intuit: httpx.AsyncBaseTransport | None = None,
    online_pace: OnlinePace | None = None,
) -> AsyncIterator[Running]:
    """Open the installation in a data folder that this process owns; migrate it first where it is older.

    `intuit` stands in for the network on which Intuit is.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.data / FILE
    migrate(path)
    store = SqliteStore(path)
    running = Running(settings, store, clock or SystemClock(), intuit=intuit, online_pace=online_pace)
    try:
        yield running
    finally:
        await running.online.close()
        await store.close()


async def _index(_: Request) -> Response:
    return JSONResponse(
        {
            "name": "Counterfoil",
            "version": __version__,
            "dialects": {
                "conductor": {"root": "/v1", "openapi": "/openapi.json"},
                "qube": {"root": "/api/v1", "openapi": "/openapi/qube.json"},
                "chargeover": {"root": "/api/v3", "openapi": "/openapi/chargeover.json"},
                "snapbooks": {"root": "/api/v1", "openapi": "/openapi/snapbooks.json"},
            },
        }
    )
