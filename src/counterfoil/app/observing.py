"""Around every request: its id, its line in the log, and its place in the metrics."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from counterfoil.app.exchange import HEADER, Exchange, current
from counterfoil.app.logs import Answered, LogWriter, now
from counterfoil.app.metrics import Metrics
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.dialects.conductor.deletions import DELETED_LISTS
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.dialects.exchanges import REQUEST_ID
from counterfoil.wire.soap.operations import OPERATIONS

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER: Final = "other"
NOWHERE: Final = "none"
CHARGEOVER, CONDUCTOR, WEB_CONNECTOR = "chargeover", "conductor", "web connector"
BROKEN: Final = 500
HUNG_UP: Final = 499
_log = logging.getLogger(__name__)


class Observed:
    """The application, observed. `dialects` tells whose each route is; `writer` is where requests are noted, if at all.

    The id of a request is its caller's `X-Request-Id`, where that is a sane one, else a new one; every answer bears it.
    """

    def __init__(
        self, app: ASGIApp, dialects: Mapping[int, str], metrics: Metrics, writer: Callable[[], LogWriter | None]
    ) -> None:
        self.app = app
        self.dialects = dialects
        self.metrics = metrics
        self.writer = writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = Exchange(scope)
        scope[REQUEST_ID] = exchange.request_id
        current.set(exchange)  # of this request's own task
        began, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                if all(name != HEADER for name, _ in headers):
                    message["headers"] = [*headers, (HEADER, exchange.request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception:
            _log.exception("a request met an error of our own")
            if status == 0:
                await _broken(answer)
        finally:
            self._note(scope, exchange, status or HUNG_UP, time.perf_counter() - began)

    def _note(self, scope: Scope, exchange: Exchange, status: int, seconds: float) -> None:
        route = scope.get("route")
        dialect = self.dialects.get(id(route), NOWHERE)
        template = _template(dialect, route, scope)
        method = scope["method"] if scope["method"] in METHODS else OTHER
        self.metrics.answered(dialect, f"{method} {template}", status, seconds)
        writer = self.writer()
        if writer is not None:
            writer.add(
                Answered(
                    time=now(),
                    method=method,
                    route=template,
                    dialect=dialect,
                    status=status,
                    ms=round(seconds * 1000, 2),
                    request_id=exchange.request_id,
                    key_id=exchange.key_id,
                    connection_id=exchange.connection_id,
                )
            )


def owned_by(parts: Iterable[tuple[str, Iterable[BaseRoute]]]) -> dict[int, str]:
    """Whose each route is. The routes must live as long as what is made of this."""
    return {id(route): dialect for dialect, routes in parts for route in routes}


def _template(dialect: str, route: Any, scope: Scope) -> str:
    """The address with kinds filled in and all that belongs to one request left open."""
    if not isinstance(route, Route):
        return OTHER
    path, params = route.path, scope["path_params"]
    if dialect == CONDUCTOR:
        path = path if path.startswith("/v1") else f"/v1{path}"
        resource = params.get("path")
        return path.replace("{path}", resource) if resource in TABLES or resource in DELETED_LISTS else path
    if dialect == CHARGEOVER and "path" in params:
        return _chargeover(params["path"])
    if dialect == WEB_CONNECTOR and scope["method"] == "POST":
        return f"{path} {_operation(scope)}"
    return path


def _chargeover(path: str) -> str:
    """Which type an address of ChargeOver's names, and whether one object of it."""
    steps = [step.strip() for step in path.split("/") if step.strip()]
    if not steps or steps[0] not in TYPES:
        return "/api/v3/{path}"
    return f"/api/v3/{steps[0]}" + ("/{rest}" if len(steps) > 1 else "")


def _operation(scope: Scope) -> str:
    """The operation that a Web Connector says it calls."""
    for name, value in scope["headers"]:
        if name == b"soapaction":
            word = value.decode("latin-1").strip().strip('"').rpartition("/")[2]
            return word if word in OPERATIONS else OTHER
    return OTHER


async def _broken(answer: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await answer({"type": "http.response.start", "status": BROKEN, "headers": headers})
    await answer({"type": "http.response.body", "body": b"Internal Server Error"})
