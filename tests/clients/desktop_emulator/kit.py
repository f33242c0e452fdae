"""The server of PyPI's `qbwc-kit` behind a real socket: a service for Web Connectors that nobody here wrote."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from qbwc_kit import QBWCService, StaticAuthenticator, build_qwc  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

USER, PASSWORD = "small", "correct horse"
OWNER_ID, FILE_ID = "{57F3B9B1-86F1-4FCC-B1EE-566DE1813D20}", "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"


@dataclass(frozen=True, slots=True)
class Kit:
    """A running server: the file for its Web Connector, the headers that it was sent, and the sessions that ended."""

    qwc: bytes
    headers: list[dict[str, str]]
    ended: list[Any]


@contextmanager
def kit(*tasks: Any) -> Iterator[Kit]:
    """A server while the block runs; each session does all of the tasks."""
    ended: list[Any] = []
    headers: list[dict[str, str]] = []
    service = QBWCService(StaticAuthenticator(USER, PASSWORD, tasks), on_session_end=ended.append)

    async def qbwc(request: Request) -> Response:
        if request.method == "GET":
            return Response("help", media_type="text/plain")
        headers.append(dict(request.headers))
        answer = await run_in_threadpool(service.dispatch, await request.body())
        return Response(answer, media_type="text/xml; charset=utf-8")

    application = Starlette(routes=[Route("/qbwc", qbwc, methods=["GET", "POST"])])
    with _listening(application) as port:
        url = f"http://localhost:{port}/qbwc"
        file = build_qwc(
            app_name="Kit",
            app_id="",
            app_url=url,
            app_description="A foreign server",
            username=USER,
            owner_id=OWNER_ID,
            file_id=FILE_ID,
            run_every_n_seconds=1,
        )
        yield Kit(file.encode(), headers, ended)


@contextmanager
def _listening(application: Starlette) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
