"""The database goes away at any access while somebody looks at pages: a page says so, and not that we are broken."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import pytest
from tests.acceptance.away.conftest import Told
from tests.acceptance.away.cut import FATES, Cut
from tests.acceptance.away.test_conductor import made
from tests.acceptance.away.world import World
from tests.acceptance.conftest import DEMO
from tests.acceptance.processes.storm import AWAY

from counterfoil.core.errors import StorageAway
from counterfoil.dispatch.lanes import Bells
from counterfoil.web import live
from counterfoil.web.connect import ConnectPages
from counterfoil.web.links import link_of

PATIENCE: Final = 20
OWN: Final = {"Sec-Fetch-Site": "same-origin"}
CSRF: Final = re.compile(r'name="csrf" value="([^"]+)"')
PAGES: Final = (
    "/app",
    "/app/connections",
    "/app/connections/{connection}",
    "/app/requests",
    "/app/requests/{request}",
    "/app/endpoints",
    "/app/endpoints/{endpoint}",
    "/app/connections/{connection}/invoices/{invoice}",
    "/i/{token}",
    "/connect/{secret}",
)
FORMS: Final = (
    "/app/connections/{connection}/invoices/{invoice}/link",
    "/app/endpoints/{endpoint}/pause",
    "/app/endpoints/{endpoint}/resume",
    "/app/endpoints/{endpoint}/rotate",
    "/app/endpoints/{endpoint}/test",
)


async def signed_in(there: World) -> Mapping[str, str]:
    """What the addresses of pages are filled in with; the browser has its cookie."""
    link = await there.running.perform("login", {})
    there.http.cookies.clear()
    entered = await there.http.post(link["url"].partition("8484")[2], headers=OWN)
    assert entered.status_code == 303, entered.text
    invoice = await made(there, 1)
    where = f"/app/connections/{DEMO}/invoices/{invoice['id']}"
    linked = await there.http.post(f"{where}/link", data={"csrf": await csrf(there, where)}, headers=OWN)
    assert linked.status_code == 303, linked.text
    (endpoint,) = (await there.running.perform("webhook.list", {}))["data"]
    token = re.search(r"/i/([A-Za-z0-9_-]+)", (await there.http.get(where)).text)
    request = re.search(r"/app/requests/([0-9a-f-]{36})", (await there.http.get("/app/requests")).text)
    assert token is not None
    assert request is not None
    return {
        "connection": DEMO,
        "invoice": invoice["id"],
        "endpoint": endpoint["id"],
        "token": token[1],
        "request": request[1],
        "secret": await connect_secret(there),
    }


async def connect_secret(there: World) -> str:
    body = {"publishableKey": "pk", "endUserId": DEMO}
    made: str = (await there.ask("conductor", "POST", "/v1/auth-sessions", body))["clientSecret"]
    return made


async def csrf(there: World, page: str) -> str:
    found = CSRF.search((await there.http.get(page)).text)
    assert found is not None
    return found[1]


async def looked_at(there: World, method: str, address: str) -> int:
    """See a page through every trouble; tells how many there were."""
    there.store.plan(None)
    path = address.format(**await signed_in(there))
    sent: dict[str, Any] = {"headers": OWN}
    if method == "POST":
        sent["data"] = {"csrf": await csrf(there, path.rpartition("/")[0])}
    there.store.plan(None)
    clean = await there.http.request(method, path, **sent)
    assert clean.status_code < 400, clean.text
    accesses = list(there.store.noted)
    for at, access in enumerate(accesses):
        for fate in FATES[access]:
            there.store.plan(Cut(at, fate))
            told = await there.http.request(method, path, **sent)
            assert there.store.has_struck
            assert told.status_code == AWAY, (path, at, fate, told.text)
            assert int(told.headers["Retry-After"]) >= 1
            assert told.headers["Content-Type"].startswith("text/html")
            assert "database" in told.text
            assert "Traceback" not in told.text
    there.store.plan(None)
    again = await there.http.request(method, path, **sent)
    assert again.status_code == clean.status_code
    return len(accesses)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_that_the_database_is_away(address: str, tell: Told) -> None:
    assert tell(lambda there: looked_at(there, "GET", address)) > 0


@pytest.mark.parametrize("address", FORMS)
def test_a_form_says_so_too(address: str, tell: Told) -> None:
    assert tell(lambda there: looked_at(there, "POST", address)) > 0


async def news(stream: AsyncIterator[bytes]) -> bytes:
    """The next piece of news, past everything that says only that the stream is still there."""
    while not (said := await anext(stream)).startswith(b"data: "):
        pass
    return said


async def heard_again() -> None:
    """A page that is open: something happens, the database goes away and comes back, and something else happens."""
    shown: list[Any] = ["before", StorageAway(), StorageAway(), "after"]

    async def mark() -> object:
        one = shown.pop(0) if len(shown) > 1 else shown[0]
        if isinstance(one, StorageAway):
            raise one
        return one

    stream: Any = live.Live(Bells(), heartbeat=0.01)._news("account", "bell", mark, 0.001, "")
    assert await news(stream) == await news(stream) == b"data: news\n\n"
    assert shown == ["after"]
    await stream.aclose()


def test_a_page_that_is_open_hears_news_again(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BREATH", 0.0)
    tell(lambda _: heard_again())


async def connected_again(there: World) -> None:
    made = await there.running.perform("connection.create", {"books": "desktop", "name": "Desktop"})
    body = {"publishableKey": "pk", "endUserId": made["id"]}
    secret = (await there.ask("conductor", "POST", "/v1/auth-sessions", body))["clientSecret"]
    link = await link_of(there.running.connectors, secret)
    stream: Any = ConnectPages(there.running.connectors, there.running.address, heartbeat=0.01)._news(link)
    first = await news(stream)
    there.store.plan(Cut(0, "gone"))
    assert await anext(stream) == b": still here\n\n"
    there.store.plan(None)
    await there.running.connectors.note_download(link.connection)
    async with asyncio.timeout(PATIENCE):
        while await news(stream) == first:
            pass
    await stream.aclose()


def test_a_connect_page_that_is_open_hears_news_again(tell: Told) -> None:
    tell(connected_again)
