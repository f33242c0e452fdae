"""Connecting a company: the link, the consent, the way back, another company, and taking leave."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.simulation.online.house import HERE, INTUIT, House
from tests.support.stores import on_postgres

from counterfoil.core.errors import BooksAway
from counterfoil.emulators.online.consent import back
from counterfoil.model.query import Read

Make = Callable[..., House]


async def _step(house: House, url: str) -> httpx.Response:
    """One address, without following where it leads."""
    app = house.up.application() if url.startswith(HERE) else house.intuit.app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        return await client.get(url)


def _fresh(tmp_path: Path) -> House:
    return House(tmp_path / "fresh")


def test_before_anybody_has_connected(tmp_path: Path) -> None:
    async def go() -> None:
        here = _fresh(tmp_path)
        await here.open()
        made = await here.up.perform("connection.create", {"books": "online", "name": "New"})
        assert made["state"] == "created"
        assert made["connect_url"].startswith(f"{HERE}/online/connect/")
        _, connection = await here.caller()
        with pytest.raises(BooksAway) as away:
            await here.up.dispatcher.read(connection, Read(resource="customers", id="1"), 5)
        assert [each.kind for each in away.value.problems] == ["online_never_connected"]
        shown = await here.up.perform("connection.show", {"id": connection.id})
        assert (shown["state"], shown["needs"]) == ("created", "QBO_NEVER_CONNECTED")
        await here.close()

    asyncio.run(go())


def test_a_state_serves_once_and_tells_nothing(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        _, connection = await here.caller()
        link = await here.up.perform("connection.password", {"id": connection.id})
        asked = await _step(here, link["connect_url"])
        assert asked.status_code == 302
        where = asked.headers["location"]
        query = parse_qs(urlsplit(where).query)
        assert where.startswith(f"{INTUIT}/connect/oauth2?")
        assert query["scope"] == ["com.intuit.quickbooks.accounting"]
        assert query["response_type"] == ["code"]
        assert query["redirect_uri"] == [f"{HERE}/online/callback"]
        returned = (await _step(here, where)).headers["location"]
        assert (await _step(here, returned)).status_code == 200
        assert (await _step(here, returned)).status_code == 400
        await here.close()

    asyncio.run(go())


def test_each_visit_has_a_state_of_its_own(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        _, connection = await here.caller()
        link = await here.up.perform("connection.password", {"id": connection.id})
        states = set()
        for _ in range(3):
            where = (await _step(here, link["connect_url"])).headers["location"]
            states.add(parse_qs(urlsplit(where).query)["state"][0])
        assert len(states) == 3
        assert all(len(state) == 48 for state in states)
        await here.close()

    asyncio.run(go())


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"state": "0" * 48, "code": "x", "realmId": "1"}, 400),
        ({"code": "x", "realmId": "1"}, 400),
        ({"state": "<script>alert(1)</script>", "error": "<b>"}, 400),
    ],
)
def test_what_nobody_was_sent_for_is_refused(house: Make, query: dict[str, str], status: int) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        before = await here.grant()
        answer = await _step(here, back(f"{HERE}/online/callback", **query))
        assert answer.status_code == status
        assert "<script>alert" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert await here.grant() == before
        await here.close()

    asyncio.run(go())


def test_saying_no_at_intuit_changes_nothing(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        before = await here.grant()
        _, connection = await here.caller()
        link = await here.up.perform("connection.password", {"id": connection.id})
        where = (await _step(here, link["connect_url"])).headers["location"]
        state = parse_qs(urlsplit(where).query)["state"][0]
        answer = await _step(here, back(f"{HERE}/online/callback", error="access_denied", state=state))
        assert answer.status_code == 403
        assert "not connected" in answer.text
        assert await here.grant() == before
        await here.close()

    asyncio.run(go())


def test_another_company_is_refused_and_its_grant_given_back(house: Make) -> None:
    """A lane belongs to one company for good."""

    async def go() -> None:
        here = house()
        await here.open(working=False)
        _, connection = await here.caller()
        await here.up.online.grants.note(connection.id, realm_id="42")
        before = await here.grant()
        link = await here.up.perform("connection.password", {"id": connection.id})
        answer = await here.walk(link["connect_url"])
        assert answer.status_code == 409
        assert "another company" in answer.text
        assert await here.grant() == before
        await here.close()

    asyncio.run(go())


def test_a_link_of_conductors_leads_to_intuit_too(house: Make) -> None:
    """`authFlowUrl` is the same address for every kind of books."""

    async def go() -> None:
        here = house()
        await here.open(working=False)
        _, connection = await here.caller()
        _, secret = await here.up.administration.create_auth_session(connection, "pk", 30, "https://app.example/done")
        answer = await _step(here, f"{HERE}/connect/auth_sess_client_secret_{secret}")
        assert answer.status_code == 303
        asked = await _step(here, f"{HERE}{answer.headers['location'].removeprefix(HERE)}")
        assert asked.headers["location"].startswith(INTUIT)
        returned = (await _step(here, asked.headers["location"])).headers["location"]
        assert (await _step(here, returned)).headers["location"] == "https://app.example/done"
        await here.close()

    asyncio.run(go())


def test_an_old_consent_is_over(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        _, connection = await here.caller()
        link = await here.up.perform("connection.password", {"id": connection.id})
        where = (await _step(here, link["connect_url"])).headers["location"]
        returned = (await _step(here, where)).headers["location"]
        here.clock.pass_by(3601)
        assert (await _step(here, returned)).status_code == 400
        here.clock.pass_by(7 * 24 * 3600)
        assert (await _step(here, link["connect_url"])).status_code == 404
        await here.close()

    asyncio.run(go())


@pytest.mark.skipif(on_postgres(), reason="the files of PostgreSQL are its own")
def test_tokens_lie_sealed(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        grant = await here.grant()
        plain = [here.up.vault.open(sealed).encode() for sealed in (grant.access, grant.refresh)]
        await here.die()
        files = [each.read_bytes() for each in here.settings.data.glob("counterfoil.db*")]
        assert files
        assert not any(secret in content for secret in plain for content in files)
        await here.intuit.close()

    asyncio.run(go())


def test_a_deleted_connection_gives_its_grant_back(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        grant = await here.grant()
        _, connection = await here.caller()
        token = here.up.vault.open(grant.access)
        assert await here.intuit.grants.realm_of(token) is not None
        here.line.is_down = True
        await here.up.perform("connection.delete", {"id": connection.id})
        assert await here.intuit.grants.realm_of(token) is not None
        assert await here.up.online.grants.leaving()
        here.line.is_down = False
        await here.up.online.work.sweep()
        assert await here.intuit.grants.realm_of(token) is None
        assert await here.up.online.grants.leaving() == []
        assert await here.up.online.grants.find(connection.id) is None
        await here.close()

    asyncio.run(go())


def test_intuit_must_be_told_who_asks(tmp_path: Path) -> None:
    async def go() -> None:
        here = _fresh(tmp_path)
        here.settings = type(here.settings)(data=tmp_path / "data", intuit_environment="sandbox")
        await here.open(working=False)
        with pytest.raises(Exception, match="COUNTERFOIL_INTUIT_CLIENT_ID"):
            await here.up.perform("connection.create", {"books": "online", "name": "New"})
        assert (await here.up.perform("connection.list", {}))["data"] == []
        await here.close()

    asyncio.run(go())
