"""The connect page over HTTP: what Conductor's `authFlowUrl` opens, with its file, its password and its news."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from counterfoil.core.errors import StorageTrouble, Unknown
from counterfoil.dispatch.connecting import DESKTOP, qwc_of
from counterfoil.dispatch.connectors import Condition, Connectors, news_of
from counterfoil.dispatch.lanes import heard
from counterfoil.storage.connectors import Connector
from counterfoil.web.forms import form_of
from counterfoil.web.guard import PRIVATE, is_from_own_page
from counterfoil.web.links import Gone, Link, link_of
from counterfoil.web.pages import (
    BROKEN,
    LINK_OVER,
    LINK_UNKNOWN,
    NOT_FROM_HERE,
    NOT_NOW,
    NOTHING_TO_CONNECT,
    STATIC_ROOT,
    STATIC_TYPES,
    Address,
    connect_page,
    message_page,
    static_file,
    support_page,
)
from counterfoil.web.pauses import pause_seconds
from counterfoil.web.progress import Progress, progress_of
from counterfoil.wire.soap.qwc import NOT_HTTPS, address_problem, qwc_document
from counterfoil.wire.troubles.trouble import trouble_of

ONLINE: Final = "online"
HEARTBEAT: Final = 15.0
"""Seconds after which a stream without news says that it is still there, and looks whether time alone made some."""

BREATH: Final = 0.1
"""Seconds between two pieces of news: a busy Web Connector makes more than anybody can read."""

STILL_HERE: Final = b": still here\n\n"
MOST_WATCHERS: Final = 20
"""Streams of one connection; a page that gets none asks every few seconds instead."""

_log = logging.getLogger(__name__)
_json = msgspec.json.Encoder()

Act = Callable[[Request, Link], Awaitable[Response]]


class ConnectPages:
    """The pages of connect links. `address` is how the Web Connector reaches this server."""

    def __init__(self, connectors: Connectors, address: Callable[[], str], *, heartbeat: float = HEARTBEAT) -> None:
        self.connectors = connectors
        self.address = address
        self.heartbeat = heartbeat
        self._watchers: Counter[str] = Counter()

    def routes(self) -> list[BaseRoute]:
        base = "/connect/{secret}"
        return [
            Route(f"{STATIC_ROOT}/{{name}}", self._static, methods=["GET"]),
            Route("/qbwc/support", self._support, methods=["GET"]),
            Route(base, self._served(self._page), methods=["GET"]),
            Route(f"{base}/qwc", self._served(self._qwc), methods=["GET"]),
            Route(f"{base}/state", self._served(self._state), methods=["GET"]),
            Route(f"{base}/events", self._served(self._events), methods=["GET"]),
            Route(f"{base}/password", self._served(self._password), methods=["POST"]),
            Route(f"{base}/pause", self._served(self._pause), methods=["POST"]),
            Route(f"{base}/resume", self._served(self._resume), methods=["POST"]),
        ]

    def _served(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that finds the link, lets only our own page change things, and always answers with a page."""

        async def endpoint(request: Request) -> Response:
            try:
                link = await link_of(self.connectors, request.path_params["secret"])
                if link.connection.books == ONLINE:
                    return RedirectResponse(f"{self.root}/online/connect/{link.secret}", 303, PRIVATE)
                if link.connection.books != DESKTOP:
                    return self._told(NOTHING_TO_CONNECT, 200, link.onward)
                if request.method == "POST" and not is_from_own_page(request, self.address()):
                    return self._told(NOT_FROM_HERE, 403)
                return await act(request, link)
            except Gone as gone:
                return self._told(LINK_OVER, 410) if gone.is_over else self._told(LINK_UNKNOWN, 404)
            except StorageTrouble as error:
                answer = self._told(NOT_NOW, 503)
                answer.headers["Retry-After"] = str(error.retry_after)
                return answer
            except Exception:
                _log.exception("a connect page failed")
                return self._told(BROKEN, 500)

        return endpoint

    async def _page(self, request: Request, link: Link) -> Response:  # noqa: ARG002
        return await self._shown(link)

    async def _qwc(self, request: Request, link: Link) -> Response:
        """The connection file; where QuickBooks would refuse our address, what its operator has to do."""
        address = self.address()
        if address_problem(address) is not None:
            trouble = trouble_of(NOT_HTTPS)
            body = message_page(self.root, trouble.title, trouble.bookkeeper, trouble.steps)
            return _html(body, 422)
        company = link.connection
        document = qwc_document(qwc_of(company, address))
        if request.method == "GET":
            await self.connectors.note_download(company)
        headers = {**PRIVATE, "Content-Disposition": attachment(company.name)}
        return Response(document, 200, headers, "application/octet-stream")

    async def _state(self, request: Request, link: Link) -> Response:  # noqa: ARG002
        return Response(_json.encode(await self._progress(link)), 200, PRIVATE, "application/json")

    async def _events(self, request: Request, link: Link) -> Response:  # noqa: ARG002
        if self._watchers[link.connection.id] >= MOST_WATCHERS:
            return Response("", 503, {**PRIVATE, "Retry-After": "3"}, "text/plain")
        headers = {**PRIVATE, "X-Accel-Buffering": "no"}
        return StreamingResponse(self._news(link), 200, headers, "text/event-stream")

    async def _password(self, request: Request, link: Link) -> Response:
        """A new password: for our script by itself, else within the page."""
        password = await self.connectors.new_password(link.connection)
        if "application/json" in request.headers.get("accept", ""):
            return Response(_json.encode({"password": password}), 200, PRIVATE, "application/json")
        return await self._shown(link, password)

    async def _pause(self, request: Request, link: Link) -> Response:
        form = await form_of(request)
        connector = (await self._condition(link)).connector
        seconds = pause_seconds(form.get("for", ""), connector, form.get("zone", ""), self.connectors.clock.now())
        if seconds is not None:
            await self.connectors.pause(link.connection, seconds)
        return self._back(link)

    async def _resume(self, request: Request, link: Link) -> Response:  # noqa: ARG002
        await self.connectors.resume(link.connection)
        return self._back(link)

    async def _news(self, link: Link) -> AsyncIterator[bytes]:
        """Server-sent events: how far it has come, at once and at each piece of news, until the link is over."""
        identifier, clock, bells = link.connection.id, self.connectors.clock, self.connectors.bells
        self._watchers[identifier] += 1
        told: Progress | None = None
        rang = True
        yield b"retry: 2000\n\n"
        try:
            with bells.waiting(news_of(identifier)) as bell:
                while (left := link.session.expires_at - clock.now()) > 0:
                    progress = await self._seen(link, told)
                    yield _event(progress) if progress is not None and (rang or progress != told) else STILL_HERE
                    told = progress
                    await asyncio.sleep(BREATH)
                    rang = await heard(bell, min(self.heartbeat, left))
                    if bells.stopped:
                        return  # the page comes back to whoever serves it next
        except Gone:
            pass
        finally:
            self._watchers[identifier] -= 1
        yield b"event: over\ndata: {}\n\n"

    async def _shown(self, link: Link, password: str | None = None) -> Response:
        body = connect_page(
            link,
            await self._progress(link),
            self._address(link),
            onward=link.onward,
            has_file=address_problem(self.address()) is None,
            password=password,
        )
        return _html(body, 200)

    async def _seen(self, link: Link, told: Progress | None) -> Progress | None:
        """How far it has come by now; what was told last, while the database is away. Raises Gone."""
        try:
            return await self._progress(await link_of(self.connectors, link.secret))
        except StorageTrouble:
            return told

    async def _progress(self, link: Link) -> Progress:
        return progress_of(await self._condition(link), link.session.created_at)

    async def _condition(self, link: Link) -> Condition:
        """A connection whose Web Connector was never thought of has not been seen either."""
        try:
            return await self.connectors.condition(link.connection)
        except Unknown:
            return Condition(state="created", connector=Connector(password=b""))

    @property
    def root(self) -> str:
        """The path of our address, below which a proxy may serve us."""
        return urlsplit(self.address()).path.rstrip("/")

    def _address(self, link: Link) -> Address:
        return Address(self.root, link.secret)

    def _back(self, link: Link) -> Response:
        return RedirectResponse(self._address(link).page, 303, PRIVATE)

    def _told(self, words: tuple[str, str], status: int, leads_to: str | None = None) -> Response:
        return _html(message_page(self.root, *words, onward=leads_to), status)

    async def _support(self, request: Request) -> Response:  # noqa: ARG002
        return _html(support_page(self.root), 200)

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        content = static_file(name)
        if content is None:
            return self._told(LINK_UNKNOWN, 404)
        headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
        return Response(content, 200, headers | {"Content-Type": STATIC_TYPES[name]})


def _html(body: str, status: int) -> Response:
    return Response(body, status, PRIVATE, "text/html; charset=utf-8")


def _event(progress: Progress) -> bytes:
    """JSON holds no line break of its own, so that one line is the whole event."""
    return b"data: " + _json.encode(progress) + b"\n\n"


def attachment(name: str) -> str:
    """A file name that Windows takes, for the company of this name."""
    shown = re.sub(r'[\s\x00-\x1f\x7f<>:"/\\|?*;]+', " ", name).strip(" .")[:60] or "QuickBooks"
    plain = shown.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain} - Counterfoil.qwc\"; filename*=UTF-8''{quote(f'{shown} - Counterfoil.qwc')}"
