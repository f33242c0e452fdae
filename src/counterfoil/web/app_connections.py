"""Pages of connections: which there are and who must act, and one with its company, its calls and its settings."""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Unknown
from counterfoil.core.problems import Problem
from counterfoil.dispatch.connecting import DESKTOP, Connecting
from counterfoil.dispatch.connectors import Connectors, news_of
from counterfoil.dispatch.grants import ONLINE, Grants
from counterfoil.dispatch.overview import Calls, ConnectionView, Filter, Listing, Overview, without_age
from counterfoil.storage.connectors import Connector, Hours, TextPolicy
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.web.advice import advice_of
from counterfoil.web.connect import attachment
from counterfoil.web.guard import PRIVATE
from counterfoil.web.live import Live, mark_of
from counterfoil.web.pauses import pause_seconds
from counterfoil.web.reception import ROOT, Form, Reception, Visitor
from counterfoil.wire.qbxml.zones import is_zone
from counterfoil.wire.soap.qwc import address_problem

RECENT: Final = 10
ConnectLink = Callable[[ConnectionRecord], Awaitable[str]]
"""Makes the link by which a person connects a company."""

TEXT_POLICIES: Final[dict[str, TextPolicy]] = {
    "transliterate": "transliterate",
    "reject": "reject",
    "strip": "strip",
}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Fresh(Struct, frozen=True, kw_only=True):
    """What was just made and is shown only now."""

    password: str | None = None
    link: str | None = None
    wrong: str | None = None


class ConnectionPages:
    """The pages, their news, and what an operator can do with a connection."""

    def __init__(
        self,
        reception: Reception,
        live: Live,
        overview: Overview,
        connecting: Connecting,
        connectors: Connectors,
        grants: Grants,
        connect_link: ConnectLink,
        clock: Clock,
    ) -> None:
        self.reception = reception
        self.live = live
        self.overview = overview
        self.connecting = connecting
        self.connectors = connectors
        self.grants = grants
        self.connect_link = connect_link
        self.clock = clock

    def routes(self) -> list[BaseRoute]:
        shows, does = self.reception.shows, self.reception.does
        one = f"{ROOT}/connections/{{id}}"
        return [
            Route(f"{ROOT}/connections", shows(self._list), methods=["GET"]),
            Route(f"{ROOT}/events/connections", shows(self._list_news), methods=["GET"]),
            Route(f"{ROOT}/events/connections/{{id}}", shows(self._news), methods=["GET"]),
            Route(one, shows(self._page), methods=["GET"]),
            Route(f"{one}/qwc", shows(self._qwc), methods=["GET"]),
            *(Route(f"{one}/{name}", shows(self._back), methods=["GET"]) for name in ("password", "link", "settings")),
            Route(f"{one}/pause", does(self._pause), methods=["POST"]),
            Route(f"{one}/resume", does(self._resume), methods=["POST"]),
            Route(f"{one}/password", does(self._password), methods=["POST"]),
            Route(f"{one}/link", does(self._link), methods=["POST"]),
            Route(f"{one}/settings", does(self._settings), methods=["POST"]),
        ]

    async def _list(self, request: Request, visitor: Visitor) -> Response:  # noqa: ARG002
        companies = await self.overview.companies(visitor.account.id)
        advice = {each.connection.id: advice_of(each) for each in companies}
        mark = mark_of(_list_mark(companies))
        return self.reception.page(
            "connections.html", visitor, here="connections", companies=companies, advice=advice, mark=mark
        )

    async def _list_news(self, request: Request, visitor: Visitor) -> Response:
        async def mark() -> object:
            return _list_mark(await self.overview.companies(visitor.account.id))

        return self.live.stream(request, visitor.account.id, f"news {visitor.account.id}", mark)

    async def _page(self, request: Request, visitor: Visitor) -> Response:
        return await self._shown(await self._found(request, visitor), visitor, Fresh())

    async def _back(self, request: Request, visitor: Visitor) -> Response:
        """To the connection's page, for who loads the address of a form's answer anew: what that showed is gone."""
        return self._to((await self._found(request, visitor)).connection)

    async def _news(self, request: Request, visitor: Visitor) -> Response:
        company = await self._found(request, visitor)
        wanted = Filter(connection=company.connection.id, limit=RECENT)

        async def mark() -> object:
            now = await self.overview.company(visitor.account.id, company.connection.id)
            listing = await self.overview.requests(visitor.account.id, wanted)
            return _mark(now, listing, await self._connector(now))

        return self.live.stream(request, visitor.account.id, news_of(company.connection.id), mark)

    async def _qwc(self, request: Request, visitor: Visitor) -> Response:
        """The connection file of the Web Connector."""
        connection = self._desktop(await self._found(request, visitor))
        document = self.connecting.file(connection)
        await self.connectors.note_download(connection)
        headers = {**PRIVATE, "Content-Disposition": attachment(connection.name)}
        return Response(document, 200, headers, "application/octet-stream")

    async def _pause(self, request: Request, visitor: Visitor, form: Form) -> Response:
        company = await self._found(request, visitor)
        connection = company.connection
        connector = await self._connector(company) or Connector(password=b"")
        seconds = pause_seconds(form.get("for", ""), connector, form.get("zone", ""), self.clock.now())
        if seconds is not None and connection.books == DESKTOP:
            await self.connectors.pause(connection, seconds)
        elif seconds is not None and connection.books == ONLINE:
            await self.grants.pause(connection, seconds)
        return self._to(connection)

    async def _resume(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        connection = (await self._found(request, visitor)).connection
        if connection.books == DESKTOP:
            await self.connectors.resume(connection)
        elif connection.books == ONLINE:
            await self.grants.pause(connection, 0)
        return self._to(connection)

    async def _password(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        company = await self._found(request, visitor)
        password = await self.connecting.password(self._desktop(company))
        return await self._shown(company, visitor, Fresh(password=password))

    async def _link(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        """A link by which a person connects the company, to be sent to them."""
        company = await self._found(request, visitor)
        if company.connection.books not in (DESKTOP, ONLINE):
            raise Unknown(Problem("unknown_resource", (), {"detail": "There is nothing to connect."}))
        return await self._shown(company, visitor, Fresh(link=await self.connect_link(company.connection)))

    async def _settings(self, request: Request, visitor: Visitor, form: Form) -> Response:
        company = await self._found(request, visitor)
        connection = self._desktop(company)
        zone, hours, policy = form.get("zone", "").strip(), _hours(form), TEXT_POLICIES.get(form.get("text_policy", ""))
        if zone and not is_zone(zone):
            wrong = f"{zone[:60]} is no time zone; write a name such as America/Chicago. Nothing was changed."
            return await self._shown(company, visitor, Fresh(wrong=wrong))
        at_any_hour = not (form.get("start") or form.get("end"))
        if hours is None and not at_any_hour:
            wrong = "Working hours need a beginning and another time as their end. Nothing was changed."
            return await self._shown(company, visitor, Fresh(wrong=wrong))
        await self.connectors.configure(
            connection,
            is_live=form.get("live") == "yes",
            text_policy=policy,
            zone=zone or None,
            hours=hours,
            at_any_hour=at_any_hour,
        )
        return self._to(connection)

    async def _shown(self, company: ConnectionView, visitor: Visitor, fresh: Fresh) -> Response:
        connection = company.connection
        listing = await self.overview.requests(visitor.account.id, Filter(connection=connection.id, limit=RECENT))
        calls, connector = await self.overview.calls(connection), await self._connector(company)
        return self.reception.page(
            "connection.html",
            visitor,
            here="connections",
            company=company,
            advice=advice_of(company),
            connector=connector,
            mark=mark_of(_mark(company, listing, connector)),
            is_due=(company.expected_by or 0) <= self.clock.now() + 1,
            calls=calls,
            week=_week(calls, self.clock.now()),
            listing=listing,
            fresh=fresh,
            has_file=address_problem(self.reception.address()) is None,
            policies=tuple(TEXT_POLICIES),
        )

    async def _connector(self, company: ConnectionView) -> Connector | None:
        try:
            return await self.connecting.connector(company.connection)
        except Unknown:
            return None

    async def _found(self, request: Request, visitor: Visitor) -> ConnectionView:
        return await self.overview.company(visitor.account.id, request.path_params["id"].lower())

    def _desktop(self, company: ConnectionView) -> ConnectionRecord:
        """Raises Unknown for books that have no Web Connector."""
        if company.connection.books != DESKTOP:
            raise Unknown(Problem("unknown_resource", (), {"detail": "This connection has no Web Connector."}))
        return company.connection

    def _to(self, connection: ConnectionRecord) -> Response:
        return self.reception.to(f"/connections/{connection.id}")


def _list_mark(companies: Iterable[ConnectionView]) -> object:
    return [without_age(each) for each in companies]


def _mark(company: ConnectionView, listing: Listing, connector: Connector | None) -> object:
    """What the page shows but for what time alone changes."""
    return without_age(company), listing, connector.last_seen_at if connector is not None else None


def _hours(form: Form) -> Hours | None:
    """Working hours, where both ends were given; over midnight where the end is the earlier one."""
    start, end = form.get("start", ""), form.get("end", "")
    if not _TIME.fullmatch(start) or not _TIME.fullmatch(end) or start == end:
        return None
    return Hours(start=start, end=end, zone=form.get("zone", "").strip() or "UTC")


def _week(calls: Calls, now: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The last seven days: the moment at which each begins (UTC), and calls in each of its hours."""
    today = now // 86400
    return tuple(
        (day * 86400, tuple(calls.by_hour.get(day * 24 + hour, 0) for hour in range(24)))
        for day in range(today - 6, today + 1)
    )
