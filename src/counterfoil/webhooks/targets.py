"""Where post may go: public addresses over http or https, and nowhere inside.

An address is looked at twice: by its looks when somebody gives it, and whenever post leaves, after its name has been
resolved. What is not spelled plainly is refused rather than understood, because two readers of such an address may
understand two things. The tables of networks are IANA's special-purpose registries, and what clouds tell of themselves.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host and a port → its addresses. Raises OSError or UnicodeError where it finds none."""

PORTS: Final = {"http": (80,), "https": (443,)}
LONGEST_URL: Final = 2048
LONGEST_HOST: Final = 253
LOOK_UP_SECONDS: Final = 5.0
"""How long a name may take to resolve; what takes longer is tried again with the next attempt."""

MOST_ADDRESSES: Final = 3
"""Addresses of one name that a try goes to, one after another, until one takes the connection."""

LOOK_UPS: Final = ThreadPoolExecutor(16, thread_name_prefix="look-up")
"""Threads of their own: the system's resolver cannot be interrupted, and a name server that hangs must hold up nothing
but other look-ups. Those that still wait for a thread when their time is up are dropped."""

UNSURE: Final = "\u00df\u1e9e\u03c2\u200c\u200d"
"""Letters that the older rules for names take for others, or for nothing, and the newer for themselves (ß, final
sigma, joiners; IDNA 2008, RFC 5894, 7.2): such a host would be another's under the other rules."""

_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

CLOSED: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 tells Oracle's machines about themselves
        "192.88.99.0/24",  # relays of 6to4
        "100.64.0.0/10",  # behind providers' NAT; 100.100.100.200 tells Alibaba's machines about themselves
        "168.63.129.16/32",  # tells Azure's machines about themselves, though it looks public
        "2001::/23",  # protocol assignments, Teredo among them
        "3fff::/20",  # documentation
    )
)
"""Networks that are not open, beside those that the standard library knows."""

OPEN_6: Final = ipaddress.IPv6Network("2000::/3")
"""The only part of IPv6 that is given out for the open internet."""

NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
NO_NETWORKS: Final[tuple[Network, ...]] = ()


class ForbiddenTarget(Exception):
    """Post may not go there; the message says why, for the caller who gave the address."""


class UnresolvedTarget(Exception):
    """The name leads nowhere just now: a failed attempt like any other, to be made again."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was looked at: where to connect to, and what to ask for there.

    The connection goes to `ip` itself, so that the name cannot lead elsewhere a moment later; where nobody answers
    there, to one of the `others` that the name has and that were looked at likewise.
    """

    scheme: str
    host: str
    port: int
    ip: str
    path: str
    others: tuple[str, ...] = ()


def checked(url: str, *, allow_private: bool, allowed: Sequence[Network] = NO_NETWORKS) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address, by its looks alone. Raises ForbiddenTarget.

    `allowed` are networks of one's own that post may go to as well, to any port.
    """
    parts, port = _split(url)
    host = _host(parts)
    used = port if port is not None else PORTS[parts.scheme][0]
    if not (allow_private or allowed) and used not in PORTS[parts.scheme]:
        raise ForbiddenTarget(f"port {used} is not allowed, only the usual one")
    literal = _literal(host)
    if literal is not None:
        _refuse_closed(host, [str(literal)], used in PORTS[parts.scheme], allow_private, allowed)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, used, path


async def resolved(
    url: str,
    *,
    allow_private: bool,
    allowed: Sequence[Network] = NO_NETWORKS,
    resolver: Resolver | None = None,
    seconds: float = LOOK_UP_SECONDS,
) -> Target:
    """The address with its name resolved, every answer of the resolver looked at.

    Raises ForbiddenTarget, and UnresolvedTarget where the name cannot be resolved within `seconds`.
    """
    scheme, host, port, path = checked(url, allow_private=allow_private, allowed=allowed)
    try:
        async with asyncio.timeout(seconds):
            addresses = await (resolver or looked_up)(host, port)
    except (OSError, UnicodeError):  # TimeoutError is one of the former
        raise UnresolvedTarget(f"{host} could not be resolved") from None
    if not addresses:
        raise UnresolvedTarget(f"{host} has no address")
    _refuse_closed(host, addresses, port in PORTS[scheme], allow_private, allowed)
    first, *others = dict.fromkeys(addresses)
    return Target(scheme, host, port, first, path, tuple(others[: MOST_ADDRESSES - 1]))


async def looked_up(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says."""
    work = asyncio.get_running_loop().run_in_executor
    found = await work(LOOK_UPS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Is this an address of the open internet? Loopback, private, link-local and metadata addresses are not.

    An IPv6 address that stands for an IPv4 address (mapped, 6to4, NAT64) is as public as that one.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _within(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip.scope_id is not None or ip not in OPEN_6:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in CLOSED)


def networks(text: str) -> tuple[Network, ...]:
    """Networks as a setting names them: `10.1.2.0/24, fd12::/48`. Raises ValueError."""
    return tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip())


def _split(url: str) -> tuple[SplitResult, int | None]:
    if len(url) > LONGEST_URL:
        raise ForbiddenTarget(f"it is longer than {LONGEST_URL} characters")
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in url) or "\\" in url:
        raise ForbiddenTarget("it must hold no blank, no control character and no backslash")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ForbiddenTarget("it is no address") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ForbiddenTarget("it must begin with https:// or http:// and name a host")
    if "@" in parts.netloc:
        raise ForbiddenTarget("it must hold no user name and no password")
    if port == 0 or parts.netloc.endswith(":"):
        raise ForbiddenTarget("its port is no port")
    if not (parts.path + parts.query).isascii():
        raise ForbiddenTarget("what follows the host must be written in ASCII, percent-encoded where it needs to be")
    return parts, port


def _host(parts: SplitResult) -> str:
    """The host in ASCII: an IP address in its usual form, or a name without the dot that may end it."""
    given = parts.hostname or ""
    if "[" in parts.netloc:
        return _bracketed(given)
    if any(letter in UNSURE for letter in given):
        raise ForbiddenTarget("its host is read in two ways: write it in its ASCII form, xn--…")
    try:
        host = given if given.isascii() else given.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ForbiddenTarget("its host is no name that the internet knows") from None
    host = host.removesuffix(".")
    labels = host.split(".")
    if len(host) > LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ForbiddenTarget("its host is no name that the internet knows")
    if _NUMERIC.fullmatch(labels[-1]) and _literal(host) is None:
        raise ForbiddenTarget("its host is a number; an IP address is written as four decimal numbers")
    return host


def _bracketed(host: str) -> str:
    try:
        return str(ipaddress.IPv6Address(host if "%" not in host else ""))
    except ValueError:
        raise ForbiddenTarget("its host is no IPv6 address") from None


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refuse_closed(
    host: str, addresses: Sequence[str], usual_port: bool, allow_private: bool, allowed: Sequence[Network]
) -> None:
    """Every address must be open, or in a network that is allowed; ports beside the usual one only there."""
    for address in [] if allow_private else addresses:
        ip = _literal(address)
        if ip is not None and any(ip in network for network in allowed):
            continue
        if not is_public(address):
            raise ForbiddenTarget(f"{host} leads to {address}, which is not public")
        if not usual_port:
            raise ForbiddenTarget(f"{host} leads to {address}, where only the usual port is allowed")


def _within(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
