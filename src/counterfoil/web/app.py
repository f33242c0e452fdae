"""The pages at `/app`: sign-in and home here; connections, requests and invoices each in a file of their own."""

from collections.abc import Callable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from counterfoil.core.clock import Clock
from counterfoil.dispatch.connecting import Connecting
from counterfoil.dispatch.connectors import Connectors
from counterfoil.dispatch.endpoints import Endpoints
from counterfoil.dispatch.grants import Grants
from counterfoil.dispatch.invoices import Invoices
from counterfoil.dispatch.lanes import Bells
from counterfoil.dispatch.overview import Home, Overview, without_age
from counterfoil.dispatch.request_details import RequestDetails
from counterfoil.dispatch.tending import Tending
from counterfoil.dispatch.visiting import Visiting
from counterfoil.web.advice import advice_of
from counterfoil.web.app_connections import ConnectionPages, ConnectLink
from counterfoil.web.app_endpoints import EndpointPages
from counterfoil.web.app_invoices import InvoicePages
from counterfoil.web.app_requests import RequestPages
from counterfoil.web.live import Live, mark_of
from counterfoil.web.reception import ROOT, Reception, Visitor


class Desk(Struct, frozen=True, kw_only=True):
    """What the pages need of the floors below. `connect_link` makes the link by which a person connects a company."""

    visiting: Visiting
    overview: Overview
    details: RequestDetails
    tending: Tending
    invoices: Invoices
    connecting: Connecting
    connectors: Connectors
    grants: Grants
    endpoints: Endpoints
    connect_link: ConnectLink
    bells: Bells
    clock: Clock


class AppPages:
    """All pages for those who run an installation. `address` is how a person's browser reaches this server."""

    def __init__(self, desk: Desk, address: Callable[[], str]) -> None:
        self.desk = desk
        self.reception = Reception(desk.visiting, address)
        self.live = Live(desk.bells)
        self.requests = RequestPages(self.reception, self.live, desk.overview, desk.details, desk.tending, desk.clock)
        self.connections = ConnectionPages(
            self.reception,
            self.live,
            desk.overview,
            desk.connecting,
            desk.connectors,
            desk.grants,
            desk.connect_link,
            desk.clock,
        )
        self.endpoints = EndpointPages(self.reception, self.live, desk.endpoints)
        self.invoices = InvoicePages(self.reception, desk.overview, desk.invoices, desk.clock)

    def routes(self) -> list[BaseRoute]:
        reception = self.reception
        return [
            Route(ROOT, reception.shows(self._home), methods=["GET"]),
            Route(f"{ROOT}/", reception.shows(self._home), methods=["GET"]),
            Route(f"{ROOT}/events/home", reception.shows(self._news), methods=["GET"]),
            Route(f"{ROOT}/login/{{secret}}", reception.invitation, methods=["GET"]),
            Route(f"{ROOT}/login/{{secret}}", reception.sign_in, methods=["POST"]),
            Route(f"{ROOT}/logout", reception.does(reception.sign_out), methods=["POST"]),
            *self.connections.routes(),
            *self.requests.routes(),
            *self.endpoints.routes(),
            *self.invoices.routes(),
            Route(f"{ROOT}/{{rest:path}}", reception.shows(reception.nothing), methods=["GET"]),
        ]

    async def _home(self, request: Request, visitor: Visitor) -> Response:  # noqa: ARG002
        home = await self.desk.overview.home(visitor.account)
        advice = {each.connection.id: advice_of(each) for each in home.troubled}
        return self.reception.page(
            "home.html", visitor, home=home, advice=advice, here="home", mark=mark_of(_mark(home))
        )

    async def _news(self, request: Request, visitor: Visitor) -> Response:
        async def mark() -> object:
            return _mark(await self.desk.overview.home(visitor.account))

        return self.live.stream(request, visitor.account.id, f"news {visitor.account.id}", mark)


def _mark(home: Home) -> object:
    """What the page shows but for what time alone changes."""
    return (
        tuple(without_age(each) for each in home.companies),
        home.unknown,
        home.failed,
        home.recent,
        home.failing,
        home.silent,
    )
