"""Bodies and parameters → qbXML documents."""

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.errors import Invalid
from counterfoil.dialects.qube import assumed
from counterfoil.dialects.qube.assumed import ASSUMPTIONS, LINE_KEYS, PARAMETERS
from counterfoil.dialects.qube.documents import invoice_document, query_document, raw_document, unwrapped
from counterfoil.dialects.qube.fields import ADDRESS, INVOICE, LINE, Field, Form
from counterfoil.dialects.qube.queries import QUERIES, read_query
from counterfoil.dialects.qube.read import read_invoice
from counterfoil.model.kinds import Day, Flag, Text, To
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.tree import parse

ALONE: Final = {"rate_percent": "rate", "price_level_list_id": "rate", "lot_number": "serial_number"}
"""Keys of a line that exclude another one."""


def example(field: Field) -> Any:
    if field.form is not None:
        inner = {each.key: example(each) for each in field.form.fields if each.key not in ALONE}
        return [inner, {"description": "only a text"}] if field.many else inner
    kind = field.kind
    if isinstance(kind, Text):
        return "x"
    if isinstance(kind, To):
        return "80000001-1234567890"
    if isinstance(kind, Day):
        return "2026-06-02"
    return True if isinstance(kind, Flag) else "12.50"


FULL: Final = {field.key: example(field) for field in INVOICE.fields}


def document(body: dict[str, Any]) -> bytes:
    return invoice_document(read_invoice(body, 500), "1")


@st.composite
def shuffled(draw: st.DrawFn, value: Any) -> Any:
    """The same JSON with its keys in another order, at every depth."""
    if isinstance(value, dict):
        keys = draw(st.permutations(sorted(value)))
        return {key: draw(shuffled(value[key])) for key in keys}
    return [draw(shuffled(each)) for each in value] if isinstance(value, list) else value


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_order_of_keys_does_not_matter(data: st.DataObject) -> None:
    body = data.draw(shuffled(FULL))
    some = data.draw(st.sets(st.sampled_from(sorted(set(FULL) - {"customer_list_id", "transaction_date", "lines"}))))
    body = {key: value for key, value in body.items() if key not in some}
    ordered = {key: FULL[key] for key in FULL if key in body}
    made = document(body)
    assert made == document(ordered)
    assert read_requests(parse(made)).structure == ()


@pytest.mark.parametrize("form", [INVOICE, LINE, ADDRESS], ids=lambda form: form.name)
def test_every_key_reaches_the_document(form: Form) -> None:
    for field in form.fields:
        if field.needed or field.many:
            continue
        if form is INVOICE:
            body = FULL
        elif form is LINE:
            body = FULL | {"lines": [{key: example(LINE.by_key[key]) for key in [field.key]}]}
        else:
            body = FULL | {"bill_address": {field.key: "y"}}
        without = dict(body) if form is INVOICE else body | {"lines": [{}], "bill_address": {}}
        without.pop(field.key, None)
        assert document(body) != document(without), field.key


def test_a_class_of_the_invoice_is_that_of_lines_without_one() -> None:
    lines = [{"class_list_id": "B"}, {"description": "x"}]
    made = parse(document(FULL | {"class_list_id": "A", "lines": lines})).root.children[0].children[0].children[0]
    classes = [line.child("ClassRef") for line in made.named("InvoiceLineAdd")]
    assert [each.text_of("ListID") for each in classes if each is not None] == ["B", "A"]


def test_nulls_say_nothing() -> None:
    assert document(FULL | {"memo": None}) == document({key: FULL[key] for key in FULL if key != "memo"})


def test_numbers_are_read_from_numbers_and_texts_alike() -> None:
    for rate in ("12.5", "12.50", "+12.50", "12.50000"):
        assert document(FULL | {"lines": [{"rate": rate}]}) == document(FULL | {"lines": [{"rate": "12.5"}]})


@pytest.mark.parametrize("rate", ["1e5", "Infinity", "NaN", "1.000001", "12345678901", "", " ", "0x10", [], {}, True])
def test_what_is_no_rate(rate: object) -> None:
    if rate == "":
        assert b"Rate" not in document(FULL | {"lines": [{"rate": rate}]})
        return
    with pytest.raises(Invalid):
        document(FULL | {"lines": [{"rate": rate}]})


def test_letters_that_quickbooks_cannot_keep_are_respelled() -> None:
    assert b"<Memo>a-b?</Memo>" in document(FULL | {"memo": "a\u2011b\u4e2d"})


@pytest.mark.parametrize("name", QUERIES)
def test_every_pre_built_query_is_one(name: str) -> None:
    pairs = [("include[]", "ListID"), ("max_returned", "5"), ("request_id", "77"), ("from_modified_date", "2026-01-01")]
    made = parse(query_document(read_query(name, pairs)))
    assert made.version == "13.0"
    asked = read_requests(made)
    assert asked.structure == ()
    assert [request.request_id for request in asked.requests] == ["77"]


def test_lists_come_in_every_spelling() -> None:
    spellings = [[(f"ref_number{end}", "A"), (f"ref_number{end}", "B")] for end in ("[]", "", "[0]")]
    made = {query_document(read_query("invoices", pairs)) for pairs in spellings}
    assert len(made) == 1
    assert b"<RefNumber>A</RefNumber><RefNumber>B</RefNumber>" in made.pop()


def test_a_plus_sign_that_was_not_encoded() -> None:
    asked = read_query("customers", [("from_modified_date", "2026-01-01T00:00:00 00:00")])
    assert b"2026-01-01T00:00:00+00:00" in query_document(asked)


def test_a_request_is_wrapped_or_bare() -> None:
    request = {"request_json": {"name": "host_query_rq"}}
    assert raw_document(unwrapped({"queued_request": request})) == raw_document(unwrapped(request))


def test_what_is_assumed_has_a_name_and_a_sentence() -> None:
    assert set(LINE_KEYS) < set(LINE.by_key)
    assert set(PARAMETERS) < {parameter.name for query in QUERIES.values() for parameter in query.parameters}
    assert all(text.endswith(".") for text in ASSUMPTIONS.values())
    assert {name for name in ASSUMPTIONS if name.isupper()} < set(vars(assumed))
