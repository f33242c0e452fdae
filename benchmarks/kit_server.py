"""The peer: PyPI's `qbwc-kit` as a process, on the same web server as ours.

Its own adapter for FastAPI does what is done here and no more: the body to `dispatch` in a thread, the text back. It
keeps its sessions in memory, and stores nothing.

    python -m benchmarks.kit_server PORT USER PASSWORD DOCUMENTS
"""

import sys
from collections.abc import Generator
from typing import Any

import uvicorn
from qbwc_kit import QBWCService, StaticAuthenticator  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.session_script import DOCUMENT


class Documents:
    """A task of so many documents."""

    name = "documents"

    def __init__(self, count: int) -> None:
        self.count = count

    def run(self, _: Any) -> Generator[str, Any, None]:
        for _number in range(self.count):
            yield DOCUMENT


def application(user: str, password: str, count: int) -> Starlette:
    service = QBWCService(StaticAuthenticator(user, password, [Documents(count)]))

    async def qbwc(request: Request) -> Response:
        answer = await run_in_threadpool(service.dispatch, await request.body())
        return Response(answer, media_type="text/xml; charset=utf-8")

    return Starlette(routes=[Route("/qbwc", qbwc, methods=["POST"])])


if __name__ == "__main__":
    port, user, password, count = sys.argv[1:]
    uvicorn.run(
        application(user, password, int(count)), port=int(port), log_level="warning", access_log=False, lifespan="off"
    )
