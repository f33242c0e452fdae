"""What follows from an answer and QuickBooks has no element for."""

from collections.abc import Iterator
from typing import Final

from msgspec import structs

from counterfoil.core.errors import Malformed
from counterfoil.model.payables import BillPayment
from counterfoil.model.purchases import Purchase
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import Invoice, Sale
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.stream import stream_objects
from counterfoil.wire.qbxml.zones import Zone

VOID: Final = "VOID:"
"""What QuickBooks writes in front of the memo of what is voided."""

PAYABLE: Final = (b"<InvoiceRet", b"<ReceivePaymentRet")
"""How what shows whether an invoice is open begins in an answer."""


def invoices_shown(data: bytes, zone: Zone) -> Iterator[Resource]:
    """The invoices of an answer, and the payments, which show what is open of theirs; of one that breaks off, those
    before the break. An answer without any is not gone through."""
    if not any(each in data for each in PAYABLE):
        return
    try:
        for each in stream_objects(data, zone=zone):
            if isinstance(each, Invoice | ReceivePayment):
                yield completed(each)
    except Malformed:
        return


def completed(thing: Resource) -> Resource:
    """A document with what QuickBooks has no element for: an invoice's total, and that one was voided, for which
    QuickBooks marks the memo and takes all amounts away."""
    if isinstance(thing, Purchase | BillPayment):
        return structs.replace(thing, is_void=not thing.total_amount and (thing.memo or "").startswith(VOID))
    if not isinstance(thing, Sale) or thing.subtotal is None or thing.sales_tax_total is None:
        return thing
    total = thing.subtotal + thing.sales_tax_total
    is_void = not total and (thing.memo or "").startswith(VOID)
    if isinstance(thing, Invoice):
        return structs.replace(thing, total_amount=total, is_void=is_void)
    return structs.replace(thing, is_void=is_void)
