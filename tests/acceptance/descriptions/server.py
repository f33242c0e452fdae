"""The whole application, all dialects of it, served from a thread with a key for each."""

import asyncio
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn
from tests.acceptance.descriptions.known import (
    WORDS,
    Values,
    fresh,
    fresh_to_chargeover,
    learned,
    learned_by_chargeover,
    learned_by_snapbooks,
    own,
)

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import US_CONNECTION
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation

PATIENCE: Final = 30
COUNTER: Final = count(1)


@dataclass(frozen=True)
class Described:
    """A server: where it is, the headers by which each dialect lets one in, and what exists.

    `known` is by dialect and field; `own` by list and field: an `id` in an address is of the list before it.
    """

    url: str
    headers: Mapping[str, Mapping[str, str]]
    known: Mapping[str, Values]
    own: Mapping[str, Values]
    key: str

    def renewed(self) -> "Described":
        """The same with sales that nobody has touched yet, under a number of their own."""
        number = f"D-{next(COUNTER)}"
        named = dict.fromkeys(("docnumber", "invoicenumber", "refnumber"), (number,))
        known = {dialect: {**values, **named} for dialect, values in self.known.items()}
        sales = fresh(self.url, self.key, number)
        seen = fresh_to_chargeover(self.url, self.headers["chargeover"], number)
        return replace(self, known=known, own={**self.own, **sales, **seen})


@contextmanager
def described(data: Path) -> Iterator[Described]:
    """Serve while the block runs."""
    ready = threading.Event()
    held: dict[str, Any] = {}

    async def serve() -> None:
        async with installation(Settings(data=data, guess_limit=0)) as running:
            await make_demo_companies(running)
            held["keys"] = await keys(running)
            config = uvicorn.Config(running.application(), port=0, log_level="warning", lifespan="off", ws="none")
            server = held["server"] = uvicorn.Server(config)
            task = asyncio.create_task(server.serve())
            while not server.started and not task.done():
                await asyncio.sleep(0.005)
            held["port"] = server.servers[0].sockets[0].getsockname()[1]
            ready.set()
            await task

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE), "the server did not start"
    try:
        yield introduced(f"http://127.0.0.1:{held['port']}", *held["keys"])
    finally:
        held["server"].should_exit = True
        thread.join(PATIENCE)


async def keys(running: Running) -> tuple[str, str]:
    """A key of the demo companies' account, and one that is bound to a company of it."""
    administration = running.administration
    owner = await administration.account(None)
    _, free = await administration.create_key(owner.id, None, "descriptions")
    _, bound = await administration.create_key(owner.id, US_CONNECTION, "descriptions")
    return free, bound


def introduced(url: str, free: str, bound: str) -> Described:
    """What a caller of each dialect must know."""
    identifier = bound.rsplit("_", 1)[0][:19]
    headers = {
        "conductor": {"Authorization": f"Bearer {free}", "Conductor-End-User-Id": US_CONNECTION},
        "qube": {"Authorization": basic(free, "")},
        "qube-v2": {"Authorization": basic(free, "")},
        "chargeover": {"Authorization": basic(identifier, bound)},
        "snapbooks": {"X-Api-Key": bound},
    }
    ours = learned(url, free)
    queue = {**ours, "connectionid": (US_CONNECTION,), "id": (queued(url, headers["qube"]),)}
    lists = learned_by_chargeover(url, headers["chargeover"])
    known = {
        "conductor": ours,
        "qube": queue,
        "qube-v2": {**queue, "webhookurl": ("https://example.com/hook",)},
        "chargeover": {**WORDS, **{f"{name}id": values["id"] for name, values in lists.items()}},
        "snapbooks": learned_by_snapbooks(url, headers["snapbooks"]),
    }
    return Described(url, headers, known, {**own(url, free), **lists}, free)


def basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def queued(url: str, headers: Mapping[str, str]) -> str:
    """The id of a request in QUBE's queue."""
    answer = httpx.get(f"{url}/api/v1/connections/{US_CONNECTION}/customers", headers=dict(headers))
    assert answer.status_code < 300, answer.text
    found = httpx.get(f"{url}/api/v1/connections/{US_CONNECTION}/queued_requests", headers=dict(headers)).json()
    return str(found["data"][0]["id"])
