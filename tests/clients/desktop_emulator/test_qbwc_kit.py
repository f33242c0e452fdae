"""The emulator in front of a server that nobody here wrote: sessions over HTTP, with qbXML that others build."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from qbwc_kit import QBXMLRequest, add, mod, query  # type: ignore[import-untyped]
from tests.clients.desktop_emulator.kit import OWNER_ID, PASSWORD, Kit, kit
from tests.support.server import COMMAND, environment

from counterfoil.app.demo_company import open_us_company
from counterfoil.emulators.desktop.company import open_company
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.faults import Faults
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.report import SessionReport
from counterfoil.model.query import Select

Steps = Callable[[Any], Generator[Any, Any, None]]


class Job:
    """A task of the kit; what it reads is kept in `found`."""

    def __init__(self, steps: Steps) -> None:
        self.name = steps.__name__
        self.run = steps


def asked(*requests: Any, **more: Any) -> Any:
    return QBXMLRequest(list(requests), version="13.0", **more)


def session(server: Kit, folder: Path, *, faults: tuple[str, ...] = (), password: str = PASSWORD) -> SessionReport:
    """One session on the demo company in this folder, whose ledger is sound afterwards."""

    async def run() -> SessionReport:
        async with open_company(folder, fill=open_us_company) as company, httpx.AsyncClient(trust_env=False) as client:
            processor = RequestProcessor(company, faults=Faults(faults))
            report = await WebConnector(server.qwc, password, processor, client, pace=0.01).session()
            assert await company.violations() == []
            return report

    return asyncio.run(run())


def test_an_invoice_is_made_changed_and_found(tmp_path: Path) -> None:
    """Two hours at 150.00; then the third is added, under the edit sequence that the answer told."""
    found: dict[str, Any] = {}

    def bill(context: Any) -> Generator[Any, Any, None]:
        found["company"] = context.company_file
        line = {"ItemRef": {"ListID": "80000002-1234567890"}, "Quantity": "2"}
        customer = {"ListID": "80000001-1234567890"}
        made = yield asked(add("Invoice", {"CustomerRef": customer, "RefNumber": "K1", "InvoiceLineAdd": [line]}))
        invoice = made.first().raise_for_status().records[0]
        found["first"] = Decimal(invoice["BalanceRemaining"])
        more = {"TxnLineID": invoice["InvoiceLineRet"]["TxnLineID"], "Quantity": "3"}
        change = {"InvoiceLineMod": [more]}
        changed = yield asked(mod("Invoice", change, txn_id=invoice["TxnID"], edit_sequence=invoice["EditSequence"]))
        found["second"] = Decimal(changed.first().raise_for_status().records[0]["BalanceRemaining"])
        stale = yield asked(mod("Invoice", change, txn_id=invoice["TxnID"], edit_sequence=invoice["EditSequence"]))
        found["stale"] = stale.first().status_code
        listed = yield asked(query("Invoice", extra={"RefNumber": "K1"}))
        found["listed"] = [Decimal(each["BalanceRemaining"]) for each in listed.first().records]

    with kit(Job(bill)) as server:
        report = session(server, tmp_path)
    assert (report.ending, report.processed) == ("done", 4)
    assert found.pop("company").endswith("\\Larkspur Landscaping.qbw")
    assert found == {"first": Decimal(300), "second": Decimal(450), "stale": 3200, "listed": [Decimal(450)]}
    assert [len(each.errors) for each in server.ended] == [0]


def test_pages_of_an_iterator(tmp_path: Path) -> None:
    names: list[str] = []

    def walk(_context: Any) -> Generator[Any, Any, None]:
        request = query("Customer", max_returned=2, iterator="Start")
        while True:
            page = (yield asked(request)).first().raise_for_status()
            names.extend(each["FullName"] for each in page.records)
            if not page.has_more:
                return
            request.iterator, request.iterator_id = "Continue", page.iterator_id

    with kit(Job(walk)) as server:
        assert session(server, tmp_path).ending == "done"
    assert len(names) == len(set(names)) == 5, "the demo company has five customers"


def test_dot_net_headers_over_http(tmp_path: Path) -> None:
    def look(_context: Any) -> Generator[Any, Any, None]:
        yield asked(query("Customer"))

    with kit(Job(look)) as server:
        session(server, tmp_path)
    actions = [each["soapaction"].strip('"').rpartition("/")[2] for each in server.headers]
    assert actions == [
        *("serverVersion", "clientVersion", "authenticate", "sendRequestXML", "receiveResponseXML", "closeConnection"),
    ]
    for each in server.headers:
        assert each["soapaction"].startswith('"http://developer.intuit.com/')
        assert (each["content-type"], each["expect"]) == ("text/xml; charset=utf-8", "100-continue")
        assert "MS Web Services Client Protocol" in each["user-agent"]
        assert "accept" not in each


def test_quickbooks_own_failure_reaches_the_server(tmp_path: Path) -> None:
    def wrong(_context: Any) -> Generator[Any, Any, None]:
        yield asked(add("Customer", {"Phone": "555", "Name": "Out of order"}))

    with kit(Job(wrong)) as server:
        report = session(server, tmp_path)
    assert report.ending == "error"
    assert "0x80040400" in (report.error or "")


def test_a_dialog_is_told_and_the_wrong_password_refused(tmp_path: Path) -> None:
    def look(_context: Any) -> Generator[Any, Any, None]:
        yield asked(query("Customer"))

    with kit(Job(look)) as server:
        report = session(server, tmp_path, faults=("modal-dialog",))
        assert (report.ending, report.code) == ("company not reached", "0x80040414")
        assert session(server, tmp_path, password="wrong").ending == "invalid user"
        assert session(server, tmp_path).ending == "done"
    with kit() as idle:
        assert session(idle, tmp_path).ending == "no work"


def command(qwc: Path, folder: Path, *words: str) -> list[str]:
    options = ("--qwc", str(qwc), "--company", str(folder), *words)
    return [*COMMAND, "emulate", "desktop", *options]


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(words), env=environment(), capture_output=True, text=True, check=False, timeout=60)


def test_the_command_once(tmp_path: Path) -> None:
    def look(_context: Any) -> Generator[Any, Any, None]:
        yield asked(query("Customer", extra={"FullName": "Acme Corporation"}, owner_id=OWNER_ID))

    file, folder = tmp_path / "kit.qwc", tmp_path / "company"
    with kit(Job(look)) as server:
        file.write_bytes(server.qwc)
        done = ran(*command(file, folder, "--password", PASSWORD, "--once"))
        assert (done.returncode, done.stderr) == (0, "")
        assert "Larkspur Landscaping.qbw" in done.stdout
        assert "CustomerQuery: 0 Status OK" in done.stdout
        told = ran(*command(file, folder, "--password", PASSWORD, "--once", "--json"))
        events = [json.loads(line) for line in told.stdout.splitlines()]
        assert [each["event"] for each in events] == ["connected", "company", "request", "session"]
        assert (events[2]["request"], events[2]["id"]) == ("CustomerQueryRs", "80000001-1234567890")
        wrong = ran(*command(file, folder, "--password", "wrong", "--once"))
        assert (wrong.returncode, "password" in wrong.stderr) == (1, True)
    for known in (folder, tmp_path / "new"):
        away = ran(*command(file, known, "--password", PASSWORD, "--once"))
        assert (away.returncode, "counterfoil serve" in away.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "code"), [(("--fault", "earthquake"), 2), (("--utc-offset", "local"), 2), (("--once",), 1)]
)
def test_the_command_refuses_what_it_cannot_use(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    file = tmp_path / "kit.qwc"
    file.write_text("<QBWCXML/>")
    done = ran(*command(file, tmp_path / "company", "--password", PASSWORD, *words))
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("Not done:")


def test_the_command_stops_on_ctrl_c(tmp_path: Path) -> None:
    file, folder = tmp_path / "kit.qwc", tmp_path / "company"
    with kit() as server:
        file.write_bytes(server.qwc)
        process = subprocess.Popen(
            command(file, folder, "--password", PASSWORD, "--empty"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            began = time.monotonic()
            while sum("authenticate" in each["soapaction"] for each in server.headers) < 2:
                assert time.monotonic() - began < 30, "it comes back at the file's interval of a second"
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1] == "Stopped."


def test_fifty_connectors_in_one_loop(tmp_path: Path) -> None:
    """Each company holds exactly its own invoice."""

    def bill(_context: Any) -> Generator[Any, Any, None]:
        customer = {"ListID": "80000001-1234567890"}
        line = {"ItemRef": {"ListID": "80000002-1234567890"}, "Quantity": "1"}
        yield asked(add("Invoice", {"CustomerRef": customer, "RefNumber": "ONE", "InvoiceLineAdd": [line]}))

    async def one(server: Kit, client: httpx.AsyncClient, folder: Path) -> int:
        async with open_company(folder, fill=open_us_company) as company:
            processor = RequestProcessor(company)
            report = await WebConnector(server.qwc, PASSWORD, processor, client).session()
            assert report.ending == "done"
            return await company.look(
                lambda file: sum(each.ref_number == "ONE" for each in _invoices(company.books, file))
            )

    async def all_of_them(server: Kit) -> list[int]:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await asyncio.gather(*(one(server, client, tmp_path / str(number)) for number in range(50)))

    with kit(Job(bill)) as server:
        assert asyncio.run(all_of_them(server)) == [1] * 50


def _invoices(books: Any, file: Any) -> Any:
    return books.select(file, Select(resource="invoices")).items
