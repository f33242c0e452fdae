"""Rows of links by which an invoice is shown to those who are not signed in."""

from typing import Any

from msgspec import Struct
from sqlalchemy import delete, insert, literal_column, select, update

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.people import invoice_links


class InvoiceLink(Struct, frozen=True, kw_only=True):
    """A link to the invoice `id`: its token's digest, and the token under the installation's secret.

    `body` is the invoice as it was when the link was made, where the books are elsewhere.
    """

    connection_id: str
    id: str
    account_id: str
    digest: bytes
    sealed: bytes
    created_at: int
    body: bytes | None = None


c = invoice_links.c
COLUMNS = tuple(c[name] for name in InvoiceLink.__struct_fields__)
THIS = (c.connection_id == value("connection")) & (c.id == value("invoice"))
ADD = Statement(insert(invoice_links))
OF_INVOICE = Statement(select(*COLUMNS).where(THIS))
BY_DIGEST = Statement(select(*COLUMNS).where(c.digest == value("token")).limit(literal_column("1")))
PUT_BODY = Statement(update(invoice_links).where(THIS).values(body=value("new_body")))
REMOVE = Statement(delete(invoice_links).where(THIS))


class InvoiceLinks:
    """Links by invoice, or by the digest of the token in their address."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, link: InvoiceLink) -> None:
        self.session.run(ADD, **{name: getattr(link, name) for name in link.__struct_fields__})

    def find(self, connection_id: str, invoice_id: str) -> InvoiceLink | None:
        return _link(self.session.row(OF_INVOICE, connection=connection_id, invoice=invoice_id))

    def by_digest(self, digest: bytes) -> InvoiceLink | None:
        """The link with this token, whoever's it is: what it shows follows from it."""
        return _link(self.session.row(BY_DIGEST, token=digest))

    def put_body(self, connection_id: str, invoice_id: str, body: bytes) -> None:
        """The invoice as it is now, for a link that is there."""
        self.session.run(PUT_BODY, connection=connection_id, invoice=invoice_id, new_body=body)

    def remove(self, connection_id: str, invoice_id: str) -> None:
        self.session.run(REMOVE, connection=connection_id, invoice=invoice_id)


def _link(row: tuple[Any, ...] | None) -> InvoiceLink | None:
    return InvoiceLink(**dict(zip(InvoiceLink.__struct_fields__, row, strict=True))) if row is not None else None
