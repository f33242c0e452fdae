"""Round trips of the Web Connector's SOAP, beside PyPI's `qbwc-kit`, in one run.

    python -m benchmarks.web_connector [--documents 300]

The same session script goes to both: authenticate, so many times (sendRequestXML, receiveResponseXML), closeConnection;
by one connector, and by sixteen at once. Ours is `counterfoil serve`, and the documents wait in its queues: each is
stored as sent, and its answer is stored before it is acknowledged. The peer keeps everything in memory. The limit is
`benchmarks/bare_connector.py`: what a durable service cannot do without. Beside the rates stands the processor time of
one round trip in the server, which other work on the machine disturbs less.
"""

import argparse
import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.installation import Installation, free_port, wait_for
from benchmarks.load import post, send
from benchmarks.session_script import DOCUMENT, Login, Spent, run

CROWDS = (1, 16)
ROUNDS = 3
USER, PASSWORD = "small", "correct horse"


@dataclass(frozen=True)
class Server:
    """A server under test: its port, and the process whose time is counted."""

    port: int
    pid: int

    def seconds(self) -> float:
        """Processor time that it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Found:
    """What came of a run, and the milliseconds of processor time that a round trip took."""

    spent: Spent
    cpu: float


async def main(documents: int) -> None:
    found: dict[int, Sequence[Found]] = {}
    with tempfile.TemporaryDirectory() as folder:
        ours = Installation(Path(folder) / "counterfoil")
        with ours.server() as port, peer(documents) as kit, limit(folder) as bare:
            assert ours.process is not None
            mine = Server(port, ours.process.pid)
            logins = [connection(ours, number) for number in range(max(CROWDS))]
            await wait_for(kit.port)
            await wait_for(bare.port)
            for crowd in CROWDS:
                found[crowd] = await all_three(ours, mine, logins[:crowd], kit, bare, documents)
    for crowd, (our, their, least) in found.items():
        line(f"qbwc-kit, {crowd} connectors", their)
        line(f"counterfoil, {crowd} connectors", our)
        line(f"the limit, {crowd} connectors", least)
        print(f"  ratio at {crowd}: {our.spent.rate / their.spent.rate:.2f}; of work: {their.cpu / our.cpu:.2f}")
        print(f"  of the limit: {least.spent.rate / their.spent.rate:.2f}; of work: {their.cpu / least.cpu:.2f}")


async def all_three(
    ours: Installation, mine: Server, logins: list[Login], kit: Server, bare: Server, documents: int
) -> Sequence[Found]:
    """The best of a few rounds of ours, the peer and the limit, by turns; the first session of each warms up."""
    found: tuple[list[Found], ...] = ([], [], [])
    foreign = [Login(USER, PASSWORD)] * len(logins)
    for _ in range(ROUNDS):
        for login in logins:
            await send("127.0.0.1", mine.port, queued(ours, login.user), documents)
        found[0].append(await measured(mine, logins, documents))
        found[1].append(await measured(kit, foreign, documents))
        found[2].append(await measured(bare, foreign, documents))
    return [max(each, key=lambda one: one.spent.rate) for each in found]


async def measured(server: Server, logins: list[Login], documents: int) -> Found:
    before = server.seconds()
    spent = await run(server.port, logins, documents)
    calls = len(logins) * (2 * documents + 2)
    return Found(spent, (server.seconds() - before) * 1000 / calls)


def connection(ours: Installation, number: int) -> Login:
    """A desktop connection, and what its QuickBooks would say at the first call of a session."""
    made = json.loads(ours.command("connection", "create", "--books", "desktop", "--name", f"C{number}", "--json"))
    owner = json.loads(ours.command("account", "list", "--json"))["data"][0]["id"]
    facts = (
        '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><HostQueryRs requestID="0" statusCode="0"><HostRet>'
        "<ProductName>QuickBooks Enterprise Solutions 24.0</ProductName><MajorVersion>34</MajorVersion>"
        "<MinorVersion>0</MinorVersion><SupportedQBXMLVersion>16.0</SupportedQBXMLVersion></HostRet></HostQueryRs>"
        '<CompanyQueryRs requestID="1" statusCode="0"><CompanyRet><CompanyName>Small</CompanyName><DataExtRet>'
        f"<OwnerID>{{{owner}}}</OwnerID><DataExtName>FileID</DataExtName><DataExtType>STR255TYPE</DataExtType>"
        f"<DataExtValue>{{{made['id']}}}</DataExtValue></DataExtRet></CompanyRet></CompanyQueryRs>"
        "</QBXMLMsgsRs></QBXML>"
    )
    return Login(made["user_name"], made["password"], facts)


def queued(ours: Installation, connection_id: str) -> bytes:
    """The request that puts one document into a connection's queue (QUBE)."""
    basic = base64.b64encode(f"{ours.key}:".encode()).decode()
    body = json.dumps({"queued_request": {"request_xml": DOCUMENT}}).encode()
    path = f"/api/v1/connections/{connection_id}/queued_requests"
    return post(path, body, {"Authorization": f"Basic {basic}"})


@contextmanager
def peer(documents: int) -> Iterator[Server]:
    """`qbwc-kit` as a process while the block runs."""
    with module("benchmarks.kit_server", free_port(), USER, PASSWORD, str(documents)) as server:
        yield server


@contextmanager
def limit(folder: str) -> Iterator[Server]:
    """What bounds every durable service, as a process while the block runs."""
    with module("benchmarks.bare_connector", free_port(), folder) as server:
        yield server


@contextmanager
def module(name: str, port: int, *words: str) -> Iterator[Server]:
    process = subprocess.Popen([sys.executable, "-m", name, str(port), *words])
    try:
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def line(name: str, result: Found) -> None:
    spent = result.spent
    times = f"median {spent.median:6.2f} ms   99 % {spent.p99:6.2f} ms"
    print(f"{name:28} {spent.rate:8,.0f}/s   {times}   processor {result.cpu:.3f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    asyncio.run(main(parser.parse_args().documents))
