"""Intuit's OAuth 2: where its endpoints are, the consent that a person is asked for, and tokens.

The endpoints come from Intuit's discovery document, so that an emulator is found as Intuit is.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from msgspec import Struct

from counterfoil.books.online.pace import Pace
from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError
from counterfoil.dispatch.grants import Tokens

DISCOVERIES: Final[Mapping[str, str]] = {
    "sandbox": "https://developer.intuit.com/.well-known/openid_sandbox_configuration/",
    "production": "https://developer.intuit.com/.well-known/openid_configuration/",
}
API_BASES: Final[Mapping[str, str]] = {
    "sandbox": "https://sandbox-quickbooks.api.intuit.com",
    "production": "https://quickbooks.api.intuit.com",
}
SCOPE: Final = "com.intuit.quickbooks.accounting"
EMULATED_CLIENT: Final = "counterfoil"
"""The client id and secret where none are set and the endpoints are not Intuit's own: an emulator takes any."""

END_ASKED: Final = "x-include-refresh-token-hard-expires-in"
"""The header that asks when a consent itself ends."""

NO_HEADERS: Final[Mapping[str, str]] = {}
KNOWN_SECONDS: Final = 24 * 3600
LARGEST: Final = 1024 * 1024
_FINAL = re.compile(r"x_refresh_token\w*hard\w*expires\w*", re.IGNORECASE)
"""The field that tells when a consent itself ends; its exact name is not certain (reference 1.2)."""


class Endpoints(Struct, frozen=True, kw_only=True):
    """What the discovery document tells and is used here."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str


class OAuthAway(CounterfoilError):
    """Intuit's OAuth cannot be reached now."""


class GrantRefused(CounterfoilError):
    """Intuit refuses a code or a refresh token; `is_ours` where it is the client id and secret that it refuses."""

    def __init__(self, words: str, *, is_ours: bool = False) -> None:
        super().__init__(words)
        self.is_ours = is_ours


class Client(Struct, frozen=True, kw_only=True):
    """Which of Intuit's environments this installation belongs to, and who it is there.

    `environment` is `sandbox`, `production`, or the address of a discovery document.
    """

    environment: str = "sandbox"
    client_id: str | None = None
    client_secret: str | None = None
    api_base: str | None = None

    @property
    def is_emulated(self) -> bool:
        return self.environment not in DISCOVERIES

    @property
    def is_known(self) -> bool:
        """Whether Intuit can tell who asks."""
        return self.is_emulated or bool(self.client_id and self.client_secret)

    @property
    def discovery(self) -> str:
        return DISCOVERIES.get(self.environment, self.environment)

    @property
    def base(self) -> str:
        """The address above `/v3/company`; where the endpoints are an emulator's, its own."""
        if self.api_base is not None:
            return self.api_base
        parts = urlsplit(self.environment)
        return API_BASES.get(self.environment, f"{parts.scheme}://{parts.netloc}")

    @property
    def pair(self) -> tuple[str, str]:
        return self.client_id or EMULATED_CLIENT, self.client_secret or EMULATED_CLIENT


class OAuth:
    """Asks Intuit for consent and tokens."""

    def __init__(self, http: Callable[[], httpx.AsyncClient], client: Client, clock: Clock, pace: Pace) -> None:
        self.http = http
        self.client = client
        self.clock = clock
        self.timeout = httpx.Timeout(pace.token, connect=pace.connect, pool=None)
        self._endpoints: tuple[int, Endpoints] | None = None

    async def endpoints(self) -> Endpoints:
        """From the discovery document, which is looked at once a day. Raises OAuthAway."""
        now = self.clock.now()
        if self._endpoints is None or now - self._endpoints[0] > KNOWN_SECONDS:
            answer = await self._asked("GET", self.client.discovery)
            if answer.status_code != 200:
                raise OAuthAway(f"{self.client.discovery} answered with the status {answer.status_code}")
            try:
                self._endpoints = now, msgspec.json.decode(answer.content, type=Endpoints)
            except msgspec.DecodeError as error:
                raise OAuthAway(f"{self.client.discovery} is no discovery document: {error}") from error
        return self._endpoints[1]

    async def consent_url(self, state: str, redirect_uri: str) -> str:
        """Where a person gives consent and chooses the company. Raises OAuthAway."""
        asked = {
            "client_id": self.client.pair[0],
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": redirect_uri,
            "state": state,
        }
        endpoint = (await self.endpoints()).authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def exchange(self, code: str, redirect_uri: str) -> Tokens:
        """The first tokens, for the code that came with the consent. Raises OAuthAway and GrantRefused."""
        return await self._tokens({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})

    async def refresh(self, refresh_token: str) -> Tokens:
        """New tokens; the refresh token may be another one afterwards, and the old one dead."""
        return await self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def revoke(self, token: str) -> None:
        """Give a token back. A token that Intuit does not know is gone already. Raises OAuthAway."""
        endpoint = (await self.endpoints()).revocation_endpoint
        answer = await self._asked("POST", endpoint, json={"token": token}, auth=self.client.pair)
        if answer.status_code >= 500 or answer.status_code == 429:
            raise OAuthAway(f"revoking was answered with the status {answer.status_code}")

    async def _tokens(self, form: Mapping[str, str]) -> Tokens:
        endpoint = (await self.endpoints()).token_endpoint
        answer = await self._asked("POST", endpoint, {END_ASKED: "true"}, data=form, auth=self.client.pair)
        body = _object(answer)
        if answer.status_code == 200 and "access_token" in body and "refresh_token" in body:
            return _read(body)
        error = str(body.get("error", ""))
        if error == "invalid_grant":
            raise GrantRefused(str(body.get("error_description") or "invalid_grant"))
        if error == "invalid_client" or answer.status_code == 401:
            raise GrantRefused(error or "invalid_client", is_ours=True)
        raise OAuthAway(f"the token endpoint answered with the status {answer.status_code} {error}".rstrip())

    async def _asked(
        self, method: str, url: str, more: Mapping[str, str] = NO_HEADERS, **options: Any
    ) -> httpx.Response:
        headers = {"Accept": "application/json", **more}
        try:
            answer = await self.http().request(method, url, headers=headers, timeout=self.timeout, **options)
        except httpx.HTTPError as error:
            raise OAuthAway(f"Intuit cannot be reached: {type(error).__name__} {error}".rstrip()) from error
        except httpx.InvalidURL as error:
            raise OAuthAway(f"{url} is no address: {error}") from error
        if len(answer.content) > LARGEST:
            raise OAuthAway(f"{url} answered with more than {LARGEST} bytes")
        return answer


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}


def _read(body: Mapping[str, Any]) -> Tokens:
    final = next((value for name, value in body.items() if _FINAL.fullmatch(name)), None)
    return Tokens(
        access=str(body["access_token"]),
        refresh=str(body["refresh_token"]),
        access_seconds=_seconds(body.get("expires_in")) or 3600,
        refresh_seconds=_seconds(body.get("x_refresh_token_expires_in")),
        final_seconds=_seconds(final),
    )


def _seconds(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
