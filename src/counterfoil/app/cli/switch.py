"""Commands for those who come from a vendor: `key import` and `connection alias`."""

import sys
from typing import Final

import click

from counterfoil.app.cli.administration import with_account
from counterfoil.app.cli.options import carry_out, everywhere
from counterfoil.app.cli.output import as_json, console, failed
from counterfoil.app.settings import Settings
from counterfoil.dispatch.switching import CUSTOMS

LONGEST_KEY: Final = 4096
CARRIED: Final = {
    "conductor": "Authorization: Bearer …",
    "qube": "HTTP Basic, the key as user name, no password",
    "chargeover": "HTTP Basic or ChargeOver's signatures, public:private",
    "snapbooks": "X-Api-Key: …",
}


@click.command("import")
@click.option("--dialect", type=click.Choice(tuple(CUSTOMS)), required=True, help="The API that it is for.")
@click.option("--connection", "connection_id", help="Bind the key to one connection.")
@click.option("--name", default="", help="What it is for.")
@click.option("--again", is_flag=True, help="Take a key back into use that was revoked here.")
@with_account
@everywhere
def key_import(
    dialect: str,
    connection_id: str | None,
    name: str,
    again: bool,
    account_name: str | None,
    settings: Settings,
    json_wanted: bool,
) -> None:
    """Let a key work here that a program has already. It is read from standard input, never from the command line.

    ChargeOver's keys are a pair: public:private.
    """
    arguments = {
        "dialect": dialect,
        "key": _read(json_wanted),
        "connection": connection_id,
        "name": name,
        "again": again,
        "account": account_name,
    }
    made = carry_out(settings, "key.import", arguments, json_wanted=json_wanted)
    if json_wanted:
        as_json(made)
        return
    console.print(f"Key {made['id']} is imported. It works in the dialect {dialect} alone:", markup=False)
    console.print(f"  {CARRIED[dialect]}", markup=False)


@click.command("alias")
@click.argument("identifier")
@click.argument("alias")
@click.option("--remove", is_flag=True, help="Take the alias away.")
@with_account
@everywhere
def connection_alias(
    identifier: str, alias: str, remove: bool, account_name: str | None, settings: Settings, json_wanted: bool
) -> None:
    """Let callers name a connection by an id that they have already: an end-user's, or a connection's elsewhere."""
    arguments = {"id": identifier, "alias": alias, "remove": remove, "account": account_name}
    done = carry_out(settings, "connection.alias", arguments, json_wanted=json_wanted)
    if json_wanted:
        as_json(done)
        return
    names = ", ".join(done["aliases"]) or "its id alone"
    console.print(f"Connection {done['id']} is known by: {names}", markup=False)


def _read(json_wanted: bool) -> str:
    """The key: typed unseen at a terminal, else all of standard input."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Key", hide_input=True, err=True)
        return typed.strip()
    text = sys.stdin.read(LONGEST_KEY + 1)
    if len(text) > LONGEST_KEY:
        failed("standard input holds more than one key", json_wanted=json_wanted)
    if not text.strip():
        failed("no key came on standard input: counterfoil key import … < file", json_wanted=json_wanted)
    return text.strip()
