"""The line to receivers: where it connects to, what it keeps open, and what it reads."""

import asyncio
import gzip
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

import pytest
from tests.support.hooks import Got, Hooks, Reply

from counterfoil.webhooks.line import Guard, Line, Unanswered
from counterfoil.webhooks.targets import ForbiddenTarget, networks

LOOPBACK = networks("127.0.0.0/8")


class Names:
    """A resolver that gives its answers one after another, and the last one ever after."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def run(story: Coroutine[Any, Any, None]) -> None:
    async def told() -> None:
        async with asyncio.timeout(30):
            await story

    asyncio.run(told())


def line(names: Names, **options: Any) -> Line:
    return Line(Guard(allowed=LOOPBACK, resolver=names), options.get("timeout", 5.0))


def test_it_connects_to_the_address_that_was_looked_at_and_asks_for_the_host_that_was_named() -> None:
    async def story() -> None:
        names = Names(["127.0.0.1"])
        async with Hooks() as hooks, line(names) as post:
            answer = await post.post(f"http://books.example:{hooks.port}/hook?x=1", {"webhook-id": "1"}, b"{}")
            assert (answer.status, answer.start) == (200, "noted")
            (got,) = hooks.got
            assert got.path == "/hook?x=1"
            assert got.headers["host"] == f"books.example:{hooks.port}"
            assert got.headers["content-type"] == "application/json"
            assert got.headers["user-agent"].startswith("Counterfoil/")
            assert names.asked == ["books.example"]

    run(story())


def test_a_name_that_leads_inside_is_connected_to_at_no_time() -> None:
    async def story() -> None:
        async with Hooks() as hooks:
            names = Names(["127.0.0.1"])
            async with Line(Guard(resolver=names), 5.0) as post:
                for port in ("", f":{hooks.port}"):
                    with pytest.raises(ForbiddenTarget):
                        await post.post(f"http://books.example{port}/", {}, b"{}")
            assert hooks.lines == 0

    run(story())


def test_a_name_that_leads_elsewhere_later_does_not_move_the_line() -> None:
    """The second answer of the resolver is a private address: it is met only where a new connection is made."""

    async def story() -> None:
        names = Names(["127.0.0.1"], ["10.0.0.1"])
        async with Hooks() as hooks, line(names) as post:
            url = f"http://books.example:{hooks.port}/"
            for _ in range(3):
                assert (await post.post(url, {}, b"{}")).status == 200
            assert hooks.lines == 1, "the connection is kept"
            hooks.answering["/"] = lambda _: Reply(0)
            with pytest.raises(Unanswered):
                await post.post(url, {}, b"{}")
            with pytest.raises(ForbiddenTarget, match=r"10\.0\.0\.1"):
                await post.post(url, {}, b"{}")

    run(story())


def test_hosts_at_one_address_do_not_share_a_connection() -> None:
    async def story() -> None:
        async with Hooks() as hooks, line(Names(["127.0.0.1"])) as post:
            for host in ("one.example", "two.example", "one.example"):
                await post.post(f"http://{host}:{hooks.port}/", {}, b"{}")
            assert hooks.lines == 2
            named = [got.headers["host"].split(":")[0] for got in hooks.got]
            assert named == ["one.example", "two.example", "one.example"]

    run(story())


@pytest.mark.parametrize("answers", [[], ["127.0.0.1", "10.1.2.3"]])
def test_a_name_without_an_address_is_tried_again_and_one_with_a_private_one_is_refused(answers: list[str]) -> None:
    async def story() -> None:
        async with Hooks() as hooks, line(Names(answers)) as post:
            with pytest.raises(ForbiddenTarget if answers else Unanswered):
                await post.post(f"http://books.example:{hooks.port}/", {}, b"{}")
            assert hooks.lines == 0

    run(story())


def test_one_that_drips_its_answer_is_cut_off_when_its_time_is_up() -> None:
    async def story() -> None:
        ended = asyncio.Event()

        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            with suppress(ConnectionError):
                while not reader.at_eof():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            writer.close()
            ended.set()

        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, line(Names(["127.0.0.1"]), timeout=0.5) as post:
            with pytest.raises(Unanswered, match="in time"):
                await post.post(f"http://books.example:{port}/", {}, b"{}")
            await ended.wait()

    run(story())


def test_what_is_no_http_is_no_answer() -> None:
    async def story() -> None:
        done = asyncio.Event()

        async def mumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"220 mail.example ESMTP\r\n\r\n")
            writer.close()
            done.set()

        server = await asyncio.start_server(mumble, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, line(Names(["127.0.0.1"])) as post:
            with pytest.raises(Unanswered):
                await post.post(f"http://books.example:{port}/", {}, b"{}")
            await done.wait()

    run(story())


def test_only_the_start_of_an_answer_is_kept_and_it_is_text() -> None:
    async def story() -> None:
        def answer(_: Got) -> Reply:
            return Reply(500, {"Retry-After": "7"}, b"\x00\xff" + b"x" * 100_000)

        async with Hooks() as hooks, line(Names(["127.0.0.1"])) as post:
            hooks.answering["/"] = answer
            told = await post.post(f"http://books.example:{hooks.port}/", {}, b"{}")
            assert (told.status, told.retry_after) == (500, "7")
            assert told.start == "\ufffd\ufffd" + "x" * 2046

    run(story())


def test_where_nobody_answers_at_one_address_of_a_name_the_next_is_gone_to() -> None:
    """127.0.0.2 and 127.0.0.3 are this machine too, and nobody listens there at this port."""

    async def story() -> None:
        async with Hooks() as hooks, line(Names(["127.0.0.2", "127.0.0.3", "127.0.0.1"])) as post:
            answer = await post.post(f"http://books.example:{hooks.port}/", {}, b"{}")
            assert answer.status == 200
        async with Hooks() as hooks, line(Names(["127.0.0.2", "127.0.0.3"])) as post:
            with pytest.raises(Unanswered):
                await post.post(f"http://books.example:{hooks.port}/", {}, b"{}")

    run(story())


def test_proxies_that_the_environment_names_are_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.2:1")

    async def story() -> None:
        async with Hooks() as hooks, line(Names(["127.0.0.1"])) as post:
            answer = await post.post(f"http://books.example:{hooks.port}/", {}, b"{}")
            assert (answer.status, hooks.lines) == (200, 1)

    run(story())


def test_an_answer_that_unpacks_to_much_is_kept_as_it_came() -> None:
    packed = gzip.compress(b"\0" * 10_000_000)

    async def story() -> None:
        async with Hooks() as hooks, line(Names(["127.0.0.1"])) as post:
            hooks.answering["/"] = lambda _: Reply(500, {"Content-Encoding": "gzip"}, packed)
            answer = await post.post(f"http://books.example:{hooks.port}/", {}, b"{}")
            assert len(answer.start) <= 2048
            assert hooks.got[0].headers.get("accept-encoding") is None

    run(story())
