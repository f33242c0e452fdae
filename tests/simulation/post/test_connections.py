"""What becomes of connections is told once, when it has happened, by a clock that is told to move."""

import asyncio
from pathlib import Path
from typing import Any, Final

import httpx
from msgspec import structs
from qubesync import webhooks as qubes
from tests.simulation.post.house import House, run

from counterfoil.storage.connectors import Connector, ConnectorDesk
from counterfoil.storage.contract import Session

MINUTE: Final = 60
SILENCE: Final = 10 * MINUTE
"""A Web Connector that polls every minute is offline after ten intervals."""


async def desktop(house: House, name: str = "Acme") -> str:
    """A desktop connection; nobody has called for its work yet."""
    made = await house.running.perform("connection.create", {"name": name, "books": "desktop"})
    identifier: str = made["id"]
    return identifier


async def change(house: House, connection: str, **changes: Any) -> None:
    def work(session: Session) -> None:
        desk = ConnectorDesk(session)
        before = desk.find(connection) or Connector(password=b"")
        desk.put(connection, structs.replace(before, **changes))

    await house.write(work)


async def called(house: House, connection: str) -> None:
    """A Web Connector had a session that succeeded."""
    now = house.clock.now()
    seen = {"last_seen_at": now, "last_success_at": now, "last_poll_at": now, "interval": MINUTE}
    await change(house, connection, first_seen_at=now, **seen)


async def looked(house: House) -> list[str]:
    """Look, and deliver: what was told of connections this time."""
    before = len(house.hooks.got)
    await house.running.post.watch.look()
    await house.post()
    return [each.json["type"] for each in house.hooks.got[before:]]


def test_offline_is_told_once_and_recovered_when_it_calls_again(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("connection.*",), is_ordered=True)
        house.clock.pass_by(1)
        acme = await desktop(house)
        assert await looked(house) == []
        await called(house, acme)
        assert await looked(house) == ["connection.connected"]
        house.clock.pass_by(SILENCE)
        assert await looked(house) == [], "late is not offline"
        house.clock.pass_by(1)
        assert await looked(house) == ["connection.offline"]
        told = house.hooks.got[-1].json["data"]
        assert told["connection_id"] == acme
        assert told["details"]["name"] == "Acme"
        for _ in range(5):
            house.clock.pass_by(24 * 3600)
            assert await looked(house) == []
        await called(house, acme)
        assert await looked(house) == ["connection.recovered"]
        assert await looked(house) == []

    run(tmp_path, story)


def test_what_a_person_must_mend_and_a_pause_are_told(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("connection.*",), is_ordered=True)
        house.clock.pass_by(1)
        acme = await desktop(house)
        await called(house, acme)
        assert await looked(house) == ["connection.connected"]
        await change(house, acme, attention="0x80040420", attention_words="The user has denied access.")
        assert await looked(house) == ["connection.needs_attention"]
        assert house.hooks.got[-1].json["data"]["details"]["code"] == "0x80040420"
        await change(house, acme, attention=None, attention_words=None)
        assert await looked(house) == ["connection.recovered"]
        await change(house, acme, paused_until=house.clock.now() + 3600)
        assert await looked(house) == ["connection.paused"]
        await called(house, acme)
        house.clock.pass_by(3600)
        await called(house, acme)
        assert await looked(house) == ["connection.recovered"]

    run(tmp_path, story)


def test_many_lookers_tell_one_change_once(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("connection.*",))
        house.clock.pass_by(1)
        for number in range(5):
            await called(house, await desktop(house, f"Company {number}"))
        await asyncio.gather(*(house.running.post.watch.look() for _ in range(4)))
        await house.post()
        assert house.hooks.types() == ["connection.connected"] * 5

    run(tmp_path, story)


def test_connections_that_were_there_before_anybody_wanted_to_be_told_are_not_news(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        acme = await desktop(house)
        await called(house, acme)
        house.clock.pass_by(1)
        await house.endpoint(events=("connection.*",))
        assert await looked(house) == []
        house.clock.pass_by(SILENCE + 1)
        assert await looked(house) == ["connection.offline"]

    run(tmp_path, story)


def test_only_who_has_an_endpoint_is_watched(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.clock.pass_by(1)
        acme = await desktop(house)
        await called(house, acme)
        assert await looked(house) == []
        assert await house.owed() == []
        only = await house.connection("Embedded one")
        await house.endpoint(connection=only, events=("connection.*",))
        house.clock.pass_by(SILENCE + 1)
        assert await looked(house) == [], "an endpoint of one connection is told of no other"

    run(tmp_path, story)


async def of_qube(house: House, method: str, path: str, body: Any) -> Any:
    """What QUBE's second version answers."""
    _, key = await house.running.administration.create_key(house.account, None, "qube")
    auth = httpx.BasicAuth(key, "")
    answer = await house.caller.request(method, f"/api/v2{path}", json=body, auth=auth)
    assert answer.is_success, answer.text
    return answer.json()["data"]


async def told_by_qube(house: House, path: str) -> list[tuple[str, str]]:
    """What the address of a connection was told this time, as the vendor's own verifier reads it."""
    secret = await house.running.administration.webhook_secret(house.account, rotate=False)
    before = len(house.hooks.at(path))
    await house.running.post.watch.look()
    await house.post()
    events: list[Any] = [
        qubes.verify(each.body, each.headers["x-qube-signature"], [secret], now=house.clock.now())
        for each in house.hooks.at(path)[before:]
    ]
    assert all((each.type, each.sandbox, each.dedupe_key is not None) == ("connection", False, True) for each in events)
    return [(each.event, each.connection_id) for each in events]


def test_the_address_that_qubes_caller_gave_a_connection_is_told_what_becomes_of_it(tmp_path: Path) -> None:
    """Nobody has an endpoint; an address is told of its own connection alone, in the vendor's words."""

    async def story(house: House) -> None:
        given = {"name": "Acme", "webhook_url": house.hooks.url("/acme")}
        acme = (await of_qube(house, "POST", "/connections", given))["id"]
        other = (await of_qube(house, "POST", "/connections", {"webhook_url": house.hooks.url("/other")}))["id"]
        assert await told_by_qube(house, "/acme") == []
        await called(house, acme)
        assert await told_by_qube(house, "/acme") == [("connection.connected", acme)]
        assert await told_by_qube(house, "/acme") == []
        house.clock.pass_by(SILENCE + 1)
        assert await told_by_qube(house, "/acme") == [("connection.stalled", acme)]
        moved = {"webhook_url": house.hooks.url("/moved")}
        await of_qube(house, "PUT", f"/connections/{acme}", moved)
        await called(house, acme)
        assert await told_by_qube(house, "/moved") == [("connection.resumed", acme)]
        await called(house, other)
        assert await told_by_qube(house, "/other") == [("connection.connected", other)]
        assert {each.path for each in house.hooks.got} == {"/acme", "/moved", "/other"}
        revisions = [each.json["revision"] for each in house.hooks.got if each.json["connection_id"] == acme]
        assert revisions == sorted(revisions)

    run(tmp_path, story, default_books="desktop")


def test_an_address_that_is_given_later_is_told_of_what_is_news_then(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        acme = await desktop(house)
        await called(house, acme)
        house.clock.pass_by(1)
        await of_qube(house, "PUT", f"/connections/{acme}", {"webhook_url": house.hooks.url("/acme")})
        assert await told_by_qube(house, "/acme") == []
        house.clock.pass_by(SILENCE + 1)
        assert await told_by_qube(house, "/acme") == [("connection.stalled", acme)]

    run(tmp_path, story)


def test_an_endpoint_beside_the_address_hears_of_it_too(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("connection.*",))
        house.clock.pass_by(1)
        given = {"name": "Acme", "webhook_url": house.hooks.url("/acme")}
        acme = (await of_qube(house, "POST", "/connections", given))["id"]
        await called(house, acme)
        assert await told_by_qube(house, "/acme") == [("connection.connected", acme)]
        assert [each.json["type"] for each in house.hooks.at("/hook")] == ["connection.connected"]

    run(tmp_path, story, default_books="desktop")
