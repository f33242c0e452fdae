"""Single values ↔ the text of an element, one codec for each kind. What is wrong with a text is raised as a `Flaw`.

Amounts have two decimal places, rates and quantities no trailing zeros; moments carry their offset from UTC.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from counterfoil.core.dates import day_from, local_moment, moment_from
from counterfoil.core.money import PRICE_STEP, ZERO, plain, rounded
from counterfoil.model.kinds import (
    Amount,
    Choice,
    Day,
    Flag,
    Guid,
    Kind,
    Moment,
    Number,
    Percentage,
    Price,
    Text,
    Whole,
)

LONGEST_SHOWN: Final = 60
LONGEST_INTERVAL: Final = 8761 * 60
"""Minutes that nothing lasts: the model has no more than 8760 hours and 59 minutes."""


@dataclass(frozen=True, slots=True)
class Instant(Kind):
    """A moment that the model keeps as the text that it came in."""


@dataclass(frozen=True, slots=True)
class Owner(Kind):
    """Whose a custom field is: `0` for those made in QuickBooks itself, or the id in braces of a program."""


@dataclass(frozen=True, slots=True)
class LastMoment(Kind):
    """The end of a span: a bare date means its last second."""


@dataclass(frozen=True, slots=True)
class Interval(Kind):
    """How long something takes, in whole minutes: `PT2H30M`. Seconds are rounded half-up to them."""


class Flaw(Exception):
    """What is wrong with one value: a problem that does not know its place yet."""

    def __init__(self, kind: str, values: Mapping[str, object]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


@dataclass(frozen=True, slots=True)
class Codec:
    """`read` raises a Flaw; `lenient` reads what books returned, where a text may be of any length."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    lenient: Callable[[str], Any]


CHOICES: Final[Mapping[str, str]] = {
    "ar_refund_credit_card": "ARRefundCreditCard",
    "ytd_adjustment": "YTDAdjustment",
    "form_1040": "Form1040",
    "form_1065": "Form1065",
    "form_1120": "Form1120",
    "form_1120s": "Form1120S",
    "form_990": "Form990",
    "form_990pf": "Form990PF",
    "form_990t": "Form990T",
    "uk": "UK",
    "us": "US",
    "x_xx_xx_xxx": "X_XX_XX_XXX",
    "xx_xxx_xxx": "XX_XXX_XXX",
    "billed": "HasBeenBilled",
    "amount": "AMTTYPE",
    "quantity": "QUANTYPE",
    "amount_type": "AMTTYPE",
    "date_time_type": "DATETIMETYPE",
    "integer_type": "INTTYPE",
    "percent_type": "PERCENTTYPE",
    "price_type": "PRICETYPE",
    "quantity_type": "QUANTYPE",
    "string_1024_type": "STR1024TYPE",
    "string_255_type": "STR255TYPE",
}
"""The choices that qbXML does not spell as the model does with its words run together."""


def spelled(option: str) -> str:
    """A choice as qbXML spells it: `accounts_payable` is `AccountsPayable`."""
    return CHOICES.get(option) or "".join(word[:1].upper() + word[1:] for word in option.split("_"))


_AMOUNT = re.compile(r"[+-]?[0-9]{1,13}(?:\.[0-9]{2})?")
_PRICE = re.compile(r"[+-]?[0-9]{1,10}(?:\.[0-9]{1,5})?")
_RATE = re.compile(r"\+?[0-9]{1,10}(?:\.[0-9]{0,20})?")
_ANY_DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
_GUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_MOMENT = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:T\d{1,2}(?::\d{1,2}(?::\d{1,2}(?:[+-]\d{1,2}:\d{1,2})?)?)?)?")
_INTERVAL = re.compile(r"\+?PT(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})S)?")
_ONE_DIGIT = re.compile(r"(?<![0-9])(?=[0-9](?![0-9]))")
"""Before a digit that stands alone, as qbXML allows it in months, days and hours."""

_FLAGS: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}


@cache
def codec_of(kind: Kind) -> Codec:
    """How values of a kind are read and written."""
    return _CODECS[type(kind)](kind)


def shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def ill_formed(noun: str, expected: str, text: str) -> Flaw:
    """A text that could not be converted; `noun` is QuickBooks' word for what it should have been."""
    return Flaw(
        "wrong_type", {"expected": expected, "received": f'"{shown(text)}"', "noun": noun, "value": shown(text)}
    )


def _text(kind: Kind) -> Codec:
    longest = kind.longest if isinstance(kind, Text) else 0

    def read(text: str) -> str:
        if len(text) > longest:
            raise Flaw("too_long", {"limit": longest, "length": len(text), "value": shown(text)})
        return text

    return Codec(read, str, str)


def _decimal(pattern: re.Pattern[str], noun: str, expected: str, write: Callable[[Decimal], str]) -> Codec:
    def read(text: str) -> Decimal:
        given = text.strip()
        if pattern.fullmatch(given) is None:
            raise ill_formed(noun, expected, text)
        return Decimal(given) or ZERO

    def lenient(text: str) -> Decimal:
        given = text.strip()
        if _ANY_DECIMAL.fullmatch(given) is None:
            raise ill_formed(noun, expected, text)
        return Decimal(given) or ZERO

    return Codec(read, write, lenient)


def _written_amount(value: Decimal) -> str:
    return f"{rounded(value) or ZERO:.2f}"


def _written_price(value: Decimal) -> str:
    return plain(value or ZERO)


def _number(kind: Kind) -> Codec:
    if isinstance(kind, Number) and kind.positive:
        return _exchange_rate()
    expected = "a quantity (at most 10 digits before the point and 5 after it)"
    return _decimal(_PRICE, "quantity", expected, _written_price)


def _exchange_rate() -> Codec:
    expected = "a number more than zero"
    base = _decimal(_RATE, "number", expected, _written_price)

    def read(text: str) -> Decimal:
        """Rounded half-up to the five places that the model keeps."""
        value = rounded(Decimal(base.read(text)), PRICE_STEP).normalize()
        if not value:
            raise ill_formed("number", expected, text)
        return value + 0

    return Codec(read, _written_price, base.lenient)


def _whole(kind: Kind) -> Codec:
    least, most = (kind.least, kind.most) if isinstance(kind, Whole) else (0, 0)

    def lenient(text: str) -> int:
        if _WHOLE.fullmatch(text.strip()) is None:
            raise ill_formed("number", "a whole number", text)
        return int(text)

    def read(text: str) -> int:
        value = lenient(text)
        if not least <= value <= most:
            raise Flaw("out_of_range", {"value": value, "range": f"from {least} to {most}"})
        return value

    return Codec(read, str, lenient)


def _flag(_: Kind) -> Codec:
    def read(text: str) -> bool:
        value = _FLAGS.get(text.strip())
        if value is None:
            raise ill_formed("boolean", "`true` or `false`", text)
        return value

    return Codec(read, lambda value: "true" if value else "false", read)


def _day(_: Kind) -> Codec:
    def read(text: str) -> date:
        try:
            return day_from(text.strip())
        except ValueError:
            raise ill_formed("date", "a date (YYYY-MM-DD)", text) from None

    return Codec(read, date.isoformat, read)


def _moment(kind: Kind) -> Codec:
    end_of_day = isinstance(kind, LastMoment)

    def read(text: str) -> int:
        given = text.strip()
        try:
            if _MOMENT.fullmatch(given) is None:
                raise ValueError(given)
            return moment_from(_ONE_DIGIT.sub("0", given), end_of_day=end_of_day)
        except (ValueError, OverflowError):
            expected = "a date, or a date and time (YYYY-MM-DDTHH:mm:ss, with or without an offset)"
            raise ill_formed("date", expected, text) from None

    def lenient(text: str) -> int:
        """Also with a `Z` or parts of seconds, which qbXML itself does not have."""
        try:
            return moment_from(text.strip(), end_of_day=end_of_day)
        except (ValueError, OverflowError):
            return read(text)

    return Codec(read, local_moment, lenient)


def _instant(_: Kind) -> Codec:
    check = _moment(Moment()).read

    def read(text: str) -> str:
        check(text)
        return text.strip()

    return Codec(read, str, str)


def _interval(_: Kind) -> Codec:
    def lenient(text: str) -> int:
        found = _INTERVAL.fullmatch(text.strip())
        if found is None or text.strip().endswith("T"):
            raise ill_formed("time interval", "a length of time (PT2H30M)", text)
        hours, minutes, seconds = (int(each or 0) for each in found.groups())
        return hours * 60 + minutes + int(rounded(Decimal(seconds) / 60, Decimal(1)))

    def read(text: str) -> int:
        minutes = lenient(text)
        if minutes >= LONGEST_INTERVAL:
            raise ill_formed("time interval", "less than a year", text)
        return minutes

    return Codec(read, lambda value: f"PT{value // 60}H{value % 60}M", lenient)


def _choice(kind: Kind) -> Codec:
    options = kind.options if isinstance(kind, Choice) else ()
    meanings = {spelled(option): option for option in options}

    def read(text: str) -> str:
        value = meanings.get(text.strip())
        if value is None:
            raise Flaw("not_a_choice", {"value": shown(text), "choices": ", ".join(meanings)})
        return value

    return Codec(read, spelled, read)


def _guid(_: Kind) -> Codec:
    def read(text: str) -> str:
        given = text.strip()
        if _GUID.fullmatch(given) is None:
            raise ill_formed("GUID", "a GUID in braces", text)
        return given.strip("{}").lower()

    return Codec(read, lambda value: f"{{{value}}}", read)


def _owner(_: Kind) -> Codec:
    def read(text: str) -> str:
        given = text.strip()
        if given != "0" and (_GUID.fullmatch(given) is None or not given.startswith("{")):
            raise ill_formed("GUID", "`0` or a GUID in braces", text)
        return given.lower()

    return Codec(read, str, str.lower)


_CODECS: Final[Mapping[type[Kind], Callable[[Kind], Codec]]] = {
    Text: _text,
    Amount: lambda _: _decimal(_AMOUNT, "amount", "an amount (two decimal places or none)", _written_amount),
    Price: lambda _: _decimal(
        _PRICE, "price", "a price (at most 10 digits before the point and 5 after it)", _written_price
    ),
    Percentage: lambda _: _decimal(
        _PRICE, "percentage", "a percentage (at most 10 digits before the point and 5 after it)", _written_price
    ),
    Number: _number,
    Whole: _whole,
    Flag: _flag,
    Day: _day,
    Moment: _moment,
    LastMoment: _moment,
    Instant: _instant,
    Owner: _owner,
    Interval: _interval,
    Choice: _choice,
    Guid: _guid,
}
