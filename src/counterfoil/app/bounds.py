"""Bounds of what a connection may bring besides bodies, and of the time that a request's head may take.

The parser sets none: a head or a trailer without end would fill the memory, and a head that never comes would hold its
connection for ever. Bodies are bounded where they are read.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers together, beyond what came with their beginning."""

HEAD_SECONDS: Final = 30.0
"""How long a head may take from its first byte to its last, and a new connection until its first request has one."""

IDLE_SECONDS: Final = 130
"""For how long a line is kept between two requests. The side that sends should be the one that lets go: a request that
crosses a server's farewell is lost without a word. Vendors' clients keep idle lines for 5 seconds (httpx), nginx and
Amazon's load balancers for 60, Caddy for 120."""

LINGER_SECONDS: Final = 2.0
"""For how long what is still on its way is taken and dropped: a line that is cut at once loses the answer, too."""

_WORDS: Final = b"The headers of this request are longer than 64 KB."
_REFUSAL: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(_WORDS), _WORDS)
)


class Bounded(HttpToolsProtocol):
    """A connection whose requests have heads within bounds; too long a one is told so, too slow a one is cut off.

    `_untold` counts the bytes since the parser last told of anything: it is within a head, a trailer, or what announces
    a piece of a body.
    """

    _untold = 0
    _is_refused = False
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._calm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self.timeout_keep_alive_task is not None:  # whatever comes on an idle line begins a head
            self._expect_head()
        self._untold += len(data)
        super().data_received(data)
        if self._untold > LONGEST_HEAD and not self.transport.is_closing():
            self._refuse()

    def _refuse(self) -> None:
        self._is_refused = True
        self._calm()
        self.transport.write(_REFUSAL)
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def on_message_begin(self) -> None:
        self._untold = 0
        self._expect_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._untold = 0
        self._calm()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._untold = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._untold = 0
        super().on_message_complete()

    def _expect_head(self) -> None:
        self._calm()
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _calm(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
