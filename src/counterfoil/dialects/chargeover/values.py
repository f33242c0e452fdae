"""Values as this vendor writes them: JSON → model on the way in, model → JSON on the way out, text → operand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from counterfoil.core.dates import day_from, moment_from
from counterfoil.model.kinds import (
    Amount,
    Choice,
    Day,
    Flag,
    Kind,
    Many,
    Moment,
    Number,
    Percentage,
    Price,
    Text,
    To,
    Whole,
)

LARGEST_ID: Final = 2**63 - 1
ID: Final = Whole(0, LARGEST_ID)
"""The number of an object in answers and queries."""

LONGEST_NUMBER: Final = 40
DIGITS: Final[Mapping[type[Kind], tuple[int, int]]] = {
    Amount: (13, 2),
    Price: (10, 5),
    Percentage: (10, 5),
    Number: (10, 5),
}
"""Digits before and after the point."""

TRUTHS: Final[Mapping[object, bool]] = {"1": True, "0": False, "true": True, "false": False, 1: True, 0: False}


class Flaw(Exception):
    """What is wrong with one value: a kind of problem and its values; whoever knows the place makes the problem."""

    def __init__(self, kind: str, values: Mapping[str, object]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


def taken(kind: Kind, value: object) -> Any:
    """A value of a request's body. Empty text is none; numbers may come as text, as many clients send them."""
    if value is None or value == "":
        return None
    if isinstance(kind, Text):
        return _text(value, kind.longest)
    if isinstance(kind, Choice):
        return _choice(value, kind.options)
    if isinstance(kind, Flag):
        return _flag(value)
    if isinstance(kind, Day):
        return _day(value)
    if isinstance(kind, To):
        return whole(value, 1, LARGEST_ID)
    if isinstance(kind, Whole):
        return whole(value, kind.least, kind.most)
    if isinstance(kind, Many):
        return _many(value, kind)
    return _decimal(value, *DIGITS[type(kind)])


def told(kind: Kind, value: Any) -> Any:
    """A value of an answer."""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(kind, Moment) and value is not None:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return value


def operand(kind: Kind, text: str) -> Any:
    """What a condition compares with, in the form in which answers tell such values."""
    if isinstance(kind, Moment):
        return told(kind, moment_of(text))
    if isinstance(kind, Text | Choice | Many):
        return text
    return told(kind, taken(kind, text.strip()))


def moment_of(text: str) -> int:
    try:
        return moment_from(text.strip(), end_of_day=False)
    except (ValueError, OverflowError):
        raise wrong_type("a date and time, YYYY-MM-DD HH:MM:SS", text) from None


def number(value: Decimal) -> int | Decimal:
    """A JSON number as this vendor prints it: `4500`, `100.99`, `100.5`."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def whole(value: object, least: int, most: int) -> int:
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER and value.removeprefix("-").isdecimal():
        value = int(value)
    if isinstance(value, Decimal) and value.adjusted() < LONGEST_NUMBER and value == value.to_integral_value():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type("a whole number", value)
    if not least <= value <= most:
        raise Flaw("out_of_range", {"value": str(value)[:LONGEST_NUMBER], "range": f"from {least} to {most}"})
    return value


def wrong_type(expected: str, received: object) -> Flaw:
    return Flaw("wrong_type", {"expected": expected, "received": _shown(received)})


def _text(value: object, longest: int) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise wrong_type("text", value)
    if "\x00" in value:
        raise wrong_type("text without NUL characters", value)
    if len(value) > longest:
        raise Flaw("too_long", {"limit": longest, "length": len(value)})
    return value


def _choice(value: object, options: tuple[str, ...]) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text not in options:
        raise Flaw("not_a_choice", {"value": _shown(value), "choices": ", ".join(options)})
    return text


def _flag(value: object) -> bool:
    known = value.lower() if isinstance(value, str) else value
    if not isinstance(known, str | int) or known not in TRUTHS:
        raise wrong_type("true or false", value)
    return TRUTHS[known]


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and len(value) <= LONGEST_NUMBER:
            datetime.fromisoformat(value)
            return day_from(value[:10])
    except ValueError:
        pass
    raise wrong_type("a date, YYYY-MM-DD", value)


def _decimal(value: object, before: int, after: int) -> Decimal:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or len(str(value)) > LONGEST_NUMBER:
            raise wrong_type("a number", value)
        amount = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise wrong_type("a number", value) from None
    if not amount.is_finite():
        raise wrong_type("a number", value)
    if amount and (amount.adjusted() >= before or _places(amount) > after):
        range_ = f"at most {before} digits before and {after} after the point"
        raise Flaw("out_of_range", {"value": _shown(value), "range": range_})
    return amount


def _places(amount: Decimal) -> int:
    """Digits after the point, without the zeros that end them."""
    _, digits, exponent = amount.as_tuple()
    tail = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return -(int(exponent) + tail)


def _many(value: object, kind: Many) -> tuple[Any, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise wrong_type("a list", value)
    return tuple(each for each in (taken(kind.of[0], entry) for entry in value) if each is not None)


def _shown(value: object) -> str:
    """A value as it is told back to its sender, never all of a long one."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return text if len(text) <= LONGEST_NUMBER else text[:LONGEST_NUMBER] + "…"
