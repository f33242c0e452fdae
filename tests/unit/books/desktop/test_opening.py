"""Who may begin a session, and when there is nothing to begin one for: passwords, tickets, pauses, working hours."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.books.desktop.house import NOON, PATH, House, Talk, answered, in_house

from counterfoil.core.clock import SetClock
from counterfoil.storage.connectors import Hours

GRACE = 600


@pytest.mark.parametrize("password", ["wrong", "", "x" * 10_000])
def test_a_wrong_password_opens_nothing(tmp_path: Path, password: str) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        ticket, word = await office.log_in(password)
        assert word == "nvu"
        assert ticket, "the Web Connector fails over an empty ticket"
        condition = await office.condition()
        assert (condition.state, condition.code) == ("needs_attention", "QBWC_PASSWORD_WRONG")
        talk = Talk(office, ticket)
        assert await talk.ask() == ""
        assert await talk.bring("") < 0
        assert await talk.close(), "it is closed all the same, as the Web Connector does"
        assert (await office.log_in())[1] == "", "the right one opens at once"

    in_house(tmp_path / "data", work)


def test_a_name_that_nobody_has(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        for name in ("", "nobody", "' OR 1=1 --", office.user.replace(office.user[-1], "?")):
            told = await office.soap("authenticate", strUserName=name, strPassword=office.password)
            assert told[1] == "nvu"
        assert (await office.condition()).state == "created"

    in_house(tmp_path / "data", work)


def test_a_connection_that_was_deleted_opens_nothing_more(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        await house.running.administration.delete_connection(office.connection.account_id, office.user)
        assert await talk.ask() == ""
        assert "removed" in await talk.error()
        assert (await office.log_in())[1] == "nvu"

    in_house(tmp_path / "data", work)


def test_spaces_around_a_copied_password_do_no_harm(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        assert (await office.log_in(f" {office.password}\n"))[1] == ""

    in_house(tmp_path / "data", work)


def test_an_old_password_opens_for_ten_minutes_more(tmp_path: Path) -> None:
    """P11."""

    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        old = office.password
        new = await house.running.connectors.new_password(office.connection)
        assert new != old
        house.clock.pass_by(GRACE - 1)
        for password in (old, new):
            assert (await office.log_in(password))[1] == PATH
        house.clock.pass_by(60)  # the session that was begun is no longer at work
        assert (await office.log_in(old))[1] == "nvu"
        assert (await office.condition()).code == "QBWC_PASSWORD_ROTATED"
        assert (await office.log_in("another"))[1] == "nvu"
        assert (await office.condition()).code == "QBWC_PASSWORD_WRONG"
        assert (await office.log_in(new))[1] == PATH

    in_house(tmp_path / "data", work)


def test_grace_is_for_one_password_and_no_longer(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        first = office.password
        second = await house.running.connectors.new_password(office.connection)
        await house.running.connectors.new_password(office.connection)
        assert (await office.log_in(first))[1] == "nvu"
        house.clock.pass_by(GRACE - 1)
        assert (await office.log_in(second))[1] == ""
        house.clock.pass_by(1)
        assert (await office.log_in(second))[1] == "nvu"

    in_house(tmp_path / "data", work)


def test_whoever_guesses_does_not_disturb_a_session_at_work(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        assert (await office.log_in("guess"))[1] == "nvu"
        condition = await office.condition()
        assert (condition.state, condition.connector.attention) == ("live", None)
        assert "HostQueryRq" in await talk.ask()

    in_house(tmp_path / "data", work)


def test_tickets_are_random_and_neither_they_nor_passwords_are_stored(tmp_path: Path) -> None:
    async def work(house: House) -> list[str]:
        office = await house.office()
        tickets = [(await office.log_in())[0] for _ in range(20)]
        tickets += [(await office.log_in("wrong"))[0] for _ in range(20)]
        assert len(set(tickets)) == 40
        assert all(len(ticket) == 43 for ticket in tickets), "32 bytes as base64 without its padding"
        assert len({ticket[:8] for ticket in tickets}) == 40, "no part of them is a clock or a counter"
        return [*tickets, office.password]

    secrets = in_house(tmp_path / "data", work)
    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file())
    assert len(stored) > 10_000
    assert [secret for secret in secrets if secret.encode() in stored] == []


def test_a_foreign_ticket_stops_every_operation(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        before = await office.proved()
        await office.customer("Ada")
        after = await office.session()
        for ticket in (before.ticket, "", "made up", after.ticket.swapcase(), after.ticket[:-1]):
            talk = Talk(office, ticket)
            assert await talk.ask() == ""
            assert await talk.bring(answered("<QBXML><QBXMLMsgsRq/></QBXML>")) < 0
            assert "session is over" in await talk.error()
            assert await office.soap("connectionError", ticket=ticket, hresult="0x80040408", message="") == "done"
            assert await talk.close() == "OK"
        assert (await office.condition()).code is None
        assert "<Name>Ada</Name>" in await after.ask(), "the session that is open has lost nothing"

    in_house(tmp_path / "data", work)


def test_polling_without_work_opens_nothing(tmp_path: Path) -> None:
    """P14: at first QuickBooks is opened once all the same, to see whose books these are."""

    async def work(house: House) -> None:
        office = await house.office(live=False)
        talk = await office.session()
        assert "HostQueryRq" in await talk.ask()
        assert (
            await talk.bring(answered('<QBXML><QBXMLMsgsRq><HostQueryRq requestID="0"/></QBXMLMsgsRq></QBXML>')) == 100
        )
        await talk.close()
        ticket, word = await office.log_in()
        assert (bool(ticket), word) == (True, "none")
        assert await Talk(office, ticket).close() == "OK"
        call = await office.customer("Ada")
        talk = await office.session()
        document, progress = await talk.serve()
        assert "<Name>Ada</Name>" in document
        assert progress == 100
        await talk.close()
        assert (await call).status_code == 200
        assert (await office.log_in())[1] == "none"

    in_house(tmp_path / "data", work)


def test_live_mode_opens_without_work_and_holds_the_call_until_there_is_some(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.session()
        held = asyncio.create_task(talk.ask())
        await asyncio.sleep(0.15)
        assert not held.done(), "nothing is there yet, and the call waits for it"
        call = asyncio.create_task(office.post("customers", {"name": "Ada"}))
        document = await asyncio.wait_for(held, 30)
        assert "<Name>Ada</Name>" in document
        await talk.bring(answered(document))
        assert (await call).status_code == 200

    in_house(tmp_path / "data", work, hold=15)


def test_a_second_connector_is_busy_while_a_call_is_held(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.session()
        held = asyncio.create_task(talk.ask())
        await asyncio.sleep(0.1)
        ticket, word = await office.log_in()
        assert word == "busy"
        assert await Talk(office, ticket).ask() == ""
        call = asyncio.create_task(office.post("customers", {"name": "Ada"}))
        document = await asyncio.wait_for(held, 30)
        assert "<Name>Ada</Name>" in document, "the first goes on"
        await talk.bring(answered(document))
        assert (await call).status_code == 200
        await talk.close()
        assert (await office.log_in())[1] == PATH

    in_house(tmp_path / "data", work, hold=15)


def test_idle_time_gives_quickbooks_back(tmp_path: Path) -> None:
    """Sixty seconds without work; a question that only keeps the session open is none."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        house.clock.pass_by(59)
        assert (await talk.serve())[1] < 100
        house.clock.pass_by(1)
        document, progress = await talk.serve()
        assert "HostQueryRq" in document
        assert progress == 100
        assert await talk.close() == "OK"

    in_house(tmp_path / "data", work)


def test_a_pause_hands_out_nothing_and_ends_by_itself(tmp_path: Path) -> None:
    """P15."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        await house.running.connectors.pause(office.connection, 900)
        document, progress = await talk.serve()
        assert "CustomerAdd" not in document, "the session that is open is given back"
        assert progress == 100
        await talk.close()
        assert (await office.condition()).state == "paused"
        refused = await office.post("customers", {"name": "Ben"})
        assert (refused.status_code, refused.json()["error"]["outcome"]) == (409, "not_applied")
        assert (await office.log_in())[1] == "none"
        house.clock.pass_by(899)
        assert (await office.log_in())[1] == "none"
        house.clock.pass_by(1)
        document, _ = await (await office.session()).serve()
        assert "<Name>Ada</Name>" in document
        assert (await call).status_code == 200

    in_house(tmp_path / "data", work)


def test_a_pause_is_ended_by_hand(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        await house.running.connectors.pause(office.connection, 900)
        await house.running.connectors.resume(office.connection)
        assert (await office.log_in())[1] == PATH
        assert (await office.condition()).state != "paused"

    in_house(tmp_path / "data", work)


def test_a_pause_is_heard_while_a_call_is_held(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.session()
        held = asyncio.create_task(talk.ask())
        await asyncio.sleep(0.1)
        await house.running.connectors.pause(office.connection, 900)
        document = await asyncio.wait_for(held, 30)
        assert await talk.bring(answered(document)) == 100

    in_house(tmp_path / "data", work, hold=15)


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        (datetime(2026, 3, 6, 12, 59, tzinfo=UTC), False),  # Friday, 7:59 in New York, five hours behind
        (datetime(2026, 3, 6, 13, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 6, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 6, 23, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 9, 11, 59, tzinfo=UTC), False),  # Monday after the clocks went forward: four hours behind
        (datetime(2026, 3, 9, 12, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 22, 0, tzinfo=UTC), False),
    ],
)
def test_working_hours_follow_the_wall_clock(tmp_path: Path, moment: datetime, open_then: bool) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        hours = Hours(start="08:00", end="18:00", zone="America/New_York")
        await house.running.connectors.configure(office.connection, hours=hours)
        house.clock.moment = int(moment.timestamp())
        assert (await office.log_in())[1] == (PATH if open_then else "none")

    in_house(tmp_path / "data", work, clock=SetClock(NOON))


def test_a_session_ends_when_the_working_hours_do(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        hours = Hours(start="08:00", end="12:30", zone="UTC")
        await house.running.connectors.configure(office.connection, hours=hours)
        talk = await office.proved()
        call = await office.customer("Ada")
        house.clock.pass_by(1800)
        document, progress = await talk.serve()
        assert "CustomerAdd" not in document
        assert progress == 100
        refused = await office.get("customers")
        assert refused.status_code == 409
        assert "08:00 to 12:30" in refused.text
        assert not call.done()
        call.cancel()

    in_house(tmp_path / "data", work)
