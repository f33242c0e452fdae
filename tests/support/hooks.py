"""A receiver of post in this process: it keeps what it gets, and answers each path as it is told to."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Got:
    """One request, whatever was answered to it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass(frozen=True)
class Reply:
    """What is answered; `status` 0 hangs up without a word."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"noted"


Answering = Callable[[Got], Reply | Awaitable[Reply]]


def _noted(_: Got) -> Reply:
    return Reply()


class Hooks:
    """Listens while its block runs. `answering` is keyed by path; other paths get 200."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.accepted: list[Got] = []
        self.answering: dict[str, Answering] = {}
        self.lines = 0
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "Hooks":
        self.server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        self.port: int = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        for writer in list(self._open):
            writer.close()
        await asyncio.sleep(0)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path: str = "/hook") -> list[Got]:
        return [each for each in self.got if each.path == path]

    def types(self, path: str = "/hook") -> list[str]:
        return [each.json["type"] for each in self.at(path)]

    def by_id(self) -> dict[str, list[Got]]:
        found: dict[str, list[Got]] = defaultdict(list)
        for each in self.got:
            found[each.id].append(each)
        return found

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        self._open.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        got = Got(head[0].split(" ")[1], headers, body)
        self.got.append(got)
        answering: Answering = self.answering.get(got.path, _noted)
        answer = answering(got)
        reply = answer if isinstance(answer, Reply) else await answer
        if not reply.status:
            return False
        if 200 <= reply.status < 300:
            self.accepted.append(got)
        lines = [f"HTTP/1.1 {reply.status} X", f"Content-Length: {len(reply.body)}"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + reply.body)
        await writer.drain()
        return True


def refusing(status: int = 500, times: int | None = None, **headers: str) -> Answering:
    """Answers a status so many times, or always; then 200."""
    left = [times]

    def answer(_: Got) -> Reply:
        if left[0] is None:
            return Reply(status, headers, b"not now")
        if left[0] > 0:
            left[0] -= 1
            return Reply(status, headers, b"not now")
        return Reply()

    return answer
