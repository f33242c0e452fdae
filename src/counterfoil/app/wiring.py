"""The composition root: here, and only here, the parts of an installation are put together."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp

from counterfoil import __version__
from counterfoil.app.commands import Commands
from counterfoil.app.desktop_commands import DesktopCommands
from counterfoil.app.limits import Gatekeeper, guard_secrets
from counterfoil.app.logs import LogWriter
from counterfoil.app.metrics import Metrics
from counterfoil.app.observing import Observed, owned_by
from counterfoil.app.online import Online
from counterfoil.app.outcomes import INLINE, LANE, CountedSettling, CountedWay, Tally, TallyStore
from counterfoil.app.pages import People
from counterfoil.app.post_office import PostOffice
from counterfoil.app.readiness import Questions, Readiness
from counterfoil.app.settings import Settings
from counterfoil.app.standing import Standing
from counterfoil.app.stores import opened
from counterfoil.app.switch_commands import SwitchCommands
from counterfoil.app.webhook_commands import WebhookCommands
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
from counterfoil.dialects.qube.calls import Limits as QubeLimits
from counterfoil.dialects.qube.routes import QubeApi
from counterfoil.dialects.qube.v2.routes import QubeV2Api
from counterfoil.dialects.qube.v2.told import letter
from counterfoil.dialects.snapbooks.routes import Limits as SnapBooksLimits
from counterfoil.dialects.snapbooks.routes import SnapBooksApi
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.connecting import Connecting
from counterfoil.dispatch.connection_notes import ConnectionNotes
from counterfoil.dispatch.connectors import Connectors
from counterfoil.dispatch.inline import InlineWay
from counterfoil.dispatch.lanes import Bells, LaneWay
from counterfoil.dispatch.overview import Overview
from counterfoil.dispatch.protocols import Books, DistantBooks
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.dispatch.switching import Switching
from counterfoil.dispatch.usage import Usage
from counterfoil.storage.contract import Store
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.vault import Vault, installation_secret
from counterfoil.web.connect import ConnectPages
from counterfoil.web.pages import reachable_page

Addresses = Sequence[tuple[str, Sequence[BaseRoute]]]
"""Routes, by who answers at them."""


class Running:
    """An installation at work: its database is open, and everything that needs it is at hand."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
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
        if isinstance(store, PostgresStore):
            self.bells.carry = store.notices.tell
            store.notices.listen(self.bells.hear, self.bells.hear_all)
        self.metrics = Metrics()
        self.log: LogWriter | None = None
        self.readiness = Readiness(store, settings.data, self.metrics, clock, lambda: self.bells.stopped)
        store.watch = self.readiness
        self.gatekeeper = Gatekeeper(
            settings.rate_limit,
            settings.rate_burst,
            turned_away=self.metrics.turned_away,
            guesses=settings.guess_limit,
        )
        desktop = DesktopBooks(clock)
        distant: Mapping[str, DistantBooks] = {"desktop": desktop, "online": OnlineBooks(clock, self.bells)}
        self.administration = Administration(store, self.books, distant, self.vault, clock)
        self.post = PostOffice(settings, store, self.vault, self.bells, clock, self.metrics.tried)
        self.sender, events = self.post.sender, self.post.events
        self.standing = Standing(store, Overview(store, clock))
        tally = Tally()
        usage, settling = Usage(store, clock), CountedSettling(self.metrics, tally, clock, letter, events)
        inline = InlineWay(store, self.books, clock, usage, events)
        settled = TallyStore(store, tally)
        lanes = LaneWay(settled, distant, clock, settling, self.bells, usage)
        at_once, later = CountedWay(inline, self.metrics, INLINE), CountedWay(lanes, self.metrics, LANE)
        ways = {"embedded": at_once, "desktop": later, "online": later}
        self.dispatcher = Dispatcher(store, ways, clock, gate=self.gatekeeper)
        self.queue = RequestQueue(settled, self.books, lanes, settling, clock, self.sender.wake)
        self.connectors = Connectors(store, clock, self.bells)
        pace = Pace(hold=settings.live_hold, idle=settings.live_idle, ahead=settings.database is None)
        self.conversation = Conversation(settled, desktop, settling, self.bells, clock, pace)
        self.connecting = Connecting(self.administration, self.connectors, self.address)
        self.online = Online(
            settings,
            settled,
            self.vault,
            clock,
            self.bells,
            settling,
            self.administration,
            self.address,
            self.root,
            intuit,
            online_pace or OnlinePace(),
            is_shared=isinstance(store, PostgresStore),
        )
        commands = DesktopCommands(settings.data, self.connecting, self.connectors)
        self.people = People(
            settled,
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
            self.post.endpoints,
            self.online.commands,
            self.address,
            self.sender.wake,
        )
        self.commands = Commands(
            settings.data,
            store,
            self.books,
            self.administration,
            commands,
            self.online.commands,
            SwitchCommands(self.administration, Switching(store, self.vault, clock)),
            WebhookCommands(self.administration, self.post.endpoints, clock),
            self.people,
            clock,
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
        """The HTTP side of it, observed."""
        addresses = self.addresses()
        return Observed(self.router(addresses), owned_by(addresses), self.metrics, lambda: self.log)

    def router(self, addresses: Addresses | None = None) -> Router:
        """The dialects at one root, which their vendors' addresses share without meeting."""
        routes = [route for _, served in addresses or self.addresses() for route in served]
        return Router(routes, redirect_slashes=False, default=self._conductor().nowhere())

    def addresses(self) -> Addresses:
        """Every address by who answers there, a dialect or what else there is, in the order in which they are tried."""
        return (
            ("web connector", self._web_connector().routes()),
            ("index", [Route("/", _index)]),
            ("questions", Questions(self.readiness, self.metrics, self.settings.metrics_token).routes()),
            ("conductor", self._conductor().routes()),
            ("qube", [*self._qube().routes(), *self._qube_v2().routes()]),
            ("snapbooks", self._snapbooks().routes()),
            ("chargeover", self._chargeover().routes()),
            ("connect pages", guard_secrets(self._connect_pages().routes(), self.gatekeeper)),
            ("intuit's answers", guard_secrets(self.online.pages().routes(), self.gatekeeper)),
            ("pages", guard_secrets(self.people.pages().routes(), self.gatekeeper)),
        )

    def _web_connector(self) -> WebConnectorService:
        return WebConnectorService(self.conversation, self.address, reachable_page, self.gatekeeper)

    def _connect_pages(self) -> ConnectPages:
        return ConnectPages(self.connectors, self.address)

    def _conductor(self) -> ConductorApi:
        settings = self.settings
        limits = Limits(settings.max_body, settings.max_lines, settings.timeout)
        end_users = EndUsers(self.administration, settings.default_books, settings.public_url)
        return ConductorApi(self.dispatcher.speaking("conductor"), self.queue, limits, end_users)

    def _snapbooks(self) -> SnapBooksApi:
        settings = self.settings
        limits = SnapBooksLimits(settings.max_body, settings.max_lines, settings.timeout)
        return SnapBooksApi(self.dispatcher.speaking("snapbooks"), limits)

    def _qube(self) -> QubeApi:
        settings = self.settings
        return QubeApi(
            self.dispatcher.speaking("qube"),
            self.administration,
            self.queue,
            self.connecting,
            QubeLimits(settings.max_body, settings.max_lines),
            check_target=self.post.why_no_target,
            default_books=settings.default_books,
            public_url=settings.public_url,
        )

    def _qube_v2(self) -> QubeV2Api:
        settings = self.settings
        return QubeV2Api(
            self.dispatcher.speaking("qube"),
            self.administration,
            self.queue,
            self.connecting,
            ConnectionNotes(self.store, self.clock),
            QubeLimits(settings.max_body, settings.max_lines),
            check_target=self.post.why_no_target,
            default_books=settings.default_books,
            public_url=settings.public_url,
        )

    def _chargeover(self) -> ChargeOverApi:
        settings = self.settings
        limits = ChargeOverLimits(settings.max_body, settings.max_lines, settings.timeout)
        dispatcher = self.dispatcher.speaking("chargeover")
        return ChargeOverApi(dispatcher, self.administration, limits, settings.public_url, self.clock)


@asynccontextmanager
async def installation(
    settings: Settings,
    clock: Clock | None = None,
    *,
    intuit: httpx.AsyncBaseTransport | None = None,
    online_pace: OnlinePace | None = None,
) -> AsyncIterator[Running]:
    """Open the installation in a data folder that this process owns, or in a database; migrate it first where it is
    older.

    `intuit` stands in for the network on which Intuit is.
    """
    store = await opened(settings)
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
