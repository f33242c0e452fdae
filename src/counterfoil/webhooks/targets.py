"""Where post may go: public addresses over http or https, and nowhere inside."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": (80,), "https": (443,)}


class ForbiddenTarget(Exception):
    """Post may not go there; the message says why, for the caller who gave the address."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was looked at: where to connect to, and what to ask for there.

    The connection goes to `ip` itself, so that the name cannot lead elsewhere a moment later.
    """

    scheme: str
    host: str
    port: int
    ip: str
    path: str


def checked(url: str, *, allow_private: bool) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address, by its looks alone. Raises ForbiddenTarget."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ForbiddenTarget("it is no address") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ForbiddenTarget("it must begin with https:// or http:// and name a host")
    if parts.username is not None or parts.password is not None or any(ord(letter) < 33 for letter in url):
        raise ForbiddenTarget("it must hold no user name, password or blank")
    used = port if port is not None else PORTS[parts.scheme][0]
    if not allow_private and used not in PORTS[parts.scheme]:
        raise ForbiddenTarget(f"port {used} is not allowed, only the usual one")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, used, path


async def resolved(url: str, *, allow_private: bool) -> Target:
    """The address with its name resolved, every answer of the resolver looked at. Raises ForbiddenTarget."""
    scheme, host, port, path = checked(url, allow_private=allow_private)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ForbiddenTarget(f"{host} could not be resolved") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not allow_private and not is_public(address):
            raise ForbiddenTarget(f"{host} leads to {address}, which is not public")
    return Target(scheme, host, port, addresses[0], path)


def is_public(address: str) -> bool:
    """Is this an address of the open internet? Loopback, private, link-local and metadata addresses are not."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
