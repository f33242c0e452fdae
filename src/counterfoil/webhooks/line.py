"""The line to receivers: one request, guarded, within its time, and the start of what was answered.

Connections are kept between deliveries and known by their host's name; where a name leads is looked up and looked at
when a connection is made, and the connection goes to the address that was looked at. So what a name leads to later
changes nothing, and a connection for one host never serves another on the same address.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Final, Self

import httpcore
from msgspec import Struct

from counterfoil import __version__
from counterfoil.webhooks.targets import NO_NETWORKS, PORTS, Network, Resolver, UnresolvedTarget, checked, resolved

KEPT_ANSWER: Final = 2048
"""Bytes of an answer that are read; a receiver that says more is cut off."""

IDLE_SECONDS: Final = 15.0
"""How long a connection is kept that nothing is sent over, and what is known of a receiver's."""

CONNECT_SHARE: Final = 3
"""A third of a try's time is for making the connection."""

AGENT: Final = f"Counterfoil/{__version__}"
_TROUBLES: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ConnectionNotAvailable,
    UnresolvedTarget,
    TimeoutError,
    OSError,
)


class Unanswered(Exception):
    """The receiver was not reached, or said nothing that could be read, in time. The message says what went wrong."""


class Answer(Struct, frozen=True, kw_only=True):
    status: int
    start: str
    retry_after: str | None = None


class Guard(Struct, frozen=True, kw_only=True):
    """Where post may go: see `targets`. `resolver` stands in for the system's own."""

    allow_private: bool = False
    allowed: Sequence[Network] = NO_NETWORKS
    resolver: Resolver | None = None


class Line:
    """Posts, as long as it is open. `timeout` is for one request, in seconds."""

    def __init__(self, guard: Guard, timeout: float) -> None:
        self.guard = guard
        self.timeout = timeout
        self._idle: dict[str, list[httpcore.AsyncHTTPConnection]] = {}
        self._tidied_at = 0.0
        self._trusted: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for idle in self._idle.values():
            for each in idle:
                await each.aclose()
        self._idle.clear()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post a body. Raises ForbiddenTarget, and Unanswered."""
        request = self._request(url, headers, body)
        try:
            async with asyncio.timeout(self.timeout), self._connection(request.url.origin) as connection:
                answer = await connection.handle_async_request(request)
                try:
                    start = await _start(answer)
                finally:
                    await answer.aclose()
        except _TROUBLES as error:
            raise Unanswered(_told(error)) from error
        return Answer(
            status=answer.status,
            start=start.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
            retry_after=_header(answer, b"retry-after"),
        )

    def _request(self, url: str, headers: Mapping[str, str], body: bytes) -> httpcore.Request:
        """The request for an address whose looks are in order. Raises ForbiddenTarget."""
        guard = self.guard
        scheme, host, port, path = checked(url, allow_private=guard.allow_private, allowed=guard.allowed)
        named = f"[{host}]" if ":" in host else host
        given = {
            "Host": named if port in PORTS[scheme] else f"{named}:{port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "User-Agent": AGENT,
            **headers,
        }
        limits = {"connect": self.timeout / CONNECT_SHARE, "read": self.timeout, "write": self.timeout}
        return httpcore.Request(
            "POST",
            httpcore.URL(scheme=scheme, host=host, port=port, target=path),
            headers=list(given.items()),
            content=body,
            extensions={"timeout": limits},
        )

    @asynccontextmanager
    async def _connection(self, origin: httpcore.Origin) -> AsyncIterator[httpcore.AsyncHTTPConnection]:
        """A connection while the block runs: one that is idle, else a new one; kept where it can serve again."""
        await self._tidy()
        connection = await self._kept(origin) or httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=self._trust(origin.scheme),
            keepalive_expiry=IDLE_SECONDS,
            network_backend=_Guarded(self.guard, origin.scheme.decode()),
        )
        try:
            yield connection
        except BaseException:
            await connection.aclose()
            raise
        if connection.is_idle():
            self._idle.setdefault(str(origin), []).append(connection)
        else:
            await connection.aclose()

    async def _kept(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection | None:
        """The connection that was used last, if it is still good."""
        idle = self._idle.get(str(origin), [])
        while idle:
            connection = idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def _tidy(self) -> None:
        """Let go, now and then, of connections that are over."""
        now = asyncio.get_running_loop().time()
        if now - self._tidied_at < IDLE_SECONDS:
            return
        self._tidied_at = now
        for origin, idle in list(self._idle.items()):
            over = [each for each in idle if each.has_expired()]
            self._idle[origin] = [each for each in idle if each not in over]
            if not self._idle[origin]:
                del self._idle[origin]
            for each in over:
                await each.aclose()

    def _trust(self, scheme: bytes) -> ssl.SSLContext | None:
        """Whom to trust over https: read once, as it takes a while."""
        if scheme == b"https" and self._trusted is None:
            self._trusted = httpcore.default_ssl_context()
        return self._trusted if scheme == b"https" else None


class _Guarded(httpcore.AsyncNetworkBackend):
    """Makes connections to addresses that were looked at, and to nothing else."""

    def __init__(self, guard: Guard, scheme: str) -> None:
        self.guard = guard
        self.scheme = scheme
        self.network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        guard = self.guard
        target = await resolved(
            f"{self.scheme}://{f'[{host}]' if ':' in host else host}:{port}/",
            allow_private=guard.allow_private,
            allowed=guard.allowed,
            resolver=guard.resolver,
        )
        addresses = (target.ip, *target.others)
        share = timeout / len(addresses) if timeout is not None else None
        for ip in addresses[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self.network.connect_tcp(ip, port, share, local_address, socket_options)
        return await self.network.connect_tcp(addresses[-1], port, share, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self.network.sleep(seconds)


async def _start(answer: httpcore.Response) -> bytes:
    """The start of an answer's body; whoever says more than is kept, is not listened to."""
    kept = b""
    async for part in answer.aiter_stream():
        kept += part
        if len(kept) >= KEPT_ANSWER:
            break
    return kept[:KEPT_ANSWER]


def _header(answer: httpcore.Response, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name), None)


def _told(error: BaseException) -> str:
    """What went wrong, for people: the kind of trouble, and the system's words where it has any."""
    words = str(error).strip()
    kind = "no answer in time" if isinstance(error, TimeoutError | httpcore.TimeoutException) else "no answer"
    return f"{kind}: {words}"[:300] if words else f"{kind} ({type(error).__name__})"
