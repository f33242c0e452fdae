"""The bare reference: ASGI, one JSON pass, SQLite with the same durability and group commit, and no accounting at all.

For each invoice it stores the document, three line rows and four posting rows with two indexes; so it is about what
the machine can do in Python when a request means next to nothing.
"""

import asyncio
import queue
import sys
import threading
from pathlib import Path
from typing import Any

import apsw
import msgspec
import uvicorn

TABLES = """
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer TEXT, number TEXT, body BLOB);
CREATE INDEX invoice_customer ON invoice (customer);
CREATE INDEX invoice_number ON invoice (number);
CREATE TABLE line (invoice INTEGER, position INTEGER, item TEXT, amount INTEGER);
CREATE TABLE posting (invoice INTEGER, account TEXT, amount INTEGER);
"""
GROUP = 64


class Writer(threading.Thread):
    """One thread that commits whatever waits, together."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self.path = path
        self.loop = loop
        self.waiting: queue.SimpleQueue[tuple[dict[str, Any], bytes, asyncio.Future[int]]] = queue.SimpleQueue()
        self.number = 0

    def run(self) -> None:
        connection = apsw.Connection(str(self.path))
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute(TABLES)
        while True:
            group = [self.waiting.get()]
            while len(group) < GROUP and not self.waiting.empty():
                group.append(self.waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            done = [(future, self._store(connection, invoice, body)) for invoice, body, future in group]
            connection.execute("COMMIT")
            self.loop.call_soon_threadsafe(_settle, done)

    def _store(self, connection: apsw.Connection, invoice: dict[str, Any], body: bytes) -> int:
        self.number += 1
        number = self.number
        connection.execute(
            "INSERT INTO invoice VALUES (?, ?, ?, ?)", (number, invoice["customerId"], str(number), body)
        )
        for position, line in enumerate(invoice["lines"]):
            connection.execute("INSERT INTO line VALUES (?, ?, ?, ?)", (number, position, line["itemId"], 1000))
        for account in ("receivable", "income", "tax", "other"):
            connection.execute("INSERT INTO posting VALUES (?, ?, ?)", (number, account, 1000))
        return number


def _settle(done: list[tuple[asyncio.Future[int], int]]) -> None:
    for future, number in done:
        future.set_result(number)


class Reference:
    """The ASGI application."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: Writer | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.writer is None:
            self.writer = Writer(self.path, asyncio.get_running_loop())
            self.writer.start()
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        invoice = msgspec.json.decode(body)
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.writer.waiting.put((invoice, body, future))
        answer = msgspec.json.encode({"id": await future, **invoice})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    uvicorn.run(
        Reference(Path(sys.argv[2])), port=int(sys.argv[1]), log_level="warning", access_log=False, lifespan="off"
    )
