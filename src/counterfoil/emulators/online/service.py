"""Intuit over HTTP: OAuth, and the Accounting API of each company, as one ASGI application."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from counterfoil.core.clock import Clock, SystemClock
from counterfoil.emulators.online import consent, refusals, xml
from counterfoil.emulators.online.company import OnlineCompany
from counterfoil.emulators.online.faults import Faults
from counterfoil.emulators.online.oauth import EVERY_REALM, HARD_LIMIT_ASKED, Grants, OAuthRefused, client_of, discovery
from counterfoil.emulators.online.refusals import REFUSALS, Error, Refused, fault_of, status_of
from counterfoil.emulators.online.requests import Asked, answered
from counterfoil.wire.qbo.bodies import decoded, encoded

Json = dict[str, Any]
Silence = Callable[[Request], Awaitable[None]]
REMEMBERED: Final = 10_000
JSON_TYPE: Final = "application/json;charset=UTF-8"
HARD_LIMIT: Final = "x_refresh_token_hard_expires_in"
USER: Final = {
    "sub": "e5f0c1b2-0000-4000-8000-000000000001",
    "givenName": "Emulated",
    "familyName": "Owner",
    "email": "owner@sandbox.example",
    "emailVerified": True,
}


class Seen(Struct, frozen=True, kw_only=True):
    """A request that arrived: what a test may look at."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    at_once: int
    """How many requests of all companies were at work, this one among them."""


async def no_answer(request: Request) -> None:
    """In the process of the client: what its own HTTP library raises when no answer comes."""
    raise httpx.ReadTimeout(
        "no answer came (a fault on demand)", request=httpx.Request(request.method, str(request.url))
    )


async def held_line(request: Request) -> None:
    """Over a network: hold the line until the client gives up."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.05)


class OnlineEmulator:
    """An Intuit with some companies. `app` is the whole of it; `faults` are what is still to go wrong.

    `silence` is what happens where no answer comes. With `auto_consent` the page of consent agrees by itself, to the
    first company.
    """

    def __init__(
        self,
        *companies: OnlineCompany,
        faults: Faults | None = None,
        clock: Clock | None = None,
        silence: Silence = no_answer,
        auto_consent: bool = True,
        rotate_after: int = 0,
    ) -> None:
        self.companies = {each.realm: each for each in companies}
        self.faults = faults or Faults()
        self.clock = clock or (companies[0].clock if companies else SystemClock())
        self.silence = silence
        self.auto_consent = auto_consent
        self.grants = Grants(companies[0], self.clock, rotate_after=rotate_after)
        self.seen: deque[Seen] = deque(maxlen=REMEMBERED)
        self._at_once = 0
        for each in companies:
            each.faults = self.faults

    @property
    def app(self) -> ASGIApp:
        routes = [
            Route("/.well-known/openid_sandbox_configuration", self._discovery),
            Route("/.well-known/openid_sandbox_configuration/", self._discovery),
            Route("/.well-known/openid_configuration", self._discovery),
            Route("/.well-known/openid_configuration/", self._discovery),
            Route("/connect/oauth2", self._consent, methods=["GET", "POST"]),
            Route("/oauth2/v1/tokens/bearer", self._tokens, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self._revoke, methods=["POST"]),
            Route("/v1/openid_connect/userinfo", self._user),
            Route("/op/v1/jwks", self._keys),
            Route("/v3/company/{realm}/{rest:path}", self._api, methods=["GET", "POST"]),
        ]
        return Router(routes, redirect_slashes=False)

    async def close(self) -> None:
        for each in self.companies.values():
            await each.close()

    async def violations(self) -> list[str]:
        """Every invariant of the ledgers that does not hold."""
        return [each for company in self.companies.values() for each in await company.violations()]

    async def _discovery(self, request: Request) -> Response:
        return self._json(200, discovery(str(request.base_url).rstrip("/")))

    async def _consent(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode())) if request.method == "POST" else {}
        asked = {**request.query_params, **form}
        trouble = consent.trouble(asked)
        if trouble is not None:
            return HTMLResponse(f"<h1>Undefined parameters</h1><p>{trouble}</p>", 400)
        if request.method == "GET" and not self.auto_consent:
            for each in self.companies.values():
                await each.open()
            return HTMLResponse(consent.page(asked, {realm: each.name for realm, each in self.companies.items()}))
        redirect, state = asked["redirect_uri"], asked["state"]
        if form.get("decision", "connect") != "connect":
            return RedirectResponse(consent.back(redirect, error="access_denied", state=state), 302)
        realm = form.get("realm") or next(iter(self.companies))
        if realm not in self.companies:
            return HTMLResponse("<h1>There is no such company</h1>", 400)
        code = self.grants.agreed(realm, asked["client_id"], asked["scope"], redirect)
        return RedirectResponse(consent.back(redirect, code=code, state=state, realmId=realm), 302)

    async def _tokens(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        try:
            client = client_of(request.headers.get("authorization", ""))
            if self.faults.take("invalid-grant"):
                raise OAuthRefused("invalid_grant", description="a fault on demand")
            told = await self._granted(form, client)
        except OAuthRefused as refusal:
            return self._json(refusal.status, refusal.told)
        if self.faults.take("refresh-lost"):
            await self.silence(request)
        if request.headers.get(HARD_LIMIT_ASKED, "").casefold() != "true":
            told = {name: each for name, each in told.items() if name != HARD_LIMIT}
        return self._json(200, told)

    async def _granted(self, form: Mapping[str, str], client: str) -> Json:
        if form.get("grant_type") == "authorization_code":
            return await self.grants.redeemed(form.get("code", ""), client, form.get("redirect_uri", ""))
        if form.get("grant_type") == "refresh_token":
            return await self.grants.refreshed(form.get("refresh_token", ""), client)
        raise OAuthRefused("unsupported_grant_type")

    async def _revoke(self, request: Request) -> Response:
        """The token comes as JSON or in a form."""
        body = await request.body()
        try:
            client_of(request.headers.get("authorization", ""))
            given = decoded(body) if body.lstrip().startswith(b"{") else dict(parse_qsl(body.decode()))
            await self.grants.revoked(str(given.get("token", "")))
        except (ValueError, OAuthRefused) as refusal:
            told = refusal.told if isinstance(refusal, OAuthRefused) else {"error": "invalid_request"}
            return self._json(refusal.status if isinstance(refusal, OAuthRefused) else 400, told)
        return Response(status_code=200, headers={"intuit_tid": _tid()})

    async def _user(self, request: Request) -> Response:
        if await self._realm(request) is None:
            return self._json(401, {"error": "invalid_token"})
        return self._json(200, USER)

    async def _keys(self, _: Request) -> Response:
        """No id tokens are given, so that there are no keys to prove them by."""
        return self._json(200, {"keys": []})

    async def _api(self, request: Request) -> Response:
        self._at_once += 1
        try:
            asked = Asked.of(request.method, request.path_params["rest"], dict(request.query_params), request.headers)
            asked.body = await request.body()
            self.seen.append(
                Seen(
                    method=request.method,
                    path=request.url.path,
                    query=asked.query,
                    body=asked.body,
                    at_once=self._at_once,
                )
            )
            return await self._answer(request, asked)
        finally:
            self._at_once -= 1

    async def _answer(self, request: Request, asked: Asked) -> Response:
        spoilt = await self._spoilt(asked)
        if spoilt is not None:
            return spoilt
        realm, known = request.path_params["realm"], await self._realm(request)
        if known is None:
            return self._unauthenticated()
        company = self.companies.get(realm)
        if company is None or known not in (realm, EVERY_REALM):
            return self._refused(asked, Refused(_FORBIDDEN, type="AuthorizationFault", status=403))
        if asked.is_write and self.faults.take("timeout-before"):
            await self.silence(request)
        if asked.is_write and self.faults.take("fault-in-200"):
            return self._refused(asked, refusals.system_failure(status=200))
        try:
            answer = await answered(company, asked)
        except REFUSALS as refusal:
            return self._refused(asked, refusal)
        if asked.is_write and self.faults.take("timeout-after-commit"):
            await self.silence(request)
        if asked.is_write and self.faults.take("error-after-commit"):
            return self._refused(asked, refusals.system_failure(status=500))
        if isinstance(answer, bytes):
            return Response(answer, 200, {"intuit_tid": _tid()}, "application/pdf")
        return self._told(asked, 200, answer)

    async def _spoilt(self, asked: Asked) -> Response | None:
        """What a fault makes of any request, before it is looked at."""
        name = self.faults.struck("request", writes=asked.is_write)
        moment = int(self.clock.precise() * 1000)
        if name == "expired-token":
            return self._unauthenticated()
        if name == "throttled":
            return self._json(429, refusals.throttled(moment))
        if name == "throttled-xml":
            return self._sent(429, refusals.throttled_xml(self._time()).encode(), "application/xml")
        if name == "unavailable":
            return self._sent(503, b"<html><body><h1>503 Service Unavailable</h1></body></html>", "text/html")
        if name == "server-error":
            return self._refused(asked, refusals.system_failure(status=500))
        return None

    async def _realm(self, request: Request) -> str | None:
        """The company that the request's token opens. A signature of the older OAuth opens every one."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "oauth":
            return EVERY_REALM
        return await self.grants.realm_of(token.strip()) if scheme.casefold() == "bearer" else None

    def _unauthenticated(self) -> Response:
        moment = int(self.clock.precise() * 1000)
        return self._json(
            401, refusals.unauthenticated("Token expired: the access token is not, or no longer, good", moment)
        )

    def _refused(self, asked: Asked, refusal: Exception) -> Response:
        return self._told(asked, status_of(refusal), {"Fault": fault_of(refusal)})

    def _told(self, asked: Asked, status: int, body: Json) -> Response:
        body = {**body, "time": self._time()}
        if asked.wants_json:
            return self._json(status, body)
        return self._sent(status, xml.document(body).encode(), "application/xml;charset=UTF-8")

    def _json(self, status: int, body: Any) -> Response:
        return self._sent(status, encoded(body), JSON_TYPE)

    def _sent(self, status: int, body: bytes, type: str) -> Response:
        return Response(body, status, {"intuit_tid": _tid(), "content-type": type})

    def _time(self) -> str:
        moment = datetime.fromtimestamp(self.clock.precise(), UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+00:00"


_FORBIDDEN: Final = Error("120", "Authorization Failure", "-11014-You do not have access to this company.")


def online_app(*companies: OnlineCompany, **more: Any) -> ASGIApp:
    """An Intuit with these companies, for a client in the same process."""
    return OnlineEmulator(*companies, **more).app


def _tid() -> str:
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
