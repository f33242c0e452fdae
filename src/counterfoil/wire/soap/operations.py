"""The operations of a Web Connector service: names, parameters in order, and the shape of each result.

The names are law (Programmer's Guide, ch. 10): the Web Connector reads and writes these and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

NAMESPACE: Final = "http://developer.intuit.com/"
Shape = Literal["text", "texts", "number"]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the Web Connector calls; `numbers` are those of its parameters that are whole numbers."""

    name: str
    parameters: tuple[str, ...]
    result: Shape = "text"
    numbers: tuple[str, ...] = ()


OPERATIONS: Final[Mapping[str, Operation]] = {
    each.name: each
    for each in (
        Operation("serverVersion", ("strVersion",)),
        Operation("clientVersion", ("strVersion",)),
        Operation("authenticate", ("strUserName", "strPassword"), "texts"),
        Operation(
            "sendRequestXML",
            ("ticket", "strHCPResponse", "strCompanyFileName", "qbXMLCountry", "qbXMLMajorVers", "qbXMLMinorVers"),
            numbers=("qbXMLMajorVers", "qbXMLMinorVers"),
        ),
        Operation("receiveResponseXML", ("ticket", "response", "hresult", "message"), "number"),
        Operation("connectionError", ("ticket", "hresult", "message")),
        Operation("getLastError", ("ticket",)),
        Operation("closeConnection", ("ticket",)),
        Operation("getInteractiveURL", ("wcTicket", "sessionID")),
        Operation("interactiveRejected", ("wcTicket", "reason")),
        Operation("interactiveDone", ("wcTicket",)),
    )
}
