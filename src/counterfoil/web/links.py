"""Connect links: `/connect/auth_sess_client_secret_…`, found by the digest of the secret in them."""

from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct

from counterfoil.core.secrets import digest
from counterfoil.dispatch.connectors import Connectors
from counterfoil.storage.installation import AuthSessionRecord, ConnectionRecord, Installation

PREFIX: Final = "auth_sess_client_secret_"
LONGEST: Final = 200
State = Literal["connected", "cancelled", "expired"]


class Link(Struct, frozen=True, kw_only=True):
    """A link that works, and the connection that it is for."""

    secret: str
    session: AuthSessionRecord
    connection: ConnectionRecord

    @property
    def onward(self) -> str | None:
        """Where it leads once the company is connected. A link without a publishable key was not made by Conductor's
        API: then QUBE's way holds, which tells the outcome in the address."""
        return onward(self.session.redirect_url, None if self.session.publishable_key else "connected")


class Gone(Exception):
    """No link has this secret, or it works no more; `is_over` where there was one."""

    def __init__(self, *, is_over: bool) -> None:
        super().__init__("expired" if is_over else "unknown")
        self.is_over = is_over


async def link_of(connectors: Connectors, secret: str) -> Link:
    """The link with this secret. Raises Gone."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST:
        raise Gone(is_over=False)
    proof = digest(secret.removeprefix(PREFIX))
    found = await connectors.linked(proof)
    if found is None:
        known = await connectors.store.read(lambda session: Installation(session).find_auth_session(proof))
        raise Gone(is_over=known is not None)
    return Link(secret=secret, session=found[0], connection=found[1])


def onward(redirect_url: str | None, state: State | None = None) -> str | None:
    """Where a link leads afterwards; with `state` where its dialect tells the outcome so (QUBE: `?state=connected`).

    None where it leads nowhere, or to what is no address of the web.
    """
    if redirect_url is None:
        return None
    try:
        parts = urlsplit(redirect_url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    if state is None:
        return redirect_url
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("state", state)])
    return urlunsplit(parts._replace(query=query))
