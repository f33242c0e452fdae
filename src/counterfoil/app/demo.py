"""`counterfoil demo`: real invoices through the API of a running server, and what the books say afterwards."""

from typing import Any

from rich.table import Table

from counterfoil.app.cli.output import as_json, console
from counterfoil.app.demo_company import US_CONNECTION
from counterfoil.app.demo_story import Step, Story
from counterfoil.app.server import Serving, server
from counterfoil.app.settings import Settings
from counterfoil.app.stores import place
from counterfoil.core.errors import Broken
from counterfoil.model.query import Balance
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import Installation

KEY_NAME = "demo"


async def demonstrate(settings: Settings, *, once: bool, json_wanted: bool) -> None:
    """Run a server, show what it does, and go on serving unless `once`."""
    async with server(settings, with_demo=True) as up:
        if not json_wanted:
            console.print(f"Counterfoil is up at {up.url} ({place(settings)}).\n")
        if not await up.running.store.read(_has_demo):
            raise Broken(f"The demo company is not there ({place(settings)}); show it in another folder: --data DIR")
        key = await _key(up)
        steps = await Story(up.url, key, quiet=json_wanted).run()
        balances = await up.running.store.read(lambda session: _trial_balance(up, session))
        if json_wanted:
            as_json(_report(up, key, steps, balances))
        else:
            _print_books(balances)
            _print_next(up, key)
        if not once:
            await up.until_stopped()


async def _key(up: Serving) -> str:
    """The demonstration's key: made on the first run, opened again on later ones."""
    administration = up.running.administration
    account = await administration.account(None)
    for record in await administration.keys(account.id):
        if record.name == KEY_NAME and record.revoked_at is None:
            return up.running.vault.open(record.sealed)
    return (await administration.create_key(account.id, US_CONNECTION, KEY_NAME))[1]


def _has_demo(session: Session) -> bool:
    return any(connection.id == US_CONNECTION for connection in Installation(session).every_connection())


def _trial_balance(up: Serving, session: Session) -> list[Balance]:
    file = CompanyFile(session, US_CONNECTION, up.running.clock)
    return up.running.books["embedded"].trial_balance(file)


def _money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02}"


def _print_books(balances: list[Balance]) -> None:
    table = Table(title="Trial balance", title_justify="left", box=None, pad_edge=False)
    table.add_column("Account")
    table.add_column("Debit", justify="right")
    table.add_column("Credit", justify="right")
    for row in balances:
        table.add_row(row.name, _money(row.debit) if row.debit else "", _money(row.credit) if row.credit else "")
    debit, credit = sum(row.debit for row in balances), sum(row.credit for row in balances)
    table.add_row("", _money(debit), _money(credit), style="bold")
    console.print()
    console.print(table)
    console.print(f"\nDebits less credits: {(debit - credit) / 100:.2f}")


def _print_next(up: Serving, key: str) -> None:
    console.print(f"\nYour key:  {key}\n\nTry next:\n", markup=False)
    console.print(_curl(up, key), markup=False)
    console.print(f"\nWhat is served: {up.url}/openapi.json   More: counterfoil --help", markup=False)


def _curl(up: Serving, key: str) -> str:
    return (
        f"  curl -s {up.url}/v1/quickbooks-desktop/invoices?limit=2 \\\n"
        f"    -H 'Authorization: Bearer {key}' \\\n"
        f"    -H 'Conductor-End-User-Id: {US_CONNECTION}'"
    )


def _report(up: Serving, key: str, steps: list[Step], balances: list[Balance]) -> dict[str, Any]:
    return {
        "url": up.url,
        "key": key,
        "connection": US_CONNECTION,
        "steps": [
            {
                "dialect": step.dialect,
                "what": step.what,
                "document": step.document,
                "amount": step.amount,
                "open": step.open,
            }
            for step in steps
        ],
        "trial_balance": [
            {"account": row.name, "debit": _money(row.debit), "credit": _money(row.credit)} for row in balances
        ],
        "curl": _curl(up, key),
    }
