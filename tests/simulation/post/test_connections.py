"""What becomes of connections is told once, when it has happened, by a clock that is told to move."""

import asyncio
from pathlib import Path
from typing import Any, Final

from msgspec import structs
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
