"""What leaves the lane, in which order, and what an answer makes of it."""

import asyncio
import re
from pathlib import Path

import pytest
from tests.unit.books.desktop.house import Answer, House, Office, Talk, answered, in_house

MALFORMED = "0x80040400"
SAID = "QuickBooks found an error when parsing the provided XML text stream."
LOCKED = (
    "There was an error adding, modifying or deleting 1C5D12-1780069371 because it is already in use.  QuickBooks "
    "error message: The transaction could not be locked.  It is in use by another user."
)


def named(document: str) -> str:
    """Whom a CustomerAdd is about."""
    found = re.search(r"<CustomerAdd><Name>(\w+)</Name>", document)
    return found[1] if found else ""


async def drained(talk: Talk, most: int = 50) -> list[tuple[str, int]]:
    """Serve until only the question is handed out that keeps a session open; each document with its progress."""
    passed: list[tuple[str, int]] = []
    while len(passed) < most:
        document, progress = await talk.serve()
        passed.append((document, progress))
        if "HostQueryRq" in document or progress >= 100:
            return passed
    raise AssertionError("the lane does not come to an end")


def test_requests_leave_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        names = [f"Customer{number}" for number in range(12)]
        calls = [await office.customer(name) for name in names]
        assert (await office.condition()).waiting == 12
        passed = await drained(talk)
        assert [named(document) for document, _ in passed] == [*names, ""]
        assert [(await call).json()["name"] for call in calls] == names

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("live", [True, False])
def test_progress_is_100_after_the_last_and_never_before(tmp_path: Path, live: bool) -> None:
    async def work(house: House) -> None:
        office = await house.office(live=live)
        first = await office.session()
        assert (await first.serve())[1] == (50 if live else 100), "nothing is known of what may come in live mode"
        await first.close()
        for number in range(10):
            await office.customer(f"Customer{number}")
        progress = [await_progress for _, await_progress in await drained(await office.session())]
        early, last = progress[:9], progress[9]
        assert len(progress) == (11 if live else 10)
        assert all(0 < each < 100 for each in early)
        assert early == sorted(early)
        assert (last < 100) if live else (last == 100)

    in_house(tmp_path / "data", work)


def test_a_poison_request_fails_alone(tmp_path: Path) -> None:
    """P20: the third of ten is one that QuickBooks takes for no document at all."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        calls = [await office.customer(f"Customer{number}") for number in range(1, 11)]
        progress, handed = [], []
        while "HostQueryRq" not in (document := await talk.ask()):
            handed.append(named(document))
            poison = handed[-1] == "Customer3"
            progress.append(await talk.bring(*(("", MALFORMED, SAID) if poison else (answered(document),))))
        assert handed == [f"Customer{number}" for number in range(1, 11)], "each left once"
        assert all(0 < each < 100 for each in progress)
        answers = [await call for call in calls]
        assert [answer.status_code for answer in answers] == [200, 200, 502, *[200] * 7]
        error = answers[2].json()["error"]
        assert (error["integrationCode"], error["outcome"]) == (MALFORMED, "not_applied")
        assert "developer" in [fix["actor"] for fix in error["fixes"]]
        assert await office.entries("queued") == []

    in_house(tmp_path / "data", work)


def test_a_request_that_only_ever_meets_a_busy_quickbooks_is_given_up(tmp_path: Path) -> None:
    """Five tries; then the lane goes on with the next."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        stuck, after = await office.customer("Stuck"), await office.customer("After")
        handed = []
        for _ in range(5):
            handed.append(named(await talk.ask()))
            await talk.bring("", "0x8004041B", "QuickBooks was unable to lock the necessary information.")
        assert handed == ["Stuck"] * 5
        assert (await office.condition()).connector.attention == "0x8004041B"
        assert named((await talk.serve())[0]) == "After"
        assert (await stuck).status_code == 502
        assert (await after).status_code == 200
        assert (await office.condition()).connector.attention is None, "what worked shows that the trouble is over"

    in_house(tmp_path / "data", work)


def test_a_lock_is_tried_again_after_two_seconds(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        first = await talk.ask()
        assert named(first) == "Ada"
        await talk.bring(answered(first, 3175, LOCKED))
        for _ in range(2):
            assert named((await talk.serve())[0]) == "", "not yet"
            house.clock.pass_by(1)
        assert not call.done()
        second = await talk.ask()
        assert named(second) == "Ada"
        assert set_id(second) != set_id(first), "under the first name QuickBooks would repeat its refusal"
        await talk.bring(answered(second))
        assert (await call).status_code == 200
        assert named((await talk.serve())[0]) == "", "it leaves no third time"

    in_house(tmp_path / "data", work)


def test_what_waits_for_a_lock_holds_its_place(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        await office.customer("First")
        await office.customer("Second")
        await talk.bring(answered(await talk.ask(), 3175, LOCKED))
        assert named((await talk.serve())[0]) == ""
        house.clock.pass_by(2)
        assert [named((await talk.serve())[0]) for _ in range(2)] == ["First", "Second"]

    in_house(tmp_path / "data", work)


def test_a_lock_that_stays_is_told_in_the_end(tmp_path: Path) -> None:
    """Tried again after 2, 8 and 30 seconds."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        for wait in (2, 8, 30):
            await talk.bring(answered(await talk.ask(), 3175, LOCKED))
            house.clock.pass_by(wait - 1)
            assert named((await talk.serve())[0]) == ""
            house.clock.pass_by(1)
        await talk.bring(answered(await talk.ask(), 3175, LOCKED))
        error = (await call).json()["error"]
        assert (error["integrationCode"], error["outcome"]) == ("3175", "not_applied")

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3200, "The provided edit sequence is out-of-date."),
        (3100, 'The name "Ada" of the list element is already in use.'),
        (3140, 'There is an invalid reference to QuickBooks Terms "X" in the Customer.'),
        (3260, "Insufficient permission level to perform this action."),
    ],
)
def test_a_refusal_is_not_tried_again(tmp_path: Path, code: int, words: str) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        await talk.bring(answered(await talk.ask(), code, words))
        error = (await call).json()["error"]
        assert (error["integrationCode"], error["outcome"]) == (str(code), "not_applied")
        house.clock.pass_by(40)
        assert named((await talk.serve())[0]) == ""

    in_house(tmp_path / "data", work)


def test_nothing_found_is_an_empty_list(tmp_path: Path) -> None:
    """P19: the session goes on."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        listed, made = await office.asked(office.get("customers")), await office.customer("Ada")
        query = await talk.ask()
        assert "<CustomerQueryRq" in query
        assert 0 < await talk.bring(answered(query)) < 100, "status 1"
        answer = await listed
        assert (answer.status_code, answer.json()["data"]) == (200, [])
        assert named((await talk.serve())[0]) == "Ada"
        assert (await made).status_code == 200

    in_house(tmp_path / "data", work)


def test_one_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        read = await office.asked(office.get("customers/80000009-1"))
        words = 'The query request has not been fully completed. There was a required element ("80000009-1")'
        assert 0 < await talk.bring(answered(await talk.ask(), 500, words)) < 100
        answer = await read
        assert answer.status_code == 502
        assert answer.json()["error"]["integrationCode"] == "500"
        assert (await office.condition()).code is None

    in_house(tmp_path / "data", work)


def test_a_call_that_was_not_heard_gets_the_very_same_bytes(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        await office.customer("Ben")
        documents = [await talk.ask() for _ in range(4)]
        assert named(documents[0]) == "Ada"
        assert set(documents) == {documents[0]}
        entry = (await office.entries("sent"))[0]
        assert (entry.attempts, entry.sent) == (1, documents[0].encode())
        await talk.bring(answered(documents[0]))
        assert (await call).status_code == 200
        assert named(await talk.ask()) == "Ben"

    in_house(tmp_path / "data", work)


def test_a_connector_that_only_asks_is_sent_away(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        await office.customer("Ada")
        heard = [await talk.ask() for _ in range(20)]
        assert heard[-1] == ""
        assert heard.count(heard[0]) == 6
        assert "session is over" in await talk.error()
        assert [each.state for each in await office.entries("unknown")] == ["unknown"]

    in_house(tmp_path / "data", work)


def test_an_answer_that_comes_twice_settles_once(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        first, second = await office.customer("Ada"), await office.customer("Ben")
        about_ada = await talk.ask()
        for _ in range(3):
            assert 0 < await talk.bring(answered(about_ada)) < 100
        assert (await first).json()["name"] == "Ada"
        about_ben = await talk.ask()
        assert 0 < await talk.bring(answered(about_ada, 3180, "late, and no longer true")) < 100
        assert not second.done(), "the answer of another document says nothing of this one"
        assert await talk.ask() == about_ben
        await talk.bring(answered(about_ben))
        assert (await second).json()["name"] == "Ben"
        again = await office.customer("Ada")
        await talk.serve()
        assert (await again).status_code == 200

    in_house(tmp_path / "data", work)


def test_an_answer_under_another_ticket_settles_nothing_there(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        acme, bolt = await house.office("Acme"), await house.office("Bolt")
        for_acme, for_bolt = await _waiting(acme, "Ada"), await _waiting(bolt, "Ben")
        assert await for_bolt[0].bring(answered(for_acme[1])) < 0
        assert len(await bolt.entries("unknown")) == len(await acme.entries("sent")) == 1
        assert await for_bolt[0].bring(answered(for_bolt[1])) < 0, "the session is over"
        for call in (for_acme[2], for_bolt[2]):
            assert not call.done()
            call.cancel()

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("answer", ["", "<QBXML><torn", "<html>Bad gateway</html>", "<QBXML><QBXMLMsgsRs/></QBXML>"])
def test_a_write_whose_answer_cannot_be_read_is_asked_after_first(tmp_path: Path, answer: str) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        await office.customer("Ben")
        document = await talk.ask()
        await talk.bring(answer)
        question = await talk.ask()
        assert f'oldMessageSetID="{set_id(document)}"' in question
        assert f'newMessageSetID="{set_id(document)}"' in question
        assert "CustomerAddRq" not in question, "the state of the set is asked, nothing is sent again"
        empty = f'<QBXML><QBXMLMsgsRs newMessageSetID="{set_id(document)}" messageSetStatusCode="600"/></QBXML>'
        await talk.bring(empty)
        look_up = await talk.ask()
        assert "CustomerAddRq" not in look_up, "QuickBooks may have lost what it knew: the company file is looked at"
        await talk.bring(nothing_found(look_up))
        again = await talk.ask()
        assert set_id(again) == set_id(document), "the very same set: QuickBooks would know it"
        assert again == document
        await talk.bring(answered(again))
        assert (await call).status_code == 200

    in_house(tmp_path / "data", work)


def nothing_found(document: str) -> str:
    """The answer to a query of customers that finds none."""
    found = re.search(r' requestID="([^"]+)"', document)
    assert found is not None, document
    status = f'requestID="{found[1]}" statusCode="1" statusSeverity="Info" statusMessage="Nothing found."'
    return f"<QBXML><QBXMLMsgsRs><CustomerQueryRs {status}/></QBXMLMsgsRs></QBXML>"


def set_id(document: str) -> str:
    found = re.search(r' newMessageSetID="([^"]+)"', document)
    assert found is not None, document
    assert len(found[1]) <= 23
    return found[1]


async def _waiting(office: Office, name: str) -> tuple[Talk, str, asyncio.Task[Answer]]:
    """A session that has a customer's document in its hands."""
    talk = await office.proved()
    call = await office.customer(name)
    return talk, await talk.ask(), call
