"""What may come to an open address: it gets a short, valid SOAP answer, quickly, and hears nothing of itself."""

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.books.desktop.house import House, envelope, in_house

from counterfoil.books.desktop import session

SPACE: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
OPERATIONS: Final = (
    *("serverVersion", "clientVersion", "authenticate", "sendRequestXML", "receiveResponseXML", "connectionError"),
    *("getLastError", "closeConnection", "getInteractiveURL", "interactiveRejected", "interactiveDone"),
)
CANARY: Final = "canary-7c1d"
CALL: Final = envelope("getLastError", ticket=CANARY).decode()


def with_doctype(doctype: str, text: str) -> bytes:
    head, _, rest = CALL.partition("?>")
    return f"{head}?>{doctype}{rest.replace(CANARY, text)}".encode()


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE: Final[dict[str, Callable[[], bytes]]] = {
    "billion laughs": lambda: with_doctype(f'<!DOCTYPE x [<!ENTITY a0 "{CANARY}">{LAUGHS}]>', "&a9;"),
    "quadratic blow-up": lambda: with_doctype(f'<!DOCTYPE x [<!ENTITY a "{"A" * 100_000}">]>', "&a;" * 10_000),
    "a file": lambda: with_doctype('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>', "&a;"),
    "an address": lambda: with_doctype('<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>', "&a;"),
    "a parameter entity": lambda: with_doctype('<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>', "x"),
    "a public declaration": lambda: with_doctype('<!DOCTYPE x PUBLIC "-//W3C//DTD" "http://127.0.0.1:9/x.dtd">', "x"),
    "a bare declaration": lambda: with_doctype("<!DOCTYPE x>", "x"),
    "a declaration after a comment": lambda: with_doctype('<!-- x --><!DOCTYPE x [<!ENTITY a "b">]>', "&a;"),
    "an undeclared entity": lambda: with_doctype("", "&nobody;"),
    "deep nesting": lambda: with_doctype("", "<a>" * 10_000 + CANARY + "</a>" * 10_000),
    "deep nesting around": lambda: b"<a>" * 10_000 + CALL.partition("?>")[2].encode() + b"</a>" * 10_000,
    "UTF-7": lambda: b'<?xml version="1.0" encoding="utf-7"?>' + "<a>&é</a>".encode("utf-7"),
    "UTF-16 that says UTF-8": lambda: CALL.encode("utf-16-le"),
    "UTF-8 that says UTF-16": lambda: CALL.replace("utf-8", "utf-16").encode(),
    "UTF-16 with half a character": lambda: b"\xff\xfe" + CALL.encode("utf-16-le")[:-1],
    "UTF-16 with half a pair": lambda: b"\xff\xfe" + CALL.encode("utf-16-le") + b"\x00\xd8",
    "UTF-32": lambda: CALL.encode("utf-32"),
    "broken UTF-8": lambda: CALL.replace(CANARY, "\xff\xfe").encode("latin-1"),
    "NUL": lambda: CALL.replace(CANARY, "a\x00b").encode(),
    "a NUL by number": lambda: CALL.replace(CANARY, "&#0;").encode(),
    "a surrogate by number": lambda: CALL.replace(CANARY, "&#xD800;").encode(),
    "an open CDATA": lambda: CALL.replace(CANARY, "<![CDATA[" + CANARY).encode(),
    "the end of a CDATA": lambda: CALL.replace(CANARY, "]]>").encode(),
    "doubled attributes": lambda: CALL.replace("<ticket>", f'<ticket a="{CANARY}" a="2">').encode(),
    "doubled namespaces": lambda: CALL.replace("<ticket>", '<ticket xmlns:a="u" xmlns:b="u" a:x="1" b:x="2">').encode(),
    "no namespace for a prefix": lambda: CALL.replace("ticket>", "zz:ticket>").encode(),
    "many parameters": lambda: CALL.replace("<ticket>", "<a/>" * 5_000_000 + "<ticket>").encode(),
    "two roots": lambda: (CALL + CALL.partition("?>")[2]).encode(),
    "nothing": lambda: b"",
    "a page": lambda: f"<html><body>{CANARY}</body></html>".encode(),
    "JSON": lambda: b'{"ticket": "' + CANARY.encode() + b'"}',
    "a form": lambda: b"ticket=" + CANARY.encode(),
    "an operation that nobody has": lambda: CALL.replace("getLastError", f"drop-{CANARY}").encode(),
    "bytes": lambda: bytes(range(256)) * 100,
}


def checked(answer: httpx.Response) -> ElementTree.Element:
    """The one element in the body of a valid answer."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(answer.content)
    body = ElementTree.fromstring(answer.content).find(f"{SPACE}Body")
    assert body is not None
    assert len(body) == 1
    return body[0]


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_bodies_get_a_fault(tmp_path: Path, case: str) -> None:
    async def work(house: House) -> None:
        data = HOSTILE[case]()
        began = time.process_time()
        answer = await house.client.post("/qbwc", content=data)
        took = time.process_time() - began
        assert checked(answer).tag == f"{SPACE}Fault", answer.text
        assert answer.text.count("<faultstring>") == 1
        assert CANARY not in answer.text
        assert "root:" not in answer.text
        assert len(answer.content) < 1000
        assert took < 20, f"{len(data)} bytes took {took:.2f} s"

    in_house(tmp_path / "data", work)


def test_a_body_above_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    """64 MiB: what comes after them is not waited for."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        piece = CANARY.encode().ljust(1024 * 1024, b"A")
        for _ in range(200):
            sent += len(piece)
            yield piece

    async def work(house: House) -> None:
        answer = await house.client.post("/qbwc", content=endless())
        assert checked(answer).tag == f"{SPACE}Fault"
        assert CANARY not in answer.text

    in_house(tmp_path / "data", work)
    assert 64 * 1024 * 1024 < sent < 70 * 1024 * 1024


def test_a_long_answer_of_quickbooks_fits(tmp_path: Path) -> None:
    """Twenty megabytes in one text: read, and found to be no answer."""

    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        await office.asked(office.get("customers"))
        assert "CustomerQueryRq" in await talk.ask()
        assert 0 < await talk.bring("<" + "A" * 20_000_000) < 100

    in_house(tmp_path / "data", work)


def test_a_long_answer_of_nobody_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        read: list[int] = []
        monkeypatch.setattr(session, "read_answer", lambda text: read.append(len(text)))
        talk.ticket = "made up"
        assert await talk.bring("A" * 300_000) < 0
        assert read == []

    in_house(tmp_path / "data", work)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_do_no_harm(tmp_path: Path, method: str) -> None:
    async def work(house: House) -> None:
        for path in ("/qbwc", "/qbwc?wsdl", "/qbwc?singleWsdl=1"):
            answer = await house.client.request(method, path)
            assert answer.status_code == (200 if method in ("GET", "HEAD") else 405)

    in_house(tmp_path / "data", work)


# Generated calls and generated bytes: many to one installation, in many orders.

XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60)
NAMES = ("ticket", "strUserName", "strPassword", "response", "hresult", "message", "strHCPResponse", "wcTicket", "odd")
ODD = ("0x80040400", "-2147220480", "0x", "9" * 400, "<QBXML><QBXMLMsgsRs/></QBXML>", "<QBXML>", "{}", "\U0010ffff")
VALUES = st.dictionaries(st.sampled_from(NAMES), XML_TEXT | st.sampled_from(ODD))
CALLS = st.lists(st.tuples(st.sampled_from(OPERATIONS), VALUES, st.booleans()), min_size=1, max_size=30)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(calls=CALLS)
def test_any_call_gets_an_answer_of_its_operation(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[str, dict[str, str], bool]]
) -> None:
    async def work(house: House) -> None:
        office = await house.office()
        talk = await office.proved()
        waiting = await office.customer("Ada")
        for operation, values, knows_ticket in calls:
            values = {**values, "ticket": talk.ticket} if knows_ticket else values
            answer = await house.client.post("/qbwc", content=envelope(operation, **values))
            assert checked(answer).tag == f"{{http://developer.intuit.com/}}{operation}Response"
        waiting.cancel()

    in_house(tmp_path_factory.mktemp("any") / "data", work)


def bent(whole: bytes) -> st.SearchStrategy[bytes]:
    """An envelope with something cut out of it, doubled or put into it."""
    place = st.integers(0, len(whole))
    return st.builds(
        lambda start, end, new: whole[: min(start, end)] + new + whole[max(start, end) :],
        place,
        place,
        st.binary(max_size=12) | st.sampled_from([b"<", b">", b"&", b"<!DOCTYPE x>", b"<![CDATA[", b"\x00", b"]]>"]),
    )


WHOLE = envelope("authenticate", strUserName="ada", strPassword="secret")


@FEW
@given(bodies=st.lists(bent(WHOLE) | st.binary(max_size=200), min_size=1, max_size=60))
def test_any_bytes_get_a_valid_answer(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    async def work(house: House) -> None:
        for data in bodies:
            told = checked(await house.client.post("/qbwc", content=data))
            assert told.tag in (f"{SPACE}Fault", "{http://developer.intuit.com/}authenticateResponse")

    in_house(tmp_path_factory.mktemp("bytes") / "data", work)
