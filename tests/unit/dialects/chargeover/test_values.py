"""Values of requests and answers, one by one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.dialects.chargeover.addresses import block
from counterfoil.dialects.chargeover.values import Flaw, number, operand, taken, told
from counterfoil.model.addresses import Address
from counterfoil.model.kinds import Amount, Choice, Day, Flag, Kind, Many, Moment, Number, Price, Text, To, Whole

NAMES = Many((Text(5),))


@pytest.mark.parametrize(
    ("kind", "sent", "got"),
    [
        (Text(), "", None),
        (Text(), 12, "12"),
        (Text(3), "abc", "abc"),
        (Amount(), "12.340", Decimal("12.340")),
        (Amount(), 7, Decimal(7)),
        (Amount(), Decimal("1E+2"), Decimal(100)),
        (Amount(), " 5.5 ", Decimal("5.5")),
        (Price(), "0.00001", Decimal("0.00001")),
        (Number(), 0, Decimal(0)),
        (Whole(), "-4", -4),
        (Whole(), Decimal("3.0"), 3),
        (Flag(), "1", True),
        (Flag(), 0, False),
        (Flag(), "TRUE", True),
        (Flag(), False, False),
        (Day(), "2026-03-01", date(2026, 3, 1)),
        (Day(), "2026-03-01 11:00:00", date(2026, 3, 1)),
        (Choice(("116", "mon")), 116, "116"),
        (To(("customers",)), "12", 12),
        (NAMES, "red", ("red",)),
        (NAMES, ["red", "", None], ("red",)),
    ],
)
def test_they_are_taken_as_clients_send_them(kind: Kind, sent: Any, got: Any) -> None:
    assert taken(kind, sent) == got


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (Text(3), "abcd"),
        (Text(), ["a"]),
        (Text(), True),
        (Text(), "a\0b"),
        (Amount(), "1.001"),
        (Amount(), "12345678901234"),
        (Amount(), "NaN"),
        (Amount(), "Infinity"),
        (Amount(), "1e999999999"),
        (Amount(), "1" * 50),
        (Amount(), True),
        (Amount(), {}),
        (Price(), "0.000001"),
        (Whole(0), -1),
        (Whole(), "1.5"),
        (Whole(), Decimal("1.5")),
        (Whole(), Decimal("1E+1000000")),
        (Whole(), 2**40),
        (Whole(), "٣" * 99),
        (Flag(), "yes"),
        (Flag(), 2),
        (Flag(), []),
        (Day(), "2026-02-30"),
        (Day(), "20260301"),
        (Day(), 20260301),
        (Choice(("mon",)), True),
        (To(("customers",)), 0),
        (NAMES, {"a": 1}),
        (NAMES, ["longer"]),
    ],
)
def test_others_are_refused(kind: Kind, sent: Any) -> None:
    with pytest.raises(Flaw):
        taken(kind, sent)


def test_numbers_are_told_without_needless_zeros() -> None:
    assert [number(Decimal(each)) for each in ("4500.00", "100.50", "0.00", "-3.10")] == [
        4500,
        Decimal("100.5"),
        0,
        Decimal("-3.1"),
    ]
    assert isinstance(number(Decimal("4500.00")), int)


def test_moments_and_days_are_told_and_compared_in_one_form() -> None:
    assert told(Moment(), 0) == "1970-01-01 00:00:00"
    assert operand(Moment(), "1970-01-01") == "1970-01-01 00:00:00"
    assert told(Day(), date(2026, 3, 1)) == operand(Day(), " 2026-03-01 ") == "2026-03-01"
    assert told(Moment(), None) is None


def test_blocks_are_printed_as_the_vendor_prints_them() -> None:
    address = Address(
        line1="56 Cowles", line2="Suite 620", city="Storrs", state="CT", postal_code="06268", country="US"
    )
    assert block(address, comma=", ", line_end="\r\n") == "56 Cowles\r\nSuite 620\r\nStorrs, CT 06268\r\nUS"
    assert block(Address(city="Storrs"), comma=" ", line_end="\n") == "Storrs"
    assert block(None, comma=" ", line_end="\n") == ""
