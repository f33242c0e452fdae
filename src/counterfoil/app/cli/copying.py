"""`counterfoil copy`: an installation moves from one database to another."""

import click

from counterfoil.app.cli.options import everywhere
from counterfoil.app.cli.output import as_json, console, failed
from counterfoil.app.control import FolderInUse
from counterfoil.app.moving import move
from counterfoil.app.settings import Settings
from counterfoil.core.errors import CounterfoilError


@click.command("copy")
@click.option("--from", "source", required=True, help="A data folder, a backup, or postgresql://user@host/name.")
@click.option("--to", "target", required=True, help="A new data folder, or postgresql://user@host/name.")
@everywhere
def copy(source: str, target: str, settings: Settings, json_wanted: bool) -> None:
    """Copy a whole installation into an empty place, and prove the copy by counts and trial balances.

    Stop the servers first: what they take in meanwhile is not in the copy.
    """
    try:
        there = move(source, target, settings)
    except (FolderInUse, CounterfoilError) as error:
        failed(str(error), json_wanted=json_wanted)
    except OSError as error:
        failed(f"{error.filename or target}: {error.strerror}", json_wanted=json_wanted)
    if json_wanted:
        as_json(there)
        return
    rows = sum(there["rows"].values())
    console.print(f"{rows:,} rows of {len(there['rows'])} tables are there; counts and trial balances agree.")
    if there["warning"]:
        console.print(there["warning"], markup=False)
    console.print(f"Next: {there['next']}", markup=False)
