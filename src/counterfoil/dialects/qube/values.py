"""Single values as the vendor's callers write them: numbers as JSON numbers or as texts, flags as either too.

A reader takes what JSON or an address held and gives what the model holds, or raises a `Flaw`. None means that nothing
was said.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.dates import day_from
from counterfoil.model.kinds import Amount, Day, Flag, Kind, Number, Percentage, Price, Text, To
from counterfoil.model.values import Ref

LONGEST_ID: Final = 36
LONGEST_SHOWN: Final = 60
PLACES: Final[Mapping[type[Kind], tuple[int, int]]] = {
    Amount: (13, 2),
    Price: (10, 5),
    Percentage: (10, 5),
    Number: (10, 5),
}
"""Digits before and after the point."""

_DECIMAL = re.compile(r"[-+]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}

Reader = Callable[[Any], Any]


class Flaw(Exception):
    """What is wrong with one value: a problem that does not know its place yet."""

    def __init__(self, kind: str, values: Mapping[str, object]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


def wrong_type(expected: str, value: object) -> Flaw:
    return Flaw("wrong_type", {"expected": expected, "received": _named(value)})


def _named(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | Decimal):
        return "a number"
    if isinstance(value, str):
        return f'"{value[:LONGEST_SHOWN]}"'
    return "an array" if isinstance(value, list) else "an object"


def reader(kind: Kind) -> Reader:
    """The reader of a kind of the model."""
    if isinstance(kind, Text):
        return text(kind.longest)
    if type(kind) in PLACES:
        return _number(*PLACES[type(kind)])
    return _READERS[type(kind)]


def text(longest: int) -> Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise wrong_type("a string", value)
        if len(value) > longest:
            raise Flaw("too_long", {"limit": longest, "length": len(value)})
        if not value.isprintable() and _CONTROL.search(value):
            raise Flaw("wrong_type", {"expected": "text without control characters", "received": "such characters"})
        return value

    return read


_identifier = text(LONGEST_ID)


def _reference(value: Any) -> Ref | None:
    identifier = _identifier(value)
    return Ref(identifier) if identifier else None


def _day(value: Any) -> date | None:
    if value == "":
        return None
    try:
        if isinstance(value, str):
            return day_from(value)
    except ValueError:
        pass
    raise wrong_type("a date (YYYY-MM-DD)", value)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = _FLAGS.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        raise wrong_type("a boolean", value)
    return found


def _number(whole: int, places: int) -> Reader:
    allowed = f"at most {whole} digits before the point and {places} after it"

    def read(value: Any) -> Decimal | None:
        if value == "":
            return None
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            value = Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise wrong_type("a number", value)
        found = Decimal(value)
        if abs(found) >= 10**whole or found != round(found, places):
            raise Flaw("out_of_range", {"value": f"{found:.12G}", "range": allowed})
        return found

    return read


_READERS: Final[Mapping[type[Kind], Reader]] = {To: _reference, Day: _day, Flag: _flag}
