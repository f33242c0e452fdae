"""Settings: what an operator may choose, by flag or by environment variable. A flag wins."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from counterfoil.webhooks.targets import networks

PREFIX = "COUNTERFOIL_"
MOST = 2**31 - 1
WHOLE = {
    "port": (0, 65535),
    "timeout": (1, 3600),
    "live_hold": (0, 3600),
    "live_idle": (0, 86400),
    "webhook_timeout": (1, 3600),
    "max_body": (1, MOST),
    "max_lines": (1, MOST),
    "rate_limit": (0, MOST),
    "rate_burst": (1, MOST),
    "guess_limit": (0, MOST),
}
"""Whole numbers, each with the least and the most that it may be."""

CHOICES = {
    "log_level": ("debug", "info", "warning", "error"),
    "log_format": ("auto", "json", "text"),
    "default_books": ("embedded", "desktop"),
}
NETWORKS = ("webhook_networks", "trusted_proxies")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; each is `COUNTERFOIL_` and its name in capitals in the environment.

    `database` is the address of a PostgreSQL database; without one, the data folder holds a database of its own.
    `secret` seals keys and tokens where they must be readable again; without one, a file of the data folder holds it.
    `default_books` are the books of connections that are made through an API. `public_url` is how the outside world
    reaches this server. `max_body` is in bytes, `timeout` in seconds. `allow_private_webhooks` lets post go to places
    that are not public, and to any port: for trying things out on one machine; `webhook_networks` names networks of
    one's own that post may go to all the same (`10.1.2.0/24`, with commas between). `webhook_schedule` are the seconds
    from each try of a delivery to the next, with commas between, and `webhook_timeout` those that one try may take.
    `live_hold` is for how many seconds a Web Connector's call is held open for work, `live_idle` after how many idle
    ones QuickBooks is given back.
    `intuit_environment` is `sandbox`, `production`, or the address of a discovery document, such as an emulator's;
    `intuit_client_id` and `intuit_client_secret` are what Intuit knows this installation by, and `intuit_api_base` is
    the address above `/v3/company` where it is not the environment's own.
    `rate_limit` is how many requests a second a key may send (nil: no limit), `rate_burst` how many at once (three
    seconds' worth, where it is not given). `guess_limit` is how many wrong keys, passwords and links an address may
    bring at once (nil: no limit); one more is allowed every five seconds.
    `log_level` is `debug`, `info`, `warning` or `error`; `log_format` is `json`, `text`, or `auto`, which is `text`
    on a terminal. `metrics_token` opens `/metrics`, which without one answers this machine alone. `trusted_proxies`
    are the addresses, with commas between, whose word is taken for where a request came from.
    """

    data: Path = Path("counterfoil-data")
    database: str | None = None
    host: str = "127.0.0.1"
    port: int = 8484
    public_url: str | None = None
    secret: str | None = None
    default_books: str = "embedded"
    max_body: int = 1024 * 1024
    max_lines: int = 500
    timeout: int = 90
    allow_private_webhooks: bool = False
    webhook_networks: str = ""
    webhook_schedule: str | None = None
    webhook_timeout: int = 15
    live_hold: int = 25
    live_idle: int = 60
    intuit_environment: str = "sandbox"
    intuit_client_id: str | None = None
    intuit_client_secret: str | None = None
    intuit_api_base: str | None = None
    rate_limit: int = 1000
    rate_burst: int | None = None
    guess_limit: int = 20
    log_level: str = "info"
    log_format: str = "auto"
    metrics_token: str | None = None
    trusted_proxies: str = ""


class UnknownSetting(Exception):
    """An environment variable that looks like a setting and is none."""


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `COUNTERFOIL_*`; a name that does not exist is refused, because it is surely a slip.

    An empty text is no value: container recipes pass on what nobody has set so.
    """
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
        if text:
            values[setting] = _value(name, setting, text)
    return Settings(**values)  # type: ignore[arg-type]


def _value(name: str, setting: str, text: str) -> object:
    if setting == "data":
        return Path(text)
    if setting in CHOICES and text not in CHOICES[setting]:
        raise UnknownSetting(f"{name} must be one of {', '.join(CHOICES[setting])}, not {text!r}")
    if setting == "webhook_schedule" and not re.fullmatch(r"\d{1,7}(,\d{1,7}){0,30}", text):
        raise UnknownSetting(f"{name} must be seconds with commas between, such as 5,300,1800, not {text!r}")
    if setting in NETWORKS and not _are_networks(text):
        raise UnknownSetting(f"{name} must be networks with commas between, such as 10.1.2.0/24, not {text!r}")
    if setting == "public_url" and not _is_public(text):
        raise UnknownSetting(f"{name} must be an address such as https://books.example.com")
    if setting in WHOLE:
        return _whole(name, text, *WHOLE[setting])
    if setting == "allow_private_webhooks":
        if text not in ("0", "1"):
            raise UnknownSetting(f"{name} must be 1 or 0, not {text!r}")
        return text == "1"
    return text


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or not least <= int(text) <= most:
        raise UnknownSetting(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)


def _is_public(text: str) -> bool:
    """Whether it is how the outside world can reach a server; below a path where a proxy has it there."""
    try:
        parts = urlsplit(text)
        named = parts.hostname is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    bare = not (parts.query or parts.fragment or parts.username or re.search(r"\s", text))
    return named and bare and parts.scheme in ("http", "https")


def _are_networks(text: str) -> bool:
    try:
        networks(text)
    except ValueError:
        return False
    return True
