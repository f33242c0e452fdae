"""Creating invoices through the Conductor dialect, beside the bare reference, in one run.

    python -m benchmarks.create_invoice [--seconds 5]

Prints invoices a second at 1 and 16 clients, and the ratio; then checks that every invoice is in the books.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.installation import Installation, free_port, wait_for
from benchmarks.load import Load, load, post


async def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = Installation(Path(folder) / "counterfoil")
        with ours.server() as port:
            request = ours.invoice_request()
            await load("127.0.0.1", port, request, clients=4, seconds=1)
            found = {
                clients: await load("127.0.0.1", port, request, clients=clients, seconds=seconds) for clients in (1, 16)
            }
            assert json.loads(ours.command("doctor", "--json"))["ok"]
        bare = await reference(Path(folder) / "reference.db", request, seconds)
    for clients in (1, 16):
        line(f"reference, {clients} clients", bare[clients])
        line(f"counterfoil, {clients} clients", found[clients])
        print(f"  ratio at {clients}: {found[clients].rate / bare[clients].rate:.2f}")


async def reference(path: Path, request: bytes, seconds: float) -> dict[int, Load]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.reference_server", str(port), str(path)]
    process = subprocess.Popen(command)
    try:
        await wait_for(port)
        body = request.split(b"\r\n\r\n", 1)[1]
        bare = post("/", body, {})
        await load("127.0.0.1", port, bare, clients=4, seconds=1)
        return {clients: await load("127.0.0.1", port, bare, clients=clients, seconds=seconds) for clients in (1, 16)}
    finally:
        process.terminate()
        process.wait()


def line(name: str, result: Load) -> None:
    print(f"{name:28} {result.rate:8,.0f}/s   median {result.median:6.2f} ms   99 % {result.p99:6.2f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    asyncio.run(main(parser.parse_args().seconds))
