"""The README's way with a QuickBooks Desktop: its own commands, in processes of their own, and its own Python."""

import asyncio
import json
import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from conductor import APIStatusError, Conductor
from tests.acceptance.conftest import COMMAND, PATIENCE, Serve, new_key, run_process

from counterfoil.emulators.desktop.company import CompanyFolder
from counterfoil.model.query import Read
from counterfoil.model.sales import Invoice

README: Final = Path(__file__).parents[2] / "README.md"
HEADING: Final = "## Connect a QuickBooks Desktop, or emulate one"
PRICE: Final = Decimal("150.00")
"""What an hour of the demo company's implementation costs; nobody taxes it."""


def section() -> str:
    return README.read_text().partition(HEADING)[2].partition("\n## ")[0]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", section(), re.DOTALL)
    assert found is not None
    return found[1]


def words_of(command: str, **given: str) -> list[str]:
    """The words of the README's line for a command, without the program's name; what is to be filled in is."""
    line = next(line for line in block("sh").splitlines() if line.startswith(f"counterfoil {command}"))
    return [given.get(word, word) for word in shlex.split(line)[1:]]


class Emulator:
    """`counterfoil emulate desktop`, running: what it tells, one event a line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def until(self, kind: str) -> dict[str, Any]:
        """The next event of this kind."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event: dict[str, Any] = json.loads(line)
            if event["event"] == kind:
                return event
        pytest.fail(f"the emulator ended before any {kind}")


@contextmanager
def emulating(words: list[str], folder: Path) -> Iterator[Emulator]:
    """The emulator while the block runs; told to stop, it ends well."""
    arguments = [*COMMAND, *words, "--company", str(folder), "--json"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        yield Emulator(process)
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0, rest


def in_company(folder: Path, identifier: str) -> tuple[Invoice, dict[str, int], list[str]]:
    """The invoice in the closed company file; debits less credits of each account in cents; and what is wrong there."""

    async def looked() -> tuple[Invoice, dict[str, int], list[str]]:
        company = CompanyFolder(folder)
        try:
            read = Read(resource="invoices", id=identifier)
            found: Any = await company.look(lambda file: company.books.read(file, read))
            balances = await company.look(company.books.trial_balance)
            sides = {balance.name: balance.debit - balance.credit for balance in balances}
            return found, sides, await company.violations()
        finally:
            await company.close()

    return asyncio.run(looked())


def readme_invoice(client: Conductor, connection: str) -> Any:
    """What the README's Python makes, run as it is printed but for the id that everybody has another of."""
    printed = block("python")
    assert '"…"' in printed
    names: dict[str, Any] = {"client": client}
    exec(compile(printed.replace('"…"', repr(connection)), str(README), "exec"), names)
    return names["invoice"]


@pytest.mark.slow
def test_an_invoice_lands_in_the_emulated_company_file(data: Path, serve: Serve, tmp_path: Path) -> None:
    assert words_of("serve") == ["serve"]
    server = serve(data)
    made = run_process(data, *words_of("connection create"), "--json").json
    connection, folder = made["id"], tmp_path / "company"
    words = words_of("emulate desktop", FILE=made["qwc"], PASSWORD=made["password"])
    with Conductor(api_key=new_key(data), base_url=f"{server.url}/v1", max_retries=0) as client:
        with pytest.raises(APIStatusError) as refusal:
            readme_invoice(client, connection)
        assert refusal.value.status_code == 409  # nobody has connected it yet: said at once
        with emulating(words, folder) as emulator:
            emulator.until("company")
            invoice = readme_invoice(client, connection)
            request = emulator.until("request")
        assert (request["request"], request["code"], request["id"]) == ("InvoiceAddRs", 0, invoice.id)
    kept, sides, wrong = in_company(folder, invoice.id)
    assert (kept.id, kept.ref_number) == (invoice.id, invoice.ref_number)
    assert (kept.subtotal, kept.sales_tax_total, kept.balance_remaining) == (2 * PRICE, Decimal(0), 2 * PRICE)
    assert (Decimal(invoice.subtotal), Decimal(invoice.balance_remaining)) == (2 * PRICE, 2 * PRICE)
    assert wrong == []
    assert sum(sides.values()) == 0
    opening = 4 * 15000  # the demo company comes with four open invoices of one hour each
    assert sides == {"Accounts Receivable": opening + 30000, "Services": -opening - 30000}
