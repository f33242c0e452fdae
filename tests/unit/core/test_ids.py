"""Document numbers that count on, and the ids that QuickBooks Desktop would make."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.ids import is_uuid, list_id, next_number, random_uuid, transaction_id

quick = settings(deadline=None, max_examples=200, derandomize=True, database=None)
heads = st.text(string.ascii_letters + string.punctuation + " ", max_size=11)


@quick
@given(heads, st.integers(0, 10**9), st.integers(1, 10))
def test_the_closing_digits_count_on_and_the_rest_stays(head: str, number: int, width: int) -> None:
    last = f"{head}{number:0{width}d}"
    following = next_number(last)
    assert following.startswith(head)
    assert int(following[len(head) :]) == number + 1
    assert len(following) == max(len(last), len(head) + len(str(number + 1)))


@quick
@given(heads)
def test_a_number_without_digits_goes_on_with_one(head: str) -> None:
    assert next_number(head) == f"{head}1"


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("1000", "1001"),
        ("999", "1000"),
        ("INV-0099", "INV-0100"),
        ("2024-7B", "2024-7B1"),
        ("A9", "A10"),
        ("", "1"),
        ("0", "1"),
    ],
)
def test_the_next_number(last: str, following: str) -> None:
    assert next_number(last) == following


@quick
@given(st.text(max_size=21))
def test_any_text_that_a_caller_may_send_has_a_next_number(last: str) -> None:
    """A document number is free text: whatever stands last, the next sale must still find its number."""
    following = next_number(last)
    assert following != last
    assert re.search(r"\d\Z", following)


@pytest.mark.parametrize("last", ["10²", "A①", "5₃"])
def test_digits_that_are_no_decimal_digits_are_part_of_the_text(last: str) -> None:
    assert next_number(last) == f"{last}1"


@quick
@given(st.integers(0, 2**31 - 1), st.integers(0, 2**33))
def test_a_list_id_is_a_counter_with_the_high_bit_and_a_moment(number: int, moment: int) -> None:
    counter, made = list_id(number, moment).split("-")
    assert int(counter, 16) == number + 2**31
    assert counter == counter.upper()
    assert made == str(moment)


@quick
@given(st.integers(1, 2**40), st.integers(0, 2**33))
def test_a_transaction_id_is_a_plain_counter_and_a_moment(number: int, moment: int) -> None:
    counter, made = transaction_id(number, moment).split("-")
    assert int(counter, 16) == number
    assert counter == counter.upper()
    assert made == str(moment)


def test_a_random_uuid_is_one_and_other_text_is_not() -> None:
    assert is_uuid(random_uuid())
    assert is_uuid(random_uuid().replace("-", ""))
    assert not is_uuid("80000001-1234567890")
    assert not is_uuid("")
