"""Round trips of the Web Connector's SOAP, beside PyPI's `qbwc-kit`, in one run.

    python -m benchmarks.web_connector [--documents 300]

The same session script goes to both: authenticate, so many times (sendRequestXML, receiveResponseXML), closeConnection;
by one connector, and by sixteen at once. Ours is `counterfoil serve`, and the documents wait in its queues: each is
stored as sent, and its answer is stored before it is acknowledged. The peer keeps everything in memory. Beside the
rates stands the processor time of one round trip in the server, which other work on the machine disturbs less.
"""

import argparse
import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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
    found: dict[int, tuple[Found, Found]] = {}
    with tempfile.TemporaryDirectory() as folder:
        ours = Installation(Path(folder) / "counterfoil")
        with ours.server() as port, peer(documents) as kit:
            assert ours.process is not None
            mine = Server(port, ours.process.pid)
            logins = [connection(ours, number) for number in range(max(CROWDS))]
            await wait_for(kit.port)
            for crowd in CROWDS:
                found[crowd] = await both(ours, mine, logins[:crowd], kit, documents)
    for crowd, (our, their) in found.items():
        line(f"qbwc-kit, {crowd} connectors", their)
        line(f"counterfoil, {crowd} connectors", our)
        print(f"  ratio at {crowd}: {our.spent.rate / their.spent.rate:.2f}; of work: {their.cpu / our.cpu:.2f}")


async def both(
    ours: Installation, mine: Server, logins: list[Login], kit: Server, documents: int
) -> tuple[Found, Found]:
    """The best of a few rounds of either, by turns; the first session of each warms up."""
    found: tuple[list[Found], list[Found]] = ([], [])
    foreign = [Login(USER, PASSWORD)] * len(logins)
    for _ in range(ROUNDS):
        for login in logins:
            await send("127.0.0.1", mine.port, queued(ours, login.user), documents)
        found[0].append(await measured(mine, logins, documents))
        found[1].append(await measured(kit, foreign, documents))
    best, other = (max(each, key=lambda one: one.spent.rate) for each in found)
    return best, other


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
    port = free_port()
    words = ("benchmarks.kit_server", str(port), USER, PASSWORD, str(documents))
    process = subprocess.Popen([sys.executable, "-m", *words])
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
