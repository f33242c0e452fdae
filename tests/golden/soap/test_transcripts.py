"""Envelopes as .NET and others write them, to the byte, over a bare socket; and the answers, to the byte.

A transcript: what is `given`, the request's head, its body, a line of dashes, the answer. Given is a `connection`; a
`session` that has been opened; or one that has a document in its hands (`handed`). In braces stand what differs from
run to run, and lengths. Line ends in heads are those of HTTP; in bodies they are the file's own.
"""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.support.server import Server, serving
from tests.unit.books.desktop.house import described, envelope, result_of

from counterfoil import __version__
from counterfoil.app.control import ask

FOLDER: Final = Path(__file__).parent
CASES: Final = sorted(file.stem for file in FOLDER.glob("*.http"))
TICKET: Final = re.compile(rb"[A-Za-z0-9_-]{43}")
OPERATIONS: Final = 11
ANY_TICKET: Final = b"{any ticket}"
OWN_ID: Final = re.compile(rb"x-request-id: req_[0-9a-f]{32}\r\n")
"""The name of a request in our own log, which every answer bears and no connector knows."""


@dataclass(frozen=True, slots=True)
class Transcript:
    head: bytes
    body: bytes
    answer: bytes


def given(case: str) -> str:
    return (FOLDER / f"{case}.http").read_text().partition("\n")[0].removeprefix("given: ")


def transcript(case: str, values: dict[str, str]) -> Transcript:
    asked, told = (FOLDER / f"{case}.http").read_bytes().partition(b"\n")[2].split(b"\n---\n")
    head, _, body = asked.partition(b"\n\n")
    told_head, _, told_body = told.removesuffix(b"\n").partition(b"\n\n")
    body, told_body = _filled(body, values), _filled(told_body, values)
    length = len(told_body) + (43 - len(ANY_TICKET)) * told_body.count(ANY_TICKET)
    return Transcript(
        head=_with_length(head, len(body)),
        body=body,
        answer=_with_length(told_head, length) + told_body,
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("soap") / "data", live_hold="0") as running:
        yield running


@pytest.mark.parametrize("case", CASES)
def test_a_transcript(server: Server, case: str) -> None:
    made = ask(server.data, "connection.create", {"books": "desktop", "name": "Harper", "account": None})
    owner, file = _marks(Path(made["qwc"]).read_text())
    values = {"user": made["user_name"], "password": made["password"], "owner": owner, "file": file}
    values |= {"ticket": _opened(server, made, owner, file, given(case)), "version": __version__}
    expected = transcript(case, values)
    answer = OWN_ID.sub(b"", sent(server, expected.head, expected.body), count=1)
    pattern = re.escape(expected.answer).replace(re.escape(ANY_TICKET), TICKET.pattern)
    assert re.fullmatch(pattern, answer, re.DOTALL), f"{answer.decode()}\n\nis not\n\n{expected.answer.decode()}"


def test_every_operation_has_a_transcript() -> None:
    assert len({case.partition(".")[0] for case in CASES} - {"fault"}) == OPERATIONS


def sent(server: Server, head: bytes, body: bytes) -> bytes:
    """The bytes that come back on a line of their own; the body follows when it is asked for, where `head` says so."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port), 10) as line:
        line.sendall(head)
        if b"100-continue" in head:
            assert _until(line, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(_in_chunks(body) if b"chunked" in head else body)
        answer = _until(line, b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)\r\n", answer)
        assert length is not None, answer
        return answer + _exactly(line, int(length[1]))


def _opened(server: Server, made: dict[str, Any], owner: str, file: str, state: str) -> str:
    """The ticket of a session that has come as far as is given."""
    if state == "connection":
        return ""

    def call(operation: str, **values: str) -> Any:
        answer = httpx.post(f"{server.url}/qbwc", content=envelope(operation, **values), trust_env=False)
        return result_of(operation, answer.content)

    ticket: str = call("authenticate", strUserName=made["user_name"], strPassword=made["password"])[0]
    if state == "handed":
        company = described(file.strip("{}"), owner.strip("{}"), "Harper &amp; Daughters")
        assert "HostQueryRq" in call("sendRequestXML", ticket=ticket, strHCPResponse=company)
    return ticket


def _marks(qwc: str) -> tuple[str, str]:
    found = re.search(r"<OwnerID>(.*)</OwnerID>\s*<FileID>(.*)</FileID>", qwc)
    assert found is not None
    return found[1], found[2]


def _filled(text: bytes, values: dict[str, str]) -> bytes:
    for name, value in values.items():
        text = text.replace(b"{%s}" % name.encode(), value.encode())
    return text


def _with_length(head: bytes, length: int) -> bytes:
    return head.replace(b"{length}", str(length).encode()).replace(b"\n", b"\r\n") + b"\r\n\r\n"


def _in_chunks(body: bytes) -> bytes:
    pieces = [body[place : place + 100] for place in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def _until(line: socket.socket, mark: bytes) -> bytes:
    """What comes up to and with a mark, and nothing after it."""
    got = b""
    while not got.endswith(mark):
        piece = line.recv(1)
        assert piece, f"the line was closed after {got!r}"
        got += piece
    return got


def _exactly(line: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        piece = line.recv(count - len(got))
        assert piece, f"the line was closed after {len(got)} of {count} bytes"
        got += piece
    return got
