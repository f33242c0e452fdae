"""Single values as the vendor's callers write them: numbers as text or text as numbers, dates the American way.

A reader takes what JSON held and gives what is meant, or raises a `Flaw`. Null, and an empty text where no text is
wanted, say nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from counterfoil.dialects.snapbooks.assumed import YEARS_OF_TWO_DIGITS

Schema = dict[str, Any]
LONGEST_NUMBER: Final = 21
LONGEST_ID: Final = 40

_AMERICAN: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?", re.DOTALL)
_DECIMAL: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Flaw(Exception):
    """What is wrong with one value: a problem that does not know its place yet."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


@dataclass(frozen=True, slots=True)
class Value:
    """How one kind of value is read, and how it is described to machines."""

    read: Callable[[Any], Any]
    schema: Schema = field(default_factory=dict)


def _wrong(expected: str, value: object) -> Flaw:
    return Flaw("wrong_type", expected=expected, received=_named(value))


def _named(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | Decimal):
        return "a number"
    if isinstance(value, str):
        return f'"{value[:60]}"'
    return "an array" if isinstance(value, list) else "an object"


def _checked(value: str, longest: int) -> str:
    if _CONTROL.search(value):
        raise Flaw("wrong_type", expected="text without control characters", received="such characters")
    if len(value) > longest:
        raise Flaw("too_long", limit=longest, length=len(value))
    return value


def _digits(value: Any) -> Any:
    """A whole number as its digits; JSON's reader makes a Decimal of one that is too long for an int."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        return format(value, "f")
    return value


def text(longest: int) -> Value:
    """A text; a whole number is taken for its digits."""

    def read(value: Any) -> str:
        value = _digits(value)
        if not isinstance(value, str):
            raise _wrong("a string", value)
        return _checked(value.strip(), longest)

    return Value(read, {"type": ["string", "integer", "null"], "maxLength": longest})


def _document_number(value: Any) -> str | None:
    value = _digits(value)
    if not isinstance(value, str):
        raise _wrong("a string of at most 21 characters", value)
    return _checked(value.strip(), LONGEST_NUMBER) or None


def _identifier(value: Any) -> str | None:
    """An id: digits, as text or as a number."""
    written = _digits(value)
    if not isinstance(written, str):
        raise _wrong("an id (a whole number)", value)
    digits = written.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_ID:
        raise _wrong("an id (a whole number)", value)
    return digits.lstrip("0") or "0"


def number(places: int, *, positive: bool = False, signed: bool = False) -> Value:
    """A number, or a text that is one, with so many digits after the point at most."""
    kind = "a number above zero" if positive else "a number" if signed else "a number that is not negative"

    def read(value: Any) -> Decimal | None:
        found = _as_decimal(value, kind)
        if found is None:
            return None
        if abs(found) >= 10**13:
            raise Flaw("out_of_range", value=f"{found:.3E}", range="at most 13 digits before the point")
        if found != round(found, places):
            raise Flaw("out_of_range", value=f"{found:.12G}", range=f"at most {places} digits after the point")
        if (positive and found <= 0) or (not signed and found < 0):
            raise Flaw("out_of_range", value=found, range=kind)
        return found

    return Value(read, {"type": ["number", "string", "null"]})


def _as_decimal(value: Any, expected: str) -> Decimal | None:
    if isinstance(value, str):
        digits = value.strip()
        if not digits:
            return None
        if len(digits) > LONGEST_ID or _DECIMAL.fullmatch(digits) is None:
            raise _wrong(expected, value)
        return Decimal(digits)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong(expected, value)
    found = Decimal(value)
    if not found.is_finite():
        raise _wrong(expected, value)
    return found


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, str | int) else ""
    if word in ("true", "1"):
        return True
    if word in ("false", "0"):
        return False
    if value == "":
        return None
    raise _wrong("true or false", value)


def _day(value: Any) -> date | None:
    if not isinstance(value, str):
        raise _wrong("a date (month/day/year)", value)
    given = value.strip()
    if not given:
        return None
    american, iso = _AMERICAN.fullmatch(given), _ISO.fullmatch(given)
    try:
        if american is not None:
            month, day, year = (int(each) for each in american.groups())
            return date(year + YEARS_OF_TWO_DIGITS if len(american[3]) == 2 else year, month, day)
        if iso is not None:
            return date(*(int(each) for each in iso.groups()))
    except ValueError:
        pass
    raise _wrong("a date (month/day/year, or year-month-day)", value)


def _tax_code(value: Any) -> bool | str | None:
    """Whether to tax, or the id of a tax code."""
    if isinstance(value, bool):
        return value
    word = value.strip().casefold() if isinstance(value, str) else value
    if isinstance(word, str) and word in TAX_WORDS:
        return TAX_WORDS[word]
    try:
        return _identifier(value)
    except Flaw:
        raise _wrong("TAX, NON, or the id of a tax code", value) from None


TAX_WORDS: Final[Mapping[str, bool]] = {"tax": True, "non": False, "true": True, "false": False}

DOCUMENT_NUMBER: Final = Value(
    _document_number, {"type": ["string", "integer", "null"], "maxLength": LONGEST_NUMBER, "examples": ["INV-1001"]}
)
IDENTIFIER: Final = Value(_identifier, {"type": ["string", "integer", "null"], "examples": [59]})
MONEY: Final = number(2)
PAID: Final = number(2, positive=True)
SIGNED_MONEY: Final = number(2, signed=True)
QUANTITY: Final = number(5, signed=True)
FLAG: Final = Value(_flag, {"type": ["boolean", "string", "null"]})
DAY: Final = Value(_day, {"type": ["string", "null"], "examples": ["1/23/2022", "2022-01-23"]})
TAX_CODE: Final = Value(_tax_code, {"type": ["string", "integer", "boolean", "null"], "examples": ["TAX", "NON", 5]})
