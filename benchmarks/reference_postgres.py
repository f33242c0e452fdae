"""The bare reference on PostgreSQL: ASGI, one JSON pass, whole groups in one pipelined transaction, and no accounting.

For each invoice it stores the document, three line rows and four posting rows with two indexes, as the reference on
SQLite does; so it is about what the machine can do in Python when a request means next to nothing.
"""

import asyncio
import os
import sys
from typing import Any

import msgspec
import psycopg
import uvicorn

TABLES = """
CREATE SEQUENCE IF NOT EXISTS invoice_number;
CREATE TABLE IF NOT EXISTS invoice (id bigint PRIMARY KEY, customer text, number text, body bytea);
CREATE INDEX IF NOT EXISTS invoice_customer ON invoice (customer);
CREATE INDEX IF NOT EXISTS invoice_number_index ON invoice (number);
CREATE TABLE IF NOT EXISTS line (invoice bigint, position int, item text, amount bigint);
CREATE TABLE IF NOT EXISTS posting (invoice bigint, account text, amount bigint);
"""
INVOICE = "INSERT INTO invoice VALUES (%s, %s, %s, %s)"
LINE = "INSERT INTO line VALUES (%s, %s, %s, 1000)"
POSTING = "INSERT INTO posting VALUES (%s, %s, 1000)"
ACCOUNTS = ("receivable", "income", "tax", "other")
GROUP = 64

Waiting = tuple[dict[str, Any], bytes, "asyncio.Future[int]"]


class Reference:
    """The ASGI application. Numbers are unlike those of other processes: each begins at its own billion."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.waiting: asyncio.Queue[Waiting] = asyncio.Queue()
        self.number = os.getpid() * 1_000_000_000
        self.writer: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.writer is None:
            self.writer = asyncio.create_task(self.write())
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        invoice = msgspec.json.decode(body)
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.waiting.put_nowait((invoice, body, future))
        answer = msgspec.json.encode({"id": await future, **invoice})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def write(self) -> None:
        """Commit whatever waits, together."""
        async with await psycopg.AsyncConnection.connect(self.database, autocommit=True) as connection:
            while True:
                group = [await self.waiting.get()]
                while len(group) < GROUP and not self.waiting.empty():
                    group.append(self.waiting.get_nowait())
                async with connection.pipeline(), connection.transaction(), connection.cursor() as cursor:
                    numbers = [await self._store(cursor, invoice, body) for invoice, body, _ in group]
                for number, (_, _, future) in zip(numbers, group, strict=True):
                    future.set_result(number)

    async def _store(self, cursor: psycopg.AsyncCursor[Any], invoice: dict[str, Any], body: bytes) -> int:
        self.number += 1
        await cursor.execute(INVOICE, (self.number, invoice["customerId"], str(self.number), body))
        for position, line in enumerate(invoice["lines"]):
            await cursor.execute(LINE, (self.number, position, line["itemId"]))
        for account in ACCOUNTS:
            await cursor.execute(POSTING, (self.number, account))
        return self.number


if __name__ == "__main__":
    if sys.argv[1] == "tables":
        with psycopg.connect(sys.argv[2], autocommit=True) as first:
            first.execute(TABLES)
    else:
        application = Reference(sys.argv[2])
        uvicorn.run(application, port=int(sys.argv[1]), log_level="warning", access_log=False, lifespan="off")
