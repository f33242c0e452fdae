"""The line to the server: one SOAP call a request, with .NET's own headers and patience."""

from collections.abc import Mapping, Sequence
from typing import Final

import httpx

from counterfoil.emulators.desktop.envelope import SoapFailure, Value, read_result, request_headers, written_call
from counterfoil.wire.qbxml.tree import Node

PATIENCE: Final = 100.0
"""Seconds that .NET waits for an answer."""

FAILED: Final[Mapping[str, str]] = {
    "serverVersion": "QBWC1013",
    "clientVersion": "QBWC1036",
    "authenticate": "QBWC1012",
    "sendRequestXML": "QBWC1041",
    "receiveResponseXML": "QBWC1042",
    "getLastError": "QBWC1043",
    "closeConnection": "QBWC1044",
    "connectionError": "QBWC1045",
}
"""The Web Connector's code for a call that failed."""

OTHERWISE: Final = "QBWC1013"


class CallFailed(Exception):
    """A call brought no answer that the Web Connector can use. `reached` tells whether anybody answered at all."""

    def __init__(self, operation: str, detail: str, *, reached: bool) -> None:
        self.code = FAILED.get(operation, OTHERWISE)
        self.detail = f"{operation} failed. Error message: {detail}"
        self.reached = reached
        super().__init__(f"{self.code}: {self.detail}")


class SoapLine:
    """Calls the operations of a service at one address."""

    def __init__(self, client: httpx.AsyncClient, url: str, *, rpc: bool, timeout: float = PATIENCE) -> None:
        self.client = client
        self.url = url
        self.rpc = rpc
        self.timeout = timeout

    async def call(self, operation: str, values: Sequence[tuple[str, Value]]) -> Node | None:
        """The result element of an answer. Raises CallFailed."""
        try:
            answer = await self.client.send(self._request(operation, values))
        except httpx.TimeoutException:
            raise CallFailed(operation, "The operation has timed out", reached=False) from None
        except httpx.HTTPError as error:
            detail = f"Unable to connect to the remote server ({error or type(error).__name__})"
            raise CallFailed(operation, detail, reached=False) from None
        return self._result(operation, answer)

    def _request(self, operation: str, values: Sequence[tuple[str, Value]]) -> httpx.Request:
        return httpx.Request(
            "POST",
            self.url,
            headers=request_headers(operation),
            content=written_call(operation, values, rpc=self.rpc),
            extensions={"timeout": httpx.Timeout(self.timeout).as_dict()},
        )

    def _result(self, operation: str, answer: httpx.Response) -> Node | None:
        """A fault may come with status 500; any other answer must come with 200, and as XML."""
        kind = answer.headers.get("content-type", "")
        try:
            if answer.status_code not in (200, 500) or not kind.startswith("text/xml"):
                detail = f"The request failed with HTTP status {answer.status_code} and content type {kind!r}."
                raise SoapFailure(detail)
            result = read_result(answer.content, operation, rpc=self.rpc)
            if answer.status_code == 500:
                raise SoapFailure("The request failed with HTTP status 500: Internal Server Error.")
        except SoapFailure as failure:
            raise CallFailed(operation, str(failure), reached=True) from None
        return result
