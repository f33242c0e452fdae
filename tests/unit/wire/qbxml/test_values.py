"""Single values as the vendor's lexical types have them: what is read strictly, and what of an answer besides."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.model.kinds import Amount, Day, Flag, Guid, Kind, Moment, Number, Percentage, Price, Whole
from counterfoil.wire.qbxml.values import Flaw, Interval, LastMoment, codec_of

NINE = 1769331723
"""2026-01-25T09:02:03Z."""


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Amount(), "0", Decimal(0)),
        (Amount(), "97.50", Decimal("97.50")),
        (Amount(), "-1234567890123.00", Decimal("-1234567890123")),
        (Amount(), "+5", Decimal(5)),
        (Price(), "2.8", Decimal("2.8")),
        (Price(), "0.00001", Decimal("0.00001")),
        (Percentage(), "8.25", Decimal("8.25")),
        (Number(), "1234567890.12345", Decimal("1234567890.12345")),
        (Whole(), "-7", -7),
        (Flag(), "1", True),
        (Flag(), "0", False),
        (Flag(), "true", True),
        (Guid(), "{6F1C2A9E-4B7D-4C1E-9A53-0D2F8B61C7AA}", "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"),
        (Moment(), "2026-01-25T09:02:03+00:00", NINE),
        (Moment(), "2026-01-25T02:02:03-07:00", NINE),
        (Moment(), "2026-1-25T9:2:3+0:00", NINE),
        (Moment(), "2026-01-25T09:02", NINE - 3),
        (Moment(), "2026-01-25T09", NINE - 123),
        (Moment(), "2026-01-25", NINE - 123 - 9 * 3600),
        (Moment(), "2026-1-5", 1767571200),
        (LastMoment(), "2026-01-25", NINE - 123 - 9 * 3600 + 86399),
        (Interval(), "PT2H30M", 150),
        (Interval(), "PT45M", 45),
        (Interval(), "PT1H0M29S", 60),
        (Interval(), "PT30S", 1),
        (Interval(), "PT8760H59M", 8760 * 60 + 59),
    ],
)
def test_what_is_read(kind: Kind, text: str, value: Any) -> None:
    assert codec_of(kind).read(text) == value
    assert codec_of(kind).lenient(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Amount(), "97.5"),
        (Amount(), "1,250.40"),
        (Amount(), "12345678901234.00"),
        (Amount(), "1e3"),
        (Price(), "1.123456"),
        (Percentage(), "8.25%"),
        (Number(), "12345678901"),
        (Whole(), "1.0"),
        (Flag(), "True"),
        (Day(), "2026-02-30"),
        (Guid(), "6f1c2a9e"),
        (Interval(), "PT"),
        (Interval(), "2:30"),
        (Interval(), "-PT1H"),
        (Interval(), "P1D"),
        (Interval(), "PT8761H"),
        (Moment(), "2026-13-01T00:00:00"),
        (Moment(), "2026-01-25 09:02:03"),
        (Moment(), "2026-01-25T09:02:03Z"),
        (Moment(), "2026-01-25T09:02:03.5+00:00"),
    ],
)
def test_what_quickbooks_could_not_convert(kind: Kind, text: str) -> None:
    with pytest.raises(Flaw):
        codec_of(kind).read(text)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Amount(), "97.5", Decimal("97.5")),
        (Price(), "1.123456", Decimal("1.123456")),
        (Moment(), "2026-01-25T09:02:03Z", NINE),
        (Moment(), "2026-01-25T09:02:03.500+00:00", NINE),
        (Moment(), " 2026-01-25T09:02:03 ", NINE),
    ],
)
def test_what_an_answer_may_hold_besides(kind: Kind, text: str, value: Any) -> None:
    assert codec_of(kind).lenient(text) == value


WRITTEN: list[tuple[Kind, Any, str]] = [
    (Amount(), Decimal("2.8"), "2.80"),
    (Amount(), Decimal("-0.005"), "-0.01"),
    (Amount(), Decimal("-0"), "0.00"),
    (Price(), Decimal("2.800"), "2.8"),
    (Price(), Decimal("1E+3"), "1000"),
    (Number(), Decimal("0.00001"), "0.00001"),
    (Flag(), True, "true"),
    (Guid(), "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa", "{6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa}"),
    (Moment(), NINE, "2026-01-25T09:02:03+00:00"),
]


@pytest.mark.parametrize(("kind", "value", "text"), WRITTEN)
def test_what_is_written(kind: Kind, value: Any, text: str) -> None:
    write: Callable[[Any], str] = codec_of(kind).write
    assert write(value) == text
