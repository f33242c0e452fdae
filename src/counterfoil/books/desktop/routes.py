"""The Web Connector's service over HTTP: `/qbwc`.

Whatever happens, the Web Connector gets a valid answer of the operation that it called: anything else stops it with an
error that helps nobody (QBWC1042). What went wrong is noted, and told by `getLastError`.
"""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from counterfoil import __version__
from counterfoil.books.desktop.session import CLOSED, DONE, INCIDENT, Conversation, Line
from counterfoil.books.desktop.taking import FAILED
from counterfoil.core.errors import Malformed, NotNow, TooOften
from counterfoil.core.ids import random_hex
from counterfoil.dispatch.gate import Gate, OpenGate
from counterfoil.wire.soap.envelope import CONTENT_TYPE, LARGEST, Call, read_call, write_answer, write_fault
from counterfoil.wire.soap.wsdl import wsdl_document

ROOT: Final = "/qbwc"
LARGEST_NAME: Final = 255
Result = str | int | Sequence[str]
Perform = Callable[[Call, Line, str | None], Awaitable[Result]]

STOPS: Final[Mapping[str, Result]] = {
    "serverVersion": "",
    "clientVersion": "",
    "authenticate": ("", "busy"),
    "sendRequestXML": "",
    "receiveResponseXML": FAILED,
    "connectionError": DONE,
    "getLastError": INCIDENT,
    "closeConnection": CLOSED,
    "getInteractiveURL": "",
    "interactiveRejected": "",
    "interactiveDone": "Done",
}
"""What ends a session cleanly, for each operation: said where something failed within."""

NO_USER: Final = "nvu"
LEAST_VERSION: Final = (2, 0)
_log = logging.getLogger(__name__)


class WebConnectorService:
    """The service. `base_url` is how the Web Connector reaches it, `page` what a person sees who opens the address;
    passwords come through the `gate`."""

    def __init__(
        self,
        conversation: Conversation,
        base_url: Callable[[], str],
        page: Callable[[], str],
        gate: Gate | None = None,
    ) -> None:
        self.gate = gate or OpenGate()
        self.conversation = conversation
        self.base_url = base_url
        self.page = page
        self._versions: dict[str, str] = {}
        self._acts: Mapping[str, Perform] = {
            "serverVersion": self._server_version,
            "clientVersion": self._client_version,
            "authenticate": self._authenticate,
            "sendRequestXML": self._send_request,
            "receiveResponseXML": self._receive_response,
            "connectionError": self._connection_error,
            "getLastError": self._last_error,
            "closeConnection": self._close,
            "getInteractiveURL": _nothing,
            "interactiveRejected": _nothing,
            "interactiveDone": _interactive_done,
        }

    def routes(self) -> list[BaseRoute]:
        return [
            Route(ROOT, self._called, methods=["POST"]),
            Route(ROOT, self._looked_at, methods=["GET", "HEAD"]),
            Route(f"{ROOT}/", self._called, methods=["POST"]),
        ]

    async def _looked_at(self, request: Request) -> Response:
        """The description for tools that ask for it, a page for people."""
        if "wsdl" in {name.lower() for name in request.query_params}:
            return Response(wsdl_document(f"{self.base_url()}{ROOT}"), media_type=CONTENT_TYPE)
        return HTMLResponse(self.page())

    async def _called(self, request: Request) -> Response:
        try:
            call = read_call(await _body(request))
        except ClientDisconnect:
            return Response(status_code=499)
        except Malformed as refusal:
            return _soap(write_fault(str(refusal)))

        async def hung_up() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass

        result = await self._performed(call, Line(hung_up), _peer(request))
        return _soap(write_answer(call.operation, result))

    async def _performed(self, call: Call, line: Line, peer: str | None) -> Result:
        """The result of a call; where something failed within, what ends the session cleanly."""
        name = call.operation.name
        try:
            return await self._acts[name](call, line, peer)
        except TooOften:
            return STOPS[name]
        except NotNow as error:  # it goes on by itself: the Web Connector calls again
            _log.warning("%s ended early: %s", name, error.problem.what(""))
            with contextlib.suppress(Exception):
                await self.conversation.seen(call.text("ticket"), error.problem.what(""))
            return STOPS[name]
        except Exception:
            incident = f"inc_{random_hex(12)}"
            _log.exception("%s in %s", incident, name)
            with contextlib.suppress(Exception):  # the database may be what is gone
                await self.conversation.seen(call.text("ticket"), f"{INCIDENT} ({incident})")
            return STOPS[name]

    async def _server_version(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        return f"Counterfoil {__version__}"

    async def _client_version(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        """Remembered for the authentication that follows on the same line, which does not say it."""
        version = call.text("strVersion")[:40]
        if peer is not None:
            if len(self._versions) > 1000:
                self._versions.clear()
            self._versions[peer] = version
        return ""

    async def _authenticate(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        user, password = call.text("strUserName").strip(), call.text("strPassword").strip()
        version, secret = self._versions.get(peer or ""), f"{user}:{password}"
        self.gate.knock(secret)
        answer = await self.conversation.authenticate(user[:LARGEST_NAME], password[:LARGEST_NAME], version)
        (self.gate.refused if answer[1] == NO_USER else self.gate.proved)(secret)
        return answer

    async def _send_request(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        return await self.conversation.send_request(
            call.text("ticket"),
            call.text("strHCPResponse"),
            call.text("strCompanyFileName")[:LARGEST_NAME],
            line=line,
        )

    async def _receive_response(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        return await self.conversation.receive(
            call.text("ticket"), call.text("response"), call.text("hresult"), call.text("message")
        )

    async def _connection_error(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        return await self.conversation.connection_error(call.text("ticket"), call.text("hresult"), call.text("message"))

    async def _last_error(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        return await self.conversation.last_error(call.text("ticket"))

    async def _close(self, call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG002
        return await self.conversation.close(call.text("ticket"))


async def _nothing(call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG001
    """Nobody is ever asked to do something in a window of the Web Connector."""
    return ""


async def _interactive_done(call: Call, line: Line, peer: str | None) -> Result:  # noqa: ARG001
    return "Done"


async def _body(request: Request) -> bytes:
    """The body, up to the limit. Raises Malformed above it, as soon as that is known."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        parts.append(part)
        if size > LARGEST:
            break
    return b"".join(parts)


def _soap(body: bytes) -> Response:
    return Response(body, media_type=CONTENT_TYPE)


def _peer(request: Request) -> str | None:
    return request.client.host if request.client is not None else None
