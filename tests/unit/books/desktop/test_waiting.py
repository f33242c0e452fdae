"""Whoever asked waits for QuickBooks, and what becomes of the request when nobody waits any more."""

import asyncio
from pathlib import Path

import pytest
from tests.unit.books.desktop.house import House, answered, in_house

OFFLINE = 601


@pytest.mark.parametrize("kind", ["write", "query"])
def test_a_connection_that_never_was_refuses_at_once(tmp_path: Path, kind: str) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        answer = await (office.get("customers") if kind == "query" else office.post("customers", {"name": "Ada"}))
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (409, "INTEGRATION_CONNECTION_NOT_SET_UP")
        assert (error["type"], error["outcome"]) == ("INTEGRATION_CONNECTION_ERROR", "not_applied")
        assert answer.headers["x-should-retry"] == "false"
        assert await office.entries("queued") == []

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("kind", ["write", "query"])
def test_a_connection_that_is_offline_refuses_at_once(tmp_path: Path, kind: str) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        house.clock.pass_by(OFFLINE)
        answer = await (office.get("customers") if kind == "query" else office.post("customers", {"name": "Ada"}))
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (409, "INTEGRATION_CONNECTION_NOT_ACTIVE")
        assert error["outcome"] == "not_applied"
        assert await office.entries("queued") == []

    in_house(tmp_path / "data", work)


def test_what_has_not_left_is_withdrawn(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        answer = await office.post("customers", {"name": "Ada"})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["outcome"]) == (504, "QBD_REQUEST_TIMEOUT", "not_applied")
        assert answer.headers["x-should-retry"] == "false"
        document, _ = await talk.serve()
        assert "Ada" not in document, "it never leaves"
        assert await office.entries("queued") == []

    in_house(tmp_path / "data", work, timeout=1)


def test_what_has_left_stays_and_is_unknown(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        document = await talk.ask()
        answer = await call
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["outcome"]) == (504, "QBD_REQUEST_TIMEOUT", "unknown")
        assert answer.headers["x-should-retry"] == "false"
        entry = (await office.entries("sent"))[0]
        assert error["pendingRequestId"] == entry.id
        assert 0 < await talk.bring(answered(document)) < 100
        assert await office.entries("sent") == [], "its answer is still taken"

    in_house(tmp_path / "data", work, timeout=1)


def test_the_same_key_finds_the_outcome_that_came_too_late(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        key = {"Idempotency-Key": "once"}
        call = await office.asked(office.post("customers", {"name": "Ada"}, **key))
        document = await talk.ask()
        assert (await call).status_code == 504
        joined = await office.post("customers", {"name": "Ada"}, **key)
        assert joined.json()["error"]["outcome"] == "unknown", "it waits for the first, and asks nothing anew"
        await talk.bring(answered(document))
        told = await office.post("customers", {"name": "Ada"}, **key)
        assert (told.status_code, told.json()["id"]) == (200, "80000001-1772452800")
        assert "Ada" not in (await talk.serve())[0], "QuickBooks was asked once"

    in_house(tmp_path / "data", work, timeout=1)


def test_a_query_whose_session_is_lost_is_asked_again(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.asked(office.get("customers"))
        assert "CustomerQueryRq" in await talk.ask()
        after = await office.session()
        again = await after.ask()
        assert "CustomerQueryRq" in again
        await after.bring(answered(again))
        assert (await call).json()["data"] == []

    in_house(tmp_path / "data", work)


def test_requests_of_two_companies_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        slow, quick = await house.office("Slow"), await house.office("Quick")
        held, free = await slow.proved(), await quick.proved()
        waiting = await slow.customer("Ada")
        in_hand = await held.ask()
        for name in ("Ben", "Cleo"):
            call = await quick.customer(name)
            await free.serve()
            assert (await call).json()["name"] == name
        assert not waiting.done()
        await held.bring(answered(in_hand))
        assert (await waiting).status_code == 200

    in_house(tmp_path / "data", work)


def test_a_caller_who_hangs_up_leaves_the_request_to_its_fate(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        document = await talk.ask()
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert 0 < await talk.bring(answered(document)) < 100
        assert await office.entries("sent") == []
        assert "HostQueryRq" in await talk.ask()

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("has_left", [False, True])
def test_a_server_that_stops_tells_whoever_waits(tmp_path: Path, has_left: bool) -> None:
    """No answer can come to it any more; what has not left is not carried out later, unheard."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        if has_left:
            await talk.ask()
        house.running.bells.stop()
        answer = await asyncio.wait_for(call, 30)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (504, "QBD_REQUEST_TIMEOUT")
        assert error["outcome"] == ("unknown" if has_left else "not_applied")
        assert [len(await office.entries(state)) for state in ("queued", "sent")] == [0, int(has_left)]

    in_house(tmp_path / "data", work)
