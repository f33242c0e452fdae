"""Tokens: one refresh for all who need one, the new token stored before it is used, and what a dead grant means."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest
from tests.simulation.online.house import House

from counterfoil.books.online.intuit import NotGranted, Unsent
from counterfoil.core.errors import BooksAway
from counterfoil.dispatch.grants import RECONNECT
from counterfoil.model.query import Read
from counterfoil.storage.grants import GrantDesk

Make = Callable[..., House]
HOUR = 3600


async def _connection(house: House) -> str:
    return (await house.caller())[1].id


async def _refreshes(house: House) -> list[str]:
    """From now on, the refresh tokens that are spent."""
    spent: list[str] = []

    def note(request: httpx.Request) -> None:
        spent.extend(parse_qs(request.content.decode()).get("refresh_token", []))

    house.line.at_token = note
    return spent


def test_twenty_tasks_spend_one_refresh(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        id, spent = await _connection(here), await _refreshes(here)
        here.clock.pass_by(2 * HOUR)
        tokens = [here.up.online.work.tokens.token(id) for _ in range(20)]
        found = {token for _, token in await asyncio.gather(*tokens)}
        assert len(found) == 1
        assert len(spent) == 1
        await here.close()

    asyncio.run(go())


def test_two_processes_spend_one_refresh(house: Make) -> None:
    """The lock is in the database: a second server on the same rows takes what the first has stored."""

    async def go() -> None:
        here = house()
        await here.open(working=False)
        id, spent = await _connection(here), await _refreshes(here)
        here.clock.pass_by(2 * HOUR)
        grant = await here.grant()
        assert await here.up.online.grants.hold(id, "another process", grant.generation)
        waiting = asyncio.create_task(here.up.online.work.tokens.token(id))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert spent == []
        tokens = await here.up.online.work.oauth.refresh(here.up.vault.open(grant.refresh))
        await here.up.online.grants.renew(id, grant.generation, tokens)
        assert (await waiting)[1] == tokens.access
        assert len(spent) == 1
        await here.close()

    asyncio.run(go())


def test_a_lease_of_a_dead_process_is_taken_over(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        id = await _connection(here)
        here.clock.pass_by(2 * HOUR)
        grant = await here.grant()
        assert await here.up.online.grants.hold(id, "dead", grant.generation)
        assert not await here.up.online.grants.hold(id, "next", grant.generation)
        here.clock.pass_by(100)
        assert await here.up.online.grants.hold(id, "next", grant.generation)
        await here.close()

    asyncio.run(go())


def test_the_new_token_is_stored_before_it_is_used(house: Make) -> None:
    """Die when Intuit is first asked with the new token: it is in the database, and nothing is refreshed again."""

    async def go() -> None:
        here = house()
        await here.open(working=False)
        id, spent = await _connection(here), await _refreshes(here)
        here.clock.pass_by(2 * HOUR)
        _, before = await here.caller()
        old = (await here.grant()).generation
        stored_at_use: list[int] = []
        inner = here.up.online.work.intuit.send

        async def send(*arguments: object) -> object:
            grant = await here.look(lambda session: GrantDesk(session).find(id))
            assert grant is not None
            stored_at_use.append(grant.generation)
            raise RuntimeError("the process dies here")

        here.up.online.work.intuit.send = send  # type: ignore[assignment,method-assign]
        with pytest.raises(RuntimeError):
            await here.up.online.work.calls(id).query("select * from Customer")
        assert stored_at_use == [old + 1]
        assert len(spent) == 1
        await here.die()
        await here.open()
        found = await here.up.dispatcher.read(before, Read(resource="customers", id="1"), 10)
        assert found.id == "1"
        assert len(spent) == 1
        assert inner is not None
        await here.close()

    asyncio.run(go())


def test_a_refresh_whose_answer_is_lost_is_asked_again(house: Make) -> None:
    """Intuit gives the same refresh token for a day."""

    async def go() -> None:
        here = house(rotate_after=24 * HOUR)
        await here.open(working=False)
        id = await _connection(here)
        here.clock.pass_by(2 * HOUR)
        here.intuit.faults.add("refresh-lost")
        with pytest.raises(Unsent):
            await here.up.online.work.tokens.token(id)
        _, token = await here.up.online.work.tokens.token(id)
        assert token
        assert (await here.grant()).attention is None
        await here.close()

    asyncio.run(go())


def test_a_refresh_token_that_died_with_a_lost_answer_calls_for_a_person(house: Make) -> None:
    """Where the lost answer held another refresh token, nobody has the one that lives."""

    async def go() -> None:
        here = house(rotate_after=0)
        await here.open(working=False)
        id = await _connection(here)
        here.clock.pass_by(2 * HOUR)
        here.intuit.faults.add("refresh-lost")
        with pytest.raises(Unsent):
            await here.up.online.work.tokens.token(id)
        with pytest.raises(NotGranted):
            await here.up.online.work.tokens.token(id)
        assert (await here.grant()).attention == RECONNECT
        await here.close()

    asyncio.run(go())


def test_a_refused_grant_is_tried_once_more_before_a_person_is_called(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        id, spent = await _connection(here), await _refreshes(here)
        here.clock.pass_by(2 * HOUR)
        here.intuit.faults.add("invalid-grant")
        await here.up.online.work.tokens.token(id)
        assert len(spent) == 2
        here.clock.pass_by(2 * HOUR)
        here.intuit.faults.add("invalid-grant:2")
        with pytest.raises(NotGranted):
            await here.up.online.work.tokens.token(id)
        assert len(spent) == 4
        shown = await here.up.perform("connection.show", {"id": id})
        assert (shown["state"], shown["needs"]) == ("needs_attention", RECONNECT)
        with pytest.raises(NotGranted):
            await here.up.online.work.tokens.token(id)
        assert len(spent) == 4, "a dead grant is not spent again"
        await here.close()

    asyncio.run(go())


def test_on_a_refusal_the_row_is_read_again(house: Make) -> None:
    """Another process has stored a newer refresh token: that one serves."""

    async def go() -> None:
        here = house()
        await here.open(working=False)
        id, spent = await _connection(here), await _refreshes(here)
        here.clock.pass_by(2 * HOUR)
        good = await here.grant()
        await here.up.online.grants.note(id, refresh=here.up.vault.seal("dead"))
        refresh = here.up.online.work.oauth.refresh

        async def slow(token: str) -> object:
            if token == "dead":
                await here.up.online.grants.note(id, refresh=good.refresh)
            return await refresh(token)

        here.up.online.work.oauth.refresh = slow  # type: ignore[assignment,method-assign]
        await here.up.online.work.tokens.token(id)
        assert spent == ["dead", here.up.vault.open(good.refresh)]
        await here.close()

    asyncio.run(go())


def test_who_asks_is_told_to_connect_again_and_afterwards_all_is_well(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        _, connection = await here.caller()
        here.clock.pass_by(2 * HOUR)
        here.intuit.faults.add("invalid-grant:2")
        read = Read(resource="customers", id="1")
        with pytest.raises(Exception, match="fault on demand"):
            await here.up.dispatcher.read(connection, read, 10)
        with pytest.raises(BooksAway) as away:
            await here.up.dispatcher.read(connection, read, 10)
        assert [each.kind for each in away.value.problems] == ["online_reconnect"]
        link = await here.up.perform("connection.password", {"id": connection.id})
        assert (await here.walk(link["connect_url"])).status_code == 200
        assert (await here.up.dispatcher.read(connection, read, 10)).id == "1"
        await here.close()

    asyncio.run(go())


def test_idle_connections_are_kept_alive(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        spent = await _refreshes(here)
        here.clock.pass_by(8 * 24 * HOUR)
        task = asyncio.create_task(here.up.online.work.run())
        for _ in range(100):
            await asyncio.sleep(0.01)
            if spent:
                break
        assert len(spent) == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await here.close()

    asyncio.run(go())
