"""The options that every command takes, and how a command reaches the installation."""

import asyncio
import functools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from counterfoil.app.cli.output import failed
from counterfoil.app.control import CommandFailed, FolderInUse, NobodyListens, OwnerSilent, ask, owned
from counterfoil.app.settings import Settings, UnknownSetting, from_environment
from counterfoil.app.wiring import installation
from counterfoil.core.errors import CounterfoilError

PATIENCE = 15.0
"""Seconds for which a command waits for another one to be done with the data folder."""

DATABASE_HELP = (
    "A PostgreSQL to keep everything in: postgresql://user@host/name. An address with a password belongs into"
    " COUNTERFOIL_DATABASE: others on the machine can read the words of a command."
)

F = TypeVar("F", bound=Callable[..., Any])


def everywhere(command: F) -> F:
    """`--data`, `--database` and `--json`: the command is called with `settings` and `json_wanted` in their place."""

    @click.option("--data", type=click.Path(path_type=Path), help="The data folder (default: counterfoil-data).")
    @click.option("--database", help=DATABASE_HELP)
    @click.option("--json", "json_wanted", is_flag=True, help="Print JSON for machines.")
    @functools.wraps(command)
    def wrapped(*arguments: Any, data: Path | None, database: str | None, json_wanted: bool, **options: Any) -> Any:
        try:
            settings = from_environment()
        except UnknownSetting as error:
            failed(str(error), json_wanted=json_wanted, code=2)
        if data is not None:
            settings = replace(settings, data=data)
        if database is not None:
            settings = replace(settings, database=database)
        return command(*arguments, settings=settings, json_wanted=json_wanted, **options)

    return wrapped  # type: ignore[return-value]


def anywhere(command: F) -> F:
    """`--data` and `--database`, which every command takes, for those that have no use for them."""
    for name in ("--data", "--database"):
        command = click.option(name, expose_value=False, hidden=True)(command)
    return command


def carry_out(settings: Settings, command: str, arguments: dict[str, Any], *, json_wanted: bool) -> Any:
    """Carry a command out here, or have the process that owns the data folder do it. A database has no owner."""
    try:
        return _carried_out(settings, command, arguments)
    except (CommandFailed, OwnerSilent, CounterfoilError) as error:
        failed(str(error), json_wanted=json_wanted)
    except OSError as error:
        failed(unusable(settings, error), json_wanted=json_wanted)


def _carried_out(settings: Settings, command: str, arguments: dict[str, Any]) -> Any:
    """An owner without a socket is another command, or a server that is starting: it is waited for."""
    if settings.database is not None:
        return asyncio.run(_here(settings, command, arguments))
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with owned(settings.data):
                return asyncio.run(_here(settings, command, arguments))
        except FolderInUse:
            try:
                return ask(settings.data, command, arguments)
            except NobodyListens:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


def unusable(settings: Settings, error: OSError) -> str:
    """What is wrong with a data folder, in words."""
    return f"{settings.data} cannot be used as a data folder ({error.strerror}); choose another: --data DIR"


async def _here(settings: Settings, command: str, arguments: dict[str, Any]) -> Any:
    async with installation(settings) as running:
        return await running.perform(command, arguments)
