"""Tokens lead back to their numbers, and to nobody else's."""

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.dialects.chargeover.tokens import LENGTH, number_of, token_of


@given(st.integers(1, 2**61))
def test_a_token_is_twelve_letters_and_digits_and_leads_back(number: int) -> None:
    token = token_of("c", "invoice", number)
    assert token is not None
    assert len(token) == LENGTH
    assert token.isalnum()
    assert token == token.lower()
    assert number_of("c", "invoice", token) == number


def test_neighbours_and_other_companies_have_other_tokens() -> None:
    tokens = {token_of(company, kind, n) for company in "ab" for kind in ("invoice", "item") for n in range(1, 500)}
    assert len(tokens) == 4 * 499
    assert number_of("b", "invoice", token_of("a", "invoice", 1) or "") not in range(1, 10**6)


def test_numbers_of_many_digits_have_no_token() -> None:
    assert token_of("c", "class", 2**62) is None
    assert token_of("c", "class", 2**62 - 1) is not None


@given(st.text(max_size=20))
def test_any_text_may_be_asked_for(text: str) -> None:
    found = number_of("c", "invoice", text)
    assert found is None or token_of("c", "invoice", found) == text
