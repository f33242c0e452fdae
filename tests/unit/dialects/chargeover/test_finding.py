"""`where` is taken apart as it was put together."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.errors import Invalid
from counterfoil.dialects.chargeover.finding import read_query, split
from counterfoil.dialects.chargeover.table import ObjectType
from counterfoil.dialects.chargeover.types import TYPES

INVOICE = TYPES["invoice"]
values = st.text(st.characters(codec="utf-8", exclude_characters="\\"), min_size=1, max_size=30)


def test_commas_part_conditions_and_escaped_ones_do_not() -> None:
    assert split("a:EQUALS:1,b:EQUALS:x\\, y,") == ["a:EQUALS:1", "b:EQUALS:x, y"]
    assert split("") == []


@given(st.lists(values, min_size=1, max_size=5))
def test_any_value_comes_back(texts: list[str]) -> None:
    where = ",".join("memo:CONTAINS:" + text.replace(",", "\\,") for text in texts)
    query = read_query(INVOICE, [("where", where)])
    assert [condition.wanted for condition in query.conditions] == texts


@given(st.sampled_from(list(TYPES.values())), st.text(max_size=60), st.text(max_size=20), st.text(max_size=10))
def test_whatever_is_asked_is_read_or_refused(type_: ObjectType, where: str, order: str, limit: str) -> None:
    with suppress(Invalid):
        read_query(type_, [("where", where), ("order", order), ("limit", limit), ("_dummy", where)])
