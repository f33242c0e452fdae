"""Which strings of others are secrets enough."""

import secrets
import uuid
from collections.abc import Callable, Sequence
from typing import Final

import pytest

from counterfoil.core.secrets import new_key, new_password, weakness

MAKERS: Final[Sequence[Callable[[], str]]] = (
    lambda: new_key()[1],
    new_password,
    lambda: str(uuid.uuid4()),
    lambda: secrets.token_hex(16),
)


@pytest.mark.parametrize("make", MAKERS)
def test_random_strings_are_secrets(make: Callable[[], str]) -> None:
    assert [weakness(make()) for _ in range(200)] == [None] * 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 characters"),
        ("k7Qw2Zp9Lm4Xt6Vb1Ns", "19 characters"),
        ("k7Qw2Zp9" * 200, "1600 characters"),
        ("abababababababababababab", "2 different"),
        ("abcdefghijklmnopqrstuvwxyz", "alphabet"),
        ("98765432109876543210zyxwv", "alphabet"),
        ("hunter2pass" * 2, "repeated"),
        ("correct horse battery staple", "blanks"),
        ("k7Qw2Zp9Lm4Xt6Vb1Nsé8", "no HTTP header"),
        ("k7Qw2Zp9Lm4Xt6Vb1Ns8\n", "blanks"),
    ],
)
def test_others_are_not_and_the_reason_is_told(text: str, words: str) -> None:
    why = weakness(text)
    assert why is not None
    assert words in why
