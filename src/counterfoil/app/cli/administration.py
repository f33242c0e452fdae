"""Commands that look after an installation: accounts, connections, keys, health and backups."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from counterfoil.app.cli.options import carry_out, everywhere
from counterfoil.app.cli.output import as_json, as_table, console, plain
from counterfoil.app.reachability import reachability
from counterfoil.app.settings import Settings

with_account = click.option("--account", "account_name", help="The account (default: the first one).")


@click.group()
def account() -> None:
    """Accounts: who has keys and connections of their own."""


@account.command("create")
@click.option("--name", required=True, help="What to call it.")
@everywhere
def account_create(name: str, settings: Settings, json_wanted: bool) -> None:
    """Make an account."""
    made = carry_out(settings, "account.create", {"name": name}, json_wanted=json_wanted)
    _shown(made, json_wanted, f"Account {made['name']} is {made['id']}")


@account.command("list")
@everywhere
def account_list(settings: Settings, json_wanted: bool) -> None:
    """List the accounts."""
    _listed(
        carry_out(settings, "account.list", {}, json_wanted=json_wanted), json_wanted, ("id", "name"), "No account."
    )


@click.group()
def connection() -> None:
    """Connections: one for each company's books."""


@connection.command("create")
@click.option("--books", default="embedded", show_default=True, help="Which books stand behind it.")
@click.option("--name", required=True, help="The company's name.")
@with_account
@everywhere
def connection_create(books: str, name: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Make a connection and its books."""
    arguments = {"books": books, "name": name, "account": account_name}
    made = carry_out(settings, "connection.create", arguments, json_wanted=json_wanted)
    hint = f"Connection {made['id']} ({made['books']} books) is {made['state']}."
    if "qwc" in made:
        hint += f"\n\n{_to_connect(made)}\n"
    elif "connect_url" in made:
        hint += f"\n\n{_to_consent(made)}\n"
    _shown(made, json_wanted, f"{hint}\nNext: counterfoil key create")


@connection.command("list")
@with_account
@everywhere
def connection_list(account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """List the connections of an account."""
    found = carry_out(settings, "connection.list", {"account": account_name}, json_wanted=json_wanted)
    empty = "No connection yet. Make one: counterfoil connection create --name 'My company'"
    _listed(found, json_wanted, ("id", "name", "books", "state"), empty)


@connection.command("show")
@click.argument("identifier")
@with_account
@everywhere
def connection_show(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Show one connection."""
    arguments = {"id": identifier, "account": account_name}
    found = carry_out(settings, "connection.show", arguments, json_wanted=json_wanted)
    _shown(found, json_wanted, "\n".join(f"{name:16} {_words(name, value)}".rstrip() for name, value in found.items()))


def _words(name: str, value: Any) -> str:
    """A value as people read it: moments in UTC, lists with commas, and what is not there as nothing."""
    if name.endswith("_at") and isinstance(value, int):
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


@connection.command("delete")
@click.argument("identifier")
@with_account
@everywhere
def connection_delete(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Delete a connection: its keys stop working, its books are no longer reachable."""
    arguments = {"id": identifier, "account": account_name}
    gone = carry_out(settings, "connection.delete", arguments, json_wanted=json_wanted)
    _shown(gone, json_wanted, f"Connection {identifier} is deleted.")


@connection.command("password")
@click.argument("identifier")
@with_account
@everywhere
def connection_password(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Make a new Web Connector password, link and .qwc file; the old password opens for ten more minutes.

    For an online connection: a new link by which it is connected again.
    """
    arguments = {"id": identifier, "account": account_name}
    made = carry_out(settings, "connection.password", arguments, json_wanted=json_wanted)
    _shown(made, json_wanted, _to_connect(made) if "qwc" in made else _to_consent(made))


@connection.command("pause")
@click.argument("identifier")
@click.option("--minutes", type=click.IntRange(0, 7 * 24 * 60), default=60, show_default=True, help="0 resumes.")
@with_account
@everywhere
def connection_pause(
    identifier: str, minutes: int, account_name: str | None, settings: Settings, json_wanted: bool
) -> None:
    """Hand nothing to QuickBooks for a while, so that people can work in it."""
    arguments = {"id": identifier, "minutes": minutes, "account": account_name}
    done = carry_out(settings, "connection.pause", arguments, json_wanted=json_wanted)
    _shown(done, json_wanted, f"Connection {identifier} is {done['state']}.")


@connection.command("set")
@click.argument("identifier")
@click.option("--live/--poll", default=None, help="Hold the Web Connector's calls for work, or answer each poll.")
@click.option("--zone", help="The time zone of the QuickBooks computer, such as America/Chicago.")
@click.option("--hours", help="When requests may be handed out, such as 19:00-07:00, in that zone.")
@click.option(
    "--text",
    "text_policy",
    type=click.Choice(("transliterate", "reject", "strip")),
    help="What becomes of letters that QuickBooks cannot keep.",
)
@with_account
@everywhere
def connection_set(
    identifier: str,
    live: bool | None,
    zone: str | None,
    hours: str | None,
    text_policy: str | None,
    account_name: str | None,
    settings: Settings,
    json_wanted: bool,
) -> None:
    """Change how a desktop connection works."""
    asked = {"live": live, "zone": zone, "hours": hours, "text_policy": text_policy}
    arguments = {"id": identifier, "account": account_name, **asked}
    done = carry_out(settings, "connection.set", arguments, json_wanted=json_wanted)
    _shown(done, json_wanted, "\n".join(f"{name:18} {value}" for name, value in done.items()))


def _to_connect(made: dict[str, Any]) -> str:
    """What the person at the QuickBooks computer needs."""
    return (
        "Send this link to the person at the QuickBooks computer; it leads through the rest:\n"
        f"  {made['connect_url']}\n\n"
        "Or add the connection by hand to the QuickBooks Web Connector:\n"
        f"  file       {made['qwc']}\n"
        f"  user name  {made['user_name']}\n"
        f"  password   {made['password']}   (shown only now)\n\n"
        "No QuickBooks at hand? Emulate one:\n"
        f"  counterfoil emulate desktop --qwc '{made['qwc']}' --password '{made['password']}'"
    )


def _to_consent(made: dict[str, Any]) -> str:
    """What the person who looks after a company in QuickBooks Online needs."""
    if "connect_url" not in made:
        return "There is nothing to connect: these books are kept by Counterfoil itself."
    return (
        "Send this link to the person who looks after the company in QuickBooks Online; it leads to Intuit and back:\n"
        f"  {made['connect_url']}"
    )


@click.group()
def key() -> None:
    """Keys: what programs show when they ask."""


@key.command("create")
@click.option("--connection", "connection_id", help="Bind the key to one connection.")
@click.option("--name", default="", help="What it is for.")
@with_account
@everywhere
def key_create(
    connection_id: str | None, name: str, account_name: str | None, settings: Settings, json_wanted: bool
) -> None:
    """Make a key. It is shown once."""
    arguments = {"connection": connection_id, "name": name, "account": account_name}
    made = carry_out(settings, "key.create", arguments, json_wanted=json_wanted)
    _shown(made, json_wanted, f"{made['key']}\n(shown only now; it works as a Bearer token)")


@key.command("list")
@with_account
@everywhere
def key_list(account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """List the keys of an account, without their secrets."""
    found = carry_out(settings, "key.list", {"account": account_name}, json_wanted=json_wanted)
    columns = ("id", "name", "connection", "imported", "revoked")
    _listed(found, json_wanted, columns, "No key yet. Make one: counterfoil key create")


@key.command("revoke")
@click.argument("identifier")
@with_account
@everywhere
def key_revoke(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Revoke a key at once. Takes its id, or the whole key."""
    arguments = {"id": identifier, "account": account_name}
    gone = carry_out(settings, "key.revoke", arguments, json_wanted=json_wanted)
    _shown(gone, json_wanted, f"Key {gone['id']} is revoked.")


@click.group()
def webhook() -> None:
    """Webhooks: the post that tells other programs what happened."""


@webhook.command("secret")
@click.option("--rotate", is_flag=True, help="Make a new one; the old one signs on beside it for a day.")
@with_account
@everywhere
def webhook_secret(rotate: bool, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Show the secret by which receivers check that post comes from here."""
    arguments = {"rotate": rotate, "account": account_name}
    found = carry_out(settings, "webhook.secret", arguments, json_wanted=json_wanted)
    _shown(found, json_wanted, found["secret"])


@click.command()
@click.option("--url", help="Look instead whether a Web Connector would reach the server at this address.")
@everywhere
def doctor(url: str | None, settings: Settings, json_wanted: bool) -> None:
    """Look everything over: folder, database, disk, clock, schema and every ledger. Exits 1 if anything is wrong."""
    if url is not None:
        checks = asyncio.run(reachability(url))
        report: dict[str, Any] = {"ok": all(check["ok"] for check in checks), "checks": checks}
    else:
        report = carry_out(settings, "doctor", {}, json_wanted=json_wanted)
    if json_wanted:
        as_json(report)
    else:
        for check in report["checks"]:
            mark = "[green]ok   [/]" if check["ok"] else "[bold red]wrong[/]"
            console.print(f"{mark}  {escape(plain(check['name']))}: {escape(plain(check['found']))}")
            if not check["ok"]:
                console.print(f"       {escape(check['mend'])}")
    sys.exit(0 if report["ok"] else 1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@everywhere
def backup(file: Path, settings: Settings, json_wanted: bool) -> None:
    """Copy everything into FILE while work goes on, and prove the copy by its trial balance."""
    made = carry_out(settings, "backup", {"file": str(file.resolve())}, json_wanted=json_wanted)
    _shown(made, json_wanted, f"{made['file']}: {made['bytes']:,} bytes, trial balances agree.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--secret-lost", is_flag=True, help="Give up what is sealed in FILE, because its secret is lost.")
@everywhere
def restore(file: Path, secret_lost: bool, settings: Settings, json_wanted: bool) -> None:
    """Take everything back from FILE. It is checked first; what it replaces is kept beside it."""
    arguments = {"file": str(file.resolve()), "secret_lost": secret_lost}
    done = carry_out(settings, "restore", arguments, json_wanted=json_wanted)
    told = f"Restored from {done['file']}; what was there before is in {done['before']}."
    _shown(done, json_wanted, f"{told}\n{done['warning']}".rstrip())


def _shown(value: dict[str, Any], json_wanted: bool, text: str) -> None:
    if json_wanted:
        as_json(value)
    else:
        console.print(plain(text), markup=False)


def _listed(found: dict[str, Any], json_wanted: bool, columns: tuple[str, ...], empty: str) -> None:
    if json_wanted:
        as_json(found)
    else:
        as_table(found["data"], columns, empty)
