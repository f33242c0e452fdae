"""Connecting a company over HTTP: a link that leads to Intuit, and the address to which Intuit sends people back."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from counterfoil.books.online.service import CALLBACK, Consents, Told
from counterfoil.core.errors import StorageTrouble

ROOT: Final = "/online/connect"
LONGEST: Final = 2000
"""Characters of a link's secret, and of what Intuit sends back."""

PRIVATE: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
}
NO_HEADERS: Final[Mapping[str, str]] = {}
BROKEN: Final = Told(
    status=500,
    title="Something went wrong on our side",
    text="Nothing that you did is lost. Open your connect link once more in a minute.",
)
AWAY: Final = Told(
    status=503,
    title="This cannot be had just now",
    text="The database cannot be used at the moment. Open your connect link once more in a minute.",
)
Page = Callable[[Told], str]
_log = logging.getLogger(__name__)


class OnlinePages:
    """The pages. `page` makes one of what a person is to be told."""

    def __init__(self, consents: Consents, page: Page) -> None:
        self.consents = consents
        self.page = page

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{ROOT}/{{secret}}", self._served(self._connect), methods=["GET"]),
            Route(CALLBACK, self._served(self._callback), methods=["GET"]),
        ]

    def _served(self, act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return await act(request)
            except StorageTrouble as error:
                return self._shown(AWAY, {"Retry-After": str(error.retry_after)})
            except Exception:
                _log.exception("connecting a company failed")
                return self._shown(BROKEN)

        return endpoint

    async def _connect(self, request: Request) -> Response:
        secret = request.path_params["secret"][:LONGEST]
        where = await self.consents.consent_url(secret.removeprefix("auth_sess_client_secret_"))
        if isinstance(where, Told):
            return self._shown(where)
        return RedirectResponse(where, 302, PRIVATE)

    async def _callback(self, request: Request) -> Response:
        said = {name: request.query_params.get(name, "")[:LONGEST] for name in ("state", "code", "realmId", "error")}
        told = await self.consents.returned(
            state=said["state"], code=said["code"], realm_id=said["realmId"], error=said["error"]
        )
        if told.status == 200 and told.onward is not None:
            return RedirectResponse(told.onward, 302, PRIVATE)
        return self._shown(told)

    def _shown(self, told: Told, headers: Mapping[str, str] = NO_HEADERS) -> Response:
        return HTMLResponse(self.page(told), told.status, {**PRIVATE, **headers})
