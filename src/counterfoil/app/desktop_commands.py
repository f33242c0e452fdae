"""What connects a QuickBooks Desktop, for an operator: the link, the user name, the password, and the `.qwc` file."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from counterfoil.core.dates import precise_moment
from counterfoil.core.errors import CounterfoilError
from counterfoil.dispatch.connecting import DESKTOP, Connecting
from counterfoil.dispatch.connectors import Condition, Connectors
from counterfoil.storage.connectors import Hours
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.wire.qbxml.zones import is_zone

LINK_MINUTES: Final = 7 * 24 * 60
FOLDER: Final = "qwc"
_UNFIT = re.compile(r"[^A-Za-z0-9]+")
_HOURS = re.compile(r"([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)")


class CannotConnect(CounterfoilError):
    """A desktop connection cannot be set up so; the message says what to change."""


class DesktopCommands:
    """What commands tell of desktop connections, and change in them."""

    def __init__(self, data: Path, connecting: Connecting, connectors: Connectors) -> None:
        self.data = data
        self.connecting = connecting
        self.connectors = connectors

    def check(self, books: str) -> None:
        """Raises Invalid where the Web Connector would refuse this server's address."""
        if books == DESKTOP:
            self.connecting.check_address()

    async def told(self, connection: ConnectionRecord) -> dict[str, Any]:
        """The link, user name and password, and the path of the file; nothing for books that need none."""
        if connection.books != DESKTOP:
            return {}
        self.check(connection.books)
        link = await self.connecting.link(connection, LINK_MINUTES)
        return {
            "connect_url": link.url,
            "user_name": connection.id,
            "password": await self.connecting.password(connection),
            "qwc": str(self._written(connection)),
        }

    async def condition(self, connection: ConnectionRecord) -> dict[str, Any]:
        """In what state a desktop connection is just now."""
        if connection.books != DESKTOP:
            return {}
        return {"state": (await self.connectors.condition(connection)).state}

    async def details(self, connection: ConnectionRecord) -> dict[str, Any]:
        """What was seen of the Web Connector, and what a person must mend."""
        if connection.books != DESKTOP:
            return {}
        return _details(await self.connectors.condition(connection))

    async def pause(self, connection: ConnectionRecord, minutes: int) -> dict[str, Any]:
        if minutes > 0:
            await self.connectors.pause(connection, minutes * 60)
        else:
            await self.connectors.resume(connection)
        return {"id": connection.id} | await self.condition(connection)

    async def configure(self, connection: ConnectionRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Change how a desktop connection works. Raises CannotConnect for a zone or hours that are none."""
        zone, hours = asked.get("zone"), asked.get("hours")
        if zone is not None and not is_zone(zone):
            raise CannotConnect(f"{zone} is no time zone; send a name such as America/Chicago")
        await self.connectors.configure(
            connection,
            is_live=asked.get("live"),
            text_policy=asked.get("text_policy"),
            zone=zone,
            hours=_hours(hours, zone or "UTC") if hours is not None else None,
        )
        return {"id": connection.id} | await self.details(connection)

    def _written(self, connection: ConnectionRecord) -> Path:
        """The file, beside the database; its owner alone may read it, though no password is in it."""
        folder = self.data / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        name = _UNFIT.sub("-", connection.name).strip("-").lower()[:40] or "company"
        path = folder / f"{name}-{connection.id[-12:]}.qwc"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.connecting.file(connection))
        return path.resolve()


def _hours(text: str, zone: str) -> Hours:
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise CannotConnect(f"{text} are no hours; send them as 08:00-18:00")
    return Hours(start=found[1], end=found[2], zone=zone)


def _details(condition: Condition) -> dict[str, Any]:
    connector = condition.connector
    seen, success = connector.last_seen_at, connector.last_success_at
    return {
        "waiting": condition.waiting,
        "unknown": condition.unknown,
        "needs": condition.code,
        "expected_by": precise_moment(condition.expected_by) if condition.expected_by is not None else None,
        "last_seen_at": precise_moment(seen) if seen is not None else None,
        "last_success_at": precise_moment(success) if success is not None else None,
        "connector_version": connector.connector_version,
        "quickbooks": connector.product,
        "quickbooks_version": connector.product_version,
        "company": connector.company_name,
        "company_file": connector.company_file,
        "interval": connector.interval,
        "live": connector.is_live,
        "text_policy": connector.text_policy,
        "zone": connector.zone,
    }
