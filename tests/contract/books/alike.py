"""Whether two answers are the same: every field of every struct, but for what QuickBooks has no element for."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

TIMES: Final = ("created_at", "updated_at", "revision")
UNTOLD: Final = frozenset(
    {
        "Invoice.tax_components",
        "CreditMemo.tax_components",
        *(f"{singleton}.{name}" for singleton in ("Company", "Preferences") for name in TIMES),
    }
)
"""Fields that QuickBooks Desktop does not tell, by class and name: there the others must have nothing."""

Unlike = tuple[str, Any, Any]


def unlike(one: Any, other: Any, place: str = "") -> Iterator[Unlike]:
    """The places in which two values differ, with what stands there. An empty text is none to QuickBooks."""
    if isinstance(one, Struct) and type(one) is type(other):
        for name in one.__struct_fields__:
            left, right = getattr(one, name), getattr(other, name)
            if f"{type(one).__name__}.{name}" in UNTOLD:
                left = type(right)()
            yield from unlike(left, right, f"{place}.{name}")
    elif isinstance(one, tuple | list) and isinstance(other, tuple | list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from unlike(left, right, f"{place}[{index}]")
    elif (one or None) != (other or None) if isinstance(one, str) or isinstance(other, str) else one != other:
        yield place, one, other
