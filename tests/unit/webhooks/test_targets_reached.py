"""What is connected to: nothing that may not be, counted by a socket that would know."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.unit.webhooks.target_corpus import PUBLIC, Resolver

from counterfoil.webhooks.line import KEPT_ANSWER, Answer, Guard, Line
from counterfoil.webhooks.targets import ForbiddenTarget, networks

GONE = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
PATIENCE = 20.0


class Listener:
    """Counts those who connect to it by way of this machine's own address, and answers each the same."""

    def __init__(self, answer: bytes = GONE, *, endless: bool = False) -> None:
        self.answer = answer
        self.endless = endless
        self.count = 0
        self.heads: list[bytes] = []

    async def __aenter__(self) -> "Listener":
        self.server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        try:
            self.heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.answer)
            await writer.drain()
            while self.endless:
                writer.write(b"more and more " * 1000)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def line(resolver: Resolver, *, allowed: str = "", private: bool = False) -> Line:
    return Line(Guard(allow_private=private, allowed=networks(allowed), resolver=resolver), PATIENCE)


async def post(url: str, resolver: Resolver, *, allowed: str = "", private: bool = False) -> Answer:
    async with line(resolver, allowed=allowed, private=private) as open_line:
        return await open_line.post(url, {}, b"{}")


HOSTS = (
    "127.0.0.1",
    "localhost",
    "evil.example",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
    "2130706433",
    "0x7f.1",
    "127.1",
    "①②⑦.0.0.1",
)
ANSWERS: Sequence[Sequence[str]] = (
    ["127.0.0.1"],
    ["::ffff:127.0.0.1"],
    ["0.0.0.0"],
    [PUBLIC, "127.0.0.1"],
    ["10.99.99.99", "127.0.0.1"],
    [PUBLIC],
)


def test_nobody_connects_to_what_is_refused() -> None:
    """The listener's port is no obstacle here: a network that is allowed lifts that, so that only addresses count."""

    async def work() -> int:
        async with Listener() as listener:
            for host in HOSTS:
                for answer in ANSWERS:
                    with pytest.raises(ForbiddenTarget):
                        await post(f"http://{host}:{listener.port}/", Resolver(answer), allowed="10.99.99.99")
            return listener.count

    assert asyncio.run(work()) == 0


def test_the_same_listener_is_reached_by_whoever_may() -> None:
    async def work() -> tuple[int, Answer]:
        async with Listener() as listener:
            url = f"http://receiver.example:{listener.port}/hook"
            answer = await post(url, Resolver(["127.0.0.1"]), allowed="127.0.0.0/8")
            assert listener.heads[0].startswith(b"POST /hook HTTP/1.1\r\n")
            assert f"host: receiver.example:{listener.port}\r\n".encode() in listener.heads[0].lower()
            return listener.count, answer

    count, answer = asyncio.run(work())
    assert (count, answer.status) == (1, 204)


def test_a_name_that_changes_after_it_was_looked_at_leads_nowhere_else() -> None:
    """The first answer may be connected to and is; the second may not, and the listener behind it stays alone."""

    async def work() -> list[int]:
        async with Listener() as listener:
            url = f"http://rebind.example:{listener.port}/"
            resolver = Resolver(["127.0.0.1"], ["127.0.0.2", "127.0.0.1"])
            async with line(resolver, allowed="127.0.0.1") as open_line:
                counts = [(await open_line.post(url, {}, b"{}")).status, listener.count, len(resolver.asked)]
                with pytest.raises(ForbiddenTarget):
                    await open_line.post(url, {}, b"{}")
            return [*counts, listener.count]

    assert asyncio.run(work()) == [204, 1, 1, 1]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status: int) -> None:
    async def work() -> tuple[int, int, int]:
        async with Listener() as inside:
            head = f"HTTP/1.1 {status} Elsewhere\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n"
            async with Listener(head.encode() + b"Connection: close\r\n\r\n") as outside:
                answer = await post(f"http://127.0.0.1:{outside.port}/", Resolver(["127.0.0.1"]), private=True)
                return answer.status, outside.count, inside.count

    assert asyncio.run(work()) == (status, 1, 0)


@pytest.mark.parametrize("length", [b"", b"Content-Length: 1000000000\r\n"])
def test_an_answer_without_end_is_not_listened_to(length: bytes) -> None:
    async def work() -> Answer:
        async with Listener(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n", endless=True) as listener:
            return await post(f"http://127.0.0.1:{listener.port}/", Resolver(["127.0.0.1"]), private=True)

    answer = asyncio.run(work())
    assert answer.status == 200
    assert len(answer.start) == KEPT_ANSWER
