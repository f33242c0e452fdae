"""zeep: a SOAP client that reads our description, and knows nothing of the Web Connector but what stands in there."""

import threading
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4
from xml.etree import ElementTree

import pytest
import requests
from conductor import Conductor
from tests.clients.webconnector.conftest import Desk
from tests.support.server import Server
from tests.unit.books.desktop.house import answered, described
from zeep import Client, Transport
from zeep.exceptions import Fault

SPACE: Final = "http://developer.intuit.com/"
PATH: Final = "C:\\Books\\Acme.qbw"
TEXT, NUMBER, TEXTS = "string", "int", "ArrayOfString"
PUBLISHED: Final[dict[str, tuple[tuple[tuple[str, str, int], ...], tuple[str, int]]]] = {
    "serverVersion": ((("strVersion", TEXT, 0),), (TEXT, 0)),
    "clientVersion": ((("strVersion", TEXT, 0),), (TEXT, 0)),
    "authenticate": ((("strUserName", TEXT, 0), ("strPassword", TEXT, 0)), (TEXTS, 0)),
    "sendRequestXML": (
        (
            ("ticket", TEXT, 0),
            ("strHCPResponse", TEXT, 0),
            ("strCompanyFileName", TEXT, 0),
            ("qbXMLCountry", TEXT, 0),
            ("qbXMLMajorVers", NUMBER, 1),
            ("qbXMLMinorVers", NUMBER, 1),
        ),
        (TEXT, 0),
    ),
    "receiveResponseXML": (
        (("ticket", TEXT, 0), ("response", TEXT, 0), ("hresult", TEXT, 0), ("message", TEXT, 0)),
        (NUMBER, 1),
    ),
    "connectionError": ((("ticket", TEXT, 0), ("hresult", TEXT, 0), ("message", TEXT, 0)), (TEXT, 0)),
    "getLastError": ((("ticket", TEXT, 0),), (TEXT, 0)),
    "closeConnection": ((("ticket", TEXT, 0),), (TEXT, 0)),
    "getInteractiveURL": ((("wcTicket", TEXT, 0), ("sessionID", TEXT, 0)), (TEXT, 0)),
    "interactiveRejected": ((("wcTicket", TEXT, 0), ("reason", TEXT, 0)), (TEXT, 0)),
    "interactiveDone": ((("wcTicket", TEXT, 0),), (TEXT, 0)),
}
"""Parameters in order with type and least number, and the result: the vendor's published description for the first
eight, the Programmer's Guide for the three interactive ones."""


@pytest.fixture
def soap(service: Server) -> Iterator[Client]:
    with requests.Session() as line:
        line.trust_env = False
        transport = Transport(session=line, timeout=20, operation_timeout=20)  # type: ignore[no-untyped-call]
        yield Client(f"{service.url}/qbwc?wsdl", transport=transport)  # type: ignore[no-untyped-call]


class Talk:
    """A session, held with zeep."""

    def __init__(self, soap: Client, desk: Desk) -> None:
        self.call = soap.service
        self.desk = desk
        self.ticket, self.path = self.call.authenticate(strUserName=desk.id, strPassword=desk.password)

    def ask(self, told: str = "") -> str | None:
        document: str | None = self.call.sendRequestXML(
            ticket=self.ticket,
            strHCPResponse=told,
            strCompanyFileName=PATH,
            qbXMLCountry="US",
            qbXMLMajorVers=16,
            qbXMLMinorVers=0,
        )
        return document

    def bring(self, answer: str, hresult: str = "", message: str = "") -> int:
        progress: int = self.call.receiveResponseXML(
            ticket=self.ticket, response=answer, hresult=hresult, message=message
        )
        return progress

    def company(self, *, file_id: str | None = None, owner: str | None = None) -> str:
        return described((file_id or self.desk.file_id).strip("{}"), (owner or self.desk.owner_id).strip("{}"))


def test_the_description_is_the_published_one(soap: Client, service: Server) -> None:
    assert list(soap.wsdl.services) == ["QBWebConnectorSvc"]
    port = soap.wsdl.services["QBWebConnectorSvc"].ports["QBWebConnectorSvcSoap"]
    assert port.binding_options["address"] == f"http://localhost:{service.url.rpartition(':')[2]}/qbwc"
    operations = port.binding.all()
    found = {name: (_parts(each.input), _result(name, each.output)) for name, each in operations.items()}
    assert found == PUBLISHED
    assert {each.soapaction for each in operations.values()} == {SPACE + name for name in PUBLISHED}
    assert {each.style for each in operations.values()} == {"document"}


def _parts(message: Any) -> tuple[tuple[str, str, int], ...]:
    assert message.body.qname.namespace == SPACE
    return tuple((name, each.type.qname.localname, each.min_occurs) for name, each in message.body.type.elements)


def _result(operation: str, message: Any) -> tuple[str, int]:
    ((name, kind, least),) = _parts(message)
    assert message.body.qname.localname == f"{operation}Response"
    assert name == f"{operation}Result"
    return kind, least


def test_texts_are_in_the_namespace_where_net_looks_for_them(soap: Client) -> None:
    kind = soap.get_type(f"{{{SPACE}}}ArrayOfString")  # type: ignore[no-untyped-call]
    ((name, element),) = kind.elements
    assert (name, element.qname.namespace, element.max_occurs, element.nillable) == ("string", SPACE, "unbounded", True)


def test_every_operation_can_be_called(soap: Client) -> None:
    call = soap.service
    assert call.serverVersion().startswith("Counterfoil ")
    assert not call.clientVersion(strVersion="2.3.0.215")
    ticket, word = call.authenticate(strUserName="nobody", strPassword="nothing")
    assert (bool(ticket), word) == (True, "nvu")
    assert not call.sendRequestXML(ticket, "", "", "US", 16, 0)
    assert call.receiveResponseXML(ticket, "", "", "") == -1
    assert call.connectionError(ticket, "0x80040408", "Could not start QuickBooks.") == "done"
    assert "session is over" in call.getLastError(ticket)
    assert call.closeConnection(ticket) == "OK"
    assert not call.getInteractiveURL(ticket, "1")
    assert not call.interactiveRejected(ticket, "no")
    assert call.interactiveDone(ticket) == "Done"


def test_a_session_by_hand(soap: Client, desk: Desk, conductor: Conductor) -> None:
    talk = Talk(soap, desk)
    assert talk.path is None, "whatever company is open"
    idle = talk.ask(talk.company()) or ""
    assert "HostQueryRq" in idle
    assert 0 <= talk.bring(answered(idle)) < 100
    assert soap.service.getLastError(ticket=talk.ticket) == "NoOp"
    assert desk.shown()["state"] == "live"

    made: list[Any] = []
    asking = threading.Thread(
        target=lambda: made.append(conductor.qbd.customers.create(name="Ada & Sons", conductor_end_user_id=desk.id))
    )
    asking.start()
    document = talk.ask() or ""
    while "CustomerAddRq" not in document:
        talk.bring(answered(document))
        document = talk.ask() or ""
    request = ElementTree.fromstring(document).find("QBXMLMsgsRq/CustomerAddRq/CustomerAdd/Name")
    assert request is not None
    assert request.text == "Ada & Sons", "escaped within what is escaped"
    assert 0 < talk.bring(answered(document)) < 100
    asking.join(10)
    assert [(each.name, each.id) for each in made] == [("Ada & Sons", "80000001-1772452800")]
    assert soap.service.closeConnection(ticket=talk.ticket) == "OK"
    assert talk.ask() is None


def test_what_authenticate_says(soap: Client, desk: Desk) -> None:
    call = soap.service
    assert call.authenticate(strUserName=desk.id, strPassword=f"{desk.password}x")[1] == "nvu"
    desk.pause(5)
    ticket, word = call.authenticate(strUserName=desk.id, strPassword=desk.password)
    assert word == "none"
    assert call.closeConnection(ticket=ticket) == "OK", "as the Web Connector does after `none`"
    desk.pause(0)
    talk = Talk(soap, desk)
    talk.bring(answered(talk.ask(talk.company()) or ""))
    call.closeConnection(ticket=talk.ticket)
    assert Talk(soap, desk).path == PATH, "the file that was open when all was right"
    desk.set_live(False)
    assert Talk(soap, desk).path == "none"


@pytest.mark.parametrize("case", ["another file", "another program", "no mark", "another connection"])
def test_a_company_that_is_not_the_right_one(soap: Client, desk: Desk, case: str) -> None:
    talk = Talk(soap, desk)
    told = {
        "another file": talk.company(file_id=str(uuid4())),
        "another program": talk.company(owner=str(uuid4())),
        "no mark": talk.company().replace("FileID", "Colour"),
        "another connection": talk.company(file_id=desk.owner_id),
    }[case]
    document = talk.ask(told)
    if document is not None:
        assert "CompanyQueryRq" in document
        assert talk.bring(told) == -1
    words = soap.service.getLastError(ticket=talk.ticket)
    code = "QBD_WRONG_COMPANY_FILE" if document is None else "QBD_COMPANY_UNPROVED"
    assert code in words
    assert "1. " in words, "steps to mend it"
    assert talk.ask() is None
    assert soap.service.closeConnection(ticket=talk.ticket) == "OK"
    assert desk.shown()["state"] == "needs_attention"


def test_quickbooks_that_cannot_be_opened(soap: Client, desk: Desk) -> None:
    talk = Talk(soap, desk)
    words = "A modal dialog box is showing in the QuickBooks user interface."
    assert soap.service.connectionError(talk.ticket, "0x80040414", words) == "done", "no path is known to try"
    assert soap.service.closeConnection(ticket=talk.ticket) == "OK"
    assert Talk(soap, desk).path is None


def test_what_is_no_call_is_a_fault_to_zeep(soap: Client, service: Server) -> None:
    binding = soap.wsdl.services["QBWebConnectorSvc"].ports["QBWebConnectorSvcSoap"].binding
    answer = soap.transport.post(f"{service.url}/qbwc", "<!DOCTYPE x><x/>", {"Content-Type": "text/xml"})
    with pytest.raises(Fault, match="document type"):
        binding.process_reply(soap, binding.get("getLastError"), answer)
