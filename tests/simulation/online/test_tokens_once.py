"""A refresh token serves once: what several processes, slow answers, a shutdown or a database that is away do to it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.simulation.online.house import House

from counterfoil.books.online.intuit import NotGranted
from counterfoil.books.online.oauth import GrantRefused
from counterfoil.core.errors import StorageAway
from counterfoil.dispatch.grants import DENIED, RECONNECT, Tokens
from counterfoil.storage.grants import Grant

Make = Callable[..., House]
Refresh = Callable[[str], Awaitable[Tokens]]
HOUR = 3600


async def _tired(house: House) -> tuple[str, Grant]:
    """A house whose access token has run out: its connection and grant."""
    await house.open(working=False)
    identifier = (await house.caller())[1].id
    house.clock.pass_by(2 * HOUR)
    return identifier, await house.grant()


def _refreshing(house: House, refresh: Refresh) -> Refresh:
    """Let tokens be refreshed in another way; gives the usual one."""
    usual: Refresh = house.up.online.work.oauth.refresh
    house.up.online.work.oauth.refresh = refresh  # type: ignore[method-assign,assignment]
    return usual


def test_who_is_refused_because_another_was_quicker_takes_what_that_one_stored(house: Make) -> None:
    """One that was slow has lost its lease, and its token is spent: the token of the other is not spent as well."""

    async def go() -> None:
        here, spent = house(), []
        id, before = await _tired(here)

        async def overtaken(token: str) -> Tokens:
            spent.append(token)
            tokens = await refresh(token)
            await here.up.online.grants.renew(id, before.generation, tokens)
            raise GrantRefused("it was spent already")

        refresh = _refreshing(here, overtaken)
        grant, token = await here.up.online.work.tokens.token(id)
        assert spent == [here.up.vault.open(before.refresh)]
        assert grant.generation == before.generation + 1
        assert token == here.up.vault.open((await here.grant()).access)
        await here.close()

    asyncio.run(go())


def test_a_refusal_that_comes_late_does_not_stop_what_another_has_renewed(house: Make) -> None:
    """Refused twice; between the second refusal and the note of it, another process stores what it has got."""

    async def go() -> None:
        here, asked = house(), []
        id, before = await _tired(here)

        async def overtaken(token: str) -> Tokens:
            asked.append(token)
            if len(asked) == 2:
                await here.up.online.grants.renew(id, before.generation, await refresh(token))
            raise GrantRefused("it was spent already")

        refresh = _refreshing(here, overtaken)
        _, token = await here.up.online.work.tokens.token(id)
        after = await here.grant()
        assert (after.attention, after.generation) == (None, before.generation + 1)
        assert token == here.up.vault.open(after.access)
        assert len(asked) == 2
        await here.close()

    asyncio.run(go())


def test_a_refusal_of_what_the_connection_still_has_stops_it(house: Make) -> None:
    async def go() -> None:
        here = house()
        id, before = await _tired(here)

        async def refused(token: str) -> Tokens:
            raise GrantRefused("it is dead")

        _refreshing(here, refused)
        with pytest.raises(NotGranted):
            await here.up.online.work.tokens.token(id)
        after = await here.grant()
        assert (after.attention, after.generation, after.lease_by) == (RECONNECT, before.generation, "")
        await here.close()

    asyncio.run(go())


@pytest.mark.parametrize("at_the_end", ["go on", "stop"])
def test_a_renewal_outlives_whoever_asked_for_it(house: Make, at_the_end: str) -> None:
    """The task that asked is cancelled while Intuit answers; so it is where a process is told to stop."""

    async def go() -> None:
        here, reached, let_go = house(), asyncio.Event(), asyncio.Event()
        id, before = await _tired(here)

        async def slow(token: str) -> Tokens:
            tokens = await refresh(token)  # at Intuit the old one is dead from here on
            reached.set()
            await let_go.wait()
            return tokens

        refresh = _refreshing(here, slow)
        asking = asyncio.create_task(here.up.online.work.tokens.token(id))
        await reached.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        if at_the_end == "stop":
            stopping = asyncio.create_task(here.up.online.close())
            await asyncio.sleep(0.05)
            assert not stopping.done(), "what Intuit has given is not stored yet"
            let_go.set()
            await stopping
        let_go.set()
        _, token = await here.up.online.work.tokens.token(id)
        after = await here.grant()
        assert after.generation == before.generation + 1
        assert token == here.up.vault.open(after.access)
        await here.close()

    asyncio.run(go())


def test_renewed_tokens_wait_for_a_database_that_is_away(house: Make) -> None:
    async def go() -> None:
        here, spent, failures = house(), [], [StorageAway("away"), StorageAway("away", in_commit=True)]
        id, before = await _tired(here)
        renew = here.up.online.grants.renew

        async def counted(token: str) -> Tokens:
            spent.append(token)
            return await refresh(token)

        async def away(*given: Any) -> Grant | None:
            if failures:
                raise failures.pop()
            return await renew(*given)

        refresh = _refreshing(here, counted)
        here.up.online.grants.renew = away  # type: ignore[method-assign,assignment]
        _, token = await here.up.online.work.tokens.token(id)
        after = await here.grant()
        assert (len(spent), failures, after.generation) == (1, [], before.generation + 1)
        assert token == here.up.vault.open(after.access)
        await here.close()

    asyncio.run(go())


def test_what_is_said_of_an_old_token_does_not_stop_who_has_connected_again(house: Make) -> None:
    """Intuit takes neither token that was shown; before it says so, a person has let Counterfoil in once more."""

    async def go() -> None:
        here, shown = house(), []
        await here.open(working=False)
        connection = (await here.caller())[1]
        intuit = here.up.online.work.intuit
        send = intuit.send

        async def denied(realm: str, token: str, request: Any) -> Any:
            shown.append(token)
            if len(shown) == 2:
                intuit.send = send  # type: ignore[method-assign]
                link = await here.up.perform("connection.password", {"id": connection.id})
                assert (await here.walk(link["connect_url"])).status_code == 200
            return await send(realm, "none that anybody knows", request)

        intuit.send = denied  # type: ignore[method-assign,assignment]
        with pytest.raises(NotGranted):
            await here.up.online.work.calls(connection.id).query("select * from Customer")
        assert len(set(shown)) == 2
        assert (await here.grant()).attention is None
        await here.close()

    asyncio.run(go())


def test_what_is_said_of_the_token_that_there_is_stops_the_connection(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open(working=False)
        connection = (await here.caller())[1]
        send = here.up.online.work.intuit.send

        async def denied(realm: str, token: str, request: Any) -> Any:
            return await send(realm, "none that anybody knows", request)

        here.up.online.work.intuit.send = denied  # type: ignore[method-assign,assignment]
        with pytest.raises(NotGranted):
            await here.up.online.work.calls(connection.id).query("select * from Customer")
        assert (await here.grant()).attention == DENIED
        await here.close()

    asyncio.run(go())


def test_work_under_way_does_not_keep_a_grant_that_is_to_be_given_back(house: Make) -> None:
    """A worker, perhaps of another process, notes that the company answers when its connection is gone already."""

    async def go() -> None:
        here = house()
        id, before = await _tired(here)
        account = (await here.caller())[1].account_id
        await here.up.administration.delete_connection(account, id)
        grants = here.up.online.grants
        await grants.note(id, last_success_at=here.clock.now())
        assert await grants.hold(id, "a worker", before.generation)
        await grants.renew(
            id, before.generation, await here.up.online.work.oauth.refresh(here.up.vault.open(before.refresh))
        )
        await grants.let_go(id, "a worker")
        assert [each for each, _ in await grants.leaving()] == [id]
        await here.up.online.work.sweep()
        assert await grants.leaving() == []
        assert await grants.find(id) is None
        await here.close()

    asyncio.run(go())


def test_a_consent_for_a_connection_that_is_gone_is_given_back(house: Make) -> None:
    """It is deleted while the person is at Intuit, after the consent was looked up and before the tokens have come."""

    async def go() -> None:
        here, revoked = house(), []
        await here.open(working=False)
        connection = (await here.caller())[1]
        oauth = here.up.online.consents.oauth
        exchange, revoke = oauth.exchange, oauth.revoke

        async def slow(code: str, redirect_uri: str) -> Tokens:
            tokens = await exchange(code, redirect_uri)
            await here.up.administration.delete_connection(connection.account_id, connection.id)
            await here.up.online.work.sweep()
            return tokens

        async def noted(token: str) -> None:
            revoked.append(token)
            await revoke(token)

        link = await here.up.perform("connection.password", {"id": connection.id})
        oauth.exchange, oauth.revoke = slow, noted  # type: ignore[method-assign]
        answer = await here.walk(link["connect_url"])
        assert answer.status_code == 404
        assert len(revoked) == 2, "the one that there was, and the one that came too late"
        assert await here.up.online.grants.find(connection.id) is None
        await here.close()

    asyncio.run(go())


def test_the_end_of_a_connection_is_told_when_it_is_stored(house: Make) -> None:
    """Whoever is woken looks at once, perhaps in another process: it must see that the connection is gone."""

    async def go() -> None:
        here, seen = house(), []
        await here.open(working=False)
        connection = (await here.caller())[1]
        bells, ring = here.up.bells, here.up.bells.ring
        is_stored = False

        def noted(name: str) -> None:
            seen.append((name, is_stored))
            ring(name)

        bells.ring = noted  # type: ignore[method-assign]
        write = here.up.store.write

        async def stored(*given: Any) -> Any:
            nonlocal is_stored
            done = await write(*given)
            is_stored = True
            return done

        here.up.store.write = stored  # type: ignore[method-assign,assignment]
        await here.up.administration.delete_connection(connection.account_id, connection.id)
        assert ("online", True) in seen
        assert ("online", False) not in seen
        await here.close()

    asyncio.run(go())
