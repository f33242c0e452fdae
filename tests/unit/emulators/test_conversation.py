"""A session's calls in their order, and how each answer of a server leads on."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.unit.emulators.office import code, count, document, in_office, invoice, messages, office
from tests.unit.emulators.server import FILE_ID, Server, connector, held

from counterfoil.emulators.desktop.faults import LineCut
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.report import Event, SessionReport

GREETING = ("serverVersion", "clientVersion", "authenticate")
ROUND = ("sendRequestXML", "receiveResponseXML")


def session(folder: Path, server: Server, *, faults: tuple[str, ...] = (), **more: Any) -> tuple[SessionReport, int]:
    """A session's report, and how many invoices the company holds after it."""

    async def work(processor: RequestProcessor) -> tuple[SessionReport, int]:
        report = await held(processor, server, **more)
        assert list(report.calls) == server.calls
        return report, await count(processor)

    return in_office(folder, work, faults=faults)


def test_the_order_of_the_calls(tmp_path: Path) -> None:
    server = Server(
        sendRequestXML=[document(invoice(number="1")), document(invoice(number="2"))], receiveResponseXML=[50, 100]
    )
    report, invoices = session(tmp_path, server)
    assert report.calls == (*GREETING, *ROUND, *ROUND, "closeConnection")
    assert (report.ending, report.processed, report.percent, report.closing) == ("done", 2, 100, "OK")
    assert invoices == 2
    assert server.asked("authenticate") == [{"strUserName": "small", "strPassword": "secret"}]
    received = server.asked("receiveResponseXML")
    assert [code(each["response"]) for each in received] == ["0", "0"]
    assert "hresult" not in received[0], "empty: .NET writes <hresult />"


def test_the_first_request_carries_the_company(tmp_path: Path) -> None:
    server = Server(sendRequestXML=document("<HostQueryRq/>"), receiveResponseXML=[10, 100])
    session(tmp_path, server)
    first, second = server.asked("sendRequestXML")
    described = messages(first["strHCPResponse"])
    assert [each.name for each in described.children] == ["HostQueryRs", "CompanyQueryRs", "PreferencesQueryRs"]
    assert [each.attributes["requestID"] for each in described.children] == ["0", "1", "2"]
    stamps = {
        each.text_of("DataExtName"): each.text_of("DataExtValue")
        for each in described.children[1].children[0].named("DataExtRet")
    }
    assert stamps["FileID"] == FILE_ID
    assert (stamps["AppLock"] or "").startswith("LOCKED:COUNTERFOIL-PC:")
    assert first["strCompanyFileName"].endswith("\\Small & Sons.qbw")
    assert (first["qbXMLCountry"], first["qbXMLMajorVers"], first["qbXMLMinorVers"]) == ("US", "16", "0")
    assert "strHCPResponse" not in second


def test_rpc_style(tmp_path: Path) -> None:
    """Such a server answers with results of no namespace."""

    def unnamed(request: httpx.Request) -> httpx.Response:
        answer = server(request)
        body = answer.content.replace(b"Result>", b"Result xmlns=''>", 1)
        return httpx.Response(200, content=body, headers={"Content-Type": "text/xml"})

    server = Server(sendRequestXML=document(invoice()))

    async def work(processor: RequestProcessor) -> str:
        return (await held(processor, unnamed, style="RPC")).ending

    assert in_office(tmp_path, work) == "done"
    assert server.asked("receiveResponseXML")[0]["ticket"] == "TICKET"


@pytest.mark.parametrize(
    ("answer", "ending", "closed"),
    [
        (("", "nvu"), "invalid user", True),
        (("T", "NVU"), "invalid user", True),
        (("T", "none"), "no work", True),
        (("T", "None"), "no work", True),
        (("T", "busy"), "busy", False),
        (("T", "", "30"), "postponed", False),
        (("T", "none", "30", "60"), "postponed", False),
    ],
)
def test_what_authenticate_says(tmp_path: Path, answer: tuple[str, ...], ending: str, closed: bool) -> None:
    report, _ = session(tmp_path, Server(authenticate=answer))
    assert report.ending == ending
    assert report.calls == (*GREETING, *(("closeConnection",) if closed else ()))
    assert report.postponed == (30 if "30" in answer else None)
    assert report.minimum_interval == (60 if "60" in answer else None)


def test_a_lower_bound_of_the_interval(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> float:
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(Server(authenticate=("T", "none", "", "900")))
        ) as client:
            one = connector(processor, client)
            assert one.interval == 60
            await one.session()
            return one.interval

    assert in_office(tmp_path, work) == 900


@pytest.mark.parametrize(("answer", "ending"), [("E:too old", "upgrade needed"), ("O:2.5", "upgrade needed")])
def test_a_server_that_wants_another_version(tmp_path: Path, answer: str, ending: str) -> None:
    report, _ = session(tmp_path, Server(clientVersion=answer))
    assert (report.ending, report.calls, report.error) == (ending, GREETING[:2], answer[2:])


def test_a_warning_and_missing_operations_stop_nothing(tmp_path: Path) -> None:
    missing = httpx.Response(404, text="no")
    told: list[Event] = []
    server = Server(serverVersion=missing, clientVersion="W:update soon", sendRequestXML=document(invoice()))
    report, _ = session(tmp_path, server, tell=told.append)
    assert report.ending == "done"
    assert ("warning", "update soon") in [(each.kind, each.text) for each in told]
    assert session(tmp_path, Server(clientVersion=missing, authenticate=("T", "none")))[0].ending == "no work"


def test_an_empty_request_ends_in_the_last_error(tmp_path: Path) -> None:
    report, _ = session(tmp_path, Server(getLastError="Nothing to do"))
    assert report.calls == (*GREETING, "sendRequestXML", "getLastError", "closeConnection")
    assert (report.ending, report.error) == ("error", "Nothing to do")


@pytest.mark.parametrize("empty", ["", "NoOp"])
def test_no_op_pauses_and_asks_again(tmp_path: Path, empty: str) -> None:
    server = Server(sendRequestXML=[empty, "", document(invoice())], getLastError="NoOp")
    report, invoices = session(tmp_path, server)
    assert report.calls == (
        *(*GREETING, "sendRequestXML", "getLastError", "sendRequestXML", "getLastError", *ROUND, "closeConnection"),
    )
    assert (report.ending, invoices) == ("done", 1)


def test_interactive_mode(tmp_path: Path) -> None:
    server = Server(
        sendRequestXML=["", document(invoice())],
        getLastError="Interactive mode",
        getInteractiveURL="https://books.example.com/choose",
        interactiveDone=["not yet", "Done"],
    )
    report, _ = session(tmp_path, server)
    assert report.calls[3:8] == (
        *("sendRequestXML", "getLastError", "getInteractiveURL", "interactiveDone", "interactiveDone"),
    )
    assert report.ending == "done"


def test_a_negative_number_leads_to_the_last_error(tmp_path: Path) -> None:
    server = Server(sendRequestXML=document(invoice()), receiveResponseXML=-1, getLastError="It does not fit")
    report, _ = session(tmp_path, server)
    assert report.calls == (*GREETING, *ROUND, "getLastError", "closeConnection")
    assert (report.ending, report.error, report.percent) == ("error", "It does not fit", -1)


@pytest.mark.parametrize("number", ["33.3", "", "done"])
def test_a_number_that_is_none(tmp_path: Path, number: str) -> None:
    report, _ = session(tmp_path, Server(sendRequestXML=document(invoice()), receiveResponseXML=number))
    assert (report.ending, report.code) == ("error", "QBWC1042")


@pytest.mark.parametrize(
    ("operation", "code_"),
    [("authenticate", "QBWC1012"), ("sendRequestXML", "QBWC1041"), ("receiveResponseXML", "QBWC1042")],
)
def test_a_page_in_the_place_of_an_answer(tmp_path: Path, operation: str, code_: str) -> None:
    page = httpx.Response(200, html="<html><p>Oops</html>")
    answers: dict[str, Any] = {"sendRequestXML": document(invoice()), operation: page}
    server = Server(**answers)
    report, _ = session(tmp_path, server)
    assert (report.ending, report.code) == ("error", code_)


def test_nobody_there(tmp_path: Path) -> None:
    report, _ = session(tmp_path, Server(serverVersion=httpx.ConnectError("refused")))
    assert (report.ending, report.calls) == ("unreachable", ("serverVersion",))


def test_a_line_that_breaks_is_not_called_again(tmp_path: Path) -> None:
    server = Server(sendRequestXML=document(invoice()), receiveResponseXML=httpx.ReadError("reset"))
    report, invoices = session(tmp_path, server)
    assert report.calls == (*GREETING, *ROUND)
    assert (report.ending, invoices) == ("error", 1)


def test_what_quickbooks_refuses_is_told_with_its_hresult(tmp_path: Path) -> None:
    server = Server(sendRequestXML=document("<Nonsense/>"))
    report, _ = session(tmp_path, server)
    (received,) = server.asked("receiveResponseXML")
    assert received["hresult"] == "0x80040400"
    assert received["message"] == "QuickBooks found an error when parsing the provided XML text stream."
    assert "response" not in received
    assert report.ending == "done"


@pytest.mark.parametrize(
    ("fault", "hresult"),
    [
        ("modal-dialog", "0x80040414"),
        ("closed", "0x80040408"),
        ("renamed-file", "0x80040403"),
        ("access-denied", "0x80040418"),
        ("auto-login", "0x8004041D"),
    ],
)
def test_a_company_that_cannot_be_opened(tmp_path: Path, fault: str, hresult: str) -> None:
    server = Server(sendRequestXML=document(invoice()))
    report, invoices = session(tmp_path, server, faults=(fault,))
    assert report.calls == (*GREETING, "connectionError", "closeConnection")
    assert (report.ending, report.code, invoices) == ("company not reached", hresult, 0)
    assert server.asked("connectionError")[0]["hresult"] == hresult


def test_the_server_may_name_another_file(tmp_path: Path) -> None:
    """An empty answer means the file that is open."""
    server = Server(
        authenticate=("T", "C:\\Moved.qbw"), connectionError=["C:\\Other.qbw", ""], sendRequestXML=document(invoice())
    )
    report, invoices = session(tmp_path, server)
    assert [each["hresult"] for each in server.asked("connectionError")] == ["0x8004040A"] * 2
    assert (report.ending, invoices) == ("done", 1)


def test_another_company_is_told_by_its_file_id(tmp_path: Path) -> None:
    server = Server(sendRequestXML=document("<HostQueryRq/>"))
    session(tmp_path, server, faults=("wrong-company",))
    described = server.asked("sendRequestXML")[0]["strHCPResponse"]
    assert "FileID" in described
    assert FILE_ID not in described


def test_a_file_that_carries_the_stamp_of_another_connection(tmp_path: Path) -> None:
    other = "{00000000-0000-0000-0000-000000000001}"

    async def work(processor: RequestProcessor) -> list[str]:
        await processor.company.stamp("{57F3B9B1-86F1-4FCC-B1EE-566DE1813D20}", other)
        told: list[Event] = []
        server = Server(sendRequestXML=document("<HostQueryRq/>"))
        await held(processor, server, tell=told.append)
        assert other in server.asked("sendRequestXML")[0]["strHCPResponse"]
        return [each.kind for each in told]

    assert in_office(tmp_path, work)[0] == "foreign_file"


@pytest.mark.parametrize(
    ("fault", "invoices", "last"),
    [("drop-before-process", 0, "sendRequestXML"), ("drop-after-process", 1, "sendRequestXML")],
)
def test_a_line_cut_around_the_work(tmp_path: Path, fault: str, invoices: int, last: str) -> None:
    report, found = session(tmp_path, Server(sendRequestXML=document(invoice())), faults=(fault,))
    assert (report.ending, report.calls[-1], found) == ("cut", last, invoices)


@pytest.mark.parametrize(
    "step",
    [
        f"{when} {what}"
        for what in (
            *GREETING,
            "BeginSession",
            "sendRequestXML",
            "ProcessRequest",
            "receiveResponseXML",
            "closeConnection",
        )
        for when in ("before", "after")
    ],
)
def test_a_line_may_be_cut_at_every_step(tmp_path: Path, step: str) -> None:
    steps: list[str] = []

    async def hook(now: str) -> None:
        steps.append(now)
        if now == step:
            raise LineCut(now)

    report, invoices = session(tmp_path, Server(sendRequestXML=document(invoice())), hook=hook)
    assert report.ending == "cut"
    assert steps[-1] == step, "nothing happens after it"
    done = ("after ProcessRequest", "before receiveResponseXML", "after receiveResponseXML")
    assert invoices == (step in done or step.endswith("closeConnection"))


def test_half_an_answer(tmp_path: Path) -> None:
    server = Server(sendRequestXML=document(invoice()), receiveResponseXML=[10, 100])
    session(tmp_path, server, faults=("truncated-answer",))
    half, whole = (each["response"] for each in server.asked("receiveResponseXML"))
    assert whole.endswith("</QBXML>")
    assert not half.endswith("</QBXML>")


def test_a_second_web_connector(tmp_path: Path) -> None:
    server = Server(authenticate=[("T", ""), ("SECOND", "")], sendRequestXML=document(invoice()))
    report, _ = session(tmp_path, server, faults=("duplicate-session",))
    assert report.calls == (
        *(*GREETING, "sendRequestXML", "authenticate", "closeConnection", "receiveResponseXML", "closeConnection"),
    )
    assert [each["ticket"] for each in server.asked("closeConnection")] == ["SECOND", "T"]
    assert server.asked("receiveResponseXML")[0]["ticket"] == "T"


def test_busy_is_told_and_nothing_is_done(tmp_path: Path) -> None:
    server = Server(sendRequestXML=document(invoice()), receiveResponseXML=[10, 100])
    _, invoices = session(tmp_path, server, faults=("busy",))
    first, second = server.asked("receiveResponseXML")
    assert (first["hresult"], "hresult" in second, invoices) == ("0x8004041B", False, 1)


def test_run_comes_back_until_it_is_stopped(tmp_path: Path) -> None:
    async def run() -> tuple[list[str], list[str]]:
        server = Server(sendRequestXML=["", document(invoice())], getLastError="NoOp", receiveResponseXML=100)
        stop = asyncio.Event()
        endings: list[str] = []

        def ended(report: SessionReport) -> None:
            endings.append(report.ending)
            if len(endings) == 3:
                stop.set()

        async with office(tmp_path) as processor, httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
            await asyncio.wait_for(connector(processor, client, pace=0.0001).run(stop, ended), 20)
            return endings, server.calls

    endings, calls = asyncio.run(run())
    assert endings == ["done"] * 3
    assert calls.count("authenticate") == 3


def test_told_to_stop_it_closes_a_session_that_waits(tmp_path: Path) -> None:
    """The server holds sendRequestXML, as it does in live mode."""
    stop = asyncio.Event()

    class Held(httpx.AsyncBaseTransport):
        def __init__(self) -> None:
            self.server = Server()

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await request.aread()
            if b"<sendRequestXML" in request.content:
                asyncio.get_running_loop().call_later(0.05, stop.set)
                await asyncio.sleep(60)
            return self.server(request)

    async def run() -> SessionReport:
        async with office(tmp_path) as processor, httpx.AsyncClient(transport=Held()) as client:
            return await asyncio.wait_for(connector(processor, client).session(stop), 20)

    report = asyncio.run(run())
    assert (report.ending, report.calls[-2:]) == ("stopped", ("sendRequestXML", "closeConnection"))
