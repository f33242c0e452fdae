"""What zeep makes of the answers when the service fails within: a value of the operation that was called, each time."""

import io
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
import requests
from tests.unit.books.desktop.house import House, in_house
from zeep import Client
from zeep.wsdl.utils import etree_to_string

from counterfoil.books.desktop import routes
from counterfoil.books.desktop.routes import WebConnectorService

STOPS: Final[dict[str, Any]] = {
    "serverVersion": None,
    "clientVersion": None,
    "authenticate": [None, "busy"],
    "sendRequestXML": None,
    "receiveResponseXML": -1,
    "connectionError": "done",
    "getLastError": "Counterfoil met an error of its own. Nothing was lost; it will go on with the next session.",
    "closeConnection": "OK",
    "getInteractiveURL": None,
    "interactiveRejected": None,
    "interactiveDone": "Done",
}
"""What ends a session in the Web Connector (Programmer's Guide, chapter 2). Nothing is an empty text to zeep."""

WITHIN: Final = (
    *("_server_version", "_client_version", "_authenticate", "_send_request", "_receive_response"),
    *("_connection_error", "_last_error", "_close"),
)


def breaks(*_: Any, **__: Any) -> NoReturn:
    raise ZeroDivisionError


@pytest.mark.parametrize("operation", STOPS)
def test_an_operation_that_fails_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, operation: str
) -> None:
    """Everything behind the reading of the envelope is broken, and the database with it."""
    for name in WITHIN:
        monkeypatch.setattr(WebConnectorService, name, breaks)
    for name in ("_nothing", "_interactive_done"):
        monkeypatch.setattr(routes, name, breaks)

    async def work(house: House) -> Any:
        for method in ("read", "write"):
            monkeypatch.setattr(house.running.store, method, breaks)
        soap = Client(io.BytesIO((await house.client.get("/qbwc?wsdl")).content))  # type: ignore[no-untyped-call]
        binding = soap.wsdl.services["QBWebConnectorSvc"].ports["QBWebConnectorSvcSoap"].binding
        named = binding.get(operation)
        arguments = [0 if kind.type.name == "int" else "x" for _, kind in named.input.body.type.elements]
        message = named.create(*arguments)
        content = etree_to_string(message.content)  # type: ignore[no-untyped-call]
        answer = await house.client.post("/qbwc", content=content, headers=dict(message.headers))
        told = requests.Response()
        told.status_code, told._content = answer.status_code, answer.content
        told.headers.update(answer.headers)
        return binding.process_reply(soap, named, told)

    assert in_house(tmp_path / "data", work) == STOPS[operation]
    assert "inc_" in caplog.text
