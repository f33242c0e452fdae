"""One call of QUBE's API, in either version: who asks, and how whatever happens is answered in the vendor's shape."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from counterfoil.core.errors import StorageTrouble, Unauthorized, Unknown
from counterfoil.core.problems import Problem
from counterfoil.dialects.exchanges import report, request_id
from counterfoil.dialects.qube.errors import CHALLENGE, UNAUTHORIZED, headers_for

OK: Final = 200
NO_CONTENT: Final = 204
_json = msgspec.json.Encoder(decimal_format="number")

Answer = tuple[int, Any]
CheckTarget = Callable[[str], str | None]
"""Why post may not go to an address; None where it may."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for: bytes of body, and lines of an invoice."""

    max_body: int
    max_lines: int


class Endpoint:
    """An ASGI application of one address; the router lets every method through to it."""

    def __init__(self, answered: Callable[[Request], Awaitable[Response]], methods: Iterable[str] = ()) -> None:
        self.answered = answered
        self.methods = frozenset(methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.answered(Request(scope, receive))
        await response(scope, receive, send)


class Call:
    """One request on its way; `has_written` tells that something of it is stored, while more is to be done."""

    __slots__ = ("has_written", "raw", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.raw = b""
        self.has_written = False

    @property
    def key(self) -> str | None:
        """The key: the user name of a Basic authorization, whose password stays blank."""
        scheme, _, encoded = self.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            decoded_pair = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        return decoded_pair.partition(":")[0]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(self.request.query_params.multi_items())

    def path(self, name: str) -> str:
        part: str = self.request.path_params[name]
        return part


Act = Callable[[Call], Awaitable[Answer]]


def told(acts: Mapping[str, Act], answer: Callable[[Exception], Answer]) -> ASGIApp:
    """An endpoint that answers, whatever the method and whatever happens; `answer` has the version's error shapes."""

    async def endpoint(request: Request) -> Response:
        headers, call = {"x-request-id": request_id(request.scope)}, Call(request)
        try:
            act = acts.get("GET" if request.method == "HEAD" else request.method)
            if act is None:
                raise Unknown(Problem("unknown_resource", (), {"detail": "There is no such address."}))
            status, body = await act(call)
        except ClientDisconnect:
            return Response(status_code=499)
        except Unauthorized:
            return PlainTextResponse(UNAUTHORIZED, 401, {**headers, "WWW-Authenticate": CHALLENGE})
        except Exception as error:
            if isinstance(error, StorageTrouble) and call.has_written:
                error = error.after_a_write()
            report(error)
            status, body = answer(error)
            headers |= headers_for(error)
        if status == NO_CONTENT:
            return Response(None, status, headers)
        return Response(_json.encode(body), status, headers, "application/json")

    return Endpoint(endpoint, acts)
