"""Settings: what an operator may choose, by flag or by environment variable. A flag wins."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

PREFIX = "COUNTERFOIL_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; each is `COUNTERFOIL_` and its name in capitals in the environment.

    `secret` seals keys and tokens where they must be readable again; without one, a file of the data folder holds it.
    `default_books` are the books of connections that are made through an API. `public_url` is how the outside world
    reaches this server. `max_body` is in bytes, `timeout` in seconds. `allow_private_webhooks` lets post go to places
    that are not public, and to any port: for trying things out on one machine. `live_hold` is for how many seconds a
    Web Connector's call is held open for work, `live_idle` after how many idle ones QuickBooks is given back.
    `intuit_environment` is `sandbox`, `production`, or the address of a discovery document, such as an emulator's;
    `intuit_client_id` and `intuit_client_secret` are what Intuit knows this installation by, and `intuit_api_base` is
    the address above `/v3/company` where it is not the environment's own.
    """

    data: Path = Path("counterfoil-data")
    host: str = "127.0.0.1"
    port: int = 8484
    public_url: str | None = None
    secret: str | None = None
    default_books: str = "embedded"
    max_body: int = 1024 * 1024
    max_lines: int = 500
    timeout: int = 90
    allow_private_webhooks: bool = False
    live_hold: int = 25
    live_idle: int = 60
    intuit_environment: str = "sandbox"
    intuit_client_id: str | None = None
    intuit_client_secret: str | None = None
    intuit_api_base: str | None = None


class UnknownSetting(Exception):
    """An environment variable that looks like a setting and is none."""


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `COUNTERFOIL_*`; a name that does not exist is refused, because it is surely a slip."""
    source = os.environ if environment is None else environment
    known = {field.name: field for field in fields(Settings)}
    values: dict[str, object] = {}
    for name, text in source.items():
        if not name.startswith(PREFIX):
            continue
        setting = name[len(PREFIX) :].lower()
        if setting not in known:
            names = ", ".join(PREFIX + each.upper() for each in known)
            raise UnknownSetting(f"{name} is no setting of Counterfoil. Settings are: {names}")
        values[setting] = _value(name, setting, text)
    return Settings(**values)  # type: ignore[arg-type]


def _value(name: str, setting: str, text: str) -> object:
    if setting == "data":
        return Path(text)
    if setting in ("port", "max_body", "max_lines", "timeout", "live_hold", "live_idle"):
        try:
            return int(text)
        except ValueError:
            raise UnknownSetting(f"{name} must be a whole number, not {text!r}") from None
    if setting == "allow_private_webhooks":
        if text not in ("0", "1", ""):
            raise UnknownSetting(f"{name} must be 1 or 0, not {text!r}")
        return text == "1"
    return text
