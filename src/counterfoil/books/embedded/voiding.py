"""Voiding: a transaction stays, with its number and its lines, and all its amounts are taken away."""

from typing import Any

from msgspec import structs

from counterfoil.books.embedded.applying import release
from counterfoil.books.embedded.identity import missing, next_revision
from counterfoil.books.embedded.purchases import emptied_purchase
from counterfoil.books.embedded.sales import emptied_sale
from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import ZERO
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.outcome import Done, Voided
from counterfoil.model.payables import BillPayment
from counterfoil.model.postings import Entry
from counterfoil.model.purchases import Purchase
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import Sale
from counterfoil.model.shape import Transaction
from counterfoil.storage.company import CompanyFile

LONGEST = 4095


def void(file: CompanyFile, resource: str, identifier: str) -> Done:
    """Void a transaction; what paid it, or was paid by it, is open again. Voiding it twice changes nothing."""
    entry = file.entry(identifier, resource)
    if entry is None:
        raise missing(CATALOGUE[resource].thing, identifier)
    thing = entry.thing
    emptied = _emptied(thing)
    if not thing.is_void:
        for applied in (*file.applied_by(identifier), *file.applied_to(identifier)):
            release(file, applied)
        now, fresh = next_revision(file, thing.revision)
        memo = getattr(thing, "memo", None)
        noted = (f"VOID: {memo}" if memo else "VOID:")[:LONGEST]
        thing = structs.replace(thing, is_void=True, memo=noted, updated_at=now, revision=fresh, **emptied)
        file.replace_entry(Entry(thing=thing, resource=resource), ())
    number: str | None = getattr(thing, "ref_number", None)
    return Done(
        result=Voided(id=thing.id, ref_number=number or None, created_at=thing.created_at, updated_at=thing.updated_at)
    )


def _emptied(thing: Transaction) -> dict[str, Any]:
    """What becomes of the figures. Raises BooksRefused where there are none: time and papers are deleted instead."""
    if isinstance(thing, Sale):
        return emptied_sale(thing)
    if isinstance(thing, Purchase):
        return emptied_purchase(thing)
    if isinstance(thing, ReceivePayment | BillPayment):
        return {"total_amount": ZERO, "total_amount_in_home_currency": ZERO}
    raise BooksRefused(Problem("not_enabled", ("id",), {"feature": "voiding of what is never posted"}))
