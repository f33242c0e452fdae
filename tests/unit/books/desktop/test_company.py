"""Whose books are these? Each session proves it, before anything leaves (P06, P08)."""

from pathlib import Path
from uuid import uuid4

import pytest
from tests.unit.books.desktop.house import PATH, House, answered, described, in_house

OTHER = str(uuid4())


def test_the_right_company_gets_its_request_and_makes_itself_known(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        call = await office.customer("Ada")
        talk = await office.session()
        document = await talk.ask()
        assert "<Name>Ada</Name>" in document
        await talk.bring(answered(document))
        assert (await call).json()["name"] == "Ada"
        connector = (await office.condition()).connector
        assert (connector.company_name, connector.company_file) == ("Acme", PATH)
        assert connector.product == "QuickBooks Desktop Enterprise Solutions"
        assert (connector.product_version, connector.qbxml_version) == ("34.0", "13.0")

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("spelling", ["{{{}}}", "{}"])
@pytest.mark.parametrize("upper", [True, False])
def test_ids_are_the_same_with_braces_or_without_in_any_case(tmp_path: Path, spelling: str, upper: bool) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.session()
        identifier = spelling.format(office.user.upper() if upper else office.user)
        told = office.described().replace(f"{{{office.user}}}", identifier)
        assert "HostQueryRq" in await talk.ask(told)
        assert (await office.condition()).connector.company_name == "Acme"

    in_house(tmp_path / "data", work)


def test_another_company_gets_nothing_until_the_right_one_is_open_again(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        call = await office.customer("Ada")
        for _ in range(2):
            talk = await office.session()
            assert await talk.ask(office.described(file_id=OTHER, company="Bolt and Sons")) == ""
            words = await talk.error()
            assert "QBD_WRONG_COMPANY_FILE" in words
            await talk.close()
            condition = await office.condition()
            assert (condition.state, condition.code) == ("needs_attention", "QBD_WRONG_COMPANY_FILE")
            assert "Bolt and Sons" in (condition.words or "")
            assert "Acme" in (condition.words or ""), "the person is told both names"
        assert not call.done()
        entry = (await office.entries("queued"))[0]
        assert (entry.attempts, entry.sent) == (0, None)

        talk = await office.session()
        document = await talk.ask()
        assert "<Name>Ada</Name>" in document
        await talk.bring(answered(document))
        assert (await call).status_code == 200
        assert (await office.condition()).code is None

    in_house(tmp_path / "data", work)


def test_a_wrong_company_is_told_to_callers_at_once(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.session()
        await talk.ask(office.described(file_id=OTHER))
        answer = await office.post("customers", {"name": "Ada"})
        assert (answer.status_code, answer.json()["error"]["outcome"]) == (502, "not_applied")
        assert "QBD_WRONG_COMPANY_FILE" in answer.text
        assert await office.entries("queued") == []

    in_house(tmp_path / "data", work)


def test_a_session_whose_company_was_wrong_stays_without_requests(tmp_path: Path) -> None:
    """Not even a proof that comes later in the same session opens it."""

    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        await office.customer("Ada")
        talk = await office.session()
        assert await talk.ask(office.described(file_id=OTHER)) == ""
        assert await talk.ask(office.described()) == ""
        assert len(await office.entries("queued")) == 1

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("told", ["", "no XML at all", "<QBXML><QBXMLMsgsRs/></QBXML>"])
def test_where_the_connector_does_not_say_quickbooks_is_asked(tmp_path: Path, told: str) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        call = await office.customer("Ada")
        talk = await office.session()
        question = await talk.ask(told)
        assert "CompanyQueryRq" in question
        assert f"<OwnerID>{{{office.connection.account_id}}}</OwnerID>" in question
        assert "CustomerAdd" not in question
        assert 0 < await talk.bring(office.described()) < 100
        document = await talk.ask()
        assert "<Name>Ada</Name>" in document
        await talk.bring(answered(document))
        assert (await call).status_code == 200

    in_house(tmp_path / "data", work)


def test_a_company_that_cannot_be_told_gets_nothing(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        await (await office.proved()).close()
        await office.customer("Ada")
        account, user = office.connection.account_id, office.user
        unmarked = described(user, account).replace("FileID", "Something")
        marked_by_others = described(user, OTHER)
        for answer in (unmarked, marked_by_others, "<torn", ""):
            talk = await office.session()
            assert "CompanyQueryRq" in await talk.ask(unmarked)
            assert await talk.bring(answer) < 0
            words = await talk.error()
            assert "QBD_COMPANY_UNPROVED" in words
            assert await talk.ask() == ""
            await talk.close()
            assert (await office.condition()).code == "QBD_COMPANY_UNPROVED"
        entry = (await office.entries("queued"))[0]
        assert (entry.attempts, entry.sent) == (0, None)

    in_house(tmp_path / "data", work)


def test_two_connections_each_know_their_own_company_alone(tmp_path: Path) -> None:
    """The ticket of one with the company of the other ends the session, whoever asked."""

    async def work(house: House) -> None:
        acme, bolt = await house.office("Acme"), await house.office("Bolt")
        for office in (acme, bolt):
            await (await office.proved()).close()
        for_acme = await acme.customer("Ada")
        for_bolt = await bolt.customer("Ben")
        astray = await acme.session()
        assert await astray.ask(bolt.described()) == ""
        assert (await acme.condition()).code == "QBD_WRONG_COMPANY_FILE"
        assert (await bolt.condition()).code is None
        for office, call, name in ((bolt, for_bolt, "Ben"), (acme, for_acme, "Ada")):
            document, _ = await (await office.session()).serve()
            assert f"<Name>{name}</Name>" in document
            assert (await call).json()["name"] == name

    in_house(tmp_path / "data", work)
