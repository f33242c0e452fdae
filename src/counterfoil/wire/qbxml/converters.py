"""The few values that qbXML and the model do not hold alike, each conversion by a name that rows use."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import rounded
from counterfoil.model.addresses import Address, Contact
from counterfoil.model.items import Barcode
from counterfoil.model.people import Employee
from counterfoil.model.purchases import Purchase
from counterfoil.model.sales import Sale


@dataclass(frozen=True, slots=True)
class Converter:
    """`outward` before a value is written, `inward` after it was read."""

    outward: Callable[[Any], Any]
    inward: Callable[[Any], Any]


def _negative(value: Decimal) -> Decimal:
    return -value if value else value


def _same(value: Any) -> Any:
    return value


def last_four(number: str) -> str:
    """A card number of which only the last four digits are left."""
    digits = "".join(letter for letter in number if letter.isdigit())
    return "*" * 12 + digits[-4:]


NEGATIVE: Final = Converter(_negative, abs)
"""QuickBooks tells what is applied to a transaction with a minus; the model holds the magnitude."""

MASKED: Final = Converter(_same, last_four)
BARCODE_VALUE: Final = Converter(lambda barcode: barcode.value, lambda value: Barcode(value=value))
"""A barcode is sent with its conditions, and told as plain text."""


OPEN_ESTIMATE: Final = Converter(
    lambda status: status in ("pending", "accepted"), lambda is_active: "pending" if is_active else "closed"
)
"""QuickBooks Desktop knows of an estimate only whether it still stands."""


def full_name(person: Contact | Employee) -> str | None:
    return " ".join(filter(None, (person.first_name, person.middle_name, person.last_name))) or None


def total_at_home(document: Sale | Purchase) -> Decimal | None:
    """The total in the home currency, half-up; QuickBooks tells it where it keeps several."""
    if document.total_amount is None or document.exchange_rate is None:
        return None
    return rounded(document.total_amount * document.exchange_rate)


def address_block(address: Address | None) -> Address | None:
    """An address as it is printed: at most five lines, the last of them `Austin, TX 78701`."""
    if address is None:
        return None
    place = " ".join(filter(None, (address.state, address.postal_code)))
    city = ", ".join(filter(None, (address.city, place)))
    lines = [address.line1, address.line2, address.line3, address.line4, address.line5, city, address.country]
    kept = [line[:41] for line in lines if line][:5]
    return Address(**{f"line{index}": line for index, line in enumerate(kept, 1)}) if kept else None
