"""A receiver of post in a process of its own, to be killed: it fails some of the time, hangs some, and keeps a record.

    python tests/support/hook_server.py PORT RECORD SEED

Each request becomes a line `accepted|refused <path> <webhook-id> <connection> <customer>` in RECORD before it is
answered, so that a kill loses none that was accepted. 30 of 100 fail, 5 of 100 hang.
"""

import asyncio
import json
import os
import random
import signal
import sys
from pathlib import Path

FAILS, HANGS = 0.30, 0.05


class Receiver:
    def __init__(self, record: Path, seed: int) -> None:
        self.file = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.chance = random.Random(seed)

    async def line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await self.one(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        luck = self.chance.random()
        verdict = "refused" if luck < FAILS + HANGS else "accepted"
        data = body["data"]
        told = (verdict, head.split(" ")[1], headers["webhook-id"], data["connection_id"], data["object"]["name"])
        os.write(self.file, ("\t".join(told) + "\n").encode())
        if FAILS <= luck < FAILS + HANGS:
            await asyncio.sleep(3600)
        status = "500 Oh" if verdict == "refused" else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()


async def main(port: int, record: Path, seed: int) -> None:
    receiver = Receiver(record, seed)
    server = await asyncio.start_server(receiver.line, "127.0.0.1", port)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    async with server:
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
