"""What connects a QuickBooks Desktop to a connection: the link for a person, the password, and the `.qwc` file."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Problem
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.connection_notes import ConnectionNotes
from counterfoil.dispatch.connectors import Connectors
from counterfoil.storage.connectors import Connector
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.wire.soap.qwc import Qwc, address_problem, qwc_document
from counterfoil.wire.troubles.trouble import trouble_of

DESKTOP: Final = "desktop"


class ConnectLink(Struct, frozen=True, kw_only=True):
    """Where a person connects their company, and where they are led afterwards."""

    url: str
    redirect_url: str | None = None


class Connecting:
    """Hands these out. `address` is how the Web Connector, and a person's browser, reach this server."""

    def __init__(self, administration: Administration, connectors: Connectors, address: Callable[[], str]) -> None:
        self.administration = administration
        self.connectors = connectors
        self.address = address
        self.notes = ConnectionNotes(administration.store, administration.clock)

    def check_address(self) -> None:
        """Raises Invalid where the Web Connector would refuse this server's address."""
        code = address_problem(self.address())
        if code is not None:
            trouble = trouble_of(code)
            detail = f"{self.address()}: {trouble.title}. {' '.join(trouble.steps)} ({code})"
            raise Invalid(Problem("not_served", (), {"detail": detail}))

    async def link(self, connection: ConnectionRecord, minutes: int, redirect_url: str | None = None) -> ConnectLink:
        """A link that expires."""
        _, secret = await self.administration.create_auth_session(connection, "", minutes, redirect_url)
        return ConnectLink(url=f"{self.address()}/connect/auth_sess_client_secret_{secret}", redirect_url=redirect_url)

    async def password(self, connection: ConnectionRecord, own: str | None = None) -> str:
        """A new password, made here unless the caller has one of their `own`; the one before opens for ten minutes
        more."""
        return await self.connectors.new_password(connection, own)

    def file(self, connection: ConnectionRecord) -> str:
        """The text of the `.qwc` file. Raises Invalid where the address is one that QuickBooks refuses."""
        self.check_address()
        return qwc_document(qwc_of(connection, self.address()))

    async def connector(self, connection: ConnectionRecord) -> Connector | None:
        """What is known of a connection's Web Connector; None for books that have none."""
        if connection.books != DESKTOP:
            return None
        return (await self.connectors.condition(connection)).connector


def qwc_of(connection: ConnectionRecord, address: str) -> Qwc:
    """The file of a connection: its id is the user's name and the company's mark, its account the application."""
    return Qwc(
        name=connection.name,
        url=address,
        user_name=connection.id,
        owner_id=connection.account_id,
        file_id=connection.id,
    )
