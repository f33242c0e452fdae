"""A ChargeOver dialect that runs: an installation with the demo companies, served over HTTP from a thread."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import uvicorn
from starlette.routing import Router

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import CANADIAN_CONNECTION, US_CONNECTION
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import Clock
from counterfoil.dialects.chargeover.routes import ChargeOverApi, Limits
from counterfoil.dispatch.administration import NewConnection
from counterfoil.storage.company import CompanyFile

T = TypeVar("T")

LIMITS: Final = Limits(max_body=256 * 1024, max_lines=60, timeout=30)
PATIENCE: Final = 30
FIELDS: Final = ["code", "status", "message", "details", "response"]


class Office:
    """The dialect at an address, and what a test asks of what lies behind it."""

    def __init__(self, running: Running, loop: asyncio.AbstractEventLoop, url: str) -> None:
        self.running = running
        self.loop = loop
        self.url = url
        self.clients: list[Client] = []

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def key(self, connection: str | None = US_CONNECTION, account: str | None = None) -> str:
        """A fresh key, bound to a connection or not."""
        administration = self.running.administration

        async def work() -> str:
            owner = await administration.account(account)
            return (await administration.create_key(owner.id, connection, "test"))[1]

        return self.do(work())

    def account(self, name: str) -> str:
        """Another account with a company of its own; its connection's id."""
        administration = self.running.administration

        async def work() -> str:
            owner = await administration.create_account(name)
            made = await administration.create_connection(owner, NewConnection(name=name, books="embedded"))
            return made.id

        return self.do(work())

    def violations(self, connection: str = US_CONNECTION) -> list[str]:
        """Each invariant of the ledger that does not hold."""
        running = self.running

        async def work() -> list[str]:
            books = running.books["embedded"]
            return await running.store.read(
                lambda session: books.violations(CompanyFile(session, connection, running.clock))
            )

        return self.do(work())

    def client(self, key: str) -> "Client":
        made = Client(self.url, key)
        self.clients.append(made)
        return made


class Client:
    """A caller: it checks the envelope of every answer and gives what is inside."""

    def __init__(self, url: str, key: str) -> None:
        self.key = key
        self.http = httpx.Client(base_url=f"{url}/api/v3", auth=basic(key), timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any = None, code: int = 200, **headers: str) -> Any:
        return self.told(method, path, body, code, **headers)["response"]

    def told(self, method: str, path: str, body: Any = None, code: int = 200, **headers: str) -> dict[str, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.http.request(method, path, json=body, headers=named)
        envelope: dict[str, Any] = answer.json()
        assert answer.status_code == code, (answer.status_code, envelope, answer.headers.get("counterfoil-problems"))
        assert list(envelope) == FIELDS
        assert envelope["code"] == code
        assert envelope["status"] == ("OK" if code < 300 else "Error")
        return envelope

    def find(self, type_: str, **parameters: Any) -> Any:
        answer = self.http.get(f"/{type_}", params=parameters)
        assert answer.status_code == 200, (answer.json(), answer.headers.get("counterfoil-problems"))
        return answer.json()["response"]

    def item(self, name: str) -> int:
        return int(self.find("item", where=f"name:EQUALS:{name}")[0]["item_id"])

    def customer(self, name: str = "Acme Corporation") -> int:
        return int(self.find("customer", where=f"company:EQUALS:{name}")[0]["customer_id"])

    def invoice(self, *lines: dict[str, Any], **fields: Any) -> int:
        """The number of a new invoice; without lines it has one paver of 10.00."""
        customer = fields.pop("customer_id", None) or self.customer()
        lines = lines or ({"item_id": self.item("Paver"), "line_rate": 10},)
        body = {"customer_id": customer, "line_items": list(lines), **fields}
        return int(self.ask("POST", "/invoice", body, 201)["id"])

    def read(self, invoice: int) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/invoice/{invoice}")
        return found


def basic(key: str) -> tuple[str, str]:
    """User and password of a key: its id, and the whole of it."""
    return key.rsplit("_", 1)[0][:19], key


@contextmanager
def office(data: Path, clock: Clock, public_url: str | None = None) -> Iterator[Office]:
    """Serve while the block runs."""
    ready = threading.Event()
    held: dict[str, Any] = {}

    async def serve() -> None:
        async with installation(Settings(data=data), clock) as running:
            await make_demo_companies(running)
            api = ChargeOverApi(running.dispatcher, running.administration, LIMITS, public_url, clock)
            router = Router(api.routes(), redirect_slashes=False)
            config = uvicorn.Config(router, port=0, log_level="warning", lifespan="off", ws="none")
            server = uvicorn.Server(config)
            task = asyncio.create_task(server.serve())
            while not server.started and not task.done():
                await asyncio.sleep(0.005)
            port = server.servers[0].sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}"
            held.update(office=Office(running, asyncio.get_running_loop(), url), server=server)
            ready.set()
            await task

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(PATIENCE), "the server did not start"
    try:
        yield held["office"]
    finally:
        for client in held["office"].clients:
            client.http.close()
        held["server"].should_exit = True
        thread.join(PATIENCE)


__all__ = ["CANADIAN_CONNECTION", "US_CONNECTION", "Client", "Office", "basic", "office"]
