"""Whether two of Intuit's objects say the same: what was sent, and what was stored."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from counterfoil.wire.qbo.table import Json

Amount = tuple[Any, tuple[str, ...]]


def plain(value: Any) -> Any:
    """A value as it can be compared: a reference is its id, a number is no text."""
    if isinstance(value, Mapping):
        return str(value.get("value"))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(str(value)).normalize()
    return value


def amounts(given: Json) -> Counter[Amount]:
    """What its lines come to, and what they are linked to; the subtotal, which Intuit adds, apart."""
    return Counter(_amounts(given.get("Line") or ()))


def lost_lines(sent: Json, stored: Json) -> bool:
    """Whether a line that was sent is not there, or is there with another amount."""
    return "Line" in sent and bool(amounts(sent) - amounts(stored))


def _amounts(lines: Any) -> Iterator[Amount]:
    for line in lines:
        if line.get("DetailType") in ("SubTotalLineDetail", "GroupLineDetail") or line.get("Amount") is None:
            continue
        links = tuple(sorted(str(each.get("TxnId")) for each in line.get("LinkedTxn") or ()))
        yield plain(line["Amount"]), links
