"""Invoices to be looked at: as their books tell them, and by a link for those who are not signed in."""

import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Unknown
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import SECRET_BYTES, digest
from counterfoil.dispatch.protocols import Books
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.model.company import Company
from counterfoil.model.query import Read
from counterfoil.model.sales import Invoice
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.connectors import ConnectorDesk
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation
from counterfoil.storage.invoice_links import InvoiceLink, InvoiceLinks
from counterfoil.storage.vault import Vault

RESOURCE: Final = "invoices"
PATIENCE: Final = 20.0
"""Seconds that a page waits for books which are elsewhere."""


class Seen(Struct, frozen=True, kw_only=True):
    """An invoice and who sells. `as_of` is when its books said so, where they are elsewhere."""

    invoice: Invoice
    company: Company
    as_of: int | None = None


_encoder = msgspec.json.Encoder()
_seen = msgspec.json.Decoder(Seen)


class Invoices:
    """Reads invoices, and keeps the links that lead to them."""

    def __init__(
        self, store: Store, dispatcher: Dispatcher, books: Mapping[str, Books], vault: Vault, clock: Clock
    ) -> None:
        self.store = store
        self.dispatcher = dispatcher
        self.books = books
        self.vault = vault
        self.clock = clock

    async def find(self, connection: ConnectionRecord, identifier: str) -> Seen:
        """The invoice as it is now. Raises BooksRefused where there is none, and what else its books raise.

        Books that are elsewhere are asked; who holds a link to the invoice sees what they say.
        """
        if connection.books in self.books:
            return await self.store.read(lambda session: self._own(session, connection, identifier))
        read = Read(resource=RESOURCE, id=identifier, with_links=True)
        found = await self.dispatcher.read(connection, read, PATIENCE)
        if not isinstance(found, Invoice):
            raise _nothing()
        company = await self.store.read(lambda session: _company_elsewhere(session, connection))
        seen = Seen(invoice=found, company=company, as_of=self.clock.now())
        body = _encoder.encode(seen)
        await self.store.write(
            lambda session: InvoiceLinks(session).put_body(connection.id, identifier, body), connection.id
        )
        return seen

    async def token(self, connection: ConnectionRecord, identifier: str) -> str | None:
        """The token of the link to an invoice, if there is one."""
        link = await self.store.read(lambda session: InvoiceLinks(session).find(connection.id, identifier))
        return self.vault.open(link.sealed) if link is not None else None

    async def make_link(self, connection: ConnectionRecord, identifier: str) -> str:
        """The token of a link to an invoice; made where there is none."""
        seen = await self.find(connection, identifier)
        fresh = secrets.token_urlsafe(SECRET_BYTES)
        link = InvoiceLink(
            connection_id=connection.id,
            id=identifier,
            account_id=connection.account_id,
            digest=digest(fresh),
            sealed=self.vault.seal(fresh),
            created_at=self.clock.now(),
            body=_encoder.encode(seen) if connection.books not in self.books else None,
        )

        def work(session: Session) -> InvoiceLink:
            links = InvoiceLinks(session)
            known = links.find(connection.id, identifier)
            if known is not None:
                return known
            links.add(link)
            return link

        return self.vault.open((await self.store.write(work, connection.id)).sealed)

    async def remove_link(self, connection: ConnectionRecord, identifier: str) -> None:
        """Nobody sees the invoice by its link any more; another link to it is another token."""
        await self.store.write(lambda session: InvoiceLinks(session).remove(connection.id, identifier), connection.id)

    async def linked(self, token: str) -> Seen | None:
        """What a link shows: the invoice as it is, or as its books said last; None where the link does not work."""

        def look(session: Session) -> Seen | None:
            link = InvoiceLinks(session).by_digest(digest(token))
            if link is None:
                return None
            connection = Installation(session).find_connection(link.account_id, link.connection_id)
            if connection is None:
                return None
            if connection.books in self.books:
                return self._own(session, connection, link.id)
            return _seen.decode(link.body) if link.body is not None else None

        try:
            return await self.store.read(look)
        except Unknown:
            return None

    def _own(self, session: Session, connection: ConnectionRecord, identifier: str) -> Seen:
        file = CompanyFile(session, connection.id, self.clock)
        if file.entry(identifier, RESOURCE) is None:
            raise _nothing()
        books = self.books[connection.books]
        invoice = books.read(file, Read(resource=RESOURCE, id=identifier, with_links=True))
        company = file.singleton("company")
        if not isinstance(invoice, Invoice) or not isinstance(company, Company):
            raise _nothing()
        return Seen(invoice=invoice, company=company)


def _company_elsewhere(session: Session, connection: ConnectionRecord) -> Company:
    """What is known of a company whose books are elsewhere: its name."""
    connector = ConnectorDesk(session).find(connection.id)
    return Company(company_name=(connector.company_name if connector is not None else None) or connection.name)


def _nothing() -> Unknown:
    return Unknown(Problem("unknown_resource", (), {"detail": "There is no such invoice."}))
