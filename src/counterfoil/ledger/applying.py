"""How money meets invoices: what part of an open amount is worth what, and which invoice is paid first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterfoil.core.money import rounded

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that still owes `open` minor units of its currency."""

    id: str
    open: int
    date: date


def home_part(open_home: int, open_amount: int, part: int) -> int:
    """What `part` of an open amount is worth at home, so that using the whole of it uses the whole of its worth."""
    if part == open_amount:
        return open_home
    return int(rounded(Decimal(open_home) * part / open_amount, ONE))


def applied_automatically(invoices: Sequence[OpenInvoice], total: int) -> list[tuple[str, int]]:
    """Which invoices a payment pays: the one that it matches exactly, else the oldest first (QuickBooks Desktop)."""
    oldest_first = sorted(invoices, key=lambda invoice: invoice.date)
    for invoice in oldest_first:
        if invoice.open == total:
            return [(invoice.id, total)]
    result, left = [], total
    for invoice in oldest_first:
        if left == 0:
            break
        part = min(invoice.open, left)
        result.append((invoice.id, part))
        left -= part
    return result
