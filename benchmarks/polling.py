"""A thousand Web Connectors that wait for work at once: what they cost while there is none, and how soon work arrives.

    python -m benchmarks.polling [--connections 1000] [--seconds 30] [--sqlite]

Each has a session in live mode: its call is held open for 25 seconds, then answered and made again. Prints the
server's processor time, calls and memory while nothing is to be done; then the milliseconds from a query through the
API to its answer, on connections taken at random, while all the others go on waiting; and, in the same run, the same
figures with a single connection.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import re
import tempfile
import time
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from typing import Any

from benchmarks.database import new_database, postgres
from benchmarks.installation import BASE, Installation
from benchmarks.load import get, post, read_answer
from benchmarks.session_script import ANSWER, envelope

QUERIES = 200
FACTS = (
    '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><HostQueryRs requestID="0" statusCode="0"><HostRet>'
    "<ProductName>QuickBooks Enterprise Solutions 24.0</ProductName><MajorVersion>34</MajorVersion>"
    "<MinorVersion>0</MinorVersion><SupportedQBXMLVersion>16.0</SupportedQBXMLVersion></HostRet></HostQueryRs>"
    '<CompanyQueryRs requestID="1" statusCode="0"><CompanyRet><CompanyName>Small</CompanyName><DataExtRet>'
    "<OwnerID>{{{owner}}}</OwnerID><DataExtName>FileID</DataExtName><DataExtType>STR255TYPE</DataExtType>"
    "<DataExtValue>{{{connection}}}</DataExtValue></DataExtRet></CompanyRet></CompanyQueryRs></QBXMLMsgsRs></QBXML>"
)
HOST = (
    '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><HostQueryRs requestID="{id}" statusCode="0"><HostRet><ProductName>'
    "QuickBooks</ProductName><MajorVersion>34</MajorVersion><MinorVersion>0</MinorVersion></HostRet></HostQueryRs>"
    "</QBXMLMsgsRs></QBXML>"
)
_TEXT = re.compile(rb"Result>(?:<string>)?([^<]*)<")
_ID = re.compile(r'requestID="([^"]*)"')


class Connector:
    """One Web Connector and its QuickBooks, who knows a single customer."""

    def __init__(self, port: int, connection: str, password: str, owner: str) -> None:
        self.port = port
        self.connection = connection
        self.password = password
        self.facts = FACTS.format(owner=owner, connection=connection)
        self.calls = 0
        self.ready = asyncio.Event()

    async def poll(self) -> None:
        """Hold session after session, until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.line = reader, writer
        try:
            while True:
                await self._session()
        finally:
            writer.close()

    async def _session(self) -> None:
        user = ("strUserName", self.connection)
        ticket = ("ticket", await self._call("authenticate", user, ("strPassword", self.password)))
        facts = self.facts
        while True:
            place = (("strHCPResponse", facts), ("strCompanyFileName", "C:\\small.qbw"), ("qbXMLCountry", "US"))
            call = self._call("sendRequestXML", ticket, *place, ("qbXMLMajorVers", "16"), ("qbXMLMinorVers", "0"))
            self.ready.set()
            document, facts = await call, ""
            if not document:
                break
            answer = ANSWER if "CustomerQueryRq" in document else HOST
            named = _ID.search(document)
            answer = re.sub(r'requestID="[^"]*"', f'requestID="{named[1] if named else "1"}"', answer)
            await self._call("receiveResponseXML", ticket, ("response", answer), ("hresult", ""), ("message", ""))
        await self._call("closeConnection", ticket)

    async def _call(self, operation: str, *values: tuple[str, str]) -> str:
        reader, writer = self.line
        writer.write(envelope(operation, values))
        self.calls += 1
        found = _TEXT.search(await read_answer(reader))
        return unescape(found[1].decode()) if found is not None else ""


async def main(connections: int, seconds: float, *, sqlite: bool) -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        database = None
        if not sqlite:
            address = stack.enter_context(postgres(Path(folder) / "postgres"))
            database = new_database(address, "counterfoil")
        ours = Installation(Path(folder) / "data", database, default_books="desktop")
        port = stack.enter_context(ours.server())
        owner = json.loads(ours.command("account", "list", "--json"))["data"][0]["id"]
        made = [await connection(ours, port, number) for number in range(connections)]
        for count in (1, connections):
            crowd = [Connector(port, *each, owner) for each in made[:count]]
            rows.append(await measured(ours, port, crowd, seconds))
    few, many = rows
    print(f"  a query's median with {connections:,} waiting is {many['median'] / few['median']:.2f} × of that with one")
    return rows


async def measured(ours: Installation, port: int, crowd: list[Connector], seconds: float) -> dict[str, Any]:
    tasks = [asyncio.create_task(each.poll()) for each in crowd]
    await asyncio.gather(*(each.ready.wait() for each in crowd))
    await asyncio.sleep(2)
    calls, spent = sum(each.calls for each in crowd), processor(ours)
    await asyncio.sleep(seconds)
    calls, spent = sum(each.calls for each in crowd) - calls, processor(ours) - spent
    times = sorted([await query(ours, port, random.choice(crowd)) for _ in range(QUERIES)])
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    wrong = [each for each in ended if not isinstance(each, asyncio.CancelledError)]
    if wrong:
        raise SystemExit(f"{len(wrong)} of the connectors failed; the first: {wrong[0]!r}")
    row = {
        "connections": len(crowd),
        "calls": calls / seconds,
        "processor": spent / seconds,
        "memory": ours.memory(),
        "median": times[len(times) // 2],
        "p95": times[int(len(times) * 0.95)],
    }
    print(
        f"{row['connections']:5,} waiting   {row['calls']:5.1f} calls/s   processor {row['processor']:6.1%} of a core "
        f"  memory {row['memory'] / 1e6:4.0f} MB   a query: median {row['median']:6.1f} ms   95 % {row['p95']:6.1f} ms"
    )
    return row


async def query(ours: Installation, port: int, connector: Connector) -> float:
    """Milliseconds from asking for the customers of one company to its answer."""
    headers = ours.headers | {"Conductor-End-User-Id": connector.connection}
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(get(f"{BASE}/customers?limit=1", headers))
    answer = json.loads(await read_answer(reader))
    spent = (time.perf_counter() - began) * 1000
    writer.close()
    assert answer["data"][0]["name"] == "Acme Corporation"
    return spent


async def connection(ours: Installation, port: int, number: int) -> tuple[str, str]:
    """The id of a new desktop connection and its password, made through QUBE's API."""
    basic = {"Authorization": f"Basic {base64.b64encode(f'{ours.key}:'.encode()).decode()}"}
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"name": f"Branch {number}"}).encode()
    writer.write(post("/api/v1/connections", body, basic))
    made: str = json.loads(await read_answer(reader))["data"]["id"]
    writer.write(post(f"/api/v1/connections/{made}/password", b"{}", basic))
    password: str = json.loads(await read_answer(reader))["data"]["password"]
    writer.close()
    return made, password


def processor(ours: Installation) -> float:
    """Seconds of processor time that the server has used."""
    assert ours.process is not None
    fields = Path(f"/proc/{ours.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    asyncio.run(main(given.connections, given.seconds, sqlite=given.sqlite))
