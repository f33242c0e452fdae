"""Single values as a caller wrote them: one reader for each kind of the model.

A reader takes what JSON held and gives what the model holds, or raises a `Flaw`; who calls it knows the place. An
empty string stands for a text, a date or a reference that is to be cleared, and becomes None.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.dates import day_from
from counterfoil.core.money import PRICE_STEP, ZERO
from counterfoil.model.kinds import Amount, Choice, Day, Flag, Guid, Kind, Number, Percentage, Price, Text, To, Whole
from counterfoil.model.values import Ref

Reader = Callable[[Any], Any]

LONGEST_ID: Final = 36
LARGEST_NUMBER: Final = 10**10

_AMOUNT = re.compile(r"-?(?:[0-9]{1,13}(?:\.[0-9]{1,2})?|\.[0-9]{1,2})")
_PRICE = re.compile(r"-?(?:[0-9]{1,10}(?:\.[0-9]{1,5})?|\.[0-9]{1,5})")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Flaw(Exception):
    """What is wrong with one value: a problem that does not know its place yet."""

    def __init__(self, kind: str, values: Mapping[str, object]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


def wrong_type(expected: str, value: object) -> Flaw:
    return Flaw("wrong_type", {"expected": expected, "received": _named_type(value)})


def ill_formed(expected: str, text: str) -> Flaw:
    return Flaw("wrong_type", {"expected": expected, "received": f'"{text[:60]}"'})


def _named_type(value: object) -> str:
    """What JSON calls it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | Decimal):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"


def reader(kind: Kind, *, optional: bool, blank: bool = False, kept: Callable[[str], str] | None = None) -> Reader:
    """The reader of a kind. Only an `optional` value can be cleared; `blank` and `kept` are those of a row."""
    if isinstance(kind, Text):
        return _text(kind.longest, optional=optional, blank=blank, kept=kept)
    if isinstance(kind, To):
        return _reference(optional=optional)
    if isinstance(kind, Day):
        return _day(optional=optional)
    return _PLAIN[type(kind)](kind)


def _text(longest: int, *, optional: bool, blank: bool, kept: Callable[[str], str] | None) -> Reader:
    def read(value: Any) -> str | None:
        if type(value) is not str:
            raise wrong_type("a string", value)
        if len(value) > longest:
            raise Flaw("too_long", {"limit": longest, "length": len(value)})
        if not value.isprintable() and _CONTROL.search(value):
            raise wrong_type("text without control characters", value)
        if kept and value:
            return kept(value)
        if not value and not blank:
            _clear(optional)
            return None
        return value

    return read


def _reference(*, optional: bool) -> Reader:
    identifier = _text(LONGEST_ID, optional=optional, blank=False, kept=None)

    def read(value: Any) -> Ref | None:
        text = identifier(value)
        return None if text is None else Ref(text)

    return read


def _clear(optional: bool) -> None:
    """An empty string clears only what there may be none of."""
    if not optional:
        raise Flaw("required", {})


def _day(*, optional: bool) -> Reader:
    def read(value: Any) -> date | None:
        if type(value) is not str:
            raise wrong_type("a date (a string YYYY-MM-DD)", value)
        if not value:
            _clear(optional)
            return None
        try:
            return day_from(value)
        except ValueError:
            raise ill_formed("a date (YYYY-MM-DD)", value) from None

    return read


def _decimal_string(pattern: re.Pattern[str], whole: int, places: int, thing: str) -> Reader:
    allowed = f"at most {whole} digits before the point and {places} after it"
    expected = f"{thing} (a decimal string)"

    def read(value: Any) -> Decimal:
        if type(value) is not str:
            raise wrong_type(expected, value)
        if pattern.fullmatch(value) is None:
            if _DECIMAL.fullmatch(value) is None:
                raise ill_formed(expected, value)
            raise Flaw("out_of_range", {"value": value[:60], "range": allowed})
        return Decimal(value) or ZERO

    return read


def _number(kind: Kind) -> Reader:
    positive = isinstance(kind, Number) and kind.positive

    def read(given: Any) -> Decimal:
        if type(given) is not Decimal and type(given) is not int:
            raise wrong_type("a number", given)
        value = Decimal(given)
        if not -LARGEST_NUMBER < value < LARGEST_NUMBER:
            raise Flaw("out_of_range", {"value": f"{value:.3E}", "range": "at most 10 digits before the point"})
        if positive and value <= 0:
            raise Flaw("out_of_range", {"value": value, "range": "more than zero"})
        if value != value.quantize(PRICE_STEP):
            raise Flaw("out_of_range", {"value": f"{value:.12G}", "range": "at most 5 digits after the point"})
        return value

    return read


def _whole(kind: Kind) -> Reader:
    least, most = (kind.least, kind.most) if isinstance(kind, Whole) else (0, 0)

    def read(value: Any) -> int:
        if type(value) is Decimal and -LARGEST_NUMBER < value < LARGEST_NUMBER and value == int(value):
            value = int(value)
        if type(value) is not int:
            raise wrong_type("a whole number", value)
        if not least <= value <= most:
            raise Flaw("out_of_range", {"value": value, "range": f"from {least} to {most}"})
        return value

    return read


def _flag(_: Kind) -> Reader:
    def read(value: Any) -> bool:
        if type(value) is not bool:
            raise wrong_type("a boolean", value)
        return value

    return read


def _choice(kind: Kind) -> Reader:
    options = kind.options if isinstance(kind, Choice) else ()
    known = frozenset(options)

    def read(value: Any) -> str:
        if type(value) is not str:
            raise wrong_type("a string", value)
        if value not in known:
            raise Flaw("not_a_choice", {"value": value[:60], "choices": ", ".join(options)})
        return value

    return read


def _guid(_: Kind) -> Reader:
    def read(value: Any) -> str:
        if type(value) is not str:
            raise wrong_type("a UUID", value)
        if _GUID.fullmatch(value) is None:
            raise ill_formed("a UUID", value)
        return value.lower()

    return read


_PLAIN: Mapping[type[Kind], Callable[[Kind], Reader]] = {
    Amount: lambda _: _decimal_string(_AMOUNT, 13, 2, "an amount"),
    Price: lambda _: _decimal_string(_PRICE, 10, 5, "a price"),
    Percentage: lambda _: _decimal_string(_PRICE, 10, 5, "a percentage"),
    Number: _number,
    Whole: _whole,
    Flag: _flag,
    Choice: _choice,
    Guid: _guid,
}
