"""Bytes → plain values."""

from decimal import Decimal

import pytest

from counterfoil.core.errors import Malformed
from counterfoil.dialects.bodies import DEEPEST, decoded


def test_fractions_are_decimals_and_whole_numbers_are_ints() -> None:
    assert decoded(b'{"a": 0.1, "b": 3, "c": 1E2}') == {"a": Decimal("0.1"), "b": 3, "c": Decimal(100)}
    assert type(decoded(b'{"b": 3}')["b"]) is int


def test_text_that_looks_like_keys_is_only_text() -> None:
    assert decoded(rb'{"note": ":a", "b" : "\":\":", "list": [{"c":": "}]}')["b"] == '":":'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e99999999999999999999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": 1, "a": 1}',
        b'{"a" : 1, "a":2}',
        b'{"x": {"a": 1, "b": 2, "a": 3}}',
        b'{"x": [{"a": 1, "\\u0061": 2}]}',
        b'{"a": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}",
        b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
def test_what_is_no_single_clear_object_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed) as refusal:
        decoded(raw)
    assert [problem.kind for problem in refusal.value.problems] == ["malformed"]


def test_the_deepest_body_that_is_read() -> None:
    assert decoded(b'{"a": ' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}")
