"""`counterfoil demo`: real invoices through the API of a running server, and what the books say afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from rich.table import Table

from counterfoil.app.cli.output import as_json, console
from counterfoil.app.demo_company import US_CONNECTION, seed_id
from counterfoil.app.server import Serving, server
from counterfoil.app.settings import Settings
from counterfoil.core.errors import Broken
from counterfoil.core.ids import random_uuid
from counterfoil.model.query import Balance
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import Installation

KEY_NAME = "demo"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the demonstration did, and what it came to."""

    what: str
    document: str
    amount: str
    open: str


async def demonstrate(settings: Settings, *, once: bool, json_wanted: bool) -> None:
    """Run a server, show what it does, and go on serving unless `once`."""
    async with server(settings, with_demo=True) as up:
        if not json_wanted:
            console.print(f"Counterfoil is up at {up.url}; its data is in {settings.data}.\n")
        if not await up.running.store.read(_has_demo):
            raise Broken(f"{settings.data} does not hold the demo company; show it in another folder: --data DIR")
        key = await _key(up)
        async with httpx.AsyncClient(base_url=f"{up.url}/v1/quickbooks-desktop", timeout=30) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            client.headers["Conductor-End-User-Id"] = f"end_usr_{US_CONNECTION.replace('-', '')}"
            steps = await _steps(Conversation(client, quiet=json_wanted))
        balances = await up.running.store.read(lambda session: _trial_balance(up, session))
        if json_wanted:
            as_json(_report(up, key, steps, balances))
        else:
            _print_books(balances)
            _print_next(up, key)
        if not once:
            await up.until_stopped()


class Conversation:
    """Asks the server over HTTP, as any customer would, and tells each step as it happens."""

    def __init__(self, client: httpx.AsyncClient, *, quiet: bool) -> None:
        self.client = client
        self.quiet = quiet
        self.steps: list[Step] = []

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        answer = await self.client.request(method, path, json=body, headers=headers)
        found: dict[str, Any] = answer.json()
        if answer.status_code != 200:
            raise Broken(f"{method} {path}: {found['error']['message']}")
        return found

    def tell(self, what: str, document: str = "", amount: str = "", left: str = "") -> None:
        self.steps.append(Step(what, document, amount, left))
        if not self.quiet:
            console.print(f"  {what:50} {document:14} {amount:>10} {f'open {left}' if left else '':>16}")


async def _steps(talk: Conversation) -> list[Step]:
    """The story: two invoices, one of them twice over, a payment, a credit, a void."""
    day = date.today().isoformat()  # noqa: DTZ011  the demonstration happens on the day of whoever watches it
    customer = seed_id(1)
    goods = await _ids(talk, "non-inventory-items")
    others = {**await _ids(talk, "discount-items"), **await _ids(talk, "subtotal-items")}
    first = {
        "customerId": customer,
        "transactionDate": day,
        "lines": [
            {"itemId": goods["Paver"], "quantity": 120},
            {"itemId": goods["Soil"], "quantity": 20},
            {"itemId": others["Subtotal"]},
            {"itemId": others["Loyal customer"]},
            {"itemId": seed_id(2), "quantity": 1.5},
        ],
        "lineGroups": [{"itemGroupId": (await _ids(talk, "item-groups"))["Irrigation kit"], "quantity": 1}],
    }
    invoice = await talk.ask("POST", "/invoices", first)
    talk.tell("Invoice: goods, discount, work, a kit; two taxes", *_summary(invoice))
    key = random_uuid()
    second = {"customerId": customer, "transactionDate": day, "lines": [{"itemId": goods["Sprinkler"], "quantity": 6}]}
    other = await talk.ask("POST", "/invoices", second, **{"Idempotency-Key": key})
    talk.tell("Another invoice", *_summary(other))
    again = await talk.ask("POST", "/invoices", second, **{"Idempotency-Key": key})
    if again["id"] != other["id"]:
        raise Broken("a repeated request made a second invoice")
    talk.tell("The same request once more: no duplicate", *_summary(again))
    payment = {
        "customerId": customer,
        "transactionDate": day,
        "totalAmount": "500.00",
        "applyToTransactions": [{"transactionId": invoice["id"], "paymentAmount": "500.00"}],
    }
    paid = await talk.ask("POST", "/receive-payments", payment)
    talk.tell("A payment on the first invoice", "payment", paid["totalAmount"])
    invoice = await talk.ask("GET", f"/invoices/{invoice['id']}")
    talk.tell("The first invoice now", *_summary(invoice))
    memo = {"customerId": customer, "transactionDate": day, "lines": [{"itemId": goods["Sprinkler"], "quantity": 1}]}
    credit = await talk.ask("POST", "/credit-memos", memo)
    use = {"creditTransactionId": credit["id"], "appliedAmount": credit["totalAmount"]}
    change = {"revisionNumber": other["revisionNumber"], "applyCredits": [use]}
    other = await talk.ask("POST", f"/invoices/{other['id']}", change)
    talk.tell("A sprinkler taken back, credited on the second", *_summary(other))
    return talk.steps


def _summary(invoice: dict[str, Any]) -> tuple[str, str, str]:
    total = _cents(invoice["subtotal"]) + _cents(invoice["salesTaxTotal"])
    return f"invoice {invoice['refNumber']}", _money(total), _money(_cents(invoice["balanceRemaining"]))


def _cents(text: str) -> int:
    return int(text.replace(".", ""))


def _money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02}"


async def _ids(talk: Conversation, path: str) -> dict[str, str]:
    """Name → id of a list."""
    found = await talk.ask("GET", f"/{path}")
    return {each.get("fullName") or each["name"]: each["id"] for each in found["data"]}


async def _key(up: Serving) -> str:
    """The demonstration's key: made on the first run, opened again on later ones."""
    administration = up.running.administration
    account = await administration.account(None)
    for record in await administration.keys(account.id):
        if record.name == KEY_NAME and record.revoked_at is None:
            return up.running.vault.open(record.sealed)
    return (await administration.create_key(account.id, None, KEY_NAME))[1]


def _has_demo(session: Session) -> bool:
    return any(connection.id == US_CONNECTION for connection in Installation(session).every_connection())


def _trial_balance(up: Serving, session: Session) -> list[Balance]:
    file = CompanyFile(session, US_CONNECTION, up.running.clock)
    return up.running.books["embedded"].trial_balance(file)


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
            {"what": step.what, "document": step.document, "amount": step.amount, "open": step.open} for step in steps
        ],
        "trial_balance": [
            {"account": row.name, "debit": _money(row.debit), "credit": _money(row.credit)} for row in balances
        ],
        "curl": _curl(up, key),
    }
