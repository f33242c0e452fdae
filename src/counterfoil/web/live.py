"""News for open pages: a server-sent event each time what a page shows has changed, and the page asks for it again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from counterfoil.core.errors import NotNow
from counterfoil.dispatch.lanes import Bells, heard
from counterfoil.web.guard import PRIVATE

HEARTBEAT: Final = 15.0
"""Seconds after which a stream without news says that it is still there."""

LOOK: Final = 1.0
SLOW_LOOK: Final = 10.0
"""Seconds between two looks, where no bell rings; and where a look means to search."""

BREATH: Final = 0.1
LONGEST: Final = 3600
"""Seconds that a stream lasts; the browser comes back by itself, and is asked anew who it is."""

MOST_WATCHERS: Final = 20
"""Streams of one account; a page that gets none asks every few seconds instead."""

Mark = Callable[[], Awaitable[object]]
_json = msgspec.json.Encoder()


def mark_of(shown: object) -> str:
    """What is shown, as sixteen digits that change with it."""
    return sha256(_json.encode(shown)).hexdigest()[:16]


class Live:
    """Streams. What a page shows is known by a mark: any value that changes with it."""

    def __init__(self, bells: Bells, *, heartbeat: float = HEARTBEAT) -> None:
        self.bells = bells
        self.heartbeat = heartbeat
        self._watchers: Counter[str] = Counter()

    def stream(self, request: Request, account_id: str, bell: str, mark: Mark, look: float = LOOK) -> Response:
        """News of what `mark` tells, for somebody of this account; `bell` rings when it is likely to have changed,
        and every `look` seconds it is looked for. The page says what it shows already (`?mark=`)."""
        if self._watchers[account_id] >= MOST_WATCHERS:
            return Response("", 503, {**PRIVATE, "Retry-After": "3"}, "text/plain")
        headers = {**PRIVATE, "X-Accel-Buffering": "no"}
        told = request.query_params.get("mark", "")
        return StreamingResponse(self._news(account_id, bell, mark, look, told), 200, headers, "text/event-stream")

    async def _news(self, account_id: str, bell: str, mark: Mark, look: float, told: str) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        until, said = loop.time() + LONGEST, loop.time()
        self._watchers[account_id] += 1
        yield b"retry: 2000\n\n"
        try:
            with self.bells.waiting(bell) as rung:
                while loop.time() < until and not self.bells.stopped:
                    now = await self._seen(mark, told)
                    if now != told:
                        told, said = now, loop.time()
                        yield b"data: news\n\n"
                    elif loop.time() - said >= self.heartbeat:
                        said = loop.time()
                        yield b": still here\n\n"
                    await asyncio.sleep(BREATH)
                    await heard(rung, look)
        finally:
            self._watchers[account_id] -= 1

    async def _seen(self, mark: Mark, told: str) -> str:
        """The mark of what is there now; of what was told last, while the database is away."""
        try:
            return mark_of(await mark())
        except NotNow:
            return told
