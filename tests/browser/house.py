"""A server in a thread of this process, so that tests can say what its Web Connectors do; and an emulated computer."""

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import uvicorn
from msgspec import structs

from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.ids import random_hex
from counterfoil.core.secrets import digest
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.connectors import news_of
from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.faults import Faults
from counterfoil.emulators.desktop.processor import RequestProcessor
from counterfoil.emulators.desktop.report import SessionReport
from counterfoil.model.company import Company
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.connectors import ConnectorDesk
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import AuthSessionRecord, ConnectionRecord, Installation

T = TypeVar("T")
PATIENCE: Final = 30
"""Seconds after which a piece of work is given up."""


class Link:
    """A connect link and the connection that it is for."""

    def __init__(self, url: str, connection: ConnectionRecord) -> None:
        self.url = url
        self.connection = connection


class House:
    """A running installation. Its methods may be called from the test's own thread."""

    def __init__(self, url: str, running: Running, loop: asyncio.AbstractEventLoop) -> None:
        self.url = url
        self.running = running
        self.loop = loop

    def begin(self, work: Coroutine[Any, Any, T]) -> "concurrent.futures.Future[T]":
        """Start a piece of work on the server's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.begin(work).result(PATIENCE)

    def connection(self, name: str, books: str = "desktop") -> ConnectionRecord:
        administration = self.running.administration

        async def made() -> ConnectionRecord:
            return await administration.create_connection(
                await administration.account(None), NewConnection(name=name, books=books)
            )

        return self.do(made())

    def link(self, connection: ConnectionRecord, *, seconds: int = 1800, redirect: str | None = None) -> Link:
        """A link as Conductor's auth sessions make them, but that it may live for any time."""
        secret, now = random_hex(48), self.now
        record = AuthSessionRecord(
            account_id=connection.account_id,
            id=random_hex(32),
            connection_id=connection.id,
            secret_digest=digest(secret),
            publishable_key="pk_conductor_x",
            created_at=now,
            expires_at=now + seconds,
            redirect_url=redirect,
        )
        self.do(self.running.store.write(lambda session: Installation(session).add_auth_session(record)))
        return Link(f"{self.url}/connect/auth_sess_client_secret_{secret}?key=pk_conductor_x", connection)

    def note(self, connection: ConnectionRecord, **facts: Any) -> None:
        """Write down what was seen of a Web Connector, and tell those who watch."""

        def work(session: Session) -> None:
            desk = ConnectorDesk(session)
            found = desk.find(connection.id)
            assert found is not None
            desk.put(connection.id, structs.replace(found, **facts))

        async def noted() -> None:
            await self.running.store.write(work)
            self.running.bells.ring(news_of(connection.id))

        self.do(noted())

    @property
    def now(self) -> int:
        return self.running.clock.now()

    def session(
        self, folder: Path, qwc: bytes, password: str, faults: Sequence[str] = ()
    ) -> "concurrent.futures.Future[SessionReport]":
        """One session of an emulated Web Connector with the company file in `folder`; goes on by itself."""

        async def held() -> SessionReport:
            company = company_file(folder)
            try:
                async with httpx.AsyncClient(trust_env=False) as client:
                    processor = RequestProcessor(company, faults=Faults(faults))
                    return await WebConnector(qwc, password, processor, client, pace=0.02).session()
            finally:
                await company.close()

        return self.begin(held())


def company_file(folder: Path) -> CompanyFolder:
    """An emulated company file, empty when new; the company is called as its folder is."""

    def fill(file: CompanyFile, books: EmbeddedBooks) -> None:
        books.open_company(file, Company(company_name=folder.name, legal_company_name=folder.name))

    return CompanyFolder(folder, fill=fill)


@contextmanager
def house(data: Path, **settings: Any) -> Iterator[House]:
    """A server while the block runs; held calls are short, so that sessions come to an end."""
    usual = Settings(data=data, port=0, live_hold=1, live_idle=1, guess_limit=0)  # tests show many wrong links
    ready: concurrent.futures.Future[tuple[str, Running, asyncio.AbstractEventLoop, uvicorn.Server]]
    ready = concurrent.futures.Future()
    thread = threading.Thread(target=_run, args=(replace(usual, **settings), ready), name="server")
    thread.start()
    url, running, loop, server = ready.result(PATIENCE)
    try:
        yield House(url, running, loop)
    finally:
        server.should_exit = True
        loop.call_soon_threadsafe(running.bells.stop)
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a page or a held call kept the server from stopping"


def _run(settings: Settings, ready: "concurrent.futures.Future[Any]") -> None:
    try:
        asyncio.run(_served(settings, ready))
    except BaseException as error:  # the test's thread waits, and must hear of it
        if not ready.done():
            ready.set_exception(error)
        raise


async def _served(settings: Settings, ready: "concurrent.futures.Future[Any]") -> None:
    line = socket.socket()
    line.bind(("127.0.0.1", 0))
    async with installation(settings) as running:
        running.port = line.getsockname()[1]
        config = uvicorn.Config(
            running.application(), log_level="warning", lifespan="off", timeout_graceful_shutdown=20
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[line]))
        while not server.started:
            await asyncio.sleep(0.005)
        ready.set_result((f"http://localhost:{running.port}", running, asyncio.get_running_loop(), server))
        await task
