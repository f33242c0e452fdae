"""Whether two answers are the same: every field of every struct, but for what QuickBooks has no element for."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from counterfoil.model.values import Ref

TIMES: Final = ("created_at", "updated_at", "revision")
UNTOLD: Final = frozenset(
    {
        *(f"{sale}.tax_components" for sale in ("Invoice", "CreditMemo", "Estimate", "SalesReceipt")),
        "Bill.balance_remaining_in_home_currency",
        "BillPayment.unused_payment",
        "VendorCredit.credit_remaining_in_home_currency",
        "VendorCredit.vendor_address",
        *(f"{singleton}.{name}" for singleton in ("Company", "Preferences") for name in TIMES),
    }
)
"""Fields that QuickBooks Desktop does not tell, by class and name: there the others must have nothing."""

OF_THE_BOOKS: Final = frozenset({"revision", "number"})
"""What counts the versions of an object, and the transactions: each kind of books has its own."""

Unlike = tuple[str, str, Any, Any]
"""The field (`Invoice.memo`), its place, and what stands there."""


def unlike(one: Any, other: Any, place: str = "", field: str = "", *, by_id: bool = False) -> Iterator[Unlike]:
    """The places in which two values differ. An empty text is none to QuickBooks.

    `by_id`: books with names, revisions and counters of their own; of references only the ids are compared.
    """
    if by_id and isinstance(one, Ref) and isinstance(other, Ref):
        if one.id != other.id:
            yield field, place, one, other
    elif isinstance(one, Struct) and type(one) is type(other):
        for name in one.__struct_fields__:
            left, right, own = getattr(one, name), getattr(other, name), f"{type(one).__name__}.{name}"
            if by_id and name in OF_THE_BOOKS:
                continue
            if own in UNTOLD and not by_id:
                left = type(right)()
            yield from unlike(left, right, f"{place}.{name}", own, by_id=by_id)
    elif isinstance(one, tuple | list) and isinstance(other, tuple | list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from unlike(left, right, f"{place}[{index}]", field, by_id=by_id)
    elif (one or None) != (other or None) if isinstance(one, str) or isinstance(other, str) else one != other:
        yield field, place, one, other
