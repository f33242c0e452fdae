"""Commands of webhooks: who is told what happens, how they fare, and sending again. They join `webhook secret`."""

import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.markup import escape

from counterfoil.app.cli.administration import webhook, with_account
from counterfoil.app.cli.options import carry_out, everywhere
from counterfoil.app.cli.output import as_json, as_table, console, failed
from counterfoil.app.settings import Settings

__all__ = ["webhook"]

DIALECTS = ("standard", "conductor", "qube", "chargeover", "snapbooks")
COLUMNS = ("id", "url", "dialect", "events", "state", "last_success_at", "failing_since")
LONGEST_SECRET = 4096
DELIVERY_COLUMNS = ("id", "event", "state", "created_at", "tries", "last")


@webhook.command("add")
@click.argument("url")
@click.option("--dialect", type=click.Choice(DIALECTS), default="standard", show_default=True, help="Whose words.")
@click.option("--event", "events", multiple=True, help="A type such as invoice.paid or invoice.* (default: all).")
@click.option("--connection", "connection_id", help="Tell of one connection alone.")
@click.option("--ordered", is_flag=True, help="A connection's events strictly one after another.")
@click.option("--own-secret", is_flag=True, help="Sign with the secret that is read from standard input.")
@with_account
@everywhere
def webhook_add(
    url: str,
    dialect: str,
    events: tuple[str, ...],
    connection_id: str | None,
    ordered: bool,
    own_secret: bool,
    account_name: str | None,
    settings: Settings,
    json_wanted: bool,
) -> None:
    """Have URL told what happens. Shows the secret that signs what is sent there."""
    asked = {"url": url, "dialect": dialect, "events": list(events), "connection": connection_id, "ordered": ordered}
    secret = _own_secret(json_wanted) if own_secret else None
    arguments = {**asked, "secret": secret, "account": account_name}
    made = carry_out(settings, "webhook.add", arguments, json_wanted=json_wanted)
    text = f"Endpoint {made['id']} is told from now on.\nIts secret is {made['secret']}"
    _shown(made, json_wanted, f"{text}\nNext: counterfoil webhook test {made['id']}")


@webhook.command("list")
@with_account
@everywhere
def webhook_list(account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """List the endpoints of an account, and how they fare."""
    found = carry_out(settings, "webhook.list", {"account": account_name}, json_wanted=json_wanted)
    if json_wanted:
        as_json(found)
        return
    rows = [each | {"events": " ".join(each["events"])} for each in found["data"]]
    as_table(rows, COLUMNS, "No endpoint yet. Make one: counterfoil webhook add https://example.com/hook")
    for each in found["data"]:
        if each["state"] != "active":
            console.print(f"[bold red]{each['state']}[/] {escape(each['url'])}: {escape(_why(each))}")


@webhook.command("remove")
@click.argument("identifier")
@with_account
@everywhere
def webhook_remove(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Tell an endpoint nothing more; what it is still owed is withdrawn."""
    gone = _asked(settings, "webhook.remove", identifier, account_name, json_wanted)
    _shown(gone, json_wanted, f"Endpoint {gone['id']} is removed.")


@webhook.command("pause")
@click.argument("identifier")
@with_account
@everywhere
def webhook_pause(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Send an endpoint nothing for now; what happens meanwhile is kept for it."""
    done = _asked(settings, "webhook.pause", identifier, account_name, json_wanted)
    _shown(done, json_wanted, f"Endpoint {done['id']} is {done['state']}.")


@webhook.command("resume")
@click.argument("identifier")
@with_account
@everywhere
def webhook_resume(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Send a paused endpoint what it is owed."""
    done = _asked(settings, "webhook.pause", identifier, account_name, json_wanted, resume=True)
    _shown(done, json_wanted, f"Endpoint {done['id']} is {done['state']}.")


@webhook.command("rotate")
@click.argument("identifier")
@with_account
@everywhere
def webhook_rotate(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Make an endpoint a new secret; the old one signs on beside it for a day."""
    made = _asked(settings, "webhook.rotate", identifier, account_name, json_wanted, rotate=True)
    _shown(made, json_wanted, made["secret"])


@webhook.command("test")
@click.argument("identifier")
@with_account
@everywhere
def webhook_test(identifier: str, account_name: str | None, settings: Settings, json_wanted: bool) -> None:
    """Send an endpoint an event `endpoint.test`."""
    done = _asked(settings, "webhook.test", identifier, account_name, json_wanted)
    _shown(done, json_wanted, f"It is on its way. Look at it with: counterfoil webhook deliveries {done['id']}")


@webhook.command("deliveries")
@click.argument("identifier")
@click.option("--failed", is_flag=True, help="Only what was given up.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@with_account
@everywhere
def webhook_deliveries(
    identifier: str, failed: bool, limit: int, account_name: str | None, settings: Settings, json_wanted: bool
) -> None:
    """List what an endpoint was or is owed, the newest first, with every try."""
    found = _asked(settings, "webhook.deliveries", identifier, account_name, json_wanted, failed=failed, limit=limit)
    if json_wanted:
        as_json(found)
    else:
        as_table([_row(each) for each in found["data"]], DELIVERY_COLUMNS, "Nothing has been sent there.")


@webhook.command("replay")
@click.argument("identifier")
@click.option(
    "--since",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")),
    help="IDENTIFIER is an endpoint: send everything again that was given up since (UTC).",
)
@with_account
@everywhere
def webhook_replay(
    identifier: str, since: datetime | None, account_name: str | None, settings: Settings, json_wanted: bool
) -> None:
    """Send the delivery IDENTIFIER again, with the same words under the same id."""
    moment = int(since.replace(tzinfo=UTC).timestamp()) if since is not None else None
    done = _asked(settings, "webhook.replay", identifier, account_name, json_wanted, since=moment)
    what = "1 delivery is" if done["count"] == 1 else f"{done['count']} deliveries are"
    _shown(done, json_wanted, f"{what} sent again.")


def _own_secret(json_wanted: bool) -> str:
    """A secret that a receiver has already: typed unseen at a terminal, else all of standard input."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Secret", hide_input=True, err=True)
        return typed.strip()
    text = sys.stdin.read(LONGEST_SECRET).strip()
    if not text:
        failed(
            "no secret came on standard input: counterfoil webhook add URL --own-secret < file", json_wanted=json_wanted
        )
    return text


def _asked(
    settings: Settings, command: str, identifier: str, account: str | None, json_wanted: bool, **options: Any
) -> dict[str, Any]:
    arguments = {"id": identifier, "account": account, **options}
    answer: dict[str, Any] = carry_out(settings, command, arguments, json_wanted=json_wanted)
    return answer


def _shown(value: dict[str, Any], json_wanted: bool, text: str) -> None:
    if json_wanted:
        as_json(value)
    else:
        console.print(text, markup=False)


def _row(delivery: dict[str, Any]) -> dict[str, Any]:
    tries = delivery["tries"]
    last = f"{tries[-1]['status'] or ''} {tries[-1]['answer']}".strip()[:60] if tries else ""
    return delivery | {"tries": len(tries), "last": last}


def _why(endpoint: dict[str, Any]) -> str:
    return str(endpoint["why"] or endpoint["last_failure"] or "")
