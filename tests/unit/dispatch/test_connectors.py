"""In what condition a connection is, at the moments at which that changes (P02)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.books.desktop.house import NOON, House, Office, answered, in_house

from counterfoil.dispatch.connectors import Condition

Look = Callable[[int], int]


async def state(office: Office) -> str:
    return (await office.condition()).state


async def polled(house: House, office: Office, times: int, every: int) -> None:
    """Sessions that begin `every` seconds, without work; the last begins now."""
    for number in range(times):
        if number:
            house.clock.pass_by(every)
        talk = await office.session()
        document = await talk.ask()
        await talk.bring(answered(document))
        await talk.close()


def test_from_the_first_call_to_live(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        condition = await office.condition()
        assert (condition.state, condition.code) == ("created", "QBD_NEVER_CONNECTED")
        await office.soap("serverVersion")
        await office.soap("clientVersion", strVersion="2.3.0.215")
        assert await state(office) == "created", "nobody knows yet who it is"
        talk = await office.session()
        await talk.close()
        assert await state(office) == "seen"
        assert (await office.condition()).connector.connector_version == "2.3.0.215"
        talk = await office.proved()
        condition = await office.condition()
        assert (condition.state, condition.code, condition.expected_by) == ("live", None, NOON)
        await talk.close()
        assert await state(office) == "polling"

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize(("every", "late", "offline"), [(60, 180, 600), (300, 900, 3000)])
def test_a_connector_that_falls_silent(tmp_path: Path, every: int, late: int, offline: int) -> None:
    """Late after three intervals as they were learnt, offline after ten; three and ten minutes at least."""

    async def work(house: House) -> None:
        office = await house.office()
        await polled(house, office, 3, every)
        began = house.clock.now()
        assert (await office.condition()).connector.interval == every
        expected = [
            (late, "polling"),
            (late + 1, "late"),
            (offline, "late"),
            (offline + 1, "offline"),
            (offline + 1_000_000, "offline"),
        ]
        for seconds, name in expected:
            house.clock.moment = began + seconds
            assert await state(office) == name, seconds
        assert (await office.condition()).code == "QBD_OFFLINE"
        await (await office.session()).close()
        assert await state(office) == "polling", "it is heard of again"

    in_house(tmp_path / "data", work)


def test_a_frequent_connector_is_given_three_minutes(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await polled(house, office, 4, 5)
        house.clock.pass_by(180)
        assert await state(office) == "polling"
        house.clock.pass_by(1)
        assert await state(office) == "late"
        house.clock.pass_by(419)
        assert await state(office) == "late"
        house.clock.pass_by(1)
        assert await state(office) == "offline"

    in_house(tmp_path / "data", work)


def test_when_the_next_call_is_expected(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office(live=False)
        await polled(house, office, 1, 0)
        assert (await office.condition()).expected_by == NOON + 60, "what the file asks for, until it is known better"
        house.clock.pass_by(240)
        assert (await office.log_in())[1] == "none"
        assert (await office.condition()).expected_by == NOON + 480
        house.clock.pass_by(300)
        condition = await office.condition()
        assert condition.expected_by == house.clock.now(), "overdue: at any moment"

    in_house(tmp_path / "data", work)


def test_an_open_session_is_live_as_long_as_it_is_heard_of(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        house.clock.pass_by(45)
        assert await state(office) == "live"
        house.clock.pass_by(1)
        assert await state(office) == "polling"
        await talk.ask()
        house.clock.pass_by(1200)
        assert await state(office) == "live", "QuickBooks has a document in its hands, and may take its time"
        house.clock.pass_by(1)
        assert await state(office) == "offline"

    in_house(tmp_path / "data", work)


def test_a_pause_outranks_what_else_is_the_matter(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        await house.running.connectors.pause(office.connection, 5000)
        house.clock.pass_by(4999)
        condition = await office.condition()
        assert (condition.state, condition.code) == ("paused", "QBD_PAUSED")
        house.clock.pass_by(1)
        assert await state(office) == "offline"

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize(
    ("hresult", "expected"),
    [
        ("0x80040418", "needs_attention"),
        ("0x8004041D", "needs_attention"),
        ("0x80040403", "needs_attention"),
        ("0x80040414", "polling"),
        ("0x80040408", "polling"),
    ],
)
def test_quickbooks_that_cannot_be_opened(tmp_path: Path, hresult: str, expected: str) -> None:
    """What a person must mend stops the lane; what passes by itself is told and nothing more."""

    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        told = await _not_opened(office, hresult)
        assert (told.state, told.code) == (expected, hresult)
        await (await office.proved()).close()
        mended = await office.condition()
        assert (mended.state, mended.code) == ("polling", None)

    in_house(tmp_path / "data", work)


async def _not_opened(office: Office, hresult: str) -> Condition:
    """The stored path is tried once more, then no more."""
    ticket, path = await office.log_in()
    calls = [await office.soap("connectionError", ticket=ticket, hresult=hresult, message="") for _ in range(2)]
    assert calls == [path, "done"]
    await office.soap("closeConnection", ticket=ticket)
    return await office.condition()
