"""`counterfoil login`: a link that opens the pages at `/app` in a browser."""

import click

from counterfoil.app.cli.options import carry_out, everywhere
from counterfoil.app.cli.output import as_json, console
from counterfoil.app.settings import Settings


@click.command()
@click.option("--account", help="The account to sign in to, by name or id (default: the first).")
@everywhere
def login(account: str | None, settings: Settings, json_wanted: bool) -> None:
    """Print a link that signs a browser in to the pages at /app. It serves once, within ten minutes."""
    made = carry_out(settings, "login", {"account": account}, json_wanted=json_wanted)
    if json_wanted:
        as_json(made)
        return
    console.print(f"Open this in your browser; it serves once, within {made['seconds'] // 60} minutes:\n", markup=False)
    console.print(made["url"], markup=False)
