"""What protects pages that hold a secret in their address: headers that keep it in, and a look at who posts."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, nothing inline, and no frame of anybody's around it."""

PRIVATE: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
"""Headers of every page; the address is a secret, so that nobody may keep it or be told it."""

OWN_SITES: Final = ("same-origin", "none")


def is_from_own_page(request: Request, address: str) -> bool:
    """Whether a browser says that our own page posted this.

    `Sec-Fetch-Site` decides where it is sent: with our referrer policy a form's `Origin` is `null`. Browsers leave it
    out for plain http to another machine; then `Origin` must name this host, or that of our address. A proxy may have
    changed the scheme, so that hosts alone are compared.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in OWN_SITES
    origin = urlsplit(request.headers.get("origin", ""))
    hosts = {request.headers.get("host", "").lower(), urlsplit(address).netloc.lower()} - {""}
    return origin.scheme in ("http", "https") and origin.netloc.lower() in hosts
