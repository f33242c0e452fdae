"""What was seen last of invoices in books that tell nothing by themselves: whether anything of them was open."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import select

from counterfoil.storage.keeping import DROP, PUT, c
from counterfoil.storage.scope import Scope

BALANCES: Final = "invoice_balances"
"""The name under which it is kept beside the books; it is no resource of theirs."""

AT_ONCE: Final = 500
"""Invoices that one statement asks for."""


class Balance(Struct, frozen=True, kw_only=True):
    """Whether an invoice was open at a moment of its books."""

    is_open: bool
    at: int


class Balances(Scope):
    """What was seen of a connection's invoices."""

    def of(self, ids: Iterable[str]) -> dict[str, Balance]:
        """What was seen of these invoices; nothing of those that were never seen."""
        wanted, found = list(dict.fromkeys(ids)), dict[str, Balance]()
        mine = (c.connection_id == self.connection_id) & (c.resource == BALANCES)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for id, body in self.session.select(select(c.id, c.body).where(mine & c.id.in_(some))):
                found[id] = msgspec.json.decode(body, type=Balance)
        return found

    def put(self, id: str, balance: Balance) -> None:
        self.session.run(
            PUT,
            connection=self.connection_id,
            resource=BALANCES,
            id=id,
            external_key=None,
            body=msgspec.json.encode(balance),
        )

    def drop(self, id: str) -> None:
        self.session.run(DROP, connection=self.connection_id, resource=BALANCES, id=id)
