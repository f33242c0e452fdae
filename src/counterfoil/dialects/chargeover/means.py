"""Means of payment: what a request says of a card or an account, reduced to its kind and its last four digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from counterfoil.core.dates import day_of_month, days_later
from counterfoil.dialects.chargeover.desk import Desk, refuse
from counterfoil.dialects.chargeover.errors import NotProcessed
from counterfoil.dialects.chargeover.table import Given, Sent, read
from counterfoil.dialects.chargeover.values import Flaw
from counterfoil.model.kinds import Amount, Choice, Flag, Text, Whole
from counterfoil.model.lists import PaymentMethod
from counterfoil.model.values import Ref

SHORTEST, LONGEST = 12, 19
SHORTEST_ACCOUNT: Final = 4
SECRET: Final = frozenset({"number", "cvv"})


def digits(value: Any) -> str:
    """A card or account number: its digits, without the blanks and hyphens between them."""
    text = "".join(str(value).split()).replace("-", "") if isinstance(value, str | int) else ""
    if not (text.isascii() and text.isdecimal() and SHORTEST_ACCOUNT <= len(text) <= LONGEST):
        raise Flaw("wrong_type", {"expected": "the digits of a card or account", "received": "something else"})
    return text


PAY_ROWS: Final = (
    Sent("use_customer_balance", Flag(), handled=True),
    Sent("amount", Amount(), handled=True),
    Sent("number", Text(), handled=True, read=digits),
    Sent("expdate_year", Whole(0, 9999), handled=True),
    Sent("expdate_month", Whole(1, 12), handled=True),
    Sent("cvv", Text(8), handled=True),
    Sent("routing", Text(40), handled=True),
    Sent("type", Choice(("chec", "busi", "savi")), handled=True),
    *(
        Sent(name, Text(255), handled=True)
        for name in ("name", "address", "city", "state", "postcode", "country", "bank")
    ),
)
STORED: Final = ("creditcard_id", "ach_id", "tokenized_id")
"""References to means that the vendor would have on file; nothing of the kind is stored here."""

BRANDS: Final = (
    (("34", "37"), "american-express"),
    (("6011", "64", "65"), "discover"),
    (("51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27"), "mastercard"),
    (("4",), "visa"),
)


@dataclass(frozen=True, slots=True)
class Means:
    """How money came: the vendor's `gateway_method`, its name, and what is told of the number."""

    method: str
    name: str
    detail: str | None = None

    @property
    def aside(self) -> dict[str, Any]:
        return {
            "gateway_method": self.method,
            "transaction_method": self.name,
            "transaction_detail": self.detail,
        }


NAMES: Final[Mapping[str, str]] = {
    "visa": "Visa",
    "mastercard": "MasterCard",
    "american-express": "American Express",
    "discover": "Discover",
    "check": "Check",
    "paypal": "PayPal",
    "credit": "Credit",
    "ach": "ACH",
    "cash": "Cash",
}
TYPES: Final[Mapping[str, str]] = {
    "visa": "visa",
    "mastercard": "master_card",
    "american-express": "american_express",
    "discover": "discover",
    "check": "check",
    "ach": "e_check",
    "cash": "cash",
}
"""The payment method of the books for each; the others have none."""


def read_means(desk: Desk, body: Mapping[str, Any]) -> tuple[Given, Means | None]:
    """What a request to pay says, and the means that it describes; numbers end here."""
    given, problems = read(PAY_ROWS, body, (), ())
    refuse(problems)
    number = given.pop("number", None)
    if number is None:
        return given, None
    tail = f"x{number[-4:]}"
    if given.get("routing") is not None or given.get("type") is not None:
        return given, Means("ach", NAMES["ach"], tail)
    if len(number) < SHORTEST:
        raise NotProcessed("The card number is not valid.")
    _check_expiry(given, desk.today)
    method = next((brand for starts, brand in BRANDS if number.startswith(starts)), "visa")
    return given, Means(method, NAMES[method], tail)


def _check_expiry(given: Given, today: date) -> None:
    year, month = given.get("expdate_year"), given.get("expdate_month")
    if year is None or month is None:
        raise NotProcessed("The card has no expiration date.")
    year += 2000 if year < 100 else 0
    if year < today.year or days_later(day_of_month(min(year, 9000), month, 31), 0) < today:
        raise NotProcessed("Your card has expired.")


def rememberable(body: Mapping[str, Any]) -> bytes:
    """A request to pay as it may be remembered, even as a digest: of a number its end, of a security code nothing."""
    return msgspec.json.encode(_veiled(body))


def _veiled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _end(each) if name in SECRET else _veiled(each) for name, each in value.items()}
    return [_veiled(each) for each in value] if isinstance(value, list) else value


def _end(number: Any) -> str:
    text = str(number)
    return text[-4:] if len(text) >= SHORTEST_ACCOUNT * 2 else ""


async def method_of_books(desk: Desk, method: str | None) -> Ref | None:
    """The payment method of the books that stands for the vendor's."""
    wanted = TYPES.get(method or "")
    if wanted is None:
        return None
    methods: list[PaymentMethod] = await desk.listed("payment_methods")
    found = next((each for each in methods if each.payment_method_type == wanted and each.is_active), None)
    return Ref(found.id) if found is not None else None
