"""An error of our own: each operation still gives a valid answer, which ends the session cleanly (P13)."""

import re
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tests.unit.books.desktop.house import House, answered, in_house

from counterfoil.books.desktop.session import Conversation
from counterfoil.storage.contract import Store

WITHOUT_NUMBER = "Counterfoil met an error of its own. Nothing was lost; it will go on with the next session."
INCIDENT = re.compile(r"inc_[0-9a-f]{12}\b")


def breaks(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("a secret detail")


class Gone:
    """A database of which some ways in are gone; only the service's own, so that callers are not disturbed."""

    def __init__(self, store: Store, *ways: str) -> None:
        self.read = breaks if "read" in ways else store.read
        self.write = breaks if "write" in ways else store.write


@pytest.mark.parametrize(
    ("method", "operation", "values", "stop"),
    [
        ("authenticate", "authenticate", {"strUserName": "ada", "strPassword": "x"}, ["", "busy"]),
        ("send_request", "sendRequestXML", {"strHCPResponse": ""}, ""),
        ("receive", "receiveResponseXML", {"response": "<QBXML/>"}, "-1"),
        ("connection_error", "connectionError", {"hresult": "0x80040408"}, "done"),
        ("close", "closeConnection", {}, "OK"),
    ],
)
def test_an_operation_that_fails_stops_and_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    method: str,
    operation: str,
    values: dict[str, str],
    stop: Any,
) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        with monkeypatch.context() as broken:
            broken.setattr(Conversation, method, breaks)
            known = {"ticket": talk.ticket} if operation != "authenticate" else {}
            assert await office.soap(operation, **known, **values) == stop
        incident = INCIDENT.search(caplog.text)
        assert incident is not None
        assert "a secret detail" in caplog.text, "whoever runs it can find out"
        if operation != "authenticate":
            words = await talk.error()
            assert incident[0] in words
            assert "Nothing was lost" in words
            assert "secret" not in words
        assert not call.done()
        after = await office.session()
        document = await after.ask()
        assert "<Name>Ada</Name>" in document, "the next session goes on"
        await after.bring(answered(document))
        assert (await call).status_code == 200

    in_house(tmp_path / "data", work)


def test_an_answer_that_we_failed_to_take_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write was carried out, so that it must not leave again before QuickBooks was asked after it."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        document = await talk.ask()
        with monkeypatch.context() as broken:
            broken.setattr(house.running.conversation.settling, "answered", breaks)
            assert await talk.bring(answered(document)) < 0
        assert INCIDENT.search(await talk.error())
        await talk.close()
        after = await office.session()
        question = await after.ask()
        assert "CustomerAddRq" not in question
        assert "MessageSetID" in question
        await after.bring(answered(document))
        assert (await call).json()["name"] == "Ada"
        assert "CustomerAddRq" not in (await after.serve())[0]

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize(
    ("method", "operation", "stop"),
    [
        ("write", "authenticate", ["", "busy"]),
        ("write", "sendRequestXML", ""),
        ("read", "sendRequestXML", ""),
        ("write", "receiveResponseXML", "-1"),
        ("write", "connectionError", "done"),
        ("read", "getLastError", WITHOUT_NUMBER),
        ("write", "closeConnection", "OK"),
    ],
)
def test_a_database_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, operation: str, stop: str | list[str]
) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        call = await office.customer("Ada")
        with monkeypatch.context() as broken:
            broken.setattr(house.running.conversation, "store", Gone(house.running.store, method))
            told = await office.soap(operation, ticket=talk.ticket, strUserName=office.user, response="<QBXML/>")
        assert told == stop
        after = await office.session()
        document = await after.ask()
        assert "<Name>Ada</Name>" in document
        await after.bring(answered(document))
        assert (await call).status_code == 200

    in_house(tmp_path / "data", work)


def test_what_is_said_without_any_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        monkeypatch.setattr(house.running.conversation, "store", Gone(house.running.store, "read", "write"))
        assert (await office.soap("serverVersion")).startswith("Counterfoil ")
        expected: dict[str, str] = {
            "clientVersion": "",
            "getInteractiveURL": "",
            "interactiveRejected": "",
            "interactiveDone": "Done",
            "closeConnection": "OK",
        }
        for operation, said in expected.items():
            assert await office.soap(operation, ticket="T") == said
        assert "Nothing was lost" in await office.soap("getLastError", ticket="T")

    in_house(tmp_path / "data", work)
