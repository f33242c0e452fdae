"""QuickBooks Online as a new user meets it: two processes, a link, an invoice; and servers that are killed over one."""

import asyncio
import contextlib
import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import conductor
import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.acceptance.conftest import COMMAND, PATIENCE, Serve, Server, run

from counterfoil.app.online_sandbox import sandbox
from counterfoil.emulators.online.company import US_REALM
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.emulators.online.serving import served

Json = dict[str, Any]
NOTE: Final = "killed and found"
ANYBODY: Final = {"Authorization": 'OAuth oauth_token="any"', "Accept": "application/json"}


@contextmanager
def _emulated(folder: Path) -> Iterator[str]:
    """`counterfoil emulate online` while the block runs; its address."""
    process = subprocess.Popen(
        [*COMMAND, "emulate", "online", "--port", "0", "--companies", str(folder), "--auto-consent", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield told["discovery_url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def _settings(discovery: str) -> Mapping[str, str]:
    return {"COUNTERFOIL_INTUIT_ENVIRONMENT": discovery}


def _connected(server: Server) -> str:
    """A new connection that a person has connected with the printed link; its id."""
    made = run(server.data, "connection", "create", "--books", "online", "--name", "My company", "--json").json
    assert made["state"] == "created"
    answer = httpx.get(made["connect_url"], follow_redirects=True, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    assert "is connected" in answer.text
    return str(made["id"])


def _found(intuit: str, entity: str) -> list[Json]:
    address = f"{intuit}/v3/company/{US_REALM}/query"
    query = {"query": f"select * from {entity} maxresults 1000"}
    told: Json = httpx.get(address, params=query, headers=ANYBODY, timeout=PATIENCE).json()["QueryResponse"]
    return list(told.get(entity, []))


@pytest.mark.slow
def test_from_nothing_to_an_invoice_in_quickbooks_online(tmp_path: Path, data: Path, serve: Serve) -> None:
    with _emulated(tmp_path / "intuit") as discovery:
        intuit = discovery.partition("/.well-known")[0]
        server = serve(data, environment=_settings(discovery))
        connection = _connected(server)
        shown = run(data, "connection", "show", connection, "--json").json
        assert (shown["state"], shown["company"], shown["realm"]) == ("live", "Sandbox Company_US_1", US_REALM)
        key = run(data, "key", "create", "--json").json["key"]
        caller = conductor.Conductor(api_key=key, base_url=f"{server.url}/v1")
        made = caller.qbd.invoices.create(
            customer_id="1",
            transaction_date="2026-03-02",
            lines=[{"item_id": "1", "quantity": 3, "rate": "10.00"}],
            memo="the first one",
            conductor_end_user_id=connection,
        )
        assert made.subtotal == "30.00"
        again = caller.qbd.invoices.retrieve(made.id, conductor_end_user_id=connection)
        assert (again.id, again.memo, again.subtotal) == (made.id, "the first one", "30.00")
        there = [each for each in _found(intuit, "Invoice") if each.get("PrivateNote") == "the first one"]
        assert [(each["Id"], each["CustomerRef"]["value"]) for each in there] == [(made.id, "1")]
        assert there[0]["TotalAmt"] == pytest.approx(float(made.subtotal) + float(made.sales_tax_total or 0))
        assert there[0]["DocNumber"] == made.ref_number
        listed = run(data, "connection", "list", "--json").json["data"]
        assert [(each["books"], each["state"]) for each in listed if each["id"] == connection] == [("online", "live")]
        assert run(data, "connection", "delete", connection, "--json").json["deleted"] is True
        assert server.stop() == 0
        assert server.errors() == ""


class Killer:
    """Intuit's front, where a server is killed over its next write: before it has arrived, or once it is done."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kill: Callable[[], None] | None = None
        self.point = ""
        self.killed = threading.Event()
        self.request_ids: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope.get("query_string", b"").decode()
        if scope["type"] != "http" or scope["method"] != "POST" or "requestid=" not in query:
            await self.app(scope, receive, send)
            return
        self.request_ids.append(query.partition("requestid=")[2].partition("&")[0])
        kill, self.kill = self.kill, None
        if kill is None:
            await self.app(scope, receive, send)
            return
        if self.point != "before":
            await self.app(scope, receive, _nobody if self.point == "after" else send)
        await asyncio.to_thread(kill)
        self.killed.set()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _nobody(_: object) -> None:
    """Where an answer goes that nobody gets."""


class Intuit:
    """An emulated Intuit in a thread of this process, at which servers are killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.emulator: OnlineEmulator | None = None
        self.killer: Killer | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> "Intuit":
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        emulator = Fronted(sandbox(self.folder))
        self.emulator, self.killer = emulator, emulator.killer
        async with served(emulator) as url:
            self.url = url
            self._ready.set()
            await self._stop.wait()

    def violations(self) -> list[str]:
        assert self.emulator is not None
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(self.emulator.violations(), self._loop).result(PATIENCE)


class Fronted(OnlineEmulator):
    """The emulator behind its killer."""

    def __init__(self, *companies: Any) -> None:
        super().__init__(*companies)
        self.killer = Killer(super().app)

    @property
    def app(self) -> ASGIApp:
        return self.killer


def _creating(_: Json) -> tuple[str, Json]:
    body = {"customerId": "2", "transactionDate": "2026-03-02", "memo": NOTE}
    return "/invoices", {**body, "lines": [{"itemId": "1", "quantity": 3, "rate": "10.00"}]}


def _updating(invoice: Json) -> tuple[str, Json]:
    return f"/invoices/{invoice['Id']}", {"revisionNumber": invoice["SyncToken"], "memo": NOTE}


def _voiding(invoice: Json) -> tuple[str, Json]:
    return f"/invoices/{invoice['Id']}/void", {}


def _paying(invoice: Json) -> tuple[str, Json]:
    applied = [{"transactionId": invoice["Id"], "paymentAmount": "30.00"}]
    body = {"customerId": "1", "transactionDate": "2026-03-03", "totalAmount": "30.00", "memo": NOTE}
    return "/receive-payments", {**body, "applyToTransactions": applied}


def _one_invoice(intuit: str, before: Json) -> None:
    noted = [each for each in _found(intuit, "Invoice") if each.get("PrivateNote") == NOTE]
    assert [each["Line"][-1]["Amount"] for each in noted] == [30]


def _one_change(intuit: str, before: Json) -> None:
    after = next(each for each in _found(intuit, "Invoice") if each["Id"] == before["Id"])
    assert after["PrivateNote"] == NOTE
    assert int(after["SyncToken"]) == int(before["SyncToken"]) + 1


def _one_void(intuit: str, before: Json) -> None:
    after = next(each for each in _found(intuit, "Invoice") if each["Id"] == before["Id"])
    assert after["TotalAmt"] == 0
    assert int(after["SyncToken"]) == int(before["SyncToken"]) + 1


def _one_payment(intuit: str, before: Json) -> None:
    assert [each["TotalAmt"] for each in _found(intuit, "Payment") if each.get("PrivateNote") == NOTE] == [30]
    after = next(each for each in _found(intuit, "Invoice") if each["Id"] == before["Id"])
    assert after["Balance"] == pytest.approx(before["Balance"] - 30)


VERBS: Final = {
    "create": (_creating, _one_invoice),
    "update": (_updating, _one_change),
    "void": (_voiding, _one_void),
    "payment": (_paying, _one_payment),
}


@pytest.mark.slow
@pytest.mark.parametrize("point", ["before", "after", "answered"])
@pytest.mark.parametrize("verb", VERBS)
def test_killed_in_the_middle_of_a_write(tmp_path: Path, data: Path, serve: Serve, verb: str, point: str) -> None:
    """`kill -9` when a write is on its way, when Intuit has carried it out, and when its answer is being read."""
    make, check = VERBS[verb]
    with Intuit(tmp_path / "intuit") as intuit:
        settings = _settings(f"{intuit.url}/.well-known/openid_sandbox_configuration")
        server = serve(data, environment=settings)
        connection = _connected(server)
        key = run(data, "key", "create", "--json").json["key"]
        headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection, "Idempotency-Key": "one"}
        standing = _ask(server, "/invoices", {**_creating({})[1], "customerId": "1", "memo": "standing"}, headers, "0")
        before = next(each for each in _found(intuit.url, "Invoice") if each["Id"] == standing["id"])
        path, body = make(before)
        assert intuit.killer is not None
        intuit.killer.request_ids.clear()
        intuit.killer.kill, intuit.killer.point = server.kill, point
        with contextlib.suppress(httpx.TransportError) if point == "answered" else pytest.raises(httpx.TransportError):
            _ask(server, path, body, headers)
        assert intuit.killer.killed.wait(PATIENCE)
        server.start()
        told = _ask(server, path, body, headers)
        assert told["id"]
        check(intuit.url, before)
        assert intuit.violations() == []
        assert len(set(intuit.killer.request_ids)) == 1, "every sending bears the same request id"
        assert _ask(server, path, body, headers)["id"] == told["id"]
        check(intuit.url, before)


def _ask(server: Server, path: str, body: Json, headers: Mapping[str, str], key: str = "one") -> Json:
    sent = {**headers, "Idempotency-Key": key}
    answer = httpx.post(f"{server.url}/v1/quickbooks-desktop{path}", json=body, headers=sent, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told
