"""A server of the QUBE dialect in a thread: the demo companies behind it, and post that is really delivered."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from starlette.routing import Router

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import US_CONNECTION
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.dialects.qube.calls import Limits
from counterfoil.dialects.qube.routes import QubeApi
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.webhooks.sender import Sender
from counterfoil.webhooks.targets import ForbiddenTarget, checked

T = TypeVar("T")
DEMO = US_CONNECTION
PATIENCE = 30
MAX_BODY = 1024 * 1024
MAX_LINES = 500


class House:
    """A running server: where it is, a key of the demo companies' account, and its innards for what HTTP cannot do."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.failure: BaseException | None = None
        self.url = ""
        self.key = ""
        self.account_id = ""
        self.secret = ""

    def start(self, data: Path) -> None:
        self.thread = threading.Thread(target=self._run, args=(data,), daemon=True)
        self.thread.start()
        assert self.ready.wait(PATIENCE)
        if self.failure is not None:
            raise self.failure

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        if self.failure is not None:
            raise self.failure

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the server's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def stranger(self, name: str) -> tuple[str, str]:
        """A key of another account, and the id of a connection of it."""

        async def made() -> str:
            administration = self.running.administration
            account = await administration.create_account(name)
            _, key = await administration.create_key(account.id, None, name)
            return key

        key = self.do(made())
        with self.client(key) as client:
            connection: str = client.post("/connections", json={"name": name}).json()["data"]["id"]
        return key, connection

    def bound_key(self, connection_id: str) -> str:
        return self.do(self.running.administration.create_key(self.account_id, connection_id, "bound"))[1]

    def client(self, key: str | None = None) -> httpx.Client:
        """An HTTP client at `/api/v1`."""
        return httpx.Client(base_url=f"{self.url}/api/v1", auth=(key or self.key, ""), timeout=PATIENCE)

    def _run(self, data: Path) -> None:
        try:
            asyncio.run(self._serve(data))
        except BaseException as error:
            self.failure = error
        finally:
            self.ready.set()

    async def _serve(self, data: Path) -> None:
        self.loop = asyncio.get_running_loop()
        async with installation(Settings(data=data, allow_private_webhooks=True)) as running:
            self.running = running
            await make_demo_companies(running)
            account = await running.administration.account(None)
            self.account_id = account.id
            _, self.key = await running.administration.create_key(account.id, None, "tests")
            self.secret = await running.administration.webhook_secret(account.id, rotate=False)
            sender = running.sender
            post = asyncio.create_task(sender.run())
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as line:
                line.bind(("127.0.0.1", 0))
                self.url = f"http://127.0.0.1:{line.getsockname()[1]}"
                application = Router(api_of(running, sender).routes())
                config = uvicorn.Config(application, log_level="warning", lifespan="off", ws="none")
                self.server = uvicorn.Server(config)
                serving = asyncio.create_task(self.server.serve(sockets=[line]))
                while not self.server.started and not serving.done():
                    await asyncio.sleep(0.005)
                self.ready.set()
                await serving
            post.cancel()
            with suppress(asyncio.CancelledError):
                await post


def api_of(running: Running, sender: Sender) -> QubeApi:
    """The dialect as `app` puts it together."""
    own = running.queue
    queue = RequestQueue(running.store, running.books, own.lanes, own.settling, running.clock, sender.wake)
    return QubeApi(
        running.dispatcher,
        running.administration,
        queue,
        running.connecting,
        Limits(MAX_BODY, MAX_LINES),
        check_target=forbidden,
        default_books="embedded",
        public_url=None,
    )


def forbidden(url: str) -> str | None:
    """Why post may not go there."""
    try:
        checked(url, allow_private=True)
    except ForbiddenTarget as refusal:
        return str(refusal)
    return None


@contextmanager
def house(data: Path) -> Iterator[House]:
    built = House()
    built.start(data)
    try:
        yield built
    finally:
        built.stop()
