"""A session of the Web Connector as bytes: what a connector sends, the same to every server, at full speed."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.load import read_answer

NAMESPACE: Final = "http://developer.intuit.com/"
DOCUMENT: Final = (
    '<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    '<CustomerQueryRq requestID="1"><FullName>Acme Corporation</FullName></CustomerQueryRq></QBXMLMsgsRq></QBXML>'
)
"""What is handed out."""

ANSWER: Final = (
    '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><CustomerQueryRs requestID="1" statusCode="0" statusSeverity="Info" '
    'statusMessage="Status OK"><CustomerRet><ListID>80000001-1234567890</ListID>'
    "<TimeCreated>2026-03-02T12:00:00-06:00</TimeCreated><TimeModified>2026-03-02T12:00:00-06:00</TimeModified>"
    "<EditSequence>1234567890</EditSequence><Name>Acme Corporation</Name><FullName>Acme Corporation</FullName>"
    "<IsActive>true</IsActive><Sublevel>0</Sublevel><BillAddress><Addr1>Acme Corporation</Addr1><Addr2>1 Long Road"
    "</Addr2><City>Austin</City><State>TX</State><PostalCode>78701</PostalCode></BillAddress><Phone>555-0100</Phone>"
    "<Balance>100.00</Balance><TotalBalance>100.00</TotalBalance></CustomerRet></CustomerQueryRs></QBXMLMsgsRs></QBXML>"
)
"""What QuickBooks says to it."""

_TEXT = re.compile(rb"Result>(?:<string>)?([^<]*)<")


@dataclass(frozen=True)
class Login:
    """A connector's name and password, and what its QuickBooks says of itself at the first call."""

    user: str
    password: str
    facts: str = ""


@dataclass(frozen=True)
class Spent:
    """What a run came to: round trips a second, and the milliseconds of one (median, 99 %)."""

    rate: float
    median: float
    p99: float


async def run(port: int, logins: Sequence[Login], documents: int) -> Spent:
    """One session for each connector, all at once: authenticate, so many documents, closeConnection."""
    times: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_session(port, login, documents, times) for login in logins))
    spent = time.perf_counter() - started
    times.sort()
    return Spent(len(times) / spent, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000)


async def _session(port: int, login: Login, documents: int, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def call(operation: str, *values: tuple[str, str]) -> str:
        request = envelope(operation, values)
        began = time.perf_counter()
        writer.write(request)
        body = await read_answer(reader)
        times.append(time.perf_counter() - began)
        found = _TEXT.search(body)
        return unescape(found[1].decode()) if found is not None else ""

    ticket = ("ticket", await call("authenticate", ("strUserName", login.user), ("strPassword", login.password)))
    facts = login.facts
    for _ in range(documents):
        place = (("strHCPResponse", facts), ("strCompanyFileName", "C:\\small.qbw"), ("qbXMLCountry", "US"))
        document = await call("sendRequestXML", ticket, *place, ("qbXMLMajorVers", "16"), ("qbXMLMinorVers", "0"))
        assert "CustomerQueryRq" in document, document
        facts = ""
        percent = await call("receiveResponseXML", ticket, ("response", ANSWER), ("hresult", ""), ("message", ""))
        assert 0 <= int(percent) <= 100, percent
    await call("closeConnection", ticket)
    writer.close()


def envelope(operation: str, values: Sequence[tuple[str, str]]) -> bytes:
    """A call as it goes over the wire."""
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in values)
    body = (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f'<soap:Body><{operation} xmlns="{NAMESPACE}">{inner}</{operation}></soap:Body></soap:Envelope>'
    ).encode()
    head = (
        "POST /qbwc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml; charset=utf-8\r\n"
        f'SOAPAction: "{NAMESPACE}{operation}"\r\nContent-Length: {len(body)}\r\n\r\n'
    )
    return head.encode() + body
