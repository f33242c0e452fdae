"""OAuth 2 as Intuit's: a page of consent, codes, access tokens of an hour, refresh tokens that change as they are used.

Any client id and secret are good. The refresh token `refresh` is always good, for every company.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.emulators.company import EmulatedCompany
from counterfoil.emulators.online.shelf import Shelf

Json = dict[str, Any]
GRANTS: Final = "grants"
ACCESS_SECONDS: Final = 3600
REFRESH_SECONDS: Final = 8_726_400
"""A hundred days and a day, as Intuit tells them."""

HARD_SECONDS: Final = 157_680_000
"""Five years: no refresh token lives longer, however often it is used."""

CODE_SECONDS: Final = 300
ALWAYS_GOOD: Final = "refresh"
EVERY_REALM: Final = "*"
HARD_LIMIT_ASKED: Final = "x-include-refresh-token-hard-expires-in"


class Grant(Struct, frozen=True, kw_only=True):
    """What a person allowed a program: one company, by one refresh token and the access tokens that came of it.

    `rotated_at` is when the refresh token was given, `began_at` when the person agreed.
    """

    id: str
    realm: str
    client: str
    scope: str
    refresh: str
    began_at: int
    rotated_at: int
    access: Mapping[str, int] = {}
    """Access tokens, and when each of them dies."""

    @property
    def dies_at(self) -> int:
        return min(self.rotated_at + REFRESH_SECONDS, self.began_at + HARD_SECONDS)


class Code(Struct, frozen=True, kw_only=True):
    realm: str
    client: str
    scope: str
    redirect: str
    until: int


class OAuthRefused(Exception):
    """A refusal in OAuth's own shape: `{"error": …}`."""

    def __init__(self, error: str, status: int = 400, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.description = description

    @property
    def told(self) -> Json:
        more = {"error_description": self.description} if self.description else {}
        return {"error": self.error, **more}


class Grants:
    """The grants of an emulated Intuit. They are kept in the books of one of its companies, and outlive a restart.

    A refresh token is changed when it is used `rotate_after` seconds or more after it was given; the old value dies.
    """

    def __init__(self, home: EmulatedCompany, clock: Clock, *, rotate_after: int = 0) -> None:
        self.home = home
        self.clock = clock
        self.rotate_after = rotate_after
        self._codes: dict[str, Code] = {}
        self._grants: dict[str, Grant] | None = None

    def agreed(self, realm: str, client: str, scope: str, redirect: str) -> str:
        """The code that goes back to a program when a person agrees."""
        code = f"XAB1{secrets.token_hex(20)}"
        until = self.clock.now() + CODE_SECONDS
        self._codes[code] = Code(realm=realm, client=client, scope=scope, redirect=redirect, until=until)
        return code

    async def redeemed(self, code: str, client: str, redirect: str) -> Json:
        """Tokens for a code, which is good once. Raises OAuthRefused."""
        found = self._codes.pop(code, None)
        now = self.clock.now()
        if found is None or found.until < now or found.client != client:
            raise OAuthRefused("invalid_grant", description="Invalid authorization code")
        if found.redirect != redirect:
            raise OAuthRefused("invalid_grant", description="Redirect URI mismatch")
        return await self._begun(found.realm, client, found.scope)

    async def refreshed(self, token: str, client: str) -> Json:
        """New tokens for a refresh token. Raises OAuthRefused where it has died or was never given."""
        grants = await self._known()
        if token == ALWAYS_GOOD:
            return await self._begun(EVERY_REALM, client, "com.intuit.quickbooks.accounting")
        now = self.clock.now()
        grant = next((each for each in grants.values() if each.refresh == token), None)
        if grant is None or grant.client != client or now > grant.dies_at:
            raise OAuthRefused("invalid_grant", description="Incorrect or expired refresh token")
        if now - grant.rotated_at >= self.rotate_after:
            grant = structs.replace(grant, refresh=_refresh_token(), rotated_at=now)
        return await self._issued(grant)

    async def revoked(self, token: str) -> None:
        """End the grant that a token belongs to. Raises OAuthRefused where there is none."""
        grants = await self._known()
        grant = next((each for each in grants.values() if token == each.refresh or token in each.access), None)
        if grant is None:
            raise OAuthRefused("invalid_request", description="Invalid token")
        del grants[grant.id]
        await self.home.change(lambda file: Shelf(file).drop(GRANTS, grant.id))

    async def realm_of(self, token: str) -> str | None:
        """The company that an access token opens, `*` for every one; None where it has died or was never given."""
        now = self.clock.now()
        for grant in (await self._known()).values():
            if grant.access.get(token, 0) > now:
                return grant.realm
        return None

    async def expire(self) -> None:
        """Let every access token die, as after an hour."""
        grants = await self._known()
        for id, grant in grants.items():
            grants[id] = structs.replace(grant, access={})

    async def _begun(self, realm: str, client: str, scope: str) -> Json:
        now = self.clock.now()
        return await self._issued(
            Grant(
                id=secrets.token_hex(8),
                realm=realm,
                client=client,
                scope=scope,
                refresh=_refresh_token(),
                began_at=now,
                rotated_at=now,
            )
        )

    async def _issued(self, grant: Grant) -> Json:
        """Write a grant down with one more access token, and tell both tokens."""
        grants = await self._known()
        now = self.clock.now()
        token = f"eyJ{secrets.token_urlsafe(48)}"
        alive = {each: until for each, until in grant.access.items() if until > now}
        grant = structs.replace(grant, access={**alive, token: now + ACCESS_SECONDS})
        grants[grant.id] = grant
        await self.home.change(lambda file: Shelf(file).put(GRANTS, grant.id, structs.asdict(grant)))
        return {
            "token_type": "bearer",
            "access_token": token,
            "expires_in": ACCESS_SECONDS,
            "refresh_token": grant.refresh,
            "x_refresh_token_expires_in": REFRESH_SECONDS - (now - grant.rotated_at),
            "x_refresh_token_hard_expires_in": HARD_SECONDS - (now - grant.began_at),
        }

    async def _known(self) -> dict[str, Grant]:
        if self._grants is None:
            kept = await self.home.look(lambda file: Shelf(file).every(GRANTS))
            if self._grants is None:
                self._grants = {id: Grant(**each) for id, each in kept.items()}
        return self._grants


def client_of(header: str) -> str:
    """Who asks for tokens, by HTTP Basic. Raises OAuthRefused."""
    scheme, _, rest = header.partition(" ")
    try:
        name, colon, _ = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name, colon = "", ""
    if scheme.casefold() != "basic" or not colon or not name:
        raise OAuthRefused("invalid_client", 401)
    return name


def discovery(base: str) -> Json:
    """The discovery document of an Intuit at this address."""
    return {
        "issuer": f"{base}/op/v1",
        "authorization_endpoint": f"{base}/connect/oauth2",
        "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
        "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
        "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
        "jwks_uri": f"{base}/op/v1/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "address", "phone"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
    }


def _refresh_token() -> str:
    return f"AB11{secrets.token_hex(23)}"
