"""Whatever is sent, the answer is the vendor's envelope, and no fault of ours."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.acceptance.snapbooks.office import opened

from counterfoil.dialects.snapbooks.fields import Form
from counterfoil.dialects.snapbooks.objects import SHAPES
from counterfoil.dialects.snapbooks.operations import OPERATIONS, Operation
from counterfoil.wire.qbo.entities import ENTITIES

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**22), 10**22),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(["", " ", "59", "21", "5882", "TAX", "1/23/2022", "2022-01-23", "1e5", "\x00", "١٢", "²", "1.5"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
LANGUAGE = """
    SELECT * FROM WHERE AND IN ( ) , = < LIKE ORDERBY DESC STARTPOSITION MAXRESULTS COUNT
    1 -1 '%a%' 'x' true Id Name MetaData.CreateTime TotalAmt Line Active
"""
SERVED = [entity for entity in ENTITIES if entity.name in SHAPES]
WORDS = st.sampled_from([*LANGUAGE.split(), *(entity.name for entity in SERVED)])


def bodies(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies with some of a form's keys, and anything in them."""
    return st.fixed_dictionaries(
        {},
        optional={
            field.key: st.one_of(VALUES, st.lists(bodies(field.value), max_size=2))
            if isinstance(field.value, Form)
            else VALUES
            for field in form.fields
        },
    )


REQUESTS = st.sampled_from(OPERATIONS).flatmap(lambda each: st.tuples(st.just(each), bodies(each.form)))


def test_any_request(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as office:

        @given(request=REQUESTS)
        @settings(max_examples=300, deadline=None)
        def ask(request: tuple[Operation, dict[str, Any]]) -> None:
            operation, body = request
            response = office.send(operation.method, "/v1" + operation.path, body)
            assert response.status_code < 500, response.text
            assert response.json()["success"] is (response.status_code == 200)

        @given(words=st.lists(WORDS, max_size=12), entity=st.sampled_from(SERVED), tail=st.lists(WORDS, max_size=6))
        @settings(max_examples=200, deadline=None)
        def query(words: list[str], entity: Any, tail: list[str]) -> None:
            for text in (" ".join(words), " ".join(["SELECT * FROM", entity.name, "WHERE Id =", *tail])):
                response = office.send("POST", "/v1/query", {"query": text})
                assert response.status_code in (200, 400), response.text

        ask()
        query()
        assert office.violations() == []
