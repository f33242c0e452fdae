"""When an invoice is paid in books that tell nothing by themselves: found out from whatever passes through here.

A payment that is made here pays what it leaves nothing open of. Everything else (an update, a query, a payment that is
read) merely shows an invoice with nothing open: it was paid meanwhile where it was seen open before, and else nobody
knows since when it is. So what was seen last is kept, and each turn from open to paid is told once.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.shape import Resource
from counterfoil.storage.balances import Balance, Balances

INVOICES: Final = "invoices"
Thing = Resource | Voided | Deleted
Paid = tuple[str, Resource | None]
"""An invoice that is paid now: its id, and the invoice where it was seen itself."""


class Shown(Struct, frozen=True, kw_only=True):
    """What an object shows of an invoice, at a moment of its books. One that is void is not open, and was not paid."""

    id: str
    is_open: bool
    at: int
    is_void: bool = False
    invoice: Invoice | None = None


class Knowledge(Protocol):
    """What is known of invoices beside the answer that is being looked at."""

    def paid_before(self, shown: frozenset[str]) -> frozenset[str]:
        """Of invoices that an update shows as paid, those that may have been so before."""
        ...

    def note(self, resource: str, thing: Thing) -> None:
        """A write left this of an object."""
        ...

    def seen(self, things: Sequence[Resource]) -> list[Paid]:
        """A query showed these; gives the invoices that have been paid since they were seen last."""
        ...


class Given(Struct, frozen=True):
    """Books that can be asked: what was paid before is given, and nothing else passes by unseen."""

    before: frozenset[str] = frozenset()

    def paid_before(self, shown: frozenset[str]) -> frozenset[str]:
        return shown & self.before

    def note(self, resource: str, thing: Thing) -> None:
        pass

    def seen(self, things: Sequence[Resource]) -> list[Paid]:  # noqa: ARG002
        return []


class Seen:
    """Books that tell nothing by themselves: what was seen of their invoices is kept."""

    def __init__(self, balances: Balances) -> None:
        self.balances = balances

    def paid_before(self, shown: frozenset[str]) -> frozenset[str]:
        known = self.balances.of(shown)
        return frozenset(id for id in shown if id not in known or not known[id].is_open)

    def note(self, resource: str, thing: Thing) -> None:
        if isinstance(thing, Deleted):
            if resource == INVOICES:
                self.balances.drop(thing.id)
            return
        shown = list(_of_write(resource, thing))
        known = self.balances.of(each.id for each in shown)
        for each in shown:
            before = known.get(each.id)
            if not each.is_open or _opens(before, each):
                self._put(known, each)

    def seen(self, things: Sequence[Resource]) -> list[Paid]:
        shown = [each for thing in things for each in shown_by(thing)]
        known = self.balances.of(each.id for each in shown)
        paid: list[Paid] = []
        for each in shown:
            before = known.get(each.id)
            if each.is_open:
                if _opens(before, each):
                    self._put(known, each)
            elif before is not None and before.is_open:
                self._put(known, each)
                if not each.is_void:
                    paid.append((each.id, each.invoice))
        return paid

    def _put(self, known: dict[str, Balance], shown: Shown) -> None:
        before = known.get(shown.id)
        known[shown.id] = Balance(is_open=shown.is_open, at=max(shown.at, before.at if before is not None else 0))
        self.balances.put(shown.id, known[shown.id])


def paid_by(thing: Resource | None) -> frozenset[str]:
    """Ids of the invoices that an object shows as paid: itself, or those to which a payment is applied."""
    if thing is None:
        return frozenset()
    return frozenset(each.id for each in shown_by(thing) if not (each.is_open or each.is_void))


def shown_by(thing: Resource) -> Iterator[Shown]:
    """What an object shows of invoices: itself, or those to which a payment is applied."""
    if isinstance(thing, Invoice):
        if thing.id and thing.is_paid is not None:
            is_open = not (thing.is_paid or thing.is_void)
            yield Shown(id=thing.id, is_open=is_open, at=thing.updated_at, is_void=thing.is_void, invoice=thing)
    elif isinstance(thing, ReceivePayment):
        for each in thing.applications:
            if each.transaction_type == "invoice" and each.balance_remaining is not None:
                yield Shown(id=each.transaction_id, is_open=each.balance_remaining != 0, at=thing.updated_at)


def _of_write(resource: str, thing: Resource | Voided) -> Iterable[Shown]:
    if not isinstance(thing, Voided):
        return shown_by(thing)
    return [Shown(id=thing.id, is_open=False, at=thing.updated_at, is_void=True)] if resource == INVOICES else []


def _opens(before: Balance | None, shown: Shown) -> bool:
    """Whether an invoice that is shown open has become so: what was read before it was paid says nothing any more."""
    return before is None or (not before.is_open and shown.at > before.at)
