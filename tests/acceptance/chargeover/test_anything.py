"""Whatever is sent, the answer is in the vendor's envelope and no fault of the server."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.acceptance.chargeover.office import FIELDS, Client, Office, basic

from counterfoil.dialects.chargeover.openapi import document
from counterfoil.dialects.chargeover.types import TYPES

NAMES = sorted(
    {name for type_ in TYPES.values() for row in (*type_.rows, *type_.line_rows) for name in (row.name, *row.also)}
    | {"number", "expdate_year", "expdate_month", "amount", "use_customer_balance", "paymethods", "routing", "unknown"}
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.integers(0, 9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=50),
    st.sampled_from(["1", "1e400", "2026-03-01", "pay", "cre", "service", "mon", "x" * 5000]),
)
bodies = st.dictionaries(
    st.sampled_from(NAMES),
    st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
        ),
        max_leaves=8,
    ),
    max_size=6,
)
CALLS = [
    (method.upper(), path.replace("{id}", "1"))
    for path, operations in document()["paths"].items()
    for method in operations
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies, query=st.text(max_size=30))
def test_no_body_and_no_query_is_too_strange(
    us: Office, caller: Client, method: str, path: str, body: dict[str, Any], query: str
) -> None:
    answer = caller.http.request(method, us.url + path, json=body, params={"where": query, "order": query})
    assert answer.status_code < 500, (answer.text, body)
    assert list(answer.json()) == FIELDS


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[1]",
        b'"text"',
        b"\xff\xfe",
        b'{"memo": 1, "memo": 2}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"customer_id": 1e9999999}',
        b"null null",
    ],
)
def test_what_is_no_json_object_is_refused(us: Office, caller: Client, raw: bytes) -> None:
    answer = httpx.post(f"{us.url}/api/v3/invoice", content=raw, auth=basic(caller.key))
    assert answer.status_code == 400
    assert answer.json()["message"] == "Missing or invalid parameter."


def test_too_large_a_body_is_refused(us: Office, caller: Client) -> None:
    body = {"customer_id": 1, "memo": "x" * 300_000}
    answer = httpx.post(f"{us.url}/api/v3/invoice", json=body, auth=basic(caller.key))
    assert answer.status_code == 413
    assert list(answer.json()) == FIELDS


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["", "/", "/invoice", "/invoice/1/2/3", "/invoice/_count/1", "/package", "/invoice/x y"]
)
def test_every_address_has_an_answer(us: Office, caller: Client, method: str, path: str) -> None:
    answer = httpx.request(method, f"{us.url}/api/v3{path}", auth=basic(caller.key))
    assert answer.status_code in (200, 400, 404)
    assert list(answer.json()) == FIELDS


def test_the_description_is_served(us: Office) -> None:
    assert httpx.get(f"{us.url}/openapi/chargeover.json").json()["openapi"] == "3.1.0"


def test_answers_have_the_fields_that_are_described(caller: Client) -> None:
    schemas = document()["components"]["schemas"]
    caller.ask("POST", f"/invoice/{caller.invoice()}?action=pay")
    for name, type_ in TYPES.items():
        row = caller.find(name, limit=1)[0]
        whole = caller.ask("GET", f"/{name}/{row[f'{name}_id']}")
        assert list(whole) == list(schemas[name]["properties"])
        assert list(row) == [field for field in whole if field not in type_.children]
