"""The named forms of values in Intuit's JSON."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.dates import day_from, local_moment, moment_from
from counterfoil.core.money import CENT, plain, rounded
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.table import Form, Known, Part, decimal
from counterfoil.wire.qbo.write import written


def _same(value: Any, _known: Known) -> Any:
    return value


def _filled(value: str, _known: Known) -> str | None:
    return value or None


def _money(value: Decimal, _known: Known) -> Decimal:
    return value.quantize(CENT)


def _plain(value: Decimal, _known: Known) -> Decimal:
    """A price, quantity or percentage without trailing zeros."""
    return Decimal(plain(value))


def _text(value: Any, _known: Known) -> str:
    if isinstance(value, dict | list):
        raise ValueError(type(value).__name__)
    return str(value)


TEXT: Final = Form(_filled, _text)
MONEY: Final = Form(_money, lambda value, _known: rounded(decimal(value)), "an amount")
NUMBER: Final = Form(_plain, lambda value, _known: decimal(value), "a number")
WHOLE: Final = Form(_same, lambda value, _known: _whole(value), "a whole number")
FLAG: Final = Form(_same, lambda value, _known: _flag(value), "a boolean")
DAY: Final = Form(lambda value, _known: value.isoformat(), lambda value, _known: _day(value), "a date")
MOMENT: Final = Form(
    lambda value, _known: local_moment(value) if value else None,
    lambda value, _known: moment_from(value, end_of_day=False),
    "a moment",
)


def _day(value: str) -> date:
    """Some clients send a moment where a day is meant."""
    return day_from(value[:10])


def _whole(value: Any) -> int:
    number = decimal(value)
    if number != number.to_integral_value():
        raise ValueError(str(value))
    return int(number)


def _flag(value: Any) -> bool:
    words = {"true": True, "false": False}
    return value if isinstance(value, bool) else words[str(value).casefold()]


def to(space: str) -> Form:
    """A reference: Intuit's id, and the name beside it."""

    def write(value: Ref, known: Known) -> dict[str, str] | None:
        if value.id is None:
            return None
        reference = {"value": known.number(space, value.id)}
        if value.full_name:
            reference["name"] = value.full_name
        return reference

    def read(value: Any, known: Known) -> Ref | None:
        number = value.get("value") if isinstance(value, dict) else value
        if number is None or number == "":
            return None
        if isinstance(number, dict | list | bool):
            raise ValueError(type(number).__name__)
        name = value.get("name") if isinstance(value, dict) else None
        return Ref(known.id(space, str(number)), str(name) if name else None)

    return Form(write, read, "a reference")


def boxed(key: str) -> Form:
    """A text in an object of its own: `{"Address": …}`."""

    def read(value: Any, known: Known) -> str | None:
        if not isinstance(value, dict):
            return _text(value, known)
        inner = value.get(key)
        return _text(inner, known) if inner else None

    return Form(lambda value, _known: {key: value} if value else None, read)


def choice(names: Mapping[str, str], other: str | None = None) -> Form:
    """A word for a word; `other` is Intuit's word for what the table does not name."""
    back = {theirs: ours for ours, theirs in names.items()}
    words = sorted({*names.values(), *([other] if other else [])})
    return Form(
        lambda value, _known: names.get(value, other),
        lambda value, _known: back.get(value),
        "one of " + ", ".join(words),
    )


def part(table: Part) -> Form:
    """An object within an object."""

    def read(value: Any, known: Known) -> Any:
        found = {
            each.field: each.form.read(value[each.key], known)
            for each in table.rows
            if each.form is not None and value.get(each.key) not in (None, "")
        }
        return table.model(**found) if found else None

    return Form(lambda value, known: written(table.rows, value, known) or None, read, "an object")


MEMO: Final = boxed("value")
"""A note for the customer."""

EMAIL: Final = boxed("Address")
PHONE: Final = boxed("FreeFormNumber")
SITE: Final = boxed("URI")
