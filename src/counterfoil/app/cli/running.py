"""Commands that run a server: `serve`, and `demo`, which shows what it can do."""

from dataclasses import replace

import click

from counterfoil.app.cli.options import everywhere, unusable
from counterfoil.app.cli.output import failed
from counterfoil.app.control import FolderInUse
from counterfoil.app.demo import demonstrate
from counterfoil.app.server import PortTaken, run, serving
from counterfoil.app.settings import Settings
from counterfoil.core.errors import CounterfoilError

with_address = (
    click.option("--host", help="The address to listen at (default: 127.0.0.1)."),
    click.option("--port", type=click.IntRange(0, 65535), help="The port (default: 8484; 0 picks a free one)."),
)


@click.command()
@with_address[0]
@with_address[1]
@click.option("--no-demo", is_flag=True, help="Do not make the demo companies on an empty installation.")
@click.option("--rate-limit", type=click.IntRange(min=0), help="Requests a second for each key (0: no limit).")
@everywhere
def serve(
    host: str | None,
    port: int | None,
    no_demo: bool,
    rate_limit: int | None,
    settings: Settings,
    json_wanted: bool,
) -> None:
    """Run the server until it is told to stop."""
    settings = _at(settings, host, port)
    if rate_limit is not None:
        settings = replace(settings, rate_limit=rate_limit)
    try:
        run(serving(settings, with_demo=not no_demo, json_wanted=json_wanted))
    except FolderInUse as error:
        failed(f"{error}: stop that one first, or choose another folder: --data DIR", json_wanted=json_wanted)
    except (PortTaken, CounterfoilError) as error:
        failed(str(error), json_wanted=json_wanted)
    except OSError as error:
        failed(unusable(settings, error), json_wanted=json_wanted)


@click.command()
@with_address[0]
@with_address[1]
@click.option("--once", is_flag=True, help="Show it and stop, instead of going on serving.")
@everywhere
def demo(host: str | None, port: int | None, once: bool, settings: Settings, json_wanted: bool) -> None:
    """Put real invoices into the embedded books through the API, show what happened, and go on serving."""
    settings = _at(settings, host, port)
    try:
        run(demonstrate(settings, once=once, json_wanted=json_wanted))
    except FolderInUse as error:
        failed(f"{error}: stop that one first, or choose another folder: --data DIR", json_wanted=json_wanted)
    except (PortTaken, CounterfoilError) as error:
        failed(str(error), json_wanted=json_wanted)
    except OSError as error:
        failed(unusable(settings, error), json_wanted=json_wanted)


def _at(settings: Settings, host: str | None, port: int | None) -> Settings:
    if host is not None:
        settings = replace(settings, host=host)
    return settings if port is None else replace(settings, port=port)
