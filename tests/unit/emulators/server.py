"""A server of SOAP that says what a test wrote down for it, and remembers what it was asked."""

import re
from collections.abc import Callable, Sequence
from html import unescape
from typing import Any

import httpx
from tests.unit.emulators.test_qwc import qwc

from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.report import SessionReport

LOCAL = {"AppURL": "http://localhost/qbwc", "AppSupport": "http://localhost/help"}
FILE_ID = "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"
GIVEN: dict[str, Any] = {
    "serverVersion": "1.0",
    "clientVersion": "",
    "authenticate": ("TICKET", ""),
    "sendRequestXML": "",
    "receiveResponseXML": 100,
    "connectionError": "done",
    "getLastError": "nothing more",
    "closeConnection": "OK",
}
Said = str | int | tuple[str, ...] | httpx.Response | Exception


class Server:
    """Answers each operation with the next of its answers; the last one is said again and again."""

    def __init__(self, **answers: Said | Sequence[Said]) -> None:
        self.answers = {name: _queue(answers.get(name, said)) for name, said in GIVEN.items()}
        self.answers |= {name: _queue(said) for name, said in answers.items() if name not in GIVEN}
        self.calls: list[str] = []
        self.values: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, text="Help")
        body = request.content.decode()
        found = re.search(r'<(?:q1:)?(\w+) xmlns(?::q1)?="http://developer.intuit.com/"', body)
        assert found is not None, body
        operation = found[1]
        assert request.headers["SOAPAction"] == f'"http://developer.intuit.com/{operation}"'
        self.calls.append(operation)
        inner = re.findall(r"<(\w+)(?: xsi:type=\"[^\"]*\")?>([^<]*)</\1>", body)
        self.values.append({name: unescape(text) for name, text in inner})
        queue = self.answers[operation]
        return _answer(operation, queue.pop(0) if len(queue) > 1 else queue[0])

    def asked(self, operation: str) -> list[dict[str, str]]:
        return [values for name, values in zip(self.calls, self.values, strict=True) if name == operation]


async def held(
    processor: RequestProcessor, server: Callable[[httpx.Request], httpx.Response], **more: Any
) -> SessionReport:
    """One session with this server."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
        return await connector(processor, client, **more).session()


def connector(processor: RequestProcessor, client: httpx.AsyncClient, **more: Any) -> WebConnector:
    style = {"Style": more.pop("style")} if "style" in more else {}
    return WebConnector(qwc(**LOCAL, **style), "secret", processor, client, **({"pace": 0.001} | more))


def _queue(said: Any) -> list[Any]:
    return list(said) if isinstance(said, list) else [said]


def _answer(operation: str, said: Said) -> httpx.Response:
    if isinstance(said, Exception):
        raise said
    if isinstance(said, httpx.Response):
        return said
    if isinstance(said, tuple):
        inner = "".join(f"<string>{each}</string>" for each in said)
    else:
        inner = str(said).replace("&", "&amp;").replace("<", "&lt;")
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<{operation}Response xmlns="http://developer.intuit.com/"><{operation}Result>{inner}</{operation}Result>'
        f"</{operation}Response></s:Body></s:Envelope>"
    )
    return httpx.Response(200, content=body.encode(), headers={"Content-Type": "text/xml; charset=utf-8"})
