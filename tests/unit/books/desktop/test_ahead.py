"""The next document is chosen while the answer before it is stored: one commit for both, and nothing lost by it."""

import asyncio
from pathlib import Path

import pytest
from tests.unit.books.desktop.house import House, Office, Talk, answered, house, in_house
from tests.unit.books.desktop.test_incidents import Gone
from tests.unit.books.desktop.test_lane import MALFORMED, SAID, named, set_id


async def _first_answered(office: Office) -> Talk:
    """A session that has brought the answer about Ada, while Ben waits, and has not asked for more yet."""
    talk = await office.proved()
    for name in ("Ada", "Ben"):
        await office.customer(name)
    assert named((await talk.serve())[0]) == "Ada"
    return talk


async def _states(office: Office) -> dict[str, int]:
    return {state: len(await office.entries(state)) for state in ("queued", "sent", "unknown")}


def test_it_is_written_down_before_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the call that asks has nothing left to write."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await _first_answered(office)
        entry = (await office.entries("sent"))[0]
        with monkeypatch.context() as broken:
            broken.setattr(house.running.conversation, "store", Gone(house.running.store, "write"))
            document = await talk.ask()
        assert named(document) == "Ben"
        assert (entry.sent, entry.attempts) == (document.encode(), 1)
        await talk.bring(answered(document))
        assert await _states(office) == {"queued": 0, "sent": 0, "unknown": 0}

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("end", ["closed", "replaced"])
def test_it_is_taken_back_where_the_session_ends_first(tmp_path: Path, end: str) -> None:
    """Nobody has it: there is nothing to be looked for, and no try is lost."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await _first_answered(office)
        if end == "closed":
            await talk.close()
        after = await office.session()
        entry = (await office.entries("queued"))[0]
        assert (entry.attempts, entry.sent) == (0, None)
        assert await talk.ask() == "", "the session is over"
        assert named(await after.ask()) == "Ben"

    in_house(tmp_path / "data", work)


def test_what_was_asked_for_is_in_doubt_where_the_session_ends(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await _first_answered(office)
        document = await talk.ask()
        await talk.close()
        assert await _states(office) == {"queued": 0, "sent": 0, "unknown": 1}
        question = await (await office.session()).ask()
        assert f'oldMessageSetID="{set_id(document)}"' in question
        assert "CustomerAddRq" not in question

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("asked", [False, True])
def test_a_process_that_begins_goes_on_with_the_same_bytes(tmp_path: Path, asked: bool) -> None:
    """It cannot know whether they have left: they leave again, or the write is looked for."""

    async def work() -> None:
        async with house(tmp_path / "data") as before:
            office = await before.office()
            talk = await _first_answered(office)
            written = (await office.entries("sent"))[0].sent
            if asked:
                assert (await talk.ask()).encode() == written
        async with house(tmp_path / "data") as home:
            office = Office(home, office.connection, office.password)
            again = Talk(office, talk.ticket)
            again.told = ""
            assert (await again.ask()).encode() == written
        async with house(tmp_path / "data") as home:
            office = Office(home, office.connection, office.password)
            await Talk(office, talk.ticket).close()
            assert await _states(office) == {"queued": 0, "sent": 0, "unknown": 1}

    asyncio.run(work())


def test_what_a_process_has_forgotten_counts_as_having_left(tmp_path: Path) -> None:
    async def work() -> None:
        async with house(tmp_path / "data") as before:
            office = await before.office()
            talk = await _first_answered(office)
        async with house(tmp_path / "data") as home:
            office = Office(home, office.connection, office.password)
            await Talk(office, talk.ticket).close()
            assert await _states(office) == {"queued": 0, "sent": 0, "unknown": 1}

    asyncio.run(work())


@pytest.mark.parametrize(("hresult", "message"), [("", ""), (MALFORMED, SAID)])
def test_an_answer_that_comes_twice_is_not_taken_for_its_own(tmp_path: Path, hresult: str, message: str) -> None:
    """One that names nothing, so that it would be taken for that of whatever the session has in its hands."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await _first_answered(office)
        assert 0 < await talk.bring("", hresult, message) < 100
        assert await _states(office) == {"queued": 0, "sent": 1, "unknown": 0}
        document = await talk.ask()
        assert named(document) == "Ben"
        await talk.bring(answered(document))
        assert await _states(office) == {"queued": 0, "sent": 0, "unknown": 0}

    in_house(tmp_path / "data", work)


def test_a_pause_holds_it_back(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await _first_answered(office)
        await house.running.connectors.pause(office.connection, 60)
        assert named(await talk.ask()) == "", "a harmless question, the last of the session"
        assert await _states(office) == {"queued": 1, "sent": 0, "unknown": 0}
        house.clock.pass_by(61)
        assert named(await (await office.session()).ask()) == "Ben"

    in_house(tmp_path / "data", work)


def test_a_call_that_is_not_heard_gets_it_again_and_not_for_ever(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await _first_answered(office)
        heard = [await talk.ask() for _ in range(20)]
        assert named(heard[0]) == "Ben"
        assert set(heard) == {heard[0], ""}
        assert heard[-1] == ""
        assert heard.count(heard[0]) == 6
        assert await _states(office) == {"queued": 0, "sent": 0, "unknown": 1}

    in_house(tmp_path / "data", work)
