"""A Conductor body with any of its keys in any order → one document, in the order that qbXML demands."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from counterfoil.dialects.conductor.read import read_create, read_update
from counterfoil.dialects.conductor.table import Part, Row, Table, kind_of
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.model.command import Create, Update
from counterfoil.model.kinds import (
    Amount,
    Choice,
    Day,
    Flag,
    Guid,
    Kind,
    Many,
    Number,
    Percentage,
    Price,
    Text,
    To,
    Whole,
)
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.tree import parse
from counterfoil.wire.qbxml.write import request_document, request_node, request_root

RIVALS = (
    ("rate", "ratePercent", "priceLevelId"),
    ("serialNumber", "lotNumber"),
    ("salesOrPurchaseDetails", "salesAndPurchaseDetails"),
    ("price", "pricePercentage"),
    ("discountRate", "discountRatePercent"),
    ("isAutoApply", "applyToTransactions"),
    ("lines", "clearItemsInGroup"),
)
"""Keys of which a body may have one."""

NARROWER = {"ownerId": "0", "transactionAuthorizedAt": "2026-01-25T09:02:03"}
"""Texts to Conductor, of which QuickBooks takes only some."""

DEMANDED = ("request", "response", "firstName", "salesOrPurchaseDetails", "lines")
"""What QuickBooks cannot do without and Conductor can: both sides of a charge, a contact's name, details and lines."""

WITH_BODY = [(path, verb) for path, table in TABLES.items() for verb in "cu" if verb.upper() in table.verbs]


def value_of(kind: Kind, random: Random) -> Any:
    match kind:
        case Text(longest=longest):
            return "Fit & more"[: max(1, longest)]
        case Amount() | Price() | Percentage():
            return random.choice(("12.50", "0.07", "1200"))
        case Number():
            return random.choice((3, Decimal("1.25")))
        case Whole(least=least, most=most):
            return random.randint(max(least, 1), min(most, 12))
        case Flag():
            return random.choice((True, False))
        case Day():
            return "2026-01-25"
        case Guid():
            return "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"
        case Choice(options=options):
            return random.choice(options)
        case To():
            return f"8{random.randrange(16**7):07X}-1700000000"
        case _:
            raise AssertionError(kind)


def body_of(model: type[Struct], rows: tuple[Row, ...], verb: str, random: Random) -> dict[str, Any]:
    """A body with most of its keys, those that are needed among them, in any order."""
    sent = [row for row in rows if row.in_body(verb) and (_is_needed(row, verb) or random.random() < 0.8)]
    body = {row.sent: _given(row, model, verb, random) for row in sent}
    for rivals in RIVALS:
        there = [key for key in rivals if key in body]
        for key in random.sample(there, len(there) - 1) if there else ():
            del body[key]
    keys = random.sample(list(body), len(body))
    return {key: body[key] for key in keys}


def _is_needed(row: Row, verb: str) -> bool:
    return row.needed(verb) or row.sent in DEMANDED


def _given(row: Row, model: type[Struct], verb: str, random: Random) -> Any:
    if row.sent in NARROWER:
        return NARROWER[row.sent]
    kind = kind_of(row, model)
    if isinstance(kind, Many):
        count = random.randint(1, 3)
        return [_entry(row.table, kind.of[0], verb, random) for _ in range(count)]
    return _entry(row.table, kind, verb, random)


def _entry(part: Part | None, kind: Kind, verb: str, random: Random) -> Any:
    return value_of(kind, random) if part is None else body_of(part.model, part.rows, verb, random)


def shuffled(value: Any, random: Random) -> Any:
    """The same JSON, its keys in another order; arrays stay as they are."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(each, random) for each in value] if isinstance(value, list) else value


def document_of(table: Table, verb: str, body: dict[str, Any]) -> bytes:
    command: Create | Update
    if verb == "c":
        command = Create(resource=table.resource, draft=read_create(table, body))
    else:
        read = read_update(table, "1A4F-1769331723", body)
        command = Update(resource=read.resource, id=read.id, revision=read.revision, changes=read.changes)
    return request_document(request_root([request_node(command)]))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WITH_BODY), st.integers(0, 2**32).map(Random))
def test_the_order_of_keys_never_matters(case: tuple[str, str], random: Random) -> None:
    path, verb = case
    table = TABLES[path]
    body = body_of(table.model, table.rows, verb, random)
    document = document_of(table, verb, body)
    assert document_of(table, verb, shuffled(body, random)) == document
    asked = read_requests(parse(document))
    assert asked.structure == ()
    assert asked.problems == ()


@pytest.mark.parametrize("verb", ["c", "u"])
def test_bodies_are_as_full_as_they_can_be(verb: str) -> None:
    """Between them, a hundred bodies have had every key that an invoice may have."""
    invoices = TABLES["invoices"]
    seen = {key for seed in range(100) for key in body_of(invoices.model, invoices.rows, verb, Random(seed))}
    assert seen == {row.sent for row in invoices.rows if row.in_body(verb)}
