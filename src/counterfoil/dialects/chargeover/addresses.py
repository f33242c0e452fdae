"""Billing and shipping addresses: eight fields each, one part of the model, and a block for print."""

from collections.abc import Callable
from typing import Any, Final

from counterfoil.dialects.chargeover.table import Column, Sent
from counterfoil.model.addresses import Address
from counterfoil.model.kinds import Text
from counterfoil.model.shape import fields_of

PARTS: Final = (
    ("addr1", "line1"),
    ("addr2", "line2"),
    ("addr3", "line3"),
    ("city", "city"),
    ("state", "state"),
    ("postcode", "postal_code"),
    ("country", "country"),
    ("notes", "note"),
)
SIDES: Final = (("bill", "billing_address"), ("ship", "shipping_address"))
EMPTY: Final = Address()


def address_rows() -> tuple[Sent, ...]:
    fields = fields_of(Address)
    return tuple(
        Sent(f"{side}_{name}", fields[part].kind, f"{place}.{part}") for side, place in SIDES for name, part in PARTS
    )


def address_columns(thing: str) -> tuple[Column, ...]:
    """The columns of both addresses of what a view calls `thing`."""
    return tuple(
        Column(f"{side}_{name}", Text(), _part(thing, place, part)) for side, place in SIDES for name, part in PARTS
    )


def _part(thing: str, place: str, part: str) -> Callable[[Any], Any]:
    def get(view: Any) -> Any:
        return getattr(getattr(getattr(view, thing), place) or EMPTY, part)

    return get


def block(address: Address | None, *, comma: str, line_end: str) -> str:
    """An address as it is printed; the vendor writes those of invoices and of customers a little differently."""
    if address is None:
        return ""
    town = comma.join(part for part in (address.city, address.state) if part)
    town = " ".join(part for part in (town, address.postal_code) if part)
    lines = (address.line1, address.line2, address.line3, address.line4, address.line5, town, address.country)
    return line_end.join(line for line in lines if line)
