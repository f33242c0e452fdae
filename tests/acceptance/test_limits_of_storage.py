"""The disk is full, or the database is gone: each dialect says so, nothing is lost or half, and it passes by itself."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.acceptance.conftest import counts, run
from tests.acceptance.presence import ASKS, Ask, Presence, lived
from tests.support.postgres import TestServer

from counterfoil.core.errors import StorageAway
from counterfoil.storage.sqlite import SqliteStore

FULL = "The disk of this installation is full."
AWAY = "The database of this installation cannot be reached; nothing was stored."


def store_of(there: Presence) -> SqliteStore:
    assert isinstance(there.running.store, SqliteStore)
    return there.running.store


def pages(there: Presence, most: int | None = None) -> int:
    """How many pages the database has; `most` is how many it may have from now on, as if the disk ended there."""
    connection = store_of(there).writer.connection
    if most is not None:
        connection.execute(f"PRAGMA max_page_count = {most}").fetchall()
    return int(str(connection.pragma("page_count")))


def check_told(ask: Ask, answer: httpx.Response, words: str, code: str, seconds: str, outcome: str) -> None:
    """A 503 in the vendor's shape, which says what became of the request and when to come again."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"] == seconds
    told: Any = answer.json()
    if ask.dialect == "conductor":
        assert answer.headers.get("x-should-retry") != "false"
        inner = told["error"]
        assert (inner["code"], inner["message"], inner["outcome"]) == (code, words, outcome)
        assert inner["fixes"][0]["actor"] == "operator"
    elif ask.dialect == "qube":
        assert told == {"errors": {"detail": words}}
    elif ask.dialect == "chargeover":
        assert (told["code"], told["status"], told["message"]) == (503, "Error", words)
        assert told["details"] == {"outcome": outcome}
    else:
        assert (told["type"], told["message"], told["outcome"]) == ("Unavailable", words, outcome)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.dialect)
def test_a_full_disk_is_told_and_passes(tmp_path: Path, ask: Ask) -> None:
    """Ask until the disk is full, make room, and ask for the same once more: each answer of success is in the books."""
    data = tmp_path / "data"
    stored = 0

    async def story(there: Presence) -> None:
        nonlocal stored
        async with there.client() as client:
            assert (await ask.write(client, there.key, 1)).status_code < 300
            before = counts(data)
            pages(there, pages(there) + 2)
            answers = []
            for number in range(2, 400):
                answers.append(await ask.write(client, there.key, number, **{"Idempotency-Key": f"key-{number}"}))
                if answers[-1].status_code >= 300:
                    break
            check_told(ask, answers[-1], FULL, "STORAGE_FULL", "30", "not_applied")
            full = counts(data)
            assert (await client.get("/health")).status_code == 200
            ready = await client.get("/ready")
            assert (ready.status_code, ready.json()["problems"][0]["check"]) == (503, "disk")
            again = await ask.write(client, there.key, number, **{"Idempotency-Key": f"key-{number}"})
            check_told(ask, again, FULL, "STORAGE_FULL", "30", "not_applied")
            assert counts(data) == full, "what was refused left nothing behind"

            pages(there, 1_000_000)
            mended = await ask.write(client, there.key, number, **{"Idempotency-Key": f"key-{number}"})
            assert mended.status_code < 300
            assert (await client.get("/ready")).status_code == 200
        stored = len(answers)
        table = {"conductor": "transactions", "qube": "queue", "chargeover": "objects", "snapbooks": "transactions"}
        kept = table[ask.dialect]
        assert counts(data)[kept] == before[kept] + stored, "each that was answered with success, once"

    lived(data, story)
    assert stored > 1
    assert run(data, "doctor", "--json").json["ok"]


def test_clients_that_come_again_meanwhile_lose_nothing(tmp_path: Path) -> None:
    """Many write at once while the disk fills up and room is made again; whoever was refused comes again."""
    data = tmp_path / "data"
    ask = ASKS[0]

    async def story(there: Presence) -> None:
        before = counts(data)["transactions"]
        pages(there, pages(there) + 12)

        async def until_stored(client: httpx.AsyncClient, number: int) -> int:
            for refusals in range(500):
                answer = await ask.write(client, there.key, number, **{"Idempotency-Key": f"key-{number}"})
                if answer.status_code == 200:
                    return refusals
                assert answer.json()["error"]["code"] == "STORAGE_FULL"
                await asyncio.sleep(0.02)
            raise AssertionError("never stored")

        async with there.client() as client:
            writing = [asyncio.create_task(until_stored(client, number)) for number in range(1, 61)]
            await asyncio.sleep(0.3)
            pages(there, 1_000_000)
            refused = await asyncio.gather(*writing)
        assert sum(refused) > 0, "the disk was full for a while"
        assert counts(data)["transactions"] == before + 60

    lived(data, story)
    assert run(data, "doctor", "--json").json["ok"]


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.dialect)
@pytest.mark.parametrize(
    ("error", "words", "outcome"),
    [
        (StorageAway(), AWAY, "not_applied"),
        (
            StorageAway(in_commit=True),
            "The database of this installation went away while this was being stored.",
            "unknown",
        ),
    ],
    ids=["away", "in commit"],
)
def test_a_database_that_is_gone_is_told_and_comes_back(
    tmp_path: Path, ask: Ask, error: StorageAway, words: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(there: Presence) -> None:
        async def gone(*_: object, **__: object) -> None:
            raise error

        async with there.client() as client:
            with monkeypatch.context() as patch:
                patch.setattr(there.running.store, "read", gone)
                patch.setattr(there.running.store, "write", gone)
                answer = await ask.write(client, there.key)
                check_told(ask, answer, words, "STORAGE_UNAVAILABLE", "5", outcome)
            assert (await ask.write(client, there.key)).status_code < 300

    lived(tmp_path / "data", story)


def test_a_web_connector_comes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told that its company is busy, which makes it call again later; and then it is let in."""

    async def story(there: Presence) -> None:
        made = await there.running.commands.perform("connection.create", {"name": "Wren", "books": "desktop"})

        async def gone(*_: object, **__: object) -> None:
            raise StorageAway

        async with there.client() as client:
            with monkeypatch.context() as patch:
                patch.setattr(there.running.store, "write", gone)
                patch.setattr(there.running.store, "read", gone)
                said = await client.post("/qbwc", content=_authenticate(made["id"], made["password"]))
            assert (said.status_code, "<string>busy</string>" in said.text) == (200, True)
            well = await client.post("/qbwc", content=_authenticate(made["id"], made["password"]))
        assert "busy" not in well.text
        assert "nvu" not in well.text

    lived(tmp_path / "data", story)


def _authenticate(user: str, password: str) -> str:
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<authenticate xmlns="http://developer.intuit.com/"><strUserName>{user}</strUserName>'
        f"<strPassword>{password}</strPassword></authenticate></soap:Body></soap:Envelope>"
    )


def test_a_real_database_that_stops_and_starts(tmp_path: Path) -> None:
    """PostgreSQL is stopped under a running server and started again; nobody starts the server anew."""
    postgres = TestServer()

    async def story(there: Presence) -> None:
        async with there.client() as client:
            for ask in ASKS:
                assert (await ask.write(client, there.key, 1)).status_code < 300
            assert (await client.get("/metrics")).status_code == 200
            postgres.stop()
            for ask in ASKS:
                check_told(ask, await ask.write(client, there.key, 2), AWAY, "STORAGE_UNAVAILABLE", "5", "not_applied")
            ready = await client.get("/ready")
            assert (ready.status_code, ready.json()["problems"][0]["check"]) == (503, "database")
            assert (await client.get("/health")).status_code == 200
            assert (await client.get("/metrics")).status_code == 200, "what is counted here needs no database"
            postgres.start()
            for ask in ASKS:
                assert (await ask.write(client, there.key, 2)).status_code < 300
            assert (await client.get("/ready")).status_code == 200

    try:
        lived(tmp_path / "data", story, database=postgres.database(), secret="a secret of these tests alone")
    finally:
        postgres.remove()
